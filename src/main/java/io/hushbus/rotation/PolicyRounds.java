package io.hushbus.rotation;

import io.hushbus.crypto.Keyring;
import io.hushbus.db.Db;
import io.hushbus.db.JobLease;
import io.hushbus.db.SystemTx;
import io.hushbus.db.Tx;
import io.hushbus.event.Change;
import io.hushbus.event.EventType;
import io.hushbus.event.Ledger;
import io.hushbus.model.Failure;
import io.hushbus.model.Grant;
import io.hushbus.model.SecretId;
import io.hushbus.model.TenantId;
import io.hushbus.model.Uuids;
import io.hushbus.secret.Lineage;
import io.hushbus.secret.Preconditions;
import io.hushbus.secret.Secret;
import io.hushbus.tenant.Keyrings;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does what policies want when it is due: starts rotations to generated values, reminds of those
 * that a person has to bring. One node at a time; the due time moves in the transaction of what was
 * due, so that nothing is done twice.
 */
public final class PolicyRounds {

  private static final Logger log = LoggerFactory.getLogger(PolicyRounds.class);

  private static final int BATCH = 50;
  private static final Duration HELD_FOR = Duration.ofSeconds(30);
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(30);
  private static final Duration LONGEST_PAUSE = Duration.ofHours(1);

  private final Db db;
  private final Ledger ledger;
  private final Keyrings keyrings;
  private final Lineage lineage;
  private final Generated generated;
  private final JobLease lease;
  private final Function<TenantId, Grant> starting;
  private final Function<TenantId, Grant> right;
  private final Duration grace;
  private final Uuids ids;

  /**
   * @param owner this process: a random id made when it started
   * @param starting the right to start rotations in a tenant
   * @param right of this job in a tenant
   */
  PolicyRounds(
      Db db,
      Ledger ledger,
      Keyrings keyrings,
      Lineage lineage,
      Generated generated,
      UUID owner,
      Function<TenantId, Grant> starting,
      Function<TenantId, Grant> right,
      Duration grace,
      Uuids ids) {
    this.ids = ids;
    this.db = db;
    this.ledger = ledger;
    this.keyrings = keyrings;
    this.lineage = lineage;
    this.generated = generated;
    this.lease = new JobLease(db, SystemTx.Job.ROTATION, "rotation-policy", owner, HELD_FOR);
    this.starting = starting;
    this.right = right;
    this.grace = grace;
  }

  /** A policy that wants something, with its secret. */
  private record Wanted(Policy policy, Lineage.Standing standing) {

    Secret head() {
      return standing.head();
    }

    Instant now() {
      return standing.now();
    }

    Order order(Duration usual) {
      return new Order(policy.strategy(), policy.grace().orElse(usual), Staging.NONE);
    }
  }

  /** Does all that is due, unless another node does; gives how much it did. */
  public Future<Integer> runOnce() {
    return lease
        .acquire()
        .compose(held -> held.map(this::round).orElseGet(() -> Future.succeededFuture(0)));
  }

  private Future<Integer> round(JobLease.Fence fence) {
    return db.system(SystemTx.Job.ROTATION, tx -> PolicyStore.due(tx, BATCH))
        .compose(
            due -> {
              Future<Integer> done = Future.succeededFuture(0);
              for (PolicyStore.Due one : due) {
                done = done.compose(before -> visit(fence, one).map(made -> before + made));
              }
              return done;
            });
  }

  /** What fails is tried again later, and does not hold up others. */
  private Future<Integer> visit(JobLease.Fence fence, PolicyStore.Due due) {
    return wanted(due)
        .compose(
            found ->
                found
                    .map(wanted -> act(fence, due, wanted))
                    .orElseGet(() -> later(due, "no such secret")))
        .recover(
            cause ->
                !(cause instanceof Failure.Unavailable)
                    ? later(due, String.valueOf(cause.getMessage()))
                    : Future.failedFuture(cause));
  }

  private Future<Integer> later(PolicyStore.Due due, String why) {
    log.warn("event=policy_put_off tenant={} secret={} cause={}", due.tenant(), due.secret(), why);
    return db.system(
            SystemTx.Job.ROTATION, tx -> PolicyStore.later(tx, due, FIRST_PAUSE, LONGEST_PAUSE))
        .map(0);
  }

  private Future<Optional<Wanted>> wanted(PolicyStore.Due due) {
    return keyrings.learning(
        () ->
            keyrings
                .of(due.tenant())
                .compose(ring -> db.read(due.tenant(), tx -> wanted(tx, ring, due))));
  }

  private Future<Optional<Wanted>> wanted(Tx tx, Keyring ring, PolicyStore.Due due) {
    var policy = new PolicyStore(ring).find(tx, due.secret());
    var standing = lineage.look(tx, ring, due.secret());
    return Future.all(policy, standing)
        .map(
            read ->
                policy
                    .result()
                    .flatMap(
                        one ->
                            standing
                                .result()
                                .filter(secret -> secret.head().deletedAt().isEmpty())
                                .map(secret -> new Wanted(one, secret))));
  }

  private Future<Integer> act(JobLease.Fence fence, PolicyStore.Due due, Wanted wanted) {
    return switch (wanted.policy().source()) {
      case Source.Generate generate -> generate(fence, due, wanted, generate);
      case Source.Manual manual -> manual(fence, due);
      case Source.Hook hook -> hook(fence, due, wanted);
    };
  }

  private Future<Integer> generate(
      JobLease.Fence fence, PolicyStore.Due due, Wanted wanted, Source.Generate generate) {
    var how =
        new Scheduled(
            new Turning(new Turning.Request(), wanted.order(grace)), fence, wanted.policy());
    return generated
        .start(starting.apply(due.tenant()), wanted.head(), generate, Preconditions.NONE, how)
        .map(1);
  }

