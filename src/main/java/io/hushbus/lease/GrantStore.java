package io.hushbus.lease;

import io.hushbus.crypto.RowMac;
import io.hushbus.db.Statements;
import io.hushbus.db.Tx;
import io.hushbus.event.Idempotency;
import io.hushbus.model.RunId;
import io.hushbus.model.SecretId;
import io.hushbus.model.TenantId;
import io.hushbus.secret.Sighting;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The table {@code lease} where leases come into being, with the audit records of grants and the
 * keys under which they were asked for: one statement writes all of them.
 */
final class GrantStore {

  private static final String SECRETS_AWAITED =
      """
      SELECT secret_id FROM secret WHERE tenant_id = $1 AND secret_id = ANY ($2)
      ORDER BY secret_id FOR SHARE
      """;

  private static final String ADOPTIONS_AWAITED =
      """
      SELECT adoption_id FROM adoption WHERE tenant_id = $1 AND adoption_id = ANY ($2)
      ORDER BY adoption_id FOR SHARE
      """;

  private static final String RUNS_AWAITED =
      """
      SELECT run_id FROM run WHERE tenant_id = $1 AND run_id = ANY ($2)
      ORDER BY run_id FOR SHARE
      """;

  /**
   * One row to be granted.
   *
   * @param actor who asked for it, as audit says it: its holder, or who opened the run
   * @param sighting what has to stand for it to be granted, besides what always has to
   */
  record Draft(
      TenantId tenant,
      Lease lease,
      RowMac mac,
      String secretName,
      UUID record,
      UUID request,
      String source,
      String actor,
      Optional<Sighting> sighting) {}

  /**
   * What is granted as a whole or not at all.
   *
   * @param claim of the Idempotency-Key under which it is asked for; then there is a draft at least
   */
  record Ask(List<Draft> drafts, Optional<Idempotency.Claim> claim) {

    static Ask of(List<Draft> drafts) {
      return new Ask(drafts, Optional.empty());
    }
  }

  /** What became of an ask. */
  enum Became {
    GRANTED,
    /** What it was drafted by does not stand any more. */
    RACED,
    /** Somebody is at work under its key, or was before. */
    TAKEN
  }

  /**
   * What became of asks.
   *
   * @param became of each, in order
   * @param now the database's clock then
   */
  record Outcome(List<Became> became, Instant now) {}

  /** Grants the asks that still hold, and says what became of each. */
  Future<Outcome> grant(Statements tx, List<Ask> asks) {
    List<Placed> rows = new ArrayList<>();
    List<Keyed> keyed = new ArrayList<>();
    Map<Seen, Integer> seen = new LinkedHashMap<>();
    for (int number = 0; number < asks.size(); number++) {
      Ask ask = asks.get(number);
      for (Draft draft : ask.drafts()) {
        rows.add(new Placed(number, ask.drafts().size(), draft, number(seen, draft)));
      }
      if (ask.claim().isPresent()) {
        keyed.add(new Keyed(number, ask.claim().get(), made(ask)));
      }
    }
    return tx.one(
            statement(rows, keyed).text(),
            row -> outcome(row, asks.size()),
            columns(rows, List.copyOf(seen.keySet()), keyed))
        .map(Optional::orElseThrow);
  }

  private static GrantStatement statement(List<Placed> rows, List<Keyed> keyed) {
    return new GrantStatement(
        rows.stream().anyMatch(row -> row.lease().adoption().isPresent()),
        rows.stream().anyMatch(row -> row.lease().run().isPresent()),
        !keyed.isEmpty());
  }

  private static Outcome outcome(Row row, int asks) {
    Became[] became = new Became[asks];
    Arrays.fill(became, Became.RACED);
    for (Integer ask : row.getArrayOfIntegers("asks")) {
      became[ask] = Became.GRANTED;
    }
    for (Integer ask : row.getArrayOfIntegers("taken")) {
      became[ask] = Became.TAKEN;
    }
    return new Outcome(List.of(became), row.getOffsetDateTime("now").toInstant());
  }

  /**
   * An ask under a key.
   *
   * @param made the ids of its leases, as PostgreSQL writes an array of them
   */
  private record Keyed(int ask, Idempotency.Claim claim, String made) {}

  private static String made(Ask ask) {
    return ask.drafts().stream()
        .map(draft -> draft.lease().id().toString())
        .collect(Collectors.joining(",", "{", "}"));
  }

  /** The same sighting of the same version is looked at once for all who rely on it. */
  private static @Nullable Integer number(Map<Seen, Integer> seen, Draft draft) {
    return draft
        .sighting()
        .map(
            sighting ->
                seen.computeIfAbsent(
                    new Seen(sighting, draft.lease().secret(), draft.lease().version()),
                    unknown -> seen.size()))
        .orElse(null);
  }

  private record Seen(Sighting sighting, SecretId secret, int version) {}

  /** Waits for whoever holds what a grant of these leases needs; for nobody else. */
  Future<Void> await(Tx tx, List<Lease> leases) {
    return await(tx, SECRETS_AWAITED, leases, lease -> Optional.of(lease.secret().value()))
        .compose(done -> await(tx, ADOPTIONS_AWAITED, leases, Lease::adoption))
        .compose(done -> await(tx, RUNS_AWAITED, leases, lease -> lease.run().map(RunId::value)));
  }

