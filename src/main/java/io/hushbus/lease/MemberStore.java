package io.hushbus.lease;

import io.hushbus.db.Tx;
import io.hushbus.model.RunId;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/** The table {@code run_member}. */
final class MemberStore {

  private static final String BEAT =
      """
      UPDATE run_member SET beat_at = clock_timestamp()
      WHERE tenant_id = $1 AND run_id = $2 AND member = $3 AND detached_at IS NULL
      """;

  private static final String ATTACH =
      """
      INSERT INTO run_member (tenant_id, run_id, member, attached_at, beat_at)
      VALUES ($1, $2, $3, clock_timestamp(), clock_timestamp())
      ON CONFLICT (tenant_id, run_id, member)
      DO UPDATE SET beat_at = clock_timestamp(), detached_at = NULL
      """;

  private static final String DETACH =
      """
      UPDATE run_member SET detached_at = clock_timestamp()
      WHERE tenant_id = $1 AND run_id = $2 AND member = $3 AND detached_at IS NULL
      """;

  private static final String COUNT =
      "SELECT count(*) AS count FROM run_member WHERE tenant_id = $1 AND run_id = $2";

  private static final String ATTACHED =
      """
      SELECT member FROM run_member
      WHERE tenant_id = $1 AND run_id = $2 AND detached_at IS NULL ORDER BY member
      """;

  /** False if it is not attached. */
  Future<Boolean> beat(Tx tx, RunId run, String member) {
    return tx.update(BEAT, tx.tenant(), run, member).map(rows -> rows == 1);
  }

  Future<Void> attach(Tx tx, RunId run, String member) {
    return tx.update(ATTACH, tx.tenant(), run, member).mapEmpty();
  }

  Future<Void> detach(Tx tx, RunId run, String member) {
    return tx.update(DETACH, tx.tenant(), run, member).mapEmpty();
  }

  Future<Long> count(Tx tx, RunId run) {
    return tx.one(COUNT, row -> row.getLong("count"), tx.tenant(), run).map(Optional::orElseThrow);
  }

  Future<List<String>> attached(Tx tx, RunId run) {
    return tx.list(ATTACHED, row -> row.getString("member"), tx.tenant(), run);
  }
}
