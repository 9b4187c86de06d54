package io.hushbus.secret;

import io.hushbus.crypto.Keyring;
import io.hushbus.db.Db;
import io.hushbus.db.Tx;
import io.hushbus.event.Change;
import io.hushbus.event.Ledger;
import io.hushbus.model.Action;
import io.hushbus.model.Failure;
import io.hushbus.model.Grant;
import io.hushbus.model.Payload;
import io.hushbus.model.Scope;
import io.hushbus.model.SecretId;
import io.hushbus.model.SecretName;
import io.hushbus.model.Uuids;
import io.hushbus.model.VersionState;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Every way to change a secret. A change reads the head, seals outside the transaction for the
 * number that comes next, and writes only if the head is still the one it read: a lost race is 412
 * for a writer who named a version, else it is tried again, three times in all. Values passed in
 * remain the caller's to close.
 */
public final class SecretChanges {

  private static final int ATTEMPTS = 3;

  /**
   * @param maxBytes the most bytes of all values of one version together
   */
  public record Limits(int maxBytes, int maxVersions) {}

  /** A head as read, with all that is needed to change it. */
  private record Opened(
      Keyring keyring, Secret head, VersionStore.SealedVersion current, Instant now) {}

  /**
   * The payload of the next version, and what was opened on the way and must be wiped afterwards.
   */
  private record Prepared(Payload payload, Optional<Payload> opened) implements AutoCloseable {
    @Override
    public void close() {
      opened.ifPresent(Payload::close);
    }
  }

  private final Db db;
  private final Ledger ledger;
  private final Vault vault;
  private final Uses uses;
  private final Uuids ids;
  private final Limits limits;
  private final SecretStore heads = new SecretStore();
  private final VersionStore versions = new VersionStore();
  private final MarkStore marks = new MarkStore();

  SecretChanges(Db db, Ledger ledger, Vault vault, Uses uses, Uuids ids, Limits limits) {
    this.db = db;
    this.ledger = ledger;
    this.vault = vault;
    this.uses = uses;
    this.ids = ids;
    this.limits = limits;
  }

  /**
   * Creates a secret with its first version. {@link Failure.Conflict} if the scope has the name
   * already.
   */
  public Future<Secret> create(Grant grant, Scope scope, NewSecret wanted, Content content) {
    grant.allowing(Action.SECRET_CREATE, scope);
    return checked(() -> content.check(wanted.type(), limits.maxBytes()))
        .compose(fits -> vault.keyring(grant.tenant()))
        .compose(keyring -> retried(1, () -> createOnce(grant, scope, wanted, content, keyring)));
  }

  /** Replaces all entries: a new current version. */
  public Future<Secret> replace(
      Grant grant, Scope scope, SecretName name, Content content, Preconditions when) {
    grant.allowing(Action.SECRET_CHANGE, scope);
    return advance(
        grant,
        scope,
        name,
        when,
        opened ->
            checked(() -> content.check(opened.head().type(), limits.maxBytes()))
                .map(new Prepared(content.payload(), Optional.empty())));
  }

  /** Changes single entries of a key_value secret: a new current version. */
  public Future<Secret> patch(
      Grant grant, Scope scope, SecretName name, ContentPatch patch, Preconditions when) {
    grant.allowing(Action.SECRET_CHANGE, scope);
    return advance(
        grant,
        scope,
        name,
        when,
        opened ->
            vault
                .open(opened.keyring(), opened.head(), opened.current())
                .compose(before -> patched(opened, before, patch)));
  }

  /** Makes the payload of an earlier version current again, under a new number. */
  public Future<Secret> restore(
      Grant grant, Scope scope, SecretName name, int number, Preconditions when) {
    grant.allowing(Action.SECRET_CHANGE, scope);
    return advance(
        grant,
        scope,
        name,
        when,
        opened ->
            db.read(grant.tenant(), tx -> version(tx, opened, number))
                .compose(version -> vault.open(opened.keyring(), opened.head(), version))
                .map(payload -> new Prepared(payload, Optional.of(payload))));
  }

