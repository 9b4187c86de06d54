package io.hushbus.lease;

import io.hushbus.db.Coalescer;
import io.hushbus.db.DedicatedConnection;
import io.hushbus.db.Statements;
import io.hushbus.model.LeaseId;
import io.hushbus.model.TenantId;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Leases as their rows say, read together for all requests that wait: for the question whether
 * somebody may do something with one, and for nothing else, as no MAC is looked at.
 */
final class LeaseSights {

  private static final int MOST = 512;

  private static final String FIND =
      "SELECT asked.number, "
          + LeaseRows.PLAIN
          + """

          FROM unnest($1::int[], $2::uuid[], $3::uuid[]) AS asked (number, tenant_id, lease_id)
          CROSS JOIN LATERAL (
            SELECT * FROM lease one
            WHERE one.tenant_id = asked.tenant_id AND one.lease_id = asked.lease_id LIMIT 1) l
          """;

  private record Key(TenantId tenant, LeaseId id) {}

  private final DedicatedConnection connection;
  private final Coalescer<Key, Optional<Lease>> batches;

  LeaseSights(DedicatedConnection connection, Context context) {
    this.connection = connection;
    this.batches = new Coalescer<>(context, MOST, this::read);
  }

  /** The lease, if the tenant has one of that id. */
  Future<Optional<Lease>> of(TenantId tenant, LeaseId id) {
    return batches.submit(new Key(tenant, id));
  }

  private Future<List<Optional<Lease>>> read(List<Key> keys) {
    List<Key> distinct = List.copyOf(new LinkedHashSet<>(keys));
    List<TenantId> tenants = keys.stream().map(Key::tenant).distinct().toList();
    return connection
        .reading(tenants, tx -> found(tx, distinct))
        .map(found -> keys.stream().map(key -> Optional.ofNullable(found.get(key))).toList());
  }

  private static Future<Map<Key, Lease>> found(Statements tx, List<Key> keys) {
    Integer[] numbers = new Integer[keys.size()];
    UUID[] tenants = new UUID[keys.size()];
    UUID[] ids = new UUID[keys.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = i;
      tenants[i] = keys.get(i).tenant().value();
      ids[i] = keys.get(i).id().value();
    }
    return tx.list(
            FIND,
            row -> Map.entry(keys.get(row.getInteger("number")), LeaseRows.lease(row)),
            numbers,
            tenants,
            ids)
        .map(
            rows -> {
              Map<Key, Lease> found = new HashMap<>();
              rows.forEach(row -> found.put(row.getKey(), row.getValue()));
              return found;
            });
  }
}
