package io.hushbus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hushbus.support.BrokerNode;
import io.hushbus.support.Brokers;
import io.hushbus.support.Client;
import io.hushbus.support.EventLines;
import io.hushbus.support.IdentityServer;
import io.hushbus.support.Tenancy;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** External identities and tickets, as a client of two whole brokers meets them. */
final class IdentityOverHttpIT {

  private static final String FORM = "application/x-www-form-urlencoded";

  private static Vertx vertx;
  private static IdentityServer idp;
  private static Brokers brokers;
  private static BrokerNode one;
  private static BrokerNode two;
  private static Tenancy acme;

  @BeforeAll
  static void start() {
    vertx = Vertx.vertx();
    idp = new IdentityServer(vertx).key("k", "RS256");
    brokers = Brokers.fresh();
    one = brokers.start();
    two = brokers.start();
    acme = brokers.tenant(one.client(brokers.operator()), "acme");
    one.client(acme.admin()).post("/identity-providers", rules()).expect(201);
    one.client(acme.app()).post("/secrets?project=demo", secret("shared")).expect(201);
  }

  @AfterAll
  static void stop() {
    brokers.close();
    idp.close();
    vertx.close().await();
  }

  @Test
  void an_external_token_leases_in_one_call_and_is_audited_alike_on_all_paths() {
    String direct = token("system:serviceaccount:training:trainer");
    String exchanged = exchanged(one, direct);
    JsonObject ask =
        new JsonObject()
            .put("project", "demo")
            .put("secrets", new JsonArray().add(new JsonObject().put("secret", "shared")));
    one.client(direct).post("/leases", ask).expect(201);
    two.client(exchanged).post("/leases", ask).expect(201);
    String principal = principal(one.client(direct));
    assertThat(principal(two.client(exchanged))).isEqualTo(principal);
    JsonArray records =
        one.client(acme.admin())
            .get("/audit?page_size=500")
            .expect(200)
            .json()
            .getJsonArray("records");
    assertThat(
            records.stream()
                .map(JsonObject.class::cast)
                .filter(record -> record.getString("action").equals("lease_grant"))
                .map(record -> record.getString("actor")))
        .hasSize(2)
        .containsOnly("external:" + principal);
  }

  @Test
  void a_ticket_opens_one_stream_with_its_filters_on_any_node() {
    String ticket = ticket(new JsonObject().put("project", "demo"));
    try (EventLines stream = two.client("").events("?ticket=" + ticket)) {
      one.client(acme.app()).post("/secrets", secret("elsewhere")).expect(201);
      one.client(acme.app()).post("/secrets?project=demo", secret("seen")).expect(201);
      Awaitility.await()
          .atMost(Duration.ofSeconds(10))
          .untilAsserted(() -> assertThat(stream.notices()).isNotEmpty());
      assertThat(stream.notices())
          .allMatch(notice -> notice.getJsonObject("data").getString("name").equals("seen"));
    }
    for (BrokerNode node : new BrokerNode[] {one, two}) {
      assertThatThrownBy(() -> node.client("").events("?ticket=" + ticket))
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("401");
    }
  }

  @Test
  void n15_the_sixth_wrong_secret_is_told_to_wait() {
    String form =
        "grant_type=client_credentials&client_id=8a1f7f34-3f0e-4f3e-9a0b-2b9b5f0f8a11"
            + "&client_secret="
            + acme.viewer();
    String first = "";
    for (int i = 0; i < 5; i++) {
      Client.Answer refused = login(i % 2 == 0 ? one : two, form).expect(401);
      first = first.isEmpty() ? alike(refused) : first;
      assertThat(alike(refused)).isEqualTo(first);
    }
    Client.Answer locked = login(two, form).expect(429);
    assertThat(Integer.parseInt(locked.header("Retry-After"))).isPositive();
    assertThat(locked.json().getString("budget")).isEqualTo("failed_logins");
  }

  private static String alike(Client.Answer answer) {
    JsonObject body = answer.json();
    body.remove("request_id");
    return body.encode();
  }

  private static Client.Answer login(BrokerNode node, String form) {
    return node.client("").sendText("POST", "/auth/token", form, "Content-Type", FORM);
  }

  private static String exchanged(BrokerNode node, String token) {
    String form =
        "grant_type="
            + encoded("urn:ietf:params:oauth:grant-type:token-exchange")
            + "&subject_token_type="
            + encoded("urn:ietf:params:oauth:token-type:jwt")
            + "&subject_token="
            + encoded(token);
    JsonObject answer = login(node, form).expect(200).json();
    assertThat(answer.getString("issued_token_type"))
        .isEqualTo("urn:ietf:params:oauth:token-type:access_token");
    return answer.getString("access_token");
  }

  private static String principal(Client client) {
    return client.get("/auth/whoami").expect(200).json().getJsonObject("principal").getString("id");
  }

  private static String ticket(JsonObject filters) {
    return one.client(acme.viewer())
        .post("/auth/stream-tickets", filters)
        .expect(201)
        .json()
        .getString("ticket");
  }

  private static String token(String subject) {
    long now = Instant.now().getEpochSecond();
    return idp.token(
        "k",
        new JsonObject()
            .put("iss", "https://kubernetes.default.svc.cluster.local")
            .put("aud", new JsonArray().add("hushbus-test/acme"))
            .put("sub", subject)
            .put("iat", now)
            .put("nbf", now)
            .put("exp", now + 3600)
            .put("kubernetes.io", new JsonObject().put("namespace", "training")));
  }

  private static JsonObject rules() {
    JsonObject condition =
        new JsonObject().put("claim", "/kubernetes.io/namespace").put("equals", "training");
    return new JsonObject()
        .put("name", "cluster")
        .put("kind", "jwt")
        .put("issuer", "https://kubernetes.default.svc.cluster.local")
        .put("audience", "hushbus-test/acme")
        .put("jwks_url", idp.url())
        .put("conditions", new JsonArray().add(condition))
        .put(
            "mappings",
            new JsonArray().add(new JsonObject().put("role", "runner").put("project", "demo")));
  }

  private static JsonObject secret(String name) {
    return new JsonObject().put("name", name).put("type", "text").put("value", "v");
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
