package io.hushbus.faults;

import io.hushbus.faults.Fleet.Node;
import io.hushbus.support.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.Awaitility;

/** Breaks one thing after the other, in an order and at nodes that a seed decides, and mends it. */
final class Nemesis {

  /** Some of them are those of loops, which nobody waits for. */
  private static final int COMMITS = 10;

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final String SESSIONS =
      """
      SELECT pid FROM pg_stat_activity
      WHERE datname = current_database() AND usename = 'hushbus_app' ORDER BY backend_start, pid
      """;

  private final Fleet fleet;
  private final TestDatabase database;
  private final Random random;
  private final Duration pause;
  private final Map<Fault, Integer> struck = new EnumMap<>(Fault.class);

  /**
   * @param pause for how long a broker stands still; what is cut is cut for half of it
   */
  Nemesis(Fleet fleet, TestDatabase database, long seed, Duration pause) {
    this.fleet = fleet;
    this.database = database;
    this.random = new Random(seed);
    this.pause = pause;
  }

  /** How often each was done. */
  Map<Fault, Integer> struck() {
    return struck;
  }

  /** Each once, in an order of the seed's. */
  List<Fault> round() {
    List<Fault> all = new ArrayList<>(List.of(Fault.values()));
    Collections.shuffle(all, random);
    return all;
  }

  /** Returns when it is mended; whoever was struck may need some time yet. */
  void strike(Fault fault) {
    Node node = fleet.node(random.nextInt(fleet.nodes().size()));
    struck.merge(fault, 1, Integer::sum);
    switch (fault) {
      case KILL -> {
        node.kill();
        node.startAgain();
      }
      case PAUSE -> {
        node.pause();
        last(pause);
        node.resume();
      }
      case RESTART_DATABASE -> {
        database.stopServer();
        database.startServer();
      }
      case CRASH_DATABASE -> {
        database.crashServer();
        database.startServer();
      }
      case KILL_BACKEND -> database.killBackend(session());
      case END_SESSIONS -> {
        for (int i = 0; i < 3; i++) {
          database.asOwner("SELECT pg_terminate_backend(" + session() + ")");
        }
      }
      case CUT -> node.wire.cut();
      case SILENCE -> {
        node.wire.silent(true);
        last(pause.dividedBy(2));
        node.wire.silent(false);
      }
      case LOSE_COMMIT -> {
        for (int i = 0; i < COMMITS; i++) {
          node.wire.loseAnswerToCommit();
          Awaitility.await("a commit comes by").atMost(PATIENCE).until(node.wire::hasLostAnswer);
        }
      }
      case CLOCK -> {
        node.clockOff(Duration.ofHours(random.nextBoolean() ? 1 : -1));
        last(pause.dividedBy(2));
        node.clockOff(Duration.ZERO);
      }
    }
  }

  /** One of those that are there; there may be none just now. */
  private long session() {
    List<String> all =
        Awaitility.await("a session of a broker")
            .atMost(PATIENCE)
            .until(() -> database.rows(SESSIONS), found -> !found.isEmpty());
    return Long.parseLong(all.get(random.nextInt(all.size())));
  }

  private static void last(Duration time) {
    long until = System.nanoTime() + time.toNanos();
    for (long left = time.toNanos(); left > 0; left = until - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }
}
