package io.hushbus.delivery;

import static java.util.stream.LongStream.rangeClosed;
import static org.assertj.core.api.Assertions.assertThat;

import io.hushbus.model.Failure;
import io.hushbus.model.Principal;
import io.hushbus.model.Scope;
import io.hushbus.model.SecretValue;
import io.hushbus.model.Seen;
import io.hushbus.support.HookServer;
import io.hushbus.support.TenantWorld;
import io.hushbus.support.World;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.assertj.core.data.Offset;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Endpoints: what is posted, signed how, when again, and when no more. */
final class WebhooksIT {

  @SuppressWarnings("NullAway.Init")
  private static World world;

  private static int tenants;

  @SuppressWarnings("NullAway.Init")
  private Posting node;

  @SuppressWarnings("NullAway.Init")
  private HookServer hook;

  @SuppressWarnings("NullAway.Init")
  private TenantWorld acme;

  @SuppressWarnings("NullAway.Init")
  private Principal editor;

  @BeforeAll
  static void open() {
    world = World.fresh();
  }

  @AfterAll
  static void close() {
    world.close();
  }

  @BeforeEach
  void begin() {
    world.asOwner("DELETE FROM webhook");
    node = new Posting(world);
    hook = new HookServer(world.vertx);
    acme = world.tenant("hooks-" + ++tenants);
    editor = acme.principal();
  }

  @AfterEach
  void end() {
    node.close();
    hook.close();
  }

  @Test
  void g3_what_is_committed_after_it_was_made_is_posted_once_in_order() {
    commit("before", 1);
    make(hook.url());
    commit("after", 20);

    node.worker.runOnce().await();

    assertThat(hook.sequences()).isEqualTo(rangeClosed(2, 21).boxed().toList());
    node.worker.runOnce().await();
    assertThat(hook.received()).hasSize(20);
  }

  @Test
  void calls_are_signed_as_standard_webhooks_has_it() {
    String key = make(hook.url()).key;
    commit("signed", 1);
    node.worker.runOnce().await();

    HookServer.Received call = hook.received().getFirst();
    assertThat(key).matches("whsec_[A-Za-z0-9+/]{43}=");
    assertThat(call.id()).isEqualTo(call.json().getString("id"));
    assertThat(Long.parseLong(call.timestamp()))
        .isCloseTo(System.currentTimeMillis() / 1000, Offset.offset(60L));
    assertThat(HookServer.verifies(call, key)).isTrue();
    assertThat(call.json().getString("type")).isEqualTo("io.hushbus.secret.created.v1");
  }

  @Test
  void n63_a_receiver_rejects_what_was_altered_moved_or_signed_by_another() {
    String key = make(hook.url()).key;
    String other = make(hook.url()).key;
    commit("signed", 1);
    node.worker.runOnce().await();

    HookServer.Received call =
        hook.received().stream().filter(one -> HookServer.verifies(one, key)).findFirst().get();
    String body = call.body().replace("signed", "sign3d");
    String later = Long.toString(Long.parseLong(call.timestamp()) + 301);
    assertThat(HookServer.verifies(call.id(), call.timestamp(), call.signature(), body, key))
        .isFalse();
    assertThat(HookServer.verifies(call.id(), later, call.signature(), call.body(), key))
        .as("an old call with a new time")
        .isFalse();
    assertThat(HookServer.verifies("other", call.timestamp(), call.signature(), call.body(), key))
        .isFalse();
    assertThat(HookServer.verifies(call, other)).isFalse();
  }

  @Test
  void n63_a_rolled_key_signs_beside_the_new_one_for_the_overlap_and_then_no_more() {
    Made made = make(hook.url());
    String second = rolled(made.id, Duration.ofHours(1));
    commit("first", 1);
    node.worker.runOnce().await();
    assertThat(HookServer.verifies(hook.received().getFirst(), made.key)).isTrue();
    assertThat(HookServer.verifies(hook.received().getFirst(), second)).isTrue();

    String third = rolled(made.id, Duration.ZERO);
    hook.forget();
    commit("second", 1);
    node.worker.runOnce().await();
    HookServer.Received call = hook.received().getFirst();
    assertThat(HookServer.verifies(call, made.key)).isFalse();
    assertThat(HookServer.verifies(call, second)).isFalse();
    assertThat(HookServer.verifies(call, third)).isTrue();
  }

  @Test
  void the_key_is_kept_sealed() {
    String key = make(hook.url()).key;
    String row = world.row("SELECT w::text || encode(key_sealed, 'escape') FROM webhook w");
    assertThat(row).doesNotContain(key).doesNotContain(key.substring(6));
  }

