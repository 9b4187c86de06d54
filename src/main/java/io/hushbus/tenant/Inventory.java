package io.hushbus.tenant;

import io.hushbus.crypto.SystemKeyKind;
import io.hushbus.db.Statements;
import io.hushbus.db.SystemTx;
import io.hushbus.db.Tx;
import io.hushbus.model.Failure;
import io.hushbus.model.SecretValue;
import io.hushbus.model.TenantId;
import io.hushbus.model.Uuids;
import io.vertx.core.Future;
import java.util.Optional;

/**
 * What each tenant is to have, row for row, as one keyed sum that changes with the rows, in the
 * same transaction. It does not depend on the tenants' own keys, so that a rotation leaves it as it
 * is. A MAC on a row says that the broker wrote it; only the sum says that it is still there, and
 * is the last one that the broker wrote.
 */
public final class Inventory {

  private final SecretValue key;
  private final Uuids ids;

  public Inventory(Installation installation, Uuids ids) {
    this(installation.systemKey(SystemKeyKind.AUDIT_MAC), ids);
  }

  /**
   * @param key of sums, masks and MACs: the system key {@code AUDIT_MAC}
   */
  public Inventory(SecretValue key, Uuids ids) {
    this.key = key;
    this.ids = ids;
  }

  /** That of a new tenant: nothing. */
  Future<Void> begin(SystemTx tx, TenantId tenant) {
    var nothing = new InventoryStore.Row(1, 0, 0, 0, 0, ids.random(), new byte[0], new byte[0]);
    return InventoryStore.make(tx, tenant)
        .compose(made -> InventoryStore.write(tx, tenant, sum(tenant).seal(nothing)));
  }

  /**
   * Counts what a transaction did, within it, as late as can be: others of the tenant wait for it
   * from here on.
   *
   * @return {@link Failure.Integrity}, which undoes the change, if another hand wrote the sum
   */
  public Future<Void> move(Tx tx, Stock stock) {
    return move(tx, tx.tenant(), stock);
  }

  /** The same in a transaction that may cross tenants. */
  public Future<Void> move(Statements tx, TenantId tenant, Stock stock) {
    return stock.isEmpty()
        ? Future.succeededFuture()
        : InventoryStore.hold(tx, tenant)
            .compose(
                found ->
                    found
                        .map(one -> move(tx, tenant, one, stock))
                        .orElseGet(Future::succeededFuture)); // its absence is noticed later
  }

  private Future<Void> move(
      Statements tx, TenantId tenant, InventoryStore.Found found, Stock stock) {
    InventoryStore.Row row = found.row();
    if (!row.isCounted()) {
      return Future.succeededFuture(); // whoever counts first waits for this transaction to end
    }
    InventorySum sum = sumOf(tenant, row);
    if (!sum.vouchFor(row)) {
      throw broken();
    }
    stock.touched().forEach(sum::toggle);
    boolean behind = found.isLogBehind();
    var after =
        new InventoryStore.Row(
            row.change() + 1,
            row.secrets() + stock.secrets(),
            Math.max(row.highest(), stock.highest()),
            behind ? row.epoch() : found.epoch(),
            behind ? row.position() : found.position(),
            ids.random(),
            row.masked(),
            row.mac());
    tx.trust(InventoryStore.write(tx, tenant, sum.seal(after)));
    return Future.succeededFuture();
  }

  /**
   * What the tenant is to have; empty where nobody has counted yet, or the tenant is being deleted.
   *
   * @return {@link Failure.Integrity} if another hand wrote it
   */
  public Future<Optional<InventoryHead>> head(SystemTx tx, TenantId tenant) {
    return InventoryStore.read(tx, tenant)
        .map(
            found ->
                found
                    .filter(one -> one.row().isCounted())
                    .map(
                        one -> {
                          if (!sumOf(tenant, one.row()).vouchFor(one.row())) {
                            throw broken();
                          }
                          return head(one);
                        }));
  }

  static InventoryHead head(InventoryStore.Found found) {
    InventoryStore.Row row = found.row();
    return new InventoryHead(
        row.change(), row.secrets(), row.highest(), found.epoch(), found.position(), row.mac());
  }

  /** What was counted anew, numbered after {@code above}; to a row that is held. */
  Future<Void> restart(
      Statements tx, TenantId tenant, InventoryStore.Found before, long above, Counted counted) {
    var row =
        new InventoryStore.Row(
            Math.max(before.row().change(), above) + 1,
            counted.secrets(),
            counted.highest(),
            before.epoch(),
            before.position(),
            ids.random(),
            new byte[0],
            new byte[0]);
    return InventoryStore.write(tx, tenant, counted.sum().seal(row));
  }

  /** What the rows that are there come to. */
  record Counted(InventorySum sum, long secrets, long highest) {}

  InventorySum sum(TenantId tenant) {
    return InventorySum.zero(key, tenant);
  }

  InventorySum sumOf(TenantId tenant, InventoryStore.Row row) {
    return InventorySum.of(key, tenant, row);
  }

  private static Failure broken() {
    return Failure.integrity("tenant_inventory");
  }
}
