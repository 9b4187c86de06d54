package io.hushbus.lease;

import io.hushbus.crypto.Canonical;
import io.hushbus.db.Db;
import io.hushbus.db.SystemTx;
import io.vertx.core.Future;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notes that a broker is up, and the times in which none was: heartbeats that nobody could take are
 * not missed. One row however many runs there are, so that a start costs the same with none and
 * with a million.
 */
public final class Outages {

  private static final Logger log = LoggerFactory.getLogger(Outages.class);

  /** Gives the end of the last beat if it is too long ago for anybody to have been up. */
  private static final String BEAT =
      """
      WITH before AS (SELECT beat_at FROM broker_beat FOR UPDATE),
      beaten AS (UPDATE broker_beat SET beat_at = clock_timestamp() RETURNING beat_at)
      SELECT before.beat_at AS from_at, beaten.beat_at AS to_at,
             beaten.beat_at - before.beat_at > interval '10 seconds' AS away
      FROM before CROSS JOIN beaten
      """;

  private static final String NOTE =
      """
      INSERT INTO outage (from_at, to_at, mac) VALUES ($1, $2, $3)
      ON CONFLICT (from_at) DO NOTHING
      """;

  private static final String KNOWN = "SELECT from_at, to_at, mac FROM outage";

  private static final String FORGET =
      "DELETE FROM outage WHERE from_at = $1 OR to_at < clock_timestamp() - interval '3660 days'";

  private record Beat(Instant from, Instant to, boolean away) {}

  private record Outage(Instant from, Instant to, byte[] mac) {}

  private final Db db;
  private final Function<Canonical, byte[]> mac;

  /**
   * @param mac of the broker itself, under a key that the database does not have
   */
  public Outages(Db db, Function<Canonical, byte[]> mac) {
    this.db = db;
    this.mac = mac;
  }

  /** Says that a broker is up, and notes the outage that this ends, if there was one. */
  public Future<Void> beat() {
    return db.system(
        SystemTx.Job.LEASE_SWEEPER,
        tx ->
            tx.one(
                    BEAT,
                    row ->
                        new Beat(
                            RunStore.time(row, "from_at"),
                            RunStore.time(row, "to_at"),
                            row.getBoolean("away")))
                .compose(
                    beat ->
                        beat.filter(Beat::away)
                            .map(gap -> note(tx, gap))
                            .orElseGet(Future::succeededFuture)));
  }

  private Future<Void> note(SystemTx tx, Beat gap) {
    log.info("event=outage_ended from={} to={}", gap.from(), gap.to());
    return tx.update(NOTE, gap.from(), gap.to(), mac.apply(content(gap.from(), gap.to())))
        .mapEmpty();
  }

  /** Takes out what another hand wrote, so that it keeps no run alive for longer than a round. */
  public Future<Integer> check() {
    return db.system(
        SystemTx.Job.LEASE_SWEEPER,
        tx ->
            tx.list(
                    KNOWN,
                    row ->
                        new Outage(
                            RunStore.time(row, "from_at"),
                            RunStore.time(row, "to_at"),
                            row.getBuffer("mac").getBytes()))
                .compose(all -> remove(tx, all.stream().filter(one -> !genuine(one)).toList())));
  }

  private static Future<Integer> remove(SystemTx tx, List<Outage> forged) {
    forged.forEach(one -> log.error("event=row_forged table=outage row={}", one.from()));
    return Future.all(forged.stream().map(one -> tx.update(FORGET, one.from())).toList())
        .map(forged.size());
  }

  private boolean genuine(Outage outage) {
    return MessageDigest.isEqual(mac.apply(content(outage.from(), outage.to())), outage.mac());
  }

  private static Canonical content(Instant from, Instant to) {
    return Canonical.of("outage/1").time(from).time(to);
  }
}
