package io.hushbus.lease;

import io.hushbus.event.Idempotency;
import io.hushbus.secret.Sighting;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The statement that grants a batch, by what the batch has besides plain drafts. Each shape is a
 * statement of its own: what a statement names costs it even where there is nothing of it, and most
 * batches have none of this.
 */
record GrantStatement(boolean adoptions, boolean runs, boolean keys) {

  /** What is to be granted, and the heads that it is on, share-locked. */
  private static final String DRAFTED =
      """
      WITH drafted AS MATERIALIZED (
        SELECT draft.*
        FROM unnest($1::int[], $2::int[], $3::uuid[], $4::uuid[], $5::uuid[], $6::int[],
                    $7::text[], $8::text[], $9::uuid[], $10::uuid[], $11::uuid[],
                    $12::timestamptz[], $13::timestamptz[], $14::timestamptz[], $15::int[],
                    $16::bytea[], $17::uuid[], $18::uuid[], $19::text[], $20::text[],
                    $21::uuid[], $22::uuid[], $23::uuid[], $24::bigint[], $25::text[],
                    $26::bigint[], $27::text[], $28::text[], $29::int[])
          AS draft (ask, size, tenant_id, lease_id, secret_id, version, entries, principal_kind,
                    principal_id, project_id, domain_id, issued_at, expires_at, max_expires_at,
                    mac_generation, row_mac, record_id, request_id, source, secret_name,
                    adoption_id, run_id, environment_id, asked_ttl_ms, reload, max_delay_ms,
                    actor, bound_to, sighting)),
      unmoved AS MATERIALIZED (
        SELECT s.*
        FROM (SELECT DISTINCT tenant_id, secret_id FROM drafted) wanted
        CROSS JOIN LATERAL (
          SELECT s.tenant_id, s.secret_id, s.current_version, s.max_lease_seconds, s.deleted_at,
      """
          + Sighting.STAMPED
          + """

              FROM secret s
              WHERE s.tenant_id = wanted.tenant_id AND s.secret_id = wanted.secret_id
              FOR SHARE OF s SKIP LOCKED) s),
          standing AS MATERIALIZED (
            SELECT asked.number
            FROM unnest($30::int[], $31::uuid[], $32::uuid[], $33::uuid[], $34::text[], $35::uuid[],
                        $36::int[], $37::text[])
              AS asked (number, tenant_id, project, domain, name, secret_id, version, stamp)
            JOIN unmoved s ON s.tenant_id = asked.tenant_id AND s.secret_id = asked.secret_id
            WHERE
          """
          + Sighting.STANDS
          + "),\n";

  /** The adoptions by which secrets are had, share-locked. */
  private static final String ADOPTED =
      """
      adopted AS MATERIALIZED (
        SELECT a.*
        FROM (SELECT DISTINCT tenant_id, adoption_id FROM drafted WHERE adoption_id IS NOT NULL) had
        CROSS JOIN LATERAL (
          SELECT a.tenant_id, a.adoption_id FROM adoption a
          WHERE a.tenant_id = had.tenant_id AND a.adoption_id = had.adoption_id
          FOR SHARE OF a SKIP LOCKED) a),
      """;

  /** The runs that leases are of, share-locked, and what they have no live lease on. */
  private static final String SLOTTED =
      """
      living AS MATERIALIZED (
        SELECT r.*
        FROM (SELECT DISTINCT tenant_id, run_id FROM drafted WHERE run_id IS NOT NULL) its
        CROSS JOIN LATERAL (
          SELECT r.tenant_id, r.run_id FROM run r
          WHERE r.tenant_id = its.tenant_id AND r.run_id = its.run_id
            AND run_over_at(r.ended_at, r.deadline, r.beat_at, r.lost_at) > clock_timestamp()
          FOR SHARE OF r SKIP LOCKED) r),
      first AS MATERIALIZED (
        SELECT DISTINCT ON (tenant_id, run_id, secret_id) lease_id, tenant_id, run_id, secret_id
        FROM drafted WHERE run_id IS NOT NULL
        ORDER BY tenant_id, run_id, secret_id, ask),
      slotted AS MATERIALIZED (
        SELECT its.lease_id FROM first its
        JOIN living r ON r.tenant_id = its.tenant_id AND r.run_id = its.run_id
        LEFT JOIN LATERAL (
          SELECT true AS lives FROM lease l
          WHERE l.tenant_id = its.tenant_id AND l.run_id = its.run_id
            AND l.secret_id = its.secret_id AND l.slot AND
      """
          + Liveness.LIVE
          + """
              LIMIT 1) held ON true
            WHERE held.lives IS NULL),
          """;