  /** Changes what is known of a secret beside its value: name, description, labels, limits. */
  public Future<Secret> edit(
      Grant grant, Scope scope, SecretName name, MetadataEdit edit, Preconditions when) {
    grant.allowing(Action.SECRET_CHANGE, scope);
    return retried(
        1,
        () ->
            opened(grant, scope, name)
                .map(opened -> allowed(opened, when, opened.head().metaSeq()))
                .compose(opened -> ledger.change(grant, tx -> editIn(tx, opened, edit, when))));
  }

  /**
   * Destroys the ciphertext of an old version. Refused for the current one and while leases hold
   * it.
   */
  public Future<Version> destroy(Grant grant, Scope scope, SecretName name, int number) {
    grant.allowing(Action.SECRET_DESTROY, scope);
    return opened(grant, scope, name)
        .compose(opened -> ledger.change(grant, tx -> destroyIn(tx, opened, number)));
  }

  /** Moves a secret to the trash. Refused with the list of what uses it while something does. */
  public Future<Secret> delete(Grant grant, Scope scope, SecretName name, Preconditions when) {
    grant.allowing(Action.SECRET_DELETE, scope);
    return retried(
        1,
        () ->
            opened(grant, scope, name)
                .map(opened -> allowed(opened, when, opened.head().currentVersion()))
                .compose(opened -> ledger.change(grant, tx -> deleteIn(tx, opened, when))));
  }

  private Future<Secret> createOnce(
      Grant grant, Scope scope, NewSecret wanted, Content content, Keyring keyring) {
    SecretId id = new SecretId(ids.random());
    return db.read(
            grant.tenant(),
            tx ->
                marks
                    .read(tx, scope, wanted.name())
                    .compose(
                        mark ->
                            now(tx)
                                .map(
                                    now ->
                                        first(
                                            grant,
                                            id,
                                            scope,
                                            wanted,
                                            content.payload(),
                                            mark + 1,
                                            now))))
        .compose(
            head ->
                vault
                    .seal(keyring, head, content.payload())
                    .compose(
                        ciphertext ->
                            ledger.change(
                                grant,
                                tx -> createIn(tx, keyring, head, content.payload(), ciphertext))));
  }

  private Secret first(
      Grant grant,
      SecretId id,
      Scope scope,
      NewSecret wanted,
      Payload payload,
      int number,
      Instant now) {
    return new Secret(
        id,
        scope,
        wanted.name(),
        wanted.type(),
        wanted.description(),
        wanted.labels(),
        List.copyOf(payload.entries().keySet()),
        number,
        number + 1,
        wanted.maxVersions().orElse(limits.maxVersions()),
        wanted.casRequired(),
        1,
        grant.caller().principal().toString(),
        now,
        now,
        Optional.empty());
  }

  private Future<Change<Secret>> createIn(
      Tx tx, Keyring keyring, Secret head, Payload payload, Vault.SealedContent sealed) {
    return marks
        .claim(tx, head.scope(), head.name(), head.currentVersion())
        .map(free -> unlessRaced(free, Preconditions.NONE))
        .compose(claimed -> heads.insert(tx, head, keyring.mac(head.canonical(tx.tenant()))))
        .compose(inserted -> insertCurrent(tx, keyring, head, payload, sealed, head.createdBy()))
        .map(
            done ->
                Change.of(head, Announcements.trace(head)).telling(Announcements.created(head)));
  }

  /**
   * The common way of every new version: read, check, make the payload, seal it, write if nothing
   * moved.
   */
  private Future<Secret> advance(
      Grant grant,
      Scope scope,
      SecretName name,
      Preconditions when,
      Function<Opened, Future<Prepared>> content) {
    return retried(
        1,
        () ->
            opened(grant, scope, name)
                .map(opened -> allowed(opened, when, opened.head().currentVersion()))
                .compose(
                    opened ->
                        content
                            .apply(opened)
                            .compose(
                                next ->
                                    advanceTo(grant, opened, next.payload(), when)
                                        .onComplete(done -> next.close()))));
  }

  private Future<Secret> advanceTo(
      Grant grant, Opened before, Payload payload, Preconditions when) {
    Secret head = before.head().advanced(List.copyOf(payload.entries().keySet()), before.now());
    return vault
        .seal(before.keyring(), head, payload)
        .compose(
            ciphertext ->
                ledger.change(
                    grant, tx -> advanceIn(tx, grant, before, head, payload, ciphertext, when)));
  }

