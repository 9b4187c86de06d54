package io.hushbus.secret;

import io.hushbus.event.Change;
import io.hushbus.model.Action;
import io.hushbus.model.Grant;
import io.hushbus.model.Scope;
import io.hushbus.model.SecretName;
import io.vertx.core.Future;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Changes of what is known of a secret beside its value: name, description, labels, limits. Races
 * end as {@link SecretChanges} says, with the metadata sequence in place of the version.
 */
public final class SecretEdits {

  private final OpenTenants tenants;
  private final NewVersions written;
  private final NeededBy environments;

  SecretEdits(OpenTenants tenants, NewVersions written, NeededBy environments) {
    this.tenants = tenants;
    this.written = written;
    this.environments = environments;
  }

  /**
   * The head after the edit; a lower limit of versions prunes at once.
   *
   * @return {@link io.hushbus.model.Failure.Conflict} with the environments that need the secret,
   *     if it would have another name then: they name it, and a rename would leave them without
   */
  public Future<Secret> edit(
      Grant grant, Scope scope, SecretName name, MetadataEdit edit, Preconditions when) {
    grant.allowing(Action.SECRET_CHANGE, scope);
    return tenants.retried(
        () ->
            tenants
                .secret(grant, scope, name)
                .map(before -> before.atMetadata(when))
                .compose(before -> before.change(tx -> editIn(tx, before, edit, when))));
  }

  private Future<Change<Secret>> editIn(
      SecretTx tx, OpenSecret before, MetadataEdit edit, Preconditions when) {
    return floor(tx, before.head(), edit)
        .map(floor -> before.head().edited(edit, floor, before.now()))
        .compose(after -> unneeded(tx, before.head(), after).map(after))
        .compose(after -> written(tx, before, after, when))
        .map(after -> Change.of(after, Announcements.trace(after).with(changes(edit))));
  }

  private Future<Void> unneeded(SecretTx tx, Secret before, Secret after) {
    return before.name().folded().equals(after.name().folded())
        ? Future.succeededFuture()
        : environments.blockers(tx.tx(), before).map(SecretRemovals::unblocked);
  }

  /** A rename leaves the old name's mark behind and continues above the new name's. */
  private static Future<Integer> floor(SecretTx tx, Secret head, MetadataEdit edit) {
    Optional<SecretName> renamed =
        edit.name().filter(name -> !name.folded().equals(head.name().folded()));
    return renamed.isEmpty()
        ? Future.succeededFuture(0)
        : tx.raise(head.scope(), head.name(), head.nextVersion() - 1)
            .compose(left -> tx.raise(head.scope(), renamed.get(), head.currentVersion()))
            .compose(mark -> tx.sharing().unadopted(head.scope(), renamed.get()).map(free -> mark));
  }

  private Future<Secret> written(SecretTx tx, OpenSecret before, Secret after, Preconditions when) {
    return tx.update(before.head(), after)
        .map(when::unlessRaced)
        .compose(won -> written.prune(tx, after));
  }

  private static Map<String, Object> changes(MetadataEdit edit) {
    Map<String, Object> fields = new TreeMap<>();
    edit.name().ifPresent(name -> fields.put("name", name.text()));
    edit.description().ifPresent(text -> fields.put("description", true));
    if (!edit.labels().isEmpty()) {
      fields.put("labels", true);
    }
    edit.maxVersions().ifPresent(most -> fields.put("max_versions", most));
    edit.casRequired().ifPresent(required -> fields.put("cas_required", required));
    edit.longestLease().ifPresent(longest -> fields.put("max_lease_seconds", longest.toSeconds()));
    return fields;
  }
}
