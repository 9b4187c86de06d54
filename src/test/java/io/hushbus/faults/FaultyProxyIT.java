package io.hushbus.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.hushbus.history.Checker;
import io.hushbus.history.DeliveryChecker;
import io.hushbus.history.Entry;
import io.hushbus.history.History;
import io.hushbus.history.LeaseChecker;
import io.hushbus.history.LostWrites;
import io.hushbus.history.OneWinner;
import io.hushbus.history.Outcome;
import io.hushbus.history.RegisterChecker;
import io.hushbus.history.Target;
import io.hushbus.history.Violation;
import io.hushbus.history.Workload;
import io.hushbus.support.BrokerNode;
import io.hushbus.support.Brokers;
import io.hushbus.support.Client;
import io.hushbus.support.Tenancy;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Two real brokers behind something that breaks a promise for each tenant: the checkers find it in
 * what callers saw of the real thing, and nothing else.
 */
final class FaultyProxyIT {

  private static final int REQUESTS = 600;
  private static final String[] DEFECTS = {"0 register", "1 lease", "1 one winner", "2 delivery"};
  private static final List<Checker> CHECKERS =
      List.of(
          new RegisterChecker(),
          new LostWrites(),
          new DeliveryChecker(),
          new LeaseChecker(50_000_000),
          new OneWinner());

  /** What lies between the callers and the brokers: each tenant has its own defect. */
  private static final class Proxy implements Target {
    private final HttpTarget brokers;
    private final Map<String, Answer> kept = new ConcurrentHashMap<>();

    Proxy(HttpTarget brokers) {
      this.brokers = brokers;
    }

    @Override
    public Answer call(Call call) {
      return switch (brokers.tenant(call.key())) {
        case 0 -> cached(call);
        case 1 -> forgetful(call);
        default -> lossy(call);
      };
    }

    /** Answers a read at node 1 as it did before. */
    private Answer cached(Call call) {
      if (!call.op().equals("read") || call.node() == 0) {
        return brokers.call(call);
      }
      Answer before = kept.get(call.key());
      if (before != null) {
        return new Answer(before.outcome(), before.result().copy());
      }
      Answer answer = brokers.call(call);
      kept.put(call.key(), answer);
      return answer;
    }

    /** Says that it revoked, and passes requests on without the key that makes them one. */
    private Answer forgetful(Call call) {
      if (call.op().equals("revoke")) {
        return Answer.ok(new JsonObject());
      }
      JsonObject args = call.args().copy();
      args.remove("once");
      return brokers.call(new Call(call.process(), call.node(), call.op(), call.key(), args));
    }

    /** Leaves one notice of five out. */
    private Answer lossy(Call call) {
      Answer answer = brokers.call(call);
      JsonArray events = answer.result().getJsonArray("events", new JsonArray());
      JsonArray left = new JsonArray();
      events.stream()
          .filter(event -> ((JsonObject) event).getString("id").hashCode() % 5 != 0)
          .forEach(left::add);
      return new Answer(answer.outcome(), answer.result().copy().put("events", left));
    }
  }

  @Test
  void what_lies_between_callers_and_brokers_is_caught() throws InterruptedException {
    try (Brokers brokers = Brokers.fresh()) {
      List<BrokerNode> nodes = List.of(brokers.start(), brokers.start());
      Client operator = nodes.getFirst().client(brokers.operator());
      List<Tenancy> tenants =
          IntStream.range(0, 3).mapToObj(i -> brokers.tenant(operator, "t" + i)).toList();
      try (HttpTarget target = new HttpTarget(i -> nodes.get(i).address(), tenants)) {
        assertThat(caught(target, brokers))
            .containsKeys(DEFECTS)
            .doesNotContainKeys("0 lease", "0 one winner", "1 register", "2 register", "2 lease")
            .doesNotContainKeys("0 lost write", "1 lost write", "2 lost write", "2 one winner");
        assertThat(rules(history(target, 0, brokers))).isEmpty();
      }
    }
  }

  /** Callers do not always happen to meet a defect: then others try. */
  private static Map<String, Violation> caught(HttpTarget brokers, Brokers all)
      throws InterruptedException {
    Map<String, Violation> found = new HashMap<>();
    for (int seed = 1; seed <= 8 && !found.keySet().containsAll(List.of(DEFECTS)); seed++) {
      found.putAll(rules(history(new Proxy(brokers), seed, all)));
    }
    return found;
  }

  private static History history(Target target, long seed, Brokers brokers)
      throws InterruptedException {
    History history = History.of(History.wallClock());
    Workload work =
        new Workload(
            seed,
            new Workload.Shape(
                "p" + seed, 2, 6, 1000, 60_000_000_000L, 3_600_000_000_000L * 24, () -> {}),
            target,
            history);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      threads.add(Thread.ofPlatform().start(work.caller(i, () -> work.asked() < REQUESTS)));
    }
    for (int i = 9; i < 12; i++) {
      String reader = "poll-" + i;
      long[] last = {0, 0};
      threads.add(
          Thread.ofPlatform()
              .start(
                  work.reader(
                      i,
                      "poll",
                      () -> work.asked() < REQUESTS || comesMore(history, reader, last))));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    for (String row :
        brokers.rows(
            """
            SELECT json_build_object('key', s.name, 'tenant', t.name,
              'version', s.current_version, 'deleted', s.deleted_at IS NOT NULL)
            FROM secret s JOIN tenant t USING (tenant_id)
            """)) {
      JsonObject end = new JsonObject(row);
      history.note("final", end.getString("key"), new JsonObject(), end);
    }
    return history;
  }

  /** Not when it has got nothing twice. */
  private static boolean comesMore(History history, String reader, long[] last) {
    long now =
        history.entries().stream()
            .filter(entry -> entry.op().equals("deliver") && entry.key().equals(reader))
            .count();
    last[1] = now == last[0] ? last[1] + 1 : 0;
    last[0] = now;
    return last[1] < 3;
  }

  /** Each with the tenant whose callers saw it. */
  private static Map<String, Violation> rules(History history) {
    return CHECKERS.stream()
        .flatMap(checker -> checker.check(history).stream())
        .collect(
            Collectors.toMap(
                found -> tenant(found, history) + " " + found.rule(),
                found -> found,
                (one, other) -> one));
  }

  private static int tenant(Violation found, History history) {
    Entry entry = found.evidence().getLast();
    Set<String> ofLeases = Set.of("renew", "look", "advance", "ack", "revoke");
    String key =
        ofLeases.contains(entry.op())
            ? history.entries().stream()
                .filter(one -> one.outcome() == Outcome.OK)
                .filter(one -> entry.key().equals(one.result().getString("lease")))
                .findFirst()
                .orElseThrow()
                .key()
            : entry.key();
    return Integer.parseInt(key.substring(key.lastIndexOf('-') + 1)) % 3;
  }
}