  private Future<Change<Secret>> advanceIn(
      Tx tx,
      Grant grant,
      Opened before,
      Secret head,
      Payload payload,
      Vault.SealedContent sealed,
      Preconditions when) {
    Keyring keyring = before.keyring();
    Version previous = before.current().version().value().in(VersionState.PREVIOUS);
    return updateHead(tx, before, head, when)
        .compose(won -> move(tx, keyring, head.id(), previous))
        .compose(
            moved ->
                insertCurrent(
                    tx, keyring, head, payload, sealed, grant.caller().principal().toString()))
        .compose(inserted -> prune(tx, keyring, head))
        .map(
            done ->
                Change.of(head, Announcements.trace(head))
                    .telling(Announcements.announced(head, previous.number())));
  }

  private Future<Change<Secret>> editIn(
      Tx tx, Opened opened, MetadataEdit edit, Preconditions when) {
    return floor(tx, opened.head(), edit)
        .map(floor -> opened.head().edited(edit, floor, opened.now()))
        .compose(
            after ->
                updateHead(tx, opened, after, when)
                    .compose(won -> prune(tx, opened.keyring(), after))
                    .map(done -> Change.of(after, Announcements.trace(after).with(changes(edit)))));
  }

  /** A rename leaves the old name's mark behind and continues above the new name's. */
  private Future<Integer> floor(Tx tx, Secret head, MetadataEdit edit) {
    Optional<SecretName> renamed =
        edit.name().filter(name -> !name.folded().equals(head.name().folded()));
    return renamed.isEmpty()
        ? Future.succeededFuture(0)
        : marks
            .raise(tx, head.scope(), head.name(), head.nextVersion() - 1)
            .compose(left -> marks.raise(tx, head.scope(), renamed.get(), head.currentVersion()));
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
    return fields;
  }

  private Future<Change<Version>> destroyIn(Tx tx, Opened opened, int number) {
    Secret head = opened.head();
    if (number == head.currentVersion()) {
      return Future.failedFuture(Failure.conflict(Failure.Reason.STATE));
    }
    return version(tx, opened, number)
        .compose(
            found ->
                uses.heldVersions(tx, head.id()).map(held -> unheld(found, held.contains(number))))
        .map(version -> version.in(VersionState.DESTROYED))
        .compose(
            destroyed ->
                move(tx, opened.keyring(), head.id(), destroyed)
                    .map(Change.of(destroyed, Announcements.trace(head).atVersion(number))));
  }

  private static Version unheld(VersionStore.SealedVersion found, boolean held) {
    if (held) {
      throw Failure.conflict(Failure.Reason.IN_USE);
    }
    return found.version().value();
  }

  /**
   * The head is written before the uses are asked for: no grant passes a head that is being
   * written, so none can come between.
   */
  private Future<Change<Secret>> deleteIn(Tx tx, Opened opened, Preconditions when) {
    Secret after = opened.head().trashed(opened.now());
    return marks
        .raise(tx, after.scope(), after.name(), after.nextVersion() - 1)
        .compose(marked -> updateHead(tx, opened, after, when))
        .compose(written -> uses.blockers(tx, after.id()))
        .map(SecretChanges::unblocked)
        .map(
            done ->
                Change.of(after, Announcements.trace(after)).telling(Announcements.deleted(after)));
  }

  private static Void unblocked(List<Failure.Blocker> blockers) {
    if (!blockers.isEmpty()) {
      throw Failure.conflict(Failure.Reason.IN_USE, blockers);
    }
    return null;
  }

  /** Destroys the versions past the limit, sparing those that live leases hold. */
  private Future<Void> prune(Tx tx, Keyring keyring, Secret head) {
    return versions
        .beyond(tx, head.id(), head.maxVersions())
        .compose(
            old ->
                old.isEmpty()
                    ? Future.succeededFuture()
                    : uses.heldVersions(tx, head.id())
                        .compose(
                            held ->
                                each(
                                    old.stream()
                                        .map(one -> SecretOpener.checked(keyring, head, one))
                                        .filter(version -> !held.contains(version.number()))
                                        .toList(),
                                    version ->
                                        move(
                                            tx,
                                            keyring,
                                            head.id(),
                                            version.in(VersionState.DESTROYED)))));
  }

