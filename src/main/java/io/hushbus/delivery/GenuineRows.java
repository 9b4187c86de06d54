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

  private final Keyrings keyrings;
  private final StreamMeters meters;

  GenuineRows(Keyrings keyrings, StreamMeters meters) {
    this.keyrings = keyrings;
    this.meters = meters;
  }

  /** The genuine ones among the rows of a tenant. */
  <T> Future<List<T>> of(TenantId tenant, List<Stored<T>> rows) {
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

  private Future<Boolean> holds(TenantId tenant, Stored<?> row) {
    return keyrings
        .learning(() -> keyrings.of(tenant).map(ring -> ring.verifies(row.content(), row.mac())))
        .onSuccess(
            genuine -> {
              if (!genuine) {
                meters.rowForged(row.table());
                log.error(
                    "event=row_forged table={} tenant={} row={}", row.table(), tenant, row.id());
              }
            });
  }
}
