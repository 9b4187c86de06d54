package io.hushbus.tenant;

import io.hushbus.db.Db;
import io.hushbus.db.SystemTx;
import io.hushbus.model.Action;
import io.hushbus.model.Grant;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;

/**
 * The nodes that share this database, as this one knows them. Each says now and then that it lives,
 * and hears so of destroyed keys: then it drops every key that it has opened, and says that too
 * (CRYPTO D.6).
 */
public final class Nodes {

  private static final Duration SHORTEST_SILENCE = Duration.ofSeconds(10);
  private static final long NOTHING_SEEN = -1;

  /**
   * A node by its own word.
   *
   * @param version of its program; empty of one that does not say
   * @param heardAt when it last said that it lives
   * @param live whether that is recent enough to count
   * @param settled whether it has dropped every key that was destroyed
   * @param own whether it is the one that is asked
   */
  public record Node(
      UUID id,
      String version,
      Instant startedAt,
      Instant heardAt,
      boolean live,
      boolean settled,
      boolean own) {}

  private final Db db;
  private final Keyrings keyrings;
  private final UUID own;
  private final String version;
  private final Duration silence;
  private volatile long seen = NOTHING_SEEN;
  private volatile int live = 1;
  private final DatabaseTime time = new DatabaseTime(System::nanoTime);

  /**
   * @param own this process: a random id made when it started
   * @param version of this program
   * @param interval between two words of a node; one that has said none for three of them, and ten
   *     seconds at least, counts no more
   */
  public Nodes(Db db, Keyrings keyrings, UUID own, String version, Duration interval) {
    this.db = db;
    this.keyrings = keyrings;
    this.own = own;
    this.version = version;
    Duration three = interval.multipliedBy(3);
    this.silence = three.compareTo(SHORTEST_SILENCE) > 0 ? three : SHORTEST_SILENCE;
  }

  /** This node. */
  public UUID own() {
    return own;
  }

  /** How many nodes there are, this one included, as it last heard. */
  public int live() {
    return live;
  }

  /**
   * The database's clock as this node last heard it, and its own monotonic clock since: what time
   * it is where no statement asks. Nothing is known before the first {@link #beat}.
   */
  public InstantSource clock() {
    return time;
  }

  /** This node's part of what all have together; the parts are at least the whole. */
  public long share(long whole) {
    long nodes = live;
    return whole / nodes + (whole % nodes == 0 ? 0 : 1);
  }

  /** Says that this node lives. Its first word comes before it opens a key for anybody. */
  public Future<Void> beat() {
    long asked = time.asking();
    return say()
        .compose(
            heard -> {
              live = heard.live();
              time.heard(heard.at(), asked);
              return heard.epoch() == seen ? Future.succeededFuture() : drop(heard.epoch());
            });
  }

  /** Every node that said in the last day that it lives, the eldest first. */
  public Future<List<Node>> all(Grant grant) {
    grant.allowing(Action.TENANT_OPERATE);
    return db.system(SystemTx.Job.NODES, tx -> NodeStore.all(tx, own, silence));
  }

  /** Says that this node lives no more. */
  public Future<Void> leave() {
    return db.system(SystemTx.Job.NODES, tx -> NodeStore.leave(tx, own));
  }

  private Future<Void> drop(long epoch) {
    keyrings.forgetAll();
    seen = epoch;
    return say().mapEmpty();
  }

  private Future<NodeStore.Heard> say() {
    return db.system(SystemTx.Job.NODES, tx -> NodeStore.beat(tx, own, version, seen, silence));
  }
}
