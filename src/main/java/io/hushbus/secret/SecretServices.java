package io.hushbus.secret;

import io.hushbus.crypto.CryptoPool;
import io.hushbus.crypto.Envelope;
import io.hushbus.db.Db;
import io.hushbus.db.DedicatedConnection;
import io.hushbus.event.Ledger;
import io.hushbus.model.Uuids;
import io.hushbus.tenant.Keyrings;
import io.vertx.core.Context;

/** Makes this package's services around one vault, which nobody outside sees. */
public final class SecretServices {

  private final Db db;
  private final Vault vault;

  public SecretServices(Db db, Keyrings keyrings, Envelope envelope, CryptoPool pool) {
    this.db = db;
    this.vault = new Vault(keyrings, envelope, pool);
  }

  public Secrets secrets() {
    return new Secrets(db, vault);
  }

  public SecretChanges changes(Ledger ledger, Uses uses, Uuids ids, SecretChanges.Limits limits) {
    return new SecretChanges(db, ledger, vault, uses, ids, limits);
  }

  /**
   * @param context the event loop on which look-ups gather; {@code connection} is used for nothing
   *     else
   */
  public SecretOpener opener(DedicatedConnection connection, Context context) {
    return new SecretOpener(vault, connection, context);
  }
}
