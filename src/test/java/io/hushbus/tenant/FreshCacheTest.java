package io.hushbus.tenant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Remembers what is fresh, within bounds, and never a failure. */
final class FreshCacheTest {

  private final AtomicBoolean fresh = new AtomicBoolean(true);
  private final AtomicInteger loads = new AtomicInteger();
  private final FreshCache<String, Integer> cache = new FreshCache<>(2, value -> fresh.get());

  @Test
  void a_fresh_value_is_not_loaded_again_and_a_stale_one_is() {
    assertThat(load("a")).isEqualTo(1);
    assertThat(load("a")).isEqualTo(1);
    fresh.set(false);
    assertThat(load("a")).isEqualTo(2);
  }

  @Test
  void whoever_asks_meanwhile_shares_the_load() {
    Promise<Integer> slow = Promise.promise();
    Future<Integer> first = cache.get("a", slow::future);
    Future<Integer> second = cache.get("a", () -> Future.failedFuture("not asked"));
    slow.complete(7);
    assertThat(first.await()).isEqualTo(7);
    assertThat(second.await()).isEqualTo(7);
  }

  @Test
  void a_failure_is_told_and_not_remembered() {
    assertThatThrownBy(
            () -> cache.get("a", () -> Future.failedFuture(new IllegalStateException("x"))).await())
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(
            () ->
                cache
                    .get(
                        "a",
                        () -> {
                          throw new IllegalStateException("y");
                        })
                    .await())
        .isInstanceOf(IllegalStateException.class);
    assertThat(load("a")).isEqualTo(1);
  }

  @Test
  void the_least_recently_used_goes_first() {
    load("a");
    load("b");
    load("a");
    load("c");
    assertThat(cache.size()).isEqualTo(2);
    assertThat(cache.last("a")).isPresent();
    assertThat(cache.last("b")).isEmpty();
  }

  private int load(String key) {
    return cache.get(key, () -> Future.succeededFuture(loads.incrementAndGet())).await();
  }
}
