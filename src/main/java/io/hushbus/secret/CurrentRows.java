package io.hushbus.secret;

/** Reads current versions with all that they are known by. */
final class CurrentRows {

  /**
   * From {@code hit}, a secret or an adoption of one, to its living head {@code s} and current
   * version {@code v}; of an adoption {@code a} to its share {@code h} and the projects of both
   * sides, {@code o} and {@code r}. All is found by ids, which are unique: the limits keep the
   * planner to one look into a primary key for each, also where it planned while tables were small,
   * when any index that has the tenant is as good to it; so whatever else has to hold comes last.
   */
  static final String BEHIND_HIT =
      """
      CROSS JOIN LATERAL (
        SELECT *, xmin AS head_xmin FROM secret one
        WHERE one.tenant_id = hit.tenant_id AND one.secret_id = hit.secret_id LIMIT 1) s
      CROSS JOIN LATERAL (
        SELECT *, xmin AS version_xmin FROM secret_version one
        WHERE one.tenant_id = hit.tenant_id AND one.secret_id = hit.secret_id
          AND one.version = s.current_version LIMIT 1) v
      LEFT JOIN LATERAL (
        SELECT * FROM adoption one
        WHERE one.tenant_id = hit.tenant_id AND one.adoption_id = hit.adoption_id LIMIT 1) a ON true
      LEFT JOIN LATERAL (
        SELECT * FROM secret_share one
        WHERE one.tenant_id = a.tenant_id AND one.share_id = a.share_id LIMIT 1) h ON true
      LEFT JOIN LATERAL (
        SELECT * FROM project one
        WHERE one.tenant_id = h.tenant_id AND one.project_id = s.project_id LIMIT 1) o ON true
      LEFT JOIN LATERAL (
        SELECT * FROM project one
        WHERE one.tenant_id = h.tenant_id AND one.project_id = a.project_id LIMIT 1) r ON true
      LEFT JOIN LATERAL (
        SELECT * FROM domain one
        WHERE one.tenant_id = h.tenant_id AND one.domain_id = s.domain_id LIMIT 1) d ON true
      WHERE s.deleted_at IS NULL
        AND (hit.adoption_id IS NULL
          OR (h.secret_id = s.secret_id AND o.community_id = h.community_id
            AND r.community_id = h.community_id))
      """;

  private CurrentRows() {}
}
