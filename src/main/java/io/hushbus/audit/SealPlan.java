package io.hushbus.audit;

import java.time.Duration;

/**
 * How the sealer works.
 *
 * @param interval pause between two rounds
 * @param settled how old a record must be, by the database's clock, before it gets its place
 * @param batch the most records sealed in one transaction
 * @param checkpointRecords sign once that many records are new; counted after each batch
 * @param checkpointInterval sign after that time if anything is new
 */
public record SealPlan(
    Duration interval,
    Duration settled,
    int batch,
    int checkpointRecords,
    Duration checkpointInterval) {

  /** The defaults: seal each second, sign each 1,000 records or 60 s. */
  public static final SealPlan DEFAULT = every(Duration.ofSeconds(1), 1000, Duration.ofSeconds(60));

  /** A plan with the configurable figures given. */
  public static SealPlan every(
      Duration interval, int checkpointRecords, Duration checkpointInterval) {
    return new SealPlan(
        interval, Duration.ofMillis(200), 5000, checkpointRecords, checkpointInterval);
  }
}
