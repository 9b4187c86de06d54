package io.hushbus.outbound;

import io.vertx.core.buffer.Buffer;
import java.util.Optional;

/**
 * What came back, whole. A redirect is an answer like any other, and is not followed.
 *
 * @param retryAfter the header of that name, as it came
 */
public record OutboundReply(int status, Buffer body, Optional<String> retryAfter) {

  @Override
  public String toString() {
    return "OutboundReply[" + status + "]";
  }
}
