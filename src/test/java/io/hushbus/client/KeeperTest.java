package io.hushbus.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hushbus.model.SecretValue;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is held when a broker, or what stands before it, says odd things. */
final class KeeperTest {

  private static final String TERM =
      """
      "expires_at":"2030-01-01T00:00:00Z","max_expires_at":"2031-01-01T00:00:00Z",\
      "renewable":true,"expires_in_ms":%d,"renew_in_seconds":0\
      """;

  private static final String ANNOUNCED =
      """
      {"id":"e","type":"io.hushbus.secret.version.announced.v1","subject":"x","sequence":"7",
       "data":{"secret_id":"s"}}
      """;

  private final Odd broker = new Odd();
  private final HushbusClient client =
      HushbusClient.over(
          broker,
          SecretValue.ofText("hsk_x"),
          new Retry(Duration.ofMillis(20), Duration.ofMillis(1), Duration.ofMillis(5)),
          Watcher.NONE);

  @AfterEach
  void close() {
    client.close();
  }

  private Lease leased(int millis) {
    broker.millis = millis;
    return client.lease(LeaseAsk.of("db-password")).lease();
  }

  @Test
  void a_hint_of_no_time_is_none() {
    assertThat(Keeper.usual(1000, 0)).isEqualTo(500);
    assertThat(Keeper.usual(1000, -1)).isEqualTo(500);
    assertThat(Keeper.usual(5_000_000_000L, 2)).isEqualTo(2_000_000_000L);
    assertThat(Keeper.usual(1000, Long.MAX_VALUE)).isEqualTo(1000);
  }

  @Test
  void a_renewal_that_fails_in_the_broker_ends_nothing() {
    broker.renewal = 500;
    Lease lease = leased(2000);
    await().until(() -> broker.renewals.get() > 2);
    assertThat(lease.live()).isTrue();
    broker.renewal = 504;
    int before = broker.renewals.get();
    await().until(() -> broker.renewals.get() > before + 2);
    assertThat(lease.live()).isTrue();
  }

  @Test
  void a_version_that_cannot_be_taken_leaves_the_one_that_is_held() {
    broker.newer = ",\"superseded_by\":2";
    Lease lease = leased(400);
    lease.onRotation(newer -> {});
    await().until(() -> broker.advances.get() > 0);
    int before = broker.renewals.get();
    await().until(() -> broker.renewals.get() > before + 2);
    assertThat(lease.live()).isTrue();
    assertThat(lease.current().version()).isEqualTo(1);
  }

  @Test
  void what_is_announced_while_a_version_is_put_to_use_is_taken_after_it() {
    broker.takes = 2;
    Lease lease = leased(3_600_000);
    List<Integer> used = new CopyOnWriteArrayList<>();
    lease.onRotation(
        newer -> {
          used.add(newer.version());
          if (newer.version() == 2) {
            broker.takes = 3;
            broker.announce();
          }
        });
    await().until(() -> broker.streams.get() > 0);
    broker.announce();
    await().untilAsserted(() -> assertThat(used).containsExactly(2, 3));
  }

  @Test
  void notices_are_listened_for_again_when_the_broker_was_away_at_first() {
    broker.deaf = true;
    leased(3_600_000).onRotation(newer -> {});
    await().until(() -> broker.pages.get() > 20);
    assertThat(broker.streams).hasValue(0);
    broker.deaf = false;
    await().until(() -> broker.streams.get() > 0);
  }

  @Test
  void who_closes_a_lease_while_the_broker_is_away_is_not_told() {
    Lease lease = leased(3_600_000);
    broker.away = true;
    lease.close();
    assertThat(lease.live()).isFalse();
  }

  /** Answers what a test says, on the thread that asks. */
  private static final class Odd implements Transport {

    final AtomicInteger renewals = new AtomicInteger();
    final AtomicInteger advances = new AtomicInteger();
    final AtomicInteger pages = new AtomicInteger();
    final AtomicInteger streams = new AtomicInteger();
    volatile int renewal = 200;
    volatile int millis;
    volatile String newer = "";
    volatile boolean deaf;
    volatile boolean away;
    volatile int takes;
    volatile @Nullable EventSink sink;

    void announce() {
      EventSink to = sink;
      if (to != null) {
        to.event(new StreamEvent("c", Notice.ANNOUNCED, ANNOUNCED));
      }
    }

    @Override
    public Future<Reply> call(Call call) {
      if (away) {
        return Future.failedFuture(new Unreachable("away"));
      }
      String term = TERM.formatted(millis) + newer;
      return switch (call.path()) {
        case "/leases" ->
            reply(
                201,
                """
                {"leases":[{"id":"l","secret":"db-password","secret_id":"s","type":"text",
                  "version":1,"data":{"value":"one"},%s}]}
                """
                    .formatted(TERM.formatted(millis)));
        case "/leases/l/renew" -> {
          renewals.incrementAndGet();
          yield reply(renewal, renewal == 200 ? "{" + term + "}" : "{\"retryable\":false}");
        }
        case "/leases/l/advance" -> {
          advances.incrementAndGet();
          yield takes > 1
              ? reply(
                  200,
                  """
                  {"secret":"db-password","secret_id":"s","type":"text","version":%d,
                   "data":{"value":"v"}}
                  """
                      .formatted(takes))
              : reply(410, "{\"code\":\"gone\",\"kind\":\"entry\",\"retryable\":false}");
        }
        case "/events" -> {
          pages.incrementAndGet();
          yield deaf
              ? Future.failedFuture(Unreachable.unsent("away"))
              : reply(200, "{\"events\":[],\"cursor\":\"c\"}");
        }
        default -> reply(200, "{}");
      };
    }

    private static Future<Reply> reply(int status, String body) {
      return Future.succeededFuture(new Reply(status, Map.of(), body.getBytes(UTF_8)));
    }

    @Override
    public Future<EventFeed> events(Call call, EventSink sink) {
      this.sink = sink;
      streams.incrementAndGet();
      return Future.succeededFuture(() -> {});
    }

    @Override
    public String address() {
      return "nowhere";
    }

    @Override
    public void close() {}
  }
}
