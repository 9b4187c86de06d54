package io.hushbus.tenant;

import io.hushbus.db.SystemTx;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Rows of table node, which belong to no tenant, and the epoch of keys. */
final class NodeStore {

  /**
   * What a node hears when it says that it lives.
   *
   * @param epoch of keys
   * @param live nodes, this one included
   * @param at the database's time
   */
  record Heard(long epoch, int live, Instant at) {}

  /** How many living nodes have dropped what was destroyed, and how many not yet. */
  record Dropped(int yes, int notYet) {}

  private static final String BEAT =
      """
      WITH own AS (
        INSERT INTO node (node_id, keys_seen, version) VALUES ($1, $2, $4)
        ON CONFLICT (node_id) DO UPDATE SET beat_at = clock_timestamp(), keys_seen = $2),
      forgotten AS (
        DELETE FROM node WHERE node_id <> $1 AND beat_at < clock_timestamp() - interval '1 day')
      SELECT keys_epoch AS epoch, clock_timestamp() AS at,
        1 + (SELECT count(*)::int FROM node
             WHERE node_id <> $1
               AND beat_at > clock_timestamp() - $3::float8 * interval '1 millisecond') AS live
      FROM installation
      """;

  private static final String ALL =
      """
      SELECT n.node_id, n.version, n.started_at, n.beat_at, n.node_id = $1 AS own,
        n.beat_at > clock_timestamp() - $2::float8 * interval '1 millisecond' AS live,
        n.keys_seen >= i.keys_epoch AS settled
      FROM node n CROSS JOIN installation i
      WHERE n.beat_at > clock_timestamp() - interval '1 day'
      ORDER BY n.started_at, n.node_id LIMIT 1000
      """;

  private static final String LEAVE =
      """
      DELETE FROM node WHERE node_id = $1
      """;

  private static final String NEXT_EPOCH =
      """
      UPDATE installation SET keys_epoch = keys_epoch + 1 RETURNING keys_epoch
      """;

  private static final String DROPPED =
      """
      SELECT (count(*) FILTER (WHERE keys_seen >= $1))::int AS yes,
        (count(*) FILTER (WHERE keys_seen < $1))::int AS not_yet
      FROM node WHERE beat_at > clock_timestamp() - $2::float8 * interval '1 millisecond'
      """;

  private NodeStore() {}

  /** Says that a node lives; others do if they have said so within {@code silence}. */
  static Future<Heard> beat(SystemTx tx, UUID node, String version, long seen, Duration silence) {
    return tx.one(
            BEAT,
            row ->
                new Heard(
                    row.getLong("epoch"),
                    row.getInteger("live"),
                    row.getOffsetDateTime("at").toInstant()),
            node,
            seen,
            (double) silence.toMillis(),
            version)
        .map(Optional::orElseThrow);
  }

  /** Every node that was heard in the last day. */
  static Future<List<Nodes.Node>> all(SystemTx tx, UUID own, Duration silence) {
    return tx.list(ALL, NodeStore::node, own, (double) silence.toMillis());
  }

  private static Nodes.Node node(Row row) {
    return new Nodes.Node(
        row.getUUID("node_id"),
        row.getString("version"),
        row.getOffsetDateTime("started_at").toInstant(),
        row.getOffsetDateTime("beat_at").toInstant(),
        row.getBoolean("live"),
        row.getBoolean("settled"),
        row.getBoolean("own"));
  }

  static Future<Void> leave(SystemTx tx, UUID node) {
    return tx.update(LEAVE, node).mapEmpty();
  }

  /**
   * Tells every node that keys are gone, within the transaction that destroys them; gives the epoch
   * that those have seen who dropped them.
   */
  static Future<Long> nextEpoch(SystemTx tx) {
    return tx.one(NEXT_EPOCH, row -> row.getLong("keys_epoch")).map(Optional::orElseThrow);
  }

  /** Who of those that were heard within {@code silence} has dropped what an epoch destroyed. */
  static Future<Dropped> dropped(SystemTx tx, long epoch, Duration silence) {
    return tx.one(
            DROPPED,
            row -> new Dropped(row.getInteger("yes"), row.getInteger("not_yet")),
            epoch,
            (double) silence.toMillis())
        .map(Optional::orElseThrow);
  }
}
