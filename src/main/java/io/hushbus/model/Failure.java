package io.hushbus.model;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * An expected failure: a closed family, facts as fields, no text from outside, no stack trace. A
 * bug is any other exception.
 *
 * <p>Each wire form maps the family once, by a {@code switch} without {@code default}.
 */
public abstract sealed class Failure extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private Failure(String fact) {
    super(fact, null, false, false);
  }

  /** What is wrong with one field of a request. The word is stable and documented. */
  public enum Code {
    MALFORMED_JSON,
    DUPLICATE_KEY,
    TOO_DEEP,
    UNKNOWN_FIELD,
    MISSING_FIELD,
    WRONG_TYPE,
    BAD_FORMAT,
    TOO_LONG,
    TOO_SHORT,
    OUT_OF_RANGE,
    NOT_ALLOWED,
    BAD_SECRET_NAME,
    BAD_ENTRY_NAME,
    BAD_NAME,
    BAD_TENANT_NAME,
    RESERVED_NAME,
    BAD_ENTRY_COUNT,
    BAD_DURATION,
    BAD_BASE64,
    BAD_UTF8,
    VALUE_TOO_LARGE,
    VALUE_REQUIRED,
    TYPE_MISMATCH,
    BAD_CURSOR,
    BAD_PAGE_TOKEN,
    UNKNOWN_PROJECT,
    UNKNOWN_DOMAIN,
    UNKNOWN_COMMUNITY,
    BAD_HEADER,
    BAD_PATH,
    UNKNOWN_PARAMETER,
    KEY_REUSED,
    NOT_FOUND,
    DENIED,
    ALREADY_THERE,
    PRECONDITION_FAILED,
    PRECONDITION_REQUIRED;

    /** The word used in answers. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * One field error: a JSON pointer (RFC 6901) into the body, or {@code ""} for the whole, or
   * {@code ?name} for a parameter.
   */
  public record Field(String pointer, Code code) {}

  /** Something that stands in the way of a request, by kind and id. */
  public record Blocker(String kind, String id) {}

  /** The request itself is wrong (400). */
  public static final class Invalid extends Failure {
    private static final long serialVersionUID = 1L;
    private final transient List<Field> fields;

    private Invalid(List<Field> fields) {
      super("invalid: " + fields);
      this.fields = List.copyOf(fields);
    }

    public List<Field> fields() {
      return fields;
    }
  }

  /** No credentials, or none that hold (401). Never says which. */
  public static final class Unauthenticated extends Failure {
    private static final long serialVersionUID = 1L;

    private Unauthenticated() {
      super("unauthenticated");
    }
  }

  /** The caller may see the thing but not do this to it (403). */
  public static final class Denied extends Failure {
    private static final long serialVersionUID = 1L;

    private Denied() {
      super("denied");
    }
  }

  /** There is no such thing, or the caller may not know of it (404): the same answer. */
  public static final class Missing extends Failure {
    private static final long serialVersionUID = 1L;
    private final String kind;
    private final transient List<Field> fields;

    private Missing(String kind, List<Field> fields) {
      super("missing: " + kind);
      this.kind = kind;
      this.fields = List.copyOf(fields);
    }

    public String kind() {
      return kind;
    }

    /** Which of several things asked for by name are not there; empty when one was asked for. */
    public List<Field> fields() {
      return fields;
    }
  }

  /** Why the state of things forbids the request. */
  public enum Reason {
    NAME_TAKEN,
    IN_USE,
    STATE,
    CONCURRENT_CHANGE,
    KEY_IN_FLIGHT,
    ROTATION_IN_PROGRESS,
    LIMIT,
    HELD_OTHERWISE,
    VALIDITY_NOT_PROMISED;

    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** The state of things forbids it (409). */
  public static final class Conflict extends Failure {
    private static final long serialVersionUID = 1L;
    private final Reason reason;
    private final transient List<Blocker> blockers;
    private final transient OptionalLong most;

    private Conflict(Reason reason, List<Blocker> blockers, OptionalLong most) {
      super("conflict: " + reason);
      this.reason = reason;
      this.blockers = List.copyOf(blockers);
      this.most = most;
    }

    /** Of a time that cannot be promised: the most seconds that can. */
    public OptionalLong most() {
      return most;
    }

    public Reason reason() {
      return reason;
    }

    public List<Blocker> blockers() {
      return blockers;
    }

    /** Whether the same request may succeed if sent again at once. */
    public boolean retryable() {
      return reason == Reason.CONCURRENT_CHANGE || reason == Reason.KEY_IN_FLIGHT;
    }
  }

  /** The thing was, and is no more: destroyed, expired, revoked (410). */
  public static final class Gone extends Failure {
    private static final long serialVersionUID = 1L;
    private final String kind;

    private Gone(String kind) {
      super("gone: " + kind);
      this.kind = kind;
    }

    public String kind() {
      return kind;
    }
  }

  /** If-Match or If-None-Match did not hold (412). */
  public static final class PreconditionFailed extends Failure {
    private static final long serialVersionUID = 1L;

    private PreconditionFailed() {
      super("precondition failed");
    }
  }

  /** The thing may only be changed under If-Match (428). */
  public static final class PreconditionRequired extends Failure {
    private static final long serialVersionUID = 1L;

    private PreconditionRequired() {
      super("precondition required");
    }
  }

  /**
   * Well formed, and yet it cannot be meant (422), such as an idempotency key with another body.
   */
  public static final class Unprocessable extends Failure {
    private static final long serialVersionUID = 1L;
    private final transient List<Field> fields;

    private Unprocessable(List<Field> fields) {
      super("unprocessable: " + fields);
      this.fields = List.copyOf(fields);
    }

    public List<Field> fields() {
      return fields;
    }
  }

  /**
   * A budget is used up (429): which one, and when to come back; zero where no time will help,
   * since something must be given up first.
   */
  public static final class OverBudget extends Failure {
    private static final long serialVersionUID = 1L;
    private final String budget;
    private final Duration retryAfter;

    private OverBudget(String budget, Duration retryAfter) {
      super("over budget: " + budget);
      this.budget = budget;
      this.retryAfter = retryAfter;
    }

    public String budget() {
      return budget;
    }

    public Duration retryAfter() {
      return retryAfter;
    }
  }

  /** What the broker depends on and could not reach in time. */
  public enum Dependency {
    DATABASE,
    KEYS,
    AUDIT,
    /** The database is older than what was written outside it; an operator has to look. */
    RESTORE,
    SELF;

    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * The broker cannot answer now (503). Whether anything happened is unknown; requests are safe to
   * repeat by their keys.
   */
  public static final class Unavailable extends Failure {
    private static final long serialVersionUID = 1L;
    private final Dependency dependency;

    private Unavailable(Dependency dependency) {
      super("unavailable: " + dependency);
      this.dependency = dependency;
    }

    public Dependency dependency() {
      return dependency;
    }
  }

  /**
   * Stored data does not verify: a tag, a row MAC or a format is wrong (500). Nothing of it is
   * shown.
   */
  public static final class Integrity extends Failure {
    private static final long serialVersionUID = 1L;
    private final String kind;

    private Integrity(String kind) {
      super("integrity: " + kind);
      this.kind = kind;
    }

    public String kind() {
      return kind;
    }
  }

  public static Failure invalid(String pointer, Code code) {
    return new Invalid(List.of(new Field(pointer, code)));
  }

  public static Failure invalid(List<Field> fields) {
    return new Invalid(fields);
  }

  public static Failure unauthenticated() {
    return new Unauthenticated();
  }

  public static Failure denied() {
    return new Denied();
  }

  /**
   * @param kind a short stable word such as {@code secret}; never a name from outside
   */
  public static Failure missing(String kind) {
    return new Missing(kind, List.of());
  }

  /** Of several things of one kind, those named by {@code fields} are not there. */
  public static Failure missing(String kind, List<Field> fields) {
    return new Missing(kind, fields);
  }

  public static Failure conflict(Reason reason) {
    return new Conflict(reason, List.of(), OptionalLong.empty());
  }

  public static Failure conflict(Reason reason, List<Blocker> blockers) {
    return new Conflict(reason, blockers, OptionalLong.empty());
  }

  /** A lease cannot be promised for as long as was asked; at most for this long. */
  public static Failure notPromised(Duration most) {
    return new Conflict(Reason.VALIDITY_NOT_PROMISED, List.of(), OptionalLong.of(most.toSeconds()));
  }

  public static Failure gone(String kind) {
    return new Gone(kind);
  }

  public static Failure preconditionFailed() {
    return new PreconditionFailed();
  }

  public static Failure preconditionRequired() {
    return new PreconditionRequired();
  }

  public static Failure unprocessable(String pointer, Code code) {
    return new Unprocessable(List.of(new Field(pointer, code)));
  }

  public static Failure unprocessable(List<Field> fields) {
    return new Unprocessable(fields);
  }

  public static Failure overBudget(String budget, Duration retryAfter) {
    return new OverBudget(budget, retryAfter);
  }

  public static Failure unavailable(Dependency dependency) {
    return new Unavailable(dependency);
  }

  public static Failure integrity(String kind) {
    return new Integrity(kind);
  }

  /**
   * This failure with {@code prefix} put before each pointer, for a part parsed on its own; other
   * failures as they are.
   */
  public Failure at(String prefix) {
    return this instanceof Invalid invalid
        ? new Invalid(
            invalid.fields.stream().map(f -> new Field(prefix + f.pointer(), f.code())).toList())
        : this;
  }

  /** This failure as a {@link Conflict}, if it is one for that reason. */
  public Optional<Conflict> asConflict(Reason reason) {
    return this instanceof Conflict conflict && conflict.reason() == reason
        ? Optional.of(conflict)
        : Optional.empty();
  }
}
