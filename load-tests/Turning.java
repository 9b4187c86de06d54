import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A rotation of a secret with many holders, from the new value to the end of the rotation, with
 * every holder taking and acknowledging it as fast as answers come.
 */
final class Turning {

  private static final int PATIENCE_MILLIS = 120_000;

  private Turning() {}

  static Workload measured(World world, Bench bench) throws Exception {
    int holders = bench.many("--holders", 1_000, 50);
    Tenant tenant = world.tenant;
    tenant.secrets("turned", 0, 1);
    List<String> leases = Leases.granted(tenant, holders, "turned-0");
    List<Double> whole = new ArrayList<>();
    List<Double> moving = new ArrayList<>();
    for (int version = 2; version < 2 + bench.rounds(); version++) {
      long begun = System.nanoTime();
      tenant
          .api()
          .put("/secrets/turned-0" + Tenant.SCOPE, new JsonObject().put("value", "v" + version));
      String applied = "{\"version\":%d,\"status\":\"applied\"}".formatted(version);
      moving.add(
          each(world, Further.requests(tenant, leases, "advance", "{}"))
              + each(world, Further.requests(tenant, leases, "ack", applied)));
      ended(tenant);
      whole.add((System.nanoTime() - begun) / 1e9);
    }
    return Workload.told(
        "rotation of a secret with %,d holders".formatted(holders),
        "%.2f s from the new value to the end of the rotation (median of %d), %.2f s of it the"
            + " holders' own %,d requests",
        Figures.of(whole).median(),
        whole.size(),
        Figures.of(moving).median(),
        2 * holders);
  }

  private static double each(World world, byte[][] requests) throws Exception {
    AtomicInteger at = new AtomicInteger();
    return HttpLoad.exactly(
        world.to((connection, count) -> requests[at.getAndIncrement() % requests.length], 200, 204),
        requests.length);
  }

  private static void ended(Tenant tenant) throws Exception {
    long until = System.currentTimeMillis() + PATIENCE_MILLIS;
    while (turning(tenant)) {
      if (System.currentTimeMillis() > until) {
        throw new IllegalStateException("the rotation does not end");
      }
      Thread.sleep(5);
    }
  }

  private static boolean turning(Tenant tenant) throws Exception {
    JsonArray rotations =
        tenant.api().get("/secrets/turned-0/rotations" + Tenant.SCOPE).getJsonArray("rotations");
    return rotations.stream().anyMatch(one -> ((JsonObject) one).getString("ended_at") == null);
  }
}
