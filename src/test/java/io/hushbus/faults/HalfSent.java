package io.hushbus.faults;

import io.hushbus.support.BrokerNode;
import io.hushbus.support.Canary;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/**
 * A request to make a secret that the broker has admitted, and whose body has not come yet: it
 * stays in flight until {@link #finish}.
 */
final class HalfSent implements AutoCloseable {

  private final Socket socket;
  private final byte[] body;

  private HalfSent(Socket socket, byte[] body) {
    this.socket = socket;
    this.body = body;
  }

  /** Returns when the broker has said that it waits for the body. */
  static HalfSent to(BrokerNode node, String token, String name) throws IOException {
    URI address = URI.create(node.address());
    JsonObject secret =
        new JsonObject().put("name", name).put("type", "text").put("value", Canary.value());
    byte[] body = secret.encode().getBytes(StandardCharsets.UTF_8);
    HalfSent made = new HalfSent(new Socket(address.getHost(), address.getPort()), body);
    made.socket.setSoTimeout(10_000);
    made.send(
        """
        POST /api/v1/secrets?project=demo HTTP/1.1
        Host: localhost
        Authorization: Bearer %s
        Content-Type: application/json
        Content-Length: %d
        Expect: 100-continue
        Connection: close

        """
            .formatted(token, body.length)
            .replace("\n", "\r\n")
            .getBytes(StandardCharsets.US_ASCII));
    made.expectContinue();
    return made;
  }

  /** Sends the body, and gives the whole answer. */
  String finish() throws IOException {
    send(body);
    return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  private void expectContinue() throws IOException {
    String expected = "HTTP/1.1 100 Continue\r\n\r\n";
    byte[] said = socket.getInputStream().readNBytes(expected.length());
    if (!expected.equals(new String(said, StandardCharsets.US_ASCII))) {
      throw new AssertionError("not admitted: " + new String(said, StandardCharsets.US_ASCII));
    }
  }

  private void send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
