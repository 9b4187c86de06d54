package io.hushbus.rotation;

import io.hushbus.db.Db;
import io.hushbus.db.Tx;
import io.hushbus.lease.Holders;
import io.hushbus.model.Action;
import io.hushbus.model.Grant;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;

/**
 * What a page of secrets is in use for: how many hold each, how old its value is, whether it is
 * being rotated and when it is due. Two statements a page, however long that is; for people, and
 * decides nothing.
 */
public final class SecretUses {

  /** Up to which number holders are counted. */
  public static final int MOST_HOLDERS = 10_000;

  static final String STANDING =
      """
      SELECT v.created_at, r.phase, y.next_due_at
      FROM unnest($2::uuid[]) WITH ORDINALITY AS q (secret_id, place)
      LEFT JOIN secret s ON s.tenant_id = $1 AND s.secret_id = q.secret_id
      LEFT JOIN secret_version v ON v.tenant_id = $1 AND v.secret_id = q.secret_id
        AND v.version = s.current_version
      LEFT JOIN rotation r ON r.tenant_id = $1 AND r.secret_id = q.secret_id
        AND r.ended_at IS NULL
      LEFT JOIN rotation_policy y ON y.tenant_id = $1 AND y.secret_id = q.secret_id
      ORDER BY q.place
      """;

  /**
   * The use of one secret.
   *
   * @param holders leases that live, at most {@link #MOST_HOLDERS}
   * @param versionAt when its current version was written
   * @param phase of the rotation that goes on
   * @param due when its policy wants the next one
   */
  public record Use(
      long holders, Optional<Instant> versionAt, Optional<Phase> phase, Optional<Instant> due) {}

  private record Standing(
      Optional<Instant> versionAt, Optional<Phase> phase, Optional<Instant> due) {

    Use with(long holders) {
      return new Use(holders, versionAt, phase, due);
    }
  }

  private final Db db;
  private final Holders holders;

  SecretUses(Db db, Holders holders) {
    this.db = db;
    this.holders = holders;
  }

  /** The use of each, in their order. */
  public Future<List<Use>> of(Grant grant, List<Holders.Held> secrets) {
    grant.allowing(Action.SECRET_LIST);
    return secrets.isEmpty()
        ? Future.succeededFuture(List.of())
        : db.read(grant.tenant(), tx -> of(tx, secrets));
  }

  private Future<List<Use>> of(Tx tx, List<Holders.Held> secrets) {
    Future<List<Long>> live = holders.live(tx, secrets, MOST_HOLDERS);
    Future<List<Standing>> standing =
        tx.list(
            STANDING,
            SecretUses::standing,
            tx.tenant(),
            (Object) secrets.stream().map(one -> one.secret().value()).toArray(UUID[]::new));
    return Future.all(live, standing)
        .map(
            read ->
                IntStream.range(0, secrets.size())
                    .mapToObj(i -> standing.result().get(i).with(live.result().get(i)))
                    .toList());
  }

  private static Standing standing(Row row) {
    return new Standing(
        RotationStore.time(row, "created_at"),
        Optional.ofNullable(row.getString("phase")).map(Phase::of),
        RotationStore.time(row, "next_due_at"));
  }
}
