package io.hushbus.rotation;

import io.hushbus.crypto.Keyring;
import io.hushbus.db.Db;
import io.hushbus.db.JobLease;
import io.hushbus.db.SystemTx;
import io.hushbus.db.Tx;
import io.hushbus.event.Change;
import io.hushbus.event.EventType;
import io.hushbus.event.Ledger;
import io.hushbus.model.EntryName;
import io.hushbus.model.Failure;
import io.hushbus.model.Grant;
import io.hushbus.model.SecretValue;
import io.hushbus.model.TenantId;
import io.hushbus.outbound.OutboundReply;
import io.hushbus.secret.Lineage;
import io.hushbus.secret.Preconditions;
import io.hushbus.secret.Secret;
import io.hushbus.secret.SigningKeys;
import io.hushbus.secret.Succession;
import io.hushbus.tenant.Keyrings;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes hooks through their steps: one that was under way when a node died is asked again under the
 * same id, so a hook that does for one id what it is asked once is safe. The step moves in the
 * transaction of what it led to.
 */
public final class HookRounds {

  private static final Logger log = LoggerFactory.getLogger(HookRounds.class);

  private static final int BATCH = 20;
  private static final int MOST_ATTEMPTS = 10;
  private static final Duration HELD_FOR = Duration.ofSeconds(60);

  /**
   * @param first pause after a failure; each further one is twice as long
   */
  public record Patience(Duration first, Duration longest) {}

  private final Db db;
  private final Ledger ledger;
  private final Keyrings keyrings;
  private final Lineage lineage;
  private final Generated values;
  private final HookCall calls;
  private final JobLease lease;
  private final Function<TenantId, Grant> starting;
  private final Function<TenantId, Grant> right;
  private final Duration grace;
  private final Patience patience;

  HookRounds(
      Db db,
      Ledger ledger,
      Keyrings keyrings,
      Lineage lineage,
      Generated values,
      HookCall calls,
      UUID owner,
      Function<TenantId, Grant> starting,
      Function<TenantId, Grant> right,
      Duration grace,
      Patience patience) {
    this.db = db;
    this.ledger = ledger;
    this.keyrings = keyrings;
    this.lineage = lineage;
    this.values = values;
    this.calls = calls;
    this.lease = new JobLease(db, SystemTx.Job.ROTATION, "rotation-hook", owner, HELD_FOR);
    this.starting = starting;
    this.right = right;
    this.grace = grace;
    this.patience = patience;
  }

  /** A hook that is due, with the policy it is of and its secret. */
  private record Called(
      HookStore.Due due, Policy policy, Source.Hook hook, SigningKeys.Kept key, Secret head) {}

  /** Calls all hooks that are due, unless another node does; gives how many steps were made. */
  public Future<Integer> runOnce() {
    return lease
        .acquire()
        .compose(held -> held.map(this::round).orElseGet(() -> Future.succeededFuture(0)));
  }

  private Future<Integer> round(JobLease.Fence fence) {
    return db.system(SystemTx.Job.ROTATION, tx -> HookStore.due(tx, BATCH))
        .compose(
            due -> {
              Future<Integer> done = Future.succeededFuture(0);
              for (HookStore.Due one : due) {
                done =
                    done.compose(
                        before ->
                            lease
                                .acquire()
                                .compose(
                                    held ->
                                        held.isEmpty()
                                            ? Future.succeededFuture(before)
                                            : visit(fence, one).map(made -> before + made)));
              }
              return done;
            });
  }

  private Future<Integer> visit(JobLease.Fence fence, HookStore.Due due) {
    return called(due)
        .compose(
            found ->
                found
                    .map(one -> step(fence, one))
                    .orElseGet(() -> move(fence, due, HookStore.Step.DONE)))
        .recover(
            cause ->
                !(cause instanceof Failure.Unavailable)
                    ? failed(fence, due, cause)
                    : Future.failedFuture(cause));
  }

  /** Empty where the secret has another policy by now, or none. */
  private Future<Optional<Called>> called(HookStore.Due due) {
    return keyrings.learning(
        () ->
            keyrings
                .of(due.tenant())
                .compose(ring -> db.read(due.tenant(), tx -> called(tx, ring, due))));
  }

  private Future<Optional<Called>> called(Tx tx, Keyring ring, HookStore.Due due) {
    var policy = new PolicyStore(ring).find(tx, due.secret());
    var key = PolicyStore.hookKey(tx, due.secret());
    var standing = lineage.look(tx, ring, due.secret());
    return Future.all(policy, key, standing)
        .map(
            read ->
                policy
                    .result()
                    .filter(one -> one.source() instanceof Source.Hook)
                    .flatMap(
                        one ->
                            key.result()
                                .flatMap(
                                    kept ->
                                        standing
                                            .result()
                                            .filter(now -> now.head().deletedAt().isEmpty())
                                            .map(
                                                now ->
                                                    new Called(
                                                        due,
                                                        one,
                                                        (Source.Hook) one.source(),
                                                        kept,
                                                        now.head())))));
  }

