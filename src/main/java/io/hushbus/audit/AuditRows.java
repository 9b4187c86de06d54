package io.hushbus.audit;

import io.hushbus.audit.ExportItem.Entry;
import io.hushbus.model.TenantId;
import io.hushbus.tenant.InventoryHead;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;

/** Reads the rows of the audit tables. */
final class AuditRows {

  /** The columns of a record, in the tail and sealed alike. */
  static final String COLUMNS =
      """
      record_id, at, request_id, principal, action, outcome, resource_kind, resource_id,
      resource_name, version, project_id, source, detail::text AS detail\
      """;

  private AuditRows() {}

  static AuditRecord record(Row row) {
    Integer version = row.getInteger("version");
    return new AuditRecord(
        row.getUUID("record_id"),
        time(row, "at"),
        row.getUUID("request_id"),
        row.getString("principal"),
        row.getString("action"),
        row.getString("outcome"),
        row.getString("resource_kind"),
        Optional.ofNullable(row.getUUID("resource_id")),
        Optional.ofNullable(row.getString("resource_name")),
        version == null ? OptionalInt.empty() : OptionalInt.of(version),
        Optional.ofNullable(row.getUUID("project_id")),
        row.getString("source"),
        CanonicalJson.ofObject(row.getString("detail")));
  }

  static Entry entry(Row row) {
    return new Entry(row.getLong("sequence"), record(row), bytes(row, "hash"));
  }

  static Checkpoint checkpoint(Row row, UUID cluster) {
    return new Checkpoint(
        cluster,
        new TenantId(row.getUUID("tenant_id")),
        row.getLong("sequence"),
        bytes(row, "hash"),
        time(row, "at"),
        inventory(row),
        row.getString("key_id"),
        bytes(row, "signature"));
  }

  /** The columns of a checkpoint. */
  static final String CHECKPOINT =
      """
      signed.tenant_id, signed.sequence, signed.hash, signed.at, signed.key_id, signed.signature,
      signed.change, signed.secrets, signed.highest, signed.epoch, signed.position,
      signed.inventory_mac\
      """;

  /** A row that has only a part of it is as one that was edited: its signature fails. */
  private static Optional<InventoryHead> inventory(Row row) {
    return row.getBuffer("inventory_mac") == null
        ? Optional.empty()
        : Optional.of(
            new InventoryHead(
                number(row, "change"),
                number(row, "secrets"),
                number(row, "highest"),
                number(row, "epoch"),
                number(row, "position"),
                bytes(row, "inventory_mac")));
  }

  private static long number(Row row, String column) {
    Long number = row.getLong(column);
    return number == null ? -1 : number;
  }

  static StoredChain chain(Row row) {
    byte[] lastHash =
        row.getBuffer("last_hash") == null ? ChainHead.START.hash() : bytes(row, "last_hash");
    return new StoredChain(
        new TenantId(row.getUUID("tenant_id")),
        new ChainHead(row.getLong("sequence"), bytes(row, "hash"), row.getLong("checkpoint")),
        bytes(row, "mac"),
        row.getLong("last_sequence"),
        lastHash,
        time(row, "now"));
  }

  static TenantId tenant(Row row) {
    return new TenantId(row.getUUID("tenant_id"));
  }

  static byte[] bytes(Row row, String column) {
    return row.getBuffer(column).getBytes();
  }

  private static Instant time(Row row, String column) {
    return row.getOffsetDateTime(column).toInstant();
  }
}
