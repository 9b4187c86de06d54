package io.hushbus.delivery;

import static java.util.stream.LongStream.rangeClosed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.hushbus.db.Tx;
import io.hushbus.delivery.TestLog.About;
import io.hushbus.model.Caller;
import io.hushbus.model.EventPosition;
import io.hushbus.model.Failure;
import io.hushbus.model.TenantId;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

final class StreamsIT extends OneNode {

  private static final UUID VISION = new UUID(5, 1);
  private static final UUID SPEECH = new UUID(5, 2);

  @Test
  void a_stream_begins_with_the_retry_time_and_no_event() {
    TestSink sink = node.open(node.viewer(tenant), "now");

    assertThat(sink.text()).isEqualTo("retry: 3000\n\n");
  }

  @Test
  void g3_a_stream_has_every_event_once_in_order() {
    TestSink sink = liveStream();

    log.commit(tenant, 3);
    log.commit(tenant, 2);
    node.streams.runOnce().await();

    hasAll(sink, 1, 5);
  }

  @Test
  void g3_a_cursor_resumes_exactly_after_its_event() {
    log.commit(tenant, 5);
    TestSink first = node.open(node.viewer(tenant), "earliest");
    hasAll(first, 1, 5);

    TestSink second = node.open(node.viewer(tenant), first.frames().get(1).id());

    hasAll(second, 3, 5);
  }

  @Test
  void g3_a_long_catch_up_joins_the_live_end_without_gap_or_duplicate() {
    log.commit(tenant, 2 * EventLog.PAGE + 7);
    TestSink sink = node.open(node.viewer(tenant), "earliest");

    for (int i = 0; i < 20; i++) {
      log.commit(tenant, 5);
      node.streams.hint(tenant);
    }

    hasAll(sink, 1, 2 * EventLog.PAGE + 107);
  }

  @Test
  void g4_nothing_is_told_before_its_commit() {
    TestSink sink = liveStream();
    Promise<Void> mayCommit = Promise.promise();
    CountDownLatch written = new CountDownLatch(1);
    Future<Integer> change =
        node.db.write(
            tenant,
            tx ->
                log.append(tx, 1, About.DEFAULT)
                    .onSuccess(done -> written.countDown())
                    .compose(rows -> mayCommit.future().map(rows)));
    awaitLatch(written);

    node.streams.runOnce().await();
    node.streams.runOnce().await();
    assertThat(sink.sequences()).isEmpty();

    mayCommit.complete();
    change.await();
    node.streams.runOnce().await();
    hasAll(sink, 1, 1);
  }

  @Test
  void a_change_that_is_rolled_back_leaves_no_gap() {
    TestSink sink = liveStream();
    Future<Object> undone =
        node.db.write(
            tenant,
            (Tx tx) ->
                log.append(tx, 3, About.DEFAULT)
                    .compose(rows -> Future.failedFuture(new IllegalStateException("undo"))));
    assertThatThrownBy(undone::await).hasMessage("undo");

    log.commit(tenant, 1);
    node.streams.runOnce().await();

    hasAll(sink, 1, 1);
  }

  @Test
  void g14_a_stream_has_nothing_of_another_tenant() {
    TenantId other = log.tenant();
    TestSink sink = liveStream();
    TestSink others = node.open(node.viewer(other), "earliest");

    log.commit(other, 4);
    log.commit(tenant, 1);
    node.streams.runOnce().await();

    hasAll(sink, 1, 1);
    hasAll(others, 1, 4);
    assertThat(sink.text()).doesNotContain(other.toString());
  }

  @Test
  void g15_a_tick_alone_delivers_without_any_hint() {
    try (Node ticking =
        new Node(
            database, StreamSettings.of(Duration.ofMillis(50), Duration.ofSeconds(15), 10, 10))) {
      ticking.streams.start();
      TestSink sink = ticking.open(ticking.viewer(tenant), "now");

      log.commit(tenant, 3);

      hasAll(sink, 1, 3);
    }
  }

