package io.hushbus.rotation;

import static io.hushbus.support.World.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hushbus.lease.LeasedSecret;
import io.hushbus.model.Action;
import io.hushbus.model.Failure;
import io.hushbus.model.LeaseId;
import io.hushbus.model.SecretName;
import io.hushbus.model.SecretValue;
import io.hushbus.model.Seen;
import io.hushbus.support.TenantWorld;
import io.hushbus.support.World;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Values that a service of the tenant brings, against a real server. */
final class HookIT {

  /** What the hook was asked. */
  private record Asked(
      String step,
      String rotation,
      String id,
      String key,
      boolean genuine,
      int signatures,
      Integer version) {}

  private static final List<Asked> ASKED = new CopyOnWriteArrayList<>();

  private static World world;
  private static TenantWorld acme;
  private static Turns turns;
  private static HttpServer server;
  private static volatile String failing = "";
  private static volatile String answer = "{\"data\":{\"value\":\"brought\"}}";
  private static volatile byte[] key = new byte[0];

  @BeforeAll
  static void start() {
    world = World.fresh();
    acme = world.tenant("acme");
    turns = new Turns(acme);
    server =
        world
            .vertx
            .createHttpServer()
            .requestHandler(
                request ->
                    request
                        .body()
                        .onSuccess(
                            body -> {
                              Asked asked = asked(request.headers(), body);
                              ASKED.add(asked);
                              boolean refused = asked.step().equals(failing);
                              request
                                  .response()
                                  .setStatusCode(refused ? 500 : 200)
                                  .end(asked.step().equals("create") ? answer : "");
                            }))
            .listen(0, "127.0.0.1")
            .await();
  }

  @AfterAll
  static void stop() {
    world.close();
  }

  @BeforeEach
  void afresh() {
    world.rows("DELETE FROM rotation_hook RETURNING 1");
    ASKED.clear();
    failing = "";
    answer = "{\"data\":{\"value\":\"brought\"}}";
  }

  @Test
  void it_is_asked_to_create_to_test_to_finish_and_once_nobody_holds_the_old_one_to_revoke() {
    String name = hooked();
    LeaseId holder = turns.leased(name);
    rounds();
    assertThat(value(name)).isEqualTo("brought");
    assertThat(ASKED).extracting(Asked::step).containsExactly("create", "test", "finish");
    assertThat(ASKED.getLast().version()).isEqualTo(2);
    turns.rounds();
    rounds();
    assertThat(ASKED).hasSize(3);
    turns.end(holder);
    turns.rounds();
    rounds();
    assertThat(ASKED).extracting(Asked::step).containsExactly("create", "test", "finish", "revoke");
    assertThat(ASKED.getLast().version()).isEqualTo(1);
    assertThat(ASKED).extracting(Asked::rotation).containsOnly(ASKED.getFirst().rotation());
    assertThat(ASKED).extracting(Asked::key).containsOnly(ASKED.getFirst().rotation());
    rounds();
    assertThat(ASKED).hasSize(4);
  }

  @Test
  void every_call_is_signed_with_the_key_that_was_shown() {
    hooked();
    rounds();
    assertThat(ASKED).isNotEmpty().allMatch(Asked::genuine);
  }

  @Test
  void n63_while_its_key_is_rolled_calls_are_signed_under_both_and_then_under_the_new_one_alone() {
    String name = hooked();
    byte[] old = key;
    byte[] next = rolled(name, Duration.ofHours(1));
    assertThat(next).isNotEqualTo(old);
    rounds();
    assertThat(ASKED).isNotEmpty().allMatch(Asked::genuine).allMatch(one -> one.signatures() == 2);
    ASKED.clear();
    String other = hooked();
    byte[] first = key;
    key = rolled(other, Duration.ZERO);
    rounds();
    assertThat(ASKED).isNotEmpty().allMatch(Asked::genuine).allMatch(one -> one.signatures() == 1);
    assertThat(key).isNotEqualTo(first);
  }

  @Test
  void a_hook_whose_key_another_hand_took_is_not_over_in_silence() {
    String name = hooked();
    String ours = "(SELECT secret_id FROM secret WHERE name = '" + name + "')";
    world.rows("DELETE FROM rotation_hook_key WHERE secret_id = " + ours + " RETURNING 1");
    rounds();
    assertThat(ASKED).isEmpty();
    assertThat(world.rows("SELECT step FROM rotation_hook WHERE secret_id = " + ours))
        .containsExactly("create");
  }

  @Test
  void at_most_two_keys_are_kept() {
    String name = hooked();
    rolled(name, Duration.ofHours(1));
    key = rolled(name, Duration.ofHours(1));
    assertThat(
            world.rows(
                "SELECT number FROM rotation_hook_key k JOIN secret s USING (tenant_id, secret_id)"
                    + " WHERE s.name = '"
                    + name
                    + "' ORDER BY number"))
        .containsExactly("2", "3");
    rounds();
    assertThat(ASKED).isNotEmpty().allMatch(Asked::genuine);
  }

  @Test
  void a_key_is_kept_through_changes_of_the_policy_and_shown_once() {
    String name = hooked();
    assertThat(put(name, "http://127.0.0.1:" + server.actualPort() + "/other").key()).isEmpty();
  }

  @Test
  void n48_a_hook_that_must_not_be_called_is_refused_when_it_is_named() {
    String name = turns.stored();
    for (String url :
        List.of(
            "http://example.org/rotate",
            "https://10.0.0.1/rotate",
            "https://169.254.169.254/latest",
            "https://example.org:25/",
            "https://user@example.org/",
            "ftp://example.org/",
            "file:///etc/passwd",
            "nonsense")) {
      assertThatThrownBy(() -> put(name, url)).as(url).isInstanceOf(Failure.Invalid.class);
    }
  }

