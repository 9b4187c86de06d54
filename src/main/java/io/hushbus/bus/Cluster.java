package io.hushbus.bus;

import io.hushbus.config.BrokerConfig;
import io.hushbus.delivery.BusNotices;
import io.hushbus.delivery.HintWatch;
import io.hushbus.delivery.StreamMeters;
import io.hushbus.delivery.Streams;
import io.hushbus.model.TenantId;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This node's place among others, on an event bus and threads of its own: hints to the other
 * brokers, and, if wanted, notices to trusted verticles of other processes.
 *
 * <p>Nothing depends on it. A hint makes a node look at its database and says nothing else, so that
 * a forged or repeated one costs a look, and a lost one a tick. A cluster that cannot be joined is
 * tried again and again, beside a broker that works without.
 */
public final class Cluster {

  /** Carries the id of a tenant whose log may have moved. */
  static final String HINT = "hushbus.hint";

  private static final Logger log = LoggerFactory.getLogger(Cluster.class);
  private static final Duration GATHER = Duration.ofMillis(20);
  private static final Duration AGAIN = Duration.ofSeconds(10);
  private static final Duration LOOK = Duration.ofSeconds(1);

  /** How often a node asks whether it is its turn to publish: well within the length of a turn. */
  private static final Duration TURN = Duration.ofSeconds(2);

  private static final int MOST_HINTS = 1000;

  private final Vertx vertx;
  private final BrokerConfig.Cluster config;
  private final Streams streams;
  private final StreamMeters meters;
  private final Optional<Supplier<Future<Boolean>>> turn;
  private final Set<TenantId> pending = new HashSet<>(); // guarded by itself
  private volatile @Nullable Vertx joined;
  private volatile @Nullable MessageConsumer<Object> hearing;
  private volatile @Nullable HintWatch watching;
  private volatile boolean stopped;

  /**
   * @param turn whether it is this node that publishes notices, asked every few seconds; empty:
   *     none are
   */
  public Cluster(
      Vertx vertx,
      BrokerConfig.Cluster config,
      Streams streams,
      StreamMeters meters,
      Optional<Supplier<Future<Boolean>>> turn) {
    this.vertx = vertx;
    this.config = config;
    this.streams = streams;
    this.meters = meters;
    this.turn = turn;
  }

  /** Begins to join; does not wait for it and does not fail. */
  public void start() {
    Vertx.builder()
        .with(ClusterSettings.vertx(config))
        .withClusterManager(new HazelcastClusterManager(ClusterSettings.hazelcast(config)))
        .buildClustered()
        .onSuccess(this::joined)
        .onFailure(this::again);
  }

  /** Whether this node is among others now. */
  public boolean isJoined() {
    return joined != null;
  }

  /** A change of this tenant's log was committed here. From any thread; does not wait. */
  public void committed(TenantId tenant) {
    if (joined == null) {
      return;
    }
    synchronized (pending) {
      boolean first = pending.isEmpty();
      if (pending.size() < MOST_HINTS) { // the rest is found by looking
        pending.add(tenant);
      }
      if (first) {
        vertx.setTimer(GATHER.toMillis(), due -> send());
      }
    }
  }

  /** Leaves the cluster. */
  public Future<Void> stop() {
    stopped = true;
    Vertx open = joined;
    joined = null;
    return open == null ? Future.succeededFuture() : open.close();
  }

  private void joined(Vertx others) {
    if (stopped) {
      others.close();
      return;
    }
    var watch = new HintWatch("cluster", meters, System::nanoTime, () -> listenAnew(others));
    watching = watch;
    hearing = others.eventBus().consumer(HINT, this::hinted);
    streams.whenMoved(watch::moved);
    others.setPeriodic(LOOK.toMillis(), now -> watch.look());
    turn.ifPresent(ours -> publish(others, ours));
    joined = others;
    streams.hint(); // what was hinted before was not heard
    log.info("joined the cluster");
  }

  private void again(Throwable cause) {
    log.warn("the cluster cannot be joined: {}", cause.getClass().getSimpleName());
    if (!stopped) {
      vertx.setTimer(AGAIN.toMillis(), due -> start());
    }
  }

  /** Each notice is published by one node; the others are ready to go on with it. */
  private void publish(Vertx others, Supplier<Future<Boolean>> turn) {
    BusNotices copies = new BusNotices(others, streams, false);
    publishOnce(copies, turn);
    others.setPeriodic(TURN.toMillis(), round -> publishOnce(copies, turn));
  }

  private static void publishOnce(BusNotices copies, Supplier<Future<Boolean>> turn) {
    turn.get()
        .compose(ours -> ours ? copies.runOnce() : copies.standBy())
        .onFailure(cause -> log.debug("notices: {}", cause.getClass().getSimpleName()));
  }

  /** Nothing is heard where something should be. */
  private void listenAnew(Vertx others) {
    log.warn("logs move and no hint is heard from the cluster: listening anew");
    MessageConsumer<Object> before = hearing;
    if (before != null) {
      before.unregister();
    }
    hearing = others.eventBus().consumer(HINT, this::hinted);
  }

  private void send() {
    Set<TenantId> due;
    synchronized (pending) {
      due = Set.copyOf(pending);
      pending.clear();
    }
    Vertx others = joined;
    if (others != null) {
      due.forEach(tenant -> others.eventBus().publish(HINT, tenant.toString()));
    }
  }

  /** What is no id of a tenant is nobody's hint. */
  private void hinted(Message<Object> message) {
    HintWatch watch = watching;
    if (watch != null) {
      watch.heard();
    }
    if (message.body() instanceof String text) {
      try {
        streams.hint(new TenantId(UUID.fromString(text)));
      } catch (IllegalArgumentException noId) {
        log.debug("not a hint");
      }
    }
  }
}