  @Test
  void g15_hints_doubled_early_and_of_others_change_nothing() {
    TestSink sink = liveStream();

    for (int i = 0; i < 30; i++) {
      node.streams.hint(tenant);
      node.streams.hint(new TenantId(new UUID(0, i)));
      log.commit(tenant, 1);
      node.streams.hint(tenant);
      node.streams.hint();
    }

    hasAll(sink, 1, 30);
  }

  @Test
  void n74_an_old_cursor_of_another_epoch_is_told_so() {
    log.commit(tenant, 2);
    String old = cursor(1, 2);
    restore(1);
    log.commit(tenant, 1);

    TestSink sink = node.open(node.viewer(tenant), old);

    await().until(() -> !sink.frames().isEmpty());
    assertThat(sink.frames().getFirst().event()).isEqualTo("stream.reset");
    assertThat(sink.frames().getFirst().id()).isEqualTo(cursor(2, 2));
    log.commit(tenant, 1);
    node.streams.runOnce().await();
    hasAll(sink, 3, 3);
  }

  @Test
  void n74_a_cursor_older_than_what_is_kept_is_told_so() {
    log.commit(tenant, 5);
    forget(3);

    TestSink sink = node.open(node.viewer(tenant), cursor(1, 1));

    await().until(() -> !sink.frames().isEmpty());
    assertThat(sink.frames())
        .containsExactly(
            new TestSink.Frame(
                cursor(1, 5), "stream.reset", "{\"cursor\":\"" + cursor(1, 5) + "\"}"));
  }

  @Test
  void the_last_event_that_was_dropped_is_no_loss_to_its_reader() {
    log.commit(tenant, 5);
    forget(3);

    TestSink sink = node.open(node.viewer(tenant), cursor(1, 3));

    hasAll(sink, 4, 5);
  }

  @Test
  void earliest_begins_with_the_oldest_event_kept() {
    log.commit(tenant, 5);
    forget(3);

    hasAll(node.open(node.viewer(tenant), "earliest"), 4, 5);
  }

  @Test
  void n74_a_cursor_ahead_of_the_log_is_told_so() {
    log.commit(tenant, 2);

    TestSink sink = node.open(node.viewer(tenant), cursor(1, 9));

    await().until(() -> !sink.frames().isEmpty());
    assertThat(sink.frames().getFirst().event()).isEqualTo("stream.reset");
  }

  @Test
  void n74_a_cursor_of_another_tenant_is_refused_as_forged() {
    String others = Node.CURSORS.text(log.tenant(), new EventPosition(1, 0));

    assertThatThrownBy(() -> node.open(node.viewer(tenant), others))
        .isInstanceOf(Failure.Invalid.class);
  }

  @Test
  void a_restore_while_a_stream_is_live_is_told() {
    TestSink sink = liveStream();
    log.commit(tenant, 3);
    node.streams.runOnce().await();
    hasAll(sink, 1, 3);

    restore(2);
    node.streams.runOnce().await();
    await().until(() -> sink.frames().size() == 4);
    log.commit(tenant, 1);
    node.streams.runOnce().await();

    await().until(() -> sink.sequences().size() == 4);
    assertThat(sink.frames().get(3).event()).isEqualTo("stream.reset");
    assertThat(sink.frames().get(4).id()).isEqualTo(cursor(2, 3));
  }

  @Test
  void a_hole_stops_delivery_and_is_told_in_the_end() {
    TestSink sink = liveStream();
    log.commit(tenant, 1);
    node.streams.runOnce().await();
    await().until(() -> sink.sequences().size() == 1);
    database.asOwner(
        "UPDATE tenant_stream SET head = head + 1 WHERE tenant_id = '%s'".formatted(tenant));
    log.commit(tenant, 2);

    node.streams.runOnce().await();
    assertThat(sink.sequences()).containsExactly(1L);
    for (int look = 0; look < 12; look++) {
      node.streams.runOnce().await();
    }

    await().until(() -> sink.frames().size() == 2);
    assertThat(sink.frames().get(1).event()).isEqualTo("stream.reset");
    assertThat(node.counters.holes).hasPositiveValue();
  }

