package io.hushbus.rotation;

import io.hushbus.db.Db;
import io.hushbus.db.Tx;
import io.hushbus.model.Action;
import io.hushbus.model.Grant;
import io.hushbus.model.Scope;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** How old the secrets of a tenant are and how they stand with rotations, counted from the rows. */
public final class SecretStatistics {

  /** How many of those that are overdue are named. */
  public static final int NAMED = 100;

  /** Where the ages part, in days. */
  private static final List<Integer> AGES = List.of(7, 30, 90, 180, 365);

  /** Each secret is in one state: what is overdue is, also while it is being rotated. */
  private static final String SEEN =
      """
      WITH seen AS (
        SELECT s.secret_id, s.name, s.project_id, s.domain_id, y.next_due_at,
          floor(extract(epoch FROM clock_timestamp() - v.created_at) / 86400)::bigint AS days,
          CASE WHEN y.next_due_at <= clock_timestamp() THEN 'overdue'
               WHEN r.rotation_id IS NOT NULL THEN 'rotating'
               WHEN s.rotation_id IS NOT NULL THEN 'rotated'
               ELSE 'never_rotated' END AS state
        FROM secret s
        JOIN secret_version v ON v.tenant_id = s.tenant_id AND v.secret_id = s.secret_id
          AND v.version = s.current_version
        LEFT JOIN rotation r ON r.tenant_id = s.tenant_id AND r.secret_id = s.secret_id
          AND r.ended_at IS NULL
        LEFT JOIN rotation_policy y ON y.tenant_id = s.tenant_id AND y.secret_id = s.secret_id
        WHERE s.tenant_id = $1 AND s.deleted_at IS NULL
          AND ($2::uuid[] IS NULL OR s.project_id IS NULL OR s.project_id = ANY ($2::uuid[]))
          AND ($3::uuid IS NULL OR s.project_id = $3))
      """;

  private static final String COUNT =
      SEEN
          + """
          SELECT clock_timestamp() AS now, count(*) AS total,
            ARRAY(SELECT (SELECT count(*) FROM seen x WHERE width_bucket(x.days, $4::bigint[]) = b.n)
                  FROM generate_series(0, array_length($4::bigint[], 1)) b (n) ORDER BY b.n) AS ages,
            count(*) FILTER (WHERE state = 'never_rotated') AS never_rotated,
            count(*) FILTER (WHERE state = 'rotated') AS rotated,
            count(*) FILTER (WHERE state = 'rotating') AS rotating,
            count(*) FILTER (WHERE state = 'overdue') AS overdue
          FROM seen
          """;

  private static final String OVERDUE =
      SEEN
          + """
          SELECT x.secret_id, x.name, x.project_id, p.name AS project_name, x.domain_id,
                 d.name AS domain_name, x.next_due_at
          FROM seen x
          LEFT JOIN project p ON p.tenant_id = $1 AND p.project_id = x.project_id
          LEFT JOIN domain d ON d.tenant_id = $1 AND d.domain_id = x.domain_id
          WHERE x.state = 'overdue'
          ORDER BY x.next_due_at, x.secret_id LIMIT $4
          """;

  /**
   * Those whose current version was written less than so many days ago, and not in the age before.
   *
   * @param underDays empty: all that are older
   */
  public record Age(OptionalInt underDays, long secrets) {}

  /** A secret whose policy wanted a rotation then. */
  public record Late(UUID secret, String name, Scope scope, Instant since) {}

  /** The figures; each secret is of one age and in one state. */
  public record Figures(
      Instant at,
      long total,
      List<Age> ages,
      long neverRotated,
      long rotated,
      long rotating,
      long overdue,
      List<Late> late) {

    private Figures naming(List<Late> named) {
      return new Figures(at, total, ages, neverRotated, rotated, rotating, overdue, named);
    }
  }

  private record Ask(Optional<Set<UUID>> only, Optional<UUID> project) {}

  private final Db db;
  private final Counts counts;

  SecretStatistics(Db db, Counts counts) {
    this.db = db;
    this.counts = counts;
  }

  /**
   * The figures of the tenant of the grant, or of what of it was asked for, when their turn comes:
   * see {@link Counts}.
   *
   * @param only the projects to which it is narrowed, if it is
   */
  public Future<Figures> figures(Grant grant, Optional<Set<UUID>> only, Optional<UUID> project) {
    grant.allowing(Action.ROTATION_READ);
    return counts.ask(grant.tenant(), new Ask(only, project), () -> counted(grant, only, project));
  }

  private Future<Figures> counted(Grant grant, Optional<Set<UUID>> only, Optional<UUID> project) {
    return db.read(grant.tenant(), tx -> figures(tx, projects(only), project.orElse(null)));
  }

  private static UUID @Nullable [] projects(Optional<Set<UUID>> only) {
    return only.map(all -> all.toArray(UUID[]::new)).orElse(null);
  }

  private static Future<Figures> figures(Tx tx, UUID @Nullable [] only, @Nullable UUID project) {
    Future<Optional<Figures>> counted =
        tx.one(
            COUNT,
            SecretStatistics::figures,
            tx.tenant(),
            only,
            project,
            AGES.stream().map(Long::valueOf).toArray(Long[]::new));
    Future<List<Late>> late =
        tx.list(OVERDUE, SecretStatistics::late, tx.tenant(), only, project, NAMED);
    return Future.all(counted, late)
        .map(read -> counted.result().orElseThrow().naming(late.result()));
  }

  private static Figures figures(Row row) {
    Long[] counts = row.getArrayOfLongs("ages");
    return new Figures(
        RotationStore.time(row, "now").orElseThrow(),
        row.getLong("total"),
        IntStream.range(0, counts.length).mapToObj(n -> new Age(under(n), counts[n])).toList(),
        row.getLong("never_rotated"),
        row.getLong("rotated"),
        row.getLong("rotating"),
        row.getLong("overdue"),
        List.of());
  }

  private static OptionalInt under(int bucket) {
    return bucket < AGES.size() ? OptionalInt.of(AGES.get(bucket)) : OptionalInt.empty();
  }

  private static Late late(Row row) {
    return new Late(
        row.getUUID("secret_id"),
        row.getString("name"),
        RotationStore.scope(row),
        RotationStore.time(row, "next_due_at").orElseThrow());
  }
}