  @Test
  void n54_a_step_that_another_hand_wrote_is_not_made() {
    String name = hooked();
    LeaseId holder = turns.leased(name);
    rounds();
    ASKED.clear();
    world.rows(
        "UPDATE rotation_hook SET step = 'create', next_at = '-infinity' WHERE secret_id ="
            + " (SELECT secret_id FROM secret WHERE name = '"
            + name
            + "') RETURNING 1");
    rounds();
    assertThat(ASKED).isEmpty();
    assertThat(turns.leasable(name)).isEqualTo(2);
    assertThat(turns.holds(holder)).isTrue();
  }

  @Test
  void n54_a_version_that_another_hand_retired_is_not_revoked() {
    String name = hooked();
    LeaseId holder = turns.leased(name);
    rounds();
    ASKED.clear();
    world.rows(
        "UPDATE secret_version SET state = 'retired' WHERE version = 1 AND secret_id ="
            + " (SELECT secret_id FROM secret WHERE name = '"
            + name
            + "') RETURNING 1");
    rounds();
    assertThat(ASKED).isEmpty();
    assertThat(holder).isNotNull();
  }

  @Test
  void what_fails_is_repeated_under_the_same_id_until_it_is_answered() {
    String name = hooked();
    failing = "test";
    rounds();
    assertThat(turns.leasable(name)).isOne();
    failing = "";
    rounds();
    assertThat(turns.leasable(name)).isEqualTo(2);
    assertThat(ASKED).extracting(Asked::rotation).containsOnly(ASKED.getFirst().rotation());
    assertThat(ASKED.stream().filter(one -> one.step().equals("create")).map(Asked::id))
        .hasSizeGreaterThan(1)
        .containsOnly(ASKED.getFirst().id());
  }

  @Test
  void one_that_never_answers_is_given_up_and_said() {
    String name = hooked();
    failing = "create";
    for (int i = 0; i < 12; i++) {
      rounds();
    }
    assertThat(ASKED).hasSize(10);
    assertThat(turns.told(name)).containsExactly("secret.created", "rotation.failed");
  }

  @Test
  void an_answer_that_is_none_changes_nothing() {
    for (String wrong :
        List.of(
            "",
            "{}",
            "{\"data\":{}}",
            "{\"data\":{\"value\":7}}",
            "{\"data\":{\"a b\":\"x\"}}",
            "{\"data\":{\"value\":\"x\"}}x",
            "{\"data\":{\"value\":\"x\",\"value\":\"y\"}}")) {
      answer = wrong;
      String name = hooked();
      rounds();
      assertThat(turns.leasable(name)).as(wrong).isOne();
    }
    assertThat(ASKED).extracting(Asked::step).containsOnly("create");
  }

  @Test
  void two_brokers_bring_one_value() {
    String name = hooked();
    try (World other = world.anotherNode()) {
      await(world.policyRounds.runOnce());
      await(io.vertx.core.Future.all(world.hookRounds.runOnce(), other.hookRounds.runOnce()));
    }
    rounds();
    assertThat(turns.leasable(name)).isEqualTo(2);
  }

  private static Asked asked(io.vertx.core.MultiMap headers, Buffer body) {
    JsonObject json = body.toJsonObject();
    String signed = headers.get("webhook-id") + "." + headers.get("webhook-timestamp") + "." + body;
    return new Asked(
        json.getString("step"),
        json.getString("rotation"),
        headers.get("webhook-id"),
        headers.get("Idempotency-Key"),
        List.of(headers.get("webhook-signature").split(" ", -1))
            .contains("v1," + signature(key, signed)),
        headers.get("webhook-signature").split(" ", -1).length,
        json.getInteger("version"));
  }

  private static String signature(byte[] with, String message) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(with, "HmacSHA256"));
      return Base64.getEncoder()
          .encodeToString(mac.doFinal(message.getBytes(StandardCharsets.UTF_8)));
    } catch (java.security.GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A secret with a hook that is due. */
  private static String hooked() {
    String name = turns.stored();
    Policies.Put put = put(name, "http://127.0.0.1:" + server.actualPort() + "/rotate");
    key = shown(put);
    due(put.policy());
    return name;
  }

  private static Policies.Put put(String name, String url) {
    return await(
        world.policies.put(
            acme.grant(Action.ROTATION_FORCE, acme.demo),
            acme.demo,
            new SecretName(name),
            new Policies.Wish(
                new Schedule.Every(Duration.ofDays(30)),
                new Source.Hook(url),
                Strategy.DRAIN,
                Optional.empty()),
            Seen.WHATEVER));
  }

  private static byte[] rolled(String name, Duration overlap) {
    return shown(
        await(
            world.policies.roll(
                acme.grant(Action.ROTATION_FORCE, acme.demo),
                acme.demo,
                new SecretName(name),
                overlap)));
  }

  private static byte[] shown(Policies.Put put) {
    try (SecretValue shown = put.key().orElseThrow()) {
      String text = shown.reveal(bytes -> new String(bytes, StandardCharsets.US_ASCII));
      return Base64.getDecoder().decode(text.substring("whsec_".length()));
    }
  }

  private static void due(Policy policy) {
    DuePolicy.at(world.db, world.keyrings, acme.id, policy.secret(), Instant.now().minusSeconds(1));
  }

  private static void rounds() {
    await(world.policyRounds.runOnce());
    await(world.hookRounds.runOnce());
    await(world.hookRounds.runOnce());
  }

  private static String value(String name) {
    try (LeasedSecret leased = acme.lease(acme.demo, name)) {
      return TenantWorld.value(leased);
    }
  }
}
