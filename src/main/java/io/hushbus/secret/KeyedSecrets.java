package io.hushbus.secret;

import io.hushbus.crypto.CryptoPool;
import io.hushbus.crypto.Envelope;
import io.hushbus.crypto.SealContext;
import io.hushbus.crypto.Sealed;
import io.hushbus.model.SecretId;
import io.hushbus.model.SecretType;
import io.hushbus.model.TenantId;
import io.hushbus.tenant.KeyedRows;
import io.hushbus.tenant.MacedRow;
import io.hushbus.tenant.MacedRows;
import io.hushbus.tenant.MacedTable;
import io.hushbus.tenant.MacedTable.Column;
import io.vertx.sqlclient.Row;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Heads of secrets, versions, marks of numbers, shares and adoptions under their tenant's key: by
 * their MACs, and versions also by the wrapping of the key that their content is encrypted with.
 * The content itself is neither opened nor changed.
 */
final class KeyedSecrets {

  /** Whoever grants a lease passes a locked head by, so few are locked at a time. */
  private static final int HEADS_AT_ONCE = 100;

  private static final String HEADS =
      "SELECT p.name AS project_name, d.name AS domain_name, "
          + SecretRows.COLUMNS
          + """

          FROM secret s
          LEFT JOIN project p ON p.tenant_id = s.tenant_id AND p.project_id = s.project_id
          LEFT JOIN domain d ON d.tenant_id = s.tenant_id AND d.domain_id = s.domain_id
          WHERE s.tenant_id = $1 AND s.mac_generation <> $2
          """;

  private static final String VERSIONS =
      "SELECT v.secret_id, s.scope_project, s.scope_domain, s.type, "
          + VersionStore.COLUMNS
          + """

          FROM secret_version v
          JOIN secret s ON s.tenant_id = v.tenant_id AND s.secret_id = v.secret_id
          WHERE v.tenant_id = $1 AND v.mac_generation <> $2
          """;

  private static final String SHARES =
      """
      SELECT h.share_id, h.share_id AS a_share_id, h.secret_id, h.community_id AS h_community_id,
        h.created_by AS h_created_by, h.created_at AS h_created_at,
        h.mac_generation AS h_mac_generation, h.row_mac AS h_row_mac
      FROM secret_share h
      WHERE h.tenant_id = $1 AND h.mac_generation <> $2
      """;

  /** MACs cover places by their ids: any name will do. */
  private static final String ADOPTIONS =
      """
      SELECT a.adoption_id, a.share_id AS a_share_id, a.secret_id, a.project_id AS a_project_id,
        a.domain_id AS a_domain_id, a.name AS a_name, a.folded_name AS a_folded_name,
        a.created_by AS a_created_by, a.created_at AS a_created_at,
        a.mac_generation AS a_mac_generation, a.row_mac AS a_row_mac,
        'nameless' AS a_project_name, 'nameless' AS domain_name
      FROM adoption a
      WHERE a.tenant_id = $1 AND a.mac_generation <> $2
      """;

  private static final String MARKS =
      """
      SELECT m.scope_project, m.scope_domain, m.folded_name, m.high_water, m.mac_generation,
        m.row_mac
      FROM version_mark m
      WHERE m.tenant_id = $1 AND m.mac_generation <> $2
      """;

  private KeyedSecrets() {}

  /** Every table of this package whose rows depend on the tenants' keys. */
  static List<KeyedRows> all(Envelope envelope, CryptoPool pool) {
    return Stream.of(
            MacedTable.of("secret", "s", "secret_id", HEADS, KeyedSecrets::head)
                .atOnce(HEADS_AT_ONCE),
            versions(envelope),
            marks(),
            MacedTable.of("secret_share", "h", "share_id", SHARES, KeyedSecrets::share),
            MacedTable.of("adoption", "a", "adoption_id", ADOPTIONS, KeyedSecrets::adoption))
        .<KeyedRows>map(table -> new MacedRows(table, pool))
        .toList();
  }

  private static MacedTable versions(Envelope envelope) {
    return new MacedTable(
        "secret_version",
        "v",
        List.of(Column.id("secret_id"), Column.number("version")),
        VERSIONS,
        (row, tenant) -> version(row, tenant, envelope),
        Optional.of("sealed"),
        Integer.MAX_VALUE);
  }

  private static MacedTable marks() {
    return new MacedTable(
        "version_mark",
        "m",
        List.of(Column.id("scope_project"), Column.id("scope_domain"), Column.text("folded_name")),
        MARKS,
        MarkStore::maced,
        Optional.empty(),
        HEADS_AT_ONCE);
  }

  private static MacedRow head(Row row, TenantId tenant) {
    Stored<Secret> head = SecretRows.stored(row, SecretRows.scopeOfNames(row));
    return MacedRow.of(head.value().canonical(tenant), head.mac());
  }

  private static MacedRow share(Row row, TenantId tenant) {
    Stored<Share> share = AdoptionRows.share(row);
    return MacedRow.of(share.value().canonical(tenant), share.mac());
  }

  private static MacedRow adoption(Row row, TenantId tenant) {
    Stored<Adoption> adoption = AdoptionRows.adoption(row);
    return MacedRow.of(adoption.value().canonical(tenant), adoption.mac());
  }

  private static MacedRow version(Row row, TenantId tenant, Envelope envelope) {
    VersionStore.SealedVersion stored = VersionStore.sealedVersion(row);
    Version version = stored.version().value();
    SecretId secret = new SecretId(row.getUUID("secret_id"));
    SealContext context =
        new SealContext(
            tenant,
            row.getUUID("scope_project"),
            row.getUUID("scope_domain"),
            secret,
            version.number(),
            version.createdAt().toEpochMilli(),
            SecretType.of(row.getString("type")).orElseThrow());
    return new MacedRow(
        version.canonical(tenant, secret),
        stored.version().mac(),
        stored
            .sealed()
            .map(old -> ring -> envelope.rewrap(ring, context, Sealed.parse(old)).bytes()));
  }
}