  private Future<Integer> step(JobLease.Fence fence, Called called) {
    return switch (called.due().step()) {
      case CREATE -> create(fence, called);
      case FINISH ->
          ask(called, "finish", called.due().version())
              .compose(done -> move(fence, called.due(), HookStore.Step.REVOKE));
      case REVOKE ->
          ask(called, "revoke", called.due().retired())
              .compose(done -> move(fence, called.due(), HookStore.Step.DONE));
      case DONE, FAILED -> Future.succeededFuture(0);
    };
  }

  private Future<OutboundReply> ask(Called called, String word, Optional<Integer> version) {
    return calls.send(
        called.due().tenant(),
        called.head(),
        called.hook(),
        called.key(),
        new HookCall.Ask(word, called.due().id(), version, called.due().now()));
  }

  /** The value is asked for, tried, and written; a node that dies before that asks for it anew. */
  private Future<Integer> create(JobLease.Fence fence, Called called) {
    return ask(called, "create", Optional.empty())
        .map(HookRounds::taken)
        .compose(
            made ->
                ask(called, "test", Optional.empty())
                    .compose(works -> begin(fence, called, made))
                    .onComplete(done -> made.values().forEach(SecretValue::close)));
  }

  private static Map<EntryName, SecretValue> taken(OutboundReply reply) {
    byte[] body = reply.body().getBytes();
    try {
      return HookReply.entries(body);
    } finally {
      Arrays.fill(body, (byte) 0);
    }
  }

  private Future<Integer> begin(
      JobLease.Fence fence, Called called, Map<EntryName, SecretValue> made) {
    Policy policy = called.policy();
    Order order = new Order(policy.strategy(), policy.grace().orElse(grace), Staging.NONE);
    Succession how = new Brought(new Turning(new Turning.Request(), order), fence, called.due());
    return values
        .begin(starting.apply(called.due().tenant()), called.head(), made, Preconditions.NONE, how)
        .map(1);
  }

  private Future<Integer> move(JobLease.Fence fence, HookStore.Due due, HookStore.Step to) {
    return ledger
        .changeIfAny(
            right.apply(due.tenant()),
            tx ->
                fence
                    .hold(tx)
                    .compose(
                        held -> HookStore.move(tx, due, to, Optional.empty(), Optional.empty()))
                    .map(
                        moved ->
                            moved ? Optional.of(Change.of(1, trace(due, to))) : Optional.empty()))
        .map(done -> done.orElse(0));
  }

  private static io.hushbus.event.Trace trace(HookStore.Due due, HookStore.Step to) {
    return io.hushbus.event.Trace.of(
            io.hushbus.model.Resource.ofTenant("secret").withId(due.secret().value()))
        .with(Map.of("rotation_hook", due.id().toString(), "step", to.word()));
  }

  /** Tried again later; after so many times it is given up and said. */
  private Future<Integer> failed(JobLease.Fence fence, HookStore.Due due, Throwable cause) {
    log.warn(
        "event=rotation_hook_failed tenant={} hook={} step={} attempt={} cause={}",
        due.tenant(),
        due.id(),
        due.step().word(),
        due.attempts() + 1,
        cause.getMessage());
    return due.attempts() + 1 < MOST_ATTEMPTS
        ? db.system(
                SystemTx.Job.ROTATION,
                tx -> HookStore.later(tx, due, patience.first(), patience.longest()))
            .map(0)
        : givenUp(fence, due);
  }

  private Future<Integer> givenUp(JobLease.Fence fence, HookStore.Due due) {
    return keyrings
        .learning(
            () ->
                keyrings
                    .of(due.tenant())
                    .compose(
                        ring ->
                            ledger.changeIfAny(
                                right.apply(due.tenant()),
                                tx ->
                                    fence
                                        .hold(tx)
                                        .compose(held -> lineage.look(tx, ring, due.secret()))
                                        .compose(now -> givenUpIn(tx, due, now)))))
        .map(done -> done.orElse(0));
  }

  private static Future<Optional<Change<Integer>>> givenUpIn(
      Tx tx, HookStore.Due due, Optional<Lineage.Standing> now) {
    return HookStore.move(tx, due, HookStore.Step.FAILED, Optional.empty(), Optional.empty())
        .map(moved -> moved ? Optional.of(told(due, now)) : Optional.empty());
  }

  private static Change<Integer> told(HookStore.Due due, Optional<Lineage.Standing> now) {
    Change<Integer> silent = Change.of(1, trace(due, HookStore.Step.FAILED));
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("step", due.step().word());
    data.put("hook", due.id().toString());
    due.rotation().ifPresent(id -> data.put("rotation", id.toString()));
    return now.map(one -> silent.telling(Lineage.fact(EventType.ROTATION_FAILED, one.head(), data)))
        .orElse(silent);
  }

  /** A rotation to what a hook brought: its step moves with it, or neither happens. */
  private record Brought(Turning turning, JobLease.Fence fence, HookStore.Due due)
      implements Succession {

    @Override
    public Future<Turned> turn(Tx tx, Keyring keyring, Turn turn) {
      return fence
          .hold(tx)
          .compose(
              held ->
                  HookStore.move(
                      tx,
                      due,
                      HookStore.Step.FINISH,
                      Optional.of(turn.id()),
                      Optional.of(turn.next().number())))
          .map(moved -> moved ? moved : gone())
          .compose(moved -> turning.turn(tx, keyring, turn));
    }

    private static boolean gone() {
      throw Failure.conflict(Failure.Reason.STATE);
    }
  }
}
