package io.hushbus.secret;

import io.hushbus.crypto.CryptoPool;
import io.hushbus.crypto.Envelope;
import io.hushbus.db.Db;
import io.hushbus.db.DedicatedConnection;
import io.hushbus.event.Ledger;
import io.hushbus.model.Uuids;
import io.hushbus.tenant.Inventory;
import io.hushbus.tenant.InventoryRows;
import io.hushbus.tenant.KeyedRows;
import io.hushbus.tenant.Keyrings;
import io.hushbus.tenant.Leaving;
import io.hushbus.tenant.Quotas;
import io.vertx.core.Context;
import java.time.Duration;
import java.util.List;

/** Makes this package's services around one vault, which nobody outside sees. */
public final class SecretServices {

  private final Vault vault;
  private final Uses uses;
  private final OpenTenants tenants;
  private final NewVersions written;
  private final AdoptionEnds ends;
  private final Inventory inventory;

  public SecretServices(
      Db db,
      Ledger ledger,
      Keyrings keyrings,
      Envelope envelope,
      CryptoPool pool,
      Uses uses,
      AdopterLeases adopterLeases,
      Quotas quotas,
      Inventory inventory,
      SecretMeters meters,
      Succession succession) {
    this.vault = new Vault(keyrings, envelope, pool, meters);
    this.inventory = inventory;
    this.uses = uses;
    this.tenants = new OpenTenants(db, ledger, vault, quotas, inventory);
    this.written = new NewVersions(uses, succession);
    this.ends = new AdoptionEnds(vault, adopterLeases, inventory);
  }

  /** Every table of this package whose rows depend on the tenants' keys. */
  public List<KeyedRows> keyedRows() {
    return vault.keyedRows();
  }

  /** Every table of this package whose rows count in the tenants' inventories. */
  public static List<InventoryRows> inventoryRows() {
    return StockRows.all();
  }

  public Secrets secrets() {
    return new Secrets(tenants, new HeadLookups(tenants.db(), vault));
  }

  public SecretChanges changes(Uuids ids, SecretChanges.Limits limits) {
    return new SecretChanges(tenants, written, ids, limits);
  }

  /**
   * @param changes whose limits hold
   */
  public BulkWrites bulk(SecretChanges changes, SecretChanges.Limits limits) {
    return new BulkWrites(tenants, written, changes, limits.maxBytes());
  }

  /**
   * Out of the trash, and out of the world. {@code kept}: for how long at least it can be undone.
   */
  public Trash trash(Duration kept) {
    return new Trash(tenants, kept);
  }

  /** The versions of one secret, for who drives them in time. */
  public Lineage lineage() {
    return new Lineage(vault, inventory);
  }

  /** Says what tasks would get. */
  public Sights sights() {
    return new Sights(tenants);
  }

  public SecretEdits edits(NeededBy environments) {
    return new SecretEdits(tenants, written, environments);
  }

  public SecretRemovals removals(NeededBy environments) {
    return new SecretRemovals(
        tenants,
        uses,
        List.of(
            DeletionGuard.unadopted(ends),
            DeletionGuard.unneeded(environments),
            DeletionGuard.unused(uses)));
  }

  public Shares shares(Uuids ids) {
    return new Shares(tenants, ends, ids);
  }

  public Adoptions adoptions(Uuids ids) {
    return new Adoptions(tenants, ends, ids);
  }

  public SecretClones clones(SecretChanges changes, SecretChanges.Limits limits) {
    return new SecretClones(tenants, changes, limits);
  }

  /** Ends what a project has in a community that it leaves. */
  public Leaving leaving() {
    return ends;
  }

  /**
   * @param context the event loop on which look-ups gather; {@code connection} is used for nothing
   *     else
   * @param remembered bytes of sealed versions that are kept in memory, about
   */
  public SecretOpener opener(DedicatedConnection connection, Context context, long remembered) {
    return new SecretOpener(vault, connection, context, remembered);
  }
}
