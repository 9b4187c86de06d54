package io.hushbus.secret;

import io.hushbus.event.Change;
import io.hushbus.event.Fact;
import io.hushbus.model.Action;
import io.hushbus.model.Failure;
import io.hushbus.model.Grant;
import io.hushbus.model.Scope;
import io.hushbus.model.SecretName;
import io.hushbus.model.VersionState;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** How versions and secrets go, and what may keep them. */
public final class SecretRemovals {

  private final OpenTenants tenants;
  private final Uses uses;
  private final List<DeletionGuard> guards;

  SecretRemovals(OpenTenants tenants, Uses uses, List<DeletionGuard> guards) {
    this.tenants = tenants;
    this.uses = uses;
    this.guards = List.copyOf(guards);
  }

  /**
   * Destroys the ciphertext of an old version. Refused for the current one and while leases hold
   * it.
   */
  public Future<Version> destroy(Grant grant, Scope scope, SecretName name, int number) {
    grant.allowing(Action.SECRET_DESTROY, scope);
    return tenants.learning(
        () ->
            tenants
                .secret(grant, scope, name)
                .compose(secret -> secret.change(tx -> destroyIn(tx, secret.head(), number))));
  }

  private Future<Change<Version>> destroyIn(SecretTx tx, Secret head, int number) {
    return tx.lockAlone(head.id())
        .map(SecretRemovals::living)
        .compose(living -> tx.version(living, number))
        .map(found -> spare(found.version().value()))
        .compose(version -> unheld(tx, head, version))
        .map(version -> destroyed(tx, head, version))
        .map(version -> Change.of(version, Announcements.trace(head).atVersion(number)));
  }

  private static Secret living(Optional<Secret> head) {
    return head.filter(one -> one.deletedAt().isEmpty())
        .orElseThrow(() -> Failure.missing("secret"));
  }

  /** Neither what new leases get, nor what waits to be that. */
  private static Version spare(Version version) {
    if (version.state() == VersionState.CURRENT || version.state() == VersionState.PENDING) {
      throw Failure.conflict(Failure.Reason.STATE);
    }
    return version;
  }

  private Future<Version> unheld(SecretTx tx, Secret head, Version version) {
    return uses.heldVersions(tx.tx(), head.id()).map(held -> unheld(version, held));
  }

  private static Version unheld(Version version, Set<Integer> held) {
    if (held.contains(version.number())) {
      throw Failure.conflict(Failure.Reason.IN_USE);
    }
    return version;
  }

  /** What is destroyed already stays so, and is not taken off what the tenant has again. */
  private static Version destroyed(SecretTx tx, Secret head, Version version) {
    if (version.state() == VersionState.DESTROYED) {
      return version;
    }
    Version destroyed = version.destroyed();
    tx.move(head, destroyed);
    return destroyed;
  }

  /** Moves a secret to the trash. Refused with the list of what uses it while something does. */
  public Future<Secret> delete(Grant grant, Scope scope, SecretName name, Preconditions when) {
    grant.allowing(Action.SECRET_DELETE, scope);
    Clearance nothing = (tx, leaving) -> Future.succeededFuture(List.of());
    return deleted(grant, scope, name, when, guards, nothing);
  }

  /** Moves a secret to the trash; what uses it is ended first, with notices, in the same moment. */
  public Future<Secret> forceDelete(Grant grant, Scope scope, SecretName name, Preconditions when) {
    grant.allowing(Action.SECRET_FORCE_DELETE, scope);
    List<DeletionGuard> firm = guards.stream().filter(guard -> !guard.yields()).toList();
    return deleted(grant, scope, name, when, firm, this::end);
  }

  /** What is done about those who use a secret that leaves, and what readers are told of it. */
  private interface Clearance {
    Future<List<Fact>> of(SecretTx tx, Secret leaving);
  }

  private Future<Secret> deleted(
      Grant grant,
      Scope scope,
      SecretName name,
      Preconditions when,
      List<DeletionGuard> asked,
      Clearance clearance) {
    return tenants.retried(
        () ->
            tenants
                .secret(grant, scope, name)
                .map(before -> before.atVersion(when))
                .compose(
                    before -> before.change(tx -> deleteIn(tx, before, when, asked, clearance))));
  }

  /** The head is written before the guards are asked, as they expect. */
  private Future<Change<Secret>> deleteIn(
      SecretTx tx,
      OpenSecret before,
      Preconditions when,
      List<DeletionGuard> asked,
      Clearance clearance) {
    Secret after = before.head().trashed(before.now());
    return tx.raise(after.scope(), after.name(), after.nextVersion() - 1)
        .compose(marked -> tx.update(before.head(), after))
        .map(when::unlessRaced)
        .compose(written -> clearance.of(tx, after))
        .compose(ended -> blockers(tx, after, asked).map(SecretRemovals::unblocked).map(ended))
        .map(ended -> deletion(after, ended));
  }

  private static Change<Secret> deletion(Secret after, List<Fact> ended) {
    List<Fact> told = new ArrayList<>(ended);
    told.add(Announcements.deleted(after));
    return new Change<>(after, List.of(Announcements.trace(after)), told);
  }

  /** One guard after the other, so that they take their locks in one order. */
  private Future<List<Fact>> end(SecretTx tx, Secret leaving) {
    Future<List<Fact>> all = Future.succeededFuture(List.of());
    for (DeletionGuard guard : guards) {
      all =
          all.compose(
              before ->
                  guard
                      .end(tx, leaving)
                      .map(more -> Stream.concat(before.stream(), more.stream()).toList()));
    }
    return all;
  }

  private static Future<List<Failure.Blocker>> blockers(
      SecretTx tx, Secret leaving, List<DeletionGuard> guards) {
    List<Future<List<Failure.Blocker>>> answers =
        guards.stream().map(guard -> guard.blockers(tx, leaving)).toList();
    return Future.all(answers)
        .map(all -> answers.stream().flatMap(one -> one.result().stream()).toList());
  }

  static Void unblocked(List<Failure.Blocker> blockers) {
    if (!blockers.isEmpty()) {
      throw Failure.conflict(Failure.Reason.IN_USE, blockers);
    }
    return null;
  }
}
