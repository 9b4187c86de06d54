package io.hushbus.delivery;

import static java.util.stream.LongStream.rangeClosed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hushbus.model.TenantId;
import io.hushbus.support.TestDatabase;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What verticles of the same process hear. */
final class BusNoticesIT {

  @SuppressWarnings("NullAway.Init")
  private static TestDatabase database;

  @BeforeAll
  static void openDatabase() {
    database = TestDatabase.fresh();
  }

  @AfterAll
  static void closeDatabase() {
    database.close();
  }

  @Test
  void a_verticle_hears_its_tenants_notices_in_order_and_no_others() {
    try (Node node = new Node(database)) {
      TestLog log = new TestLog(database, node.db);
      TenantId tenant = log.tenant();
      TenantId other = log.tenant();
      log.commit(tenant, 2);
      BusNotices bus = new BusNotices(node.vertx, node.streams, true);
      List<Long> heard = hear(node, tenant);
      bus.runOnce().await();

      log.commit(tenant, 3);
      log.commit(other, 2);
      node.streams.runOnce().await();

      await().untilAsserted(() -> assertThat(heard).containsExactly(3L, 4L, 5L));
    }
  }

  @Test
  void a_tenant_that_comes_later_is_heard_from_its_first_notice_on() {
    try (Node node = new Node(database)) {
      TestLog log = new TestLog(database, node.db);
      BusNotices bus = new BusNotices(node.vertx, node.streams, true);
      bus.runOnce().await();
      TenantId tenant = log.tenant();
      List<Long> heard = hear(node, tenant);
      log.commit(tenant, 4);
      bus.runOnce().await();
      node.streams.runOnce().await();

      await().untilAsserted(() -> assertThat(heard).isEqualTo(rangeClosed(1, 4).boxed().toList()));
    }
  }

  @Test
  void of_two_nodes_one_publishes_and_the_other_goes_on_with_what_may_be_missing() {
    try (Node first = new Node(database);
        Node second = new Node(database)) {
      TestLog log = new TestLog(database, first.db);
      TenantId tenant = log.tenant();
      BusNotices publishing = new BusNotices(first.vertx, first.streams, true);
      BusNotices waiting = new BusNotices(second.vertx, second.streams, true);
      List<Long> told = hear(first, tenant);
      List<Long> heard = hear(second, tenant);
      publishing.runOnce().await();
      waiting.standBy().await();

      log.commit(tenant, 2);
      first.streams.runOnce().await();
      second.streams.runOnce().await();
      await().untilAsserted(() -> assertThat(told).containsExactly(1L, 2L));
      assertThat(heard).as("by one node").isEmpty();

      waiting.standBy().await();
      log.commit(tenant, 1); // by which the first is gone
      waiting.runOnce().await();
      await().untilAsserted(() -> assertThat(heard).containsExactly(1L, 2L, 3L));
      log.commit(tenant, 1);
      second.streams.runOnce().await();
      await().untilAsserted(() -> assertThat(heard).containsExactly(1L, 2L, 3L, 4L));

      // One that has to stand by publishes no more, and if it is asked again, from where it was.
      waiting.standBy().await();
      log.commit(tenant, 2);
      second.streams.runOnce().await();
      waiting.runOnce().await();
      await().untilAsserted(() -> assertThat(heard).containsExactly(1L, 2L, 3L, 4L, 5L, 6L));
    }
  }

  private static List<Long> hear(Node node, TenantId tenant) {
    List<Long> heard = new CopyOnWriteArrayList<>();
    node.vertx
        .eventBus()
        .<JsonObject>localConsumer(BusNotices.address(tenant))
        .handler(message -> heard.add(Long.valueOf(message.body().getString("sequence"))));
    return heard;
  }
}
