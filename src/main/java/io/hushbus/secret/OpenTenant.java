package io.hushbus.secret;

import io.hushbus.crypto.Keyring;
import io.hushbus.db.Db;
import io.hushbus.event.Change;
import io.hushbus.event.Ledger;
import io.hushbus.model.Grant;
import io.hushbus.model.Payload;
import io.hushbus.model.Scope;
import io.hushbus.model.SecretName;
import io.hushbus.model.VersionState;
import io.vertx.core.Future;
import java.util.function.Function;

/** The secrets of one tenant for the holder of one grant, with the tenant's keys at hand. */
final class OpenTenant {

  private final Db db;
  private final Ledger ledger;
  private final Vault vault;
  private final Grant grant;
  private final Keyring keyring;

  OpenTenant(Db db, Ledger ledger, Vault vault, Grant grant, Keyring keyring) {
    this.db = db;
    this.ledger = ledger;
    this.vault = vault;
    this.grant = grant;
    this.keyring = keyring;
  }

  <T> Future<T> read(Function<SecretTx, Future<T>> work) {
    return db.read(grant.tenant(), tx -> work.apply(new SecretTx(tx, keyring)));
  }

  /** As {@link Ledger#change}, whose rules hold for {@code work}. */
  <T> Future<T> change(Function<SecretTx, Future<Change<T>>> work) {
    return ledger.change(grant, tx -> work.apply(new SecretTx(tx, keyring)));
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
