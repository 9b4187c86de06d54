package io.hushbus.delivery;

import io.hushbus.db.Db;
import io.hushbus.db.JobLease;
import io.hushbus.db.SystemTx;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the partitions of the event log for the coming days and drops those past their time: once
 * an hour, on one node. A reader whose cursor lies in a dropped one is told so when it comes.
 */
public final class Retention {

  private static final Logger log = LoggerFactory.getLogger(Retention.class);
  private static final Duration PACE = Duration.ofHours(1);
  private static final Duration HELD_FOR = Duration.ofMinutes(5);

  /** Partitions have no tenant: a day of all logs goes at once. */
  private static final String KEEP =
      """
      SELECT keep_event_partitions($1::float8 * interval '1 second') AS dropped
      """;

  private final Vertx vertx;
  private final Db db;
  private final JobLease lease;
  private final Duration keep;
  private long timer = -1;
  private volatile Future<?> underWay = Future.succeededFuture();

  /**
   * @param owner this process: a random id made when it started
   * @param keep how long events stay readable, at least
   */
  public Retention(Vertx vertx, Db db, UUID owner, Duration keep) {
    this.vertx = vertx;
    this.db = db;
    this.lease = new JobLease(db, SystemTx.Job.RETENTION, "event-retention", owner, HELD_FOR);
    this.keep = keep;
  }

  /** Runs now and then every hour. */
  public void start() {
    run();
    timer = vertx.setPeriodic(PACE.toMillis(), due -> run());
  }

  /** Starts no other run; succeeds when the one under way has ended, well or not. */
  public Future<Void> stop() {
    vertx.cancelTimer(timer);
    return underWay.transform(ended -> Future.succeededFuture());
  }

  /** Runs once, unless another node does; the number of days dropped. */
  Future<Integer> runOnce() {
    return lease
        .acquire()
        .compose(held -> held.map(this::tidy).orElseGet(() -> Future.succeededFuture(0)));
  }

  private Future<Integer> tidy(JobLease.Fence fence) {
    return db.system(
        SystemTx.Job.RETENTION,
        tx ->
            fence
                .hold(tx)
                .compose(held -> tx.query(KEEP, (double) keep.toSeconds()))
                .map(rows -> rows.iterator().next().getInteger("dropped")));
  }

  private static void tell(int days) {
    if (days > 0) {
      log.info("event retention dropped {} days", days);
    }
  }

  private void run() {
    Future<Integer> run = runOnce();
    underWay = run;
    run.onSuccess(Retention::tell)
        .onFailure(
            cause -> log.warn("event retention failed: {}", cause.getClass().getSimpleName()));
  }
}