  /** The rows of which each holds by itself. */
  private static final String VALID =
      """
      valid AS MATERIALIZED (
        SELECT draft.*
        FROM drafted draft
        JOIN unmoved s ON s.tenant_id = draft.tenant_id AND s.secret_id = draft.secret_id
        WHERE s.current_version = draft.version AND s.deleted_at IS NULL
          AND (s.max_lease_seconds IS NULL OR draft.max_expires_at
            <= draft.issued_at + s.max_lease_seconds * interval '1 second')
          AND (draft.sighting IS NULL OR draft.sighting IN (SELECT number FROM standing))
          AND draft.issued_at BETWEEN clock_timestamp() - interval '2 seconds'
                                  AND clock_timestamp()
          AND
      """
          + Liveness.unmarked("draft");

  private static final String VALID_BY_ADOPTION =
      """

      AND (draft.adoption_id IS NULL OR EXISTS (
        SELECT FROM adopted a
        WHERE a.tenant_id = draft.tenant_id AND a.adoption_id = draft.adoption_id))
      """;

  private static final String VALID_IN_RUN =
      """

      AND (draft.run_id IS NULL
        OR EXISTS (SELECT FROM slotted r WHERE r.lease_id = draft.lease_id))
      """;

  /** Their asks, as far as these are whole. */
  private static final String WHOLE =
      """
       AS MATERIALIZED (
        SELECT valid.* FROM valid
        WHERE valid.size = 1 OR valid.ask IN (
          SELECT ask FROM valid GROUP BY ask HAVING count(*) = min(size))),
      """;

  /** Those of them that are the first under their key, or under none. */
  private static final String FIRST_UNDER_KEYS =
      """
      keyed AS MATERIALIZED (
        SELECT claim.ask, claim.tenant_id, claim.principal, claim.key_mac, claim.body_mac,
               claim.made::uuid[] AS made
        FROM unnest($38::int[], $39::uuid[], $40::text[], $41::bytea[], $42::bytea[],
                    $43::text[])
          AS claim (ask, tenant_id, principal, key_mac, body_mac, made)
        WHERE claim.ask IN (SELECT ask FROM whole)),
      alone AS MATERIALIZED (
        SELECT asked.*,
      """
          + Idempotency.ALONE
          + """
            FROM (
              SELECT DISTINCT ON (tenant_id, principal, key_mac) * FROM keyed
              ORDER BY tenant_id, principal, key_mac, ask) asked),
          claimed AS (
          """
          + Idempotency.CLAIMED
          + """
            RETURNING kept.tenant_id, kept.principal, kept.key_mac),
          first_under AS MATERIALIZED (
            SELECT ask FROM alone JOIN claimed USING (tenant_id, principal, key_mac)),
          granted AS MATERIALIZED (
            SELECT whole.* FROM whole
            WHERE whole.ask NOT IN (SELECT ask FROM keyed)
              OR whole.ask IN (SELECT ask FROM first_under)),
          """;

  private static final String AUDITED =
      """
      audited AS (
        INSERT INTO audit_tail (tenant_id, record_id, request_id, principal, action, outcome,
                                resource_kind, resource_id, resource_name, version, project_id,
                                source, detail)
        SELECT tenant_id, record_id, request_id, actor, 'lease_grant',
               'allowed', 'secret', secret_id, secret_name, version, project_id, source,
               jsonb_strip_nulls(jsonb_build_object('lease', lease_id, 'run', run_id))
        FROM granted),
      """;

