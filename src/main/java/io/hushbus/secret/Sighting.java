package io.hushbus.secret;

import java.util.UUID;

/**
 * What a name was found to stand for, in a form that a later statement can compare with what is
 * there by then: so that a row which was read before may be used, and is never a stale one.
 *
 * @param ask what was looked for
 * @param stamp of the rows of head and current version: who wrote them last, and their MACs
 */
public record Sighting(SecretOpener.Ask ask, String stamp) {

  /** The stamp of a head {@code s}, with its {@code head_xmin}, and a version {@code v}. */
  static final String STAMP = "concat_ws(' ', s.head_xmin, s.row_mac, v.version_xmin, v.row_mac)";

  /** The columns of a head {@code s} that its stamp needs, as {@link #STANDS} takes them. */
  public static final String STAMPED = "s.xmin AS head_xmin, s.row_mac AS head_mac";

  /**
   * The narrowest secret along the cascade that {@code asked} may stand for: four looks into the
   * index of names at most, however many have the same name elsewhere.
   */
  static final String NARROWEST =
      """
      FROM secret c
      WHERE c.tenant_id = asked.tenant_id AND c.folded_name = asked.name
        AND c.deleted_at IS NULL
        AND c.scope_project IN (asked.project, '00000000-0000-0000-0000-000000000000')
        AND c.scope_domain IN (asked.domain, '00000000-0000-0000-0000-000000000000')
      ORDER BY c.project_id IS NULL, c.domain_id IS NULL
      LIMIT 1
      """;

  /** The adoptions that {@code asked} may stand for. */
  static final String ADOPTED =
      """
      FROM adoption t
      WHERE t.tenant_id = asked.tenant_id AND t.project_id = asked.project
        AND t.folded_name = asked.name
        AND (t.domain_id IS NULL OR t.domain_id = asked.domain)
      """;

  /**
   * Whether a sighting {@code asked}, of the {@code version} of {@code secret_id} by that {@code
   * stamp}, still stands, for the condition of a statement that has the head as {@code s} with its
   * columns {@link #STAMPED}: the name still stands for that secret and for nothing else, and
   * nobody has touched the rows of either since.
   */
  public static final String STANDS =
      "(SELECT c.secret_id "
          + NARROWEST
          + """
          ) = asked.secret_id
            AND NOT EXISTS (SELECT
          """
          + ADOPTED
          + """
          )
            AND asked.stamp = (
              SELECT concat_ws(' ', s.head_xmin, s.head_mac, v.xmin, v.row_mac) FROM secret_version v
              WHERE v.tenant_id = asked.tenant_id AND v.secret_id = asked.secret_id
                AND v.version = asked.version)
          """;

  /**
   * Of versions {@code seen}, by their {@code stamp}, those that nobody has touched since, nor
   * their heads, and that are not over: for after FROM.
   */
  public static final String UNTOUCHED =
      """

      CROSS JOIN LATERAL (
        SELECT xmin AS head_xmin, row_mac FROM secret one
        WHERE one.tenant_id = seen.tenant_id AND one.secret_id = seen.secret_id LIMIT 1) s
      CROSS JOIN LATERAL (
        SELECT xmin AS version_xmin, row_mac, valid_until FROM secret_version one
        WHERE one.tenant_id = seen.tenant_id AND one.secret_id = seen.secret_id
          AND one.version = seen.version LIMIT 1) v
      WHERE (v.valid_until IS NULL OR v.valid_until > clock_timestamp()) AND seen.stamp =
      """
          + STAMP;

  /** The project asked from, or what stands for none. */
  public UUID project() {
    return Places.project(ask.scope());
  }

  /** The domain asked from, or what stands for none. */
  public UUID domain() {
    return Places.domain(ask.scope());
  }

  /** The name, as rows are found by it. */
  public String folded() {
    return ask.name().folded();
  }
}
