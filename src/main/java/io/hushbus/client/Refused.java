package io.hushbus.client;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The broker answered, and the answer is no: a problem of RFC 9457. */
public final class Refused extends RuntimeException {

  private static final long serialVersionUID = 1L;
  private final int status;
  private final String code;
  private final transient Optional<String> request;
  private final transient Optional<Duration> retryAfter;
  private final transient Json problem;

  /**
   * One fault of a request.
   *
   * @param pointer a JSON pointer into the body, or {@code ?name} for a parameter
   * @param code a stable word
   * @param detail a sentence for people
   */
  public record Fault(String pointer, String code, String detail) {

    static Fault of(Json json) {
      return new Fault(
          json.optionalText("pointer").orElse(""),
          json.optionalText("code").orElse("unknown"),
          json.optionalText("detail").orElse(""));
    }
  }

  /** One thing that stands in the way: what it is, and its id. */
  public record Blocker(String kind, String id) {}

  private Refused(
      String title,
      int status,
      Optional<String> request,
      Optional<Duration> retryAfter,
      Json problem) {
    super(title, null, false, false);
    this.status = status;
    this.code = problem.optionalText("code").orElse("unknown");
    this.request = request;
    this.retryAfter = retryAfter;
    this.problem = problem;
  }

  /** What an answer that is no success means; also of something that is no broker. */
  static Refused of(Reply reply) {
    Json problem = Json.parse(reply.body()).orElse(Json.EMPTY);
    return new Refused(
        problem.optionalText("title").orElse("status " + reply.status()),
        reply.status(),
        reply.header("x-request-id").or(() -> problem.optionalText("request_id")),
        reply.header("retry-after").flatMap(Refused::seconds),
        problem);
  }

  private static Optional<Duration> seconds(String header) {
    return header.matches("[0-9]{1,6}")
        ? Optional.of(Duration.ofSeconds(Long.parseLong(header)))
        : Optional.empty();
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

  /** One sentence for people. */
  public Optional<String> detail() {
    return problem.optionalText("detail");
  }

  /** Why, of a conflict: {@code name_taken}, {@code in_use}, … */
  public Optional<String> reason() {
    return problem.optionalText("reason");
  }

  /** What is wrong with the request; empty if that is not it. */
  public List<Fault> errors() {
    return problem.objects("errors").stream().map(Fault::of).toList();
  }

  /** What is in the way. */
  public List<Blocker> blockers() {
    return problem.objects("blockers").stream()
        .map(one -> new Blocker(one.text("kind"), one.text("id")))
        .toList();
  }

  /** How long the broker asks to wait before the next attempt. */
  public Optional<Duration> retryAfter() {
    return retryAfter;
  }

  /** Whether the same request may succeed later. Everything else is final. */
  public boolean retryable() {
    return problem.truth("retryable").orElse(status == 429 || (status >= 502 && status <= 504));
  }

  /** All fields of the problem. */
  public Json problem() {
    return problem;
  }
}
