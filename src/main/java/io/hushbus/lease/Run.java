package io.hushbus.lease;

import io.hushbus.crypto.Canonical;
import io.hushbus.model.ObjectName;
import io.hushbus.model.Principal;
import io.hushbus.model.RunId;
import io.hushbus.model.Scope;
import io.hushbus.model.TenantId;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * One execution of a task by a job runner. Leases belong to it and end with it.
 *
 * @param scope where it runs: always in a project, maybe in a domain
 * @param externalId what its platform calls it; with the project and the attempt there is one
 * @param openedBy who opened it, and may go on with it beside its own token
 */
public record Run(
    RunId id,
    Scope scope,
    Optional<ObjectName> environment,
    String externalId,
    int attempt,
    Principal openedBy,
    Token token,
    Optional<Delivery> delivery,
    Life life) {

  /**
   * What is stored of the token.
   *
   * @param generation of the pepper under which the hash is
   */
  @SuppressWarnings("ArrayRecordComponent") // only ever written and covered by the row's MAC
  public record Token(byte[] mac, int generation) {

    @Override
    public String toString() {
      return "Token[hidden]";
    }
  }

  /** The key that values are sealed to, as it was given: a suite's name and base64. */
  public record Delivery(String suite, String key) {}

  /**
   * When it began, was last heard of, and ends.
   *
   * @param lostAt when it is lost if it is not heard of before
   * @param endedAt when its end was written down; a run may be over before
   */
  public record Life(
      Instant openedAt,
      Instant beatAt,
      Instant lostAt,
      Optional<Instant> deadline,
      Optional<Instant> endedAt,
      Optional<Outcome> outcome) {

    /** The time within which it has to beat. */
    public Duration heartbeat() {
      return Duration.between(beatAt, lostAt);
    }

    Life beating(Instant now) {
      return new Life(openedAt, now, now.plus(heartbeat()), deadline, endedAt, outcome);
    }

    Life ended(Instant at, Outcome how) {
      return new Life(openedAt, beatAt, lostAt, deadline, Optional.of(at), Optional.of(how));
    }
  }

  /** How a run ended. */
  public enum Outcome {
    SUCCEEDED,
    FAILED,
    CANCELLED,
    /** It missed its heartbeat. */
    LOST,
    /** It reached its deadline. */
    EXPIRED;

    /** The word used in the API and the database: stable for ever. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    /**
     * @throws IllegalArgumentException for an unknown word
     */
    public static Outcome of(String word) {
      return valueOf(word.toUpperCase(Locale.ROOT));
    }
  }

  /** What a run is at a moment: it follows from the row and the database's time. */
  public enum State {
    OPEN,
    COMPLETED,
    EXPIRED,
    LOST;

    /** The word used in the API. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * The state at {@code now}.
   *
   * @param overAt when it is over, as the database computes it: at its end, its deadline or by a
   *     missed heartbeat
   */
  public State stateAt(Instant now, Instant overAt) {
    if (life.outcome().isPresent()) {
      return stateBy(life.outcome().get());
    }
    if (now.isBefore(overAt)) {
      return State.OPEN;
    }
    return stateBy(missed(overAt));
  }

  /** What was missed at {@code overAt} by a run that nobody ended. */
  Outcome missed(Instant overAt) {
    return life.deadline().filter(overAt::equals).isPresent() ? Outcome.EXPIRED : Outcome.LOST;
  }

  private static State stateBy(Outcome outcome) {
    return switch (outcome) {
      case LOST -> State.LOST;
      case EXPIRED -> State.EXPIRED;
      case SUCCEEDED, FAILED, CANCELLED -> State.COMPLETED;
    };
  }

  /** Whether {@code caller} is the run itself or who opened it. */
  boolean isOf(Principal caller) {
    return caller.equals(id.principal()) || caller.equals(openedBy);
  }

  Run living(Life next) {
    return new Run(id, scope, environment, externalId, attempt, openedBy, token, delivery, next);
  }

  /** What the row's MAC covers: everything. */
  Canonical canonical(TenantId tenant) {
    return Canonical.of("run/1")
        .id(tenant.value())
        .id(id.value())
        .id(scope.inProject().map(Scope.Place::id).orElse(null))
        .id(scope.inDomain().map(Scope.Place::id).orElse(null))
        .text(environment.map(ObjectName::text).orElse(null))
        .text(externalId)
        .number(attempt)
        .text(openedBy.toString())
        .bytes(token.mac())
        .number(token.generation())
        .text(delivery.map(Delivery::suite).orElse(null))
        .text(delivery.map(Delivery::key).orElse(null))
        .time(life.openedAt())
        .time(life.beatAt())
        .time(life.lostAt())
        .time(life.deadline().orElse(null))
        .time(life.endedAt().orElse(null))
        .text(life.outcome().map(Outcome::word).orElse(null));
  }
}