  @Test
  void n79_a_call_that_is_refused_is_made_again_under_the_same_id() {
    make(hook.url());
    hook.answers(500);
    commit("stubborn", 3);
    node.worker.runOnce().await();
    assertThat(hook.received()).as("in order: the next one waits").hasSize(1);

    hook.answers(204);
    untilPosted(4);

    assertThat(hook.sequences()).containsExactly(1L, 1L, 2L, 3L);
    assertThat(hook.received().get(0).id()).isEqualTo(hook.received().get(1).id());
    assertThat(states()).containsExactly("delivered");
  }

  @Test
  void n48_a_redirect_is_a_refusal_and_is_not_followed() {
    HookServer elsewhere = new HookServer(world.vertx);
    make(hook.url());
    hook.answers(302, "Location", elsewhere.url());
    commit("moved", 1);
    node.worker.runOnce().await();

    assertThat(hook.received()).hasSize(1);
    assertThat(elsewhere.received()).isEmpty();
    assertThat(webhook().state().lastStatus()).contains("http_302");
    elsewhere.close();
  }

  @Test
  void n48_urls_that_lead_inside_or_are_no_https_are_refused_when_they_are_named() {
    for (String url :
        List.of(
            "http://example.com/",
            "file:///etc/passwd",
            "gopher://127.0.0.1:70/",
            "https://10.0.0.1/",
            "https://169.254.169.254/latest/meta-data",
            "https://[::1]/",
            "https://[::ffff:10.0.0.1]/",
            "https://[fd00::1]/",
            "https://user:word@example.com/",
            "https://example.com:25/",
            "https://example.com:22/",
            "https:///nowhere",
            "https://example.com/#part",
            "//example.com/")) {
      assertThat(World.failure(making(url)))
          .as(url)
          .isInstanceOfSatisfying(
              Failure.Invalid.class,
              refused ->
                  assertThat(refused.fields())
                      .containsExactly(new Failure.Field("/url", Failure.Code.NOT_ALLOWED)));
    }
    assertThat(world.rows("SELECT url FROM webhook")).isEmpty();
  }

  @Test
  void n48_a_name_that_leads_inside_gets_no_packet() {
    World.await(making("https://localhost.localdomain.invalid/"));
    commit("inside", 1);
    node.worker.runOnce().await();
    assertThat(webhook().state().lastStatus()).contains("unreachable");
  }

  @Test
  void a_410_switches_off_and_tells_so() {
    make(hook.url());
    hook.answers(410);
    commit("unwanted", 1);
    node.worker.runOnce().await();

    assertThat(webhook().state().enabled()).isFalse();
    assertThat(webhook().state().disabledFor()).contains("gone");
    assertThat(
            world.row(
                "SELECT data->>'reason' FROM event WHERE tenant_id = '%s' AND type = '%s'"
                    .formatted(acme.id, "io.hushbus.webhook.disabled.v1")))
        .isEqualTo("gone");
    assertThat(
            world.rows(
                "SELECT principal FROM audit_tail WHERE tenant_id = '%s' AND resource_kind = 'webhook'"
                        .formatted(acme.id)
                    + " AND principal LIKE 'system:%'"))
        .hasSize(1);
  }

  @Test
  void n79_when_the_schedule_is_through_it_is_switched_off_and_switched_on_it_goes_on() {
    Made made = make(hook.url());
    hook.answers(503);
    commit("waiting", 2);
    until(() -> !webhook().state().enabled());
    assertThat(webhook().state().disabledFor()).contains("schedule_through");
    assertThat(node.disabled).hasValue(1);

    hook.answers(200);
    hook.forget();
    World.await(
        node.webhooks.edit(
            node.admin(acme, editor, Optional.of(made.id)), enable(true), Seen.WHATEVER));
    until(() -> hook.sequences().contains(2L));
    assertThat(hook.sequences()).startsWith(1L, 2L);
  }

  @Test
  void f22_an_event_that_is_always_refused_is_put_aside_and_the_others_go_on() {
    Made made = make(hook.url());
    hook.mood(call -> call.sequence() == 2 ? HookServer.status(400) : HookServer.WELL);
    commit("some", 5);
    until(() -> hook.sequences().contains(5L));

    assertThat(hook.sequences().stream().filter(number -> number != 2).toList())
        .containsExactly(1L, 3L, 4L, 5L);
    assertThat(states()).containsExactly("parked");
    assertThat(webhook().state().enabled()).isTrue();

    hook.mood(call -> HookServer.WELL);
    hook.forget();
    Delivery parked =
        World.await(
                node.webhooks.deliveries(node.reader(acme, editor, made.id), Optional.empty(), 10))
            .items()
            .getFirst();
    World.await(
        node.webhooks.redeliver(node.admin(acme, editor, Optional.of(made.id)), parked.id()));
    node.worker.runOnce().await();
    assertThat(hook.sequences()).containsExactly(2L);
    assertThat(states()).containsExactly("delivered");
  }

