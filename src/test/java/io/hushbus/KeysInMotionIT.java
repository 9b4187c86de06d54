package io.hushbus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hushbus.crypto.RootKey;
import io.hushbus.crypto.RootKeyRing;
import io.hushbus.db.StatementProbe;
import io.hushbus.model.SecretValue;
import io.hushbus.support.BrokerNode;
import io.hushbus.support.Brokers;
import io.hushbus.support.Brokers.Tuning;
import io.hushbus.support.Canary;
import io.hushbus.support.Client;
import io.hushbus.support.HookServer;
import io.hushbus.support.IdentityServer;
import io.hushbus.support.Tenancy;
import io.hushbus.tenant.WrongRootKey;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Keys change while everything that depends on them goes on. */
final class KeysInMotionIT {

  private static final Duration SOON = Duration.ofSeconds(60);

  /** Where the content begins in a stored version: behind the wrapped key, which may change. */
  private static final String CONTENT = "encode(substring(sealed FROM 101), 'hex')";

  private Brokers brokers;
  private BrokerNode one;
  private BrokerNode two;
  private Client operator;
  private Tenancy acme;

  @BeforeEach
  void start() {
    brokers = Brokers.fresh();
    one = brokers.start();
    two = brokers.start();
    operator = one.client(brokers.operator());
    acme = brokers.tenant(operator, "acme");
  }

  @AfterEach
  void stop() {
    brokers.close();
  }

  @Test
  void a_rotation_moves_everything_and_leaves_content_alone() {
    Map<String, String> values = new HashMap<>();
    for (int i = 0; i < 30; i++) {
      values.put("kept-" + i, create(one, "kept-" + i));
    }
    String second = Canary.value();
    one.client(acme.app())
        .put("/secrets/kept-0?project=demo", new JsonObject().put("value", second))
        .expect(200);
    values.put("kept-0", second);
    Awaitility.await("the rotation of a value ends first")
        .atMost(Duration.ofSeconds(30))
        .until(() -> brokers.rows("SELECT 1 FROM rotation WHERE ended_at IS NULL").isEmpty());
    String lease = lease(one, "kept-1").getString("id");
    List<String> content = brokers.rows("SELECT " + CONTENT + " FROM secret_version ORDER BY 1");

    JsonObject operation = rotated("acme");

    assertThat(operation.getString("state")).isEqualTo("succeeded");
    assertThat(operation.getLong("done")).isEqualTo(operation.getLong("total"));
    assertThat(brokers.rows("SELECT " + CONTENT + " FROM secret_version ORDER BY 1"))
        .isEqualTo(content);
    for (String table : List.of("secret", "secret_version", "lease")) {
      assertThat(brokers.rows("SELECT DISTINCT mac_generation FROM " + table)).containsExactly("2");
    }
    assertThat(brokers.rows("SELECT DISTINCT get_byte(sealed, 7) FROM secret_version"))
        .containsExactly("2");
    values.forEach((name, value) -> assertThat(value(two, name)).isEqualTo(value));
    two.client(acme.runner())
        .post("/leases/" + lease + "/renew", new JsonObject().put("ttl", "1h"))
        .expect(200);

    JsonArray keys = operator.get("/tenants/acme/keys").expect(200).json().getJsonArray("keys");
    assertThat(keys.getJsonObject(0).getString("state")).isEqualTo("retired");
    assertThat(keys.getJsonObject(0).getLong("versions")).isZero();
    assertThat(keys.getJsonObject(1).getString("state")).isEqualTo("primary");

    operator.delete("/tenants/acme/keys/2").expect(409);
    operator.delete("/tenants/acme/keys/1").expect(202);
    operator.delete("/tenants/acme/keys/1").expect(404);
    values.forEach((name, value) -> assertThat(value(one, name)).isEqualTo(value));
    assertThat(
            brokers.rows(
                "SELECT generation FROM tenant_key JOIN tenant USING (tenant_id) WHERE name ="
                    + " 'acme'"))
        .containsExactly("2");
  }

