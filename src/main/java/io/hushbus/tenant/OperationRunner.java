package io.hushbus.tenant;

import io.hushbus.db.Db;
import io.hushbus.db.JobLease;
import io.hushbus.db.JobLease.Fence;
import io.hushbus.db.SystemTx;
import io.hushbus.model.Failure;
import io.hushbus.tenant.OperationStep.Done;
import io.hushbus.tenant.OperationStep.Elsewhere;
import io.hushbus.tenant.OperationStep.More;
import io.hushbus.tenant.OperationStep.Progress;
import io.hushbus.tenant.OperationStep.Rest;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does the operations that are due, a kind on one node at a time: one bounded transaction after
 * another, with a pause between them, so that requests come first. Each transaction holds the
 * fence, so a node that was paused past its time writes nothing more.
 *
 * <p>What the database or the keys are away for is tried again; an integrity failure ends an
 * operation as failed, and so does what fails for no known reason {@value #MOST_ATTEMPTS} times in
 * a row.
 */
public final class OperationRunner {

  static final int MOST_ATTEMPTS = 5;

  private static final Logger log = LoggerFactory.getLogger(OperationRunner.class);
  private static final Duration LEASE = Duration.ofSeconds(15);
  private static final Duration ROUND = Duration.ofSeconds(5);
  private static final int MOST_AT_ONCE = 16;
  private static final int RESTING_ROUNDS = 30;

  private final Vertx vertx;
  private final Db db;
  private final Duration pause;
  private final Map<OperationKind, OperationStep> steps;
  private final Map<OperationKind, JobLease> leases = new EnumMap<>(OperationKind.class);
  private final Map<OperationKind, Integer> resting = new ConcurrentHashMap<>();

  /**
   * @param owner this process: a random id made when it started
   * @param pause between two pieces of work
   * @param steps one for every kind
   */
  public OperationRunner(
      Vertx vertx, Db db, UUID owner, Duration pause, Map<OperationKind, OperationStep> steps) {
    Set<OperationKind> missing = EnumSet.allOf(OperationKind.class);
    missing.removeAll(steps.keySet());
    if (!missing.isEmpty()) {
      throw new IllegalArgumentException("nobody does " + missing);
    }
    this.vertx = vertx;
    this.db = db;
    this.pause = pause;
    this.steps = Map.copyOf(steps);
    for (OperationKind kind : OperationKind.values()) {
      String name = "operation:" + kind.word();
      leases.put(kind, new JobLease(db, SystemTx.Job.OPERATIONS, name, owner, LEASE));
    }
  }

  /** Works some seconds at what is due, or until nothing is. */
  public Future<Void> runOnce() {
    Future<Void> all = Future.succeededFuture();
    for (OperationKind kind : OperationKind.values()) {
      all = all.compose(done -> isResting(kind) ? Future.succeededFuture() : round(kind));
    }
    return all;
  }

  private Future<Void> round(OperationKind kind) {
    return system(tx -> OperationStore.due(tx, kind, MOST_AT_ONCE))
        .compose(due -> due.isEmpty() ? Future.succeededFuture() : owned(kind, due));
  }

  private Future<Void> owned(OperationKind kind, List<Operation> due) {
    JobLease lease = leases.get(kind);
    if (lease == null) {
      throw new IllegalStateException("every kind was given a lease");
    }
    return lease
        .acquire()
        .compose(
            fence ->
                fence.isEmpty() ? Future.succeededFuture() : each(fence.get(), due.iterator()));
  }

  private Future<Void> each(Fence fence, Iterator<Operation> due) {
    if (!due.hasNext()) {
      return Future.succeededFuture();
    }
    long until = System.nanoTime() + ROUND.toNanos();
    return work(fence, due.next(), until).compose(goOn -> goOn ? each(fence, due) : done());
  }

  /** Piece after piece of one operation; false if the work is not ours any more. */
  private Future<Boolean> work(Fence fence, Operation operation, long until) {
    return piece(fence, operation)
        .transform(
            piece ->
                piece.succeeded()
                    ? Future.succeededFuture(piece.result())
                    : stumbled(operation, piece.cause()))
        .compose(
            next ->
                next == Next.AGAIN && System.nanoTime() - until < 0
                    ? vertx
                        .timer(pause.toMillis(), TimeUnit.MILLISECONDS)
                        .compose(due -> work(fence, operation, until))
                    : Future.succeededFuture(next != Next.LOST));
  }

  private enum Next {
    AGAIN,
    ENOUGH,
    LOST
  }

  private Future<Next> piece(Fence fence, Operation operation) {
    return system(
        tx ->
            fence
                .hold(tx)
                .compose(held -> OperationStore.lock(tx, operation.id()))
                .compose(
                    found ->
                        found.isEmpty() ? Future.succeededFuture(Next.ENOUGH) : step(tx, found)));
  }

  private Future<Next> step(SystemTx tx, Optional<Operation> locked) {
    Operation operation = locked.orElseThrow();
    OperationStep step = steps.get(operation.kind());
    if (step == null) {
      throw new IllegalStateException("every kind was given a step");
    }
    return step.step(tx, operation).compose(progress -> write(tx, operation, progress));
  }

  private Future<Next> write(SystemTx tx, Operation operation, Progress progress) {
    return switch (progress) {
      case More(String place, long done, OptionalLong total) ->
          OperationStore.advance(tx, operation, place, done, total, Duration.ZERO).map(Next.AGAIN);
      case Rest(String place, long done, Duration rest) ->
          OperationStore.advance(tx, operation, place, done, OptionalLong.empty(), rest)
              .map(Next.ENOUGH);
      case Done all ->
          OperationStore.end(tx, operation, Operation.State.SUCCEEDED, Optional.empty())
              .map(Next.ENOUGH);
      case Elsewhere elsewhere -> {
        resting.put(operation.kind(), RESTING_ROUNDS);
        log.atWarn().addKeyValue("kind", operation.kind().word()).log("operation_lacks_keys");
        yield Future.succeededFuture(Next.LOST);
      }
    };
  }

  private Future<Next> stumbled(Operation operation, Throwable cause) {
    return switch (cause) {
      case Failure.Unavailable away ->
          system(tx -> OperationStore.stumble(tx, operation, "unavailable")).map(Next.LOST);
      case Failure.Conflict lost -> Future.succeededFuture(Next.LOST);
      case Failure.Integrity flaw -> failed(operation, "integrity", cause);
      default ->
          system(tx -> OperationStore.stumble(tx, operation, "internal"))
              .compose(
                  attempts ->
                      attempts < MOST_ATTEMPTS
                          ? Future.succeededFuture(Next.ENOUGH)
                          : failed(operation, "internal", cause));
    };
  }

  private Future<Next> failed(Operation operation, String problem, Throwable cause) {
    log.atError()
        .addKeyValue("operation", operation.id().toString())
        .addKeyValue("kind", operation.kind().word())
        .setCause(cause)
        .log("operation_failed");
    return system(
            tx -> OperationStore.end(tx, operation, Operation.State.FAILED, Optional.of(problem)))
        .map(Next.ENOUGH);
  }

  private boolean isResting(OperationKind kind) {
    return resting.merge(kind, -1, Integer::sum) > 0;
  }

  private static Future<Void> done() {
    return Future.succeededFuture();
  }

  private <T> Future<T> system(Function<SystemTx, Future<T>> work) {
    return db.system(SystemTx.Job.OPERATIONS, work);
  }
}