  /** A lease that is over leaves its slot to the next one. */
  private static final String FREED =
      """
      freed AS (
        UPDATE lease l SET slot = false FROM granted g
        WHERE l.tenant_id = g.tenant_id AND l.run_id = g.run_id AND l.secret_id = g.secret_id
          AND l.slot
        RETURNING l.lease_id),
      """;

  private static final String LEASED =
      """
      leased AS (
        INSERT INTO lease (tenant_id, lease_id, secret_id, version, applied_version, entry_names,
                           principal_kind, principal_id, project_id, domain_id, issued_at,
                           expires_at, max_expires_at, mac_generation, row_mac, adoption_id, run_id,
                           environment_id, asked_ttl_ms, reload, max_delay_ms, bound_to, slot)
        SELECT tenant_id, lease_id, secret_id, version, version, string_to_array(entries, ','),
               principal_kind, principal_id, project_id, domain_id, issued_at, expires_at,
               max_expires_at, mac_generation, row_mac, adoption_id, run_id, environment_id,
               asked_ttl_ms, reload, max_delay_ms, bound_to, run_id IS NOT NULL
        FROM granted\
      """;

  private static final String TOLD =
      """
      )
      SELECT (SELECT coalesce(array_agg(DISTINCT ask), '{}') FROM granted) AS asks,
             clock_timestamp() AS now,
      """;

  private static final String NONE_TAKEN = "'{}'::int[] AS taken";

  private static final String TAKEN =
      """
      (SELECT coalesce(array_agg(ask), '{}') FROM keyed
       WHERE ask NOT IN (SELECT ask FROM first_under)) AS taken
      """;

  private static final Map<GrantStatement, String> STATEMENTS = all();

  String text() {
    return Objects.requireNonNull(STATEMENTS.get(this));
  }

  private static Map<GrantStatement, String> all() {
    List<Boolean> both = List.of(false, true);
    Map<GrantStatement, String> all = new HashMap<>();
    for (boolean adoptions : both) {
      for (boolean runs : both) {
        for (boolean keys : both) {
          GrantStatement one = new GrantStatement(adoptions, runs, keys);
          all.put(one, one.written());
        }
      }
    }
    return Map.copyOf(all);
  }

  /**
   * Grants whole asks or not at all: an ask goes through if each of its rows is on what is still
   * the current version of a living secret, lasts no longer than it allows, belongs to a living run
   * that has no live lease on it, is not revoked already, and has times of the last two seconds;
   * and if what was seen of its secret, perhaps a while ago, is what is there. An ask under an
   * Idempotency-Key, besides, if it is the first one under it: its claim of the key says so, and
   * not what could be seen of the key before, which may be old. Answers the numbers of the asks
   * granted, and of those that only their key kept from it.
   *
   * <p>The heads stay share-locked to the commit, so that whoever changes one sees the leases on it
   * as they are; and so do the adoptions by which secrets are had, and the runs. What is being
   * changed is skipped and not waited for, since the batch holds asks of other tenants too; its
   * asks come again.
   */
  private String written() {
    return DRAFTED
        + (adoptions ? ADOPTED : "")
        + (runs ? SLOTTED : "")
        + VALID
        + (adoptions ? VALID_BY_ADOPTION : "")
        + (runs ? VALID_IN_RUN : "")
        + "),\n"
        + (keys ? "whole" + WHOLE + FIRST_UNDER_KEYS : "granted" + WHOLE)
        + AUDITED
        + (runs ? FREED : "")
        + LEASED
        + (runs ? " WHERE (SELECT count(*) FROM freed) >= 0" : "")
        + TOLD
        + (keys ? TAKEN : NONE_TAKEN);
  }
}
