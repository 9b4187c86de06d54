package io.hushbus.lease;

import io.hushbus.crypto.Keyring;
import io.hushbus.db.Tx;
import io.hushbus.model.LeaseId;
import io.hushbus.model.Principal;
import io.hushbus.model.RunId;
import io.hushbus.model.SecretId;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Who holds a secret, seen from a version that they are to move to. A holder is a live lease, or
 * one member of a gang with one; it has moved once nothing older is in use there. A version with
 * the same content as the one to move to is as good as that.
 */
public final class Holders {

  private static final UUID FIRST = new UUID(0, 0);

  /** Each live lease on a secret, once for each attached member of its run. */
  private static final String HOLDERS =
      """
      SELECT l.lease_id, l.version, l.principal_kind, l.principal_id, l.run_id, l.reload,
             l.max_delay_ms, l.expires_at, l.project_id, l.domain_id,
             m.member, coalesce(m.beat_at, r.beat_at) AS beat_at,
             greatest(l.applied_version, a.applied_version) AS applied,
             coalesce(a.version, CASE WHEN m.member IS NULL THEN l.ack_version END) AS ack_version,
             coalesce(a.status, CASE WHEN m.member IS NULL THEN l.ack_status END) AS ack_status,
             coalesce(a.detail, CASE WHEN m.member IS NULL THEN l.ack_detail END) AS ack_detail,
             coalesce(a.at, CASE WHEN m.member IS NULL THEN l.ack_at END) AS ack_at
      FROM lease l
      LEFT JOIN run r ON r.tenant_id = l.tenant_id AND r.run_id = l.run_id
      LEFT JOIN run_member m ON m.tenant_id = l.tenant_id AND m.run_id = l.run_id
        AND m.detached_at IS NULL
      LEFT JOIN lease_ack a ON a.tenant_id = l.tenant_id AND a.lease_id = l.lease_id
        AND a.member = m.member
      WHERE l.tenant_id = $1 AND l.secret_id = $2 AND l.issued_at <= $5 AND
      """
          + Liveness.LIVE;

  private static final String MOVED =
      "(h.applied >= $3 OR (h.applied = ANY ($4) AND h.version = ANY ($4)))";

  private static final String COUNT =
      "SELECT count(*) AS total, count(*) FILTER (WHERE "
          + MOVED
          + ") AS moved, count(*) FILTER (WHERE NOT "
          + MOVED
          + " AND h.ack_status = 'failed' AND h.ack_version >= $3) AS failed FROM ("
          + HOLDERS
          + ") h";

  /** Those who held the secret then and have ended since. */
  private static final String ENDED =
      "SELECT count(*) AS ended FROM lease l"
          + Liveness.ENDS
          + """
           WHERE l.tenant_id = $1 AND l.secret_id = $2 AND l.issued_at <= $3
            AND least(e.revoked, e.over, l.expires_at) > $3
            AND least(e.revoked, e.over, l.expires_at) <= clock_timestamp()
          """;

  /**
   * How far many are at once, with those who have ended since among those who moved. Versions are
   * as good as the one to move to as their rows say: for lists alone, which decide nothing.
   */
  static final String COUNT_EACH =
      """
      SELECT c.total + e.ended AS total, c.moved + e.ended AS moved, c.failed
      FROM (
        SELECT q.*, ARRAY(
            SELECT v.version FROM secret_version v
            JOIN secret_version t ON t.tenant_id = v.tenant_id AND t.secret_id = v.secret_id
              AND t.version = q.to_version AND t.digest = v.digest
            WHERE v.tenant_id = $1 AND v.secret_id = q.secret_id
              AND v.state IN ('pending', 'current', 'previous') AND v.sealed IS NOT NULL) AS good
        FROM unnest($2::uuid[], $3::int[], $4::timestamptz[]) WITH ORDINALITY
          AS q (secret_id, to_version, since, place)) g
      CROSS JOIN LATERAL (\
      """
          + of("g.", COUNT)
          + ") c CROSS JOIN LATERAL ("
          + ENDED.replace("$2", "g.secret_id").replace("$3", "g.since")
          + ") e ORDER BY g.place";

