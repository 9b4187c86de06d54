package io.hushbus.bench;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.hushbus.support.BrokerNode;
import io.hushbus.support.Brokers;
import io.hushbus.support.Brokers.Tuning;
import io.hushbus.support.Client;
import io.hushbus.support.Tenancy;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.slf4j.LoggerFactory;

/**
 * What many leases cost a broker: how long it takes from the start to the first lease that it
 * grants, with a million live leases and with one, by turns; and (N-72) what others notice in the
 * seconds in which a hundred thousand of them expire.
 *
 * <p>The many are another tenant's than the one that is measured: copies of one that was granted,
 * under other ids, made by the database. Their MACs do not verify, which is of no matter here:
 * whoever read one at a start would be found by the time that a million of them take.
 *
 * <p>Run with, the leases being 1,000,000 unless said, and 10,000 with {@code --smoke}:
 *
 * <pre>
 * mvn -q test-compile exec:exec -Dexec.classpathScope=test -Dexec.executable=java \
 *   -Dexec.args="-cp %classpath io.hushbus.bench.ManyLeasesBench 1000000"
 * </pre>
 */
public final class ManyLeasesBench {

  private static final int ROUNDS = 7;
  private static final int WARM_UP = 2;
  private static final int PROBES = 600;

  /** Every column as it is, but the id. */
  private static final String COPY =
      """
      DO $$ BEGIN
        EXECUTE (SELECT format('INSERT INTO lease (%s) SELECT %s FROM lease l JOIN tenant t ON t.tenant_id = l.tenant_id AND t.name = ''crowd'', generate_series(1, ${n})',
            string_agg(column_name, ', '),
            string_agg(CASE column_name WHEN 'lease_id' THEN 'gen_random_uuid()'
              ELSE 'l.' || column_name END, ', '))
          FROM information_schema.columns
          WHERE table_schema = 'public' AND table_name = 'lease');
      END $$
      """;

  private static final String EXPIRE =
      """
      UPDATE lease SET expires_at = now() + interval '20 seconds'
      WHERE (tenant_id, lease_id) IN (
        SELECT tenant_id, lease_id FROM lease JOIN tenant USING (tenant_id)
        WHERE name = 'crowd' ORDER BY lease_id LIMIT ${n})
      """;

  /**
   * @param ready milliseconds until it listened, each time
   * @param first milliseconds until it had granted a lease
   */
  private record Side(
      String name, Brokers brokers, Tenancy acme, List<Double> ready, List<Double> first) {}

  private ManyLeasesBench() {}

  public static void main(String[] arguments) {
    boolean smoke = List.of(arguments).contains("--smoke");
    int leases =
        smoke ? 10_000 : arguments.length == 0 ? 1_000_000 : Integer.parseInt(arguments[0]);
    ((Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)).setLevel(Level.WARN);
    try (Brokers one = Brokers.fresh();
        Brokers other = Brokers.fresh()) {
      Side few = side("1", one);
      Side many = side(String.format(Locale.ROOT, "%,d", leases), other);
      other.database().asOwner(COPY.replace("${n}", Integer.toString(leases)));
      other.database().asOwner("VACUUM ANALYZE lease");
      try {
        starts(few, many);
        expiry(many, leases / 10);
      } finally {
        other.database().asOwner("TRUNCATE lease CASCADE"); // what closes it searches every row
      }
    }
  }

  private static Side side(String name, Brokers brokers) {
    BrokerNode node = brokers.start(Tuning.USUAL);
    Tenancy acme = brokers.tenant(node.client(brokers.operator()), "acme");
    held(node, acme);
    held(node, brokers.tenant(node.client(brokers.operator()), "crowd"));
    node.stop();
    return new Side(name, brokers, acme, new ArrayList<>(), new ArrayList<>());
  }

  private static void held(BrokerNode node, Tenancy tenancy) {
    JsonObject secret = new JsonObject().put("name", "held").put("type", "text").put("value", "v");
    node.client(tenancy.app()).post("/secrets?project=demo", secret).expect(201);
    lease(node.client(tenancy.runner()));
  }

  private static void starts(Side few, Side many) {
    for (int round = -WARM_UP; round < ROUNDS; round++) {
      for (Side side : round % 2 == 0 ? List.of(few, many) : List.of(many, few)) {
        long begun = System.nanoTime();
        BrokerNode node = side.brokers().start(Tuning.USUAL);
        double ready = (System.nanoTime() - begun) / 1e6;
        lease(node.client(side.acme().runner()));
        double first = (System.nanoTime() - begun) / 1e6;
        node.stop();
        if (round >= 0) {
          side.ready().add(ready);
          side.first().add(first);
        }
      }
    }
    compare("ready", few, many, Side::ready);
    compare("to the first lease", few, many, Side::first);
  }

  private static void compare(
      String what, Side few, Side many, Function<Side, List<Double>> millis) {
    for (Side side : List.of(few, many)) {
      System.out.printf(
          Locale.ROOT,
          "%s, with %s live: median %.0f ms (%.0f to %.0f)%n",
          what,
          side.name(),
          at(millis.apply(side), 0.5),
          at(millis.apply(side), 0),
          at(millis.apply(side), 1));
    }
    double ratio = at(millis.apply(many), 0.5) / at(millis.apply(few), 0.5);
    System.out.printf(Locale.ROOT, "%s: ratio %.2f%n", what, ratio);
  }

  /** One grant after the other, before, while and after many expire in one instant. */
  private static void expiry(Side many, int expiring) {
    BrokerNode node = many.brokers().start(Tuning.USUAL);
    Client runner = node.client(many.acme().runner());
    probes(runner, WARM_UP * PROBES);
    report("before", probes(runner, PROBES));
    many.brokers().database().asOwner(EXPIRE.replace("${n}", Integer.toString(expiring)));
    List<Double> meanwhile = new ArrayList<>();
    while (live(many) > 0) {
      meanwhile.addAll(probes(runner, PROBES / 10));
    }
    meanwhile.addAll(probes(runner, PROBES));
    report(String.format(Locale.ROOT, "while %,d expire", expiring), meanwhile);
    node.stop();
  }

  /** How many of those that are about to expire are live yet. */
  private static int live(Side many) {
    return many.brokers()
        .rows(
            "SELECT 1 FROM lease WHERE expires_at BETWEEN clock_timestamp()"
                + " AND clock_timestamp() + interval '1 minute' LIMIT 1")
        .size();
  }

  private static List<Double> probes(Client runner, int times) {
    List<Double> millis = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      long begun = System.nanoTime();
      lease(runner);
      millis.add((System.nanoTime() - begun) / 1e6);
    }
    return millis;
  }

  private static void report(String when, List<Double> millis) {
    System.out.printf(
        Locale.ROOT,
        "a grant %s: median %.1f ms, p99 %.1f ms, worst %.1f ms (%d)%n",
        when,
        at(millis, 0.5),
        at(millis, 0.99),
        at(millis, 1),
        millis.size());
  }

  private static double at(List<Double> all, double part) {
    List<Double> sorted = all.stream().sorted().toList();
    return sorted.get((int) Math.round(part * (sorted.size() - 1)));
  }

  private static void lease(Client runner) {
    JsonObject ask =
        new JsonObject()
            .put("project", "demo")
            .put("secrets", new JsonArray().add(new JsonObject().put("secret", "held")));
    runner.post("/leases", ask).expect(201);
  }
}
