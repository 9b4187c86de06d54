package io.hushbus.lease;

import static io.hushbus.support.World.await;
import static io.hushbus.support.World.failure;
import static org.assertj.core.api.Assertions.assertThat;

import io.hushbus.crypto.Keyring;
import io.hushbus.model.Failure;
import io.hushbus.model.LeaseId;
import io.hushbus.model.TenantId;
import io.hushbus.secret.Secret;
import io.hushbus.support.Canary;
import io.hushbus.support.TenantWorld;
import io.hushbus.support.World;
import io.vertx.core.Promise;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The granting statement is the last check: of the time, of the version, of the secret's life. */
final class GrantingStatementIT {

  private static World world;
  private static TenantWorld acme;
  private static int names;

  @BeforeAll
  static void start() {
    world = World.fresh();
    acme = world.tenant("acme");
  }

  @AfterAll
  static void stop() {
    world.close();
  }

  @Test
  void times_of_more_than_two_seconds_ago_or_ahead_are_refused() {
    Secret secret = stored();
    assertThat(granted(draft(secret, 1, Duration.ZERO))).containsExactly(true);
    assertThat(granted(draft(secret, 1, Duration.ofSeconds(-30)))).containsExactly(false);
    assertThat(granted(draft(secret, 1, Duration.ofSeconds(30)))).containsExactly(false);
  }

  @Test
  void a_version_that_is_not_current_is_refused() {
    Secret secret = stored();
    acme.replace(acme.demo, secret.name().text(), Canary.value());
    assertThat(granted(draft(secret, 1, Duration.ZERO))).containsExactly(false);
    assertThat(granted(draft(secret, 2, Duration.ZERO))).containsExactly(true);
  }

  @Test
  void a_lease_that_is_longer_than_its_secret_allows_by_now_is_refused() {
    Secret secret = stored();
    var draft = draft(secret, 1, Duration.ZERO);
    world.asOwner(
        "UPDATE secret SET max_lease_seconds = 1 WHERE secret_id = '" + secret.id() + "'");
    assertThat(granted(draft)).containsExactly(false);
  }

  @Test
  void a_deleted_secret_is_refused() {
    Secret secret = stored();
    acme.delete(acme.demo, secret.name().text());
    assertThat(granted(draft(secret, 1, Duration.ZERO))).containsExactly(false);
  }

  @Test
  void an_ask_with_one_stale_row_is_refused_as_a_whole_and_no_other_ask_is() {
    Secret secret = stored();
    var good = draft(secret, 1, Duration.ZERO);
    var stale = draft(secret, 1, Duration.ofSeconds(-30));
    assertThat(granted(List.of(List.of(good, stale), List.of(draft(secret, 1, Duration.ZERO)))))
        .containsExactly(false, true);
    assertThat(world.rows("SELECT 1 FROM lease WHERE lease_id = '" + good.lease().id() + "'"))
        .isEmpty();
  }

  @Test
  void a_head_that_is_being_changed_is_not_waited_for() throws SQLException {
    Secret secret = stored();
    try (var connection = world.database.owner();
        var statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute(
          "UPDATE secret SET description = '' WHERE secret_id = '" + secret.id() + "'");
      assertThat(granted(draft(secret, 1, Duration.ZERO))).containsExactly(false);
      connection.rollback();
    }
    assertThat(granted(draft(secret, 1, Duration.ZERO))).containsExactly(true);
  }

  @Test
  void a_deletion_waits_for_a_grant_under_way_and_then_sees_its_lease() {
    Secret secret = stored();
    var draft = draft(secret, 1, Duration.ZERO);
    Promise<Void> written = Promise.promise();
    Promise<Void> mayCommit = Promise.promise();
    var grant =
        world.db.write(
            acme.id,
            tx ->
                new LeaseStore()
                    .grant(tx, List.of(List.of(draft)))
                    .onSuccess(done -> written.complete())
                    .compose(done -> mayCommit.future()));
    await(written.future());
    var deletion = acme.deleting(acme.demo, secret.name().text());
    Awaitility.await()
        .until(
            () ->
                !world
                    .rows(
                        "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
                            + " AND datname = current_database()")
                    .isEmpty());
    mayCommit.complete();
    await(grant);
    assertThat(failure(deletion))
        .isInstanceOfSatisfying(
            Failure.Conflict.class,
            conflict -> assertThat(conflict.reason()).isEqualTo(Failure.Reason.IN_USE));
  }

  private static List<Boolean> granted(LeaseStore.Draft draft) {
    return granted(List.of(List.of(draft)));
  }

  private static List<Boolean> granted(List<List<LeaseStore.Draft>> asks) {
    return await(world.db.write(acme.id, tx -> new LeaseStore().grant(tx, asks))).granted();
  }

  private static LeaseStore.Draft draft(Secret secret, int version, Duration off) {
    TenantId tenant = acme.id;
    Keyring keyring = await(world.keyrings.of(tenant));
    Instant issued = Instant.parse(world.row(NOW)).plus(off);
    Lease lease =
        Lease.onAll(
            new LeaseId(world.ids.ordered()),
            secret.id(),
            version,
            acme.someone,
            Optional.empty(),
            Optional.empty(),
            LeaseTerms.granted(issued, Optional.empty(), World.LEASE_LIMITS));
    return new LeaseStore.Draft(
        tenant,
        lease,
        keyring.mac(lease.canonical(tenant)),
        secret.name().text(),
        world.ids.ordered(),
        world.ids.ordered(),
        "",
        acme.someone.toString(),
        Optional.empty());
  }

  private static final String NOW =
      "SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')";

  private static Secret stored() {
    return acme.create(acme.demo, "stale-" + ++names, Canary.value());
  }
}
