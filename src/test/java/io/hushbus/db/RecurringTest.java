package io.hushbus.db;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Rounds that come by the clock, or sooner if somebody has something for them. */
final class RecurringTest {

  private static final Duration FOREVER = Duration.ofDays(1);

  private final Vertx vertx = Vertx.vertx();
  private final Queue<Promise<Void>> rounds = new ConcurrentLinkedQueue<>();
  private final Recurring loop = new Recurring(vertx, "test", FOREVER, this::round);

  private Future<Void> round() {
    Promise<Void> round = Promise.promise();
    rounds.add(round);
    return round.future();
  }

  @AfterEach
  void stop() {
    vertx.close().await();
  }

  private void awaitRounds(int number) {
    Awaitility.await().until(() -> rounds.size() == number);
  }

  private void endAll() {
    rounds.forEach(round -> round.tryComplete());
  }

  @Test
  void it_is_woken_from_its_pause() {
    loop.start();
    endAll();
    loop.wake();
    awaitRounds(2);
  }

  @Test
  void what_wakes_it_during_a_round_is_for_one_more_and_rounds_never_overlap() {
    loop.start();
    for (int i = 0; i < 100; i++) {
      loop.wake();
    }
    assertThat(rounds).hasSize(1);
    endAll();
    awaitRounds(2);
    endAll();
    // Were there one more round to come, it would come before what is set now.
    vertx.timer(100, java.util.concurrent.TimeUnit.MILLISECONDS).await();
    assertThat(rounds).hasSize(2);
  }

  @Test
  void before_it_starts_and_after_it_has_stopped_nothing_wakes_it() {
    loop.wake();
    assertThat(rounds).isEmpty();
    loop.start();
    endAll();
    loop.stop().await();
    loop.wake();
    vertx.timer(100, java.util.concurrent.TimeUnit.MILLISECONDS).await();
    assertThat(rounds).hasSize(1);
  }

  @Test
  void a_round_that_failed_is_followed_by_the_next_one() {
    loop.start();
    rounds.forEach(round -> round.fail("away"));
    loop.wake();
    awaitRounds(2);
  }
}
