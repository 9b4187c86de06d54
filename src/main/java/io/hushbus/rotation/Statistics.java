package io.hushbus.rotation;

import io.hushbus.db.Db;
import io.hushbus.db.Tx;
import io.hushbus.lease.LeaseSpans;
import io.hushbus.model.Action;
import io.hushbus.model.Failure;
import io.hushbus.model.Grant;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * How leases and rotations went over time, for charts: counted when it is asked for, from the rows
 * themselves, as long as these are kept.
 */
public final class Statistics {

  /** The most steps of one answer. */
  public static final int MOST_STEPS = 500;

  /** The most rotations of one answer. */
  private static final int MOST_TURNS = 1000;

  private static final Instant EARLIEST = Instant.parse("2000-01-01T00:00:00Z");
  private static final Instant LATEST = Instant.parse("2200-01-01T00:00:00Z");
  private static final Duration SHORTEST_STEP = Duration.ofMinutes(1);
  private static final Duration USUAL_STEP = Duration.ofHours(1);
  private static final Duration USUAL_LENGTH = Duration.ofDays(1);

  private static final String NOW =
      "SELECT date_trunc('minute', clock_timestamp()) + interval '1 minute' AS now";

  /**
   * A holder is pending from the beginning of a rotation until it has the new version in use, ends,
   * or the rotation is over.
   */
  private static final String COUNT =
      "WITH "
          + LeaseSpans.SPANS
          + """
          , turns AS (
            SELECT r.secret_id, r.to_version, r.phase, r.started_at, r.ended_at FROM rotation r
            WHERE r.tenant_id = $1 AND r.started_at < $3 AND (r.ended_at IS NULL OR r.ended_at >= $2)
              AND ($6::uuid[] IS NULL OR r.project_id IS NULL OR r.project_id = ANY ($6::uuid[]))
              AND ($7::uuid IS NULL OR r.project_id = $7)
            ORDER BY r.rotation_id DESC
            LIMIT
          """
          + MOST_TURNS
          + """
          ),
          pending AS (
            SELECT t.started_at AS begun, least(s.ended_at, t.ended_at, (
                SELECT min(v.applied_at) FROM lease_version v
                WHERE v.tenant_id = $1 AND v.lease_id = s.lease_id AND v.version >= t.to_version)) AS over
            FROM turns t
            JOIN spans s ON s.secret_id = t.secret_id AND s.issued_at <= t.started_at
              AND s.ended_at > t.started_at),
          happened (what, at, change) AS (
            SELECT 'live', issued_at, 1 FROM spans
            UNION ALL SELECT 'live', ended_at, -1 FROM spans
            UNION ALL SELECT 'pending', begun, 1 FROM pending
            UNION ALL SELECT 'pending', over, -1 FROM pending
            UNION ALL SELECT 'granted', issued_at, 1 FROM spans WHERE issued_at >= $2
            UNION ALL SELECT 'refused', ack_at, 1 FROM spans WHERE ack_status = 'failed' AND ack_at >= $2
            UNION ALL SELECT 'started', started_at, 1 FROM turns WHERE started_at >= $2
            UNION ALL SELECT phase, ended_at, 1 FROM turns WHERE ended_at >= $2),
          steps AS (
            SELECT what, greatest(0, floor(extract(epoch FROM at - $2::timestamptz) / $4::bigint))::int AS n,
              sum(change) AS change
            FROM happened WHERE at < $3 GROUP BY 1, 2)
          SELECT b.n, (SELECT count(*) FROM recent) AS looked, (SELECT count(*) FROM turns) AS turned,
            coalesce(sum(x.change) FILTER (WHERE x.what = 'granted' AND x.n = b.n), 0)::bigint AS granted,
            coalesce(sum(x.change) FILTER (WHERE x.what = 'live'), 0)::bigint AS live,
            coalesce(sum(x.change) FILTER (WHERE x.what = 'started' AND x.n = b.n), 0)::bigint AS started,
            coalesce(sum(x.change) FILTER (WHERE x.what = 'completed' AND x.n = b.n), 0)::bigint AS completed,
            coalesce(sum(x.change) FILTER (WHERE x.what = 'failed' AND x.n = b.n), 0)::bigint AS failed,
            coalesce(sum(x.change) FILTER (WHERE x.what = 'refused' AND x.n = b.n), 0)::bigint AS refused,
            coalesce(sum(x.change) FILTER (WHERE x.what = 'pending'), 0)::bigint AS pending
          FROM generate_series(0, $5::int - 1) b (n)
          LEFT JOIN steps x ON x.n <= b.n
          GROUP BY b.n ORDER BY b.n
          """;