  private static String of(String row, String question) {
    return question
        .replace("$2", row + "secret_id")
        .replace("$3", row + "to_version")
        .replace("$4", row + "good")
        .replace("$5", row + "since");
  }

  private static final String LAGGARDS =
      "SELECT h.* FROM ("
          + HOLDERS
          + ") h WHERE NOT "
          + MOVED
          + " AND (h.lease_id, coalesce(h.member, '')) > ($6, $7)"
          + " ORDER BY h.lease_id, coalesce(h.member, '') LIMIT $8";

  static final String HOLDING =
      """
      WITH held AS MATERIALIZED (
        SELECT l.applied_version, l.version, count(*) AS leases FROM lease l
        WHERE l.tenant_id = $1 AND l.secret_id = $2 AND
      """
          + Liveness.LIVE
          + """
          GROUP BY l.applied_version, l.version)
          SELECT v.version, sum(held.leases)::bigint AS leases FROM secret_version v
          JOIN held ON v.version BETWEEN held.applied_version AND held.version
          WHERE v.tenant_id = $1 AND v.secret_id = $2 AND v.state = 'previous'
            AND v.sealed IS NOT NULL
          GROUP BY v.version
          """;

  /**
   * How many leases live on each of many secrets, or on each by one adoption, up to {@code $4}.
   * Marks are looked at only while there are some that are not written into the leases yet.
   */
  static final String LIVE_EACH =
      """
      SELECT (
        SELECT count(*) FROM (
          SELECT FROM lease l
          LEFT JOIN run r ON r.tenant_id = l.tenant_id AND r.run_id = l.run_id
          WHERE l.tenant_id = $1 AND l.secret_id = q.secret_id
            AND (q.adoption_id IS NULL OR l.adoption_id = q.adoption_id)
            AND l.revoked_at IS NULL AND l.expires_at > clock_timestamp()
            AND (l.run_id IS NULL OR (r.run_id IS NOT NULL AND
              run_over_at(r.ended_at, r.deadline, r.beat_at, r.lost_at) > clock_timestamp()))
            AND (NOT EXISTS (SELECT FROM lease_revocation
                             WHERE tenant_id = $1 AND tidied_at IS NULL)
                 OR
      """
          + Liveness.UNMARKED
          + """
                )
            LIMIT $4) live) AS holders
          FROM unnest($2::uuid[], $3::uuid[]) WITH ORDINALITY AS q (secret_id, adoption_id, place)
          ORDER BY q.place
          """;

  /** Canaries by run or lease, and whose lot is below the share. */
  private static final String STAGE =
      "SELECT count(*) AS total, count(*) FILTER (WHERE h.applied >= $3) AS moved,"
          + " count(*) FILTER (WHERE h.applied < $3 AND h.ack_status = 'failed'"
          + " AND h.ack_version >= $3) AS failed FROM ("
          + HOLDERS
          + ") h WHERE $4::int[] IS NOT NULL AND (h.run_id = ANY ($6) OR h.lease_id = ANY ($7)"
          + " OR ((get_byte(uuid_send(h.lease_id), 15) # $8::int) * 100) >> 8 < $9::int)";

  private static final String LATE =
      "SELECT "
          + LeaseRows.PLAIN
          + ", NULL::timestamptz AS ended_by_revocation, NULL::timestamptz AS ended_by_run"
          + " FROM lease l WHERE l.tenant_id = $1 AND l.secret_id = $2"
          + " AND l.issued_at <= $5 AND NOT (l.applied_version >= $3"
          + " OR (l.applied_version = ANY ($4) AND l.version = ANY ($4))) AND "
          + Liveness.LIVE
          + " ORDER BY l.lease_id LIMIT $6 FOR UPDATE OF l";

  /**
   * What holders are to move to.
   *
   * @param same versions of the same content, which are as good
   * @param since only those who held it then
   */
  public record Target(SecretId secret, int version, Set<Integer> same, Instant since) {

