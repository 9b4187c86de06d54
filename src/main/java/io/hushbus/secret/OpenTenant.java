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
import io.hushbus.tenant.Quotas;
import io.vertx.core.Future;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;

/** The secrets of one tenant for the holder of one grant, with the tenant's keys at hand. */
final class OpenTenant {

  private final Db db;
  private final Ledger ledger;
  private final Vault vault;
  private final Quotas quotas;
  private final Grant grant;
  private final Keyring keyring;

  OpenTenant(Db db, Ledger ledger, Vault vault, Quotas quotas, Grant grant, Keyring keyring) {
    this.db = db;
    this.ledger = ledger;
    this.vault = vault;
    this.quotas = quotas;
    this.grant = grant;
    this.keyring = keyring;
  }

  <T> Future<T> read(Function<SecretTx, Future<T>> work) {
    return db.read(grant.tenant(), tx -> work.apply(new SecretTx(tx, keyring)));
  }

  /** As {@link Ledger#change}, whose rules hold for {@code work}. */
  <T> Future<T> change(Function<SecretTx, Future<Change<T>>> work) {
    return ledger.change(grant, tx -> counted(new SecretTx(tx, keyring), work));
  }

  /** As {@link Ledger#create}, for a secret in {@code scope}. */
  Future<Secret> create(Scope scope, Function<SecretTx, Future<Change<Secret>>> work) {
    return ledger.create(
        grant,
        Making.of(
            "secret",
            head -> head.id().value(),
            (Tx tx, List<UUID> made) ->
                new SecretTx(tx, keyring).living(scope, made.getFirst())),
        tx -> counted(new SecretTx(tx, keyring), work));
  }

  /** The last of the work, so that the tenant's count is held for a short time only. */
  private <T> Future<T> counted(SecretTx tx, Function<SecretTx, Future<T>> work) {
    return work.apply(tx).compose(done -> quotas.grow(tx.tx(), tx.growth()).map(done));
  }

  /** Reads a secret with all that is needed to change it. */
  Future<OpenSecret> secret(Scope scope, SecretName name) {
    return read(tx -> tx.current(scope, name)).map(current -> new OpenSecret(this, current));
  }

  /** Seals {@code payload} as the current version of {@code head}, as it will be with it. */
  Future<Draft> seal(Secret head, Payload payload) {
    return vault
        .seal(keyring, head, payload)
        .map(content -> new Draft(head, current(head, payload, content), content.sealed()));
  }

  private Version current(Secret head, Payload payload, Vault.SealedContent content) {
    return new Version(
        head.currentVersion(),
        VersionState.CURRENT,
        payload.size(),
        head.entryNames(),
        content.digest(),
        author(),
        head.updatedAt());
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
