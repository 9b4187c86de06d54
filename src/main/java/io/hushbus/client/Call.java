package io.hushbus.client;

import io.hushbus.model.SecretValue;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A request as a transport sends it.
 *
 * @param path below {@code /api/v1}, encoded
 * @param query names and values in their order, not encoded
 * @param body empty for none; overwritten by its owner when the call is over
 * @param limit the most bytes that an answer may have
 */
@SuppressWarnings("ArrayRecordComponent") // the bytes of a body, which its owner wipes
public record Call(
    String method,
    String path,
    List<Map.Entry<String, String>> query,
    Map<String, String> headers,
    byte[] body,
    SecretValue token,
    Duration deadline,
    int limit) {

  /** The path with its query, encoded. */
  String target() {
    return query.isEmpty()
        ? path
        : query.stream()
            .map(one -> encoded(one.getKey()) + "=" + encoded(one.getValue()))
            .collect(Collectors.joining("&", path + "?", ""));
  }

  /**
   * One segment of a path, or one part of a query: everything but unreserved characters encoded.
   */
  static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8)
        .replace("+", "%20")
        .replace("*", "%2A")
        .replace("%7E", "~");
  }

  /** Says nothing of its body and headers. */
  @Override
  public String toString() {
    return method + " " + path;
  }
}
