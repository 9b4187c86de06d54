package io.hushbus.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hushbus.model.Action;
import io.hushbus.model.Caller;
import io.hushbus.model.Failure;
import io.hushbus.model.Principal;
import io.hushbus.model.Role;
import io.hushbus.model.Seen;
import io.hushbus.support.IdentityServer;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who comes on the word of an identity provider, and who does not (N-06 to N-14, R-S20, R-C37). */
final class ExternalIdentitiesIT {

  private static final String ISSUER = "https://kubernetes.default.svc.cluster.local";
  private static final String AUDIENCE = "https://broker.test/acme";
  private static final String SUBJECT = "system:serviceaccount:training:trainer";

  private static TestInstallation hushbus;
  private static Caller admin;
  private static IdentityServer idp;
  private static UUID demo;
  private static UUID provider;
  private static int names;

  @BeforeAll
  static void start() {
    hushbus = new TestInstallation();
    admin = hushbus.tenant("acme");
    demo = hushbus.project(admin, "demo").id();
    idp = new IdentityServer(hushbus.vertx).key("rs", "RS256").key("ps", "PS256");
    idp.key("es", "ES256").key("ed", "EdDSA");
    provider = register(cluster(ISSUER, AUDIENCE, idp)).id();
  }

  @AfterAll
  static void stop() {
    idp.close();
    hushbus.close();
  }

