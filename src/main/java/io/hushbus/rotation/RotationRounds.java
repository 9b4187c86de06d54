package io.hushbus.rotation;

import io.hushbus.crypto.Keyring;
import io.hushbus.db.Db;
import io.hushbus.db.JobLease;
import io.hushbus.db.SystemTx;
import io.hushbus.db.Tx;
import io.hushbus.event.Change;
import io.hushbus.event.Ledger;
import io.hushbus.lease.Revocation;
import io.hushbus.model.Failure;
import io.hushbus.model.Grant;
import io.hushbus.model.SecretId;
import io.hushbus.model.TenantId;
import io.hushbus.tenant.Keyrings;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings rotations to their end: one node at a time looks at those that go on, a step of one in a
 * transaction. What it does not get to in time is over all the same, and is only told later.
 */
public final class RotationRounds {

  private static final Logger log = LoggerFactory.getLogger(RotationRounds.class);

  private static final int BATCH = 200;
  private static final int SLICE = 100;
  private static final int MOST_HINTS = 1_000;
  private static final Duration HELD_FOR = Duration.ofSeconds(15);

  private final Db db;
  private final Ledger ledger;
  private final Keyrings keyrings;
  private final Rotations rotations;
  private final RotationEnds ends;
  private final JobLease lease;
  private final Function<TenantId, Grant> right;
  private final Duration pause;
  private final Set<RotationStore.Hinted> hints = ConcurrentHashMap.newKeySet();
  private volatile boolean driving;

  /**
   * @param owner this process: a random id made when it started
   * @param right of this job in a tenant
   * @param pause how long a rotation that waits is left alone
   */
  RotationRounds(
      Db db,
      Ledger ledger,
      Keyrings keyrings,
      Rotations rotations,
      RotationEnds ends,
      UUID owner,
      Function<TenantId, Grant> right,
      Duration pause) {
    this.db = db;
    this.ledger = ledger;
    this.keyrings = keyrings;
    this.rotations = rotations;
    this.ends = ends;
    this.lease = new JobLease(db, SystemTx.Job.ROTATION, "rotation", owner, HELD_FOR);
    this.right = right;
    this.pause = pause;
  }

  /** Hears that something happened to holders of a secret. May be forgotten without harm. */
  public void heard(TenantId tenant, SecretId secret) {
    if (hints.size() < MOST_HINTS) {
      hints.add(new RotationStore.Hinted(tenant, secret));
    }
  }

  /** Whether this node drives rotations, as far as it knows. */
  public boolean isDriving() {
    return driving;
  }

  /** The secrets that leases were on, as far as they are being rotated: some of them, if many. */
  public Future<List<SecretId>> rotatingUnder(TenantId tenant, Revocation.Selector of) {
    return switch (of.kind()) {
      case SECRET, VERSION -> Future.succeededFuture(List.of(new SecretId(of.id())));
      case RUN -> db.read(tenant, tx -> RotationStore.underRun(tx, of.id()));
      case HOLDER -> db.read(tenant, tx -> RotationStore.underHolder(tx, of.id()));
      case ADOPTION -> Future.succeededFuture(List.of());
    };
  }

  /** Looks at what is to be looked at, unless another node does; gives how many steps it made. */
  public Future<Integer> runOnce() {
    return lease
        .acquire()
        .onComplete(held -> driving = held.succeeded() && held.result().isPresent())
        .compose(held -> held.map(this::round).orElseGet(() -> Future.succeededFuture(0)));
  }

  private Future<Integer> round(JobLease.Fence fence) {
    List<RotationStore.Hinted> heard = new ArrayList<>(hints);
    heard.forEach(hints::remove);
    return db.system(SystemTx.Job.ROTATION, tx -> RotationStore.toVisit(tx, heard, BATCH))
        .compose(
            due -> {
              Future<Integer> steps = Future.succeededFuture(0);
              for (RotationStore.Due one : due) {
                steps = steps.compose(before -> visit(fence, one).map(made -> before + made));
              }
              return steps;
            });
  }

  /** One that cannot be driven, such as a forged one, is told of and does not hold up others. */
  private Future<Integer> visit(JobLease.Fence fence, RotationStore.Due due) {
    return step(fence, due)
        .recover(
            cause ->
                !(cause instanceof Failure.Unavailable)
                    ? stuck(due, cause)
                    : Future.failedFuture(cause));
  }

  private Future<Integer> stuck(RotationStore.Due due, Throwable cause) {
    log.warn(
        "event=rotation_stuck tenant={} rotation={} cause={}",
        due.tenant(),
        due.id(),
        cause.getMessage());
    return leave(due).map(0);
  }

  private Future<Integer> step(JobLease.Fence fence, RotationStore.Due due) {
    return working(due, (tx, ring) -> ends.step(tx, ring, due, fence.hold(tx)))
        .compose(step -> step.map(made -> carryOut(due, made)).orElseGet(() -> sweep(fence, due)))
        .compose(made -> made == 0 ? leave(due).map(0) : Future.succeededFuture(made));
  }

  /** What does not fit into the transaction that found it. */
  private Future<Integer> carryOut(RotationStore.Due due, RotationPlan.Step step) {
    return switch (step) {
      case RotationPlan.RollBack back ->
          rotations.undo(right.apply(due.tenant()), due.id(), Phase.FAILED).map(1);
      case RotationPlan.Wait wait -> Future.succeededFuture(0);
      case RotationPlan.Retire retire -> Future.succeededFuture(1);
      case RotationPlan.NextStage next -> Future.succeededFuture(1);
      case RotationPlan.Promote promote -> Future.succeededFuture(1);
    };
  }

  private Future<Integer> sweep(JobLease.Fence fence, RotationStore.Due due) {
    return working(
            due,
            (tx, ring) -> fence.hold(tx).compose(held -> ends.sweep(tx, ring, due.id(), SLICE)))
        .map(swept -> swept.orElse(0));
  }

  private Future<Void> leave(RotationStore.Due due) {
    return db.system(
        SystemTx.Job.ROTATION, tx -> RotationStore.visited(tx, due.tenant(), due.id(), pause));
  }

  private <T> Future<Optional<T>> working(
      RotationStore.Due due, BiFunction<Tx, Keyring, Future<Optional<Change<T>>>> work) {
    Grant grant = right.apply(due.tenant());
    return keyrings.learning(
        () ->
            keyrings
                .of(due.tenant())
                .compose(ring -> ledger.changeIfAny(grant, tx -> work.apply(tx, ring))));
  }
}