  private Future<Opened> opened(Grant grant, Scope scope, SecretName name) {
    return vault
        .keyring(grant.tenant())
        .compose(
            keyring ->
                db.read(
                    grant.tenant(),
                    tx ->
                        heads
                            .find(tx, scope, name)
                            .compose(
                                found ->
                                    opened(
                                        tx,
                                        keyring,
                                        found.orElseThrow(() -> Failure.missing("secret"))))));
  }

  private Future<Opened> opened(Tx tx, Keyring keyring, SecretStore.Found found) {
    Secret head =
        found.head().checked(keyring, found.head().value().canonical(tx.tenant()), "secret");
    return versions
        .find(tx, head.id(), head.currentVersion())
        .map(
            current -> {
              VersionStore.SealedVersion row =
                  current.orElseThrow(() -> Failure.integrity("secret_version"));
              SecretOpener.checked(keyring, head, row);
              return new Opened(keyring, head, row, found.now());
            });
  }

  private Future<VersionStore.SealedVersion> version(Tx tx, Opened opened, int number) {
    return versions
        .find(tx, opened.head().id(), number)
        .map(
            found -> {
              VersionStore.SealedVersion row =
                  found.orElseThrow(() -> Failure.missing("secret_version"));
              SecretOpener.checked(opened.keyring(), opened.head(), row);
              return row;
            });
  }

  private Future<Prepared> patched(Opened opened, Payload before, ContentPatch patch) {
    Prepared next;
    try {
      next = new Prepared(patch.appliedTo(before), Optional.of(before));
      new Content(Optional.empty(), next.payload()).check(opened.head().type(), limits.maxBytes());
    } catch (Failure failure) {
      before.close();
      return Future.failedFuture(failure);
    }
    return Future.succeededFuture(next);
  }

  private static Opened allowed(Opened opened, Preconditions when, long actual) {
    when.check(opened.head(), actual);
    return opened;
  }

  private Future<Void> updateHead(Tx tx, Opened before, Secret after, Preconditions when) {
    return heads
        .update(
            tx, after, before.head().metaSeq(), before.keyring().mac(after.canonical(tx.tenant())))
        .map(won -> unlessRaced(won, when));
  }

  private static Void unlessRaced(boolean won, Preconditions when) {
    if (!won) {
      throw when.lostRace();
    }
    return null;
  }

  private Future<Void> insertCurrent(
      Tx tx, Keyring keyring, Secret head, Payload payload, Vault.SealedContent sealed, String by) {
    Version version =
        new Version(
            head.currentVersion(),
            VersionState.CURRENT,
            payload.size(),
            List.copyOf(payload.entries().keySet()),
            sealed.digest(),
            by,
            head.updatedAt());
    return versions.insert(
        tx,
        head.id(),
        version,
        sealed.sealed(),
        keyring.mac(version.canonical(tx.tenant(), head.id())));
  }

  private Future<Void> move(Tx tx, Keyring keyring, SecretId secret, Version version) {
    return versions.move(tx, secret, version, keyring.mac(version.canonical(tx.tenant(), secret)));
  }

  private static Future<Instant> now(Tx tx) {
    return tx.one("SELECT clock_timestamp() AS now", row -> SecretRows.time(row, "now"))
        .map(Optional::orElseThrow);
  }

  private static <T> Future<Void> each(List<T> all, Function<T, Future<Void>> step) {
    return Future.all(all.stream().map(step).toList()).mapEmpty();
  }

  private static Future<Void> checked(Runnable check) {
    try {
      check.run();
      return Future.succeededFuture();
    } catch (Failure failure) {
      return Future.failedFuture(failure);
    }
  }

  private static <T> Future<T> retried(int attempt, Supplier<Future<T>> once) {
    return once.get()
        .recover(
            cause ->
                attempt < ATTEMPTS
                        && cause instanceof Failure failure
                        && failure.asConflict(Failure.Reason.CONCURRENT_CHANGE).isPresent()
                    ? retried(attempt + 1, once)
                    : Future.failedFuture(cause));
  }
}
