package io.hushbus.http;

import io.hushbus.model.Failure;
import io.hushbus.model.RequestContext;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns whatever went wrong into an RFC 9457 answer. The one {@code switch} over {@link Failure} of
 * the HTTP interface has no {@code default}: a new failure does not compile without a wire form.
 */
final class Problems {

  private static final Logger LOG = LoggerFactory.getLogger(Problems.class);
  private static final Duration COME_BACK = Duration.ofSeconds(1);

  /** What one problem says beyond its type. */
  private record Problem(
      ProblemType type,
      String detail,
      boolean retryable,
      Optional<Duration> retryAfter,
      Map<String, Object> facts,
      List<Failure.Field> errors,
      List<Failure.Blocker> blockers,
      Map<String, String> headers) {

    static Problem of(ProblemType type) {
      return new Problem(
          type,
          Sentences.of(type),
          false,
          Optional.empty(),
          Map.of(),
          List.of(),
          List.of(),
          Map.of());
    }

    Problem saying(String sentence) {
      return new Problem(type, sentence, retryable, retryAfter, facts, errors, blockers, headers);
    }

    /** One more fact: a word, or a number. */
    Problem fact(String name, Object value) {
      Map<String, Object> more = new LinkedHashMap<>(facts);
      more.put(name, value);
      return new Problem(type, detail, retryable, retryAfter, more, errors, blockers, headers);
    }

    Problem errors(List<Failure.Field> fields) {
      return new Problem(type, detail, retryable, retryAfter, facts, fields, blockers, headers);
    }

    Problem blockers(List<Failure.Blocker> those) {
      return new Problem(type, detail, retryable, retryAfter, facts, errors, those, headers);
    }

    Problem again(boolean may) {
      return new Problem(type, detail, may, retryAfter, facts, errors, blockers, headers);
    }

    Problem after(Duration wait) {
      return new Problem(type, detail, true, Optional.of(wait), facts, errors, blockers, headers);
    }

    Problem headers(Map<String, String> those) {
      return new Problem(type, detail, retryable, retryAfter, facts, errors, blockers, those);
    }
  }

  private Problems() {}

  /** The answer for {@code cause}. A bug is logged here, by its class and stack alone. */
  static Answer.Complete answer(Throwable cause, RequestContext context) {
    return write(problem(cause, context), context);
  }

  private static Problem problem(Throwable cause, RequestContext context) {
    return switch (cause) {
      case Failure failure -> of(failure);
      case Refusal refusal -> of(refusal);
      default -> bug(cause, context);
    };
  }

  private static Problem of(Failure failure) {
    return switch (failure) {
      case Failure.Invalid f -> Problem.of(ProblemType.INVALID).errors(f.fields());
      case Failure.Unauthenticated f ->
          Problem.of(ProblemType.UNAUTHENTICATED).headers(Map.of("WWW-Authenticate", "Bearer"));
      case Failure.Denied f -> Problem.of(ProblemType.DENIED);
      case Failure.Missing f ->
          Problem.of(ProblemType.NOT_FOUND).fact("kind", f.kind()).errors(f.fields());
      case Failure.Conflict f ->
          promised(Problem.of(ProblemType.CONFLICT).fact("reason", f.reason().word()), f)
              .saying(Sentences.of(f.reason()))
              .again(f.retryable())
              .blockers(f.blockers());
      case Failure.Gone f -> Problem.of(ProblemType.GONE).fact("kind", f.kind());
      case Failure.PreconditionFailed f -> Problem.of(ProblemType.PRECONDITION_FAILED);
      case Failure.PreconditionRequired f -> Problem.of(ProblemType.PRECONDITION_REQUIRED);
      case Failure.Unprocessable f -> Problem.of(ProblemType.UNPROCESSABLE).errors(f.fields());
      case Failure.OverBudget f ->
          overBudget(Problem.of(ProblemType.OVER_BUDGET).fact("budget", f.budget()), f);
      case Failure.Unavailable f ->
          Problem.of(ProblemType.UNAVAILABLE)
              .fact("dependency", f.dependency().word())
              .saying(Sentences.of(f.dependency()))
              .after(COME_BACK);
      case Failure.Integrity f -> Problem.of(ProblemType.INTEGRITY);
    };
  }

