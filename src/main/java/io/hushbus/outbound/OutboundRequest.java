package io.hushbus.outbound;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.time.Duration;
import java.util.Map;

/**
 * What is sent, to whom, and how much may come back.
 *
 * @param uri as {@link Destination#parse} takes it
 * @param headers all that are sent beside Host and Content-Length
 * @param mostBytes of the body of the answer
 * @param deadline from the first look-up to the last byte
 */
public record OutboundRequest(
    HttpMethod method,
    String uri,
    Map<String, String> headers,
    Buffer body,
    TlsProfile tls,
    int mostBytes,
    Duration deadline) {

  public OutboundRequest {
    headers = Map.copyOf(headers);
  }

  /** Asks for a document. */
  public static OutboundRequest get(
      String uri, String accept, TlsProfile tls, int mostBytes, Duration deadline) {
    return new OutboundRequest(
        HttpMethod.GET, uri, Map.of("Accept", accept), Buffer.buffer(), tls, mostBytes, deadline);
  }

  @Override
  public String toString() {
    return "OutboundRequest[hidden]";
  }
}