  @Test
  void what_projects_share_moves_with_the_key() {
    Client admin = one.client(acme.admin());
    admin.post("/communities", new JsonObject().put("name", "vision")).expect(201);
    JsonObject labs = new JsonObject().put("name", "labs").put("community", "vision");
    admin.post("/projects", labs).expect(201);
    String type = "application/merge-patch+json";
    String member = new JsonObject().put("community", "vision").encode();
    admin.sendText("PATCH", "/projects/demo", member, "Content-Type", type).expect(200);
    String value = create(one, "camera");
    String id =
        admin
            .put("/secrets/camera/shares/vision?project=demo", new JsonObject())
            .expect(200)
            .json()
            .getString("secret_id");
    JsonObject ask = new JsonObject().put("secret_id", id);
    admin.post("/projects/labs/adoptions", ask).expect(201);

    assertThat(rotated("acme").getString("state")).isEqualTo("succeeded");

    for (String table : List.of("secret_share", "adoption")) {
      assertThat(brokers.rows("SELECT DISTINCT mac_generation FROM " + table)).containsExactly("2");
    }
    JsonObject wanted =
        new JsonObject()
            .put("project", "labs")
            .put("secrets", new JsonArray().add(new JsonObject().put("secret", "camera")));
    JsonObject leased =
        two.client(acme.runner())
            .post("/leases", wanted)
            .expect(201)
            .json()
            .getJsonArray("leases")
            .getJsonObject(0);
    assertThat(leased.getJsonObject("data").getString("value")).isEqualTo(value);
    assertThat(rotated("acme").getString("state")).isEqualTo("succeeded");
    two.client(acme.runner())
        .post("/leases/" + leased.getString("id") + "/renew", new JsonObject().put("ttl", "1h"))
        .expect(200);
  }

  @Test
  void whoever_could_come_in_before_a_rotation_still_can_on_every_node() {
    Vertx vertx = Vertx.vertx();
    try (IdentityServer idp = new IdentityServer(vertx).key("k", "RS256")) {
      Client admin = one.client(acme.admin());
      admin.post("/identity-providers", provider(idp)).expect(201);
      create(one, "for-all");
      String revoked = Tenancy.account(admin, "gone", new JsonObject().put("role", "viewer"));
      String account =
          one.client(revoked)
              .get("/auth/whoami")
              .expect(200)
              .json()
              .getJsonObject("principal")
              .getString("id");
      String key =
          admin
              .get("/service-accounts/" + account + "/keys")
              .expect(200)
              .json()
              .getJsonArray("keys")
              .getJsonObject(0)
              .getString("id");
      admin.delete("/service-accounts/" + account + "/keys/" + key).expect(204);
      two.client(acme.runner()).post("/leases", ask("for-all")).expect(201);

      JsonObject begun = operator.post("/tenants/acme/keys", new JsonObject()).expect(202).json();
      String late = Tenancy.account(admin, "late", new JsonObject().put("role", "runner"));
      two.client(late).post("/leases", ask("for-all")).expect(201);
      assertThat(ended(begun.getString("id")).getString("state")).isEqualTo("succeeded");
      operator.delete("/tenants/acme/keys/1").expect(202);

      for (String table : List.of("role_binding", "service_account_key", "identity_provider")) {
        assertThat(
                brokers.rows(
                    "SELECT DISTINCT mac_generation FROM "
                        + table
                        + " JOIN tenant t USING (tenant_id) WHERE t.name = 'acme'"
                        + " AND row_mac <> ''"))
            .as(table)
            .containsExactly("2");
      }
      assertThat(
              brokers.rows(
                  "SELECT length(row_mac) FROM service_account_key WHERE revoked_at IS NOT NULL"))
          .containsExactly("0");
      for (BrokerNode node : List.of(one, two)) {
        for (String caller : List.of(acme.admin(), acme.app(), acme.viewer(), late)) {
          node.client(caller).get("/secrets?project=demo").expect(200);
        }
        Awaitility.await("the revocation holds")
            .atMost(SOON)
            .until(() -> node.client(revoked).get("/auth/whoami").status() == 401);
      }
      two.client(token(idp)).post("/leases", ask("for-all")).expect(201);
      assertThat(
              two
                  .client(acme.admin())
                  .get("/audit?page_size=500")
                  .expect(200)
                  .json()
                  .getJsonArray("records")
                  .stream()
                  .map(JsonObject.class::cast)
                  .filter(record -> record.getString("action").equals("lease_grant"))
                  .filter(record -> record.getString("actor").startsWith("external:")))
          .hasSize(1);
    } finally {
      vertx.close().await();
    }
  }

