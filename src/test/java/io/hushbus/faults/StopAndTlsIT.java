package io.hushbus.faults;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hushbus.config.BrokerConfig;
import io.hushbus.support.BrokerNode;
import io.hushbus.support.Brokers;
import io.hushbus.support.Brokers.Tuning;
import io.hushbus.support.Client.Answer;
import io.hushbus.support.EventLines;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a broker ends in order, and how it speaks TLS. */
final class StopAndTlsIT {

  /** A round of the sealer is under way whenever the stop comes. */
  private static final Tuning SEALING_ALWAYS =
      new Tuning(Duration.ofSeconds(1), true, Duration.ofMillis(1), Optional.empty());

  @TempDir private Path directory;

  @Test
  void a_stream_ends_with_a_cursor_from_which_another_broker_goes_on() {
    try (Brokers brokers = Brokers.fresh()) {
      BrokerNode node = brokers.start();
      var acme = brokers.tenant(node.client(brokers.operator()), "acme");
      EventLines stream = node.client(acme.viewer()).events("?after=now");

      node.stop();

      List<String> lines = stream.ended(Duration.ofSeconds(10));
      assertThat(lines).contains("event: stream.close");
      String cursor = stream.cursor().orElseThrow();
      BrokerNode next = brokers.start();
      next.client(acme.viewer()).get("/events?after=" + cursor).expect(200);
    }
  }

  @Test
  void readiness_goes_first_and_a_request_in_flight_gets_its_normal_answer() throws Exception {
    try (Brokers brokers = Brokers.fresh();
        var problems = LoggedProblems.watching()) {
      BrokerNode node = brokers.start(SEALING_ALWAYS);
      var acme = brokers.tenant(node.client(brokers.operator()), "acme");
      EventLines stream = node.client(acme.viewer()).events("?after=now");
      try (HalfSent request = HalfSent.to(node, acme.app(), "in-flight")) {
        CompletableFuture<Void> stop = CompletableFuture.runAsync(node::stop);

        assertThat(stream.ended(Duration.ofSeconds(10))).contains("event: stream.close");
        Answer ready = node.management("/readyz");
        assertThat(ready.status()).isEqualTo(503);
        assertThat(node.management("/livez").status()).isEqualTo(200);
        assertThat(stop).isNotDone();

        assertThat(request.finish()).startsWith("HTTP/1.1 201");
        stop.get(20, SECONDS);
      }
      assertThat(brokers.rows("SELECT name FROM secret")).contains("in-flight");
      assertThat(problems.lines()).isEmpty();
    }
  }

  @Test
  void only_new_tls_is_spoken() throws Exception {
    KeyStore store = certificate();
    try (Brokers brokers = Brokers.fresh()) {
      BrokerNode node = brokers.start(Tuning.USUAL.tls(pem(store)));
      SSLContext trusting = trusting(store);

      for (String version : List.of("TLSv1.2", "TLSv1.3")) {
        assertThat(greet(node, trusting, version)).startsWith("HTTP/1.1 401");
      }
      for (String version : List.of("TLSv1", "TLSv1.1")) {
        assertThatThrownBy(() -> greet(node, trusting, version)).isInstanceOf(SSLException.class);
      }
    }
  }

  private static String greet(BrokerNode node, SSLContext trusting, String version)
      throws IOException {
    URI address = URI.create(node.address());
    try (SSLSocket socket =
        (SSLSocket)
            trusting.getSocketFactory().createSocket(address.getHost(), address.getPort())) {
      socket.setEnabledProtocols(new String[] {version});
      socket.setSoTimeout(10_000);
      socket
          .getOutputStream()
          .write(
              "GET /api/v1/secrets HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private KeyStore certificate() throws Exception {
    Path file = directory.resolve("store.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=dns:localhost,ip:127.0.0.1",
                "-alias",
                "broker",
                "-storetype",
                "PKCS12",
                "-storepass",
                "only-for-tests",
                "-keystore",
                file.toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(keytool.waitFor(30, SECONDS)).isTrue();
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (var in = Files.newInputStream(file)) {
      store.load(in, "only-for-tests".toCharArray());
    }
    return store;
  }

  private BrokerConfig.Tls pem(KeyStore store) throws GeneralSecurityException, IOException {
    Key key = store.getKey("broker", "only-for-tests".toCharArray());
    Path certificate = directory.resolve("certificate.pem");
    Path privateKey = directory.resolve("key.pem");
    Files.writeString(
        certificate, block("CERTIFICATE", store.getCertificate("broker").getEncoded()));
    Files.writeString(privateKey, block("PRIVATE KEY", key.getEncoded()));
    Files.setPosixFilePermissions(privateKey, PosixFilePermissions.fromString("rw-------"));
    return new BrokerConfig.Tls(certificate, privateKey);
  }

  private static String block(String kind, byte[] der) {
    String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(kind, text, kind);
  }

  private static SSLContext trusting(KeyStore store) throws Exception {
    KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null, null);
    trusted.setCertificateEntry("broker", store.getCertificate("broker"));
    TrustManagerFactory managers =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    managers.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, managers.getTrustManagers(), null);
    return context;
  }
}