  /** Puts the hook to work, which goes on by itself; once at a time for a secret. */
  private Future<Integer> hook(JobLease.Fence fence, PolicyStore.Due due, Wanted wanted) {
    return working(
        due,
        (tx, ring) ->
            fence
                .hold(tx)
                .compose(held -> lineage.lock(tx, ring, due.secret()))
                .compose(standing -> new PolicyStore(ring).lock(tx, due.secret()))
                .map(found -> found.filter(wanted.policy()::equals))
                .compose(
                    found ->
                        found
                            .map(same -> hookIn(tx, ring, wanted))
                            .orElseGet(() -> Future.succeededFuture(Optional.empty()))));
  }

  private Future<Optional<Change<Integer>>> hookIn(Tx tx, Keyring ring, Wanted wanted) {
    return HookStore.underWay(tx, wanted.policy().secret())
        .map(PolicyRounds::unlessAtWork)
        .compose(free -> new HookStore(ring).insert(tx, hooking(wanted)))
        .compose(
            inserted ->
                new PolicyStore(ring).put(tx, wanted.policy().counting(wanted.now(), wanted.now())))
        .map(
            Optional.of(
                Change.of(
                    1,
                    wanted
                        .standing()
                        .trace(wanted.head().currentVersion())
                        .with(Map.of("rotation_policy", "hook")))));
  }

  private Hooking hooking(Wanted wanted) {
    return new Hooking(
        ids.ordered(),
        wanted.policy().secret(),
        Hooking.Step.CREATE,
        Optional.empty(),
        Optional.empty(),
        wanted.now());
  }

  private static boolean unlessAtWork(boolean atWork) {
    if (atWork) {
      throw Failure.conflict(Failure.Reason.ROTATION_IN_PROGRESS);
    }
    return true;
  }

  /**
   * A change since the time began to count was the one that was due. Else somebody is told, once
   * before and once after.
   */
  private Future<Integer> manual(JobLease.Fence fence, PolicyStore.Due due) {
    return working(
        due,
        (tx, ring) ->
            fence
                .hold(tx)
                .compose(held -> lineage.lock(tx, ring, due.secret()))
                .compose(
                    standing ->
                        new PolicyStore(ring)
                            .lock(tx, due.secret())
                            .map(
                                policy ->
                                    policy.flatMap(
                                        one -> standing.map(two -> new Wanted(one, two))))
                            .compose(
                                found ->
                                    found
                                        .map(wanted -> manualIn(tx, ring, wanted))
                                        .orElseGet(
                                            () -> Future.succeededFuture(Optional.empty())))));
  }

  private Future<Optional<Change<Integer>>> manualIn(Tx tx, Keyring ring, Wanted wanted) {
    return PolicyStore.rotatedAt(tx, wanted.policy().secret())
        .compose(
            rotated ->
                rotated.filter(at -> at.isAfter(wanted.policy().anchor())).isPresent()
                    ? recounted(tx, ring, wanted, rotated.get())
                    : told(tx, wanted));
  }

  private static Future<Optional<Change<Integer>>> recounted(
      Tx tx, Keyring ring, Wanted wanted, Instant rotated) {
    Policy next = wanted.policy().counting(rotated, wanted.now());
    return new PolicyStore(ring)
        .put(tx, next)
        .map(
            Optional.of(
                Change.of(
                    1,
                    wanted
                        .standing()
                        .trace(wanted.head().currentVersion())
                        .with(Map.of("rotation_policy", "counted anew")))));
  }

  private static Future<Optional<Change<Integer>>> told(Tx tx, Wanted wanted) {
    boolean overdue = !wanted.now().isBefore(wanted.policy().nextDue());
    EventType type = overdue ? EventType.ROTATION_OVERDUE : EventType.ROTATION_DUE;
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("version", wanted.head().currentVersion());
    data.put("due_at", wanted.policy().nextDue().toString());
    return (overdue
            ? PolicyStore.overdue(tx, wanted.policy().secret())
            : PolicyStore.remind(tx, wanted.policy().secret()))
        .map(
            taken ->
                taken
                    ? Optional.of(
                        Change.of(
                                1,
                                wanted
                                    .standing()
                                    .trace(wanted.head().currentVersion())
                                    .with(Map.of("rotation_policy", type.word())))
                            .telling(Lineage.fact(type, wanted.head(), data)))
                    : Optional.empty());
  }

  private Future<Integer> working(
      PolicyStore.Due due, BiFunction<Tx, Keyring, Future<Optional<Change<Integer>>>> work) {
    Grant grant = right.apply(due.tenant());
    return keyrings
        .learning(
            () ->
                keyrings
                    .of(due.tenant())
                    .compose(ring -> ledger.changeIfAny(grant, tx -> work.apply(tx, ring))))
        .map(done -> done.orElse(0));
  }

  /** A rotation by a policy: the due time moves on with it, or neither happens. */
  private record Scheduled(Turning turning, JobLease.Fence fence, Policy policy)
      implements io.hushbus.secret.Succession {

    @Override
    public Future<Turned> turn(Tx tx, Keyring keyring, SecretId secret, Future<Turn> next) {
      PolicyStore store = new PolicyStore(keyring);
      return next.compose(
          turn ->
              fence
                  .hold(tx)
                  .compose(held -> store.lock(tx, policy.secret()))
                  .map(found -> found.filter(policy::equals).orElseThrow(Scheduled::moved))
                  .compose(same -> store.put(tx, same.counting(turn.now(), turn.now())))
                  .compose(put -> turning.turn(tx, keyring, secret, next)));
    }

    /** Somebody changed the policy, or another node was faster. */
    private static Failure moved() {
      return Failure.conflict(Failure.Reason.STATE);
    }
  }
}
