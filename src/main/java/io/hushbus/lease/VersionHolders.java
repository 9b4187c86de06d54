package io.hushbus.lease;

import io.hushbus.crypto.Keyring;
import io.hushbus.db.Tx;
import io.hushbus.model.SecretId;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * A secret's live leases from its side: who holds which version, who has moved to a newer one, who
 * was left behind.
 */
public final class VersionHolders {

  /**
   * Who is asked about: the leases on a secret that lived at {@code since}, when {@code version}
   * came. One has moved when it holds that version or one with the same content, or has ended.
   *
   * @param same numbers of earlier versions with the content of {@code version}
   */
  public record Question(SecretId secret, int version, Set<Integer> same, Instant since) {

    public Question {
      same = Set.copyOf(same);
    }
  }

  /**
   * @param moved of all
   * @param failed of those that have not moved, who said that they could not
   */
  public record Counts(long total, long moved, long failed) {

    /** Those who have not moved, and have not said that they cannot. */
    public long pending() {
      return total - moved - failed;
    }

    public long behind() {
      return total - moved;
    }
  }

  /** One who has not moved. */
  public record Holder(
      UUID lease,
      String principal,
      int version,
      Optional<UUID> project,
      Optional<UUID> domain,
      Instant expiresAt) {}

  private static final String LIVED =
      """
      l.tenant_id = $1 AND l.secret_id = $2 AND l.issued_at <= $5
        AND (l.revoked_at IS NULL OR l.revoked_at > $5) AND l.expires_at > $5\
      """;

  private static final String MOVED =
      """
      (l.revoked_at IS NOT NULL OR l.expires_at <= clock_timestamp() OR l.version >= $3
        OR l.version = ANY ($4::int[]))\
      """;

  private static final String COUNT =
      "SELECT count(*) AS total, count(*) FILTER (WHERE "
          + MOVED
          + ") AS moved FROM lease l WHERE "
          + LIVED;

  private static final String BEHIND =
      """
      SELECT l.lease_id, l.principal_kind, l.principal_id, l.version, l.project_id, l.domain_id,
        l.expires_at
      FROM lease l WHERE
      """
          + LIVED
          + " AND NOT "
          + MOVED
          + " AND ($6::uuid IS NULL OR l.lease_id > $6) ORDER BY l.lease_id LIMIT $7";

  private static final String HOLDING =
      """
      SELECT l.version, count(*) AS leases FROM lease l
      WHERE l.tenant_id = $1 AND l.secret_id = $2
        AND l.revoked_at IS NULL AND l.expires_at > clock_timestamp()
      GROUP BY l.version
      """;

  private final LeaseStore store = new LeaseStore();

  public Future<Counts> counts(Tx tx, Question question) {
    return tx.one(
            COUNT,
            row -> new Counts(row.getLong("total"), row.getLong("moved"), 0),
            tx.tenant(),
            question.secret(),
            question.version(),
            question.same().toArray(Integer[]::new),
            question.since())
        .map(Optional::orElseThrow);
  }

  /** Those who have not moved, in order of their leases. */
  public Future<List<Holder>> behind(Tx tx, Question question, Optional<UUID> after, int limit) {
    return tx.list(
        BEHIND,
        VersionHolders::holder,
        tx.tenant(),
        question.secret(),
        question.version(),
        question.same().toArray(Integer[]::new),
        question.since(),
        after.orElse(null),
        limit);
  }

  /** How many live leases there are on each version, by the oldest that each may still use. */
  public Future<Map<Integer, Long>> holding(Tx tx, SecretId secret) {
    return tx.list(
            HOLDING,
            row -> Map.entry(row.getInteger("version"), row.getLong("leases")),
            tx.tenant(),
            secret)
        .map(
            rows -> {
              Map<Integer, Long> byVersion = new HashMap<>();
              rows.forEach(row -> byVersion.put(row.getKey(), row.getValue()));
              return byVersion;
            });
  }

  /** Writes the end of leases that have ended with their version. */
  public Future<Void> end(Tx tx, Keyring keyring, List<Holder> holders) {
    return Future.all(holders.stream().map(one -> end(tx, keyring, one)).toList()).mapEmpty();
  }

  private Future<Void> end(Tx tx, Keyring keyring, Holder holder) {
    return store
        .lock(tx, new io.hushbus.model.LeaseId(holder.lease()))
        .compose(
            found -> {
              if (found.isEmpty() || found.get().lease().revokedAt().isPresent()) {
                return Future.succeededFuture();
              }
              Lease ended = found.get().lease().revoked(found.get().now());
              return store.update(tx, ended, keyring.mac(ended.canonical(tx.tenant())));
            });
  }

  private static Holder holder(Row row) {
    return new Holder(
        row.getUUID("lease_id"),
        row.getString("principal_kind") + ":" + row.getUUID("principal_id"),
        row.getInteger("version"),
        Optional.ofNullable(row.getUUID("project_id")),
        Optional.ofNullable(row.getUUID("domain_id")),
        row.getOffsetDateTime("expires_at").toInstant());
  }
}
