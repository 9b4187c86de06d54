package io.hushbus.db;

import static org.assertj.core.api.Assertions.assertThat;

import io.hushbus.model.Failure;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** One batch under way, the next gathers meanwhile; one bad request fails alone. */
final class CoalescerTest {

  private static final Vertx vertx = Vertx.vertx();

  private final Context context = vertx.getOrCreateContext();
  private final List<List<Integer>> batches = new CopyOnWriteArrayList<>();

  @AfterAll
  static void stop() {
    vertx.close().await();
  }

  @Test
  void what_arrives_during_a_batch_is_the_next_batch() {
    Promise<Void> first = Promise.promise();
    Coalescer<Integer, Integer> squares =
        coalescer(10, keys -> batches.size() == 1 ? first.future().map(squared(keys)) : done(keys));
    List<Future<Integer>> all = submit(squares, 25);
    first.complete();
    Future.all(all).await();
    assertThat(all.stream().map(Future::result)).containsExactlyElementsOf(squared(range(25)));
    assertThat(batches.stream().map(List::size)).containsExactly(1, 10, 10, 4);
  }

  @Test
  void the_next_batch_leaves_before_the_last_one_is_told() {
    Promise<Void> first = Promise.promise();
    List<String> order = new CopyOnWriteArrayList<>();
    Coalescer<Integer, Integer> squares =
        coalescer(
            10,
            keys -> {
              order.add("leaves with " + keys.size());
              return batches.size() == 1 ? first.future().map(squared(keys)) : done(keys);
            });
    List<Future<Integer>> all = submit(squares, 3);
    all.getFirst().onComplete(told -> order.add("told"));
    first.complete();
    Future.all(all).await();
    assertThat(order).containsExactly("leaves with 1", "leaves with 2", "told");
  }

  @Test
  void where_two_batches_may_be_under_way_the_second_waits_for_nothing() {
    Promise<Void> landed = Promise.promise();
    Coalescer<Integer, Integer> squares =
        new Coalescer<>(
            context,
            10,
            2,
            keys -> {
              batches.add(List.copyOf(keys));
              return landed.future().map(squared(keys));
            });
    List<Future<Integer>> all = submit(squares, 12);
    assertThat(batches.stream().map(List::size)).containsExactly(1, 1);
    landed.complete();
    Future.all(all).await();
    assertThat(all.stream().map(Future::result)).containsExactlyElementsOf(squared(range(12)));
  }

  @Test
  void one_bad_request_fails_alone() {
    Promise<Void> first = Promise.promise();
    Coalescer<Integer, Integer> squares =
        coalescer(
            16,
            keys -> {
              if (batches.size() == 1) {
                return first.future().map(squared(keys));
              }
              return keys.contains(7)
                  ? Future.failedFuture(new DatabaseFault("22000", "", "", "sql"))
                  : done(keys);
            });
    List<Future<Integer>> all = submit(squares, 16);
    first.complete();
    Future.join(all).otherwiseEmpty().await();
    assertThat(all.get(7).cause()).isInstanceOf(DatabaseFault.class);
    assertThat(all.stream().filter(Future::succeeded)).hasSize(15);
  }

  @Test
  void who_was_not_the_bad_one_is_told_before_the_bad_one_is_looked_for() {
    Promise<Void> first = Promise.promise();
    Promise<List<Integer>> looking = Promise.promise();
    Coalescer<Integer, Integer> squares =
        coalescer(
            16,
            keys ->
                switch (batches.size()) {
                  case 1 -> first.future().map(squared(keys));
                  case 2 -> Future.failedFuture(new DatabaseFault("22000", "", "", "sql"));
                  case 3 -> done(keys);
                  default -> looking.future();
                });
    List<Future<Integer>> all = submit(squares, 5);
    first.complete();
    assertThat(all.get(1).await()).isEqualTo(1);
    assertThat(all.get(3).isComplete()).isFalse();
    looking.fail(Failure.unavailable(Failure.Dependency.DATABASE));
    assertThat(all.get(4).otherwise(-1).await()).isEqualTo(-1);
  }

  @Test
  void an_outage_fails_the_whole_batch_once_and_the_next_goes_on() {
    Coalescer<Integer, Integer> squares =
        coalescer(
            8,
            keys ->
                batches.size() == 1
                    ? Future.failedFuture(Failure.unavailable(Failure.Dependency.DATABASE))
                    : done(keys));
    assertThat(squares.submit(3).otherwise(-1).await()).isEqualTo(-1);
    assertThat(squares.submit(3).await()).isEqualTo(9);
  }

  @Test
  void a_full_queue_is_over_budget_at_once() {
    Promise<List<Integer>> never = Promise.promise();
    Coalescer<Integer, Integer> stuck = coalescer(2, keys -> never.future());
    List<Future<Integer>> all = submit(stuck, 40);
    Future<Integer> last = all.getLast().otherwiseEmpty();
    last.await();
    assertThat(all.getLast().cause()).isInstanceOf(Failure.OverBudget.class);
    assertThat(all.stream().filter(one -> !one.isComplete())).hasSize(1 + 2 * 16);
  }

  @Test
  void a_flush_that_throws_or_miscounts_fails_its_requests() {
    Coalescer<Integer, Integer> throwing =
        coalescer(
            4,
            keys -> {
              throw new IllegalStateException("a bug");
            });
    assertThat(throwing.submit(1).map("").otherwise(Throwable::getMessage).await())
        .isEqualTo("a bug");
    Coalescer<Integer, Integer> short_ = coalescer(4, keys -> Future.succeededFuture(List.of()));
    assertThat(short_.submit(1).map("").otherwise(Throwable::getMessage).await())
        .contains("one answer for each");
  }

  private Coalescer<Integer, Integer> coalescer(
      int max, java.util.function.Function<List<Integer>, Future<List<Integer>>> flush) {
    return new Coalescer<>(
        context,
        max,
        keys -> {
          batches.add(List.copyOf(keys));
          return flush.apply(keys);
        });
  }

  /** All are submitted in one turn of the loop, so that what gathers does not depend on timing. */
  private List<Future<Integer>> submit(Coalescer<Integer, Integer> to, int count) {
    Promise<List<Future<Integer>>> submitted = Promise.promise();
    context.runOnContext(
        turn -> submitted.complete(range(count).stream().map(to::submit).toList()));
    return submitted.future().await();
  }

  private static List<Integer> range(int count) {
    return IntStream.range(0, count).boxed().toList();
  }

  private static Future<List<Integer>> done(List<Integer> keys) {
    return Future.succeededFuture(squared(keys));
  }

  private static List<Integer> squared(List<Integer> keys) {
    return keys.stream().map(key -> key * key).toList();
  }
}
