package io.hushbus.bench;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.hushbus.support.BrokerNode;
import io.hushbus.support.Brokers;
import io.hushbus.support.Client;
import io.hushbus.support.Tenancy;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.Locale;
import java.util.UUID;
import java.util.function.IntConsumer;
import org.slf4j.LoggerFactory;

/**
 * N-19 and N-24: whether time tells what is another tenant's, or whose key is wrong, from what does
 * not exist. Prints the medians of both sides and their ratio, which should be within five percent
 * on a quiet machine. The suite does not judge times: it counts statements.
 *
 * <p>Run with, the rounds being 2,000 unless said:
 *
 * <pre>
 * mvn -q test-compile exec:exec -Dexec.classpathScope=test -Dexec.executable=java \
 *   -Dexec.args="-cp %classpath io.hushbus.bench.ExistenceTimingBench 2000"
 * </pre>
 */
public final class ExistenceTimingBench {

  private static final String DEMO = "?project=demo";
  private static final int WARM_UP = 300;

  private final int rounds;
  private final Client anybody;
  private final Client ours;
  private final Client theirs;
  private final Tenancy other;

  private ExistenceTimingBench(int rounds, BrokerNode node, Brokers brokers) {
    this.rounds = rounds;
    this.anybody = node.client("");
    Client operator = node.client(brokers.operator());
    this.ours = anybody.as(brokers.tenant(operator, "acme").admin());
    this.other = brokers.tenant(operator, "globex");
    this.theirs = anybody.as(other.app());
  }

  public static void main(String[] arguments) {
    int rounds = arguments.length == 0 ? 2_000 : Integer.parseInt(arguments[0]);
    ((Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)).setLevel(Level.WARN);
    try (Brokers brokers = Brokers.fresh()) {
      BrokerNode node = brokers.start(Brokers.Tuning.QUIET);
      new ExistenceTimingBench(rounds, node, brokers).run();
    }
  }

  private void run() {
    JsonObject secret =
        new JsonObject().put("name", "only-there").put("type", "text").put("value", "v");
    theirs.post("/secrets" + DEMO, secret).expect(201);
    String lease = lease();
    String account =
        anybody
            .as(other.admin())
            .get("/service-accounts")
            .json()
            .getJsonArray("service_accounts")
            .getJsonObject(0)
            .getString("id");
    compare(
        "a secret of another tenant",
        n -> ours.get("/secrets/only-there" + DEMO).expect(404),
        n -> ours.get("/secrets/only-here0" + DEMO).expect(404));
    compare(
        "a lease of another tenant",
        n -> ours.get("/leases/" + lease).expect(404),
        n -> ours.get("/leases/" + UUID.randomUUID()).expect(404));
    compare(
        "an account of another tenant",
        n -> ours.get("/service-accounts/" + account).expect(404),
        n -> ours.get("/service-accounts/" + UUID.randomUUID()).expect(404));
  }

  private String lease() {
    JsonArray secrets = new JsonArray().add(new JsonObject().put("secret", "only-there"));
    return anybody
        .as(other.runner())
        .post("/leases", new JsonObject().put("project", "demo").put("secrets", secrets))
        .expect(201)
        .json()
        .getJsonArray("leases")
        .getJsonObject(0)
        .getString("id");
  }

  /** Both sides in turn, so that whatever slows the machine slows both. */
  private void compare(String what, IntConsumer there, IntConsumer nowhere) {
    long[] one = new long[rounds];
    long[] two = new long[rounds];
    for (int n = -WARM_UP; n < rounds; n++) {
      boolean thereFirst = n % 2 == 0;
      long first = time(thereFirst ? there : nowhere, n);
      long second = time(thereFirst ? nowhere : there, n);
      if (n >= 0) {
        one[n] = thereFirst ? first : second;
        two[n] = thereFirst ? second : first;
      }
    }
    report(what, median(one), median(two));
  }

  private static long time(IntConsumer asking, int n) {
    long start = System.nanoTime();
    asking.accept(n);
    return System.nanoTime() - start;
  }

  private static double median(long[] nanos) {
    Arrays.sort(nanos);
    return nanos[nanos.length / 2] / 1000.0;
  }

  private static void report(String what, double there, double nowhere) {
    String line =
        String.format(
            Locale.ROOT,
            "%-32s %8.1f us, nothing %8.1f us, ratio %.3f",
            what,
            there,
            nowhere,
            there / nowhere);
    System.out.println(line);
  }
}
