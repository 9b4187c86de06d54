package io.hushbus;

import io.hushbus.bus.Bridges;
import io.hushbus.bus.BusSettings;
import io.hushbus.bus.Cluster;
import io.hushbus.bus.SockJsBridge;
import io.hushbus.bus.TcpBridge;
import io.hushbus.config.BrokerConfig;
import io.hushbus.db.JobLease;
import io.hushbus.db.SystemTx;
import io.hushbus.delivery.Streams;
import io.hushbus.http.Desk;
import io.hushbus.http.FrontDoor;
import io.hushbus.http.HttpSettings;
import io.hushbus.http.Mount;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/** The event-bus front door, as far as it is turned on. */
record BusParts(Vertx vertx, BrokerConfig.Bus config, Bridges bridges) {

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration IDLE = Duration.ofSeconds(60);
  private static final Duration PUBLISHING = Duration.ofSeconds(10);

  static BusParts of(Ground ground, FrontDoor door) {
    BrokerConfig.Bus bus = ground.config().bus();
    return new BusParts(
        ground.vertx(),
        bus,
        new Bridges(
            ground.vertx(),
            settings(ground.config()),
            new Desk(ground.vertx(), door),
            ground.telemetry(),
            ground.ids()));
  }

  private static BusSettings settings(BrokerConfig config) {
    HttpSettings http = Listeners.settings(config);
    BrokerConfig.Bus bus = config.bus();
    return new BusSettings(
        http.host(),
        bus.tcpPort(),
        http.tls(),
        bus.frameBytes(),
        bus.maxConnections(),
        config.limits().connections(),
        bus.maxPending(),
        bus.maxSubscriptions(),
        PATIENCE,
        IDLE,
        Ground.STOP_DEADLINE);
  }

  /** The place among other nodes, if there is to be one. */
  static Optional<Cluster> cluster(Ground ground, Streams streams) {
    var config = ground.config();
    var events = config.events();
    return switch (config.cluster().manager()) {
      case NONE -> Optional.empty();
      case HAZELCAST ->
          Optional.of(
              new Cluster(
                  ground.vertx(),
                  config.cluster(),
                  streams,
                  ground.meters(),
                  events.bus() ? Optional.of(turn(ground)) : Optional.empty()));
    };
  }

  /** Whether this node is the one that publishes notices to the cluster: none is for longer. */
  private static Supplier<Future<Boolean>> turn(Ground ground) {
    var lease =
        new JobLease(
            ground.db(),
            SystemTx.Job.LOG_FOLLOWER,
            "bus-notices",
            ground.ids().random(),
            PUBLISHING);
    return () -> lease.acquire().map(Optional::isPresent);
  }

  static void join(Cluster cluster, Endings endings) {
    endings.addSlow(cluster::stop);
    cluster.start();
  }

  /** The SockJS bridge, for one event loop of the listener of requests. */
  Optional<Mount> mount() {
    return config.sockJs()
        ? Optional.of(
            new Mount(
                SockJsBridge.PATH, config.frameBytes(), new SockJsBridge(bridges).router(vertx)))
        : Optional.empty();
  }

  /** The TCP bridge. */
  Optional<TcpBridge> bridge() {
    return config.tcpPort().map(on -> new TcpBridge(bridges));
  }
}
