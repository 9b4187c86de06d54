package io.hushbus.access;

import io.hushbus.crypto.Canonical;
import io.hushbus.crypto.Keyring;
import io.hushbus.crypto.RowMac;
import io.hushbus.model.TenantId;
import io.hushbus.tenant.Keyrings;
import io.vertx.core.Future;
import java.util.List;
import java.util.UUID;
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
   */
  record Row<T>(T value, String table, UUID id, Canonical content, RowMac mac) {}

  private final Keyrings keyrings;
  private final AccessMeters meters;

  RowMacs(Keyrings keyrings, AccessMeters meters) {
    this.keyrings = keyrings;
    this.meters = meters;
  }

  /** What the genuine ones among the rows of a tenant say. */
  <T> Future<List<T>> genuine(TenantId tenant, List<Row<T>> rows) {
    int newest = rows.stream().mapToInt(row -> row.mac().generation()).max().orElse(0);
    return keyring(tenant, newest)
        .map(
            keyring ->
                rows.stream()
                    .filter(row -> isGenuine(keyring, tenant, row))
                    .map(Row::value)
                    .toList());
  }

  private Future<Keyring> keyring(TenantId tenant, int newest) {
    return newest > 0 ? keyrings.of(tenant, newest) : keyrings.of(tenant);
  }

  private boolean isGenuine(Keyring keyring, TenantId tenant, Row<?> row) {
    boolean genuine = keyring.verifies(row.content(), row.mac());
    if (!genuine) {
      meters.rowForged(row.table());
      log.error("event=row_forged table={} tenant={} row={}", row.table(), tenant, row.id());
    }
    return genuine;
  }
}
