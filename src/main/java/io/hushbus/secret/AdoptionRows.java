package io.hushbus.secret;

import io.hushbus.crypto.RowMac;
import io.hushbus.model.ObjectName;
import io.hushbus.model.Scope;
import io.hushbus.model.SecretId;
import io.hushbus.model.SecretName;
import io.hushbus.tenant.ProjectRow;
import io.vertx.sqlclient.Row;
import java.util.Optional;
import java.util.UUID;

/**
 * Reads adoptions with their shares from rows. An adoption lives as long as its share and its
 * secret, and the share as long as both projects are in the community: each statement joins them
 * all.
 */
final class AdoptionRows {

  /** The columns of an adoption and its share, for the joins of {@link #LIVING}. */
  static final String COLUMNS =
      """
      a.adoption_id, a.share_id AS a_share_id, a.project_id AS a_project_id,
      a.domain_id AS a_domain_id, a.name AS a_name, a.folded_name AS a_folded_name,
      a.created_by AS a_created_by, a.created_at AS a_created_at,
      a.mac_generation AS a_mac_generation, a.row_mac AS a_row_mac,
      r.name AS a_project_name, h.community_id AS h_community_id, h.created_by AS h_created_by,
      h.created_at AS h_created_at, h.mac_generation AS h_mac_generation, h.row_mac AS h_row_mac,
      o.name AS project_name, d.name AS domain_name,
      """
          + ProjectRow.columns("o", "o_")
          + ", "
          + ProjectRow.columns("r", "r_");

  /** From an adoption {@code a} to its share, its secret, and the projects of both sides. */
  static final String LIVING =
      """
      JOIN secret_share h ON h.tenant_id = a.tenant_id AND h.share_id = a.share_id
        AND h.secret_id = a.secret_id
      JOIN secret s ON s.tenant_id = a.tenant_id AND s.secret_id = a.secret_id
      JOIN project o ON o.tenant_id = s.tenant_id AND o.project_id = s.project_id
        AND o.community_id = h.community_id
      JOIN project r ON r.tenant_id = a.tenant_id AND r.project_id = a.project_id
        AND r.community_id = h.community_id
      LEFT JOIN domain d ON d.tenant_id = s.tenant_id AND d.domain_id = s.domain_id
      """;

  /**
   * An adoption, its share and the projects of both sides as they are stored: all must verify for
   * the adoption to count.
   */
  record Candidate(
      Stored<Adoption> adoption, Stored<Share> share, ProjectRow owner, ProjectRow adopter) {}

  private AdoptionRows() {}

  static Candidate candidate(Row row) {
    return new Candidate(
        adoption(row), share(row), ProjectRow.read(row, "o_"), ProjectRow.read(row, "r_"));
  }

  /** The owner's head beside an adoption. */
  static Stored<Secret> head(Row row) {
    return SecretRows.stored(row, SecretRows.scopeOfNames(row));
  }

  static Stored<Adoption> adoption(Row row) {
    Adoption adoption =
        new Adoption(
            row.getUUID("adoption_id"),
            row.getUUID("a_share_id"),
            new SecretId(row.getUUID("secret_id")),
            scope(row),
            new SecretName(row.getString("a_name")),
            row.getString("a_created_by"),
            SecretRows.time(row, "a_created_at"));
    return new Stored<>(adoption, mac(row, adoption));
  }

  /** Rows are found by the folded name, and the MAC covers the name. */
  private static RowMac mac(Row row, Adoption adoption) {
    RowMac mac = Stored.mac(row, "a_");
    return adoption.name().folded().equals(row.getString("a_folded_name"))
        ? mac
        : new RowMac(mac.generation(), new byte[0]);
  }

  static Stored<Share> share(Row row) {
    UUID community = row.getUUID("h_community_id");
    Share share =
        new Share(
            row.getUUID("a_share_id"),
            new SecretId(row.getUUID("secret_id")),
            new Scope.Place(community, NAMELESS),
            row.getString("h_created_by"),
            SecretRows.time(row, "h_created_at"));
    return new Stored<>(share, Stored.mac(row, "h_"));
  }

  /** Checks of a share need its community's id only. */
  private static final ObjectName NAMELESS = new ObjectName("community");

  /**
   * An adoption is in the domain of its secret, whose name is at hand; if it is not, its MAC fails.
   */
  private static Scope scope(Row row) {
    Scope.Place project =
        new Scope.Place(
            row.getUUID("a_project_id"), new ObjectName(row.getString("a_project_name")));
    Optional<Scope.Place> domain =
        Optional.ofNullable(row.getUUID("a_domain_id"))
            .map(id -> new Scope.Place(id, new ObjectName(domainName(row))));
    return Scope.of(Optional.of(project), domain);
  }

  private static String domainName(Row row) {
    String name = row.getString("domain_name");
    return name == null ? NAMELESS.text() : name;
  }
}
