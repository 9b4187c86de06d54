package io.hushbus;

import io.hushbus.bus.Bridges;
import io.hushbus.bus.BusSettings;
import io.hushbus.bus.SockJsBridge;
import io.hushbus.bus.TcpBridge;
import io.hushbus.config.BrokerConfig;
import io.hushbus.http.Desk;
import io.hushbus.http.FrontDoor;
import io.hushbus.http.HttpSettings;
import io.hushbus.http.Mount;
import java.time.Duration;
import java.util.Optional;

/** The event-bus front door, as far as it is turned on. */
record BusParts(BrokerConfig.Bus config, Bridges bridges) {

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration IDLE = Duration.ofSeconds(60);

  static BusParts of(Ground ground, FrontDoor door) {
    BrokerConfig.Bus bus = ground.config().bus();
    return new BusParts(
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

  /** The SockJS bridge, for the listener of requests. */
  Optional<Mount> mount() {
    return config.sockJs()
        ? Optional.of(
            new Mount(
                SockJsBridge.PATH, config.frameBytes(), new SockJsBridge(bridges)::router))
        : Optional.empty();
  }

  /** The TCP bridge. */
  Optional<TcpBridge> bridge() {
    return config.tcpPort().map(on -> new TcpBridge(bridges));
  }
}
