package io.hushbus.delivery;

import io.hushbus.db.Db;
import io.hushbus.db.DedicatedConnection;
import io.hushbus.db.SystemTx;
import io.hushbus.model.TenantId;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells this node's streams at once, and those of other nodes soon, that something was committed.
 *
 * <p>NOTIFY takes a lock of the whole server until its commit is on disk. So it is never part of a
 * change: it is sent after commits, for all those of 50 ms together, in a transaction and on a
 * connection of its own, and says only "look". When it is off or lost, other nodes see the change
 * at their next tick.
 */
public final class Hints {

  private static final String CHANNEL = "hushbus_hint";
  private static final String NOTIFY = "SELECT pg_notify('hushbus_hint', '')";
  private static final String KEYS = "keys";
  private static final String NOTIFY_KEYS = "SELECT pg_notify('hushbus_hint', 'keys')";
  private static final String HOLDERS = "holders ";
  private static final String NOTIFY_HOLDERS = "SELECT pg_notify('hushbus_hint', $1)";

  /** A payload of NOTIFY has 8000 bytes at most. */
  private static final int MOST_HOLDERS = 100;

  private static final Duration GATHER = Duration.ofMillis(50);
  private static final Duration LOOK = Duration.ofSeconds(1);
  private static final Logger log = LoggerFactory.getLogger(Hints.class);

  private final Vertx vertx;
  private final DedicatedConnection connection;
  private final Streams streams;
  private final Runnable keys;
  private final boolean notify;
  private final AtomicBoolean due = new AtomicBoolean();
  private final Set<String> holders = new LinkedHashSet<>();
  private volatile Consumer<String> onHolders = where -> {};
  private final HintWatch watch;

  /**
   * @param keys told when keys of some tenant are to be dropped; must not block
   * @param notify whether to send to and hear from other nodes
   * @param nanos a monotonic clock
   */
  public Hints(
      Vertx vertx,
      Db db,
      Streams streams,
      Runnable keys,
      boolean notify,
      StreamMeters meters,
      LongSupplier nanos) {
    this.keys = keys;
    this.vertx = vertx;
    this.watch = new HintWatch("notify", meters, nanos, this::listenAnew);
    this.connection = db.dedicated(SystemTx.Job.LOG_FOLLOWER);
    this.streams = streams;
    this.notify = notify;
  }

  /**
   * Starts to listen to other nodes, for ever: a lost connection is made again, and counts as a
   * hint, since some may have been missed. Never fails.
   */
  public Future<Void> listen() {
    if (!notify) {
      return Future.succeededFuture();
    }
    streams.whenMoved(watch::moved);
    vertx.setPeriodic(LOOK.toMillis(), now -> watch.look());
    return connection.listen(CHANNEL, this::heard).otherwiseEmpty();
  }

  /** Nothing is heard where something should be. */
  private void listenAnew() {
    log.warn("logs move and no hint is heard: listening anew");
    connection.renew().otherwiseEmpty();
  }

  /** Looks once whether hints come. For tests. */
  void lookOnce() {
    watch.look();
  }

  /** A change of this tenant's log was committed here. From any thread; does not wait. */
  public void committed(TenantId tenant) {
    streams.hint(tenant);
    if (notify && due.compareAndSet(false, true)) {
      vertx.setTimer(GATHER.toMillis(), end -> send());
    }
  }

  /** Who is told of holders that other nodes have heard of; must not block. */
  public void onHolders(Consumer<String> told) {
    onHolders = told;
  }

  /**
   * Something happened to the holders of a secret, which the node that drives rotations is to hear
   * of. What does not fit is left out. From any thread; does not wait.
   *
   * @param where tenant and secret, in at most 75 letters without a space
   */
  public void holdersChanged(String where) {
    synchronized (holders) {
      if (notify && holders.size() < MOST_HOLDERS && holders.add(where) && holders.size() == 1) {
        vertx.setTimer(GATHER.toMillis(), end -> sendHolders());
      }
    }
  }

  private void sendHolders() {
    String all;
    synchronized (holders) {
      all = HOLDERS + String.join(" ", holders);
      holders.clear();
    }
    connection.system(tx -> tx.query(NOTIFY_HOLDERS, all)).mapEmpty().otherwiseEmpty();
  }

  private void heard(String what) {
    if (!what.equals(DedicatedConnection.CONNECTED)) {
      watch.heard();
    }
    if (what.equals(KEYS)) {
      keys.run();
    } else if (what.startsWith(HOLDERS)) {
      Arrays.stream(what.substring(HOLDERS.length()).split(" ", -1)).forEach(onHolders);
    } else {
      streams.hint();
    }
  }

  /** Keys of a tenant are to be dropped on every node: tells the others. From any thread. */
  public void keysEnded() {
    if (notify) {
      vertx.setTimer(
          GATHER.toMillis(),
          end -> connection.system(tx -> tx.query(NOTIFY_KEYS)).mapEmpty().otherwiseEmpty());
    }
  }

  private void send() {
    due.set(false);
    connection.system(tx -> tx.query(NOTIFY)).mapEmpty().otherwiseEmpty();
  }
}
