import java.util.Locale;
import java.util.stream.IntStream;

/** What others notice in the seconds in which very many leases expire at once. */
final class Expiring {

  private static final int IN_ONE_REQUEST = 16;
  private static final double PROBES_A_SECOND = 200;
  private static final int PROBERS = 16;
  private static final double AROUND_SECONDS = 6;

  private Expiring() {}

  static Workload measured(World world, Bench bench) throws Exception {
    int leases = bench.many("--expiring", 100_000, 320);
    int ahead = bench.smoke() ? 4 : 10 + leases / 1_000;
    HttpLoad.Outcome before = probe(world, bench.smoke() ? 1 : AROUND_SECONDS);
    long at = System.currentTimeMillis() + 1_000L * ahead;
    HttpLoad.exactly(
        world.to((connection, count) -> ending(world.tenant, at), 201),
        (leases + IN_ONE_REQUEST - 1) / IN_ONE_REQUEST);
    long left = at - System.currentTimeMillis() - 1_000;
    if (left < 0 && !bench.smoke()) {
      return Workload.told(
          "leases that expire in one second", "not made in time: more were wanted");
    }
    Thread.sleep(Math.max(0, left));
    HttpLoad.Outcome during = probe(world, bench.smoke() ? 2 : AROUND_SECONDS);
    return Workload.told(
        String.format(Locale.ROOT, "%,d leases expire in one second", leases),
        "grants at %.0f/s before: p50 %.1f ms, p99 %.1f, worst %.1f; meanwhile: %.1f, %.1f, %.1f",
        PROBES_A_SECOND,
        before.p50() / 1e3,
        before.p99() / 1e3,
        before.micros().getMaxValue() / 1e3,
        during.p50() / 1e3,
        during.p99() / 1e3,
        during.micros().getMaxValue() / 1e3);
  }

  /** Leases whose life ends at that time, to the second. */
  private static byte[] ending(Tenant tenant, long at) {
    long ttl = Math.max(1, (at - System.currentTimeMillis() + 999) / 1_000);
    String[] names =
        IntStream.range(0, IN_ONE_REQUEST).mapToObj(i -> "secret-" + i).toArray(String[]::new);
    return HttpLoad.request(
        "POST", "/api/v1/leases", tenant.app(), Tenant.lease(ttl + "s", names).encode());
  }

  private static HttpLoad.Outcome probe(World world, double seconds) throws Exception {
    return HttpLoad.open(
        HttpLoad.Target.http(
            world.broker.port,
            HttpLoad.Requests.always(world.tenant.grant("secret-0")),
            PROBERS,
            201),
        PROBES_A_SECOND,
        seconds);
  }
}