  @Test
  void an_endpoint_that_takes_nothing_keeps_its_order() {
    make(hook.url());
    hook.answers(500);
    commit("down", 3);
    until(() -> webhook().state().attempts() >= 3);
    assertThat(states()).as("nothing is put aside").containsExactly("retrying");

    hook.forget();
    hook.answers(200);
    until(() -> hook.sequences().contains(3L));
    assertThat(hook.sequences()).containsExactly(1L, 2L, 3L);
    assertThat(states()).containsExactly("delivered");
  }

  @Test
  void f14_n79_one_that_hangs_keeps_no_other_waiting() {
    HookServer deaf = new HookServer(world.vertx);
    deaf.mood(call -> request -> {});
    HookServer huge = new HookServer(world.vertx);
    huge.mood(call -> request -> request.response().end("x".repeat(1024 * 1024)));
    make(deaf.url());
    make(huge.url());
    make(hook.url());
    commit("patient", 10);
    node.worker.runOnce().await();

    assertThat(hook.received()).hasSize(10);
    assertThat(deaf.received()).hasSize(1);
    assertThat(world.rows("SELECT last_status FROM webhook ORDER BY 1"))
        .containsExactly("http_200", "timeout", "too_large");
    deaf.close();
    huge.close();
  }

  @Test
  void what_is_posted_is_what_the_owner_may_see_now() {
    UUID demo = acme.demo.inProject().map(Scope.Place::id).orElseThrow();
    make(hook.url());
    node.only.put(editor.id(), demo);
    commit("seen", 1);
    node.only.put(editor.id(), new UUID(1, 1));
    commit("unseen", 1);
    node.worker.runOnce().await();
    assertThat(hook.received()).isEmpty();

    node.only.put(editor.id(), demo);
    commit("again", 1);
    node.worker.runOnce().await();
    assertThat(hook.sequences()).containsExactly(3L);
  }

  @Test
  void an_owner_that_is_no_more_ends_it_with_a_notice() {
    make(hook.url());
    node.gone.add(editor.id());
    commit("orphan", 1);
    node.worker.runOnce().await();

    assertThat(hook.received()).isEmpty();
    assertThat(webhook().state().disabledFor()).contains("owner_gone");
  }

  @Test
  void whoever_changes_it_owns_it() {
    Made made = make(hook.url());
    Principal other = acme.principal();
    Webhook changed =
        World.await(
            node.webhooks.edit(
                node.admin(acme, other, Optional.of(made.id)),
                new Webhooks.Edit(
                    Optional.of(hook.url() + "/other"),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty()),
                Seen.WHATEVER));
    assertThat(changed.owner().principal()).isEqualTo(other);
    node.gone.add(editor.id());
    commit("mine", 1);
    node.worker.runOnce().await();
    assertThat(hook.received()).hasSize(1);
  }

  @Test
  void n55_a_row_that_another_hand_wrote_is_not_posted_to() {
    HookServer thief = new HookServer(world.vertx);
    make(hook.url());
    for (String change :
        List.of(
            "url = '%s'".formatted(thief.url()),
            "owner_id = gen_random_uuid()",
            "types = '{x}'",
            "old_until = clock_timestamp() + interval '1 day'")) {
      world.asOwner("UPDATE webhook SET held_until = NULL");
      String before = world.row("SELECT url || owner_id FROM webhook");
      world.asOwner("CREATE TABLE kept AS SELECT * FROM webhook");
      world.asOwner("UPDATE webhook SET " + change);
      commit("forged-" + change.length(), 1);
      node.worker.runOnce().await();
      assertThat(thief.received()).as(change).isEmpty();
      assertThat(hook.received()).as(change).isEmpty();
      world.asOwner(
          "UPDATE webhook w SET url = k.url, owner_id = k.owner_id, types = k.types,"
              + " old_until = k.old_until FROM kept k");
      world.asOwner("DROP TABLE kept");
      assertThat(world.row("SELECT url || owner_id FROM webhook")).isEqualTo(before);
    }
    assertThat(node.forged).hasPositiveValue();
    world.asOwner("UPDATE webhook SET held_until = NULL");
    untilPosted(4);
    assertThat(hook.received()).hasSize(4);
    thief.close();
  }

  @Test
  void n55_a_place_that_another_hand_set_forward_is_not_gone_on_from() {
    UUID id = make(hook.url()).id();
    commit("skipped", 3);
    world.asOwner("UPDATE webhook SET position = position + 2");
    node.worker.runOnce().await();
    assertThat(hook.received()).isEmpty();
    assertThat(node.forged).hasPositiveValue();

    world.asOwner("UPDATE webhook SET position = position - 2, held_until = NULL");
    node.worker.runOnce().await();
    assertThat(hook.sequences()).containsExactly(1L, 2L, 3L);

    // It can be seen and removed by who may, whatever its place.
    world.asOwner("UPDATE webhook SET position = position + 2");
    World.await(node.webhooks.delete(node.admin(acme, editor, Optional.of(id))));
    assertThat(world.rows("SELECT 1 FROM webhook")).isEmpty();
  }

