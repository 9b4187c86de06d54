package io.hushbus.secret;

import io.hushbus.db.Db;
import io.hushbus.db.JobLease;
import io.hushbus.db.SystemTx;
import io.hushbus.db.Tx;
import io.hushbus.event.Change;
import io.hushbus.event.Ledger;
import io.hushbus.event.Trace;
import io.hushbus.model.Failure;
import io.hushbus.model.Grant;
import io.hushbus.model.Resource;
import io.hushbus.model.SecretId;
import io.hushbus.model.TenantId;
import io.hushbus.tenant.Inventory;
import io.hushbus.tenant.Quotas;
import io.hushbus.tenant.Stock;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.IntConsumer;

/**
 * Destroys what has been in the trash for its time, by the database's clock: on one node, a secret
 * a transaction, each with its audit record.
 */
public final class TrashPurge {

  private static final int BATCH = 200;
  private static final int MOST_BATCHES = 50;
  private static final Duration HELD_FOR = Duration.ofMinutes(1);

  private static final String DUE =
      """
      SELECT s.tenant_id, s.secret_id FROM secret s
      WHERE s.deleted_at < clock_timestamp() - $1::float8 * interval '1 second'
      ORDER BY s.deleted_at LIMIT $2
      """;

  /** Whoever restores it at this moment comes first or not at all. */
  private static final String STILL_DUE =
      "SELECT p.name AS project_name, d.name AS domain_name, "
          + SecretRows.COLUMNS
          + """

          FROM secret s
          LEFT JOIN project p ON p.tenant_id = s.tenant_id AND p.project_id = s.project_id
          LEFT JOIN domain d ON d.tenant_id = s.tenant_id AND d.domain_id = s.domain_id
          WHERE s.tenant_id = $1 AND s.secret_id = $2
            AND s.deleted_at < clock_timestamp() - $3::float8 * interval '1 second'
          FOR UPDATE OF s
          """;

  private record Due(TenantId tenant, SecretId secret) {}

  /**
   * @param head empty if it cannot be read: then the tenant's inventory tells of it
   */
  private record Gone(String name, Optional<UUID> project, Optional<Secret> head) {

    static Gone of(Row row) {
      return new Gone(
          row.getString("name"), Optional.ofNullable(row.getUUID("project_id")), head(row));
    }

    private static Optional<Secret> head(Row row) {
      try {
        return Optional.of(SecretRows.stored(row, SecretRows.scopeOfNames(row)).value());
      } catch (RuntimeException written) {
        return Optional.empty(); // by another hand
      }
    }

    Stock leaving(TenantId tenant) {
      Stock stock = new Stock();
      head.ifPresent(one -> stock.went(StockRows.of(tenant, one)));
      stock.secrets(-1);
      return stock;
    }
  }

  private final Db db;
  private final Ledger ledger;
  private final Quotas quotas;
  private final Inventory inventory;
  private final JobLease lease;
  private final Duration keep;
  private final Function<TenantId, Grant> right;
  private final IntConsumer told;
  private final SecretStore heads = new SecretStore();

  /**
   * @param owner this process: a random id made when it started
   * @param keep how long a deleted secret can be restored
   * @param right of this job in a tenant
   * @param told how many secrets went
   */
  public TrashPurge(
      Db db,
      Ledger ledger,
      Quotas quotas,
      Inventory inventory,
      UUID owner,
      Duration keep,
      Function<TenantId, Grant> right,
      IntConsumer told) {
    this.db = db;
    this.ledger = ledger;
    this.quotas = quotas;
    this.inventory = inventory;
    this.lease = new JobLease(db, SystemTx.Job.RETENTION, "trash-purge", owner, HELD_FOR);
    this.keep = keep;
    this.right = right;
    this.told = told;
  }

  /** Destroys all that is due, up to 10,000 secrets, unless another node does; how many went. */
  public Future<Integer> runOnce() {
    return batches(MOST_BATCHES, 0);
  }

  private Future<Integer> batches(int left, int gone) {
    return lease
        .acquire()
        .compose(held -> held.isEmpty() ? Future.succeededFuture(0) : batch())
        .compose(
            some ->
                some < BATCH || left == 1
                    ? Future.succeededFuture(gone + some)
                    : batches(left - 1, gone + some));
  }

  private Future<Integer> batch() {
    return db.system(SystemTx.Job.RETENTION, this::due)
        .compose(
            due -> {
              Future<Integer> gone = Future.succeededFuture(0);
              for (Due one : due) {
                gone = gone.compose(before -> purge(one).map(went -> before + went));
              }
              return gone;
            })
        .onSuccess(told::accept);
  }

  private Future<List<Due>> due(SystemTx tx) {
    return tx.list(
        DUE,
        row ->
            new Due(new TenantId(row.getUUID("tenant_id")), new SecretId(row.getUUID("secret_id"))),
        (double) keep.toSeconds(),
        BATCH);
  }

  /** 1, or 0 if somebody was faster; two nodes at once do no harm. */
  private Future<Integer> purge(Due due) {
    Grant grant = right.apply(due.tenant());
    return ledger
        .change(grant, tx -> purgeIn(tx, due.secret()))
        .recover(
            cause ->
                cause instanceof Untouched || cause instanceof Failure.Integrity
                    ? Future.succeededFuture(0)
                    : Future.failedFuture(cause));
  }

  private Future<Change<Integer>> purgeIn(Tx tx, SecretId secret) {
    return tx.one(STILL_DUE, Gone::of, tx.tenant(), secret, (double) keep.toSeconds())
        .map(found -> found.orElseThrow(Untouched::new))
        .compose(gone -> purgeIn(tx, secret, gone));
  }

  private Future<Change<Integer>> purgeIn(Tx tx, SecretId secret, Gone gone) {
    Stock stock = gone.leaving(tx.tenant());
    return StockRows.purge(tx, secret, stock)
        .compose(done -> heads.purge(tx, secret))
        .compose(
            freed ->
                quotas
                    .grow(tx, freed)
                    .compose(grown -> inventory.move(tx, stock))
                    .map(Change.of(1, trace(secret, gone, -freed.versions()))));
  }

  private static Trace trace(SecretId secret, Gone gone, long versions) {
    return Trace.of(new Resource("secret", gone.project(), Optional.of(secret.value())))
        .named(gone.name())
        .with(Map.of("versions", versions));
  }

  /** The secret is no more in the trash, or not for long enough: the transaction does nothing. */
  private static final class Untouched extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private Untouched() {
      super("not due", null, false, false);
    }
  }
}
