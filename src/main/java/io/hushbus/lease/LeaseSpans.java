package io.hushbus.lease;

/** From when to when leases were live, for statements that count over time. */
public final class LeaseSpans {

  /** The most leases that one statement looks at: beyond, what it counts is a part. */
  public static final int MOST = 100_000;

  /**
   * Common tables: {@code recent}, the newest leases of tenant {@code $1} up to {@link #MOST}, and
   * of these {@code spans}, those that were live at some time between {@code $2} and {@code $3}, of
   * the projects {@code $6} if it is there, and of the project {@code $7} if it is.
   */
  public static final String SPANS =
      """
      recent AS MATERIALIZED (
        SELECT tenant_id, lease_id, project_id, secret_id, principal_id, run_id, adoption_id, version,
          applied_version, issued_at, expires_at, max_expires_at, revoked_at, ack_at, ack_status
        FROM lease WHERE tenant_id = $1 ORDER BY lease_id DESC LIMIT
      """
          + MOST
          + """
          ),
          spans AS MATERIALIZED (
            SELECT l.lease_id, l.secret_id, l.issued_at, l.ack_at, l.ack_status,
              least(e.revoked, e.over, l.expires_at) AS ended_at
            FROM recent l
          """
          + Liveness.ENDS
          + """
            WHERE l.issued_at < $3 AND l.max_expires_at > $2
              AND ($6::uuid[] IS NULL OR l.project_id = ANY ($6::uuid[]))
              AND ($7::uuid IS NULL OR l.project_id = $7))
          """;

  private LeaseSpans() {}
}
