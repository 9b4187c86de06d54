package io.hushbus.rotation;

import io.hushbus.crypto.Keyring;
import io.hushbus.db.Db;
import io.hushbus.db.Tx;
import io.hushbus.event.Change;
import io.hushbus.event.Ledger;
import io.hushbus.event.Making;
import io.hushbus.event.Trace;
import io.hushbus.model.Action;
import io.hushbus.model.Failure;
import io.hushbus.model.Grant;
import io.hushbus.model.Scope;
import io.hushbus.model.SecretId;
import io.hushbus.model.SecretName;
import io.hushbus.model.SecretType;
import io.hushbus.model.SecretValue;
import io.hushbus.model.Seen;
import io.hushbus.outbound.Outbound;
import io.hushbus.secret.Lineage;
import io.hushbus.secret.Secret;
import io.hushbus.secret.Secrets;
import io.hushbus.secret.SigningKeys;
import io.hushbus.tenant.Keyrings;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/** When secrets are to be rotated: at most one policy for each. */
public final class Policies {

  /**
   * A policy as it is asked for.
   *
   * @param grace empty: the configured one
   */
  public record Wish(
      Schedule schedule, Source source, Strategy strategy, Optional<Duration> grace) {

    public Wish {
      if (strategy == Strategy.STAGED) {
        throw Failure.invalid("/strategy", Failure.Code.NOT_ALLOWED);
      }
    }
  }

  private final Db db;
  private final Ledger ledger;
  private final Keyrings keyrings;
  private final Secrets secrets;
  private final Lineage lineage;
  private final SigningKeys signing;
  private final Outbound outbound;

  Policies(
      Db db,
      Ledger ledger,
      Keyrings keyrings,
      Secrets secrets,
      Lineage lineage,
      SigningKeys signing,
      Outbound outbound) {
    this.outbound = outbound;
    this.signing = signing;
    this.db = db;
    this.ledger = ledger;
    this.keyrings = keyrings;
    this.secrets = secrets;
    this.lineage = lineage;
  }

  /** The policy of a secret; {@link Failure.Missing} if it has none. */
  public Future<Policy> get(Grant grant, Scope scope, SecretName name) {
    return secrets
        .get(grant, scope, name)
        .compose(head -> working(grant, (tx, ring) -> new PolicyStore(ring).find(tx, head.id())))
        .map(found -> found.orElseThrow(Policies::missing));
  }

  /**
   * Sets the policy of a secret, in place of the one before. The time to the first rotation counts
   * from now.
   */
  public Future<Put> put(Grant grant, Scope scope, SecretName name, Wish wish, Seen seen) {
    grant.allowing(Action.ROTATION_FORCE, scope);
    return wish.source() instanceof Source.Hook hook
        ? putHook(grant, scope, name, wish, hook, seen)
        : putPlain(grant, scope, name, wish, seen);
  }

  /**
   * A policy as it was set.
   *
   * @param key that calls of its hook are signed with, if it was made now: to be shown once, and
   *     closed
   */
  public record Put(Policy policy, Optional<SecretValue> key) {}

  private Future<Put> putPlain(Grant grant, Scope scope, SecretName name, Wish wish, Seen seen) {
    return changing(
            grant,
            (tx, ring) ->
                lineage
                    .named(tx, ring, scope, name)
                    .compose(head -> putIn(tx, ring, grant, head, wish, seen)))
        .map(policy -> new Put(policy, Optional.empty()));
  }

  /** A hook gets a key when there is none yet; it keeps it through changes of the policy. */
  private Future<Put> putHook(
      Grant grant, Scope scope, SecretName name, Wish wish, Source.Hook hook, Seen seen) {
    if (!outbound.plausible(hook.url())) {
      return Future.failedFuture(Failure.invalid("/hook/url", Failure.Code.NOT_ALLOWED));
    }
    return secret(grant, scope, name)
        .compose(head -> signing.make(grant.tenant(), head.id().value(), 1))
        .compose(
            made ->
                changing(
                        grant,
                        (tx, ring) ->
                            lineage
                                .named(tx, ring, scope, name)
                                .compose(
                                    head -> putHookIn(tx, ring, grant, head, wish, made, seen)))
                    .map(kept -> shown(kept, made)));
  }

