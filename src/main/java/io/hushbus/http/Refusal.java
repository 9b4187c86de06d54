package io.hushbus.http;

import java.util.Map;

/** A request that HTTP itself forbids, before any service is asked: a problem and its headers. */
final class Refusal extends RuntimeException {

  private static final long serialVersionUID = 1L;
  private final ProblemType type;
  private final transient Map<String, String> headers;

  Refusal(ProblemType type) {
    this(type, Map.of());
  }

  Refusal(ProblemType type, Map<String, String> headers) {
    super(type.code(), null, false, false);
    this.type = type;
    this.headers = headers;
  }

  ProblemType type() {
    return type;
  }

  Map<String, String> headers() {
    return headers;
  }
}