  /** What another program, or another hand, has written: every field that may be odd is. */
  @Test
  void f22_an_event_that_makes_no_sense_stops_neither_its_tenants_readers_nor_others() {
    TenantId bystander = log.tenant();
    TestSink mine = liveStream();
    TestSink theirs = node.open(node.viewer(bystander), "now");
    log.commit(tenant, 1);
    looksUntil(() -> mine.sequences().equals(List.of(1L)));

    foreignHandAppends(
        List.of(
            "data = '\"poison\"'",
            "data = 'null'",
            "data = '[{}]'",
            "type = E'no\n\nid: type', subject = ''",
            "at = 'infinity'",
            "at = '-infinity'",
            "data = jsonb_build_object('secret_id', 7, 'name', '[]'::jsonb)"));
    log.commit(tenant, 1);
    log.commit(bystander, 1);

    looksUntil(() -> theirs.sequences().equals(List.of(1L)));
    looksUntil(() -> mine.sequences().contains(9L));
    assertThat(mine.sequences()).isSorted().doesNotHaveDuplicates();
    assertThat(mine.text()).contains("9999-12-31T23:59:59", "0000-01-01T00:00:00");
  }

  @Test
  void n76_a_reader_that_does_not_read_is_capped_and_then_closed_with_a_cursor() {
    TestSink sink = liveStream();
    sink.stuck(true);

    for (int i = 0; i < 20; i++) {
      log.commit(tenant, 500, About.DEFAULT.padded(200));
      node.streams.runOnce().await();
    }
    assertThat(sink.most()).isBetween(100_000, 256 * 1024);
    node.pass(Duration.ofSeconds(11));
    node.streams.sweepOnce().await();
    sink.stuck(false);

    await().until(sink::ended);
    TestSink.Frame last = sink.frames().getLast();
    assertThat(last.event()).isEqualTo("stream.close");
    assertThat(last.data()).contains("slow_reader");
    assertThat(node.counters.slow).hasValue(1);
    assertThat(node.counters.open).hasValue(0);
    long read = sink.sequences().getLast();
    TestSink again = node.open(node.viewer(tenant), last.id());
    hasAll(again, read + 1, 10_000);
  }

  @Test
  void a_slow_reader_that_reads_on_in_time_misses_nothing() {
    TestSink sink = liveStream();
    sink.stuck(true);
    log.commit(tenant, 2_000, About.DEFAULT.padded(200));
    node.streams.runOnce().await();

    sink.stuck(false);

    hasAll(sink, 1, 2_000);
    assertThat(sink.most()).isLessThanOrEqualTo(256 * 1024);
  }

  @Test
  void a_reader_that_never_reads_again_is_cut_off() {
    try (Node impatient = impatient()) {
      TestSink sink = impatient.open(impatient.viewer(tenant), "now");
      sink.stuck(true);

      impatient.streams.drain().await();

      assertThat(sink.aborted()).isTrue();
      assertThat(impatient.counters.open).hasValue(0);
    }
  }

  @Test
  void n77_two_changes_in_quick_succession_keep_their_order() {
    TestSink sink = liveStream();
    List<Future<Integer>> changes = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      changes.add(node.db.write(tenant, tx -> log.append(tx, 1, About.DEFAULT)));
    }
    Future.all(changes).await();

    node.streams.runOnce().await();