  @Test
  void a_binding_of_a_generation_that_never_was_is_ignored_and_shuts_nobody_out() {
    brokers
        .database()
        .asOwner(
            "UPDATE role_binding SET mac_generation = 77 WHERE role = 'developer' AND tenant_id ="
                + " (SELECT tenant_id FROM tenant WHERE name = 'acme')");

    two.client(acme.app()).get("/auth/whoami").expect(200);
    two.client(acme.app()).get("/secrets?project=demo").expect(404);
    assertThat(two.management("/metrics").body())
        .containsPattern("forged[^\\n]*role_binding[^\\n]* 1");
  }

  private static JsonObject provider(IdentityServer idp) {
    var condition = new JsonObject().put("claim", "/kind").put("equals", "robot");
    return new JsonObject()
        .put("name", "robots")
        .put("kind", "jwt")
        .put("issuer", "https://robots.test")
        .put("audience", "hushbus-test/acme")
        .put("jwks_url", idp.url())
        .put("conditions", new JsonArray().add(condition))
        .put("mappings", new JsonArray().add(new JsonObject().put("role", "runner")));
  }

  private static String token(IdentityServer idp) {
    long now = Instant.now().getEpochSecond();
    return idp.token(
        "k",
        new JsonObject()
            .put("iss", "https://robots.test")
            .put("aud", new JsonArray().add("hushbus-test/acme"))
            .put("sub", "arm-1")
            .put("kind", "robot")
            .put("iat", now)
            .put("nbf", now)
            .put("exp", now + 3600));
  }

  @Test
  void who_may_see_and_start_what() {
    Client.Answer begun = operator.post("/tenants/acme/keys", new JsonObject()).expect(202);
    String path = begun.header("Location").replace("/api/v1", "");
    assertThat(begun.json().getString("kind")).isEqualTo("tenant_key_rotation");

    operator.post("/tenants/acme/keys", new JsonObject()).expect(409);
    operator.get(path).expect(200);
    one.client(acme.admin()).get(path).expect(200);
    one.client(acme.app()).get(path).expect(404);
    Tenancy other = brokers.tenant(operator, "other");
    one.client(other.admin()).get(path).expect(404);
    one.client(acme.admin()).post("/tenants/acme/keys", new JsonObject()).expect(404);
    one.client(acme.admin()).get("/tenants/acme/keys").expect(404);
    one.client(acme.admin()).post("/root-key/rotate", new JsonObject()).expect(404);
    operator.post("/root-key/rotate", new JsonObject()).expect(409);
  }

  @Test
  void nothing_fails_while_keys_are_rotated_under_load() throws Exception {
    for (int i = 0; i < 8; i++) {
      create(one, "busy-" + i);
    }
    try (Load load = new Load()) {
      load.awaitRounds(5);
      for (int i = 0; i < 2; i++) {
        assertThat(rotated("acme").getString("state")).isEqualTo("succeeded");
        load.awaitRounds(5);
      }
      load.finish();
      assertThat(load.failures).isEmpty();
    }
    for (String table : List.of("secret", "secret_version", "lease")) {
      assertThat(
              brokers.rows(
                  "SELECT count(*) FROM "
                      + table
                      + " t LEFT JOIN tenant_key k ON"
                      + " k.tenant_id = t.tenant_id AND k.generation = t.mac_generation"
                      + " WHERE k.generation IS NULL"))
          .containsExactly("0");
    }
  }

  @Test
  void n56_a_replaced_tenant_key_fails_closed_and_others_serve() {
    create(one, "mine");
    Tenancy other = brokers.tenant(operator, "other");
    one.client(other.app())
        .post("/secrets?project=demo", body("theirs", Canary.value()))
        .expect(201);

    brokers
        .database()
        .asOwner(
            "UPDATE tenant_key k SET wrapped = o.wrapped, key_check = o.key_check FROM tenant_key o"
                + " JOIN tenant t ON t.tenant_id = o.tenant_id AND t.name = 'other'"
                + " WHERE k.tenant_id = (SELECT tenant_id FROM tenant WHERE name = 'acme')");
    try (BrokerNode fresh = brokers.start()) {
      assertThat(fresh.client(acme.runner()).post("/leases", ask("mine")).status()).isEqualTo(500);
      assertThat(fresh.client(acme.app()).get("/secrets/mine?project=demo").code())
          .isEqualTo("integrity");
      fresh.client(other.runner()).post("/leases", ask("theirs")).expect(201);
    }
  }