  private record Kept(Policy policy, boolean made) {}

  private static Put shown(Kept kept, SigningKeys.Made made) {
    if (kept.made()) {
      return new Put(kept.policy(), Optional.of(made.text()));
    }
    made.text().close();
    return new Put(kept.policy(), Optional.empty());
  }

  private Future<Change<Kept>> putHookIn(
      Tx tx, Keyring ring, Grant grant, Secret head, Wish wish, SigningKeys.Made made, Seen seen) {
    HookKeys keys = new HookKeys(ring);
    return putIn(tx, ring, grant, head, wish, seen)
        .compose(
            change ->
                keys.of(tx, head.id())
                    .compose(
                        before ->
                            (before.isEmpty()
                                    ? keys.keep(tx, head.id(), made.kept())
                                    : Future.<Void>succeededFuture())
                                .map(
                                    new Change<>(
                                        new Kept(change.result(), before.isEmpty()),
                                        change.traces(),
                                        change.facts()))));
  }

  /**
   * A new key for the hook of a secret; for {@code overlap} calls are signed under both.
   *
   * @return {@link Failure.Missing} if it has none
   */
  public Future<Put> roll(Grant grant, Scope scope, SecretName name, Duration overlap) {
    grant.allowing(Action.ROTATION_FORCE, scope);
    return working(grant, (tx, ring) -> hooked(tx, ring, scope, name, lineage::look))
        .compose(
            now ->
                signing
                    .make(
                        grant.tenant(),
                        now.policy().secret().value(),
                        now.key().kept().number() + 1)
                    .compose(made -> rolled(grant, scope, name, now.key(), made, overlap)));
  }

  private record Hooked(Lineage.Standing standing, Policy policy, HookKeys.Key key) {}

  /** How the head of a secret is read: to look at it, or to change what belongs to it. */
  @FunctionalInterface
  private interface Reading {
    Future<Optional<Lineage.Standing>> read(Tx tx, Keyring ring, SecretId id);
  }

  private Future<Hooked> hooked(
      Tx tx, Keyring ring, Scope scope, SecretName name, Reading reading) {
    return lineage
        .named(tx, ring, scope, name)
        .compose(head -> reading.read(tx, ring, head.id()))
        .map(found -> found.orElseThrow(() -> Failure.missing("secret")))
        .compose(
            standing -> {
              var policy = new PolicyStore(ring).find(tx, standing.head().id());
              var keys = new HookKeys(ring).of(tx, standing.head().id());
              return Future.all(policy, keys)
                  .map(
                      read ->
                          new Hooked(
                              standing,
                              policy.result().orElseThrow(Policies::missing),
                              keys.result().stream().findFirst().orElseThrow(Policies::missing)));
            });
  }

  private Future<Put> rolled(
      Grant grant,
      Scope scope,
      SecretName name,
      HookKeys.Key before,
      SigningKeys.Made made,
      Duration overlap) {
    return keyrings
        .learning(
            () ->
                keyrings
                    .of(grant.tenant())
                    .compose(
                        ring ->
                            ledger.create(
                                grant,
                                rolling(ring, made),
                                tx ->
                                    hooked(tx, ring, scope, name, lineage::lock)
                                        .compose(
                                            now ->
                                                rolledIn(tx, ring, now, before, made, overlap)))))
        .onFailure(refused -> made.text().close());
  }

  /** Whoever was faster makes this one come again. */
  private static Future<Change<Put>> rolledIn(
      Tx tx,
      Keyring ring,
      Hooked now,
      HookKeys.Key before,
      SigningKeys.Made made,
      Duration overlap) {
    if (now.key().kept().number() != before.kept().number()) {
      throw Failure.conflict(Failure.Reason.CONCURRENT_CHANGE);
    }
    return new HookKeys(ring)
        .roll(tx, now.key(), made.kept(), now.standing().now().plus(overlap))
        .map(
            Change.of(
                new Put(now.policy(), Optional.of(made.text())),
                now.standing()
                    .trace(now.standing().head().currentVersion())
                    .with(Map.of("rotation_policy", "key_rolled"))));
  }

