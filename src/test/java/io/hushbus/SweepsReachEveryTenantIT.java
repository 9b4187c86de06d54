package io.hushbus;

import static io.hushbus.support.World.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.hushbus.lease.Lease;
import io.hushbus.lease.Revocation;
import io.hushbus.lease.Run;
import io.hushbus.support.RunWorld;
import io.hushbus.support.TenantWorld;
import io.hushbus.support.World;
import java.time.Duration;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** However much one tenant leaves that cannot be swept, the others are swept. */
final class SweepsReachEveryTenantIT {

  private World world;
  private World node;
  private TenantWorld gone;
  private RunWorld theirs;
  private Run lost;
  private Lease revoked;

  @BeforeEach
  void start() {
    world = World.fresh();
    await(world.outages.beat()); // ends the time without a broker since the database was made
    gone = world.tenant("gone");
    theirs = new RunWorld(world.tenant("other"));
    lost = theirs.open(Optional.empty(), Duration.ofSeconds(1));
    Run open = theirs.open();
    revoked = theirs.lease(open.id(), theirs.stored());
    leave();
    theirs.revoke(world, Revocation.Selector.ofSecret(revoked.secret()));
    node = world.anotherNode();
    Awaitility.await()
        .until(
            () -> {
              await(world.outages.beat());
              return theirs.state(lost.id()) == Run.State.LOST;
            });
  }

  @AfterEach
  void stop() {
    node.close();
    world.close();
  }

  @Test
  void a_tenant_that_is_being_deleted_keeps_up_no_other_one() {
    world.asOwner("DELETE FROM tenant_key WHERE tenant_id = '" + gone.id + "'");
    world.asOwner("UPDATE tenant SET state = 'deleting' WHERE tenant_id = '" + gone.id + "'");
    assertThat(await(node.runSweep.runOnce())).isEqualTo(1);
    assertThat(await(node.revocationSweep.runOnce())).isEqualTo(1);
    assertSwept();
  }

  @Test
  void a_tenant_without_keys_keeps_up_no_other_one() {
    world.asOwner("DELETE FROM tenant_key WHERE tenant_id = '" + gone.id + "'");
    assertThat(await(node.runSweep.runOnce()) + await(node.runSweep.runOnce())).isEqualTo(1);
    assertThat(await(node.revocationSweep.runOnce())).isEqualTo(1);
    assertSwept();
  }

  private void assertSwept() {
    assertThat(world.row("SELECT outcome FROM run WHERE run_id = '" + lost.id() + "'"))
        .isEqualTo("lost");
    assertThat(
            world.row(
                "SELECT revoked_at IS NOT NULL FROM lease WHERE lease_id = '" + revoked.id() + "'"))
        .isEqualTo("t");
  }

  /** 200 runs that are over, and 21 marks: more than one round looks at. */
  private void leave() {
    new RunWorld(gone).open();
    world.asOwner(
        """
        INSERT INTO run (tenant_id, run_id, project_id, external_id, attempt, opener_kind, opener_id,
                         token_mac, pepper_generation, opened_at, beat_at, lost_at, mac_generation,
                         row_mac)
        SELECT tenant_id, gen_random_uuid(), project_id, external_id, n + 1, opener_kind, opener_id,
               sha256(n::text::bytea), pepper_generation, opened_at - interval '1 hour',
               beat_at - interval '1 hour', lost_at - interval '1 hour', mac_generation, row_mac
        FROM run, generate_series(1, 200) n WHERE tenant_id = '%s'
        """
            .formatted(gone.id));
    world.asOwner(
        """
        INSERT INTO lease_revocation (tenant_id, mark_id, kind, id, at, revoked_by, mac_generation,
                                      row_mac)
        SELECT '%s', lpad(n::text, 32, '0')::uuid, 'secret', gen_random_uuid(), clock_timestamp(),
               'somebody', 1, sha256('mark')
        FROM generate_series(1, 21) n
        """
            .formatted(gone.id));
  }
}
