package io.hushbus.tenant;

import io.hushbus.db.Db;
import io.hushbus.db.Tx;
import io.hushbus.event.Change;
import io.hushbus.event.Ledger;
import io.hushbus.event.Trace;
import io.hushbus.model.Action;
import io.hushbus.model.Grant;
import io.hushbus.model.ObjectName;
import io.hushbus.model.Seen;
import io.hushbus.model.TenantId;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What each project of a tenant may have, so that one cannot use up what all of them have: as for
 * all projects of the tenant, or as the tenant's administrators have set it. Goes by what was read
 * at most five seconds ago, or while the database is away, by what was read last.
 */
public final class ProjectQuotas {

  private static final Duration FRESH = Duration.ofSeconds(5);
  private static final int CAPACITY = 10_000;

  private static final String SET_FOR =
      "SELECT leases, runs FROM project_quota WHERE tenant_id = $1 AND project_id = $2";

  /** What is set for one project is set by one at a time, also where nothing is set yet. */
  private static final String HOLD =
      """
      SELECT project_id FROM project WHERE tenant_id = $1 AND project_id = $2 FOR NO KEY UPDATE
      """;

  private static final String SET =
      """
      INSERT INTO project_quota (tenant_id, project_id, leases, runs) VALUES ($1, $2, $3, $4)
      ON CONFLICT (tenant_id, project_id) DO UPDATE
      SET leases = excluded.leases, runs = excluded.runs, updated_at = clock_timestamp()
      """;

  /**
   * What a project may have.
   *
   * @param project its name, as it was asked for
   * @param set what was set for it
   * @param limits what holds
   */
  public record Standing(ObjectName project, ProjectQuota.Change set, ProjectQuota limits) {

    /** Another one when something else is set. */
    public long etag() {
      return set.etag();
    }
  }

  private record Key(TenantId tenant, UUID project) {}

  private record Read(ProjectQuota.Change set, long untilNanos) {}

  private final Db db;
  private final Ledger ledger;
  private final Quotas quotas;
  private final LongSupplier nanos;
  private final FreshCache<Key, Read> read;

  ProjectQuotas(Db db, Ledger ledger, Quotas quotas, LongSupplier nanos) {
    this.db = db;
    this.ledger = ledger;
    this.quotas = quotas;
    this.nanos = nanos;
    this.read = new FreshCache<>(CAPACITY, one -> one.untilNanos() - nanos.getAsLong() > 0);
  }

  /** What the project may have; never fails. */
  public Future<ProjectQuota> of(TenantId tenant, UUID project) {
    return set(tenant, project)
        .compose(set -> quotas.of(tenant).map(set::over))
        .otherwise(away -> last(tenant, project));
  }

  /** The same, as far as it is known here; what is not is looked up for the next time. */
  public ProjectQuota known(TenantId tenant, UUID project) {
    set(tenant, project);
    return last(tenant, project);
  }

  private ProjectQuota last(TenantId tenant, UUID project) {
    return read.last(new Key(tenant, project))
        .map(Read::set)
        .orElse(ProjectQuota.Change.NOTHING)
        .over(quotas.known(tenant));
  }

  private Future<ProjectQuota.Change> set(TenantId tenant, UUID project) {
    return read.get(new Key(tenant, project), () -> load(tenant, project)).map(Read::set);
  }

  private Future<Read> load(TenantId tenant, UUID project) {
    long until = nanos.getAsLong() + FRESH.toNanos();
    return db.read(tenant, tx -> setFor(tx, project)).map(set -> new Read(set, until));
  }

  /** What the project of the grant may have, for those who may see the project. */
  public Future<Standing> get(Grant grant, ObjectName project) {
    grant.allowing(Action.PROJECT_READ);
    return db.read(grant.tenant(), tx -> setFor(tx, id(grant)))
        .compose(set -> standing(grant.tenant(), project, set));
  }

  /** Sets what the project of the grant may have. Holds on every node within five seconds. */
  public Future<Standing> set(Grant grant, ObjectName project, ProjectQuota.Change set, Seen seen) {
    grant.allowing(Action.PROJECT_QUOTA);
    return ledger
        .change(
            grant,
            tx ->
                tx.one(HOLD, row -> true, tx.tenant(), id(grant))
                    .compose(held -> setFor(tx, id(grant)))
                    .map(before -> seen.same(before, ProjectQuota.Change::etag))
                    .compose(before -> write(tx, id(grant), set))
                    .map(Change.of(set, trace(grant, project))))
        .onSuccess(done -> read.forget(new Key(grant.tenant(), id(grant))))
        .compose(done -> standing(grant.tenant(), project, set));
  }

  private Future<Standing> standing(TenantId tenant, ObjectName project, ProjectQuota.Change set) {
    return quotas.of(tenant).map(all -> new Standing(project, set, set.over(all)));
  }

  private static Future<Void> write(Tx tx, UUID project, ProjectQuota.Change set) {
    return tx.update(SET, tx.tenant(), project, boxed(set.leases()), boxed(set.runs())).mapEmpty();
  }

  private static Future<ProjectQuota.Change> setFor(Tx tx, UUID project) {
    return tx.one(SET_FOR, ProjectQuotas::change, tx.tenant(), project)
        .map(row -> row.orElse(ProjectQuota.Change.NOTHING));
  }

  private static ProjectQuota.Change change(Row row) {
    return new ProjectQuota.Change(number(row, "leases"), number(row, "runs"));
  }

  private static OptionalLong number(Row row, String column) {
    return Optional.ofNullable(row.getLong(column))
        .map(OptionalLong::of)
        .orElseGet(OptionalLong::empty);
  }

  private static @Nullable Long boxed(OptionalLong number) {
    return number.isPresent() ? number.getAsLong() : null;
  }

  private static UUID id(Grant grant) {
    return grant.resource().id().orElseThrow();
  }

  private static Trace trace(Grant grant, ObjectName project) {
    return Trace.of(grant.resource()).named(project.text()).with(Map.of("change", "quota"));
  }
}
