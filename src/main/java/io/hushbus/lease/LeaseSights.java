package io.hushbus.lease;

import io.hushbus.db.Coalescer;
import io.hushbus.db.DedicatedConnection;
import io.hushbus.db.Statements;
import io.hushbus.model.LeaseId;
import io.hushbus.model.Principal;
import io.hushbus.model.Resource;
import io.hushbus.model.RunId;
import io.hushbus.model.TenantId;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.UUID;

/**
 * Whose leases are and where they lie, as their rows say, read together for all requests that wait:
 * for the question whether somebody may do something with one, and for nothing else, as no MAC is
 * looked at. None of it ever changes, so that it is remembered; whatever is then done with a lease
 * reads it anew.
 */
final class LeaseSights {

  private static final int MOST = 512;
  private static final int REMEMBERED = 20_000;

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

  /**
   * What of a lease stays as it is.
   *
   * @param resource what it is to the access policy
   */
  record Sight(Principal principal, Resource resource, Optional<RunId> run) {

    private static Sight of(Lease lease) {
      return new Sight(lease.principal(), Leases.resource(lease), lease.run());
    }
  }

  private final DedicatedConnection connection;
  private final Coalescer<Key, Optional<Sight>> batches;
  private final SequencedMap<Key, Sight> remembered = new LinkedHashMap<>(16, 0.75f, true);

  LeaseSights(DedicatedConnection connection, Context context) {
    this.connection = connection;
    this.batches = new Coalescer<>(context, MOST, this::read);
  }

  /** The lease, if the tenant has one of that id. */
  Future<Optional<Sight>> of(TenantId tenant, LeaseId id) {
    Key key = new Key(tenant, id);
    Optional<Sight> known = known(key);
    return known.isPresent()
        ? Future.succeededFuture(known)
        : batches.submit(key).onSuccess(found -> found.ifPresent(sight -> remember(key, sight)));
  }

  private Optional<Sight> known(Key key) {
    synchronized (remembered) {
      return Optional.ofNullable(remembered.get(key));
    }
  }

  private void remember(Key key, Sight sight) {
    synchronized (remembered) {
      remembered.put(key, sight);
      if (remembered.size() > REMEMBERED) {
        remembered.pollFirstEntry();
      }
    }
  }

  private Future<List<Optional<Sight>>> read(List<Key> keys) {
    List<Key> distinct = List.copyOf(new LinkedHashSet<>(keys));
    List<TenantId> tenants = keys.stream().map(Key::tenant).distinct().toList();
    return connection
        .reading(tenants, tx -> found(tx, distinct))
        .map(found -> keys.stream().map(key -> Optional.ofNullable(found.get(key))).toList());
  }

  private static Future<Map<Key, Sight>> found(Statements tx, List<Key> keys) {
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
            row -> Map.entry(keys.get(row.getInteger("number")), Sight.of(LeaseRows.lease(row))),
            numbers,
            tenants,
            ids)
        .map(
            rows -> {
              Map<Key, Sight> found = new HashMap<>();
              rows.forEach(row -> found.put(row.getKey(), row.getValue()));
              return found;
            });
  }
}
