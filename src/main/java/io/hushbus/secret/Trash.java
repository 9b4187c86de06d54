package io.hushbus.secret;

import io.hushbus.event.Change;
import io.hushbus.model.Action;
import io.hushbus.model.Failure;
import io.hushbus.model.Grant;
import io.hushbus.model.Scope;
import io.hushbus.model.SecretId;
import io.hushbus.model.SecretName;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Deleted secrets, for the time they are kept. A secret in the trash can neither be read nor be
 * leased; its versions and its numbers are as they were.
 */
public final class Trash {

  private static final UUID FIRST = new UUID(0, 0);

  /**
   * Where a page of the trash goes on: names are not unique in it.
   *
   * @param name folded
   */
  public record Place(String name, UUID id) {}

  /** A page, and where the next one starts. */
  public record Page(List<Secret> secrets, Optional<Place> next) {}

  /**
   * Which secret in the trash.
   *
   * @param name that it had
   * @param id empty: of several, the one that was deleted last
   */
  public record Pick(SecretName name, Optional<SecretId> id) {}

  private final OpenTenants tenants;
  private final Duration kept;

  Trash(OpenTenants tenants, Duration kept) {
    this.tenants = tenants;
    this.kept = kept;
  }

  /** Until when a deleted secret can be restored for sure; it is purged soon after. */
  public Optional<Instant> keptUntil(Secret deleted) {
    return deleted.deletedAt().map(at -> at.plus(kept));
  }

  /** What was deleted in exactly this scope, in order of names. */
  public Future<Page> list(Grant grant, Scope scope, Optional<Place> after, int limit) {
    grant.allowing(Action.SECRET_LIST, scope);
    Place from = after.orElse(new Place("", FIRST));
    return tenants
        .of(grant)
        .compose(tenant -> tenant.read(tx -> tx.trash(scope, from.name(), from.id(), limit + 1)))
        .map(found -> page(found, limit));
  }

  private static Page page(List<Secret> found, int limit) {
    if (found.size() <= limit) {
      return new Page(found, Optional.empty());
    }
    Secret last = found.get(limit - 1);
    return new Page(
        found.subList(0, limit), Optional.of(new Place(last.name().folded(), last.id().value())));
  }

  /**
   * Takes a secret out of the trash, as it was, under its name or another one.
   *
   * @return {@link Failure.Conflict} if a living secret of the scope has the name, or an adoption
   *     there
   */
  public Future<Secret> restore(Grant grant, Scope scope, Pick pick, Optional<SecretName> another) {
    grant.allowing(Action.SECRET_RESTORE, scope);
    return tenants.retried(
        () ->
            tenants
                .of(grant)
                .compose(
                    tenant -> tenant.create(scope, tx -> restoreIn(tx, scope, pick, another))));
  }

  private static Future<Change<Secret>> restoreIn(
      SecretTx tx, Scope scope, Pick pick, Optional<SecretName> another) {
    return tx.trashed(scope, pick.name(), pick.id())
        .compose(found -> restoreIn(tx, found, another.orElse(found.head().name())));
  }

  /** Its next number is above all that were ever given under the name it comes back with. */
  private static Future<Change<Secret>> restoreIn(
      SecretTx tx, SecretTx.Trashed found, SecretName as) {
    Secret before = found.head();
    return tx.raise(before.scope(), as, before.currentVersion())
        .compose(floor -> tx.sharing().unadopted(before.scope(), as).map(floor))
        .map(floor -> before.restored(as, floor, found.now()))
        .compose(
            after ->
                tx.update(before, after)
                    .map(Preconditions.NONE::unlessRaced)
                    .map(
                        won ->
                            Change.of(after, Announcements.trace(after))
                                .telling(Announcements.restored(after))));
  }

  /** Destroys a secret in the trash before its time: its ciphertexts and their keys are gone. */
  public Future<Secret> purge(Grant grant, Scope scope, Pick pick) {
    grant.allowing(Action.SECRET_PURGE, scope);
    return tenants
        .of(grant)
        .compose(
            tenant ->
                tenant.change(
                    tx ->
                        tx.trashed(scope, pick.name(), pick.id())
                            .compose(found -> purgeIn(tx, found.head()))));
  }

  private static Future<Change<Secret>> purgeIn(SecretTx tx, Secret head) {
    return tx.purge(head)
        .map(
            versions ->
                Change.of(head, Announcements.trace(head).with(Map.of("versions", versions))));
  }
}
