package io.hushbus.tenant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hushbus.access.TestInstallation;
import io.hushbus.model.Failure;
import io.hushbus.model.TenantId;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What nodes on one database know of each other, and of tenants that end. */
final class NodesIT {

  private static TestInstallation hushbus;

  @BeforeAll
  static void start() {
    hushbus = new TestInstallation();
  }

  @AfterAll
  static void stop() {
    hushbus.close();
  }

  @Test
  void what_all_have_together_is_shared_out_to_those_that_live() {
    Nodes one = node();
    Nodes two = node();
    one.beat().await();
    assertThat(one.share(101)).isEqualTo(101);
    two.beat().await();
    one.beat().await();
    assertThat(one.share(101)).isEqualTo(51);
    assertThat(two.share(101)).isEqualTo(51);
    assertThat(one.share(0)).isZero();
    two.leave().await();
    one.beat().await();
    assertThat(one.share(101)).isEqualTo(101);
    one.leave().await();
  }

  @Test
  void a_node_that_was_not_told_drops_the_keys_of_an_ended_tenant_when_it_looks() {
    TenantId ending = hushbus.tenant("ending").tenant();
    TenantId living = hushbus.tenant("living").tenant();
    Keyrings other = hushbus.keyringsOfAnotherNode();
    other.of(ending).await();
    other.of(living).await();
    hushbus.database.asOwner(
        "UPDATE tenant SET state = 'deleting' WHERE tenant_id = '" + ending + "'");
    hushbus.database.asOwner("DELETE FROM tenant_key WHERE tenant_id = '" + ending + "'");
    assertThat(other.of(ending).await()).as("opened before").isNotNull();
    other.dropEnded().await();
    assertThatThrownBy(() -> other.of(ending).await()).isInstanceOf(Failure.class);
    assertThat(other.of(living).await()).isNotNull();
  }

  private static Nodes node() {
    return new Nodes(
        hushbus.db,
        hushbus.keyringsOfAnotherNode(),
        UUID.randomUUID(),
        "1.2.3",
        Duration.ofSeconds(1));
  }
}