    private static final Instant EVER = Instant.parse("9999-01-01T00:00:00Z");

    /** For all that hold the secret. */
    public Target(SecretId secret, int version, Set<Integer> same) {
      this(secret, version, same, EVER);
    }

    private Integer[] good() {
      return same.toArray(Integer[]::new);
    }
  }

  /** How far they are. What is neither moved nor failed is pending. */
  public record Counts(long total, long moved, long failed) {

    /** Who has not moved. */
    public long behind() {
      return total - moved;
    }

    public long pending() {
      return total - moved - failed;
    }
  }

  /** A place in a list of holders. */
  public record Place(UUID lease, String member) {

    /** Before all of them. */
    public static final Place START = new Place(FIRST, "");
  }

  /**
   * One who holds an older version still.
   *
   * @param member who of a gang
   * @param applied the oldest version in use
   * @param taken the newest one it has
   * @param reload how it takes in a new version, as its environment says
   * @param heardAt when its run was last heard of
   */
  public record Holder(
      LeaseId lease,
      Optional<String> member,
      Principal principal,
      Optional<RunId> run,
      Optional<UUID> project,
      Optional<UUID> domain,
      int applied,
      int taken,
      Optional<Lease.Ack> ack,
      Optional<String> reload,
      Optional<Duration> maxDelay,
      Instant expiresAt,
      Optional<Instant> heardAt) {

    public Place place() {
      return new Place(lease.value(), member.orElse(""));
    }
  }

  private final LeaseMeters meters;
  private final LeaseStore store = new LeaseStore();

  public Holders(LeaseMeters meters) {
    this.meters = meters;
  }

  /** How many hold the secret now, and how many of them have moved. */
  public Future<Counts> count(Tx tx, Target to) {
    return tx.one(
            COUNT,
            row -> new Counts(row.getLong("total"), row.getLong("moved"), row.getLong("failed")),
            tx.tenant(),
            to.secret(),
            to.version(),
            to.good(),
            to.since())
        .map(Optional::orElseThrow);
  }

  /**
   * How far each of these is, in one statement, in the order of the questions: those who have ended
   * since are among those who moved. For lists; {@link #count} is what decides.
   */
  public Future<List<Counts>> countEach(Tx tx, List<Target> questions) {
    return questions.isEmpty()
        ? Future.succeededFuture(List.of())
        : tx.list(
            COUNT_EACH,
            row -> new Counts(row.getLong("total"), row.getLong("moved"), row.getLong("failed")),
            tx.tenant(),
            questions.stream().map(one -> one.secret().value()).toArray(UUID[]::new),
            questions.stream().map(Target::version).toArray(Integer[]::new),
            questions.stream().map(Target::since).toArray(Instant[]::new));
  }

  /** How many of those who held the secret then have ended since. */
  public Future<Long> ended(Tx tx, SecretId secret, Instant since) {
    return tx.one(ENDED, row -> row.getLong("ended"), tx.tenant(), secret, since)
        .map(Optional::orElseThrow);
  }

  /**
   * A secret of a list.
   *
   * @param adoption counts only what is held by it
   */
  public record Held(SecretId secret, Optional<UUID> adoption) {}

  /** How many leases live on each of these, at most {@code most} each, in their order. */
  public Future<List<Long>> live(Tx tx, List<Held> secrets, int most) {
    return secrets.isEmpty()
        ? Future.succeededFuture(List.of())
        : tx.list(
            LIVE_EACH,
            row -> row.getLong("holders"),
            tx.tenant(),
            secrets.stream().map(one -> one.secret().value()).toArray(UUID[]::new),
            secrets.stream().map(one -> one.adoption().orElse(null)).toArray(UUID[]::new),
            most);
  }

