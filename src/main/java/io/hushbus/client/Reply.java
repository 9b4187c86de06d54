package io.hushbus.client;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What came back.
 *
 * @param headers names in lower case
 * @param body belongs to who gets the reply, and may hold values
 */
@SuppressWarnings("ArrayRecordComponent") // overwritten by who reads it
public record Reply(int status, Map<String, List<String>> headers, byte[] body) {

  Optional<String> header(String name) {
    return headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of()).stream().findFirst();
  }

  /** Says nothing of its content. */
  @Override
  public String toString() {
    return "Reply[" + status + "]";
  }
}
