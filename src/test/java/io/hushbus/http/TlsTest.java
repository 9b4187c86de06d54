package io.hushbus.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.hushbus.support.Certificates;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The front door behind TLS, with a certificate that the test makes. */
class TlsTest {

  @TempDir private Path directory;
  private Certificates certificates;
  private Doors doors;

  @BeforeEach
  void open() throws Exception {
    certificates = Certificates.in(directory).signed("door", "CN=localhost", "dns:localhost");
    doors =
        Doors.open(
            new HttpSettings(
                "127.0.0.1",
                0,
                Optional.of(
                    new HttpSettings.Tls(
                        certificates.certificateFile("door"), certificates.keyFile("door"))),
                100,
                100,
                1000,
                100,
                100,
                Duration.ofSeconds(5),
                Duration.ofSeconds(2),
                List.of()),
            Map.of());
  }

  @AfterEach
  void close() {
    doors.close();
  }

  @Test
  void tls_1_3_and_1_2_are_spoken_and_to_be_kept() throws Exception {
    for (String version : new String[] {"TLSv1.3", "TLSv1.2"}) {
      try (SSLSocket socket = socket(version)) {
        socket
            .getOutputStream()
            .write(
                "GET /docs HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII));
        String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(socket.getSession().getProtocol()).isEqualTo(version);
        assertThat(answer).startsWith("HTTP/1.1 200 ");
        assertThat(answer.toLowerCase(java.util.Locale.ROOT))
            .contains("strict-transport-security: max-age=31536000");
      }
    }
  }

  /** By hand, as the client of this JDK would not even offer it. */
  @Test
  void tls_1_1_is_refused_with_the_alert_that_says_so() throws Exception {
    byte[] hello =
        HexFormat.of()
            .parseHex(
                "1603010031"
                    + "0100002d"
                    + "0302"
                    + "00".repeat(32)
                    + "00"
                    + "0006c014002f00ff"
                    + "0100");
    byte[] answer = exchange(hello);
    assertThat(answer).hasSizeGreaterThanOrEqualTo(7);
    assertThat(answer[0]).as("alert").isEqualTo((byte) 21);
    assertThat(answer[5]).as("fatal").isEqualTo((byte) 2);
    assertThat(answer[6]).as("protocol_version").isEqualTo((byte) 70);
  }

  @Test
  void plain_http_is_not_answered() throws Exception {
    byte[] answer =
        exchange("GET /docs HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    assertThat(new String(answer, StandardCharsets.ISO_8859_1)).doesNotContain("HTTP/1.1");
  }

  @Test
  void rs5_a_server_name_chooses_no_certificate() throws Exception {
    for (String name : List.of("localhost", "other.test")) {
      try (SSLSocket socket = socket("TLSv1.3")) {
        SSLParameters asked = socket.getSSLParameters();
        asked.setServerNames(List.of(new SNIHostName(name)));
        socket.setSSLParameters(asked);
        socket.startHandshake();
        assertThat(socket.getSession().getPeerPrincipal().getName()).isEqualTo("CN=localhost");
      }
    }
  }

  private SSLSocket socket(String version) throws Exception {
    SSLSocket socket =
        (SSLSocket)
            certificates
                .client()
                .getSocketFactory()
                .createSocket(InetAddress.getLoopbackAddress(), doors.verticle.port());
    socket.setSoTimeout(10_000);
    socket.setEnabledProtocols(new String[] {version});
    return socket;
  }

  /** What comes back until the door closes. */
  private byte[] exchange(byte[] sent) throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), doors.verticle.port())) {
      socket.setSoTimeout(10_000);
      OutputStream out = socket.getOutputStream();
      out.write(sent);
      InputStream in = socket.getInputStream();
      return in.readAllBytes();
    }
  }
}
