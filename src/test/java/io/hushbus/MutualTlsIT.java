package io.hushbus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hushbus.config.BrokerConfig;
import io.hushbus.support.BrokerNode;
import io.hushbus.support.Brokers;
import io.hushbus.support.Brokers.Tuning;
import io.hushbus.support.Certificates;
import io.hushbus.support.Client;
import io.hushbus.support.Tenancy;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Client certificates as an identity, and tokens that are nothing without theirs (R-C22). */
final class MutualTlsIT {

  @TempDir private static Path directory;
  private static Certificates certificates;
  private static Certificates strangers;
  private static Brokers brokers;
  private static BrokerNode node;
  private static Tenancy acme;
  private static String provider;

  @BeforeAll
  static void start() throws Exception {
    certificates =
        Certificates.in(Files.createDirectory(directory.resolve("ours")))
            .signed("broker", "CN=broker", "ip:127.0.0.1")
            .signed("job", "CN=job", "uri:spiffe://acme.test/ns/training/job")
            .signed("job-renewed", "CN=job", "uri:spiffe://acme.test/ns/training/job")
            .signed("other", "CN=other", "uri:spiffe://acme.test/ns/training/other")
            .signed("outside", "CN=outside", "uri:spiffe://elsewhere.test/job");
    strangers =
        Certificates.in(Files.createDirectory(directory.resolve("strangers")))
            .signed("job", "CN=job", "uri:spiffe://acme.test/ns/training/job");
    brokers = Brokers.fresh();
    node =
        brokers.start(
            Tuning.USUAL.tls(
                new BrokerConfig.Tls(
                    certificates.certificateFile("broker"),
                    certificates.keyFile("broker"),
                    Optional.of(certificates.certificateFile("ca")))));
    acme = brokers.tenant(speaking(certificates.client()).as(brokers.operator()), "acme");
    provider = register();
  }

  @AfterAll
  static void stop() {
    brokers.close();
  }

  @Test
  void a_certificate_is_an_identity_and_its_token_is_bound_to_it() {
    Client job = shown("job");
    String token = token(job);
    JsonObject who = job.as(token).get("/auth/whoami").expect(200).json();
    assertThat(who.getJsonObject("principal").getString("kind")).isEqualTo("external");
    assertThat(who.getJsonObject("principal").getString("name"))
        .isEqualTo("mesh/spiffe://acme.test/ns/training/job");
    shown("other").as(token).get("/auth/whoami").expect(401);
    shown("job-renewed").as(token).get("/auth/whoami").expect(401);
    speaking(certificates.client()).as(token).get("/auth/whoami").expect(401);
    job.as(token).get("/auth/whoami").expect(200);
  }

  @Test
  void rc22_a_lease_is_renewed_with_the_certificate_it_was_got_with_alone() {
    speaking(certificates.client())
        .as(acme.app())
        .post(
            "/secrets?project=demo",
            new JsonObject().put("name", "shared").put("type", "text").put("value", "v"))
        .expect(201);
    Client job = shown("job");
    String token = token(job);
    JsonObject ask =
        new JsonObject()
            .put("project", "demo")
            .put("secrets", new JsonArray().add(new JsonObject().put("secret", "shared")));
    String lease =
        job.as(token)
            .post("/leases", ask)
            .expect(201)
            .json()
            .getJsonArray("leases")
            .getJsonObject(0)
            .getString("id");
    String renew = "/leases/" + lease + "/renew";
    Client other = shown("other");
    other.as(token).post(renew, new JsonObject()).expect(401);
    assertThat(other.as(token(other)).post(renew, new JsonObject()).status()).isNotEqualTo(200);
    job.as(token).post(renew, new JsonObject()).expect(200);
    Client renewed = shown("job-renewed");
    renewed.as(token(renewed)).post(renew, new JsonObject()).expect(404);
    job.as(token).post(renew, new JsonObject()).expect(200);
    brokers.database().asOwner("UPDATE lease SET bound_to = NULL");
    renewed.as(token(renewed)).post(renew, new JsonObject()).expect(410);
  }

  @Test
  void a_certificate_that_meets_no_condition_is_nobody() {
    asked(shown("outside"), provider).expect(401);
  }

  @Test
  void without_a_certificate_a_secret_is_missing_and_a_header_is_none() {
    Client bare = speaking(certificates.client());
    assertThat(asked(bare, provider).expect(400).body()).contains("/client_secret");
    bare.sendText(
            "POST",
            "/auth/token",
            "grant_type=client_credentials&client_id=" + provider,
            "Content-Type",
            "application/x-www-form-urlencoded",
            "X-Forwarded-Client-Cert",
            "URI=spiffe://acme.test/ns/training/job",
            "X-SSL-Client-Verify",
            "SUCCESS")
        .expect(400);
  }

  @Test
  void an_unknown_provider_is_told_like_a_condition_that_does_not_hold() {
    var unknown = asked(shown("job"), "8a1f7f34-3f0e-4f3e-9a0b-2b9b5f0f8a11").expect(401);
    var outside = asked(shown("outside"), provider).expect(401);
    assertThat(unknown.json().getString("title")).isEqualTo(outside.json().getString("title"));
  }

  @Test
  void n100_a_certificate_of_another_authority_ends_the_handshake() {
    SSLContext stranger = strangers.client("job", certificates);
    Client client = speaking(stranger);
    assertThatThrownBy(() -> client.get("/auth/whoami"))
        .isInstanceOf(java.io.UncheckedIOException.class);
  }

  @Test
  void a_token_that_is_bound_makes_no_ticket() {
    Client job = shown("job");
    job.as(token(job)).post("/auth/stream-tickets", new JsonObject()).expect(403);
  }

  private static String register() {
    JsonObject rules =
        new JsonObject()
            .put("name", "mesh")
            .put("kind", "mtls")
            .put(
                "conditions",
                new JsonArray()
                    .add(
                        new JsonObject()
                            .put("claim", "/spiffe")
                            .put("prefix", "spiffe://acme.test/")))
            .put(
                "mappings",
                new JsonArray().add(new JsonObject().put("role", "runner").put("project", "demo")));
    return speaking(certificates.client())
        .as(acme.admin())
        .post("/identity-providers", rules)
        .expect(201)
        .json()
        .getString("id");
  }

  private static Client shown(String alias) {
    return speaking(certificates.client(alias));
  }

  private static Client speaking(SSLContext context) {
    HttpClient http =
        HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).sslContext(context).build();
    return Client.of(http, node.address(), "", brokers.answers());
  }

  private static String token(Client client) {
    return asked(client, provider).expect(200).json().getString("access_token");
  }

  private static Client.Answer asked(Client client, String id) {
    return client.sendText(
        "POST",
        "/auth/token",
        "grant_type=client_credentials&client_id=" + id,
        "Content-Type",
        "application/x-www-form-urlencoded");
  }
}
