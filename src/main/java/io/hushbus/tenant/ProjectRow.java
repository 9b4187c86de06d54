package io.hushbus.tenant;

import io.hushbus.crypto.Canonical;
import io.hushbus.crypto.Keyring;
import io.hushbus.crypto.RowMac;
import io.hushbus.model.ObjectName;
import io.hushbus.model.Reveal;
import io.hushbus.model.TenantId;
import io.vertx.sqlclient.Row;
import java.util.Optional;
import java.util.UUID;

/**
 * What of a project decides anything: the name that it is found under, the community it is in and
 * who may read values there, with the MAC that says whether the broker wrote it so.
 */
public record ProjectRow(
    UUID id, String name, String folded, Optional<UUID> community, String reveal, RowMac mac) {

  /** A new project, in no community; its MAC is to be made. */
  static ProjectRow of(UUID id, ObjectName name) {
    return new ProjectRow(
        id,
        name.text(),
        name.folded(),
        Optional.empty(),
        Reveal.OFF.word(),
        new RowMac(0, new byte[0]));
  }

  /** The columns of table project as {@code alias}, for {@link #read} with the same prefix. */
  public static String columns(String alias, String prefix) {
    return """
    %1$s.project_id AS %2$sproject_id, %1$s.name AS %2$sname, %1$s.folded_name AS %2$sfolded_name,
      %1$s.community_id AS %2$scommunity_id, %1$s.reveal AS %2$sreveal,
      %1$s.mac_generation AS %2$smac_generation, %1$s.row_mac AS %2$srow_mac\
    """
        .formatted(alias, prefix);
  }

  public static ProjectRow read(Row row, String prefix) {
    return new ProjectRow(
        row.getUUID(prefix + "project_id"),
        row.getString(prefix + "name"),
        row.getString(prefix + "folded_name"),
        Optional.ofNullable(row.getUUID(prefix + "community_id")),
        row.getString(prefix + "reveal"),
        MacedRow.mac(row, prefix));
  }

  /** What the MAC covers. */
  public Canonical canonical(TenantId tenant) {
    return Canonical.of("project/1")
        .id(tenant.value())
        .id(id)
        .text(name)
        .text(folded)
        .id(community.orElse(null))
        .text(reveal);
  }

  ProjectRow with(Optional<UUID> newCommunity, String newReveal) {
    return new ProjectRow(id, name, folded, newCommunity, newReveal, mac);
  }

  ProjectRow under(Keyring keyring) {
    return new ProjectRow(
        id, name, folded, community, reveal, keyring.mac(canonical(keyring.tenant())));
  }

  boolean genuine(Keyring keyring) {
    return keyring.verifies(canonical(keyring.tenant()), mac);
  }
}
