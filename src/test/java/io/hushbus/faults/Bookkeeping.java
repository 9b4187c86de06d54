package io.hushbus.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.hushbus.support.Brokers;
import java.util.LinkedHashMap;
import java.util.Map;

/** What holds in the database at every moment, whatever crashed: nothing is there by half. */
final class Bookkeeping {

  private static final String AUDIT =
      """
      WITH audit AS (
        SELECT tenant_id, request_id, action, outcome, resource_id, version, detail FROM audit_tail
        UNION ALL
        SELECT tenant_id, request_id, action, outcome, resource_id, version, detail FROM audit_record)
      """;

  /** Each finds what must not be: a rule, and the rows that break it. */
  private static final Map<String, String> RULES = new LinkedHashMap<>();

  static {
    RULES.put(
        "positions of a tenant's events have no gap and end at the counter",
        """
        SELECT s.tenant_id FROM tenant_stream s
        LEFT JOIN event e ON e.tenant_id = s.tenant_id AND e.epoch = s.epoch
        GROUP BY s.tenant_id, s.head
        HAVING count(e.position) <> s.head OR coalesce(max(e.position), 0) <> s.head
        """);
    RULES.put(
        "every living secret has exactly its current version as current",
        """
        SELECT s.secret_id FROM secret s
        LEFT JOIN secret_version v ON v.tenant_id = s.tenant_id AND v.secret_id = s.secret_id
          AND v.state = 'current'
        WHERE s.deleted_at IS NULL
        GROUP BY s.secret_id, s.current_version
        HAVING count(v.version) <> 1 OR max(v.version) <> s.current_version
        """);
    RULES.put(
        "no version is newer than its head says",
        """
        SELECT v.secret_id FROM secret_version v
        JOIN secret s ON s.tenant_id = v.tenant_id AND s.secret_id = v.secret_id
        WHERE v.version >= s.next_version
        """);
    RULES.put(
        "every version has an audit record of its making, and one only of a plain change",
        AUDIT
            + """
            SELECT v.secret_id FROM secret_version v
            JOIN LATERAL (
              SELECT count(*) FILTER (WHERE a.action LIKE 'secret_%') AS plain, count(*) AS found
              FROM audit a
              WHERE a.tenant_id = v.tenant_id AND a.resource_id = v.secret_id
                AND a.version = v.version AND a.outcome = 'allowed'
                AND a.action IN ('secret_create', 'secret_change', 'rotation_start',
                                 'rotation_force', 'rotation_step')) made ON true
            WHERE made.plain > 1 OR made.found = 0
            """);
    RULES.put(
        "every audit record of a new version has that version",
        AUDIT
            + """
            SELECT a.resource_id FROM audit a
            WHERE a.action IN ('secret_create', 'secret_change') AND a.outcome = 'allowed'
              AND NOT EXISTS (SELECT FROM secret_version v
                              WHERE v.tenant_id = a.tenant_id AND v.secret_id = a.resource_id
                                AND v.version = a.version)
            """);
    RULES.put(
        "every event has an audit record of its request, and one only but for the ends of"
            + " rotations",
        AUDIT
            + """
            SELECT e.event_id FROM event e
            JOIN LATERAL (
              SELECT count(*) AS found, count(*) FILTER (WHERE a.action LIKE 'rotation_%') AS turns
              FROM audit a
              WHERE a.tenant_id = e.tenant_id AND a.request_id = e.request_id
                AND a.outcome = 'allowed') told ON true
            WHERE told.found = 0 OR (told.found > 1 AND told.turns = 0)
            """);
    RULES.put(
        "every change of a secret that was audited has its event",
        AUDIT
            + """
            SELECT a.request_id FROM audit a
            WHERE a.action IN ('secret_create', 'secret_change', 'secret_delete')
              AND a.outcome = 'allowed'
              AND NOT EXISTS (SELECT FROM event e
                              WHERE e.tenant_id = a.tenant_id AND e.request_id = a.request_id)
            """);
    RULES.put(
        "every lease has an audit record of its grant",
        AUDIT
            + """
            SELECT l.lease_id FROM lease l
            WHERE NOT EXISTS (SELECT FROM audit a
                              WHERE a.tenant_id = l.tenant_id AND a.action = 'lease_grant'
                                AND a.detail ->> 'lease' = l.lease_id::text)
            """);
    RULES.put(
        "every audited grant has its lease",
        AUDIT
            + """
            SELECT a.detail FROM audit a
            WHERE a.action = 'lease_grant' AND a.outcome = 'allowed'
              AND NOT EXISTS (SELECT FROM lease l
                              WHERE l.tenant_id = a.tenant_id
                                AND l.lease_id::text = a.detail ->> 'lease')
            """);
  }

  private Bookkeeping() {}

  /** Fails with the rule that does not hold. */
  static void check(Brokers brokers) {
    RULES.forEach((rule, offenders) -> assertThat(brokers.rows(offenders)).as(rule).isEmpty());
  }
}