    hasAll(sink, 1, 20);
    assertThat(sink.frames())
        .extracting(frame -> frame.data().replaceAll(".*\"version\": (\\d+).*", "$1"))
        .isEqualTo(rangeClosed(1, 20).mapToObj(Long::toString).toList());
  }

  @Test
  void n75_a_reader_of_one_project_sees_nothing_of_another() {
    TestSink sink = node.open(node.viewerOf(tenant, VISION), "earliest");

    log.commit(tenant, 1, About.DEFAULT.in(VISION));
    log.commit(tenant, 1, About.DEFAULT.in(SPEECH));
    log.commit(tenant, 1);
    node.streams.runOnce().await();

    await().until(() -> sink.sequences().size() == 2);
    assertThat(sink.sequences()).containsExactly(1L, 3L); // its own, and the tenant's
    TestSink later = node.open(node.viewerOf(tenant, VISION), "earliest");
    await().until(() -> later.sequences().size() == 2);
    assertThat(later.text()).doesNotContain("\"sequence\":\"2\"");
  }

  @Test
  void filters_choose_by_type_project_and_secret() {
    UUID key = new UUID(7, 8);
    TestSink byType = filtered(new EventFilter(Set.of(TestLog.CREATED), Set.of(), Set.of()));
    TestSink byProject = filtered(new EventFilter(Set.of(), Set.of(VISION), Set.of()));
    TestSink byName = filtered(new EventFilter(Set.of(), Set.of(), Set.of("api-KEY")));
    TestSink byId = filtered(new EventFilter(Set.of(), Set.of(), Set.of(key.toString())));
    About created = new About(TestLog.CREATED, key, "Api-Key", Optional.empty(), 0);

    log.commit(tenant, 1, created);
    log.commit(tenant, 1, About.DEFAULT.in(VISION));
    log.commit(tenant, 1, About.DEFAULT.in(SPEECH));
    node.streams.runOnce().await();

    await().until(() -> byProject.sequences().size() == 1 && byType.sequences().size() == 1);
    assertThat(byType.sequences()).containsExactly(1L);
    assertThat(byProject.sequences()).containsExactly(2L);
    assertThat(byName.sequences()).containsExactly(1L);
    assertThat(byId.sequences()).containsExactly(1L);
  }

  @Test
  void n80_a_false_hint_only_causes_a_look() {
    TestSink sink = liveStream();

    node.streams.hint(tenant);
    node.streams.hint();
    node.streams.runOnce().await();

    assertThat(sink.sequences()).isEmpty();
  }

  @Test
  void n38_n82_a_lost_right_closes_the_stream_and_nothing_follows() {
    TestSink sink = liveStream();
    node.refresh = caller -> Future.failedFuture(Failure.unauthenticated());
    node.pass(Duration.ofMillis(3_500));
    node.streams.sweepOnce().await();
    await().until(sink::ended);

    log.commit(tenant, 1);
    node.streams.runOnce().await();

    assertThat(sink.sequences()).isEmpty();
    assertThat(sink.frames())
        .containsExactly(new TestSink.Frame("", "stream.close", "{\"reason\":\"rights_lost\"}"));
  }

  @Test
  void n38_one_of_several_rights_lost_closes_the_stream_too() {
    Caller both =
        node.caller(
            tenant,
            node.viewerOf(tenant, VISION).bindings().getFirst(),
            node.viewerOf(tenant, SPEECH).bindings().getFirst());
    TestSink sink = node.open(both, "now");
    node.refresh = caller -> Future.succeededFuture(node.viewerOf(tenant, VISION));

    node.pass(Duration.ofMillis(3_500));
    node.streams.sweepOnce().await();

    await().until(sink::ended);
  }

  @Test
  void a_right_that_holds_keeps_the_stream() {
    TestSink sink = liveStream();
    for (int i = 0; i < 5; i++) {
      node.pass(Duration.ofMillis(3_500));
      node.streams.sweepOnce().await();
    }

    log.commit(tenant, 1);
    node.streams.runOnce().await();

    hasAll(sink, 1, 1);
  }

  @Test
  void g10_rights_that_cannot_be_read_send_nothing_until_they_can() {
    TestSink sink = liveStream();
    node.refresh = caller -> Future.failedFuture(Failure.unavailable(Failure.Dependency.DATABASE));
    node.pass(Duration.ofSeconds(5));
    node.streams.sweepOnce().await();

    log.commit(tenant, 2);
    node.streams.runOnce().await();
    assertThat(sink.sequences()).isEmpty();

    node.refresh = node::stillValid;
    node.streams.sweepOnce().await();
    hasAll(sink, 1, 2);
  }

  @Test
  void silence_is_filled_by_a_comment() {
    TestSink sink = liveStream();
    node.pass(Duration.ofSeconds(14));
    node.streams.sweepOnce().await();
    assertThat(sink.text()).doesNotContain(":\n\n");

    node.pass(Duration.ofSeconds(1));
    node.streams.sweepOnce().await();

    assertThat(sink.text()).endsWith(":\n\n");
  }

  @Test
  void g12_streams_over_the_budget_are_refused_and_places_come_back() {
    StreamSettings two =
        new StreamSettings(
            Duration.ofHours(1),
            Duration.ofSeconds(15),
            Duration.ofHours(1),
            Duration.ofSeconds(10),
            3,
            2,
            2,
            1024);
    try (Node small = new Node(database, two)) {
      TestSink first = small.open(small.viewer(tenant), "now");
      small.open(small.viewer(tenant), "now");

      assertThatThrownBy(() -> small.open(small.viewer(tenant), "now"))
          .isInstanceOf(Failure.OverBudget.class);
      small.open(small.viewer(log.tenant()), "now");
      assertThatThrownBy(() -> small.open(small.viewer(log.tenant()), "now"))
          .isInstanceOf(Failure.OverBudget.class);

      first.leave();
      await().until(() -> small.counters.open.get() == 2);
      small.open(small.viewer(tenant), "now");
    }
  }

  @Test
  void g12_one_principal_has_places_of_its_own_and_no_more() {
    StreamSettings one =
        new StreamSettings(
            Duration.ofHours(1),
            Duration.ofSeconds(15),
            Duration.ofHours(1),
            Duration.ofSeconds(10),
            10,
            10,
            1,
            1024);
    try (Node small = new Node(database, one)) {
      Caller greedy = small.viewer(tenant);
      TestSink first = small.open(greedy, "now");
      assertThatThrownBy(() -> small.open(greedy, "now")).isInstanceOf(Failure.OverBudget.class);
      small.open(small.viewer(log.tenant()), "now");

      first.leave();
      await().until(() -> small.counters.open.get() == 1);
      small.open(greedy, "now");
    }
  }

  @Test
  void a_refused_stream_takes_no_place() {
    assertThatThrownBy(() -> node.open(node.viewer(tenant), "nonsense"))
        .isInstanceOf(Failure.Invalid.class);
    TenantId unknown = new TenantId(UUID.randomUUID());
    assertThatThrownBy(() -> node.open(node.viewer(unknown), "now"))
        .isInstanceOf(Failure.Missing.class);

    assertThat(node.counters.open).hasValue(0);
  }

  @Test
  void stopping_ends_streams_with_a_cursor_and_opens_no_more() {
    TestSink sink = liveStream();
    log.commit(tenant, 2);
    node.streams.runOnce().await();
    await().until(() -> sink.sequences().size() == 2);

    node.streams.drain().await();

    assertThat(sink.ended()).isTrue();
    assertThat(sink.frames().getLast().data()).contains("stopping");
    assertThat(sink.frames().getLast().id()).isEqualTo(cursor(1, 2));
    assertThatThrownBy(() -> node.open(node.viewer(tenant), "now"))
        .isInstanceOf(Failure.Unavailable.class);
  }

  /** Commits, hints, looks, resumptions and departures in random order, against a plain model. */
  @Test
  void g3_random_interleavings_lose_nothing_and_repeat_nothing() {
    for (long seed = 0; seed < 8; seed++) {
      Random random = new Random(seed);
      TenantId mine = log.tenant();
      List<TestSink> sinks = new ArrayList<>();
      List<Long> begins = new ArrayList<>();
      long head = 0;
      for (int step = 0; step < 60; step++) {
        switch (random.nextInt(7)) {
          case 0, 1, 2 -> {
            int events = 1 + random.nextInt(5);
            log.commit(mine, events);
            head += events;
          }
          case 3 -> node.streams.hint(mine);
          case 4 -> node.streams.runOnce(); // not awaited: overlaps with what comes next
          case 5 -> {
            if (sinks.size() < 12) {
              long from = random.nextLong(head + 1);
              String cursor = Node.CURSORS.text(mine, new EventPosition(1, from));
              sinks.add(node.open(node.viewer(mine), cursor));
              begins.add(from);
            }
          }
          default -> {
            if (!sinks.isEmpty()) {
              int one = random.nextInt(sinks.size());
              sinks.remove(one).leave();
              begins.remove(one);
            }
          }
        }
      }
      node.streams.runOnce().await();
      for (int i = 0; i < sinks.size(); i++) {
        hasAll(sinks.get(i), begins.get(i) + 1, head);
        sinks.get(i).leave();
      }
    }
  }

  private TestSink liveStream() {
    TestSink sink = node.open(node.viewer(tenant), "now");
    node.streams.runOnce().await();
    return sink;
  }

  /** Copies of the first event, each odd in its way, at once: nobody sees them as they were. */
  private void foreignHandAppends(List<String> oddities) {
    StringBuilder sql = new StringBuilder("BEGIN;");
    int position = 1;
    for (String odd : oddities) {
      sql.append(
          """
          INSERT INTO event SELECT (jsonb_populate_record(
              e, jsonb_build_object('position', %2$d, 'event_id', gen_random_uuid()))).*
            FROM event e WHERE tenant_id = '%1$s' AND position = 1;
          UPDATE event SET %3$s WHERE tenant_id = '%1$s' AND position = %2$d;
          UPDATE tenant_stream SET head = %2$d WHERE tenant_id = '%1$s';
          """
              .formatted(tenant, ++position, odd));
    }
    database.asOwner(sql.append("COMMIT").toString());
  }

  /** A look that the database was too busy for is made again: the node itself does so by a tick. */
  private void looksUntil(Callable<Boolean> done) {
    await()
        .until(
            () -> {
              node.streams.runOnce().await();
              return done.call();
            });
  }

  private TestSink filtered(EventFilter filter) {
    return node.open(node.viewer(tenant), filter, "earliest");
  }

  private static Node impatient() {
    return new Node(
        database,
        new StreamSettings(
            Duration.ofHours(1),
            Duration.ofSeconds(15),
            Duration.ofHours(1),
            Duration.ofMillis(20),
            10,
            10,
            10,
            1024));
  }

  private String cursor(long epoch, long number) {
    return Node.CURSORS.text(tenant, new EventPosition(epoch, number));
  }

  /** The database as it was when the log ended at {@code to}, under a new epoch. */
  private void restore(long to) {
    database.asOwner(
        "UPDATE tenant_stream SET epoch = epoch + 1, head = %d WHERE tenant_id = '%s'"
            .formatted(to, tenant));
  }

  private void forget(long to) {
    database.asOwner(
        "DELETE FROM event WHERE tenant_id = '%s' AND position <= %d".formatted(tenant, to));
  }

  private static void hasAll(TestSink sink, long from, long to) {
    List<Long> all = rangeClosed(from, to).boxed().toList();
    await().atMost(Duration.ofSeconds(20)).until(() -> sink.sequences().size() >= all.size());
    assertThat(sink.sequences()).isEqualTo(all);
  }

  private static void awaitLatch(CountDownLatch latch) {
    await().until(() -> latch.getCount() == 0);
  }
}
