package io.hushbus.access;

import io.hushbus.db.SystemTx;
import io.vertx.core.Future;
import java.time.Duration;

/**
 * Rows of table login_failure, which belong to no tenant. Rows that are over go with later ones.
 */
final class LockoutStore {

  private static final int MOST = 5;
  private static final long WINDOW_SECONDS = Duration.ofMinutes(15).toSeconds();

  private static final String LEFT =
      """
      SELECT ceil(extract(epoch FROM locked_until - clock_timestamp()) * 1000)::bigint AS left_ms
      FROM login_failure WHERE subject = $1 AND locked_until > clock_timestamp()
      """;

  private static final String FAILED =
      """
      INSERT INTO login_failure AS f (subject, failures, ends_at)
      VALUES ($1, 1, clock_timestamp() + $2::bigint * interval '1 second')
      ON CONFLICT (subject) DO UPDATE SET
        failures = CASE WHEN f.ends_at > clock_timestamp() THEN f.failures + 1 ELSE 1 END,
        locked_until = CASE WHEN f.ends_at > clock_timestamp() AND f.failures + 1 >= $3
          THEN clock_timestamp() + $2::bigint * interval '1 second' END,
        ends_at = clock_timestamp() + $2::bigint * interval '1 second'
      """;

  private static final String TIDY =
      """
      DELETE FROM login_failure WHERE subject IN (
        SELECT subject FROM login_failure WHERE ends_at < clock_timestamp()
        ORDER BY ends_at LIMIT 10 FOR UPDATE SKIP LOCKED)
      """;

  private LockoutStore() {}

  static Future<Duration> left(SystemTx tx, byte[] subject) {
    return tx.one(LEFT, row -> Duration.ofMillis(row.getLong("left_ms")), (Object) subject)
        .map(left -> left.orElse(Duration.ZERO));
  }

  static Future<Void> failed(SystemTx tx, byte[] subject) {
    return tx.update(FAILED, subject, WINDOW_SECONDS, MOST)
        .compose(done -> tx.update(TIDY))
        .mapEmpty();
  }
}