  /**
   * What is asked for.
   *
   * @param only the projects to which it is narrowed, if it is
   * @param to empty: up to now
   * @param from empty: a day before
   * @param step empty: an hour
   */
  public record Ask(
      Optional<Set<UUID>> only,
      Optional<UUID> project,
      Optional<Instant> from,
      Optional<Instant> to,
      Optional<Duration> step) {}

  /**
   * One step: what happened within it, and what there was at its end.
   *
   * @param granted leases
   * @param live leases at the end
   * @param refused holders who could not take a version, by what they said last
   * @param pending holders at the end who had not moved
   */
  public record Step(
      Instant at,
      long granted,
      long live,
      long started,
      long completed,
      long failed,
      long refused,
      long pending) {}

  /**
   * An answer.
   *
   * @param complete whether every lease and every rotation of the time was looked at
   */
  public record Series(
      Instant from, Instant to, Duration step, boolean complete, List<Step> steps) {}

  private record Window(Instant from, Instant to, Duration step) {

    /** Refuses what has no steps, or too many. */
    static Window of(Ask ask, Instant now) {
      Duration step = ask.step().orElse(USUAL_STEP);
      Instant to = within("?to", ask.to().orElse(now));
      Instant from = within("?from", ask.from().orElse(to.minus(USUAL_LENGTH)));
      if (step.compareTo(SHORTEST_STEP) < 0) {
        throw Failure.invalid("?step", Failure.Code.OUT_OF_RANGE);
      }
      if (!from.isBefore(to)) {
        throw Failure.invalid("?from", Failure.Code.OUT_OF_RANGE);
      }
      if (Duration.between(from, to).dividedBy(step) >= MOST_STEPS) {
        throw Failure.invalid("?step", Failure.Code.OUT_OF_RANGE);
      }
      return new Window(from, to, step);
    }

    /** Beyond, neither this arithmetic nor the database's is sure to hold. */
    private static Instant within(String where, Instant time) {
      if (time.isBefore(EARLIEST) || time.isAfter(LATEST)) {
        throw Failure.invalid(where, Failure.Code.OUT_OF_RANGE);
      }
      return time;
    }

    /** The last one may end after the time that was asked for. */
    int steps() {
      long whole = Duration.between(from, to).dividedBy(step);
      return (int) (from.plus(step.multipliedBy(whole)).isBefore(to) ? whole + 1 : whole);
    }

    Instant at(int number) {
      return from.plus(step.multipliedBy(number));
    }
  }

  private final Db db;
  private final Counts counts;

  Statistics(Db db, Counts counts) {
    this.db = db;
    this.counts = counts;
  }

  /**
   * How it went in the tenant of the grant, or in what of it was asked for, when its turn comes:
   * see {@link Counts}.
   */
  public Future<Series> series(Grant grant, Ask ask) {
    grant.allowing(Action.ROTATION_READ);
    return counts.ask(grant.tenant(), ask, () -> counted(grant, ask));
  }

  private Future<Series> counted(Grant grant, Ask ask) {
    return db.read(
        grant.tenant(),
        tx ->
            tx.one(NOW, row -> RotationStore.time(row, "now").orElseThrow())
                .map(now -> Window.of(ask, now.orElseThrow()))
                .compose(window -> series(tx, ask, window)));
  }

  private static Future<Series> series(Tx tx, Ask ask, Window window) {
    return tx.list(
            COUNT,
            row -> row,
            tx.tenant(),
            window.from(),
            window.to(),
            window.step().toSeconds(),
            window.steps(),
            ask.only().map(all -> all.toArray(UUID[]::new)).orElse(null),
            ask.project().orElse(null))
        .map(
            rows ->
                new Series(
                    window.from(),
                    window.to(),
                    window.step(),
                    rows.stream().allMatch(Statistics::complete),
                    rows.stream().map(row -> step(row, window)).toList()));
  }

  private static boolean complete(Row row) {
    return row.getLong("looked") < LeaseSpans.MOST && row.getLong("turned") < MOST_TURNS;
  }

  private static Step step(Row row, Window window) {
    return new Step(
        window.at(row.getInteger("n")),
        row.getLong("granted"),
        row.getLong("live"),
        row.getLong("started"),
        row.getLong("completed"),
        row.getLong("failed"),
        row.getLong("refused"),
        row.getLong("pending"));
  }
}
