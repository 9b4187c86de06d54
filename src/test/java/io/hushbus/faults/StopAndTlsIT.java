package io.hushbus.faults;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hushbus.config.BrokerConfig;
import io.hushbus.support.BrokerNode;
import io.hushbus.support.Brokers;
import io.hushbus.support.Brokers.Tuning;
import io.hushbus.support.Certificates;
import io.hushbus.support.Client.Answer;
import io.hushbus.support.EventLines;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
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
    Certificates certificates =
        Certificates.in(directory).signed("broker", "CN=localhost", "dns:localhost,ip:127.0.0.1");
    try (Brokers brokers = Brokers.fresh()) {
      BrokerNode node =
          brokers.start(
              Tuning.USUAL.tls(
                  new BrokerConfig.Tls(
                      certificates.certificateFile("broker"), certificates.keyFile("broker"))));
      SSLContext trusting = certificates.client();

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
}
