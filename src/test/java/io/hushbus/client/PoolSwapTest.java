package io.hushbus.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hushbus.model.SecretValue;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A rotation that comes while a pool is being closed, or after. */
final class PoolSwapTest {

  /** Pools that are numbers, made when a test says so. */
  private static final class Slow implements Pools<Integer> {
    final List<Promise<Integer>> opening = new CopyOnWriteArrayList<>();
    final List<Integer> closed = new CopyOnWriteArrayList<>();

    @Override
    public Future<Integer> open(LeasedSecret credentials) {
      Promise<Integer> made = Promise.promise();
      opening.add(made);
      return made.future();
    }

    @Override
    public Future<Void> close(Integer pool) {
      closed.add(pool);
      return Future.succeededFuture();
    }
  }

  @Test
  void a_pool_that_is_made_while_all_is_closed_is_closed_as_well_and_none_is_made_after()
      throws Exception {
    Rotating broker = new Rotating();
    Slow pools = new Slow();
    try (HushbusClient client = HushbusClient.over(broker, SecretValue.ofText("hsk_x"))) {
      AsyncLease lease = client.lease(LeaseAsk.of("db-password")).lease().waited();
      Future<PoolSwap<Integer>> made = PoolSwap.over(lease, pools);
      pools.opening.getFirst().complete(1);
      PoolSwap<Integer> swap =
          made.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
      await().until(() -> pools.opening.size() == 2);
      swap.close();
      assertThat(pools.closed).containsExactly(1);
      pools.opening.get(1).complete(2);
      await().until(() -> broker.acks.get() == 1);
      assertThat(pools.closed).containsExactly(1, 2);
      broker.version = 3;
      await().until(() -> broker.acks.get() == 2);
      assertThat(pools.opening).hasSize(2);
    }
  }

  /** Has a newer version at each renewal. */
  private static final class Rotating implements Transport {

    final AtomicInteger acks = new AtomicInteger();
    volatile int version = 2;

    @Override
    public Future<Reply> call(Call call) {
      String term =
          """
          "expires_at":"2030-01-01T00:00:00Z","max_expires_at":"2031-01-01T00:00:00Z",\
          "renewable":true,"expires_in_ms":200,"superseded_by":%d\
          """
              .formatted(version);
      String secret = "\"secret\":\"db-password\",\"secret_id\":\"s\",\"type\":\"text\"";
      return switch (call.path()) {
        case "/leases" ->
            reply(
                """
                {"leases":[{"id":"l",%s,"version":1,"data":{"value":"v"},%s}]}
                """
                    .formatted(secret, term));
        case "/leases/l/renew" -> reply("{" + term + "}");
        case "/leases/l/advance" ->
            reply("{%s,\"version\":%d,\"data\":{\"value\":\"w\"}}".formatted(secret, version));
        case "/leases/l/ack" -> {
          acks.incrementAndGet();
          yield reply("{}");
        }
        default -> reply("{\"events\":[],\"cursor\":\"c\"}");
      };
    }

    private static Future<Reply> reply(String body) {
      return Future.succeededFuture(new Reply(200, Map.of(), body.getBytes(UTF_8)));
    }

    @Override
    public Future<EventFeed> events(Call call, EventSink sink) {
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