  @Test
  void n56_an_older_generation_put_in_place_of_the_primary_fails_closed() {
    create(one, "mine");
    rotated("acme");
    brokers
        .database()
        .asOwner(
            "UPDATE tenant_key k SET wrapped = o.wrapped, key_check = o.key_check FROM tenant_key o"
                + " WHERE k.tenant_id = o.tenant_id AND k.generation = 2 AND o.generation = 1"
                + " AND k.tenant_id = (SELECT tenant_id FROM tenant WHERE name = 'acme')");
    try (BrokerNode fresh = brokers.start()) {
      assertThat(fresh.client(acme.runner()).post("/leases", ask("mine")).status()).isEqualTo(500);
    }
  }

  @Test
  void a_forged_row_is_not_made_genuine_by_a_rotation() {
    create(one, "honest");
    create(one, "forged");
    brokers.database().asOwner("UPDATE secret SET cas_required = true WHERE name = 'forged'");

    JsonObject operation = rotated("acme");

    assertThat(operation.getString("state")).isEqualTo("failed");
    assertThat(operation.getString("problem")).isEqualTo("integrity");
    assertThat(brokers.rows("SELECT mac_generation FROM secret WHERE name = 'forged'"))
        .containsExactly("1");
    assertThat(brokers.rows("SELECT count(*) FROM tenant_key WHERE retired_at IS NOT NULL"))
        .containsExactly("0");
    lease(one, "honest");
    assertThat(one.client(acme.runner()).post("/leases", ask("forged")).status()).isEqualTo(500);
  }

  @Test
  void a_row_that_names_a_generation_that_never_was_is_refused() {
    create(one, "odd");
    brokers.database().asOwner("UPDATE secret SET mac_generation = 77 WHERE name = 'odd'");

    assertThat(two.client(acme.app()).get("/secrets/odd?project=demo").code())
        .isEqualTo("integrity");
    assertThat(one.client(acme.runner()).post("/leases", ask("odd")).code()).isEqualTo("integrity");
  }

  @Test
  void the_root_key_is_rotated_under_load_and_the_keys_below_stay() throws Exception {
    byte[] bytes = new byte[RootKey.SIZE];
    new SecureRandom().nextBytes(bytes);
    create(one, "under-root");
    List<String> checks =
        brokers.rows("SELECT encode(key_check, 'hex') FROM tenant_key ORDER BY 1");
    List<String> sealed = brokers.rows("SELECT encode(sealed, 'hex') FROM secret_version");
    one.stop();
    two.stop();
    one = both(bytes);
    two = both(bytes);
    operator = one.client(brokers.operator());
    for (int i = 0; i < 8; i++) {
      create(one, "busy-" + i);
    }

    try (Load load = new Load()) {
      load.awaitRounds(5);
      String before = operator.get("/root-key").expect(200).json().getString("current");
      Client.Answer begun = operator.post("/root-key/rotate", new JsonObject()).expect(202);
      brokers.tenant(operator, "founded-meanwhile");
      JsonObject operation = ended(begun.json().getString("id"));
      assertThat(operation.getString("state")).isEqualTo("succeeded");
      load.awaitRounds(5);
      load.finish();
      assertThat(load.failures).isEmpty();
      JsonObject after = operator.get("/root-key").expect(200).json();
      assertThat(after.getString("current")).isNotEqualTo(before);
      assertThat(after.getJsonArray("in_use")).containsExactly(after.getString("current"));
    }
    assertThat(brokers.rows("SELECT encode(key_check, 'hex') FROM tenant_key ORDER BY 1"))
        .containsAll(checks);
    assertThat(brokers.rows("SELECT encode(sealed, 'hex') FROM secret_version"))
        .containsAll(sealed);

    assertThatThrownBy(() -> brokers.start()).isInstanceOf(WrongRootKey.class);
    try (BrokerNode alone =
        brokers.start(Tuning.USUAL, RootKeyRing.of(key(bytes)), StatementProbe.NONE)) {
      assertThat(alone.client(acme.runner()).post("/leases", ask("under-root")).status())
          .isEqualTo(201);
      brokers.tenant(alone.client(brokers.operator()), "after-it");
    }
  }

