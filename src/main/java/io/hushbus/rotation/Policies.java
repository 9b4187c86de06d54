package io.hushbus.rotation;

import io.hushbus.crypto.Keyring;
import io.hushbus.db.Db;
import io.hushbus.db.Tx;
import io.hushbus.event.Change;
import io.hushbus.event.Ledger;
import io.hushbus.event.Trace;
import io.hushbus.model.Action;
import io.hushbus.model.Failure;
import io.hushbus.model.Grant;
import io.hushbus.model.Scope;
import io.hushbus.model.SecretName;
import io.hushbus.model.SecretType;
import io.hushbus.model.SecretValue;
import io.hushbus.outbound.Destination;
import io.hushbus.secret.Lineage;
import io.hushbus.secret.Secret;
import io.hushbus.secret.Secrets;
import io.hushbus.secret.SigningKeys;
import io.hushbus.tenant.Keyrings;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

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

  Policies(
      Db db,
      Ledger ledger,
      Keyrings keyrings,
      Secrets secrets,
      Lineage lineage,
      SigningKeys signing) {
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
        .compose(
            head ->
                keyrings.learning(
                    () ->
                        keyrings
                            .of(grant.tenant())
                            .compose(
                                ring ->
                                    db.read(
                                        grant.tenant(),
                                        tx -> new PolicyStore(ring).find(tx, head.id())))))
        .map(found -> found.orElseThrow(Policies::missing));
  }

  /**
   * Sets the policy of a secret, in place of the one before. The time to the first rotation counts
   * from now.
   */
  public Future<Put> put(Grant grant, Scope scope, SecretName name, Wish wish) {
    grant.allowing(Action.ROTATION_FORCE, scope);
    return wish.source() instanceof Source.Hook hook
        ? putHook(grant, scope, name, wish, hook)
        : putPlain(grant, scope, name, wish);
  }

  /**
   * A policy as it was set.
   *
   * @param key that calls of its hook are signed with, if it was made now: to be shown once, and
   *     closed
   */
  public record Put(Policy policy, Optional<SecretValue> key) {}

  private Future<Put> putPlain(Grant grant, Scope scope, SecretName name, Wish wish) {
    return changing(
            grant,
            (tx, ring) ->
                lineage
                    .named(tx, ring, scope, name)
                    .compose(head -> putIn(tx, ring, grant, head, wish)))
        .map(policy -> new Put(policy, Optional.empty()));
  }

  /** A hook gets a key when there is none yet; it keeps it through changes of the policy. */
  private Future<Put> putHook(
      Grant grant, Scope scope, SecretName name, Wish wish, Source.Hook hook) {
    if (Destination.parse(hook.url()).isEmpty()) {
      return Future.failedFuture(Failure.invalid("/hook/url", Failure.Code.BAD_FORMAT));
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
                                .compose(head -> putHookIn(tx, ring, grant, head, wish, made)))
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
      Tx tx, Keyring ring, Grant grant, Secret head, Wish wish, SigningKeys.Made made) {
    return PolicyStore.hookKey(tx, head.id())
        .compose(
            before ->
                putIn(tx, ring, grant, head, wish)
                    .compose(
                        change ->
                            (before.isPresent()
                                    ? Future.<Void>succeededFuture()
                                    : PolicyStore.keepHookKey(tx, head.id(), made.kept()))
                                .map(
                                    new Change<>(
                                        new Kept(change.result(), before.isEmpty()),
                                        change.traces(),
                                        change.facts()))));
  }

  private Future<Secret> secret(Grant grant, Scope scope, SecretName name) {
    return keyrings.learning(
        () ->
            keyrings
                .of(grant.tenant())
                .compose(
                    ring -> db.read(grant.tenant(), tx -> lineage.named(tx, ring, scope, name))));
  }

  private Future<Change<Policy>> putIn(Tx tx, Keyring ring, Grant grant, Secret found, Wish wish) {
    PolicyStore store = new PolicyStore(ring);
    return lineage
        .lock(tx, ring, found.id())
        .map(standing -> standing.orElseThrow(() -> Failure.missing("secret")))
        .compose(
            standing ->
                store
                    .lock(tx, found.id())
                    .map(before -> policy(grant, fitting(standing, wish), wish, before))
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

  private <T> Future<T> changing(
      Grant grant, java.util.function.BiFunction<Tx, Keyring, Future<Change<T>>> work) {
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
