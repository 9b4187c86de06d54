package io.hushbus.lease;

import io.hushbus.db.Tx;
import io.hushbus.model.LeaseId;
import io.hushbus.model.RunId;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/** The table {@code lease_ack}: what members of gangs say of the leases of their run. */
final class AckStore {

  private static final String SAY =
      """
      INSERT INTO lease_ack AS said (tenant_id, lease_id, member, applied_version, version, status,
                                     at, detail)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
      ON CONFLICT (tenant_id, lease_id, member) DO UPDATE
      SET applied_version = greatest(said.applied_version, excluded.applied_version),
          version = excluded.version, status = excluded.status, at = excluded.at,
          detail = excluded.detail
      """;

  /** NULL if a member that is attached has not said anything of a version yet. */
  private static final String LOWEST =
      """
      SELECT CASE WHEN bool_and(a.applied_version IS NOT NULL) THEN min(a.applied_version) END
        AS lowest
      FROM run_member m
      LEFT JOIN lease_ack a
        ON a.tenant_id = m.tenant_id AND a.lease_id = $3 AND a.member = m.member
      WHERE m.tenant_id = $1 AND m.run_id = $2 AND m.detached_at IS NULL
      """;

  private static final String OF_RUN =
      "SELECT "
          + LeaseRows.COLUMNS
          + " FROM lease l"
          + Liveness.ENDS
          + """
          WHERE l.tenant_id = $1 AND l.run_id = $2 AND l.applied_version < l.version
            AND least(e.revoked, e.over, l.expires_at) > clock_timestamp()
          ORDER BY l.lease_id LIMIT $3 FOR UPDATE OF l
          """;

  Future<Void> say(Tx tx, LeaseId lease, String member, Lease.Ack said) {
    return tx.update(
            SAY,
            tx.tenant(),
            lease,
            member,
            said.status() == Lease.Ack.Status.APPLIED ? (Integer) said.version() : null,
            said.version(),
            said.status().word(),
            said.at(),
            said.detail())
        .mapEmpty();
  }

  /** The lowest version that any attached member has in use, as far as all have said so. */
  Future<Optional<Integer>> lowest(Tx tx, RunId run, LeaseId lease) {
    return tx.one(
            LOWEST, row -> Optional.ofNullable(row.getInteger("lowest")), tx.tenant(), run, lease)
        .map(found -> found.flatMap(lowest -> lowest));
  }

  /** Live leases of the run of which a newer version was taken than all have in use; locked. */
  Future<List<LeaseRows.Stored>> behind(Tx tx, RunId run, int most) {
    return tx.list(OF_RUN, LeaseRows::stored, tx.tenant(), run, most);
  }
}
