package io.hushbus.client;

import java.util.Optional;

/** The broker answered, and the answer is no: a problem of RFC 9457. */
public final class Refused extends RuntimeException {

  private static final long serialVersionUID = 1L;
  private final int status;
  private final String code;
  private final transient Optional<String> request;

  Refused(int status, String code, String title, Optional<String> request) {
    super(title, null, false, false);
    this.status = status;
    this.code = code;
    this.request = request;
  }

  /** The HTTP status. */
  public int status() {
    return status;
  }

  /** The problem's code: stable, documented in {@code docs/problems.md}. */
  public String code() {
    return code;
  }

  /** The id under which the broker's log and audit trail know the request. */
  public Optional<String> request() {
    return request;
  }
}
