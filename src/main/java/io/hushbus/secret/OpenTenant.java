package io.hushbus.secret;

import io.hushbus.crypto.Keyring;
import io.hushbus.db.Db;
import io.hushbus.db.Tx;
import io.hushbus.event.Change;
import io.hushbus.event.Ledger;
import io.hushbus.event.Making;
import io.hushbus.model.Grant;
import io.hushbus.model.Payload;
import io.hushbus.model.Scope;
import io.hushbus.model.SecretName;
import io.hushbus.model.VersionState;
import io.hushbus.tenant.Inventory;
import io.hushbus.tenant.Quotas;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/** The secrets of one tenant for the holder of one grant, with the tenant's keys at hand. */
final class OpenTenant {

  private final Db db;
  private final Ledger ledger;
  private final Vault vault;
  private final Quotas quotas;
  private final Inventory inventory;
  private final Grant grant;
  private final Keyring keyring;

  OpenTenant(
      Db db,
      Ledger ledger,
      Vault vault,
      Quotas quotas,
      Inventory inventory,
      Grant grant,
      Keyring keyring) {
    this.db = db;
    this.ledger = ledger;
    this.vault = vault;
    this.quotas = quotas;
    this.inventory = inventory;
    this.grant = grant;
    this.keyring = keyring;
  }

  private SecretTx open(Tx tx) {
    return new SecretTx(tx, vault.macs(keyring));
  }

  <T> Future<T> read(Function<SecretTx, Future<T>> work) {
    return db.read(grant.tenant(), tx -> work.apply(open(tx)));
  }

  /** As {@link Ledger#change}, whose rules hold for {@code work}. */
  <T> Future<T> change(Function<SecretTx, Future<Change<T>>> work) {
    return ledger.change(grant, tx -> counted(open(tx), work));
  }

  /** As {@link Ledger#create}, for a secret in {@code scope}. */
  Future<Secret> create(Scope scope, Function<SecretTx, Future<Change<Secret>>> work) {
    return ledger.create(grant, one(scope), tx -> counted(open(tx), work));
  }

  /** As {@link Ledger#create}, for what is found again by {@code again}. */
  <T> Future<T> create(Making<SecretTx, T> again, Function<SecretTx, Future<Change<T>>> work) {
    Making<Tx, T> making =
        new Making<>(again.kind(), again.ids(), (tx, made) -> again.again().read(open(tx), made));
    return ledger.create(grant, making, tx -> counted(open(tx), work));
  }

  /** As {@link Ledger#create}, for a turn of the secret of that head. */
  Future<Secret> turned(Secret head, Function<SecretTx, Future<Change<Secret>>> work) {
    return ledger.create(grant, turnOf(head.scope()), tx -> counted(open(tx), work));
  }

  /** The secret as it is now, with the turn that the request began. */
  private Making<Tx, Secret> turnOf(Scope scope) {
    return new Making<>(
        "secret",
        head -> List.of(head.id().value(), head.rotation().orElseThrow()),
        (tx, made) ->
            open(tx)
                .living(scope, made.getFirst())
                .map(found -> found.map(head -> head.inRotation(made.getLast()))));
  }

  /** As {@link Ledger#madeBefore}, for a turn of a secret in {@code scope}. */
  Future<Optional<Secret>> turnedBefore(Scope scope) {
    return ledger.madeBefore(grant, turnOf(scope));
  }

  /** As {@link Ledger#madeBefore}, for a secret in {@code scope}. */
  Future<Optional<Secret>> madeBefore(Scope scope) {
    return ledger.madeBefore(grant, one(scope));
  }

  private Making<Tx, Secret> one(Scope scope) {
    return Making.of(
        "secret", head -> head.id().value(), (tx, made) -> open(tx).living(scope, made.getFirst()));
  }

  /** As {@link Ledger#changeAll}, for one secret in each of {@code scopes}. */
  Future<List<Secret>> changeAll(
      List<Grant> grants,
      List<Scope> scopes,
      Function<SecretTx, Future<List<Change<Secret>>>> work) {
    return ledger.changeAll(grants, many(scopes), tx -> counted(open(tx), work));
  }

  /** As {@link Ledger#madeBefore}, for one secret in each of {@code scopes}. */
  Future<Optional<List<Secret>>> madeBefore(List<Scope> scopes) {
    return ledger.madeBefore(grant, many(scopes));
  }

  private Making<Tx, List<Secret>> many(List<Scope> scopes) {
    return new Making<>(
        "secret",
        all -> all.stream().map(head -> head.id().value()).toList(),
        (tx, made) -> living(open(tx), scopes, made));
  }

  /** All of them, or empty. */
  private static Future<Optional<List<Secret>>> living(
      SecretTx tx, List<Scope> scopes, List<UUID> made) {
    List<Future<Optional<Secret>>> found = new ArrayList<>();
    for (int i = 0; i < Math.min(scopes.size(), made.size()); i++) {
      found.add(tx.living(scopes.get(i), made.get(i)));
    }
    return Future.all(found)
        .map(done -> done.<Optional<Secret>>list())
        .map(
            all ->
                all.size() == scopes.size() && all.stream().allMatch(Optional::isPresent)
                    ? Optional.of(all.stream().map(Optional::orElseThrow).toList())
                    : Optional.empty());
  }

  /** The last of the work, so that the tenant's counts are held for a short time only. */
  private <T> Future<T> counted(SecretTx tx, Function<SecretTx, Future<T>> work) {
    return work.apply(tx)
        .compose(
            done -> {
              Future<Void> allowed = tx.allowed();
              Future<Void> grown = quotas.grow(tx.tx(), tx.growth());
              Future<Void> moved = inventory.move(tx.tx(), tx.stock());
              return Future.all(allowed, grown, moved).map(done);
            });
  }

  /** Reads a secret with all that is needed to change it. */
  Future<OpenSecret> secret(Scope scope, SecretName name) {
    return read(tx -> tx.current(scope, name)).map(current -> new OpenSecret(this, current));
  }

  /** Seals {@code payload} as the current version of {@code head}, as it will be with it. */
  Future<Draft> seal(Secret head, Payload payload) {
    return vault
        .seal(keyring, head, payload)
        .map(
            content ->
                new Draft(
                    head,
                    current(head, payload, content),
                    content.sealed(),
                    EntrySize.of(payload)));
  }

  private Version current(Secret head, Payload payload, Vault.SealedContent content) {
    return new Version(
        head.currentVersion(),
        VersionState.CURRENT,
        payload.size(),
        head.entryNames(),
        content.digest(),
        author(),
        head.updatedAt(),
        Optional.empty());
  }

  /** Opens a version of {@code head}; the caller closes the payload. */
  Future<Payload> open(Secret head, VersionStore.SealedVersion version) {
    return vault.open(keyring, head, version);
  }

  /** What {@code created_by} says of what the holder of the grant makes. */
  String author() {
    return grant.caller().principal().toString();
  }
}