  @Test
  void calls_of_webhooks_are_signed_as_before_and_gangs_go_on_when_both_keys_were_rotated() {
    Vertx vertx = Vertx.vertx();
    byte[] bytes = new byte[RootKey.SIZE];
    new SecureRandom().nextBytes(bytes);
    one.stop();
    two.stop();
    one = both(bytes);
    operator = one.client(brokers.operator());
    try (HookServer hook = new HookServer(vertx)) {
      String signing =
          one.client(acme.admin())
              .post("/webhooks", new JsonObject().put("url", hook.url()))
              .expect(201)
              .json()
              .getString("signing_key");
      Client viewer = one.client(acme.viewer());
      String place =
          viewer.post("/subscriptions", new JsonObject()).expect(201).json().getString("id");
      Client runner = one.client(acme.runner());
      create(one, "before");
      JsonObject run = new JsonObject().put("project", "demo").put("external_id", "gang");
      String id = runner.post("/runs", run).expect(201).json().getString("id");
      String lease = ofRun(runner, id, "before");
      for (String member : List.of("a", "b")) {
        runner.post("/runs/" + id + "/members", new JsonObject().put("member", member)).expect(204);
      }
      runner.post("/leases/" + lease + "/ack", applied("a")).expect(204);
      signed(hook, 1, signing);

      JsonObject moved = rotated("acme");
      assertThat(moved.getString("state")).as(moved.encode()).isEqualTo("succeeded");
      for (String table : List.of("run_member", "lease_ack", "webhook", "subscription")) {
        assertThat(brokers.rows("SELECT DISTINCT mac_generation FROM " + table))
            .as(table)
            .containsExactly("2");
      }
      operator.delete("/tenants/acme/keys/1").expect(202);
      create(one, "after-key");
      signed(hook, 2, signing);

      var begun = operator.post("/root-key/rotate", new JsonObject()).expect(202);
      assertThat(ended(begun.json().getString("id")).getString("state")).isEqualTo("succeeded");
      one.stop();
      one = brokers.start(Tuning.USUAL, RootKeyRing.of(key(bytes)), StatementProbe.NONE);
      create(one, "after-root");
      signed(hook, 3, signing);
      one.client(acme.runner()).post("/leases/" + lease + "/ack", applied("b")).expect(204);
      assertThat(
              one.client(acme.viewer())
                  .get("/subscriptions/" + place + "/events")
                  .expect(200)
                  .body())
          .contains("before", "after-key", "after-root");
    } finally {
      vertx.close().await();
    }
  }

  private static void signed(HookServer hook, int calls, String key) {
    Awaitility.await("calls").atMost(SOON).until(() -> hook.received().size() >= calls);
    assertThat(hook.received()).allMatch(call -> HookServer.verifies(call, key));
  }

  private static JsonObject applied(String member) {
    return new JsonObject().put("version", 1).put("status", "applied").put("member", member);
  }

  private static String ofRun(Client runner, String run, String secret) {
    JsonArray wanted = new JsonArray().add(new JsonObject().put("secret", secret));
    return runner
        .post("/leases", new JsonObject().put("run", run).put("secrets", wanted))
        .expect(201)
        .json()
        .getJsonArray("leases")
        .getJsonObject(0)
        .getString("id");
  }

  @Test
  void a_node_with_one_of_two_root_keys_refuses_to_start_during_the_change() {
    byte[] bytes = new byte[RootKey.SIZE];
    new SecureRandom().nextBytes(bytes);
    try (RootKey next = key(bytes)) {
      brokers.database().asOwner("UPDATE installation SET next_root_key_id = '" + next.id() + "'");
      assertThatThrownBy(() -> brokers.start())
          .isInstanceOf(WrongRootKey.class)
          .hasMessageContaining("root_key.previous")
          .hasMessageContaining(next.id());
    }
    assertThatThrownBy(
            () -> brokers.start(Tuning.USUAL, RootKeyRing.of(key(bytes)), StatementProbe.NONE))
        .isInstanceOf(WrongRootKey.class);
    brokers.database().asOwner("UPDATE installation SET next_root_key_id = NULL");
  }

