package io.hushbus.rotation;

import static org.assertj.core.api.Assertions.assertThat;

import io.hushbus.model.Failure;
import io.hushbus.model.TenantId;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** What one asks of the figures keeps nobody else waiting for long, and few are turned away. */
final class CountsTest {

  private record Question(String words) {}

  private static final TenantId ACME = new TenantId(UUID.randomUUID());
  private static final TenantId RIVAL = new TenantId(UUID.randomUUID());
  private static final Duration LONG = Duration.ofMinutes(1);

  private static final Vertx VERTX = Vertx.vertx();

  private final List<String> begun = new CopyOnWriteArrayList<>();
  private final List<Promise<String>> open = new CopyOnWriteArrayList<>();
  private Counts counts = new Counts(VERTX, LONG);

  @AfterAll
  static void stop() {
    answer(VERTX.close());
  }

  @Test
  void one_is_counted_at_a_time_and_the_next_waits_for_its_turn() {
    Future<String> first = ask(ACME, "a");
    Future<String> second = ask(ACME, "b");
    assertThat(begun).containsExactly("a");
    over("one");
    assertThat(answer(first)).isEqualTo("one");
    assertThat(begun).containsExactly("a", "b");
    over("two");
    assertThat(answer(second)).isEqualTo("two");
  }

  @Test
  void who_asks_what_waits_already_shares_its_answer() {
    ask(ACME, "other");
    List<Future<String>> all = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      all.add(ask(ACME, "same"));
    }
    over("other");
    over("shared");
    all.forEach(one -> assertThat(answer(one)).isEqualTo("shared"));
    assertThat(begun).containsExactly("other", "same");
  }

  @Test
  void what_has_begun_is_shared_with_nobody_who_came_later() {
    ask(ACME, "same");
    Future<String> later = ask(ACME, "same");
    over("old");
    over("new");
    assertThat(answer(later)).isEqualTo("new");
  }

  @Test
  void the_same_question_of_two_tenants_has_two_answers() {
    ask(ACME, "other");
    Future<String> here = ask(ACME, "same");
    Future<String> there = ask(RIVAL, "same");
    over("other");
    over("here");
    over("there");
    assertThat(answer(here)).isEqualTo("here");
    assertThat(answer(there)).isEqualTo("there");
  }

  @Test
  void tenants_take_turns() {
    List.of("a", "b", "c").forEach(words -> ask(ACME, words));
    ask(RIVAL, "r");
    over("a");
    over("b");
    assertThat(begun).containsExactly("a", "b", "r");
  }

  @Test
  void beyond_a_few_of_a_tenant_and_of_all_the_next_is_told_to_come_back() {
    ask(ACME, "now");
    for (int i = 0; i < Counts.OF_A_TENANT; i++) {
      ask(ACME, "waits " + i);
    }
    assertThat(refusal(ask(ACME, "more")).budget()).isEqualTo("stats");
    for (int i = Counts.OF_A_TENANT; i < Counts.OF_ALL; i++) {
      assertThat(ask(new TenantId(UUID.randomUUID()), "waits").failed()).isFalse();
    }
    assertThat(refusal(ask(RIVAL, "more")).budget()).isEqualTo("stats");
    over("now");
    assertThat(ask(RIVAL, "more").failed()).isFalse();
  }

  @Test
  void who_waited_too_long_is_told_to_come_back_and_leaves_room() {
    counts = new Counts(VERTX, Duration.ofMillis(1));
    Future<String> slow = ask(ACME, "slow");
    for (int i = 0; i < 3 * Counts.OF_A_TENANT; i++) {
      assertThat(refusal(ask(ACME, "waits " + i)).budget()).isEqualTo("stats");
    }
    assertThat(begun).containsExactly("slow");
    over("done");
    assertThat(begun).as("nobody is left who would want it").containsExactly("slow");
    assertThat(slow.isComplete()).isTrue();
  }

  @Test
  void a_count_that_fails_leaves_the_turn_to_the_next() {
    Future<String> first =
        counts.ask(
            ACME,
            new Question("broken"),
            () -> {
              throw Failure.unavailable(Failure.Dependency.DATABASE);
            });
    assertThat(cause(first)).isInstanceOf(Failure.Unavailable.class);
    Future<String> second = ask(ACME, "a");
    over("one");
    assertThat(answer(second)).isEqualTo("one");
  }

  private Future<String> ask(TenantId tenant, String words) {
    return counts.ask(
        tenant,
        new Question(words),
        () -> {
          begun.add(words);
          Promise<String> count = Promise.promise();
          open.add(count);
          return count.future();
        });
  }

  /** The count that is under way comes to this. */
  private void over(String answer) {
    open.removeFirst().complete(answer);
  }

  private static Failure.OverBudget refusal(Future<?> refused) {
    return (Failure.OverBudget) cause(refused);
  }

  private static Throwable cause(Future<?> failed) {
    return answer(failed.transform(done -> Future.succeededFuture(done.cause())));
  }

  private static <T> T answer(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    } catch (Exception failed) {
      throw new AssertionError(failed);
    }
  }
}
