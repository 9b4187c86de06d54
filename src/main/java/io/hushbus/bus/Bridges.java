package io.hushbus.bus;

import io.hushbus.http.Connections;
import io.hushbus.http.Desk;
import io.hushbus.model.Uuids;
import io.hushbus.telemetry.Telemetry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/** What all connections of the bridges of a node share, and the sessions that are open. */
public final class Bridges {

  private final Vertx vertx;
  private final BusSettings settings;
  private final Desk desk;
  private final Telemetry telemetry;
  private final Uuids ids;
  private final Connections<Object> connections;
  private final Set<Session> sessions = ConcurrentHashMap.newKeySet();
  private volatile boolean stopping;

  public Bridges(Vertx vertx, BusSettings settings, Desk desk, Telemetry telemetry, Uuids ids) {
    this.vertx = vertx;
    this.settings = settings;
    this.desk = desk;
    this.telemetry = telemetry;
    this.ids = ids;
    this.connections = new Connections<>(settings.connections(), settings.connectionsPerNetwork());
  }

  /** Takes no more frames; completes when those in flight are answered. */
  Future<Void> drain() {
    stopping = true;
    return Future.join(List.copyOf(sessions).stream().map(Session::drain).toList()).mapEmpty();
  }

  void opened(Session session) {
    sessions.add(session);
    telemetry.busSessions(sessions.size());
  }

  void closed(Session session) {
    sessions.remove(session);
    telemetry.busSessions(sessions.size());
  }

  boolean stopping() {
    return stopping;
  }

  void refused(Refused why) {
    telemetry.busRefused(why.word());
  }

  Vertx vertx() {
    return vertx;
  }

  BusSettings settings() {
    return settings;
  }

  Desk desk() {
    return desk;
  }

  Uuids ids() {
    return ids;
  }

  Connections<Object> connections() {
    return connections;
  }

  LongSupplier nanos() {
    return System::nanoTime;
  }
}
