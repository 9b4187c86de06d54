package io.hushbus.lease;

/**
 * When a lease is live, for statements: the one text of the rule of which {@link Lease#stateAt} is
 * the other half. Everything is computed at use from few rows and the database's time.
 */
final class Liveness {

  /**
   * Whether something ended {@code l} along with others. A mark that does not verify counts all the
   * same: it only takes away.
   */
  private static final String MARKED =
      """
      m.tenant_id = l.tenant_id AND m.at >= l.issued_at
        AND m.id IN (l.secret_id, l.principal_id, l.run_id, l.adoption_id)
        AND CASE m.kind
              WHEN 'secret' THEN m.id = l.secret_id
              WHEN 'version' THEN m.id = l.secret_id
                AND m.version BETWEEN l.applied_version AND l.version
              WHEN 'holder' THEN m.id = l.principal_id
              WHEN 'run' THEN m.id = l.run_id
              ELSE m.id = l.adoption_id
            END\
      """;

  /**
   * Looked for each lease by itself: {@code OFFSET 0} keeps the planner from making a join of it,
   * which reads all marks of the tenant where the plan was made while there were few.
   */
  static final String UNMARKED =
      "NOT EXISTS (SELECT FROM lease_revocation m WHERE " + MARKED + " OFFSET 0)";

  /**
   * The same for counting leases of the tenant {@code $1}: marks are looked at only while some are
   * not written into their leases yet. One that was granted while its mark was made may be counted.
   */
  static final String UNMARKED_IF_COUNTED =
      """
      (NOT EXISTS (SELECT FROM lease_revocation WHERE tenant_id = $1 AND tidied_at IS NULL) OR
      """
          + UNMARKED
          + ")";

  /** Whether the run of {@code l}, if it has one, lives. */
  private static final String RUN_LIVES =
      """
      (l.run_id IS NULL OR EXISTS (
         SELECT FROM run r WHERE r.tenant_id = l.tenant_id AND r.run_id = l.run_id
           AND run_over_at(r.ended_at, r.deadline, r.beat_at, r.lost_at) > clock_timestamp()))\
      """;

  /** Whether a lease {@code l} is live, as far as time, revocations and runs decide. */
  static final String LIVE = unended(UNMARKED);

  /** The same, as far as {@link #UNMARKED_IF_COUNTED} says. */
  static final String LIVE_IF_COUNTED = unended(UNMARKED_IF_COUNTED);

  /**
   * What may have ended a lease {@code l} before its time, for after FROM: {@code e.revoked}, by
   * itself or with others, and {@code e.over}, with its run. A run that is not there ended at once.
   */
  static final String ENDS =
      """

      LEFT JOIN run r ON r.tenant_id = l.tenant_id AND r.run_id = l.run_id
      CROSS JOIN LATERAL (
        SELECT least(l.revoked_at, (SELECT min(m.at) FROM lease_revocation m WHERE
      """
          + MARKED
          + """
          )) AS revoked,
              CASE WHEN l.run_id IS NULL THEN NULL WHEN r.run_id IS NULL THEN l.issued_at
                ELSE run_over_at(r.ended_at, r.deadline, r.beat_at, r.lost_at) END AS over) e
          """;

  /** The word for the state of a lease {@code l} with its {@link #ENDS}: what came first. */
  static final String STATE =
      """
      CASE
        WHEN least(e.revoked, e.over, l.expires_at) > clock_timestamp() THEN 'active'
        WHEN e.revoked <= least(e.over, l.expires_at) THEN 'revoked'
        WHEN e.over < l.expires_at THEN 'ended'
        ELSE 'expired'
      END\
      """;

  private Liveness() {}

  private static String unended(String unmarked) {
    return "l.revoked_at IS NULL AND l.expires_at > clock_timestamp() AND "
        + RUN_LIVES
        + " AND "
        + unmarked;
  }

  /** Whether a lease that is not written yet, and lies under that name, is not revoked already. */
  static String unmarked(String draft) {
    return UNMARKED.replace("l.applied_version", "l.version").replace("l.", draft + ".");
  }
}