  /** Sent again, the key that was just made for nothing is wiped, and none is shown. */
  private static Making<Tx, Put> rolling(Keyring ring, SigningKeys.Made made) {
    return Making.of(
        "rotation_policy",
        put -> put.policy().secret().value(),
        (tx, rolled) -> {
          made.text().close();
          return new PolicyStore(ring)
              .find(tx, new SecretId(rolled.getFirst()))
              .map(found -> found.map(policy -> new Put(policy, Optional.empty())));
        });
  }

  private Future<Secret> secret(Grant grant, Scope scope, SecretName name) {
    return working(grant, (tx, ring) -> lineage.named(tx, ring, scope, name));
  }

  private <T> Future<T> working(Grant grant, BiFunction<Tx, Keyring, Future<T>> work) {
    return keyrings.learning(
        () ->
            keyrings
                .of(grant.tenant())
                .compose(ring -> db.read(grant.tenant(), tx -> work.apply(tx, ring))));
  }

  private Future<Change<Policy>> putIn(
      Tx tx, Keyring ring, Grant grant, Secret found, Wish wish, Seen seen) {
    PolicyStore store = new PolicyStore(ring);
    return lineage
        .lock(tx, ring, found.id())
        .map(standing -> standing.orElseThrow(() -> Failure.missing("secret")))
        .compose(
            standing ->
                store
                    .lock(tx, found.id())
                    .map(
                        before -> {
                          seen.check(before.map(Policy::etag));
                          return policy(grant, fitting(standing, wish), wish, before);
                        })
                    .compose(
                        policy ->
                            store.put(tx, policy).map(Change.of(policy, trace(standing, policy)))));
  }

  private static Policy policy(
      Grant grant, Lineage.Standing standing, Wish wish, Optional<Policy> before) {
    return new Policy(
        standing.head().id(),
        wish.schedule(),
        wish.source(),
        wish.strategy(),
        wish.grace(),
        before.map(Policy::revision).orElse(0L) + 1,
        grant.caller().principal().toString(),
        standing.now(),
        standing.now(),
        wish.schedule().next(standing.now()));
  }

  /** Refuses what could not be generated for a secret of this type. */
  private static Lineage.Standing fitting(Lineage.Standing standing, Wish wish) {
    if (standing.head().deletedAt().isPresent()) {
      throw Failure.missing("secret");
    }
    if (wish.source() instanceof Source.Generate generate) {
      Generated.check(standing.head().type(), generate);
    }
    return standing;
  }

  /** Ends the policy of a secret; {@link Failure.Missing} if it has none. */
  public Future<Void> delete(Grant grant, Scope scope, SecretName name) {
    grant.allowing(Action.ROTATION_FORCE, scope);
    return changing(
            grant,
            (tx, ring) ->
                lineage
                    .named(tx, ring, scope, name)
                    .compose(head -> lineage.lock(tx, ring, head.id()))
                    .map(standing -> standing.orElseThrow(() -> Failure.missing("secret")))
                    .compose(
                        standing ->
                            PolicyStore.delete(tx, standing.head().id())
                                .map(there -> gone(standing, there))))
        .mapEmpty();
  }

  private static Change<Boolean> gone(Lineage.Standing standing, boolean there) {
    if (!there) {
      throw missing();
    }
    return Change.of(
        true,
        standing
            .trace(standing.head().currentVersion())
            .with(Map.of("rotation_policy", "deleted")));
  }

  private <T> Future<T> changing(Grant grant, BiFunction<Tx, Keyring, Future<Change<T>>> work) {
    return keyrings.learning(
        () ->
            keyrings
                .of(grant.tenant())
                .compose(ring -> ledger.change(grant, tx -> work.apply(tx, ring))));
  }

  private static Trace trace(Lineage.Standing standing, Policy policy) {
    return standing
        .trace(standing.head().currentVersion())
        .with(Map.of("rotation_policy", policy.source().word(), "revision", policy.revision()));
  }

  static Failure missing() {
    return Failure.missing("rotation_policy");
  }

  /** Whether a secret of this type can be given what is generated. */
  static boolean fits(SecretType type, Source.Generate generate) {
    return switch (type) {
      case KEY_VALUE -> true;
      case TEXT, FILE -> !generate.kind().isPair() && generate.key().isEmpty();
      case JSON, DOCKER_CONFIG -> false;
    };
  }
}
