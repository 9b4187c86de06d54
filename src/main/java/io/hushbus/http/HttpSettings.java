package io.hushbus.http;

import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;

/**
 * How the web front door listens and what it lets in.
 *
 * @param port 0 lets the system choose
 * @param connections the most open connections
 * @param connectionsPerNetwork the most of them from one address
 * @param body the most bytes of a body from a known caller
 * @param perSecond requests a second from one address, once its burst is used up
 * @param deadline how long a request may take in all; streams and long polls are excepted
 * @param stopDeadline how long a stop waits for requests in flight
 * @param signIn what the console offers beside a key
 */
public record HttpSettings(
    String host,
    int port,
    Optional<Tls> tls,
    int connections,
    int connectionsPerNetwork,
    int body,
    int perSecond,
    int burst,
    Duration deadline,
    Duration stopDeadline,
    List<SignIn> signIn) {

  public HttpSettings {
    signIn = List.copyOf(signIn);
  }

  /**
   * An issuer of OpenID Connect that people sign in to the console with.
   *
   * @param origin its scheme, host and port
   */
  public record SignIn(
      String title,
      String tenant,
      String issuer,
      String origin,
      String clientId,
      List<String> scopes) {

    public SignIn {
      scopes = List.copyOf(scopes);
    }
  }

  /**
   * Certificate chain and private key, as PEM files; and the authorities of clients, whose
   * certificates are asked for and not required.
   */
  public record Tls(Path certificates, Path key, Optional<Path> clientAuthorities) {

    /** Without client certificates. */
    public Tls(Path certificates, Path key) {
      this(certificates, key, Optional.empty());
    }

    /** Turns TLS on, the same for everything that listens. */
    public void secure(NetServerOptions options) {
      options.setSsl(true);
      options.setEnabledSecureTransportProtocols(
          new LinkedHashSet<>(List.of("TLSv1.3", "TLSv1.2")));
      options.setKeyCertOptions(
          new PemKeyCertOptions().setCertPath(certificates.toString()).setKeyPath(key.toString()));
      clientAuthorities.ifPresent(
          file ->
              options
                  .setClientAuth(ClientAuth.REQUEST)
                  .setTrustOptions(new PemTrustOptions().addCertPath(file.toString())));
    }
  }

  /** The same with others to sign in with. */
  public HttpSettings offering(List<SignIn> others) {
    return new HttpSettings(
        host,
        port,
        tls,
        connections,
        connectionsPerNetwork,
        body,
        perSecond,
        burst,
        deadline,
        stopDeadline,
        others);
  }

  /** The defaults, listening on loopback. */
  public static HttpSettings local(int port) {
    return new HttpSettings(
        "127.0.0.1",
        port,
        Optional.empty(),
        2_000,
        1_000,
        2 * 1024 * 1024,
        200,
        1_000,
        Duration.ofSeconds(5),
        Duration.ofSeconds(10),
        List.of());
  }
}
