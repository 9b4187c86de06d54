package io.hushbus.http;

import java.util.Locale;

/**
 * Every kind of problem the HTTP interface answers (RFC 9457). The code is stable for ever; {@code
 * docs/problems.md} has a section for each.
 */
public enum ProblemType {
  INVALID(400, "The request is not valid"),
  UNAUTHENTICATED(401, "Credentials are missing or do not hold"),
  DENIED(403, "The caller may not do this"),
  NOT_FOUND(404, "There is no such thing"),
  METHOD_NOT_ALLOWED(405, "The resource does not know this method"),
  NOT_ACCEPTABLE(406, "No representation that the caller accepts"),
  CONFLICT(409, "The state of things forbids it"),
  GONE(410, "It was, and is no more"),
  PRECONDITION_FAILED(412, "The precondition does not hold"),
  TOO_LARGE(413, "The body is too large"),
  URI_TOO_LONG(414, "The request line is too long"),
  UNSUPPORTED_MEDIA_TYPE(415, "The body is of a kind that is not read here"),
  UNPROCESSABLE(422, "Well formed, but it cannot be meant"),
  PRECONDITION_REQUIRED(428, "Changes need an If-Match here"),
  OVER_BUDGET(429, "A budget is used up"),
  HEADERS_TOO_LARGE(431, "The header is too large"),
  INTERNAL(500, "The broker has a bug"),
  INTEGRITY(500, "Stored data does not verify"),
  UNAVAILABLE(503, "The broker cannot answer now");

  private final int status;
  private final String title;

  ProblemType(int status, String title) {
    this.status = status;
    this.title = title;
  }

  public int status() {
    return status;
  }

  public String title() {
    return title;
  }

  /** The stable word in answers. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The URI that names the type. */
  public String uri() {
    return "https://hushbus.io/problems/" + code();
  }
}
