package io.hushbus.db;

import io.hushbus.config.DatabaseConfig;
import io.hushbus.model.Failure;
import io.hushbus.model.TenantId;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.pgclient.PgBuilder;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The door to PostgreSQL: runs a function in a transaction that is bound to one tenant, or to one
 * listed job across tenants. Commits when the function's future succeeds, else rolls back.
 *
 * <p>Failures: {@link Failure.Unavailable} when the database cannot be reached, has no connection
 * free within a second, or does not answer in time; then the outcome is unknown, since a commit may
 * have happened. Nothing else is retried or hidden here but lost races of {@link #write} and {@link
 * #system}. Recovers by itself when the server is back.
 *
 * <p>Isolation is READ COMMITTED; what must not change in between is locked by the statements.
 */
public final class Db {

  private static final Logger log = LoggerFactory.getLogger(Db.class);
  private static final int ATTEMPTS = 3;

  private final Vertx vertx;
  private final DatabaseConfig config;
  private final StatementProbe probe;
  private final Preambles preambles;
  private final Pool pool;
  private final List<DedicatedConnection> dedicated = new CopyOnWriteArrayList<>();
  private final List<Db> beside = new CopyOnWriteArrayList<>();

  public Db(Vertx vertx, DatabaseConfig config, StatementProbe probe) {
    this(vertx, config, probe, config.poolSize());
  }

  private Db(Vertx vertx, DatabaseConfig config, StatementProbe probe, int connections) {
    this.vertx = vertx;
    this.config = config;
    this.probe = probe;
    this.preambles = new Preambles(config.systemRole());
    this.pool =
        PgBuilder.pool()
            .using(vertx)
            .connectingTo(Connections.options(config))
            .with(Connections.pool(connections))
            .with(Connections.opening())
            .withConnectHandler(Db::opened)
            .build();
  }

  /** Lets a new connection into the pool. */
  private static void opened(SqlConnection connection) {
    Connections.opened(connection);
    connection.close();
  }

  /** Runs {@code work} in a read-only transaction that sees the rows of {@code tenant}. */
  public <T> Future<T> read(TenantId tenant, Function<Tx, Future<T>> work) {
    return reading(
        Preambles.reading(List.of(tenant)), session -> work.apply(new Tx(session, tenant)));
  }

  /**
   * Runs {@code work} in a transaction that sees and changes the rows of {@code tenant}. A
   * transaction that lost a race (SQLSTATE 40001, 40P01) runs again, three times in all; so {@code
   * work} must have no effect outside the transaction. Then it fails with a retryable {@link
   * Failure.Conflict}.
   */
  public <T> Future<T> write(TenantId tenant, Function<Tx, Future<T>> work) {
    return again(
        Preambles.writing(List.of(tenant)), session -> work.apply(new Tx(session, tenant)), 1);
  }

  /** Runs {@code work} as {@link #write} does, with the rows of every tenant in sight. */
  public <T> Future<T> system(SystemTx.Job job, Function<SystemTx, Future<T>> work) {
    return again(preambles.system(job), session -> work.apply(new SystemTx(session, job)), 1);
  }

  /** Runs {@code work} as {@link #read} does, with the rows of every tenant in sight. */
  public <T> Future<T> systemRead(SystemTx.Job job, Function<SystemTx, Future<T>> work) {
    return reading(preambles.systemReading(), session -> work.apply(new SystemTx(session, job)));
  }

  /**
   * A connection of its own for a batcher or a listener, tied to the calling context, outside the
   * pool. Lives as long as this.
   */
  public DedicatedConnection dedicated(SystemTx.Job job) {
    return dedicated(job, ((VertxInternal) vertx).getOrCreateContext());
  }

  private DedicatedConnection dedicated(SystemTx.Job job, ContextInternal context) {
    DedicatedConnection made =
        new DedicatedConnection(
            context,
            job == SystemTx.Job.LEASE_BATCH || job == SystemTx.Job.READ_BATCH
                ? Connections.batching(config)
                : Connections.options(config),
            probe,
            preambles,
            job);
    dedicated.add(made);
    return made;
  }

  /**
   * A place where single reads of many requests, and tenants, become few transactions. Lives as
   * long as this.
   *
   * @param most in one transaction
   * @param tenant whose rows a request is about
   * @param read answers each request of a batch, in order; as {@link Coalescer} says
   */
  public <K, V> GatheredReads<K, V> gathering(
      int most, Function<K, TenantId> tenant, BiFunction<BatchTx, List<K>, Future<List<V>>> read) {
    return new GatheredReads<>(
        (VertxInternal) vertx,
        context -> dedicated(SystemTx.Job.READ_BATCH, context),
        most,
        tenant,
        read);
  }

  /**
   * The same database through connections of its own, for transactions that others wait for inside
   * theirs. Out of one pool, those who have a connection and those they wait for could take all of
   * it from each other, and then none would ever go on. Lives as long as this.
   */
  public Db beside(int connections) {
    Db made = new Db(vertx, config, probe, connections);
    beside.add(made);
    return made;
  }

  /** Whether the database answers. Never fails. */
  public Future<Boolean> ping() {
    return alone(session -> session.simple("SELECT 1")).map(true).otherwise(false);
  }

  /** Whether a statement has a row, as the broker's own role and with no tenant's rows in sight. */
  Future<Boolean> finds(String statement, Object... parameters) {
    return alone(session -> session.prepared(statement, Tuple.wrap(parameters)))
        .map(rows -> rows.size() > 0);
  }

  /** A statement without a transaction. */
  private <T> Future<T> alone(Function<Session, Future<T>> statement) {
    return acquire()
        .compose(
            connection -> {
              Session session = new Session(connection, probe);
              return statement
                  .apply(session)
                  .eventually(
                      () -> {
                        release(connection, session);
                        return Future.succeededFuture();
                      });
            });
  }

  /** Closes every connection; transactions under way fail as unavailable. */
  public Future<Void> close() {
    return Future.join(dedicated.stream().map(DedicatedConnection::close).toList())
        .transform(closed -> Future.join(beside.stream().map(Db::close).toList()))
        .transform(closed -> pool.close());
  }

  private <T> Future<T> reading(String begin, Function<Session, Future<T>> work) {
    return acquire()
        .compose(
            connection -> {
              Session session = new Session(connection, probe);
              return session.reading(
                  begin, () -> work.apply(session), () -> release(connection, session));
            });
  }

  private <T> Future<T> again(String begin, Function<Session, Future<T>> work, int attempt) {
    return acquire()
        .compose(
            connection -> {
              Session session = new Session(connection, probe);
              return session
                  .transaction(begin, () -> work.apply(session))
                  .onComplete(done -> release(connection, session))
                  .recover(
                      cause ->
                          session.lostRace() && attempt < ATTEMPTS
                              ? pause(attempt).compose(due -> again(begin, work, attempt + 1))
                              : Future.failedFuture(cause));
            });
  }

  private Future<Void> pause(int attempt) {
    Duration most = Duration.ofMillis(10L << attempt);
    return vertx.timer(
        ThreadLocalRandom.current().nextLong(1, most.toMillis()), TimeUnit.MILLISECONDS);
  }

  private Future<SqlConnection> acquire() {
    return pool.getConnection()
        .onSuccess(
            connection ->
                connection.exceptionHandler(told -> log.debug("{}", SqlFailures.kind(told))))
        .recover(cause -> Future.failedFuture(SqlFailures.ofConnecting(cause)));
  }

  private static void release(SqlConnection connection, Session session) {
    if (!session.broken()) {
      connection.close();
    }
  }
}