  @Test
  void a_projected_service_account_token_is_its_service_account() {
    Caller caller = hushbus.caller(idp.token("rs", kubernetes()));
    assertThat(caller.tenant()).isEqualTo(admin.tenant());
    assertThat(caller.principal()).isEqualTo(ExternalIdentities.principal(provider, SUBJECT));
    assertThat(caller.principal().kind()).isEqualTo(Principal.Kind.EXTERNAL);
    assertThat(caller.displayName()).endsWith("/" + SUBJECT);
    assertThat(caller.bindings())
        .containsExactly(new Caller.Binding(Role.RUNNER, Optional.of(demo)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"rs", "ps", "es", "ed"})
  void each_algorithm_of_the_list_is_taken(String key) {
    assertThat(hushbus.caller(idp.token(key, kubernetes())).principal().kind())
        .isEqualTo(Principal.Kind.EXTERNAL);
  }

  @Test
  void a_token_of_a_build_is_told_by_its_claims() {
    String issuer = "https://token.actions.ci.test";
    register(
        rules("ci", issuer, AUDIENCE)
            .put("jwks_url", idp.url())
            .put(
                "conditions",
                new JsonArray()
                    .add(condition("/repository_owner_id", "equals", "65"))
                    .add(condition("/ref", "prefix", "refs/heads/release-")))
            .put(
                "mappings",
                new JsonArray()
                    .add(mapping("viewer"))
                    .add(
                        mapping("developer")
                            .put(
                                "conditions",
                                new JsonArray()
                                    .add(
                                        new JsonObject()
                                            .put("claim", "/environment")
                                            .put("one_of", new JsonArray().add("production")))))));
    JsonObject build =
        claims(issuer, "repo:octo-org/octo-repo:ref:refs/heads/release-1")
            .put("repository_owner_id", "65")
            .put("ref", "refs/heads/release-1")
            .put("run_attempt", "2")
            .put("job_workflow_ref", "octo-org/octo-repo/.ci/deploy.yml@refs/heads/release-1");
    assertThat(hushbus.caller(idp.token("rs", build)).bindings())
        .containsExactly(new Caller.Binding(Role.VIEWER, Optional.empty()));
    build.put("environment", "production");
    assertThat(hushbus.caller(idp.token("rs", build)).bindings()).hasSize(2);
    refused(idp.token("rs", build.copy().put("ref", "refs/heads/main")));
    refused(idp.token("rs", build.copy().put("repository_owner_id", "66")));
    refused(idp.token("rs", build.copy().put("ref", "x/refs/heads/release-1")));
  }

  @Test
  void an_exchanged_token_is_the_same_principal_and_ends_with_the_one_shown() {
    JsonObject claims = kubernetes().put("exp", now() + 120);
    Caller direct = hushbus.caller(idp.token("rs", claims));
    IssuedToken issued = exchanged(idp.token("rs", claims), Optional.empty());
    Caller exchanged = hushbus.caller(reveal(issued));
    assertThat(exchanged.principal()).isEqualTo(direct.principal());
    assertThat(exchanged.bindings()).isEqualTo(direct.bindings());
    assertThat(exchanged.displayName()).isEqualTo(direct.displayName());
    assertThat(issued.lifetime()).isEqualTo(Duration.ofMinutes(2));
  }

  @Test
  void the_life_of_an_exchanged_token_is_that_of_other_tokens_at_most() {
    assertThat(exchanged(idp.token("rs", kubernetes()), Optional.empty()).lifetime())
        .isEqualTo(Duration.ofMinutes(15));
  }

  @Test
  void another_audience_has_to_be_exchanged_and_the_tenant_named() {
    String audience = "client-" + ++names;
    register(cluster("https://login.test", audience, idp));
    String token =
        idp.token("rs", kubernetes().put("iss", "https://login.test").put("aud", audience));
    refused(token);
    refused(exchanging(token, Optional.empty()));
    refused(exchanging(token, Optional.of("globex")));
    refused(exchanging(token, Optional.of("No Such Name")));
    assertThat(exchanged(token, Optional.of("acme")).lifetime()).isPositive();
  }

  @Test
  void n12_a_token_for_one_tenant_is_nothing_in_another_that_registered_the_same() {
    Caller other = hushbus.tenant("globex" + ++names);
    registerAs(other, cluster(ISSUER, AUDIENCE, idp));
    assertThat(hushbus.caller(idp.token("rs", kubernetes())).tenant()).isEqualTo(admin.tenant());
    String both = "https://broker.test/" + other.tenantName();
    refused(idp.token("rs", kubernetes().put("aud", new JsonArray().add(AUDIENCE).add(both))));
    refused(idp.token("rs", kubernetes().put("aud", both)));
  }

  @Test
  void n06_alg_none_an_empty_signature_and_two_segments_are_refused() {
    String good = idp.token("rs", kubernetes());
    String unsigned = good.substring(0, good.lastIndexOf('.'));
    refused(unsigned);
    refused(unsigned + ".");
    String none =
        IdentityServer.text("{\"alg\":\"none\"}".getBytes(StandardCharsets.UTF_8))
            + "."
            + good.split("\\.", -1)[1]
            + ".";
    refused(none);
    refused(none + "AA");
    refused(good + ".AA");
  }

  @Test
  void n07_a_symmetric_signature_is_refused() {
    for (String alg : List.of("HS256", "HS512", "RS512", "ES384", "RS1", "rs256", "EdDSA ")) {
      refused(
          idp.token(
              "rs", new JsonObject().put("alg", alg).put("kid", "rs"), kubernetes().encode()));
    }
  }

  @Test
  void a_key_is_used_with_its_own_algorithm_alone() {
    refused(
        idp.token(
            "rs", new JsonObject().put("alg", "PS256").put("kid", "rs"), kubernetes().encode()));
    refused(
        idp.token(
            "es", new JsonObject().put("alg", "ES256").put("kid", "ed"), kubernetes().encode()));
  }

  @Test
  void n08_times_are_whole_seconds_and_there() {
    for (String exp :
        List.of("\"9999999999\"", "1e308", "-1", "1.5", "null", "0", "99999999999999999999")) {
      String claims = kubernetes().encode().replaceFirst("\"exp\":[0-9]+", "\"exp\":" + exp);
      refused(idp.token("rs", header("rs"), claims));
    }
    for (String name : List.of("exp", "iat", "iss", "aud", "sub")) {
      JsonObject claims = kubernetes();
      claims.remove(name);
      refused(idp.token("rs", claims));
    }
  }

  @Test
  void n09_a_token_is_refused_outside_of_its_time_and_if_that_is_too_long() {
    long now = now();
    refused(idp.token("rs", kubernetes().put("exp", now)));
    refused(idp.token("rs", kubernetes().put("exp", now - 1)));
    refused(idp.token("rs", kubernetes().put("iat", now).put("exp", now + 3601)));
    refused(idp.token("rs", kubernetes().put("iat", now + 31)));
    refused(idp.token("rs", kubernetes().put("nbf", now + 31)));
    refused(idp.token("rs", kubernetes().put("iat", now).put("exp", now - 10)));
    assertThat(hushbus.caller(idp.token("rs", kubernetes().put("nbf", now + 29)))).isNotNull();
  }

  @Test
  void n10_issuer_and_audience_must_be_exactly_those() {
    refused(idp.token("rs", kubernetes().put("iss", ISSUER + "/")));
    refused(idp.token("rs", kubernetes().put("aud", AUDIENCE + "/")));
    refused(idp.token("rs", kubernetes().put("aud", "https://broker.test/")));
    refused(idp.token("rs", kubernetes().put("aud", new JsonArray())));
    refused(idp.token("rs", kubernetes().put("aud", new JsonArray().add("https://other.test"))));
    refused(idp.token("rs", kubernetes().put("aud", new JsonArray().add(AUDIENCE).add(7))));
    JsonArray several = new JsonArray().add("https://other.test").add(AUDIENCE);
    assertThat(hushbus.caller(idp.token("rs", kubernetes().put("aud", several)))).isNotNull();
  }

  @Test
  void n11_a_header_that_brings_keys_along_is_refused_and_nobody_is_asked() {
    int before = idp.asked();
    for (String name : List.of("jku", "x5u", "jwk", "x5c", "crit", "b64", "zip", "foo")) {
      JsonObject header = header("rs").put(name, idp.url());
      refused(idp.token("rs", header, kubernetes().encode()));
    }
    for (String kid : List.of("../../etc/passwd", "' OR 1=1 --", "a b", "k".repeat(129))) {
      refused(
          idp.token(
              "rs", new JsonObject().put("alg", "RS256").put("kid", kid), kubernetes().encode()));
    }
    assertThat(idp.asked()).isEqualTo(before);
  }

  @Test
  void a_key_id_is_needed_where_there_is_more_than_one_key() {
    refused(idp.token("rs", new JsonObject().put("alg", "RS256"), kubernetes().encode()));
  }

  @Test
  void n13_a_claim_twice_is_refused() {
    String claims = kubernetes().encode();
    refused(
        idp.token(
            "rs",
            header("rs"),
            claims.substring(0, claims.length() - 1) + ",\"sub\":\"somebody\"}"));
    refused(idp.token("rs", header("rs"), claims + claims));
    refused(idp.token("rs", header("rs"), "[" + claims + "]"));
    refused(idp.token("rs", header("rs"), "{\"a\":".repeat(9) + "1" + "}".repeat(9)));
  }

  @Test
  void a_changed_claim_breaks_the_signature() {
    String[] parts = idp.token("rs", kubernetes()).split("\\.", -1);
    String other =
        IdentityServer.text(
            kubernetes().put("sub", "root").encode().getBytes(StandardCharsets.UTF_8));
    refused(parts[0] + "." + other + "." + parts[2]);
  }

  @Test
  void conditions_all_hold_or_nobody_comes_in() {
    JsonObject elsewhere = kubernetes();
    elsewhere.getJsonObject("kubernetes.io").put("namespace", "production");
    refused(idp.token("rs", elsewhere));
    JsonObject flat = kubernetes();
    flat.remove("kubernetes.io");
    refused(idp.token("rs", flat.put("kubernetes.io/namespace", "training")));
  }

  @Test
  void n14_keys_that_were_had_serve_on_and_a_new_key_is_asked_for_once_in_30_seconds() {
    try (IdentityServer own = new IdentityServer(hushbus.vertx).key("one", "ES256")) {
      String issuer = "https://idp" + ++names + ".test";
      register(cluster(issuer, AUDIENCE, own));
      assertThat(hushbus.caller(own.token("one", kubernetes().put("iss", issuer)))).isNotNull();
      assertThat(own.asked()).isEqualTo(1);
      own.key("two", "ES256");
      String rotated = own.token("two", kubernetes().put("iss", issuer));
      refused(rotated);
      assertThat(own.asked()).as("the interval is not over").isEqualTo(1);
      hushbus.clock.pass(Duration.ofSeconds(31));
      JsonObject later = kubernetes().put("iss", issuer);
      List<Future<Caller>> crowd =
          IntStream.range(0, 20)
              .mapToObj(n -> own.token("two", later.copy().put("jti", "t" + n)))
              .map(
                  token -> hushbus.authenticator.authenticate("Bearer " + token, hushbus.request()))
              .toList();
      Future.all(crowd).await();
      assertThat(own.asked()).as("one request for all").isEqualTo(2);
      for (IdentityServer.Mood mood :
          List.of(
              IdentityServer.Mood.DOWN,
              IdentityServer.Mood.HUGE,
              IdentityServer.Mood.SILENT,
              IdentityServer.Mood.REDIRECTING)) {
        own.mood(mood);
        hushbus.clock.pass(Duration.ofSeconds(31));
        own.key("three", "ES256");
        refused(own.token("three", kubernetes().put("iss", issuer)));
        assertThat(hushbus.caller(own.token("two", kubernetes().put("iss", issuer)))).isNotNull();
      }
      assertThat(own.asked()).isEqualTo(6);
    }
  }

  @Test
  void a_key_that_its_provider_withdraws_is_noticed_within_twice_the_refresh() {
    try (IdentityServer own =
        new IdentityServer(hushbus.vertx).key("one", "ES256").key("two", "ES256")) {
      String issuer = "https://idp" + ++names + ".test";
      register(cluster(issuer, AUDIENCE, own));
      String token = own.token("one", kubernetes().put("iss", issuer));
      String later = own.token("one", kubernetes().put("iss", issuer).put("jti", "later"));
      assertThat(hushbus.caller(token)).isNotNull();
      own.forget("one");
      hushbus.clock.pass(Duration.ofMinutes(4));
      assertThat(hushbus.caller(token)).as("not asked for anew yet").isNotNull();
      assertThat(own.asked()).isEqualTo(1);
      hushbus.clock.pass(Duration.ofMinutes(7));
      refused(later);
      refused(token);
      assertThat(own.asked()).isEqualTo(2);
    }
  }

  @Test
  void keys_in_the_registration_need_no_server() {
    String issuer = "https://inline" + ++names + ".test";
    register(
        cluster(issuer, AUDIENCE, idp)
            .put("jwks", new JsonObject().put("keys", new JsonArray().add(idp.jwk("es")))));
    assertThat(hushbus.caller(idp.token("es", kubernetes().put("iss", issuer)))).isNotNull();
    refused(idp.token("rs", kubernetes().put("iss", issuer)));
  }

  @Test
  void an_algorithm_that_was_not_allowed_is_refused() {
    String issuer = "https://narrow" + ++names + ".test";
    register(cluster(issuer, AUDIENCE, idp).put("algorithms", new JsonArray().add("ES256")));
    assertThat(hushbus.caller(idp.token("es", kubernetes().put("iss", issuer)))).isNotNull();
    refused(idp.token("rs", kubernetes().put("iss", issuer)));
  }

  @Test
  void n04_the_end_of_a_provider_ends_its_tokens_within_5_seconds_on_each_node() {
    String issuer = "https://ended" + ++names + ".test";
    UUID ended = register(cluster(issuer, AUDIENCE, idp)).id();
    String direct = idp.token("rs", kubernetes().put("iss", issuer));
    String exchanged = reveal(exchanged(direct, Optional.empty()));
    Authenticator elsewhere = hushbus.node();
    Caller following = hushbus.caller(exchanged);
    assertThat(elsewhere.authenticate("Bearer " + direct, hushbus.request()).await()).isNotNull();
    hushbus
        .providers
        .delete(hushbus.grant(admin, Action.IDENTITY_ADMIN, IdentityProviders.resource(ended)))
        .await();
    hushbus.clock.pass(Duration.ofSeconds(4));
    refused(direct);
    refused(exchanged);
    refused(elsewhere.authenticate("Bearer " + direct, hushbus.request()));
    refused(hushbus.authenticator.refresh(following));
  }

  @Test
  void other_rules_end_what_was_issued_under_the_old_ones() {
    String issuer = "https://changed" + ++names + ".test";
    JsonObject rules = cluster(issuer, AUDIENCE, idp);
    UUID changed = register(rules).id();
    String exchanged =
        reveal(exchanged(idp.token("rs", kubernetes().put("iss", issuer)), Optional.empty()));
    Principal before = hushbus.caller(exchanged).principal();
    hushbus
        .providers
        .replace(
            hushbus.grant(admin, Action.IDENTITY_ADMIN, IdentityProviders.resource(changed)),
            ProviderText.read(rules.put("mappings", new JsonArray().add(mapping("viewer")))),
            Seen.WHATEVER)
        .await();
    hushbus.clock.pass(Duration.ofSeconds(4));
    refused(exchanged);
    Caller again = hushbus.caller(idp.token("rs", kubernetes().put("iss", issuer)));
    assertThat(again.principal()).isEqualTo(before);
    assertThat(again.bindings()).containsExactly(new Caller.Binding(Role.VIEWER, Optional.empty()));
  }

  @Test
  void n55_a_forged_provider_lets_nobody_in_and_raises_an_alarm() {
    String issuer = "https://forged" + ++names + ".test";
    UUID forged = register(cluster(issuer, AUDIENCE, idp)).id();
    hushbus.database.asOwner(
        "UPDATE identity_provider SET definition = replace(definition, 'runner', 'admin')"
            + " WHERE provider_id = '"
            + forged
            + "'");
    hushbus.forged.clear();
    refused(idp.token("rs", kubernetes().put("iss", issuer)));
    assertThat(hushbus.forged).containsExactly("identity_provider");
  }

  @Test
  void the_audit_trail_says_once_who_stands_behind_a_principal() throws Exception {
    String subject = "system:serviceaccount:training:once-" + ++names;
    String token = idp.token("rs", kubernetes().put("sub", subject));
    hushbus.caller(token);
    exchanged(token, Optional.empty());
    try (var owner = hushbus.database.owner();
        var statement = owner.createStatement();
        var rows =
            statement.executeQuery(
                "SELECT (SELECT count(*) FROM audit_tail t WHERE t::text LIKE '%"
                    + subject
                    + "%')"
                    + " + (SELECT count(*) FROM audit_record r WHERE r::text LIKE '%"
                    + subject
                    + "%')")) {
      rows.next();
      assertThat(rows.getInt(1)).isEqualTo(1);
    }
  }

  @Test
  void rules_that_let_everybody_in_have_to_say_so() {
    JsonObject open = cluster("https://open.test", AUDIENCE, idp);
    open.put("conditions", new JsonArray());
    assertThatThrownBy(() -> ProviderText.read(open)).isInstanceOf(Failure.Invalid.class);
    assertThat(ProviderText.read(open.put("any_subject", true)).anySubject()).isTrue();
    assertThatThrownBy(() -> ProviderText.read(cluster("i", "a", idp).put("any_subject", true)))
        .isInstanceOf(Failure.Invalid.class);
  }

  @Test
  void rules_that_cannot_be_meant_are_refused_where_they_are_wrong() {
    JsonObject good = cluster("https://x.test", AUDIENCE, idp);
    for (String url : List.of("ftp://x.test/", "https://u:p@x.test/", "x.test/jwks")) {
      wrong(good.copy().put("jwks_url", url), "/jwks_url");
    }
    wrong(good.copy().put("jwks", idp.jwks()), "/jwks_url");
    wrong(good.copy().put("max_token_lifetime", "25h"), "/max_token_lifetime");
    wrong(good.copy().put("mappings", new JsonArray().add(mapping("operator"))), "/mappings");
    wrong(good.copy().put("mappings", new JsonArray()), "/mappings");
    wrong(
        good.copy().put("conditions", new JsonArray().add(condition("sub", "equals", "x"))),
        "/conditions/0");
  }

  private static void wrong(JsonObject rules, String pointer) {
    assertThatThrownBy(() -> ProviderText.read(rules))
        .isInstanceOfSatisfying(
            Failure.Invalid.class,
            failure -> assertThat(failure.fields().getFirst().pointer()).startsWith(pointer));
  }

  private static JsonObject kubernetes() {
    return claims(ISSUER, SUBJECT)
        .put("aud", new JsonArray().add(AUDIENCE))
        .put("nbf", now() - 10)
        .put("jti", "c2f6cbbe-1d4c-4b4d-9d0c-6a0a5d3fd1f3")
        .put(
            "kubernetes.io",
            new JsonObject()
                .put("namespace", "training")
                .put("node", new JsonObject().put("name", "n1").put("uid", "3d1b7f0e"))
                .put("pod", new JsonObject().put("name", "job-17-x2x").put("uid", "646b7a58"))
                .put(
                    "serviceaccount",
                    new JsonObject().put("name", "trainer").put("uid", "14ee3fa4")));
  }

  private static JsonObject claims(String issuer, String subject) {
    return new JsonObject()
        .put("iss", issuer)
        .put("aud", AUDIENCE)
        .put("sub", subject)
        .put("iat", now() - 10)
        .put("exp", now() + 3000);
  }

  private static long now() {
    return hushbus.clock.instant().getEpochSecond();
  }

  private static JsonObject header(String kid) {
    return new JsonObject().put("alg", "RS256").put("kid", kid);
  }

  private static JsonObject rules(String name, String issuer, String audience) {
    return new JsonObject()
        .put("name", name + "-" + ++names)
        .put("kind", "jwt")
        .put("issuer", issuer)
        .put("audience", audience);
  }

  private static JsonObject cluster(String issuer, String audience, IdentityServer keys) {
    return rules("cluster", issuer, audience)
        .put("jwks_url", keys.url())
        .put(
            "conditions",
            new JsonArray().add(condition("/kubernetes.io/namespace", "equals", "training")))
        .put("mappings", new JsonArray().add(mapping("runner").put("project_id", demo.toString())));
  }

  private static JsonObject condition(String claim, String kind, String value) {
    return new JsonObject().put("claim", claim).put(kind, value);
  }

  private static JsonObject mapping(String role) {
    return new JsonObject().put("role", role);
  }

  private static IdentityProvider register(JsonObject rules) {
    return registerAs(admin, rules);
  }

  private static IdentityProvider registerAs(Caller who, JsonObject rules) {
    if (rules.containsKey("jwks")) {
      rules.remove("jwks_url");
    }
    return hushbus
        .providers
        .create(
            hushbus.grant(who, Action.IDENTITY_ADMIN, IdentityProviders.resource()),
            ProviderText.read(rules))
        .await();
  }

  private static Future<IssuedToken> exchanging(String token, Optional<String> tenant) {
    return hushbus.issuer.exchange(token, tenant, hushbus.request());
  }

  private static IssuedToken exchanged(String token, Optional<String> tenant) {
    return exchanging(token, tenant).await();
  }

  private static String reveal(IssuedToken token) {
    return token.token().reveal(bytes -> new String(bytes, StandardCharsets.US_ASCII));
  }

  private static void refused(String token) {
    refused(hushbus.authenticator.authenticate("Bearer " + token, hushbus.request()));
  }

  private static void refused(Future<?> asked) {
    assertThatThrownBy(asked::await).isInstanceOf(Failure.Unauthenticated.class);
  }
}
