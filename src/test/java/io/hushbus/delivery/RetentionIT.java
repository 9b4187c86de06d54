package io.hushbus.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hushbus.model.TenantId;
import io.hushbus.support.TestDatabase;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class RetentionIT {

  private static final Duration WEEK = Duration.ofDays(7);

  @SuppressWarnings("NullAway.Init")
  private TestDatabase database;

  @SuppressWarnings("NullAway.Init")
  private Node node;

  @BeforeEach
  void open() {
    database = TestDatabase.fresh();
    node = new Node(database);
  }

  @AfterEach
  void close() {
    node.close();
    database.close();
  }

  @Test
  void days_past_retention_are_dropped_and_later_ones_kept() {
    database.asOwner(
        """
        CREATE TABLE event_y20200101 PARTITION OF event
          FOR VALUES FROM ('2020-01-01 00:00Z') TO ('2020-01-02 00:00Z')
        """);
    TestLog log = new TestLog(database, node.db);
    TenantId tenant = log.tenant();
    log.commit(tenant, 3);

    assertThat(retention().runOnce().await()).isEqualTo(1);
    assertThat(retention(UUID.randomUUID()).runOnce().await()).isZero();

    TestSink sink = node.open(node.viewer(tenant), "earliest");
    await().until(() -> sink.sequences().size() == 3);
  }

  @Test
  void only_one_node_tidies() {
    database.asOwner(
        """
        INSERT INTO job (name, owner, fence, expires_at)
        VALUES ('event-retention', gen_random_uuid(), 1, clock_timestamp() + interval '1 minute');
        CREATE TABLE event_y20200101 PARTITION OF event
          FOR VALUES FROM ('2020-01-01 00:00Z') TO ('2020-01-02 00:00Z')
        """);

    assertThat(retention().runOnce().await()).isZero();
  }

  private Retention retention() {
    return retention(new UUID(1, 1));
  }

  private Retention retention(UUID owner) {
    return new Retention(node.vertx, node.db, owner, WEEK);
  }
}
