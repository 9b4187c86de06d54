package io.hushbus.lease;

import io.hushbus.crypto.RowMac;
import io.hushbus.model.EntryName;
import io.hushbus.model.LeaseId;
import io.hushbus.model.Principal;
import io.hushbus.model.RunId;
import io.hushbus.model.SecretId;
import io.hushbus.tenant.MacedRow;
import io.vertx.sqlclient.Row;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads leases from rows. */
final class LeaseRows {

  /** The columns of a lease, for {@code FROM lease l}. */
  static final String PLAIN =
      """
      clock_timestamp() AS now, l.lease_id, l.secret_id, l.version, l.applied_version,
      l.entry_names, l.principal_kind, l.principal_id, l.project_id, l.domain_id,
      l.issued_at, l.expires_at, l.max_expires_at, l.revoked_at, l.mac_generation, l.row_mac,
      l.adoption_id, l.bound_to, l.run_id, l.environment_id, l.asked_ttl_ms, l.reload, l.max_delay_ms,
      l.ack_version, l.ack_status, l.ack_at, l.ack_detail\
      """;

  /** The same with what may have ended it, for {@link Liveness#ENDS}. */
  static final String COLUMNS =
      PLAIN + ", e.revoked AS ended_by_revocation, e.over AS ended_by_run";

  /**
   * A lease as stored, its MAC, and the database's time when it was read.
   *
   * @param ends what the database found to have ended it
   */
  record Stored(Lease lease, RowMac mac, Instant now, Lease.Ends ends) {

    Lease.State state() {
      return lease.stateAt(now, ends);
    }
  }

  private LeaseRows() {}

  static Stored stored(Row row) {
    return new Stored(
        lease(row),
        MacedRow.mac(row, ""),
        RunStore.time(row, "now"),
        new Lease.Ends(time(row, "ended_by_revocation"), time(row, "ended_by_run")));
  }

  static Lease lease(Row row) {
    return new Lease(
        new LeaseId(row.getUUID("lease_id")),
        new SecretId(row.getUUID("secret_id")),
        row.getInteger("version"),
        row.getInteger("applied_version"),
        entries(row),
        new Principal(
            Principal.Kind.of(row.getString("principal_kind")), row.getUUID("principal_id")),
        Optional.ofNullable(row.getUUID("project_id")),
        Optional.ofNullable(row.getUUID("domain_id")),
        new LeaseTerms(
            RunStore.time(row, "issued_at"),
            RunStore.time(row, "expires_at"),
            RunStore.time(row, "max_expires_at")),
        time(row, "revoked_at"),
        Optional.ofNullable(row.getUUID("adoption_id")),
        Optional.ofNullable(row.getString("bound_to")),
        Optional.ofNullable(row.getUUID("run_id")).map(RunId::new),
        new Lease.Need(
            Optional.ofNullable(row.getUUID("environment_id")),
            Optional.ofNullable(row.getString("reload")),
            Optional.ofNullable(row.getLong("max_delay_ms")).map(Duration::ofMillis),
            Optional.ofNullable(row.getLong("asked_ttl_ms")).map(Duration::ofMillis)),
        Optional.ofNullable(row.getInteger("ack_version")).map(version -> ack(row, version)));
  }

  private static List<EntryName> entries(Row row) {
    String[] names = row.getArrayOfStrings("entry_names");
    return names == null ? List.of() : Stream.of(names).map(EntryName::new).toList();
  }

  private static Lease.Ack ack(Row row, int version) {
    return new Lease.Ack(
        version,
        Lease.Ack.Status.of(row.getString("ack_status")),
        RunStore.time(row, "ack_at"),
        Optional.ofNullable(row.getString("ack_detail")).orElse(""));
  }

  private static Optional<Instant> time(Row row, String column) {
    return Optional.ofNullable(RunStore.timeOrNull(row, column));
  }
}
