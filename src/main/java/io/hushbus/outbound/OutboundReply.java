package io.hushbus.outbound;

import io.vertx.core.buffer.Buffer;

/** What came back, whole. A redirect is an answer like any other, and is not followed. */
public record OutboundReply(int status, Buffer body) {

  @Override
  public String toString() {
    return "OutboundReply[" + status + "]";
  }
}