  private static Problem promised(Problem problem, Failure.Conflict failure) {
    return failure.most().isPresent()
        ? problem.fact("max_seconds", failure.most().getAsLong())
        : problem;
  }

  /** What does not come back by waiting has no time to come back at. */
  private static Problem overBudget(Problem problem, Failure.OverBudget failure) {
    return failure.retryAfter().isZero() ? problem : problem.after(failure.retryAfter());
  }

  private static Problem of(Refusal refusal) {
    return Problem.of(refusal.type()).headers(refusal.headers());
  }

  /** The message may hold text from outside, so it stays out of the log: class and frames only. */
  private static Problem bug(Throwable cause, RequestContext context) {
    StackTraceElement[] frames = cause.getStackTrace();
    LOG.error(
        "event=bug request_id={} class={} stack={}",
        context.id(),
        cause.getClass().getName(),
        List.of(frames).subList(0, Math.min(20, frames.length)));
    return Problem.of(ProblemType.INTERNAL);
  }

  private static Answer.Complete write(Problem problem, RequestContext context) {
    ProblemType type = problem.type();
    Map<String, String> headers = new LinkedHashMap<>(problem.headers());
    problem.retryAfter().ifPresent(wait -> headers.put("Retry-After", seconds(wait)));
    headers.put("Cache-Control", "no-store");
    Answer.Complete answer =
        Answer.json(type.status(), json -> fill(json, problem, context))
            .as("application/problem+json");
    for (Map.Entry<String, String> header : headers.entrySet()) {
      answer = answer.with(header.getKey(), header.getValue());
    }
    return answer.problem(type.code());
  }

  private static void fill(JsonWriter json, Problem problem, RequestContext context) {
    ProblemType type = problem.type();
    json.field("type", type.uri()).field("title", type.title()).field("status", type.status());
    json.field("detail", problem.detail());
    json.field("code", type.code()).field("request_id", context.id().toString());
    json.field("retryable", problem.retryable());
    problem.retryAfter().ifPresent(w -> json.field("retry_after_seconds", ceiling(w)));
    problem.facts().forEach((name, value) -> fact(json, name, value));
    if (!problem.errors().isEmpty()) {
      json.array("errors", problem.errors(), Problems::error);
    }
    if (!problem.blockers().isEmpty()) {
      json.array("blockers", problem.blockers(), Problems::blocker);
    }
  }

  private static void fact(JsonWriter json, String name, Object value) {
    if (value instanceof Long number) {
      json.field(name, number);
    } else {
      json.field(name, value.toString());
    }
  }

  /** The short form of a failure of one item among many, inside an answer that is good. */
  static void within(JsonWriter json, Throwable cause) {
    if (!(cause instanceof Failure failure)) {
      throw new IllegalStateException("an item fails by a failure; a bug fails the request", cause);
    }
    Problem problem = of(failure);
    json.field("status", problem.type().status())
        .field("detail", problem.detail())
        .field("code", problem.type().code());
    if (!problem.errors().isEmpty()) {
      json.array("errors", problem.errors(), Problems::error);
    }
  }

  private static void error(JsonWriter json, Failure.Field field) {
    json.field("pointer", field.pointer())
        .field("code", field.code().word())
        .field("detail", Sentences.of(field.code()));
  }

  private static void blocker(JsonWriter json, Failure.Blocker blocker) {
    json.field("kind", blocker.kind()).field("id", blocker.id());
  }

  private static String seconds(Duration wait) {
    return Long.toString(ceiling(wait));
  }

  private static long ceiling(Duration wait) {
    return Math.max(1, wait.plusMillis(999).toSeconds());
  }
}
