package io.hushbus.db;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.UUID;
import java.util.function.IntConsumer;

/**
 * Deletes rows that are over and past the time they are kept for: one bounded batch after another,
 * each a transaction of its own, on one node at a time. What is past its time is decided by the
 * database's clock.
 */
public final class Purge {

  private static final int BATCH = 1000;
  private static final int MOST_BATCHES = 200;
  private static final Duration HELD_FOR = Duration.ofMinutes(1);

  private final Db db;
  private final JobLease lease;
  private final String delete;
  private final Duration keep;
  private final IntConsumer told;

  /**
   * @param name of the job, the same on every node
   * @param owner this process: a random id made when it started
   * @param delete a statement that deletes up to {@code $2} rows that have been over for longer
   *     than {@code $1} seconds
   * @param told how many rows went, after each batch
   */
  public Purge(Db db, String name, UUID owner, String delete, Duration keep, IntConsumer told) {
    this.db = db;
    this.lease = new JobLease(db, SystemTx.Job.RETENTION, name, owner, HELD_FOR);
    this.delete = delete;
    this.keep = keep;
    this.told = told;
  }

  /**
   * Deletes all that is due, up to 200,000 rows, unless another node does; how many rows went. What
   * is left over is the next round's.
   */
  public Future<Integer> runOnce() {
    return batches(MOST_BATCHES, 0);
  }

  private Future<Integer> batches(int left, int gone) {
    return batch()
        .compose(
            rows ->
                rows < BATCH || left == 1
                    ? Future.succeededFuture(gone + rows)
                    : batches(left - 1, gone + rows));
  }

  private Future<Integer> batch() {
    return lease
        .acquire()
        .compose(held -> held.map(this::delete).orElseGet(() -> Future.succeededFuture(0)));
  }

  private Future<Integer> delete(JobLease.Fence fence) {
    return db.system(
            SystemTx.Job.RETENTION,
            tx ->
                fence.hold(tx).compose(held -> tx.update(delete, (double) keep.toSeconds(), BATCH)))
        .onSuccess(told::accept);
  }
}
