package io.hushbus.lease;

import io.hushbus.crypto.Keyring;
import io.hushbus.crypto.RowMac;
import io.hushbus.db.Tx;
import io.hushbus.model.RunId;
import io.hushbus.model.TenantId;
import io.hushbus.tenant.MacedRow;
import io.hushbus.tenant.MacedTable;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The table {@code run_member}. */
final class MemberStore {

  private static final Logger log = LoggerFactory.getLogger(MemberStore.class);

  private static final String BEAT =
      """
      UPDATE run_member SET beat_at = clock_timestamp()
      WHERE tenant_id = $1 AND run_id = $2 AND member = $3 AND detached_at IS NULL
      """;

  private static final String ATTACH =
      """
      INSERT INTO run_member (tenant_id, run_id, member, attached_at, beat_at, mac_generation,
                              row_mac)
      VALUES ($1, $2, $3, clock_timestamp(), clock_timestamp(), $4, $5)
      ON CONFLICT (tenant_id, run_id, member)
      DO UPDATE SET beat_at = clock_timestamp(), detached_at = NULL,
                    mac_generation = excluded.mac_generation, row_mac = excluded.row_mac
      """;

  private static final String DETACH =
      """
      UPDATE run_member SET detached_at = $4, mac_generation = $5, row_mac = $6
      WHERE tenant_id = $1 AND run_id = $2 AND member = $3 AND detached_at IS NULL
      """;

  private static final String COUNT =
      "SELECT count(*) AS count FROM run_member WHERE tenant_id = $1 AND run_id = $2";

  private static final String COLUMNS =
      """
      SELECT m.run_id, m.member, m.detached_at, m.mac_generation, m.row_mac FROM run_member m
      WHERE m.tenant_id = $1
      """;

  private static final String OF_RUN = COLUMNS + " AND m.run_id = $2 ORDER BY m.member";

  static final MacedTable TABLE =
      new MacedTable(
          "run_member",
          "m",
          List.of(MacedTable.Column.id("run_id"), MacedTable.Column.text("member")),
          COLUMNS + " AND m.mac_generation <> $2 ",
          (row, tenant) -> MacedRow.of(member(row).canonical(tenant), MacedRow.mac(row, "")),
          Optional.empty(),
          Integer.MAX_VALUE);

  private record Stored(Member member, RowMac mac) {}

  /** False if it is not attached. */
  Future<Boolean> beat(Tx tx, RunId run, String member) {
    return tx.update(BEAT, tx.tenant(), run, member).map(rows -> rows == 1);
  }

  Future<Void> attach(Tx tx, Keyring keyring, RunId run, String member) {
    RowMac mac = keyring.mac(Member.attached(run, member).canonical(tx.tenant()));
    return tx.update(ATTACH, tx.tenant(), run, member, mac.generation(), mac.tag()).mapEmpty();
  }

  Future<Void> detach(Tx tx, Keyring keyring, RunId run, String member, Instant now) {
    Member gone = new Member(run, member, Optional.of(now));
    RowMac mac = keyring.mac(gone.canonical(tx.tenant()));
    return tx.update(DETACH, tx.tenant(), run, member, now, mac.generation(), mac.tag()).mapEmpty();
  }

  Future<Long> count(Tx tx, RunId run) {
    return tx.one(COUNT, row -> row.getLong("count"), tx.tenant(), run).map(Optional::orElseThrow);
  }

  /** Those that are waited for. One whose row another hand wrote is: nothing ends early by it. */
  Future<List<String>> attached(Tx tx, Keyring keyring, RunId run) {
    return tx.list(OF_RUN, row -> new Stored(member(row), MacedRow.mac(row, "")), tx.tenant(), run)
        .map(
            all ->
                all.stream()
                    .filter(one -> !genuine(tx.tenant(), keyring, one) || isAttached(one))
                    .map(one -> one.member().name())
                    .toList());
  }

  private static boolean isAttached(Stored stored) {
    return stored.member().detachedAt().isEmpty();
  }

  private static boolean genuine(TenantId tenant, Keyring keyring, Stored stored) {
    boolean genuine = keyring.verifies(stored.member().canonical(tenant), stored.mac());
    if (!genuine) {
      log.error(
          "event=row_forged table=run_member tenant={} row={}", tenant, stored.member().run());
    }
    return genuine;
  }

  private static Member member(Row row) {
    return new Member(
        new RunId(row.getUUID("run_id")),
        row.getString("member"),
        Optional.ofNullable(RunStore.timeOrNull(row, "detached_at")));
  }
}
