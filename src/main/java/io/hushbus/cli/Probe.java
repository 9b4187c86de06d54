package io.hushbus.cli;

import io.hushbus.client.Json;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** Looks at what answers at an address, without a token. */
final class Probe {

  private static final Duration LONGEST = Duration.ofSeconds(5);

  private final Optional<SSLContext> trust;

  Probe(Optional<SSLContext> trust) {
    this.trust = trust;
  }

  /** The JSON object there, whatever the status; empty if there is none. */
  Optional<Json> json(URI address) {
    HttpClient.Builder client = HttpClient.newBuilder().connectTimeout(LONGEST);
    trust.ifPresent(client::sslContext);
    try (HttpClient http = client.build()) {
      HttpRequest request = HttpRequest.newBuilder(address).timeout(LONGEST).GET().build();
      return Json.parse(http.send(request, BodyHandlers.ofByteArray()).body());
    } catch (IOException | IllegalArgumentException away) {
      return Optional.empty();
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  /** When the certificate there ends; empty if it is not trusted or not that of the address. */
  Optional<Instant> certificateEnds(URI address) {
    int port = address.getPort() < 0 ? 443 : address.getPort();
    try (Socket plain = new Socket()) {
      plain.connect(new InetSocketAddress(address.getHost(), port), (int) LONGEST.toMillis());
      plain.setSoTimeout((int) LONGEST.toMillis());
      SSLContext context = trust.isPresent() ? trust.get() : SSLContext.getDefault();
      try (SSLSocket tls =
          (SSLSocket)
              context.getSocketFactory().createSocket(plain, address.getHost(), port, true)) {
        SSLParameters parameters = tls.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        tls.setSSLParameters(parameters);
        tls.startHandshake();
        return tls.getSession().getPeerCertificates()[0] instanceof X509Certificate own
            ? Optional.of(own.getNotAfter().toInstant())
            : Optional.empty();
      }
    } catch (IOException | GeneralSecurityException untrusted) {
      return Optional.empty();
    }
  }
}
