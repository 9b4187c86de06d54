package io.hushbus.tenant;

import io.hushbus.db.Db;
import io.hushbus.db.Statements;
import io.hushbus.db.SystemTx;
import io.hushbus.db.Tx;
import io.hushbus.event.Change;
import io.hushbus.event.Ledger;
import io.hushbus.event.Trace;
import io.hushbus.model.Action;
import io.hushbus.model.Failure;
import io.hushbus.model.Grant;
import io.hushbus.model.Resource;
import io.hushbus.model.Seen;
import io.hushbus.model.TenantId;
import io.hushbus.model.TenantName;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * What tenants may have and what they have. Budgets are each tenant's own: one that is used up is
 * told to that tenant and touches no other.
 *
 * <p>Secrets, versions and bytes are counted exactly, in the transaction that changes them. What is
 * decided outside of transactions (leases, streams, requests) goes by a quota that was read at most
 * five seconds ago, or while the database is away, by the one last read.
 */
public final class Quotas {

  private static final Duration FRESH = Duration.ofSeconds(5);
  private static final int CAPACITY = 10_000;

  /** A stock does not come back by waiting: something must be given up first. */
  private static final Duration NEVER = Duration.ZERO;

  /**
   * What a tenant may have and has.
   *
   * @param set what the operator has set for it
   * @param limits what holds, by that and by the configuration
   */
  public record Standing(Tenant tenant, QuotaChange set, Quota limits, Growth used) {

    /** Another one when something else is set, however much is used. */
    public long etag() {
      return set.etag();
    }
  }

  private record Read(Quota quota, long untilNanos) {}

  private final Db db;
  private final Ledger ledger;
  private final Quota configured;
  private final LongSupplier nanos;
  private final FreshCache<TenantId, Read> read;
  private final ProjectQuotas projects;

  /**
   * @param configured what holds for a tenant for which nothing else was set
   * @param nanos a monotonic clock, {@code System::nanoTime}
   */
  public Quotas(Db db, Ledger ledger, Quota configured, LongSupplier nanos) {
    this.db = db;
    this.ledger = ledger;
    this.configured = configured;
    this.nanos = nanos;
    this.read = new FreshCache<>(CAPACITY, one -> one.untilNanos() - nanos.getAsLong() > 0);
    this.projects = new ProjectQuotas(db, ledger, this, nanos);
  }

  /** What each project of a tenant may have. */
  public ProjectQuotas projects() {
    return projects;
  }

  /** What the tenant may have; never fails. */
  public Future<Quota> of(TenantId tenant) {
    return read.get(tenant, () -> load(tenant)).map(Read::quota).otherwise(away -> last(tenant));
  }

  /** The same, as far as it is known here; what is not is looked up for the next time. */
  public Quota known(TenantId tenant) {
    Future<Quota> now = of(tenant);
    return now.succeeded() ? now.result() : last(tenant);
  }

  private Quota last(TenantId tenant) {
    return read.last(tenant).map(Read::quota).orElse(configured);
  }

  private Future<Read> load(TenantId tenant) {
    long until = nanos.getAsLong() + FRESH.toNanos();
    return db.read(tenant, tx -> QuotaStore.setFor(tx, tenant))
        .map(set -> set.map(own -> own.over(configured)).orElse(configured))
        .map(quota -> new Read(quota, until));
  }

  /**
   * Counts what a change adds, within its transaction, as late as can be: others of the tenant wait
   * for it from here on.
   *
   * @return {@link Failure.OverBudget}, which undoes the change, if it is more of something than
   *     the tenant may have
   */
  public Future<Void> grow(Tx tx, Growth growth) {
    if (growth.equals(Growth.NONE)) {
      return Future.succeededFuture();
    }
    return QuotaStore.grow(tx, growth)
        .map(grown -> within(grown.set().over(configured), growth, grown.used()));
  }

  private static Void within(Quota quota, Growth growth, Growth used) {
    check("secrets", growth.secrets(), used.secrets(), quota.secrets());
    check("versions", growth.versions(), used.versions(), quota.versions());
    check("bytes", growth.bytes(), used.bytes(), quota.bytes());
    return null;
  }

  private static void check(String budget, long growth, long used, long most) {
    if (growth > 0 && used > most) {
      throw Failure.overBudget(budget, NEVER);
    }
  }

  /** How a tenant stands, for its own administrators. */
  public Future<Standing> own(Grant grant) {
    grant.allowing(Action.QUOTA_READ);
    TenantId tenant = grant.tenant();
    return db.read(
        tenant,
        tx ->
            TenantStore.living(tx, tenant)
                .compose(found -> standing(tx, found.orElseThrow(Quotas::missing))));
  }

  /** How a tenant stands, for the operator. */
  public Future<Standing> of(Grant grant, TenantName name) {
    grant.allowing(Action.TENANT_OPERATE);
    return db.system(SystemTx.Job.TENANT_ADMIN, tx -> named(tx, name));
  }

  /** Sets what a tenant may have. Holds on every node within five seconds. */
  public Future<Standing> set(Grant grant, TenantName name, QuotaChange quota, Seen seen) {
    grant.allowing(Action.TENANT_OPERATE);
    return ledger.operate(
        grant,
        tx ->
            living(tx, name)
                .compose(
                    tenant ->
                        QuotaStore.held(tx, tenant.id())
                            .map(before -> seen.same(before, QuotaChange::etag))
                            .compose(before -> QuotaStore.set(tx, tenant.id(), quota))
                            .map(tenant))
                .compose(tenant -> standing(tx, tenant))
                .map(now -> Change.of(now, trace(now.tenant())))
                .onSuccess(now -> read.forget(now.result().tenant().id())));
  }

  private Future<Standing> named(SystemTx tx, TenantName name) {
    return living(tx, name).compose(tenant -> standing(tx, tenant));
  }

  private static Future<Tenant> living(SystemTx tx, TenantName name) {
    return TenantStore.named(tx, name.text()).map(found -> found.orElseThrow(Quotas::missing));
  }

  private Future<Standing> standing(Statements tx, Tenant tenant) {
    var set = QuotaStore.setFor(tx, tenant.id());
    var used = QuotaStore.used(tx, tenant.id());
    return Future.all(set, used)
        .map(both -> set.result().orElse(QuotaChange.NOTHING))
        .map(own -> new Standing(tenant, own, own.over(configured), used.result()));
  }

  private static Trace trace(Tenant tenant) {
    return Trace.of(Resource.ofTenant("quota").withId(tenant.id().value())).named(tenant.name());
  }

  private static Failure missing() {
    return Failure.missing("tenant");
  }
}
