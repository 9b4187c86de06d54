package io.hushbus.http;

import io.hushbus.access.PageSeals;
import io.hushbus.model.TenantId;
import io.hushbus.model.Uuids;
import io.hushbus.telemetry.Telemetry;
import io.vertx.core.http.HttpConnection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;

/**
 * What all event loops of the web front door share: operations, endpoints, the sender port, and the
 * few counters that must be one for the whole process.
 */
public final class FrontDoor {

  private final HttpSettings settings;
  private final List<Operation> operations;
  private final Map<String, Endpoint> endpoints;
  private final Callers callers;
  private final PageSeals seals;
  private final RateLimit limit;
  private final TenantRate tenants;
  private final Telemetry telemetry;
  private final Uuids uuids;
  private final Connections<HttpConnection> connections;
  private volatile boolean stopping;

  /**
   * @param endpoints by operation id; those of the document and its page are added here
   * @param perSecond the requests a second of a tenant; must not block
   * @throws IllegalStateException unless contract and endpoints match one to one
   */
  public FrontDoor(
      HttpSettings settings,
      Contract contract,
      Map<String, Endpoint> endpoints,
      Callers callers,
      PageSeals seals,
      Telemetry telemetry,
      Uuids uuids,
      ToIntFunction<TenantId> perSecond) {
    Map<String, Endpoint> all = new HashMap<>(endpoints);
    all.putAll(new Docs(contract).endpoints());
    all.putAll(new Console(settings.signIn()).endpoints());
    contract.mustMatch(all.keySet());
    this.settings = settings;
    this.operations = contract.operations();
    this.endpoints = Map.copyOf(all);
    this.callers = callers;
    this.seals = seals;
    this.limit = new RateLimit(settings.perSecond(), settings.burst(), System::nanoTime);
    this.tenants = new TenantRate(perSecond, System::nanoTime);
    this.connections = new Connections<>(settings.connections(), settings.connectionsPerNetwork());
    this.telemetry = telemetry;
    this.uuids = uuids;
  }

  /** From now on every new request is refused; the readiness probe should say so too. */
  public void beginStop() {
    stopping = true;
  }

  /** Whether a stop has begun. */
  public boolean stopping() {
    return stopping;
  }

  HttpSettings settings() {
    return settings;
  }

  List<Operation> operations() {
    return operations;
  }

  Endpoint endpoint(Operation operation) {
    Endpoint endpoint = endpoints.get(operation.id());
    if (endpoint == null) {
      throw new IllegalStateException("checked at the start: every operation has its endpoint");
    }
    return endpoint;
  }

  Callers callers() {
    return callers;
  }

  PageSeals seals() {
    return seals;
  }

  RateLimit limit() {
    return limit;
  }

  TenantRate tenants() {
    return tenants;
  }

  Telemetry telemetry() {
    return telemetry;
  }

  Uuids uuids() {
    return uuids;
  }

  /** Counts a connection in, perhaps in place of another; false when there is no place for it. */
  boolean admit(HttpConnection connection, String network) {
    Connections.Admission<HttpConnection> admission = connections.admit(connection, network);
    admission
        .displaced()
        .ifPresent(
            other -> {
              telemetry.connectionDisplaced();
              other.close();
            });
    if (!admission.admitted()) {
      telemetry.connectionRefused();
    }
    telemetry.connections(connections.open());
    return admission.admitted();
  }

  /** A request on the connection has shown who sends it. */
  void known(HttpConnection connection) {
    connections.known(connection);
  }

  /** How many connections are open. */
  int connections() {
    return connections.open();
  }

  void release(HttpConnection connection, String network) {
    connections.release(connection, network);
    telemetry.connections(connections.open());
  }
}
