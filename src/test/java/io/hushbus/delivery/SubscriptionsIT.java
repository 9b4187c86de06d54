package io.hushbus.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hushbus.delivery.Subscriptions.Place;
import io.hushbus.model.Action;
import io.hushbus.model.Failure;
import io.hushbus.model.Grant;
import io.hushbus.model.ObjectName;
import io.hushbus.model.Principal;
import io.hushbus.model.Resource;
import io.hushbus.model.Scope;
import io.hushbus.support.TenantWorld;
import io.hushbus.support.World;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Durable readers: what comes to them, when it comes again, and to whom nothing comes. */
final class SubscriptionsIT {

  private static final Future<Void> STAYING = Promise.<Void>promise().future();

  @SuppressWarnings("NullAway.Init")
  private static World world;

  @SuppressWarnings("NullAway.Init")
  private Posting node;

  @SuppressWarnings("NullAway.Init")
  private TenantWorld acme;

  @SuppressWarnings("NullAway.Init")
  private Principal reader;

  private static int tenants;

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
    node = new Posting(world);
    acme = world.tenant("acme-" + ++tenants);
    reader = acme.principal();
  }

  @AfterEach
  void end() {
    node.close();
  }

  @Test
  void g3_what_is_committed_after_it_was_made_comes_until_it_is_acknowledged() {
    acme.create(acme.demo, "before", "value-1");
    UUID id = subscribe(Selection.ALL);
    acme.create(acme.demo, "first", "value-2");
    acme.create(acme.demo, "second", "value-3");

    Streams.Answer found = poll(id);
    assertThat(names(found)).containsExactly("first", "second");
    assertThat(names(poll(id))).as("again, since nothing was acknowledged").hasSize(2);

    acknowledge(id, found.cursor());
    assertThat(names(poll(id))).isEmpty();
    acme.create(acme.demo, "third", "value-4");
    assertThat(names(poll(id))).containsExactly("third");
  }

  @Test
  void g3_a_change_that_commits_after_the_subscription_is_told_and_one_before_it_is_not() {
    CountDownLatch written = new CountDownLatch(1);
    Promise<Void> mayCommit = Promise.promise();
    String head = "UPDATE tenant_stream SET head = head + 1 WHERE tenant_id = $1 RETURNING head";
    String event =
        """
        INSERT INTO event (tenant_id, epoch, position, event_id, type, subject, request_id, data, at)
        SELECT tenant_id, epoch, head, gen_random_uuid(), 'io.hushbus.secret.created.v1', 'secrets/x',
          gen_random_uuid(), '{"name": "racing"}', clock_timestamp()
        FROM tenant_stream WHERE tenant_id = $1
        """;
    Future<?> change =
        world.db.write(
            acme.id,
            tx ->
                tx.query(head, acme.id)
                    .compose(raised -> tx.query(event, acme.id))
                    .compose(
                        done -> {
                          written.countDown();
                          return mayCommit.future();
                        }));
    await().until(() -> written.getCount() == 0);
    Future<Subscription> made = create(Selection.ALL);
    assertThat(made.isComplete()).as("it waits for the commit that is under way").isFalse();
    mayCommit.complete();
    World.await(change);

    UUID id = World.await(made).id();
    assertThat(names(poll(id))).as("the change was before it").isEmpty();
    acme.create(acme.demo, "later", "value-1");
    assertThat(names(poll(id))).containsExactly("later");
  }

  @Test
  void a_stream_begins_at_the_acknowledged_place_and_repeats_what_is_not_acknowledged_in_time() {
    UUID id = subscribe(Selection.ALL);
    acme.create(acme.demo, "first", "value-1");
    acme.create(acme.demo, "second", "value-2");
    TestSink sink = stream(id);
    await().until(() -> sink.frames().size() == 2);

    acknowledge(id, sink.frames().getFirst().id());
    sweep(Duration.ofSeconds(4));
    sweep(Duration.ofSeconds(20));
    assertThat(sink.frames()).hasSize(2);
    sweep(Duration.ofSeconds(31));
    untilSwept(() -> sink.frames().size() == 3);
    assertThat(sink.frames().get(2).data()).contains("second");

    acknowledge(id, sink.frames().get(2).id());
    sweep(Duration.ofSeconds(4));
    sweep(Duration.ofSeconds(40));
    sweep(Duration.ofSeconds(40));
    acme.create(acme.demo, "third", "value-3");
    node.streams.runOnce().await();
    untilSwept(() -> sink.frames().size() == 4);
    assertThat(sink.frames().get(3).data()).contains("third");
  }

  @Test
  void an_acknowledgement_never_moves_back() {
    UUID id = subscribe(Selection.ALL);
    acme.create(acme.demo, "first", "value-1");
    String early = poll(id).cursor();
    acme.create(acme.demo, "second", "value-2");
    String late = poll(id).cursor();

    acknowledge(id, late);
    acknowledge(id, early);

    assertThat(names(poll(id))).isEmpty();
  }

  @Test
  void n74_a_cursor_of_others_and_one_from_the_future_are_refused() {
    UUID id = subscribe(Selection.ALL);
    UUID other = subscribe(Selection.ALL);
    acme.create(acme.demo, "first", "value-1");
    String foreign = poll(other).cursor();
    String shared =
        World.await(
                node.streams.poll(
                    node.seeing(acme, reader), EventFilter.ALL, "earliest", Duration.ZERO))
            .cursor();
    String own = poll(id).cursor();

    assertThat(refused(id, foreign)).isInstanceOf(Failure.Invalid.class);
    assertThat(refused(id, shared)).isInstanceOf(Failure.Invalid.class);
    assertThat(refused(id, "forged")).isInstanceOf(Failure.Invalid.class);
    world.asOwner(
        "UPDATE tenant_stream SET head = head - 1 WHERE tenant_id = '%s'".formatted(acme.id));
    assertThat(refused(id, own)).as("beyond the end").isInstanceOf(Failure.Invalid.class);
    world.asOwner(
        "UPDATE tenant_stream SET head = head + 1, epoch = 2 WHERE tenant_id = '%s'"
            .formatted(acme.id));
    assertThat(refused(id, own)).as("of another epoch").isInstanceOf(Failure.Gone.class);
  }

  @Test
  void n31_anothers_subscription_is_as_if_it_were_not_there() {
    UUID id = subscribe(Selection.ALL);
    Principal stranger = acme.principal();

    for (Future<?> asked :
        List.of(
            node.subscriptions.get(node.use(acme, stranger, Optional.of(id))),
            node.subscriptions.delete(node.use(acme, stranger, Optional.of(id))),
            node.subscriptions.restart(node.use(acme, stranger, Optional.of(id)), Place.NOW),
            node.subscriptions.open(node.use(acme, stranger, Optional.of(id)), new TestSink()),
            node.subscriptions.get(node.use(acme, stranger, Optional.of(new UUID(1, 1)))))) {
      assertThat(World.failure(asked)).isInstanceOf(Failure.Missing.class);
    }
    assertThat(
            World.await(
                    node.subscriptions.list(
                        node.use(acme, stranger, Optional.empty()), Optional.empty(), 10))
                .items())
        .isEmpty();
  }

  @Test
  void it_gets_what_it_selects() {
    UUID other = project("speech");
    Scope speech = acme.scope("speech", "");
    UUID byProject = subscribe(selection(Optional.of(other), List.of()));
    UUID byName = subscribe(selection(Optional.empty(), List.of("WANTED")));
    UUID byType =
        subscribe(
            new Selection(
                List.of("io.hushbus.secret.version.announced.v1"),
                Optional.empty(),
                Optional.empty(),
                List.of()));
    UUID byDomain =
        subscribe(
            new Selection(
                List.of(),
                Optional.empty(),
                acme.development.inDomain().map(Scope.Place::id),
                List.of()));
    acme.create(acme.demo, "wanted", "value-1");
    acme.replace(acme.demo, "wanted", "value-2");
    acme.create(speech, "elsewhere", "value-3");
    acme.create(acme.demoDevelopment, "developing", "value-4");

    assertThat(names(poll(byProject))).containsExactly("elsewhere");
    // Created, announced, and the rotation that this began.
    assertThat(names(poll(byName))).containsExactly("wanted", "wanted", "wanted");
    assertThat(names(poll(byType))).containsExactly("wanted");
    assertThat(names(poll(byDomain))).containsExactly("developing");
  }

  @Test
  void n82_what_the_owner_may_see_is_decided_at_each_delivery() {
    UUID id = subscribe(Selection.ALL);
    UUID other = project("speech");
    acme.create(acme.demo, "first", "value-1");
    assertThat(names(poll(id))).containsExactly("first");

    node.only.put(reader.id(), other);
    assertThat(names(poll(id))).isEmpty();
  }

  @Test
  void n38_n82_a_stream_whose_subscription_or_owner_has_ended_is_closed_within_five_seconds() {
    UUID id = subscribe(Selection.ALL);
    TestSink sink = stream(id);
    World.await(node.subscriptions.delete(use(id)));
    sweep(Duration.ofSeconds(4));
    untilSwept(sink::ended);
    assertThat(sink.text()).contains("stream.close").contains("rights_lost");

    TestSink second = stream(subscribe(Selection.ALL));
    node.gone.add(reader.id());
    sweep(Duration.ofSeconds(4));
    untilSwept(second::ended);
  }

  @Test
  void n74_where_the_place_is_kept_no_more_it_goes_on_by_its_owners_word_alone() {
    UUID id = subscribe(Selection.ALL);
    acme.create(acme.demo, "first", "value-1");
    acme.create(acme.demo, "second", "value-2");
    world.asOwner("DELETE FROM event WHERE tenant_id = '%s' AND position <= 1".formatted(acme.id));

    assertThat(World.failure(polling(id))).isInstanceOf(Failure.Gone.class);
    TestSink sink = stream(id);
    await().until(sink::ended);
    assertThat(sink.frames().getFirst().event()).isEqualTo("stream.reset");
    assertThat(World.failure(polling(id))).as("still").isInstanceOf(Failure.Gone.class);

    World.await(node.subscriptions.restart(use(id), Place.EARLIEST));
    assertThat(names(poll(id))).containsExactly("second");
    acknowledge(id, poll(id).cursor());
    acme.create(acme.demo, "third", "value-3");
    assertThat(names(poll(id))).containsExactly("third");
  }

  @Test
  void the_cursor_of_a_reset_is_such_a_word() {
    UUID id = subscribe(Selection.ALL);
    acme.create(acme.demo, "first", "value-1");
    acme.create(acme.demo, "second", "value-2");
    world.asOwner("DELETE FROM event WHERE tenant_id = '%s' AND position <= 1".formatted(acme.id));
    TestSink sink = stream(id);
    await().until(sink::ended);

    acknowledge(id, sink.frames().getFirst().id());

    acme.create(acme.demo, "third", "value-3");
    assertThat(names(poll(id))).containsExactly("third");
  }

  @Test
  void a_reader_that_sees_single_secrets_alone_misses_none_that_it_has_just_taken() {
    UUID id = subscribe(Selection.ALL);
    node.held.put(reader.id(), Set.of());
    TestSink sink = stream(id);
    String mine = acme.create(acme.demo, "mine", "value-1").id().toString();
    acme.create(acme.demo, "not-mine", "value-2");
    node.streams.runOnce().await();
    node.held.put(reader.id(), Set.of(mine));

    acme.replace(acme.demo, "mine", "value-3");
    acme.replace(acme.demo, "not-mine", "value-4");
    node.streams.runOnce().await();

    await().until(() -> !sink.frames().isEmpty());
    assertThat(sink.frames())
        .allMatch(frame -> frame.data().contains("\"mine\""))
        .anyMatch(frame -> frame.data().contains("announced"));
    assertThat(sink.text()).doesNotContain("not-mine");
  }

  @Test
  void g3_f13_no_hint_or_too_many_or_late_ones_make_no_difference() {
    var chance = new Random(7);
    UUID id = subscribe(Selection.ALL);
    TestSink sink = stream(id);
    TestSink plain = new TestSink();
    World.await(node.streams.open(node.seeing(acme, reader), EventFilter.ALL, "now", plain));
    for (int i = 0; i < 40; i++) {
      acme.create(acme.demo, "secret-" + i, "value-" + i);
      for (int copies = chance.nextInt(10) < 3 ? 0 : chance.nextInt(10) < 3 ? 2 : 1;
          copies > 0;
          copies--) {
        world.vertx.setTimer(1 + chance.nextInt(30), late -> node.streams.hint(acme.id));
      }
    }
    node.streams.runOnce().await();

    await().untilAsserted(() -> assertThat(sink.sequences()).hasSize(40));
    assertThat(sink.sequences()).isSorted().doesNotHaveDuplicates();
    await().untilAsserted(() -> assertThat(plain.sequences()).isEqualTo(sink.sequences()));
  }

  @Test
  void a_principal_has_so_many_and_no_more() {
    for (int i = 0; i < Subscriptions.MOST_OF_OWNER; i++) {
      subscribe(Selection.ALL);
    }
    assertThat(World.failure(create(Selection.ALL))).isInstanceOf(Failure.OverBudget.class);
    reader = acme.principal();
    subscribe(Selection.ALL);
  }

  @Test
  void n55_a_row_that_another_hand_wrote_is_as_if_it_were_not_there() {
    UUID id = subscribe(selection(Optional.empty(), List.of("mine")));
    Principal thief = acme.principal();
    for (String change :
        List.of(
            "owner_id = '%s'".formatted(thief.id()),
            "secrets = '{}'",
            "types = '{x}'",
            "project_id = gen_random_uuid()")) {
      world.asOwner(
          "UPDATE subscription SET %s WHERE subscription_id = '%s'".formatted(change, id));
      for (Principal who : List.of(reader, thief)) {
        assertThat(World.failure(node.subscriptions.get(node.use(acme, who, Optional.of(id)))))
            .as(change)
            .isInstanceOf(Failure.Missing.class);
      }
    }
    assertThat(node.forged).hasPositiveValue();
  }

  @Test
  void n55_a_place_that_another_hand_set_forward_loses_nothing_in_silence() {
    UUID id = subscribe(Selection.ALL);
    acme.create(acme.demo, "first", "value-1");
    acme.create(acme.demo, "second", "value-2");
    String row = " WHERE subscription_id = '%s'".formatted(id);
    world.asOwner("UPDATE subscription SET acked = acked + 1" + row);

    assertThat(World.failure(polling(id))).isInstanceOf(Failure.Missing.class);
    assertThat(node.forged).hasPositiveValue();

    // Its owner gives the place up, in words.
    World.await(node.subscriptions.restart(use(id), Place.EARLIEST));
    assertThat(names(poll(id))).contains("first", "second");
    assertThat(
            world.rows(
                "SELECT detail ->> 'step' FROM audit_tail WHERE detail ->> 'step' IS NOT NULL"
                    + " AND resource_id = '%s'".formatted(id)))
        .as("what gives a place up is on record")
        .containsExactly("restart");
  }

  @Test
  void an_earlier_place_put_back_with_what_vouched_for_it_repeats_and_loses_nothing() {
    UUID id = subscribe(Selection.ALL);
    acme.create(acme.demo, "first", "value-1");
    String row = "FROM subscription WHERE subscription_id = '%s'".formatted(id);
    world.asOwner("CREATE TABLE earlier AS SELECT acked, place_mac " + row);
    acknowledge(id, poll(id).cursor());
    world.asOwner(
        "UPDATE subscription s SET acked = e.acked, place_mac = e.place_mac FROM earlier e"
            + " WHERE subscription_id = '%s'".formatted(id));
    world.asOwner("DROP TABLE earlier");
    assertThat(names(poll(id))).containsExactly("first");
  }

  private UUID project(String name) {
    World.await(
        world.projects.create(
            acme.grant(Action.PROJECT_ADMIN, Resource.ofTenant("project")),
            new ObjectName(name),
            ""));
    return acme.scope(name, "").inProject().map(Scope.Place::id).orElseThrow();
  }

  private static Selection selection(Optional<UUID> project, List<String> secrets) {
    return new Selection(List.of(), project, Optional.empty(), secrets);
  }

  private UUID subscribe(Selection selection) {
    return World.await(create(selection)).id();
  }

  private Future<Subscription> create(Selection selection) {
    return node.subscriptions.create(
        node.use(acme, reader, Optional.empty()), "", selection, Place.NOW);
  }

  private Grant use(UUID id) {
    return node.use(acme, reader, Optional.of(id));
  }

  private Streams.Answer poll(UUID id) {
    return World.await(polling(id));
  }

  private Future<Streams.Answer> polling(UUID id) {
    return node.subscriptions.poll(use(id), Duration.ZERO, STAYING);
  }

  private TestSink stream(UUID id) {
    TestSink sink = new TestSink();
    World.await(node.subscriptions.open(use(id), sink));
    return sink;
  }

  private void acknowledge(UUID id, String cursor) {
    World.await(node.subscriptions.acknowledge(use(id), cursor));
  }

  private Failure refused(UUID id, String cursor) {
    return World.failure(node.subscriptions.acknowledge(use(id), cursor));
  }

  /** Lets time pass and looks after the streams, until what that asked for has been answered. */
  private void sweep(Duration time) {
    node.pass(time);
    node.streams.sweepOnce().await();
    World.await(world.db.ping());
    World.await(world.db.ping());
    node.streams.sweepOnce().await();
  }

  private void untilSwept(Callable<Boolean> done) {
    await()
        .until(
            () -> {
              node.streams.sweepOnce().await();
              return done.call();
            });
  }

  private static List<String> names(Streams.Answer answer) {
    return answer.events().stream()
        .map(event -> new JsonObject(event).getJsonObject("data").getString("name"))
        .toList();
  }
}
