package io.hushbus.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.hushbus.model.EventPosition;
import io.hushbus.model.Failure;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class PollIT extends OneNode {

  private static final Duration LONG = Duration.ofSeconds(30);

  @Test
  void what_is_there_is_answered_at_once() {
    log.commit(tenant, 3);

    Streams.Answer answer = poll("earliest", LONG).await();

    assertThat(sequences(answer)).containsExactly("1", "2", "3");
    assertThat(answer.cursor()).isEqualTo(cursor(1, 3));
  }

  @Test
  void g12_a_poll_whose_caller_left_frees_its_place_at_once() {
    Promise<Void> gone = Promise.promise();
    Future<Streams.Answer> polling =
        node.streams.poll(
            node.viewer(tenant),
            new EventFilter(Set.of(), Set.of(), Set.of()),
            "now",
            EventLog.PAGE,
            Duration.ofSeconds(30),
            gone.future());
    await().until(() -> node.counters.open.get() == 1);
    assertThat(polling.isComplete()).isFalse();

    gone.complete();

    await().until(() -> node.counters.open.get() == 0);
    assertThat(polling.await().events()).isEmpty();
  }

  @Test
  void nothing_is_answered_at_once_without_a_wait() {
    Streams.Answer answer = poll("now", Duration.ZERO).await();

    assertThat(answer.events()).isEmpty();
    assertThat(answer.cursor()).isEqualTo(cursor(1, 0));
  }

  @Test
  void nothing_is_answered_when_the_wait_is_over() {
    assertThat(poll("now", Duration.ofMillis(30)).await().events()).isEmpty();
    assertThat(node.counters.open).hasValue(0);
  }

  @Test
  void a_commit_ends_the_wait() {
    Future<Streams.Answer> waiting = poll(cursor(1, 0), LONG);
    node.streams.runOnce().await();
    assertThat(waiting.isComplete()).isFalse();

    log.commit(tenant, 2);
    node.streams.hint(tenant);

    assertThat(sequences(waiting.await())).isNotEmpty().first().isEqualTo("1");
  }

  @Test
  void g3_polls_one_after_the_other_lose_nothing() {
    log.commit(tenant, EventLog.PAGE + 20);

    Streams.Answer first = poll("earliest", LONG).await();
    Streams.Answer second = poll(first.cursor(), LONG).await();

    assertThat(first.events()).hasSize(EventLog.PAGE);
    assertThat(sequences(second)).hasSize(20).first().isEqualTo("501");
  }

  @Test
  void g3_a_page_is_as_long_as_was_asked_for_and_the_next_goes_on_behind_it() {
    log.commit(tenant, 5);

    Streams.Answer first = page("earliest", 2).await();
    Streams.Answer second = page(first.cursor(), 2).await();
    Streams.Answer third = page(second.cursor(), 2).await();

    assertThat(sequences(first)).containsExactly("1", "2");
    assertThat(sequences(second)).containsExactly("3", "4");
    assertThat(sequences(third)).containsExactly("5");
  }

  @Test
  void g3_what_comes_at_once_while_a_poll_waits_is_paged_too() {
    Future<Streams.Answer> waiting = page(cursor(1, 0), 1);
    await().until(() -> node.counters.open.get() == 1);

    log.commit(tenant, 3);
    node.streams.hint(tenant);

    assertThat(sequences(waiting.await())).containsExactly("1");
  }

  @Test
  void what_is_not_wanted_moves_the_cursor_all_the_same() {
    log.commit(tenant, 3);
    EventFilter other = new EventFilter(Set.of(), Set.of(), Set.of("other"));

    Streams.Answer answer =
        node.streams.poll(node.viewer(tenant), other, "earliest", Duration.ZERO).await();

    assertThat(answer.events()).isEmpty();
    assertThat(answer.cursor()).isEqualTo(cursor(1, 3));
  }

  @Test
  void n74_a_cursor_that_cannot_be_read_from_is_gone() {
    log.commit(tenant, 2);

    assertThatThrownBy(() -> poll(cursor(2, 1), LONG).await())
        .isInstanceOfSatisfying(
            Failure.Gone.class, gone -> assertThat(gone.kind()).isEqualTo("cursor"));
  }

  @Test
  void n74_a_forged_cursor_is_invalid() {
    assertThatThrownBy(() -> poll("x", LONG).await()).isInstanceOf(Failure.Invalid.class);
  }

  @Test
  void n82_rights_lost_while_waiting_are_answered_with_nothing_of_the_log() {
    UUID project = new UUID(5, 1);
    Future<Streams.Answer> waiting =
        node.streams.poll(node.viewerOf(tenant, project), EventFilter.ALL, cursor(1, 0), LONG);
    node.streams.runOnce().await();
    node.refresh = caller -> Future.failedFuture(Failure.unauthenticated());

    await()
        .until(
            () -> {
              log.commit(tenant, 1);
              node.streams.runOnce().await();
              return waiting.isComplete();
            });

    assertThat(waiting.cause()).isInstanceOf(Failure.Unauthenticated.class);
  }

  @Test
  void stopping_answers_what_waits() {
    Future<Streams.Answer> waiting = poll(cursor(1, 0), LONG);
    node.streams.runOnce().await();

    node.streams.drain().await();

    assertThat(waiting.await().cursor()).isEqualTo(cursor(1, 0));
  }

  private Future<Streams.Answer> page(String after, int most) {
    return node.streams.poll(
        node.viewer(tenant), EventFilter.ALL, after, most, LONG, Promise.<Void>promise().future());
  }

  private Future<Streams.Answer> poll(String after, Duration wait) {
    return node.streams.poll(node.viewer(tenant), EventFilter.ALL, after, wait);
  }

  private String cursor(long epoch, long number) {
    return Node.CURSORS.text(tenant, new EventPosition(epoch, number));
  }

  private static List<String> sequences(Streams.Answer answer) {
    return answer.events().stream()
        .map(event -> event.toString().replaceAll(".*\"sequence\":\"(\\d+)\".*", "$1"))
        .toList();
  }
}
