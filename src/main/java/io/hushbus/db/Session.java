package io.hushbus.db;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import io.vertx.sqlclient.impl.SocketConnectionBase;
import io.vertx.sqlclient.internal.SqlConnectionInternal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection for the length of one transaction. Confined to the context that got it.
 *
 * <p>Remembers the first failure of a statement: PostgreSQL answers {@code COMMIT} after an error
 * with a silent roll-back, so such a transaction must never be reported as done, even where the
 * caller recovered from the error.
 */
final class Session {

  /** Over the server's own limit, so that normally the server says it first. */
  static final Duration STATEMENT_LIMIT = Duration.ofMillis(2500);

  private static final Logger log = LoggerFactory.getLogger(Session.class);

  private final SqlConnection connection;
  private final StatementProbe probe;
  private final List<Future<?>> trusted = new ArrayList<>();
  private @Nullable Throwable failure;
  private @Nullable Throwable first;
  private int failures;
  private boolean lostRace;
  private boolean broken;
  private boolean over;

  Session(SqlConnection connection, StatementProbe probe) {
    this.connection = connection;
    this.probe = probe.transaction();
  }

  /** Runs {@code work} after {@code begin}, which goes out together with its first statement. */
  <T> Future<T> transaction(String begin, Supplier<Future<T>> work) {
    return inside(begin, work).transform(done -> finish(done));
  }

  /**
   * The same for work that only reads: the answer does not wait for {@code COMMIT}, since nothing
   * depends on it. {@code finished} runs when the connection is free.
   */
  <T> Future<T> reading(String begin, Supplier<Future<T>> work, Runnable finished) {
    Future<T> read = inside(begin, work);
    read.transform(done -> finish(done)).onComplete(done -> finished.run());
    return read;
  }

  Future<RowSet<Row>> prepared(String sql, Tuple parameters) {
    return run(sql, () -> connection.preparedQuery(sql).execute(parameters));
  }

  /**
   * Statements without parameters and without need of a plan, several if separated by {@code ;}.
   */
  Future<RowSet<Row>> simple(String sql) {
    return run(sql, () -> connection.query(sql).execute());
  }

  /**
   * Lets the transaction commit without waiting for {@code sent}: {@code COMMIT} goes out right
   * behind it, and undoes the transaction if it failed.
   */
  void trust(Future<?> sent) {
    trusted.add(sent);
    sent.onFailure(this::betrayed);
  }

  /** What comes behind the first failure fails because of it, and says less. */
  private void betrayed(Throwable cause) {
    if (failures <= 1 && first == null) {
      first = cause;
    }
  }

  /** Whether the transaction was undone by the server because it lost a race. */
  boolean lostRace() {
    return lostRace;
  }

  /** Whether the connection was closed for good and must not go back to a pool. */
  boolean broken() {
    return broken;
  }

  private <T> Future<T> inside(String begin, Supplier<Future<T>> work) {
    Future<RowSet<Row>> begun = simple(begin);
    Future<T> worked = attempt(work);
    if (worked.succeeded()) {
      return worked; // nothing is to be waited for; what fails, BEGIN too, is known by COMMIT
    }
    return Future.join(begun, worked)
        .transform(done -> begun.failed() || worked.succeeded() ? unlessFailed(worked) : worked)
        .recover(cause -> Future.failedFuture(first == null ? cause : first));
  }

  private <T> Future<T> unlessFailed(Future<T> worked) {
    return failure == null ? worked : Future.failedFuture(failure);
  }

  private <T> Future<T> finish(AsyncResult<T> done) {
    over = true;
    if (done.succeeded()) {
      return sent("COMMIT", () -> connection.query("COMMIT").execute())
          .transform(ended -> Future.join(trusted).transform(all -> committed(ended, done)));
    }
    Future<T> failed = Future.failedFuture(done.cause());
    return broken
        ? failed
        : sent("ROLLBACK", () -> connection.query("ROLLBACK").execute()).transform(e -> failed);
  }

  /** An answer to COMMIT alone says nothing: see above. */
  private <T> Future<T> committed(AsyncResult<?> ended, AsyncResult<T> done) {
    Throwable cause = ended.failed() ? ended.cause() : failure;
    if (first != null) {
      return Future.failedFuture(first);
    }
    return cause == null ? Future.succeededFuture(done.result()) : Future.failedFuture(cause);
  }

  private static <T> Future<T> attempt(Supplier<Future<T>> work) {
    try {
      return work.get();
    } catch (RuntimeException thrown) {
      return Future.failedFuture(thrown);
    }
  }

  /** What is left of work that has failed must not meet whoever has the connection next. */
  private Future<RowSet<Row>> run(String sql, Supplier<Future<RowSet<Row>>> statement) {
    return over
        ? Future.failedFuture(new IllegalStateException("its transaction is over: " + sql.strip()))
        : sent(sql, statement);
  }

  private Future<RowSet<Row>> sent(String sql, Supplier<Future<RowSet<Row>>> statement) {
    probe.before(sql);
    return attempt(statement)
        .timeout(STATEMENT_LIMIT.toMillis(), TimeUnit.MILLISECONDS)
        .transform(
            done -> {
              probe.after(sql);
              return done.succeeded()
                  ? Future.succeededFuture(done.result())
                  : failed(done.cause(), sql);
            });
  }

  private Future<RowSet<Row>> failed(Throwable cause, String sql) {
    Throwable meaning = SqlFailures.of(cause, sql);
    failures++;
    if (failure == null) {
      failure = meaning;
      lostRace = SqlFailures.lostRace(cause);
    }
    if (SqlFailures.breaksConnection(cause)) {
      log.warn("closing a database connection after {}", SqlFailures.kind(cause));
      cut();
    }
    return Future.failedFuture(meaning);
  }

  /**
   * Closes the socket itself: an orderly close would wait behind the statement that did not answer,
   * and for a pooled connection means going back to the pool.
   */
  private void cut() {
    broken = true;
    cut(connection);
  }

  static void cut(SqlConnection connection) {
    socket(connection).close();
  }

  /** The socket below the connection. */
  static NetSocketInternal socket(SqlConnection connection) {
    if (((SqlConnectionInternal) connection).unwrap().unwrap() instanceof SocketConnectionBase on) {
      return on.socket();
    }
    throw new IllegalStateException("a PostgreSQL connection has a socket below: client changed?");
  }
}
