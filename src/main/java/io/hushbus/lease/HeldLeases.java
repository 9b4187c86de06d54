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
import io.vertx.sqlclient.Row;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What runs and accounts hold of single secrets, for deciding which notices are for them. Many ask
 * at once, whenever a secret changes: those that do are answered together.
 */
public final class HeldLeases {

  private static final int MOST_RUNS_AT_ONCE = 256;

  /** Fewer than runs, since each may come to a lease of every lot on each secret. */
  private static final int MOST_ACCOUNTS_AT_ONCE = 32;

  /** The leases of some runs; of those that have ended, the last hour's. */
  private static final String OF_RUNS =
      "SELECT "
          + LeaseRows.COLUMNS
          + ", l.run_id AS holder FROM lease l"
          + Liveness.ENDS
          + """

          WHERE l.tenant_id = $1 AND l.secret_id = ANY ($2) AND l.run_id = ANY ($3)
            AND least(e.revoked, e.over, l.expires_at) > clock_timestamp() - interval '1 hour'
          """;

  /**
   * Of the leases of some principals and of the runs that they opened: those that are named, by
   * themselves or by their runs, and of each lot the one that lasts longest. A wave is told no
   * other: whether its holder hears of it follows from these.
   */
  private static final String OF_HOLDERS =
      """
      WITH had AS (
        SELECT o.lease_id, h.holder, (o.lease_id = ANY ($4) OR o.run_id = ANY ($4)) AS named,
               row_number() OVER (
                 PARTITION BY h.holder, o.secret_id, get_byte(uuid_send(o.lease_id), 15)
                 ORDER BY least(o.revoked_at, o.expires_at, q.ended_at, q.deadline, q.lost_at) DESC
               ) AS place
        FROM lease o
        LEFT JOIN run q ON q.tenant_id = o.tenant_id AND q.run_id = o.run_id
        CROSS JOIN LATERAL (
          SELECT o.principal_id AS holder UNION SELECT q.opener_id) h
        WHERE o.tenant_id = $1 AND o.secret_id = ANY ($2) AND h.holder = ANY ($3)
          AND least(o.revoked_at, o.expires_at, q.ended_at)
            > clock_timestamp() - interval '1 hour')
      SELECT\
      """
          + " "
          + LeaseRows.COLUMNS
          + ", h.holder FROM had h JOIN lease l ON l.tenant_id = $1 AND l.lease_id = h.lease_id"
          + Liveness.ENDS
          + """

          WHERE (h.named OR h.place = 1)
            AND least(e.revoked, e.over, l.expires_at) > clock_timestamp() - interval '1 hour'
          """;

  private record Asked(TenantId tenant, Principal holder, Set<UUID> secrets, Set<UUID> named) {}

  private record Of(TenantId tenant, Principal.Kind kind) {}

  private final Db db;
  private final Keyrings keyrings;
  private final Coalescer<Asked, List<HeldLease>> runs;
  private final Coalescer<Asked, List<HeldLease>> accounts;

  /**
   * @param context the event loop on which questions gather
   */
  public HeldLeases(Db db, Keyrings keyrings, Context context) {
    this.db = db;
    this.keyrings = keyrings;
    this.runs = new Coalescer<>(context, MOST_RUNS_AT_ONCE, this::answers);
    this.accounts = new Coalescer<>(context, MOST_ACCOUNTS_AT_ONCE, this::answers);
  }

  /**
   * What {@code holder} holds of these secrets, and what of them it held until within the last
   * hour. Who opened a run holds its leases as much as the run itself. Of what accounts hold, only
   * as much as decides whether a wave is for them, however many leases that are.
   *
   * @param named runs and leases that waves name
   */
  public Future<List<HeldLease>> of(
      TenantId tenant, Principal holder, Set<UUID> secrets, Set<UUID> named) {
    return (isRun(holder.kind()) ? runs : accounts)
        .submit(new Asked(tenant, holder, Set.copyOf(secrets), Set.copyOf(named)));
  }

  private static boolean isRun(Principal.Kind kind) {
    return kind == Principal.Kind.RUN;
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
    return keyrings.learning(
        () ->
            keyrings
                .of(of.tenant())
                .compose(
                    keyring ->
                        db.read(of.tenant(), tx -> rows(tx, of.kind(), asked))
                            .map(rows -> byHolder(keyring, rows))));
  }

  private record Had(LeaseRows.Stored stored, UUID holder) {}

  private static Future<List<Had>> rows(Tx tx, Principal.Kind kind, List<Asked> asked) {
    UUID[] secrets = all(asked, Asked::secrets);
    UUID[] holders = all(asked, one -> Set.of(one.holder().id()));
    return isRun(kind)
        ? tx.list(OF_RUNS, HeldLeases::row, tx.tenant(), secrets, holders)
        : tx.list(
            OF_HOLDERS, HeldLeases::row, tx.tenant(), secrets, holders, all(asked, Asked::named));
  }

  private static UUID[] all(List<Asked> asked, Function<Asked, Set<UUID>> of) {
    return asked.stream().flatMap(one -> of.apply(one).stream()).distinct().toArray(UUID[]::new);
  }

  private static Had row(Row row) {
    return new Had(LeaseRows.stored(row), row.getUUID("holder"));
  }

  /** A lease that another hand wrote is nobody's. */
  private static Map<UUID, List<HeldLease>> byHolder(Keyring keyring, List<Had> rows) {
    return rows.stream()
        .filter(row -> LiveLeases.genuine(keyring, row.stored()))
        .collect(
            Collectors.groupingBy(
                Had::holder,
                Collectors.mapping(row -> HeldLease.of(row.stored()), Collectors.toList())));
  }
}
