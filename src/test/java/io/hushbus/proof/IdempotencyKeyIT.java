package io.hushbus.proof;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.hushbus.crypto.RootKey;
import io.hushbus.crypto.RootKeyRing;
import io.hushbus.http.Contract;
import io.hushbus.model.SecretValue;
import io.hushbus.support.BrokerNode;
import io.hushbus.support.Brokers;
import io.hushbus.support.Canary;
import io.hushbus.support.Client;
import io.hushbus.support.Tenancy;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.security.SecureRandom;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every POST of the contract that creates is done once under an Idempotency-Key, and is asked here
 * as {@link #creation} says: an operation that declares the header and is not there fails the walk.
 */
final class IdempotencyKeyIT {

  /** What makes nothing that stays, and why a key would be of no use. */
  private static final Set<String> KEYLESS =
      Set.of(
          "issueToken", // a token is in no table
          "createStreamTicket", // lives for a minute, is shown once, and ends by being used
          "abortRotation", // a rotation is aborted once
          "redeliver"); // asks for what is asked for already, until it is done

  private static final List<Integer> REFUSED = List.of(403, 404);

  /** One report for all items, which says of each that there is no such place. */
  private static final List<Integer> REPORTED = List.of(422);

  private static final String DEMO = "?project=demo";
  private static final RoundTrips TRIPS = new RoundTrips();

  private static Brokers brokers;
  private static Client anybody;
  private static Tenancy acme;
  private static Client operator;
  private static Client admin;
  private static String account;

  /**
   * A request that makes something.
   *
   * @param by role of its sender
   * @param end ends what its answer says was made; empty where nothing can
   */
  private record Creation(
      String by, String path, Optional<JsonObject> body, Optional<Consumer<JsonObject>> end) {

    static Creation of(String by, String path, JsonObject body) {
      return new Creation(by, path, Optional.of(body), Optional.empty());
    }

    static Creation bare(String by, String path) {
      return new Creation(by, path, Optional.empty(), Optional.empty());
    }

    Creation ending(Consumer<JsonObject> how) {
      return new Creation(by, path, body, Optional.of(how));
    }

    Client.Answer send(Client caller, String key) {
      return send(caller, key, "");
    }

    /** The same and not the same: bytes are what counts. */
    Client.Answer send(Client caller, String key, String more) {
      String text = body.map(JsonObject::encode).orElse("") + more;
      return text.isEmpty()
          ? caller.send("POST", path, "Idempotency-Key", key)
          : caller.sendText(
              "POST", path, text, "Idempotency-Key", key, "Content-Type", "application/json");
    }

    String other() {
      return body.isPresent() ? " " : "{}";
    }
  }

  @BeforeAll
  static void start() {
    brokers = Brokers.fresh();
    byte[] next = new byte[RootKey.SIZE];
    new SecureRandom().nextBytes(next);
    RootKey root = RootKey.of(SecretValue.owning(next), new SecureRandom());
    BrokerNode node =
        brokers.start(Brokers.Tuning.QUIET, RootKeyRing.of(root, brokers.rootKey()), TRIPS);
    anybody = node.client("");
    operator = node.client(brokers.operator());
    acme = brokers.tenant(operator, "acme");
    admin = anybody.as(acme.admin());
    admin.post("/communities", named("vision")).expect(201);
    for (String project : List.of("demo", "labs")) {
      if (project.equals("labs")) {
        admin.post("/projects", named(project)).expect(201);
      }
      admin
          .json("PATCH", "/projects/" + project, new JsonObject().put("community", "vision"))
          .expect(200);
    }
    account = id(admin.post("/service-accounts", named("standing")));
  }

  @AfterAll
  static void stop() {
    brokers.close();
  }

  static List<String> keyed() {
    return posts().filter(post -> declaresKey(post)).map(IdempotencyKeyIT::id).toList();
  }

  @Test
  void every_post_that_creates_declares_the_header() {
    Set<String> makers = new TreeSet<>();
    posts().filter(post -> makes(post) && !declaresKey(post)).forEach(post -> makers.add(id(post)));
    makers.removeAll(KEYLESS);
    assertThat(makers).isEmpty();
  }

  /** Each trip is the time of two processes to wake up, while others wait for what is locked. */
  @Test
  void a_write_takes_few_round_trips() {
    Client developer = caller("developer");
    String name = "trips-" + Names.next();
    JsonObject secret = named(name).put("type", "text").put("value", "one");

    var created =
        TRIPS.of(
            "INSERT INTO secret (", () -> developer.post("/secrets" + DEMO, secret).expect(201));
    var keyed =
        TRIPS.of(
            "INSERT INTO secret (",
            () ->
                developer
                    .post(
                        "/secrets" + DEMO,
                        secret.copy().put("name", name + "-k"),
                        "Idempotency-Key",
                        "once-" + name)
                    .expect(201));
    var replaced = replacement(developer, name, 2);
    replacement(developer, name, 3);
    var again = replacement(developer, name, 4);

    assertThat(created.trips()).as("%s", created).isEqualTo(2);
    assertThat(created.statements()).as("%s", created).isLessThanOrEqualTo(11);
    assertThat(keyed.trips()).as("%s", keyed).isLessThanOrEqualTo(3);
    assertThat(replaced.trips()).as("%s", replaced).isEqualTo(3);
    assertThat(replaced.statements()).as("%s", replaced).isLessThanOrEqualTo(13);
    assertThat(again.trips()).as("%s", again).isEqualTo(3);
    assertThat(again.statements()).as("%s", again).isLessThanOrEqualTo(14);
  }

  private static RoundTrips.Transaction replacement(Client developer, String name, int value) {
    JsonObject content = new JsonObject().put("value", "value " + value);
    return TRIPS.of(
        "UPDATE secret\n",
        () -> developer.json("PUT", "/secrets/" + name + DEMO, content).expect(200));
  }

  @ParameterizedTest
  @MethodSource("keyed")
  void s10_it_is_done_once(String operation) throws Exception {
    Creation creation = creation(operation);
    Client caller = caller(creation.by());
    String key = "once-" + Names.next();

    Client.Answer first = meetingItself(creation, caller, key);
    int made = first.status();
    assertThat(made).as(first.body()).isBetween(200, 202);
    JsonObject shown = first.json();

    List<String> before = rows();
    Client.Answer again = creation.send(caller, key);
    assertThat(again.status()).as(again.body()).isIn(made, 200);
    assertThat(steady(again.json())).isEqualTo(steady(shown));
    assertThat(again.body()).doesNotContain("hsb_", "hsr_", "whsec_");
    if (!operation.equals("grantLeases")) {
      assertThat(rows()).isEqualTo(before);
    }

    Client.Answer other = creation.send(caller, key, creation.other()).expect(422);
    assertThat(other.json().getJsonArray("errors").getJsonObject(0).getString("code"))
        .isEqualTo("key_reused");

    creation
        .end()
        .ifPresent(
            end -> {
              end.accept(shown);
              assertThat(creation.send(caller, key).expect(410).code()).isEqualTo("gone");
            });
  }

  @Test
  void s10_a_replay_checks_rights_again() {
    Map<String, Creation> made = new LinkedHashMap<>();
    Map<String, Clerk> clerks = new LinkedHashMap<>();
    for (String role : List.of("admin", "developer", "runner")) {
      clerks.put(role, clerk(admin, role));
    }
    clerks.put("operator", new Clerk(brokers.operator(), () -> operating("row_mac || '\\x00'")));
    for (String operation : keyed()) {
      Creation creation = creation(operation);
      Client caller = anybody.as(clerk(clerks, creation).key());
      assertThat(creation.send(caller, "rights-" + operation).status())
          .as(operation)
          .isBetween(200, 202);
      made.put(operation, creation);
    }
    clerks.values().forEach(Clerk::dismiss);
    SoftAssertions all = new SoftAssertions();
    made.forEach(
        (operation, creation) -> {
          Client caller = anybody.as(clerk(clerks, creation).key());
          all.assertThat(refusal(caller, creation, "rights-" + operation))
              .as(operation)
              .isIn(operation.equals("bulkSecrets") ? REPORTED : REFUSED);
        });
    operating("substring(row_mac FOR length(row_mac) - 1)");
    assertThat(refusalEnds()).isTrue();
    all.assertAll();
  }

  /** The first operator is bound by nobody over HTTP, so its binding is made not to count. */
  private static void operating(String mac) {
    brokers
        .database()
        .asOwner("UPDATE role_binding SET row_mac = " + mac + " WHERE role = 'operator'");
  }

  private static boolean refusalEnds() {
    Awaitility.await()
        .atMost(Duration.ofSeconds(8))
        .until(() -> operator.get("/tenants").status() == 200);
    return true;
  }

  /** A node knows a caller for some seconds. */
  private static int refusal(Client caller, Creation creation, String key) {
    int[] status = {0};
    Awaitility.await()
        .atMost(Duration.ofSeconds(8))
        .until(() -> (status[0] = creation.send(caller, key).status()) >= 400);
    return status[0];
  }

  private record Clerk(String key, Runnable leave) {
    void dismiss() {
      leave.run();
    }
  }

  private static Clerk clerk(Map<String, Clerk> clerks, Creation creation) {
    return Optional.ofNullable(clerks.get(creation.by())).orElseThrow();
  }

  private static Clerk clerk(Client by, String role) {
    String who = id(by.post("/service-accounts", named("clerk-" + role)));
    JsonObject binding = new JsonObject().put("service_account", who).put("role", role);
    String bound = id(by.post("/role-bindings", binding));
    String key =
        by.post("/service-accounts/" + who + "/keys", new JsonObject())
            .expect(201)
            .json()
            .getString("key");
    return new Clerk(key, () -> by.delete("/role-bindings/" + bound).expect(204));
  }

  /**
   * Sends the request, and once more while the first is kept from ending: that one is told so at
   * once. Gives the answer to the first.
   */
  private static Client.Answer meetingItself(Creation creation, Client caller, String key)
      throws Exception {
    try (Connection owner = brokers.database().owner();
        var statement = owner.createStatement()) {
      owner.setAutoCommit(false);
      statement.execute("LOCK TABLE audit_tail IN EXCLUSIVE MODE");
      var first = CompletableFuture.supplyAsync(() -> creation.send(caller, key));
      Awaitility.await("it waits for its record")
          .atMost(Duration.ofSeconds(5))
          .pollInterval(Duration.ofMillis(20))
          .until(
              () ->
                  first.isDone()
                      || brokers
                          .rows(
                              "SELECT count(*) FROM pg_locks WHERE NOT granted"
                                  + " AND relation = 'audit_tail'::regclass")
                          .contains("1"));
      Client.Answer second = creation.send(caller, key);
      owner.rollback();
      assertThat(second.status())
          .as(() -> second.body() + (first.isDone() ? " after " + first.join().body() : ""))
          .isEqualTo(409);
      assertThat(second.json().getString("reason")).isEqualTo("key_in_flight");
      assertThat(second.json().getBoolean("retryable")).isTrue();
      return first.get(10, SECONDS);
    }
  }

  /** What is kept, but for the trail. */
  private static List<String> rows() {
    return Canary.dump(brokers.database()).stream()
        .filter(row -> !row.startsWith("audit_") && !row.startsWith("\"audit_"))
        // What every node writes by the clock, which a request has no part in.
        .filter(row -> !row.startsWith("broker_beat ") && !row.startsWith("job "))
        // Marks are noted as tidied when it is their turn.
        .filter(
            row -> !row.startsWith("\"lease_revocation ") && !row.startsWith("lease_revocation "))
        .sorted()
        .toList();
  }

  /** Without what is shown once, and without what time changes. */
  private static JsonObject steady(JsonObject answer) {
    JsonObject steady = answer.copy();
    steady.remove("key");
    steady.remove("token");
    steady.remove("signing_key");
    steady.remove("hook_key");
    Optional.ofNullable(steady.getJsonObject("admin")).ifPresent(inner -> inner.remove("key"));
    steady.getJsonArray("leases", new JsonArray()).stream()
        .map(JsonObject.class::cast)
        .forEach(
            lease -> {
              lease.remove("renew_in_seconds");
              lease.remove("expires_in_ms");
            });
    return steady;
  }

  private static Client caller(String role) {
    return switch (role) {
      case "operator" -> operator;
      case "admin" -> admin;
      case "developer" -> anybody.as(acme.app());
      case "runner" -> anybody.as(acme.runner());
      default -> throw new AssertionError(role);
    };
  }

  /** A new request of the operation. */
  private static Creation creation(String operation) {
    String name = "new-" + Names.next();
    return switch (operation) {
      case "createTenant" ->
          Creation.of("operator", "/tenants", named(name))
              .ending(made -> operator.delete("/tenants/" + name + "?confirm=" + name).expect(202));
      case "rotateTenantKey" -> {
        operator.post("/tenants", named(name)).expect(201);
        yield Creation.bare("operator", "/tenants/" + name + "/keys");
      }
      case "rotateRootKey" -> {
        brokers
            .database()
            .asOwner("UPDATE operation SET state = 'failed' WHERE kind = 'root_key_rotation'");
        brokers.database().asOwner("UPDATE installation SET next_root_key_id = NULL");
        yield Creation.bare("operator", "/root-key/rotate");
      }
      case "createProject" -> Creation.of("admin", "/projects", named(name));
      case "createDomain" -> Creation.of("admin", "/domains", named(name));
      case "createCommunity" ->
          Creation.of("admin", "/communities", named(name)).ending(deleted("/communities/" + name));
      case "createServiceAccount" ->
          Creation.of("admin", "/service-accounts", named(name))
              .ending(made -> gone("/service-accounts/" + made.getString("id")));
      case "createServiceAccountKey" -> {
        String keys = "/service-accounts/" + account + "/keys";
        yield Creation.of("admin", keys, new JsonObject().put("expires_in", "1h"))
            .ending(made -> gone(keys + "/" + made.getString("id")));
      }
      case "createRoleBinding" ->
          Creation.of(
                  "admin",
                  "/role-bindings",
                  new JsonObject()
                      .put("service_account", id(admin.post("/service-accounts", named(name))))
                      .put("role", "viewer")
                      .put("community", "vision"))
              .ending(made -> gone("/role-bindings/" + made.getString("id")));
      case "createIdentityProvider" ->
          Creation.of("admin", "/identity-providers", provider(name))
              .ending(made -> gone("/identity-providers/" + made.getString("id")));
      case "adoptSecret" ->
          Creation.of(
                  "developer",
                  "/projects/labs/adoptions",
                  new JsonObject().put("secret_id", shared(name)))
              .ending(made -> gone("/projects/labs/adoptions/" + made.getString("id")));
      case "createSecret" ->
          Creation.of("developer", "/secrets" + DEMO, text(name)).ending(secret(name));
      case "bulkSecrets" ->
          Creation.of(
                  "developer",
                  "/secrets/bulk",
                  new JsonObject()
                      .put("write", new JsonArray().add(text(name).put("project", "demo"))))
              .ending(secret(name));
      case "restoreSecret" -> {
        made(name);
        gone("/secrets/" + name + DEMO);
        yield Creation.bare("developer", "/secrets/" + name + "/restore" + DEMO)
            .ending(secret(name));
      }
      case "cloneSecret" -> {
        made(name);
        yield Creation.of("developer", "/secrets/" + name + "/clone" + DEMO, clone(name))
            .ending(deleted("/secrets/" + name + "-clone" + DEMO));
      }
      case "restoreVersion" -> {
        made(name);
        admin.put("/secrets/" + name + DEMO, new JsonObject().put("value", "another")).expect(200);
        yield Creation.bare("developer", "/secrets/" + name + "/versions/1/restore" + DEMO)
            .ending(secret(name));
      }
      case "createSubscription" ->
          Creation.of("admin", "/subscriptions", new JsonObject())
              .ending(made -> gone("/subscriptions/" + made.getString("id")));
      case "createWebhook" ->
          Creation.of("admin", "/webhooks", hook())
              .ending(made -> gone("/webhooks/" + made.getString("id")));
      case "rollWebhookKey" -> {
        String webhook = id(admin.post("/webhooks", hook()));
        yield Creation.of("admin", "/webhooks/" + webhook + "/roll", new JsonObject());
      }
      case "rollHookKey" -> {
        made(name);
        String policy = "/secrets/" + name + "/rotation-policy";
        admin
            .put(policy + DEMO, new JsonObject().put("every", "30d").put("hook", hook()))
            .expect(200);
        yield Creation.of("admin", policy + "/roll" + DEMO, new JsonObject());
      }
      case "grantLeases" -> {
        made(name);
        yield Creation.of(
                "runner",
                "/leases",
                new JsonObject()
                    .put("project", "demo")
                    .put("secrets", new JsonArray().add(new JsonObject().put("secret", name))))
            .ending(
                made ->
                    admin
                        .post(
                            "/leases/"
                                + made.getJsonArray("leases").getJsonObject(0).getString("id")
                                + "/revoke",
                            new JsonObject())
                        .expect(204));
      }
      case "rollServiceAccountKey" -> {
        String keys = "/service-accounts/" + account + "/keys";
        String old = id(admin.post(keys, new JsonObject().put("expires_in", "1h")));
        yield Creation.of(
                "admin", keys + "/" + old + "/roll", new JsonObject().put("overlap", "1h"))
            .ending(made -> gone(keys + "/" + made.getString("id")));
      }
      case "startRotation" -> {
        made(name);
        yield Creation.of(
            "developer",
            "/secrets/" + name + "/rotations" + DEMO,
            new JsonObject().put("value", "another"));
      }
      case "openRun" ->
          Creation.of(
                  "runner",
                  "/runs",
                  new JsonObject()
                      .put("project", "demo")
                      .put("external_id", name)
                      .put("attempt", 1))
              .ending(
                  made ->
                      caller("runner")
                          .post("/runs/" + made.getString("id") + "/complete", new JsonObject()));
      default ->
          throw new AssertionError(
              operation + " declares Idempotency-Key: say here how it is asked");
    };
  }

  private static Consumer<JsonObject> secret(String name) {
    return deleted("/secrets/" + name + DEMO);
  }

  private static Consumer<JsonObject> deleted(String path) {
    return made -> gone(path);
  }

  private static void gone(String path) {
    admin.delete(path).expect(204);
  }

  private static String made(String name) {
    return id(admin.post("/secrets" + DEMO, text(name)));
  }

  private static String shared(String name) {
    String secret = made(name);
    admin.put("/secrets/" + name + "/shares/vision" + DEMO, new JsonObject()).expect(200);
    return secret;
  }

  private static JsonObject clone(String name) {
    return named(name + "-clone").put("target", new JsonObject().put("project", "demo"));
  }

  private static JsonObject text(String name) {
    return named(name).put("type", "text").put("value", "value-" + UUID.randomUUID());
  }

  private static JsonObject provider(String name) {
    return named(name)
        .put("kind", "jwt")
        .put("issuer", "https://" + name + ".test")
        .put("audience", "hushbus")
        .put("jwks_url", "https://" + name + ".test/jwks")
        .put("any_subject", true)
        .put("mappings", new JsonArray().add(new JsonObject().put("role", "viewer")));
  }

  private static JsonObject hook() {
    return new JsonObject().put("url", "http://127.0.0.1:1024/");
  }

  private static JsonObject named(String name) {
    return new JsonObject().put("name", name);
  }

  private static String id(Client.Answer made) {
    return made.expect(201).json().getString("id");
  }

  private static Stream<JsonObject> posts() {
    JsonObject paths = Contract.load().document().getJsonObject("paths");
    List<JsonObject> posts = new ArrayList<>();
    for (String path : paths.fieldNames()) {
      Optional.ofNullable(paths.getJsonObject(path).getJsonObject("post")).ifPresent(posts::add);
    }
    return posts.stream();
  }

  private static String id(JsonObject post) {
    return post.getString("operationId");
  }

  private static boolean declaresKey(JsonObject post) {
    return post.getJsonArray("parameters", new JsonArray()).stream()
        .map(JsonObject.class::cast)
        .anyMatch(
            parameter ->
                parameter.getString("$ref", "").endsWith("/IdempotencyKey")
                    || parameter.getString("name", "").equals("Idempotency-Key"));
  }

  /** It says so by its answer, or by its name. */
  private static boolean makes(JsonObject post) {
    Set<String> answers = post.getJsonObject("responses").fieldNames();
    String name = id(post);
    return answers.contains("201")
        || answers.contains("202")
        || name.startsWith("create")
        || name.startsWith("restore");
  }
}
