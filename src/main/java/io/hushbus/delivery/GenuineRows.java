package io.hushbus.delivery;

import io.hushbus.model.Failure;
import io.hushbus.model.TenantId;
import io.hushbus.tenant.Keyrings;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells rows that the broker wrote from those that another hand put there: who can write to the
 * database gets no notice by it. A forged row is as if it were not there, and an alarm.
 */
final class GenuineRows {

  private static final Logger log = LoggerFactory.getLogger(GenuineRows.class);

  private final Cursors cursors;
  private final Keyrings keyrings;
  private final StreamMeters meters;

  GenuineRows(Cursors cursors, Keyrings keyrings, StreamMeters meters) {
    this.cursors = cursors;
    this.keyrings = keyrings;
    this.meters = meters;
  }

  /** The genuine ones among the rows of a tenant, whose places are their readers' too. */
  <T> Future<List<T>> of(TenantId tenant, List<Stored<T>> rows) {
    return wherever(tenant, rows.stream().filter(row -> isPlaced(tenant, row)).toList());
  }

  /** The genuine ones among the rows of a tenant, for who does not go by the place in them. */
  <T> Future<List<T>> wherever(TenantId tenant, List<Stored<T>> rows) {
    List<Future<Boolean>> verdicts = rows.stream().map(row -> holds(tenant, row)).toList();
    return Future.all(verdicts)
        .map(
            all ->
                IntStream.range(0, rows.size())
                    .filter(i -> verdicts.get(i).result())
                    .mapToObj(i -> rows.get(i).value())
                    .toList());
  }

  /**
   * @param kind what is missing if there is none, or none that is genuine
   */
  <T> Future<T> one(TenantId tenant, Optional<Stored<T>> row, String kind) {
    return of(tenant, row.stream().toList())
        .map(all -> all.stream().findFirst().orElseThrow(() -> Failure.missing(kind)));
  }

  /** The same for one, whatever its place is. */
  <T> Future<T> oneWherever(TenantId tenant, Optional<Stored<T>> row, String kind) {
    return wherever(tenant, row.stream().toList())
        .map(all -> all.stream().findFirst().orElseThrow(() -> Failure.missing(kind)));
  }

  private boolean isPlaced(TenantId tenant, Stored<?> row) {
    Stored.Kept kept = row.kept();
    boolean placed = cursors.isMark(row.table(), tenant, row.id(), kept.at(), kept.mark());
    if (!placed) {
      alarm(tenant, row);
    }
    return placed;
  }

  private void alarm(TenantId tenant, Stored<?> row) {
    meters.rowForged(row.table());
    log.error("event=row_forged table={} tenant={} row={}", row.table(), tenant, row.id());
  }

  private Future<Boolean> holds(TenantId tenant, Stored<?> row) {
    return keyrings
        .learning(() -> keyrings.of(tenant).map(ring -> ring.verifies(row.content(), row.mac())))
        .onSuccess(
            genuine -> {
              if (!genuine) {
                alarm(tenant, row);
              }
            });
  }
}
