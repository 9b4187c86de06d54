package io.hushbus.db;

import io.hushbus.model.Failure;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

/**
 * The right to run one background job, held by one node at a time, for a limited time by the
 * database's clock. Each holder gets a higher number, the fence; a write of the job goes through
 * {@link Fence#hold}, so that a node which was paused past its time can no longer write.
 */
public final class JobLease {

  /**
   * Proof of holding a job when it was given; {@link #hold} says whether that is still so.
   *
   * @param number higher than that of every earlier holder
   */
  public record Fence(String job, UUID owner, long number) {

    private static final String STILL_HELD =
        """
        SELECT fence FROM job
        WHERE name = $1 AND owner = $2 AND fence = $3
        FOR SHARE
        """;

    /**
     * Makes sure that nobody else has taken the job, and that nobody does until this transaction
     * has ended. To be awaited before the transaction's first write.
     *
     * @return failed with a {@link Failure.Conflict} if the job has gone to another node
     */
    public Future<Void> hold(Statements tx) {
      return tx.query(STILL_HELD, job, owner, number)
          .compose(
              rows ->
                  rows.size() == 1
                      ? Future.succeededFuture()
                      : Future.failedFuture(Failure.conflict(Failure.Reason.CONCURRENT_CHANGE)));
    }
  }

  private static final String TAKE_OR_RENEW =
      """
      INSERT INTO job (name, owner, fence, expires_at)
      VALUES ($1, $2, 1, clock_timestamp() + $3::float8 * interval '1 millisecond')
      ON CONFLICT (name) DO UPDATE
      SET owner = excluded.owner,
          fence = job.fence + (job.owner <> excluded.owner)::int,
          expires_at = excluded.expires_at
      WHERE job.owner = excluded.owner OR job.expires_at < clock_timestamp()
      RETURNING fence
      """;

  private static final String GIVE_BACK =
      """
      UPDATE job SET expires_at = clock_timestamp() - interval '1 millisecond'
      WHERE owner = $1 AND expires_at > clock_timestamp()
      """;

  /**
   * Gives back every job that {@code owner} has, so that another node takes them at once and not
   * when their time is over. Whoever takes one does so under the next fence: what this node may
   * still have under way is refused from then on, as after a pause.
   */
  public static Future<Void> giveBack(Db db, UUID owner) {
    return db.system(SystemTx.Job.OPERATIONS, tx -> tx.update(GIVE_BACK, owner)).mapEmpty();
  }

  private final Db db;
  private final SystemTx.Job job;
  private final String name;
  private final UUID owner;
  private final Duration length;

  /**
   * @param name of the job, the same on every node
   * @param owner this process: a random id made when it started, of which all its jobs are
   * @param length how long the job stays with a holder that does not come back
   */
  public JobLease(Db db, SystemTx.Job job, String name, UUID owner, Duration length) {
    this.db = db;
    this.job = job;
    this.name = name;
    this.owner = owner;
    this.length = length;
  }

  /** Takes the job if it is free, or prolongs it if it is ours; empty while another node has it. */
  public Future<Optional<Fence>> acquire() {
    return db.system(
        job,
        tx ->
            tx.one(
                TAKE_OR_RENEW,
                row -> new Fence(name, owner, row.getLong("fence")),
                name,
                owner,
                (double) length.toMillis()));
  }
}
