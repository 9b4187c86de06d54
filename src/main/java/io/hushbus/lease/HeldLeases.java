package io.hushbus.lease;

import io.hushbus.crypto.Keyring;
import io.hushbus.db.Coalescer;
import io.hushbus.db.Db;
import io.hushbus.db.Tx;
import io.hushbus.model.Principal;
import io.hushbus.model.TenantId;
import io.hushbus.tenant.Keyrings;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * What runs and accounts hold of single secrets, for deciding which notices are for them. Many ask
 * at once, whenever a secret changes: those that do are answered together.
 */
public final class HeldLeases {

  private static final int MOST_AT_ONCE = 256;

  /** The leases of some runs; of those that have ended, the last hour's. */
  private static final String OF_RUNS =
      "SELECT "
          + LeaseRows.COLUMNS
          + ", NULL::uuid AS opener FROM lease l"
          + Liveness.ENDS
          + """

          WHERE l.tenant_id = $1 AND l.secret_id = ANY ($2) AND l.run_id = ANY ($3)
            AND least(e.revoked, e.over, l.expires_at) > clock_timestamp() - interval '1 hour'
          """;

  /** The leases of some principals, and of the runs that they opened. */
  private static final String OF_HOLDERS =
      "SELECT "
          + LeaseRows.COLUMNS
          + ", r.opener_id AS opener FROM lease l"
          + Liveness.ENDS
          + """

          WHERE l.tenant_id = $1 AND l.secret_id = ANY ($2)
            AND (l.principal_id = ANY ($3) OR r.opener_id = ANY ($3))
            AND least(e.revoked, e.over, l.expires_at) > clock_timestamp() - interval '1 hour'
          """;

  private record Asked(TenantId tenant, Principal holder, Set<UUID> secrets) {}

  private record Of(TenantId tenant, Principal.Kind kind) {}

  private final Db db;
  private final Keyrings keyrings;
  private final Coalescer<Asked, List<HeldLease>> asking;

  /**
   * @param context the event loop on which questions gather
   */
  public HeldLeases(Db db, Keyrings keyrings, Context context) {
    this.db = db;
    this.keyrings = keyrings;
    this.asking = new Coalescer<>(context, MOST_AT_ONCE, this::answers);
  }

  /**
   * What {@code holder} holds of these secrets, and what of them it held until within the last
   * hour. Who opened a run holds its leases as much as the run itself.
   */
  public Future<List<HeldLease>> of(TenantId tenant, Principal holder, Set<UUID> secrets) {
    return asking.submit(new Asked(tenant, holder, Set.copyOf(secrets)));
  }

  private Future<List<List<HeldLease>>> answers(List<Asked> asked) {
    Map<Of, List<Asked>> groups =
        asked.stream()
            .collect(
                Collectors.groupingBy(
                    one -> new Of(one.tenant(), one.holder().kind()),
                    LinkedHashMap::new,
                    Collectors.toList()));
    Map<Of, Map<UUID, List<HeldLease>>> found = new HashMap<>();
    return Future.all(
            groups.entrySet().stream()
                .map(
                    group ->
                        read(group.getKey(), group.getValue())
                            .onSuccess(held -> found.put(group.getKey(), held)))
                .toList())
        .map(done -> asked.stream().map(one -> answer(one, found)).toList());
  }

  private static List<HeldLease> answer(Asked one, Map<Of, Map<UUID, List<HeldLease>>> found) {
    return found
        .getOrDefault(new Of(one.tenant(), one.holder().kind()), Map.of())
        .getOrDefault(one.holder().id(), List.of())
        .stream()
        .filter(held -> one.secrets().contains(held.secret().value()))
        .toList();
  }

  /** What each holder holds. */
  private Future<Map<UUID, List<HeldLease>>> read(Of of, List<Asked> asked) {
    UUID[] holders = asked.stream().map(one -> one.holder().id()).distinct().toArray(UUID[]::new);
    UUID[] secrets =
        asked.stream().flatMap(one -> one.secrets().stream()).distinct().toArray(UUID[]::new);
    return keyrings.learning(
        () ->
            keyrings
                .of(of.tenant())
                .compose(
                    keyring ->
                        db.read(of.tenant(), tx -> rows(tx, of.kind(), secrets, holders))
                            .map(rows -> byHolder(keyring, rows, Set.of(holders)))));
  }

  private record Row(LeaseRows.Stored stored, UUID opener) {}

  private static Future<List<Row>> rows(
      Tx tx, Principal.Kind kind, UUID[] secrets, UUID[] holders) {
    return tx.list(
        kind == Principal.Kind.RUN ? OF_RUNS : OF_HOLDERS,
        row -> {
          LeaseRows.Stored stored = LeaseRows.stored(row);
          UUID opener = row.getUUID("opener");
          return new Row(stored, opener == null ? stored.lease().principal().id() : opener);
        },
        tx.tenant(),
        secrets,
        holders);
  }

  /** A lease that another hand wrote is nobody's. */
  private static Map<UUID, List<HeldLease>> byHolder(
      Keyring keyring, List<Row> rows, Set<UUID> asking) {
    return rows.stream()
        .filter(row -> LiveLeases.genuine(keyring, row.stored()))
        .flatMap(row -> holders(row).stream().map(holder -> Map.entry(holder, row)))
        .filter(one -> asking.contains(one.getKey()))
        .collect(
            Collectors.groupingBy(
                Map.Entry::getKey,
                Collectors.mapping(
                    one -> HeldLease.of(one.getValue().stored()), Collectors.toList())));
  }

  private static Set<UUID> holders(Row row) {
    Set<UUID> holders = new HashSet<>();
    holders.add(row.stored().lease().principal().id());
    holders.add(row.opener());
    return holders;
  }
}
