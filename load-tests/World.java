import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What most stages measure: a broker on a database of its own, a tenant with some secrets and an
 * environment of eight, and the two ceilings beside it.
 */
final class World implements AutoCloseable {

  static final int CONNECTIONS = 64;
  private static final List<Integer> CLIENTS = List.of(8, 32, 64);
  private static final int SECRETS = 16;
  private static final int IN_ENVIRONMENT = 8;
  private static final String ENVIRONMENT =
      "{\"project\":\"demo\",\"domain\":\"development\",\"environment\":\"eight\"}";
  private static final String RENEWAL = "{\"ttl\":\"15m\"}";

  final Path work;
  final Installation installation;
  final Broker broker;
  final Broker router;
  final Pgbench pgbench;
  final Tenant tenant;

  private World(
      Path work,
      Installation installation,
      Broker broker,
      Broker router,
      Pgbench pgbench,
      Tenant tenant) {
    this.work = work;
    this.installation = installation;
    this.broker = broker;
    this.router = router;
    this.pgbench = pgbench;
    this.tenant = tenant;
  }

  static World start(Database database, Path work, Map<String, String> settings) throws Exception {
    Installation installation = Installation.make(database, "hushbus_load", work);
    Broker broker = installation.start(settings);
    Tenant tenant = Tenant.make(installation.operator(broker), "load");
    tenant.secrets("secret", 0, SECRETS);
    environment(tenant);
    String lease = tenant.api().post("/leases", Tenant.lease("15m", "secret-0")).encode();
    String read = tenant.api().get("/secrets/secret-0" + Tenant.SCOPE).encode();
    Broker router = Broker.router(work, lease.length(), read.length());
    return new World(
        work, installation, broker, router, new Pgbench(installation.database(), work), tenant);
  }

  private static void environment(Tenant tenant) throws IOException, InterruptedException {
    var needs = new JsonArray();
    for (int i = 0; i < IN_ENVIRONMENT; i++) {
      needs.add(new JsonObject().put("secret", "secret-" + i).put("as_env_var", "SECRET_" + i));
    }
    tenant.api().put("/environments/eight" + Tenant.SCOPE, new JsonObject().put("secrets", needs));
  }

  HttpLoad.Target to(HttpLoad.Requests requests, Integer... good) {
    return HttpLoad.Target.http(broker.port, requests, CONNECTIONS, good);
  }

  HttpLoad.Target toRouter(byte[] request, Integer... good) {
    return HttpLoad.Target.http(router.port, HttpLoad.Requests.always(request), CONNECTIONS, good);
  }

  HttpLoad.Outcome grants(double seconds) throws IOException {
    return HttpLoad.closed(to(HttpLoad.Requests.always(tenant.grant("secret-0")), 201), seconds);
  }

  /** Eight leases a request. */
  HttpLoad.Outcome environments(double seconds) throws IOException {
    byte[] whole = HttpLoad.request("POST", "/api/v1/leases", tenant.app(), ENVIRONMENT);
    return HttpLoad.closed(to(HttpLoad.Requests.always(whole), 201), seconds);
  }

  /** Renewals of so many leases of their own, by turns. */
  HttpLoad.Requests renewals(int number) throws IOException, InterruptedException {
    byte[][] all =
        Leases.granted(tenant, number, "secret-0").stream()
            .map(id -> "/api/v1/leases/" + id + "/renew")
            .map(path -> HttpLoad.request("POST", path, tenant.app(), RENEWAL))
            .toArray(byte[][]::new);
    return HttpLoad.Requests.inTurn(all, CONNECTIONS);
  }

  HttpLoad.Outcome reads(double seconds) throws IOException {
    byte[] read =
        HttpLoad.request("GET", "/api/v1/secrets/secret-0" + Tenant.SCOPE, tenant.app(), "");
    return HttpLoad.closed(to(HttpLoad.Requests.always(read), 200), seconds);
  }

  /** What the front door could do at most. */
  HttpLoad.Outcome bare(double seconds) throws IOException {
    return HttpLoad.closed(toRouter(tenant.grant("secret-0"), 201), seconds);
  }

  HttpLoad.Outcome bareReads(double seconds) throws IOException {
    return HttpLoad.closed(
        toRouter(HttpLoad.request("GET", "/api/v1/secrets/x", "none", ""), 200), seconds);
  }

  /** What a broker that commits each row by itself could do at most; NaN without pgbench. */
  double rows(double seconds) throws Exception {
    double best = Double.NaN;
    List<Integer> clients = seconds < 1 ? CLIENTS.subList(0, 1) : CLIENTS;
    for (int number : Pgbench.isInstalled() ? clients : List.<Integer>of()) {
      double rate = pgbench.rowsPerSecond(number, (int) Math.max(1, Math.round(seconds * 0.6)));
      best = best > rate ? best : rate;
    }
    return best;
  }

  @Override
  public void close() throws Exception {
    try (broker;
        router) {
      pgbench.close();
    }
  }
}