  private BrokerNode both(byte[] next) {
    return brokers.start(
        Tuning.USUAL, RootKeyRing.of(key(next), brokers.rootKey()), StatementProbe.NONE);
  }

  private static RootKey key(byte[] bytes) {
    return RootKey.of(SecretValue.copyOf(bytes), new SecureRandom());
  }

  /**
   * Readers, writers and holders on both nodes, all the time; every failure is kept. Their values
   * are no canaries, since there are thousands.
   */
  private final class Load implements AutoCloseable {
    final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final AtomicInteger rounds = new AtomicInteger();
    private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();

    Load() {
      for (int i = 0; i < 4; i++) {
        BrokerNode node = i % 2 == 0 ? one : two;
        int own = i;
        callers.execute(() -> repeat(() -> round(node, own)));
      }
    }

    void awaitRounds(int more) {
      int until = rounds.get() + more * 4;
      Awaitility.await("the load goes on")
          .atMost(SOON)
          .until(() -> rounds.get() >= until || !failures.isEmpty());
    }

    private void repeat(Runnable round) {
      try {
        while (!stopped.get()) {
          round.run();
          rounds.incrementAndGet();
        }
      } catch (RuntimeException | AssertionError failed) {
        failures.add(String.valueOf(failed.getMessage()));
      }
    }

    private void round(BrokerNode node, int own) {
      String mine = "busy-" + own;
      String others = "busy-" + (4 + own);
      String next = "value-" + rounds.get() + "-" + own;
      node.client(acme.app())
          .put("/secrets/" + mine + "?project=demo", new JsonObject().put("value", next))
          .expect(200);
      JsonObject leased = lease(node, mine);
      if (!leased.getJsonObject("data").getString("value").equals(next)) {
        throw new AssertionError("an older value came back");
      }
      lease(node, others);
      node.client(acme.viewer()).get("/secrets/" + others + "?project=demo").expect(200);
      node.client(acme.viewer()).get("/secrets?project=demo").expect(200);
      String id = leased.getString("id");
      node.client(acme.runner())
          .post("/leases/" + id + "/renew", new JsonObject().put("ttl", "1h"))
          .expect(200);
      node.client(acme.runner()).post("/leases/" + id + "/revoke", new JsonObject()).expect(204);
    }

    void finish() {
      stopped.set(true);
      callers.close();
    }

    @Override
    public void close() {
      finish();
    }
  }

  private JsonObject rotated(String tenant) {
    Client.Answer begun =
        operator.post("/tenants/" + tenant + "/keys", new JsonObject()).expect(202);
    return ended(begun.json().getString("id"));
  }

  /** Waits for the end. That the nodes have had time to hear of the new key is brought about. */
  private JsonObject ended(String operation) {
    List<JsonObject> seen = new ArrayList<>();
    Awaitility.await("the operation ends")
        .atMost(SOON)
        .until(
            () -> {
              brokers
                  .database()
                  .asOwner(
                      "UPDATE tenant_key SET superseded_at = superseded_at - interval '1 minute'"
                          + " WHERE NOT is_primary AND retired_at IS NULL AND EXISTS (SELECT FROM"
                          + " operation WHERE state = 'running' AND done >= total)");
              seen.add(operator.get("/operations/" + operation).expect(200).json());
              return !List.of("pending", "running").contains(seen.getLast().getString("state"));
            });
    return seen.getLast();
  }

  private String create(BrokerNode node, String name) {
    String value = Canary.value();
    node.client(acme.app()).post("/secrets?project=demo", body(name, value)).expect(201);
    return value;
  }

  private static JsonObject body(String name, String value) {
    return new JsonObject().put("name", name).put("type", "text").put("value", value);
  }

  private static JsonObject ask(String name) {
    return new JsonObject()
        .put("project", "demo")
        .put("secrets", new JsonArray().add(new JsonObject().put("secret", name)));
  }

  private JsonObject lease(BrokerNode node, String name) {
    return node.client(acme.runner())
        .post("/leases", ask(name))
        .expect(201)
        .json()
        .getJsonArray("leases")
        .getJsonObject(0);
  }

  private String value(BrokerNode node, String name) {
    return lease(node, name).getJsonObject("data").getString("value");
  }
}
