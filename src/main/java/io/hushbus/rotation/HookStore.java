package io.hushbus.rotation;

import io.hushbus.db.SystemTx;
import io.hushbus.db.Tx;
import io.hushbus.model.SecretId;
import io.hushbus.model.TenantId;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/** The table {@code rotation_hook}: where a hook stands with each rotation that it brings. */
final class HookStore {

  /** What a hook is asked for, in order. */
  enum Step {
    /** Make a new credential and give it; then say whether it works. */
    CREATE,
    /** The new one is the current version. */
    FINISH,
    /** Nobody holds the old one any more. */
    REVOKE,
    DONE,
    FAILED;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * A hook that is to be called.
   *
   * @param id the same in every call for one rotation
   * @param rotation once it has begun
   * @param retired of {@link Step#REVOKE}: the version that nobody holds
   * @param attempts of this step so far
   * @param now the database's time of the look-up
   */
  record Due(
      TenantId tenant,
      UUID id,
      SecretId secret,
      Step step,
      Optional<UUID> rotation,
      Optional<Integer> version,
      Optional<Integer> retired,
      int attempts,
      Instant now) {}

  private static final String INSERT =
      "INSERT INTO rotation_hook (tenant_id, hook_id, secret_id, step) VALUES ($1, $2, $3,"
          + " 'create')";

  private static final String UNDER_WAY =
      """
      SELECT h.hook_id FROM rotation_hook h
      WHERE h.tenant_id = $1 AND h.secret_id = $2 AND h.step IN ('create', 'finish') LIMIT 1
      """;

  /** The old credential is that of the version which the rotation left: the new one's if undone. */
  private static final String DUE =
      """
      SELECT h.tenant_id, h.hook_id, h.secret_id, h.step, h.rotation_id, h.version, h.attempts, old.version AS retired,
        clock_timestamp() AS now
      FROM rotation_hook h
      LEFT JOIN rotation r ON r.tenant_id = h.tenant_id AND r.rotation_id = h.rotation_id
      LEFT JOIN secret_version old ON old.tenant_id = h.tenant_id AND old.secret_id = h.secret_id
        AND old.version = CASE WHEN r.phase IN ('aborted', 'failed') THEN r.to_version ELSE r.from_version END
      WHERE h.step NOT IN ('done', 'failed') AND h.next_at <= clock_timestamp()
        AND (h.step <> 'revoke' OR old.state IN ('retired', 'destroyed'))
      ORDER BY h.next_at LIMIT $1
      """;

  private static final String MOVE =
      """
      UPDATE rotation_hook
      SET step = $4, attempts = 0, next_at = clock_timestamp(),
          rotation_id = coalesce($5, rotation_id), version = coalesce($6, version)
      WHERE tenant_id = $1 AND hook_id = $2 AND step = $3
      """;

  private static final String LATER =
      """
      UPDATE rotation_hook
      SET attempts = attempts + 1,
          next_at = clock_timestamp()
            + least($3::float8 * power(2, least(attempts, 20)), $4::float8) * interval '1 second'
      WHERE tenant_id = $1 AND hook_id = $2
      """;

  private HookStore() {}

  static Future<Void> insert(Tx tx, UUID id, SecretId secret) {
    return tx.update(INSERT, tx.tenant(), id, secret).mapEmpty();
  }

  /** Whether a hook is still at work on a new value of the secret. */
  static Future<Boolean> underWay(Tx tx, SecretId secret) {
    return tx.one(UNDER_WAY, row -> row.getUUID("hook_id"), tx.tenant(), secret)
        .map(Optional::isPresent);
  }

  static Future<List<Due>> due(SystemTx tx, int limit) {
    return tx.list(DUE, HookStore::due, limit);
  }

  /** To another step; false if it is no more in that one. */
  static Future<Boolean> move(
      Tx tx, Due due, Step to, Optional<UUID> rotation, Optional<Integer> version) {
    return tx.update(
            MOVE,
            tx.tenant(),
            due.id(),
            due.step().word(),
            to.word(),
            rotation.orElse(null),
            version.orElse(null))
        .map(rows -> rows == 1);
  }

  /** Leaves it alone for a time that doubles with each failure. */
  static Future<Void> later(SystemTx tx, Due due, Duration first, Duration longest) {
    return tx.update(
            LATER, due.tenant(), due.id(), (double) first.toSeconds(), (double) longest.toSeconds())
        .mapEmpty();
  }

  private static Due due(Row row) {
    return new Due(
        new TenantId(row.getUUID("tenant_id")),
        row.getUUID("hook_id"),
        new SecretId(row.getUUID("secret_id")),
        Step.valueOf(row.getString("step").toUpperCase(Locale.ROOT)),
        Optional.ofNullable(row.getUUID("rotation_id")),
        Optional.ofNullable(row.getInteger("version")),
        Optional.ofNullable(row.getInteger("retired")),
        row.getInteger("attempts"),
        row.getOffsetDateTime("now").toInstant());
  }
}
