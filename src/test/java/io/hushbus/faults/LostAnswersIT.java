package io.hushbus.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.hushbus.config.DatabaseConfig;
import io.hushbus.db.StatementProbe;
import io.hushbus.support.BrokerNode;
import io.hushbus.support.Brokers;
import io.hushbus.support.Brokers.Tuning;
import io.hushbus.support.Canary;
import io.hushbus.support.Client;
import io.hushbus.support.Client.Answer;
import io.hushbus.support.Tenancy;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The network between a broker and its database loses the answer to COMMIT, or everything: the
 * outcome is unknown and said to be, and the same request under its key is safe to repeat.
 */
final class LostAnswersIT {

  private static final Duration SOON = Duration.ofSeconds(20);
  private static final String NOTHING = "no statement";

  private static final Map<String, JsonObject> BODIES = new ConcurrentHashMap<>();

  private static Brokers brokers;
  private static Wire wire;
  private static BrokerNode node;
  private static Tenancy acme;
  private static int number;

  /** A part of a statement; the answer to the COMMIT after it is lost. */
  private static final AtomicReference<String> fatal = new AtomicReference<>(NOTHING);

  @BeforeAll
  static void start() {
    brokers = Brokers.fresh();
    DatabaseConfig database = brokers.database().config();
    wire = new Wire(database.host(), database.port());
    // No loop commits anything of its own meanwhile.
    node =
        brokers.startBehind(
            wire.port(),
            Tuning.QUIET,
            new StatementProbe() {
              @Override
              public void before(String sql) {
                if (sql.contains(fatal.get())) {
                  fatal.set(NOTHING);
                  wire.loseAnswerToCommit();
                }
              }

              @Override
              public void after(String sql) {}
            });
    acme = brokers.tenant(node.client(brokers.operator()), "acme");
    app().post("/secrets?project=demo", secret("held")).expect(201);
  }

  @AfterAll
  static void stop() {
    brokers.close();
    wire.close();
  }

  @Test
  void f10_where_the_answer_to_commit_is_lost_the_same_request_gives_what_the_first_one_made() {
    requests()
        .forEach(
            (what, request) -> {
              String key = "lost-" + ++number;
              fatal.set("INSERT INTO " + what + " (");
              Answer first = request.apply(key);
              assertThat(wire.hasLostAnswer()).as(what).isTrue();
              assertThat(fatal).as(what).hasValue(NOTHING);
              unknown(what, first);
              Answer again = settled(what, request, key);
              assertThat(again.status()).as(what).isBetween(200, 202);
              assertThat(id(request.apply(key))).as(what).isEqualTo(id(again));
            });
    onceEach();
  }

  @Test
  void f8_where_the_network_drops_everything_answers_are_bounded_and_repeats_are_safe() {
    requests()
        .forEach(
            (what, request) -> {
              String key = "dropped-" + ++number;
              wire.silent(true);
              try {
                unknown(what, request.apply(key));
                assertThat(node.management("/livez").status()).isEqualTo(200);
              } finally {
                wire.silent(false);
              }
              assertThat(settled(what, request, key).status()).as(what).isBetween(200, 202);
            });
    onceEach();
  }

  private static String id(Answer answer) {
    JsonObject made = answer.json();
    JsonArray leases = made.getJsonArray("leases");
    return (leases == null ? made : leases.getJsonObject(0)).getString("id");
  }

  private static void unknown(String what, Answer answer) {
    assertThat(answer.status()).as("%s: %s", what, answer.body()).isEqualTo(503);
    assertThat(answer.header("Retry-After")).as(what).isNotEmpty();
  }

  /** Repeats as a client does, with the same key, until there is an answer. */
  private static Answer settled(String what, Function<String, Answer> request, String key) {
    return Awaitility.await(what)
        .atMost(SOON)
        .until(() -> request.apply(key), answer -> answer.status() < 300);
  }

  /** By the table that they fill; each is given its key. */
  private static Map<String, Function<String, Answer>> requests() {
    Map<String, Function<String, Answer>> all = new LinkedHashMap<>();
    all.put(
        "secret", key -> app().post("/secrets?project=demo", secret(key), "Idempotency-Key", key));
    all.put(
        "lease",
        key ->
            runner()
                .post(
                    "/leases",
                    new JsonObject()
                        .put("project", "demo")
                        .put(
                            "secrets", new JsonArray().add(new JsonObject().put("secret", "held"))),
                    "Idempotency-Key",
                    key));
    all.put(
        "run",
        key ->
            runner()
                .post(
                    "/runs",
                    new JsonObject().put("project", "demo").put("external_id", key),
                    "Idempotency-Key",
                    key));
    all.put(
        "webhook",
        key ->
            node.client(acme.admin())
                .post(
                    "/webhooks",
                    new JsonObject().put("url", "http://127.0.0.1:1024/hook"),
                    "Idempotency-Key",
                    key));
    return all;
  }

  /** Nothing was made twice. */
  private static void onceEach() {
    assertThat(brokers.rows("SELECT name FROM secret WHERE name <> 'held'"))
        .doesNotHaveDuplicates();
    assertThat(brokers.rows("SELECT external_id FROM run")).doesNotHaveDuplicates();
    Bookkeeping.check(brokers);
  }

  /** The same each time. */
  private static JsonObject secret(String name) {
    return BODIES.computeIfAbsent(
        name,
        unseen ->
            new JsonObject().put("name", name).put("type", "text").put("value", Canary.value()));
  }

  private static Client app() {
    return node.client(acme.app());
  }

  private static Client runner() {
    return node.client(acme.runner());
  }
}
