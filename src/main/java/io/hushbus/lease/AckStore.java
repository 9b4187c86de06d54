package io.hushbus.lease;

import io.hushbus.crypto.Canonical;
import io.hushbus.crypto.Keyring;
import io.hushbus.crypto.RowMac;
import io.hushbus.db.Tx;
import io.hushbus.model.LeaseId;
import io.hushbus.model.RunId;
import io.hushbus.model.TenantId;
import io.hushbus.tenant.MacedRow;
import io.hushbus.tenant.MacedTable;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The table {@code lease_ack}: what members of gangs say of the leases of their run. */
final class AckStore {

  private static final Logger log = LoggerFactory.getLogger(AckStore.class);

  private static final String SAY =
      """
      INSERT INTO lease_ack (tenant_id, lease_id, member, applied_version, version, status, at,
                             detail, mac_generation, row_mac)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
      ON CONFLICT (tenant_id, lease_id, member) DO UPDATE
      SET applied_version = excluded.applied_version, version = excluded.version,
          status = excluded.status, at = excluded.at, detail = excluded.detail,
          mac_generation = excluded.mac_generation, row_mac = excluded.row_mac
      """;

  private static final String COLUMNS =
      """
      SELECT a.lease_id, a.member, a.applied_version, a.version, a.status, a.at, a.detail,
             a.mac_generation, a.row_mac
      FROM lease_ack a WHERE a.tenant_id = $1
      """;

  private static final String OF_LEASE = COLUMNS + " AND a.lease_id = $2";

  static final MacedTable TABLE =
      new MacedTable(
          "lease_ack",
          "a",
          List.of(MacedTable.Column.id("lease_id"), MacedTable.Column.text("member")),
          COLUMNS + " AND a.mac_generation <> $2 ",
          (row, tenant) -> MacedRow.of(word(row).canonical(tenant), MacedRow.mac(row, "")),
          Optional.empty(),
          Integer.MAX_VALUE);

  /**
   * What a member said last, and the highest version that it has said to have in use.
   *
   * @param applied empty: none yet
   */
  private record Word(LeaseId lease, String member, Optional<Integer> applied, Lease.Ack said) {

    /** What the row's MAC covers: everything. */
    Canonical canonical(TenantId tenant) {
      return Canonical.of("lease-ack/1")
          .id(tenant.value())
          .id(lease.value())
          .text(member)
          .number(applied.map(Integer::longValue).orElse(null))
          .number(said.version())
          .text(said.status().word())
          .time(said.at())
          .text(said.detail());
    }
  }

  private record Stored(Word word, RowMac mac) {}

  private static final String OF_RUN =
      "SELECT "
          + LeaseRows.COLUMNS
          + " FROM lease l"
          + Liveness.ENDS
          + """
          WHERE l.tenant_id = $1 AND l.run_id = $2 AND l.applied_version < l.version
            AND least(e.revoked, e.over, l.expires_at) > clock_timestamp()
          ORDER BY l.lease_id LIMIT $3 FOR UPDATE OF l
          """;

  /** Notes what a member says, of a lease that is locked. */
  Future<Void> say(Tx tx, Keyring keyring, LeaseId lease, String member, Lease.Ack said) {
    return applied(tx, keyring, lease)
        .map(before -> Optional.ofNullable(before.get(member)))
        .compose(
            before -> write(tx, keyring, new Word(lease, member, highest(before, said), said)));
  }

  private static Optional<Integer> highest(Optional<Integer> before, Lease.Ack said) {
    return said.status() == Lease.Ack.Status.APPLIED
        ? Optional.of(Math.max(before.orElse(0), said.version()))
        : before;
  }

  private static Future<Void> write(Tx tx, Keyring keyring, Word word) {
    Lease.Ack said = word.said();
    RowMac mac = keyring.mac(word.canonical(tx.tenant()));
    return tx.update(
            SAY,
            tx.tenant(),
            word.lease(),
            word.member(),
            word.applied().orElse(null),
            said.version(),
            said.status().word(),
            said.at(),
            said.detail(),
            mac.generation(),
            mac.tag())
        .mapEmpty();
  }

  /**
   * The lowest version that any of a gang has in use; empty if one of them has not said anything of
   * a version yet.
   */
  Future<Optional<Integer>> lowest(Tx tx, Keyring keyring, LeaseId lease, List<String> gang) {
    return applied(tx, keyring, lease)
        .map(
            applied ->
                applied.keySet().containsAll(gang)
                    ? gang.stream().map(applied::get).min(Integer::compare)
                    : Optional.empty());
  }

  /** What each has in use. What another hand wrote was not said. */
  private static Future<Map<String, Integer>> applied(Tx tx, Keyring keyring, LeaseId lease) {
    return tx.list(
            OF_LEASE, row -> new Stored(word(row), MacedRow.mac(row, "")), tx.tenant(), lease)
        .map(
            all ->
                all.stream()
                    .filter(one -> one.word().applied().isPresent())
                    .filter(one -> genuine(tx.tenant(), keyring, one))
                    .collect(
                        Collectors.toMap(
                            one -> one.word().member(),
                            one -> one.word().applied().orElseThrow())));
  }

  private static boolean genuine(TenantId tenant, Keyring keyring, Stored stored) {
    boolean genuine = keyring.verifies(stored.word().canonical(tenant), stored.mac());
    if (!genuine) {
      log.error("event=row_forged table=lease_ack tenant={} row={}", tenant, stored.word().lease());
    }
    return genuine;
  }

  private static Word word(Row row) {
    return new Word(
        new LeaseId(row.getUUID("lease_id")),
        row.getString("member"),
        Optional.ofNullable(row.getInteger("applied_version")),
        new Lease.Ack(
            row.getInteger("version"),
            Lease.Ack.Status.of(row.getString("status")),
            RunStore.time(row, "at"),
            row.getString("detail")));
  }

  /** Live leases of the run of which a newer version was taken than all have in use; locked. */
  Future<List<LeaseRows.Stored>> behind(Tx tx, RunId run, int most) {
    return tx.list(OF_RUN, LeaseRows::stored, tx.tenant(), run, most);
  }
}