  /** How many live leases hold each version that was replaced. */
  public Future<Map<Integer, Long>> holding(Tx tx, SecretId secret) {
    return tx.list(
            HOLDING,
            row -> Map.entry(row.getInteger("version"), row.getLong("leases")),
            tx.tenant(),
            secret)
        .map(
            rows ->
                rows.stream().collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
  }

  /**
   * Some of the holders: canaries, and those whose lot is below a share.
   *
   * @param seed mixed into the lots, from 0 to 255
   * @param share of a hundred
   */
  public record Part(Set<UUID> runs, Set<UUID> leases, int seed, int share) {

    /** Those of a rotation, which all have other lots in it than in others. */
    public static Part of(Set<UUID> runs, Set<UUID> leases, UUID rotation, int share) {
      return new Part(runs, leases, (int) (rotation.getLeastSignificantBits() & 0xFF), share);
    }

    /** Whether a lease is of it. The statement that counts them says the same. */
    public boolean includes(LeaseId lease, Optional<RunId> run) {
      int lot = (((int) (lease.value().getLeastSignificantBits() & 0xFF) ^ seed) * 100) >> 8;
      return leases.contains(lease.value())
          || run.filter(one -> runs.contains(one.value())).isPresent()
          || lot < share;
    }
  }

  /** How far a part of the holders is. */
  public Future<Counts> count(Tx tx, Target to, Part part) {
    return tx.one(
            STAGE,
            row -> new Counts(row.getLong("total"), row.getLong("moved"), row.getLong("failed")),
            tx.tenant(),
            to.secret(),
            to.version(),
            to.good(),
            to.since(),
            part.runs().toArray(UUID[]::new),
            part.leases().toArray(UUID[]::new),
            part.seed(),
            part.share())
        .map(Optional::orElseThrow);
  }

  /** Those who have not moved, after a place. */
  public Future<List<Holder>> laggards(Tx tx, Target to, Place after, int limit) {
    return tx.list(
        LAGGARDS,
        Holders::holder,
        tx.tenant(),
        to.secret(),
        to.version(),
        to.good(),
        to.since(),
        after.lease(),
        after.member(),
        limit);
  }

  /**
   * Revokes some of the leases that have not moved, each by its own row; gives those. None: there
   * are no more.
   */
  public Future<List<Lease>> revokeLaggards(Tx tx, Keyring keyring, Target to, int limit) {
    return tx.list(
            LATE,
            LeaseRows::stored,
            tx.tenant(),
            to.secret(),
            to.version(),
            to.good(),
            to.since(),
            limit)
        .compose(late -> revoke(tx, keyring, late));
  }

  private Future<List<Lease>> revoke(Tx tx, Keyring keyring, List<LeaseRows.Stored> late) {
    List<Lease> ended = late.stream().map(one -> one.lease().revoked(one.now())).toList();
    return Future.all(
            ended.stream()
                .map(one -> store.update(tx, one, keyring.mac(one.canonical(tx.tenant()))))
                .toList())
        .onSuccess(done -> meters.revoked(ended.size()))
        .map(ended);
  }

  private static Holder holder(Row row) {
    Integer version = row.getInteger("ack_version");
    Long delay = row.getLong("max_delay_ms");
    return new Holder(
        new LeaseId(row.getUUID("lease_id")),
        Optional.ofNullable(row.getString("member")),
        new Principal(
            Principal.Kind.of(row.getString("principal_kind")), row.getUUID("principal_id")),
        Optional.ofNullable(row.getUUID("run_id")).map(RunId::new),
        Optional.ofNullable(row.getUUID("project_id")),
        Optional.ofNullable(row.getUUID("domain_id")),
        row.getInteger("applied"),
        row.getInteger("version"),
        version == null ? Optional.empty() : Optional.of(ack(row, version)),
        Optional.ofNullable(row.getString("reload")),
        delay == null ? Optional.empty() : Optional.of(Duration.ofMillis(delay)),
        RunStore.time(row, "expires_at"),
        Optional.ofNullable(RunStore.timeOrNull(row, "beat_at")));
  }

  private static Lease.Ack ack(Row row, int version) {
    return new Lease.Ack(
        version,
        Lease.Ack.Status.of(row.getString("ack_status")),
        RunStore.time(row, "ack_at"),
        Optional.ofNullable(row.getString("ack_detail")).orElse(""));
  }
}
