package io.hushbus.rotation;

import io.hushbus.crypto.Keyring;
import io.hushbus.db.Db;
import io.hushbus.db.JobLease;
import io.hushbus.db.SystemTx;
import io.hushbus.db.Tx;
import io.hushbus.event.Change;
import io.hushbus.event.EventType;
import io.hushbus.event.Ledger;
import io.hushbus.event.Trace;
import io.hushbus.model.EntryName;
import io.hushbus.model.Failure;
import io.hushbus.model.Grant;
import io.hushbus.model.Resource;
import io.hushbus.model.SecretId;
import io.hushbus.model.SecretValue;
import io.hushbus.model.TenantId;
import io.hushbus.outbound.OutboundReply;
import io.hushbus.secret.Lineage;
import io.hushbus.secret.Preconditions;
import io.hushbus.secret.Secret;
import io.hushbus.secret.SigningKeys;
import io.hushbus.secret.Succession;
import io.hushbus.secret.Version;
import io.hushbus.tenant.Keyrings;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiFunction;
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

  /**
   * A hook that is to be called, with all that goes into the call.
   *
   * @param keys that it is signed with
   * @param retired the version that nobody holds any more, where that is what it is told
   */
  private record Called(
      TenantId tenant,
      HookStore.Standing standing,
      Policy policy,
      Source.Hook hook,
      List<SigningKeys.Kept> keys,
      Secret head,
      Optional<Integer> retired) {

    Hooking hooking() {
      return standing.hooking();
    }
  }

  /**
   * A hook as it was read.
   *
   * @param called empty where its secret has another policy by now, or none
   */
  private record Looked(HookStore.Standing standing, Optional<Called> called) {}

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

  /** One whose row cannot be believed is told of, and does not hold up others. */
  private Future<Integer> visit(JobLease.Fence fence, HookStore.Due due) {
    return looked(due)
        .compose(
            found -> made(fence, due, found),
            cause ->
                cause instanceof Failure.Unavailable
                    ? Future.failedFuture(cause)
                    : stuck(due, cause));
  }

  private Future<Integer> made(JobLease.Fence fence, HookStore.Due due, Looked found) {
    return found
        .called()
        .map(one -> step(fence, one))
        .orElseGet(
            () ->
                move(
                    fence,
                    due.tenant(),
                    found.standing(),
                    found.standing().hooking().at(Hooking.Step.DONE)))
        .recover(
            cause ->
                cause instanceof Failure.Unavailable
                    ? Future.failedFuture(cause)
                    : failed(fence, due, found.standing(), cause));
  }

  private Future<Looked> looked(HookStore.Due due) {
    return working(
        due.tenant(),
        ring ->
            db.read(
                due.tenant(),
                tx ->
                    new HookStore(ring)
                        .find(tx, due.id())
                        .map(found -> found.orElseThrow(() -> Failure.missing("rotation_hook")))
                        .compose(
                            standing ->
                                called(tx, ring, standing)
                                    .map(called -> new Looked(standing, called)))));
  }

  private <T> Future<T> working(TenantId tenant, Function<Keyring, Future<T>> work) {
    return keyrings.learning(() -> keyrings.of(tenant).compose(work));
  }

  private Future<Optional<Called>> called(Tx tx, Keyring ring, HookStore.Standing standing) {
    SecretId secret = standing.hooking().secret();
    var policy = new PolicyStore(ring).find(tx, secret);
    var keys = new HookKeys(ring).valid(tx, secret, standing.now());
    var now = lineage.look(tx, ring, secret);
    return Future.all(policy, keys, now)
        .compose(
            read -> {
              Optional<Source.Hook> hook =
                  policy
                      .result()
                      .map(Policy::source)
                      .filter(source -> source instanceof Source.Hook)
                      .map(source -> (Source.Hook) source);
              Optional<Secret> head =
                  now.result().map(Lineage.Standing::head).filter(one -> one.deletedAt().isEmpty());
              return hook.isEmpty() || head.isEmpty()
                  ? Future.succeededFuture(Optional.empty())
                  : retired(tx, ring, standing.hooking(), head.get())
                      .map(
                          retired ->
                              Optional.of(
                                  new Called(
                                      tx.tenant(),
                                      standing,
                                      policy.result().orElseThrow(),
                                      hook.get(),
                                      keys.result(),
                                      head.get(),
                                      retired)));
            });
  }

  /** The version that nobody holds any more, if that is so by rows that can be believed. */
  private Future<Optional<Integer>> retired(Tx tx, Keyring ring, Hooking hooking, Secret head) {
    if (hooking.step() != Hooking.Step.REVOKE) {
      return Future.succeededFuture(Optional.empty());
    }
    return new RotationStore(ring)
        .find(tx, hooking.rotation().orElseThrow())
        .map(found -> found.orElseThrow(() -> Failure.missing("rotation")))
        .map(rotation -> rotation.phase().undone() ? rotation.to() : rotation.from())
        .compose(number -> lineage.version(tx, ring, head, number))
        .map(left -> Optional.of(left).filter(Version::over).map(Version::number));
  }

  /** A hook is made with a key: one without any was robbed of it, and is not over in silence. */
  private Future<Integer> step(JobLease.Fence fence, Called called) {
    if (called.keys().isEmpty()) {
      return Future.failedFuture(Failure.integrity("rotation_hook_key"));
    }
    Hooking now = called.hooking();
    return switch (now.step()) {
      case CREATE -> create(fence, called);
      case FINISH ->
          ask(called, "finish", now.version())
              .compose(done -> move(fence, called, Hooking.Step.REVOKE));
      case REVOKE ->
          called.retired().isEmpty()
              ? Future.succeededFuture(0)
              : ask(called, "revoke", called.retired())
                  .compose(done -> move(fence, called, Hooking.Step.DONE));
      case DONE, FAILED -> Future.succeededFuture(0);
    };
  }

  private Future<OutboundReply> ask(Called called, String word, Optional<Integer> version) {
    return calls.send(
        called.tenant(),
        called.head(),
        called.hook(),
        called.keys(),
        new HookCall.Ask(word, called.hooking().id(), version, called.standing().now()));
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
    Succession how =
        new Brought(new Turning(new Turning.Request(), order), fence, called.standing());
    return values
        .begin(starting.apply(called.tenant()), called.head(), made, Preconditions.NONE, how)
        .map(1);
  }

  private Future<Integer> move(JobLease.Fence fence, Called called, Hooking.Step to) {
    return move(fence, called.tenant(), called.standing(), called.hooking().at(to));
  }

  private Future<Integer> move(
      JobLease.Fence fence, TenantId tenant, HookStore.Standing before, Hooking after) {
    return changing(
        tenant,
        (tx, ring) ->
            fence
                .hold(tx)
                .compose(held -> new HookStore(ring).move(tx, before, after))
                .map(moved -> moved ? Optional.of(Change.of(1, trace(after))) : Optional.empty()));
  }

  private Future<Integer> changing(
      TenantId tenant, BiFunction<Tx, Keyring, Future<Optional<Change<Integer>>>> work) {
    return working(
            tenant, ring -> ledger.changeIfAny(right.apply(tenant), tx -> work.apply(tx, ring)))
        .map(done -> done.orElse(0));
  }

  private static Trace trace(Hooking hooking) {
    return Trace.of(Resource.ofTenant("secret").withId(hooking.secret().value()))
        .with(Map.of("rotation_hook", hooking.id().toString(), "step", hooking.step().word()));
  }

  private Future<Integer> stuck(HookStore.Due due, Throwable cause) {
    log.warn(
        "event=rotation_hook_stuck tenant={} hook={} cause={}",
        due.tenant(),
        due.id(),
        cause.getMessage());
    return later(due);
  }

  private Future<Integer> later(HookStore.Due due) {
    return db.system(
            SystemTx.Job.ROTATION,
            tx -> HookStore.later(tx, due, patience.first(), patience.longest()))
        .map(0);
  }

  /** Tried again later; after so many times it is given up and said. */
  private Future<Integer> failed(
      JobLease.Fence fence, HookStore.Due due, HookStore.Standing standing, Throwable cause) {
    log.warn(
        "event=rotation_hook_failed tenant={} hook={} step={} attempt={} cause={}",
        due.tenant(),
        due.id(),
        standing.hooking().step().word(),
        standing.attempts() + 1,
        cause.getMessage());
    return standing.attempts() + 1 < MOST_ATTEMPTS
        ? later(due)
        : givenUp(fence, due.tenant(), standing);
  }

  private Future<Integer> givenUp(
      JobLease.Fence fence, TenantId tenant, HookStore.Standing standing) {
    return changing(
        tenant,
        (tx, ring) ->
            fence
                .hold(tx)
                .compose(held -> lineage.look(tx, ring, standing.hooking().secret()))
                .compose(
                    now ->
                        new HookStore(ring)
                            .move(tx, standing, standing.hooking().at(Hooking.Step.FAILED))
                            .map(
                                moved ->
                                    moved
                                        ? Optional.of(told(standing.hooking(), now))
                                        : Optional.empty())));
  }

  private static Change<Integer> told(Hooking hooking, Optional<Lineage.Standing> now) {
    Change<Integer> silent = Change.of(1, trace(hooking.at(Hooking.Step.FAILED)));
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("step", hooking.step().word());
    data.put("hook", hooking.id().toString());
    hooking.rotation().ifPresent(id -> data.put("rotation", id.toString()));
    return now.map(one -> silent.telling(Lineage.fact(EventType.ROTATION_FAILED, one.head(), data)))
        .orElse(silent);
  }

  /** A rotation to what a hook brought: its step moves with it, or neither happens. */
  private record Brought(Turning turning, JobLease.Fence fence, HookStore.Standing standing)
      implements Succession {

    @Override
    public Future<Turned> turn(Tx tx, Keyring keyring, SecretId secret, Future<Turn> next) {
      return next.compose(turn -> brought(tx, keyring, turn))
          .compose(moved -> turning.turn(tx, keyring, secret, next));
    }

    private Future<Boolean> brought(Tx tx, Keyring keyring, Turn turn) {
      Hooking after = standing.hooking().brought(turn.id(), turn.next().number());
      return fence
          .hold(tx)
          .compose(held -> new HookStore(keyring).move(tx, standing, after))
          .map(moved -> moved ? moved : gone());
    }

    private static boolean gone() {
      throw Failure.conflict(Failure.Reason.STATE);
    }
  }
}
