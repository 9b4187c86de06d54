package io.hushbus.db;

import io.hushbus.model.Failure;
import io.hushbus.model.TenantId;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.pgclient.spi.PgDriver;
import io.vertx.sqlclient.spi.ConnectionFactory;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection kept open for one job: transactions one after the other, and notifications.
 *
 * <p>Connects when first needed and again when lost, with back-off; while it cannot, transactions
 * fail at once as unavailable. A listener is connected again in the background, and is told so by a
 * notification with the payload {@link #CONNECTED}, since some may have been missed.
 *
 * <p>State is confined to the context it was made for; calls may come from any, and are answered on
 * the caller's.
 */
public final class DedicatedConnection {

  /** What a listener is told when it is connected, the first time or again. */
  public static final String CONNECTED = "connected";

  private static final Logger log = LoggerFactory.getLogger(DedicatedConnection.class);
  private static final long FIRST_PAUSE_MS = 50;
  private static final long LONGEST_PAUSE_MS = 2_000;
  private static final int MOST_WAITING = 256;

  private final ContextInternal context;
  private final PgConnectOptions options;
  private final ConnectionFactory<PgConnectOptions> factory;
  private final StatementProbe probe;
  private final Preambles preambles;
  private final SystemTx.Job job;
  private final Deque<Runnable> waiting = new ArrayDeque<>();
  private final Map<String, Handler<String>> listeners = new LinkedHashMap<>();
  private @Nullable PgConnection connection;
  private @Nullable Future<PgConnection> connecting;
  private boolean busy;
  private boolean closed;
  private long pauseMs = FIRST_PAUSE_MS;
  private long notBefore = System.nanoTime();

  DedicatedConnection(
      ContextInternal context,
      PgConnectOptions options,
      StatementProbe probe,
      Preambles preambles,
      SystemTx.Job job) {
    this.context = context;
    this.options = options;
    this.factory =
        PgDriver.INSTANCE.createConnectionFactory(context.owner(), Connections.opening());
    this.probe = probe;
    this.preambles = preambles;
    this.job = job;
  }

  /** Runs {@code work} in a transaction that sees and changes the rows of {@code tenants}. */
  public <T> Future<T> transaction(List<TenantId> tenants, Function<BatchTx, Future<T>> work) {
    String begin = Preambles.writing(tenants);
    return onContext(() -> enqueue(begin, session -> work.apply(new BatchTx(session, tenants))));
  }

  /**
   * Runs {@code work} in a transaction that sees the rows of {@code tenants} and changes none. The
   * answer does not wait for the end of the transaction, since nothing depends on it.
   */
  public <T> Future<T> reading(List<TenantId> tenants, Function<BatchTx, Future<T>> work) {
    String begin = Preambles.reading(tenants);
    return onContext(
        () -> enqueueRead(begin, session -> work.apply(new BatchTx(session, tenants))));
  }

  /** Runs {@code work} in a transaction that sees and changes the rows of every tenant. */
  public <T> Future<T> system(Function<SystemTx, Future<T>> work) {
    return onContext(
        () -> enqueue(preambles.system(job), session -> work.apply(new SystemTx(session, job))));
  }

  /**
   * Passes the payload of every notification on {@code channel} to {@code handler}, for ever. The
   * future tells of the first attempt only; if it failed, others follow.
   *
   * @param channel a lower-case name, made by the broker, never from outside
   */
  public Future<Void> listen(String channel, Handler<String> handler) {
    return onContext(
        () -> {
          listeners.put(channel, handler);
          PgConnection open = connection;
          Future<PgConnection> ready = open == null ? connect() : listen(open, channel).map(open);
          return ready.mapEmpty();
        });
  }

  /** Connects anew, for a listener that does not hear what it should. */
  public Future<Void> renew() {
    return onContext(
        () -> {
          PgConnection open = connection;
          if (open == null) {
            return connect().mapEmpty();
          }
          lost(open);
          return Future.succeededFuture();
        });
  }

  Future<Void> close() {
    return onContext(
        () -> {
          closed = true;
          Future<Void> ended = connection == null ? Future.succeededFuture() : connection.close();
          return ended.transform(done -> closeFactory());
        });
  }

  private Future<Void> closeFactory() {
    Promise<Void> done = Promise.promise();
    factory.close(done);
    return done.future();
  }

  private <T> Future<T> enqueue(String begin, Function<Session, Future<T>> work) {
    return enqueue(promise -> run(begin, work).onComplete(done -> next(promise, done)));
  }

  private <T> Future<T> enqueueRead(String begin, Function<Session, Future<T>> work) {
    return enqueue(promise -> read(begin, work, promise));
  }

  /**
   * @param start of a transaction, which begins the next one when it has ended
   */
  private <T> Future<T> enqueue(Consumer<Promise<T>> start) {
    if (waiting.size() >= MOST_WAITING) {
      return Future.failedFuture(unavailable());
    }
    Promise<T> promise = Promise.promise();
    waiting.add(() -> start.accept(promise));
    if (!busy) {
      startNext();
    }
    return promise.future();
  }

  private void startNext() {
    Runnable first = waiting.poll();
    busy = first != null;
    if (first != null) {
      first.run();
    }
  }

  private <T> void next(Promise<T> promise, AsyncResult<T> done) {
    startNext();
    promise.handle(done);
  }

  private <T> Future<T> run(String begin, Function<Session, Future<T>> work) {
    return connect()
        .compose(
            open -> {
              Session session = new Session(open, probe);
              return session
                  .transaction(begin, () -> work.apply(session))
                  .onComplete(done -> forgetIfBroken(session, open));
            });
  }

  private <T> void read(String begin, Function<Session, Future<T>> work, Promise<T> promise) {
    connect()
        .onFailure(away -> next(promise, Future.failedFuture(away)))
        .onSuccess(
            open -> {
              Session session = new Session(open, probe);
              session
                  .reading(begin, () -> work.apply(session), () -> readEnded(session, open))
                  .onComplete(promise);
            });
  }

  private void readEnded(Session session, PgConnection open) {
    forgetIfBroken(session, open);
    startNext();
  }

  private void forgetIfBroken(Session session, PgConnection open) {
    if (session.broken()) {
      lost(open);
    }
  }

  private Future<PgConnection> connect() {
    if (connection != null) {
      return Future.succeededFuture(connection);
    }
    if (connecting != null) {
      return connecting;
    }
    if (closed || System.nanoTime() - notBefore < 0) {
      return Future.failedFuture(unavailable());
    }
    Future<PgConnection> attempt = attempt();
    if (!attempt.isComplete()) {
      connecting = attempt;
    }
    return attempt;
  }

  private Future<PgConnection> attempt() {
    Future<PgConnection> raw = factory.connect(context, options).map(open -> (PgConnection) open);
    return raw.timeout(Connections.CONNECT_LIMIT.toMillis(), TimeUnit.MILLISECONDS)
        .onFailure(late -> raw.onSuccess(PgConnection::close))
        .compose(this::opened)
        .recover(this::refused);
  }

  private Future<PgConnection> opened(PgConnection open) {
    Connections.opened(open);
    open.closeHandler(gone -> lost(open));
    open.notificationHandler(
        told -> {
          Handler<String> handler = listeners.get(told.getChannel());
          if (handler != null) {
            tell(handler, told.getPayload());
          }
        });
    return Future.join(listeners.keySet().stream().map(channel -> listen(open, channel)).toList())
        .map(
            listening -> {
              connecting = null;
              connection = open;
              pauseMs = FIRST_PAUSE_MS;
              return open;
            });
  }

  /** Whoever may connect may notify: what nobody understands must not end the connection. */
  private void tell(Handler<String> handler, String payload) {
    try {
      handler.handle(payload);
    } catch (RuntimeException malformed) {
      log.warn("a notification to {} was not understood: {}", job, malformed.getClass());
    }
  }

  private Future<Void> listen(PgConnection open, String channel) {
    return new Session(open, probe)
        .simple("LISTEN " + channel)
        .onSuccess(
            listening -> {
              Handler<String> handler = listeners.get(channel);
              if (handler != null) {
                handler.handle(CONNECTED);
              }
            })
        .mapEmpty();
  }

  private Future<PgConnection> refused(Throwable cause) {
    connecting = null;
    notBefore = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(pauseMs);
    log.warn("no database connection for {}: {}", job, SqlFailures.kind(cause));
    reconnectForListeners();
    pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
    return Future.failedFuture(SqlFailures.ofConnecting(cause));
  }

  @SuppressWarnings("ReferenceEquality") // the very same connection is meant
  private void lost(PgConnection gone) {
    if (connection == gone) {
      connection = null;
      Session.cut(gone);
      reconnectForListeners();
    }
  }

  private void reconnectForListeners() {
    if (!closed && !listeners.isEmpty()) {
      context.setTimer(pauseMs + 1, due -> connect());
    }
  }

  /** Runs {@code call} on the own context and answers on the caller's. */
  private <T> Future<T> onContext(Supplier<Future<T>> call) {
    Promise<T> answer = context.owner().getOrCreateContext().promise();
    context.execute(() -> call.get().onComplete(answer));
    return answer.future();
  }

  private static Failure unavailable() {
    return Failure.unavailable(Failure.Dependency.DATABASE);
  }
}
