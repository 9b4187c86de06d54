package io.hushbus.tenant;

import io.hushbus.crypto.CryptoPool;
import io.hushbus.db.Statements;
import io.hushbus.db.SystemTx;
import io.hushbus.db.Tx;
import io.hushbus.model.Failure;
import io.hushbus.model.TenantId;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Adds up the rows that a tenant has, and compares them with what it is to have. */
public final class Stocktaking {

  private static final int PAGE = 500;
  private static final UUID FIRST = new UUID(0, 0);

  /** What can be wrong with a tenant's rows. */
  public enum Shortfall {
    /** There is no sum to compare with. */
    INVENTORY_MISSING,
    /** The sum was written by another hand. */
    INVENTORY_FORGED,
    /** Rows were removed, hidden, edited, added or set back. */
    ROWS_DIFFER,
    /** The event log is before where it was. */
    LOG_BEHIND,
    /** The sum is before the one in the last checkpoint. */
    INVENTORY_OLD,
    /** The last checkpoint was written by another hand. */
    CHECKPOINT_FORGED
  }

  /**
   * @param head empty where nobody has counted yet
   */
  public record Taken(Optional<InventoryHead> head, Optional<Shortfall> shortfall) {

    private static Taken flawed(Shortfall shortfall) {
      return new Taken(Optional.empty(), Optional.of(shortfall));
    }
  }

  private final Inventory inventory;
  private final List<InventoryRows> tables;
  private final CryptoPool pool;

  public Stocktaking(Inventory inventory, List<InventoryRows> tables, CryptoPool pool) {
    this.inventory = inventory;
    this.tables = List.copyOf(tables);
    this.pool = pool;
  }

  /**
   * Compares, in a transaction that does nothing else, with one and the same state of all rows. As
   * requests see them: what is hidden from these alone is missed too.
   */
  public Future<Taken> take(Tx tx) {
    TenantId tenant = tx.tenant();
    return tx.snapshot()
        .compose(still -> InventoryStore.read(tx, tenant))
        .compose(
            found ->
                found
                    .map(one -> compared(tx, tenant, one))
                    .orElseGet(
                        () -> Future.succeededFuture(Taken.flawed(Shortfall.INVENTORY_MISSING))));
  }

  private Future<Taken> compared(Tx tx, TenantId tenant, InventoryStore.Found found) {
    InventoryStore.Row row = found.row();
    if (!row.isCounted()) {
      return Future.succeededFuture(new Taken(Optional.empty(), Optional.empty()));
    }
    InventorySum due = inventory.sumOf(tenant, row);
    if (!due.vouchFor(row)) {
      return Future.succeededFuture(Taken.flawed(Shortfall.INVENTORY_FORGED));
    }
    return counted(tx, tenant)
        .map(
            counted ->
                counted.sum().equalTo(due)
                    && counted.secrets() == row.secrets()
                    && counted.highest() <= row.highest())
        .recover(Stocktaking::unreadable)
        .map(
            equal ->
                !equal
                    ? Taken.flawed(Shortfall.ROWS_DIFFER)
                    : found.isLogBehind()
                        ? Taken.flawed(Shortfall.LOG_BEHIND)
                        : new Taken(Optional.of(Inventory.head(found)), Optional.empty()));
  }

  /** A row that cannot even be read is none that the broker wrote. */
  private static Future<Boolean> unreadable(Throwable cause) {
    return cause instanceof Failure ? Future.failedFuture(cause) : Future.succeededFuture(false);
  }

  /**
   * Takes what is there for what is to be there: at the beginning, or when an operator says so.
   * Whoever changes the tenant's rows waits meanwhile.
   *
   * @param above the number of a change that is to be before this one
   */
  public Future<Void> accept(SystemTx tx, TenantId tenant, long above) {
    return InventoryStore.make(tx, tenant)
        .compose(made -> InventoryStore.hold(tx, tenant))
        .map(Optional::orElseThrow)
        .compose(
            held ->
                counted(tx, tenant)
                    .compose(counted -> inventory.restart(tx, tenant, held, above, counted)));
  }

  private Future<Inventory.Counted> counted(Statements tx, TenantId tenant) {
    Future<Inventory.Counted> all =
        Future.succeededFuture(new Inventory.Counted(inventory.sum(tenant), 0, 0));
    for (InventoryRows table : tables) {
      all = all.compose(before -> counted(tx, tenant, table, FIRST, before));
    }
    return all;
  }

  private Future<Inventory.Counted> counted(
      Statements tx, TenantId tenant, InventoryRows table, UUID after, Inventory.Counted before) {
    return table
        .after(tx, tenant, after, PAGE)
        .compose(
            page ->
                pool.heavy(() -> and(before, page))
                    .compose(
                        now ->
                            page.size() < PAGE
                                ? Future.succeededFuture(now)
                                : counted(tx, tenant, table, page.getLast().id(), now)));
  }

  private static Inventory.Counted and(Inventory.Counted before, List<InventoryRows.Entry> page) {
    long secrets = before.secrets();
    long highest = before.highest();
    for (InventoryRows.Entry entry : page) {
      before.sum().toggle(entry.content().encode());
      secrets += entry.secrets();
      highest = Math.max(highest, entry.sequence());
    }
    return new Inventory.Counted(before.sum(), secrets, highest);
  }
}