  private static Future<Void> await(
      Tx tx, String sql, List<Lease> leases, Function<Lease, Optional<UUID>> what) {
    UUID[] ids = leases.stream().flatMap(one -> what.apply(one).stream()).toArray(UUID[]::new);
    return ids.length == 0
        ? Future.succeededFuture()
        : tx.list(sql, row -> true, tx.tenant(), ids).mapEmpty();
  }

  private record Placed(int ask, int size, Draft draft, @Nullable Integer sighting) {
    Lease lease() {
      return draft.lease();
    }

    Lease.Need need() {
      return draft.lease().need();
    }
  }

  private static @Nullable Object[] columns(List<Placed> rows, List<Seen> seen, List<Keyed> keyed) {
    @Nullable Object[] plain = columns(rows, seen);
    if (keyed.isEmpty()) {
      return plain;
    }
    @Nullable Object[] claims = columns(keyed);
    @Nullable Object[] all = Arrays.copyOf(plain, plain.length + claims.length);
    System.arraycopy(claims, 0, all, plain.length, claims.length);
    return all;
  }

  private static @Nullable Object[] columns(List<Placed> rows, List<Seen> seen) {
    return new Object[] {
      column(rows, Placed::ask, Integer[]::new),
      column(rows, Placed::size, Integer[]::new),
      column(rows, row -> row.draft().tenant().value(), UUID[]::new),
      column(rows, row -> row.lease().id().value(), UUID[]::new),
      column(rows, row -> row.lease().secret().value(), UUID[]::new),
      column(rows, row -> row.lease().version(), Integer[]::new),
      column(rows, GrantStore::entries, String[]::new),
      column(rows, row -> row.lease().principal().kind().word(), String[]::new),
      column(rows, row -> row.lease().principal().id(), UUID[]::new),
      column(rows, row -> row.lease().project().orElse(null), UUID[]::new),
      column(rows, row -> row.lease().domain().orElse(null), UUID[]::new),
      column(rows, row -> row.lease().terms().issuedAt(), Instant[]::new),
      column(rows, row -> row.lease().terms().expiresAt(), Instant[]::new),
      column(rows, row -> row.lease().terms().maxExpiresAt(), Instant[]::new),
      column(rows, row -> row.draft().mac().generation(), Integer[]::new),
      column(rows, row -> row.draft().mac().tag(), byte[][]::new),
      column(rows, row -> row.draft().record(), UUID[]::new),
      column(rows, row -> row.draft().request(), UUID[]::new),
      column(rows, row -> row.draft().source(), String[]::new),
      column(rows, row -> row.draft().secretName(), String[]::new),
      column(rows, row -> row.lease().adoption().orElse(null), UUID[]::new),
      column(rows, row -> row.lease().run().map(RunId::value).orElse(null), UUID[]::new),
      column(rows, row -> row.need().environment().orElse(null), UUID[]::new),
      column(rows, row -> row.need().ttl().map(Duration::toMillis).orElse(null), Long[]::new),
      column(rows, row -> row.need().reload().orElse(null), String[]::new),
      column(rows, row -> row.need().maxDelay().map(Duration::toMillis).orElse(null), Long[]::new),
      column(rows, row -> row.draft().actor(), String[]::new),
      column(rows, row -> row.lease().boundTo().orElse(null), String[]::new),
      column(rows, Placed::sighting, Integer[]::new),
      IntStream.range(0, seen.size()).boxed().toArray(Integer[]::new),
      column(seen, one -> one.sighting().ask().tenant().value(), UUID[]::new),
      column(seen, one -> one.sighting().project(), UUID[]::new),
      column(seen, one -> one.sighting().domain(), UUID[]::new),
      column(seen, one -> one.sighting().folded(), String[]::new),
      column(seen, one -> one.secret().value(), UUID[]::new),
      column(seen, Seen::version, Integer[]::new),
      column(seen, one -> one.sighting().stamp(), String[]::new)
    };
  }

  private static Object[] columns(List<Keyed> keyed) {
    return new Object[] {
      column(keyed, Keyed::ask, Integer[]::new),
      column(keyed, one -> one.claim().tenant().value(), UUID[]::new),
      column(keyed, one -> one.claim().principal(), String[]::new),
      column(keyed, one -> one.claim().keyMac(), Buffer[]::new),
      column(keyed, one -> one.claim().bodyMac(), Buffer[]::new),
      column(keyed, Keyed::made, String[]::new)
    };
  }

  private static @Nullable String entries(Placed row) {
    return row.lease().entries().isEmpty() ? null : row.lease().joined();
  }

  private static <P, R> R[] column(
      List<P> rows, Function<P, @Nullable R> part, IntFunction<R[]> array) {
    R[] values = array.apply(rows.size());
    for (int i = 0; i < values.length; i++) {
      values[i] = part.apply(rows.get(i));
    }
    return values;
  }
}
