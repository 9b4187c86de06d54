package io.hushbus.secret;

import io.hushbus.db.Tx;
import io.hushbus.model.Scope;
import io.hushbus.model.SecretName;
import io.hushbus.model.SecretType;
import io.vertx.core.Future;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;

/** Lists of the living heads in the table {@code secret}, page by page. */
final class SecretLists {

  /**
   * The conditions of a {@link SecretFilter} on {@code s}. No index serves them: under row-level
   * security an index is used for leakproof operators only, which containment is not. The index of
   * names bounds what is looked at to the scope.
   */
  private static final String PASSES_FILTER =
      """
      s.labels @> $6::jsonb AND starts_with(s.folded_name, $7::text)
        AND ($8::text = '' OR s.type = $8::text)
        AND ($9::text = '' OR strpos(lower(s.name), lower($9)) > 0
          OR strpos(lower(s.description), lower($9)) > 0
          OR EXISTS (SELECT FROM unnest(s.entry_names) entry WHERE strpos(lower(entry), lower($9)) > 0)
          OR EXISTS (SELECT FROM jsonb_each_text(s.labels) label
                     WHERE strpos(lower(label.key), lower($9)) > 0
                       OR strpos(lower(label.value), lower($9)) > 0))\
      """;

  private static final String LIST =
      "SELECT "
          + SecretRows.COLUMNS
          + """

          FROM secret s
          WHERE s.tenant_id = $1 AND s.scope_project = $2 AND s.scope_domain = $3
            AND s.folded_name > $4 AND s.deleted_at IS NULL AND
          """
          + PASSES_FILTER
          + """

          ORDER BY s.folded_name LIMIT $5
          """;

  private static final String LIST_NAMED =
      "SELECT "
          + SecretRows.COLUMNS
          + """

          FROM secret s
          WHERE s.tenant_id = $1 AND s.scope_project = $2 AND s.scope_domain = $3
            AND s.folded_name = ANY ($4::text[]) AND s.deleted_at IS NULL
          """;

  /**
   * The filter is asked of what a task would get, the narrowest of each name as {@link
   * Cascade#rank} has it: what is shadowed is not found in its place.
   */
  private static final String LIST_CASCADE =
      "SELECT "
          + SecretRows.COLUMNS
          + """

          FROM secret s
          JOIN (SELECT s.folded_name FROM (
                  SELECT DISTINCT ON (c.folded_name) c.* FROM secret c
                  WHERE c.tenant_id = $1 AND c.scope_project = ANY ($2::uuid[])
                    AND c.scope_domain = ANY ($3::uuid[])
                    AND c.folded_name > $4 AND c.deleted_at IS NULL
                  ORDER BY c.folded_name, (c.project_id IS NULL)::int * 2 + (c.domain_id IS NULL)::int) s
                WHERE
          """
          + PASSES_FILTER
          + """

                ORDER BY s.folded_name LIMIT $5) page USING (folded_name)
          WHERE s.tenant_id = $1 AND s.scope_project = ANY ($2::uuid[])
            AND s.scope_domain = ANY ($3::uuid[]) AND s.deleted_at IS NULL
          ORDER BY s.folded_name
          """;

  /** The secrets of exactly this scope whose folded name is after {@code after}, in order. */
  Future<List<Stored<Secret>>> list(
      Tx tx, Scope scope, SecretFilter filter, String after, int limit) {
    return tx.list(
        LIST,
        row -> SecretRows.stored(row, scope),
        tx.tenant(),
        Places.project(scope),
        Places.domain(scope),
        after,
        limit,
        SecretStore.json(filter.labels()),
        filter.prefix(),
        filter.type().map(SecretType::word).orElse(""),
        filter.text());
  }

  /** Those of the named secrets that exactly this scope has, in no order. */
  Future<List<Stored<Secret>>> listNamed(Tx tx, Scope scope, List<SecretName> names) {
    return tx.list(
        LIST_NAMED,
        row -> SecretRows.stored(row, scope),
        tx.tenant(),
        Places.project(scope),
        Places.domain(scope),
        names.stream().map(SecretName::folded).distinct().toArray(String[]::new));
  }

  /**
   * The secrets of all scopes of the cascade under the next {@code limit} names, in order of names.
   */
  Future<List<Stored<Secret>>> listCascade(
      Tx tx, Scope scope, SecretFilter filter, String after, int limit) {
    return tx.list(
        LIST_CASCADE,
        row -> SecretRows.stored(row, scope),
        tx.tenant(),
        axis(scope, Places::project),
        axis(scope, Places::domain),
        after,
        limit,
        SecretStore.json(filter.labels()),
        filter.prefix(),
        filter.type().map(SecretType::word).orElse(""),
        filter.text());
  }

  /**
   * The values that one coordinate of a scope takes along its cascade. The cascade is their
   * product.
   */
  private static UUID[] axis(Scope scope, Function<Scope, UUID> coordinate) {
    return scope.cascade().stream().map(coordinate).distinct().toArray(UUID[]::new);
  }
}
