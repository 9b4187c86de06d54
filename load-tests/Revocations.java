import io.vertx.core.json.JsonObject;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Bar 17: how long it takes to end all leases of a secret, many or few, until the call is answered
 * and so none of them holds any more.
 */
final class Revocations implements Stage {

  private static final int FEW = 100;
  private static final int MOST_WAITS = 600;
  private static final String UNTIDIED =
      "SELECT count(*) FROM lease_revocation WHERE tidied_at IS NULL";

  @Override
  public Set<Bar> bars() {
    return EnumSet.of(Bar.REVOKE);
  }

  @Override
  public Result measure(Bench bench) throws Exception {
    int many = bench.many("--revoked", 100_000, 200);
    int few = bench.smoke() ? 20 : FEW;
    try (World world = World.start(bench.database(), bench.work(), Map.of())) {
      Tenant tenant = world.tenant;
      int rounds = bench.rounds();
      // Each lease request takes one lease of each round's secret.
      tenant.secrets("many", 0, rounds);
      tenant.secrets("few", 0, rounds);
      Leases.requests(tenant.port(), tenant.grant(names("many", rounds)), many);
      Leases.requests(tenant.port(), tenant.grant(names("few", rounds)), few);
      int[] at = new int[2];
      Rounds both =
          new Rounds(rounds)
              .side("revoke many, ms", () -> revoked(world, "many-" + at[0]++, many))
              .side("revoke few, ms", () -> revoked(world, "few-" + at[1]++, few));
      both.run();
      return new Result(
          List.of(
              Measured.of(
                  Bar.REVOKE,
                  both.ratio("revoke many, ms", "revoke few, ms"),
                  "%.1f ms for %,d beside %.1f ms for %d",
                  both.of("revoke many, ms").median(),
                  many,
                  both.of("revoke few, ms").median(),
                  few)),
          List.of(),
          0);
    }
  }

  private static String[] names(String prefix, int number) {
    return IntStream.range(0, number).mapToObj(i -> prefix + "-" + i).toArray(String[]::new);
  }

  private static double revoked(World world, String name, int leases) throws Exception {
    Tenant tenant = world.tenant;
    String id = tenant.api().get("/secrets/" + name + Tenant.SCOPE).getString("id");
    Api admin = tenant.api().as(tenant.admin());
    tidied(world);
    long begun = System.nanoTime();
    JsonObject answer = admin.post("/leases/revoke", new JsonObject().put("secret_id", id));
    double millis = (System.nanoTime() - begun) / 1e6;
    if (answer.getInteger("revoked") < leases && !answer.getBoolean("more", false)) {
      throw new IllegalStateException("only " + answer + " of " + leases);
    }
    return millis;
  }

  /** Waits until the sweep has written into each lease what has ended it. */
  private static void tidied(World world) throws Exception {
    for (int i = 0; i < MOST_WAITS; i++) {
      if (Database.numbers(world.installation.database(), UNTIDIED)[0] == 0) {
        return;
      }
      Thread.sleep(100);
    }
    throw new IllegalStateException("what was ended is not written after a minute");
  }
}
