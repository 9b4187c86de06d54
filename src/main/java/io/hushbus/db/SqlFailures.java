package io.hushbus.db;

import io.hushbus.model.Failure;
import io.vertx.core.VertxException;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.ClosedConnectionException;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.TimeoutException;

/**
 * What an error of the database means to the broker. States as in the PostgreSQL manual, appendix
 * A.
 */
final class SqlFailures {

  private static final String UNIQUE_VIOLATION = "23505";

  /** The transaction lost a race and is undone: the same again may succeed. */
  private static final Set<String> LOST_RACES = Set.of("40001", "40P01", "55P03");

  /**
   * Classes and states that say "not now": connection, resources, operator intervention, wrong
   * credentials, no such database, time-outs. 0A000 is a plan made before a migration, or a
   * standby.
   */
  private static final Set<String> NOT_NOW_CLASSES =
      Set.of("08", "53", "57", "58", "28", "3D", "XX");

  private static final Set<String> NOT_NOW = Set.of("25P03", "40003", "0A000");

  private static final Set<String> CLOSED =
      Set.of("Pending requests failed to be sent", "Connection is not active now");

  private SqlFailures() {}

  /** The failure of {@code sql}: a {@link Failure}, a {@link UniqueViolation}, or a bug. */
  static Throwable of(Throwable cause, String sql) {
    if (cause instanceof Failure || cause instanceof UniqueViolation) {
      return cause;
    }
    if (cause instanceof PgException refused) {
      return ofState(refused, sql);
    }
    return isConnection(cause)
        ? unavailable()
        : new DatabaseFault("-----", "", "refused by the client: " + kind(cause), sql);
  }

  /** Any failure to get a connection. */
  static Failure ofConnecting(Throwable cause) {
    return cause instanceof Failure failure ? failure : unavailable();
  }

  /** Whether the transaction may be run again: it lost a race and nothing of it is left. */
  static boolean lostRace(Throwable cause) {
    return cause instanceof PgException refused && LOST_RACES.contains(state(refused));
  }

  /** Whether the connection cannot be trusted any more and must be closed. */
  static boolean breaksConnection(Throwable cause) {
    if (cause instanceof PgException refused) {
      String state = state(refused);
      return isNotNow(state) && !state.equals("57014");
    }
    return isConnection(cause);
  }

  /** The kind of an error for a log line: a state or a class name, never a text. */
  static String kind(Throwable cause) {
    return cause instanceof PgException refused ? state(refused) : cause.getClass().getSimpleName();
  }

  private static Throwable ofState(PgException refused, String sql) {
    String state = state(refused);
    if (state.equals(UNIQUE_VIOLATION)) {
      return new UniqueViolation(text(refused.getConstraint()));
    }
    if (LOST_RACES.contains(state)) {
      return Failure.conflict(Failure.Reason.CONCURRENT_CHANGE);
    }
    return isNotNow(state)
        ? unavailable()
        : new DatabaseFault(state, text(refused.getConstraint()), safeText(refused, state), sql);
  }

  private static boolean isNotNow(String state) {
    return state.length() == 5
        && (NOT_NOW_CLASSES.contains(state.substring(0, 2)) || NOT_NOW.contains(state));
  }

  /** Class 42 speaks of names and types in the statement; other classes quote values. */
  private static String safeText(PgException refused, String state) {
    return state.startsWith("42") ? text(refused.getErrorMessage()) : text(refused.getConstraint());
  }

  private static boolean isConnection(Throwable cause) {
    return cause instanceof IOException
        || cause instanceof TimeoutException
        || cause instanceof ClosedConnectionException
        || (cause instanceof VertxException refused && isOfClosed(refused));
  }

  /**
   * What was waiting to be sent, or came after a connection had begun to close. The client has no
   * type of its own for it; it uses the same for statements that are wrong.
   */
  private static boolean isOfClosed(VertxException refused) {
    String message = String.valueOf(refused.getMessage());
    return CLOSED.stream().anyMatch(message::startsWith);
  }

  private static String state(PgException refused) {
    return text(refused.getSqlState());
  }

  @SuppressWarnings("NullAway") // the client leaves fields that the server did not send null
  private static String text(String field) {
    return field == null ? "" : field;
  }

  private static Failure unavailable() {
    return Failure.unavailable(Failure.Dependency.DATABASE);
  }
}
