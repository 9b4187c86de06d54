package io.hushbus.access;

import io.hushbus.crypto.Canonical;
import io.hushbus.crypto.RowMac;
import io.hushbus.model.TenantId;
import io.hushbus.tenant.Keyrings;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells rows that the broker wrote from those that another hand put into the tables that say who
 * may what. A forged row is as if it were not there, and an alarm: whoever can write to the
 * database gives nobody a right by it.
 */
final class RowMacs {

  private static final Logger log = LoggerFactory.getLogger(RowMacs.class);

  /**
   * What a row says, and what says that it is genuine.
   *
   * @param table and {@code id} name the row in the alarm
   * @param under a row that this one holds by, and must be genuine too
   */
  record Row<T>(
      T value, String table, UUID id, Canonical content, RowMac mac, Optional<Row<?>> under) {

    Row(T value, String table, UUID id, Canonical content, RowMac mac) {
      this(value, table, id, content, mac, Optional.empty());
    }
  }

  private final Keyrings keyrings;
  private final AccessMeters meters;

  RowMacs(Keyrings keyrings, AccessMeters meters) {
    this.keyrings = keyrings;
    this.meters = meters;
  }

  /** What the genuine ones among the rows of a tenant say. */
  <T> Future<List<T>> genuine(TenantId tenant, List<Row<T>> rows) {
    List<Future<Boolean>> verdicts = rows.stream().map(row -> isGenuine(tenant, row)).toList();
    return Future.all(verdicts)
        .map(
            all ->
                IntStream.range(0, rows.size())
                    .filter(i -> verdicts.get(i).result())
                    .mapToObj(i -> rows.get(i).value())
                    .toList());
  }

  private Future<Boolean> isGenuine(TenantId tenant, Row<?> row) {
    Future<Boolean> itself = isGenuineItself(tenant, row);
    return row.under()
        .map(
            under ->
                itself.compose(
                    genuine -> genuine ? isGenuine(tenant, under) : Future.succeededFuture(false)))
        .orElse(itself);
  }

  /** A key that another node has just made is learned; one that never was makes the row forged. */
  private Future<Boolean> isGenuineItself(TenantId tenant, Row<?> row) {
    return keyrings
        .learning(() -> keyrings.of(tenant).map(ring -> ring.verifies(row.content(), row.mac())))
        .onSuccess(
            genuine -> {
              if (!genuine) {
                alarm(tenant, row);
              }
            });
  }

  private void alarm(TenantId tenant, Row<?> row) {
    meters.rowForged(row.table());
    log.error("event=row_forged table={} tenant={} row={}", row.table(), tenant, row.id());
  }
}