  @Test
  void g3_a_node_that_dies_between_a_commit_and_its_call_leaves_it_to_the_next() {
    make(hook.url());
    commit("left", 5);
    world.asOwner(
        "UPDATE webhook SET holder = gen_random_uuid(), fence = fence + 1,"
            + " held_until = clock_timestamp() + interval '300 milliseconds'");
    node.worker.runOnce().await();
    assertThat(hook.received()).as("another node has it").isEmpty();

    until(() -> !hook.received().isEmpty());
    assertThat(hook.sequences()).containsExactly(1L, 2L, 3L, 4L, 5L);
  }

  @Test
  void a_node_that_was_paused_past_its_time_notes_nothing_any_more() {
    make(hook.url());
    commit("fenced", 2);
    hook.mood(
        call -> {
          world.asOwner("UPDATE webhook SET fence = fence + 1, held_until = NULL");
          return HookServer.WELL;
        });
    node.worker.runOnce().await();
    assertThat(hook.sequences()).containsExactly(1L);
    assertThat(world.row("SELECT position FROM webhook")).isEqualTo("0");

    hook.mood(call -> HookServer.WELL);
    until(() -> hook.received().size() == 3);
    assertThat(hook.sequences()).as("at least once").containsExactly(1L, 1L, 2L);
  }

  @Test
  void two_nodes_post_each_event_once() {
    try (Posting other = new Posting(world)) {
      for (int i = 0; i < 5; i++) {
        make(hook.url() + "/" + i);
      }
      commit("shared", 10);
      var one = node.worker.runOnce();
      var two = other.worker.runOnce();
      one.await();
      two.await();
      until(() -> hook.received().size() >= 50);
      assertThat(hook.received()).hasSize(50);
    }
  }

  @Test
  void where_events_are_kept_no_more_the_endpoint_is_told_so() {
    make(hook.url());
    commit("lost", 3);
    world.asOwner("DELETE FROM event WHERE tenant_id = '%s' AND position <= 2".formatted(acme.id));
    node.worker.runOnce().await();
    assertThat(hook.received()).hasSize(1);
    assertThat(hook.received().getFirst().json().getString("type"))
        .isEqualTo("io.hushbus.stream.reset.v1");
    commit("next", 1);
    node.worker.runOnce().await();
    assertThat(hook.sequences()).endsWith(4L);
  }

  @Test
  void a_test_call_says_what_came_of_it() {
    Made made = make(hook.url());
    var grant = node.admin(acme, editor, Optional.of(made.id));
    assertThat(World.await(node.webhooks.test(grant)))
        .isEqualTo(new Webhooks.Tested(true, "http_200"));
    assertThat(HookServer.verifies(hook.received().getFirst(), made.key)).isTrue();
    hook.answers(500);
    assertThat(World.await(node.webhooks.test(grant)))
        .isEqualTo(new Webhooks.Tested(false, "http_500"));
  }

  private record Made(UUID id, String key) {}

  private Made make(String url) {
    Webhooks.Shown shown = World.await(making(url));
    return new Made(shown.webhook().id(), text(shown.key().orElseThrow()));
  }

  private Future<Webhooks.Shown> making(String url) {
    return node.webhooks.create(node.admin(acme, editor, Optional.empty()), url, "", Selection.ALL);
  }

  private String rolled(UUID id, Duration overlap) {
    return text(
        World.await(node.webhooks.roll(node.admin(acme, editor, Optional.of(id)), overlap))
            .key()
            .orElseThrow());
  }

  private static String text(SecretValue key) {
    return key.reveal(bytes -> new String(bytes, StandardCharsets.US_ASCII));
  }

  private static Webhooks.Edit enable(boolean on) {
    return new Webhooks.Edit(
        Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.of(on));
  }

  private Webhook webhook() {
    UUID id = UUID.fromString(world.row("SELECT webhook_id FROM webhook"));
    return World.await(node.webhooks.get(node.reader(acme, editor, id)));
  }

  private List<String> states() {
    return world.rows("SELECT state FROM webhook_delivery ORDER BY position");
  }

  private void commit(String name, int times) {
    for (int i = 0; i < times; i++) {
      acme.create(acme.demo, name + "-" + i, "value-" + i);
    }
  }

  private void untilPosted(int calls) {
    until(() -> hook.received().size() >= calls);
  }

  private void until(Callable<Boolean> done) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () -> {
              node.worker.runOnce().await();
              return done.call();
            });
  }
}
