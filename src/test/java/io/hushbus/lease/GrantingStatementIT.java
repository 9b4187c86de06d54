package io.hushbus.lease;

import static io.hushbus.support.World.await;
import static io.hushbus.support.World.failure;
import static org.assertj.core.api.Assertions.assertThat;

import io.hushbus.crypto.Keyring;
import io.hushbus.event.Idempotency;
import io.hushbus.lease.GrantStore.Became;
import io.hushbus.model.Failure;
import io.hushbus.model.LeaseId;
import io.hushbus.model.Once;
import io.hushbus.model.TenantId;
import io.hushbus.secret.Secret;
import io.hushbus.support.Canary;
import io.hushbus.support.TenantWorld;
import io.hushbus.support.World;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
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
                new GrantStore()
                    .grant(tx, List.of(GrantStore.Ask.of(List.of(draft))))
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

  @Test
  void g9_of_two_under_one_key_in_a_batch_the_first_is_granted_alone() {
    Secret secret = stored();
    var first = draft(secret, 1, Duration.ZERO);
    var other = draft(secret, 1, Duration.ZERO);
    assertThat(
            became(
                under("twice", 1, first, other),
                under("twice", 2, draft(secret, 1, Duration.ZERO)),
                under("once", 1, draft(secret, 1, Duration.ZERO)),
                GrantStore.Ask.of(List.of(draft(secret, 1, Duration.ZERO)))))
        .containsExactly(Became.GRANTED, Became.TAKEN, Became.GRANTED, Became.GRANTED);
    assertThat(leases(secret)).isEqualTo("4");
    assertThat(await(made("twice", 1)).orElseThrow())
        .containsExactly(first.lease().id().value(), other.lease().id().value());
    assertThat(failure(made("twice", 2))).isInstanceOf(Failure.Unprocessable.class);
    assertThat(became(under("twice", 1, draft(secret, 1, Duration.ZERO))))
        .containsExactly(Became.TAKEN);
    assertThat(leases(secret)).isEqualTo("4");
  }

  @Test
  void g9_an_ask_that_does_not_hold_leaves_its_key_free() {
    Secret secret = stored();
    var good = draft(secret, 1, Duration.ZERO);
    var stale = draft(secret, 1, Duration.ofSeconds(-30));
    assertThat(became(under("free", 1, good, stale), under("free", 1, good)))
        .containsExactly(Became.RACED, Became.GRANTED);
    assertThat(became(under("free too", 1, good, stale))).containsExactly(Became.RACED);
    assertThat(await(made("free too", 1))).isEmpty();
  }

  @Test
  void g9_who_is_at_work_under_a_key_is_not_waited_for_and_counts_once_committed() {
    Secret secret = stored();
    Promise<Void> claimed = Promise.promise();
    Promise<Void> mayCommit = Promise.promise();
    var first =
        world.db.write(
            acme.id,
            tx ->
                world
                    .idempotency
                    .claim(tx, claim("slow", 1))
                    .onSuccess(done -> claimed.complete())
                    .compose(done -> mayCommit.future()));
    await(claimed.future());
    assertThat(
            became(
                under("slow", 1, draft(secret, 1, Duration.ZERO)),
                GrantStore.Ask.of(List.of(draft(secret, 1, Duration.ZERO)))))
        .containsExactly(Became.TAKEN, Became.GRANTED);
    mayCommit.complete();
    await(first);
    assertThat(became(under("slow", 1, draft(secret, 1, Duration.ZERO))))
        .containsExactly(Became.TAKEN);
    assertThat(leases(secret)).isEqualTo("1");
  }

  /**
   * A statement that began before a key was committed cannot see it: whether it is claimed, only
   * the claim says.
   */
  @Test
  void g9_a_key_that_was_committed_since_the_statement_began_is_taken() throws SQLException {
    Secret secret = stored();
    try (var connection = world.database.owner();
        var statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute(
          "INSERT INTO idempotency (tenant_id, principal, key_mac, body_mac) VALUES ('"
              + acme.id
              + "', '"
              + acme.someone
              + "', decode('"
              + HexFormat.of().formatHex(claim("meanwhile", 1).keyMac().getBytes())
              + "', 'hex'), '\\x00')");
      List<GrantStore.Ask> asks = List.of(under("meanwhile", 1, draft(secret, 1, Duration.ZERO)));
      var meeting = world.db.write(acme.id, tx -> new GrantStore().grant(tx, asks));
      Awaitility.await("it meets the row").until(() -> world.database.isWaitedIn());
      connection.commit();
      assertThat(await(meeting).became()).containsExactly(Became.TAKEN);
    }
    assertThat(leases(secret)).isEqualTo("0");
  }

  @Test
  void g9_a_key_of_yesterday_is_claimed_anew() {
    Secret secret = stored();
    assertThat(became(under("old", 1, draft(secret, 1, Duration.ZERO))))
        .containsExactly(Became.GRANTED);
    world.asOwner("UPDATE idempotency SET created_at = created_at - interval '25 hours'");
    var next = draft(secret, 1, Duration.ZERO);
    assertThat(became(under("old", 2, next))).containsExactly(Became.GRANTED);
    assertThat(await(made("old", 2)).orElseThrow()).containsExactly(next.lease().id().value());
  }

  private static String leases(Secret secret) {
    return world.row("SELECT count(*) FROM lease WHERE secret_id = '" + secret.id() + "'");
  }

  private static Idempotency.Claim claim(String key, int body) {
    byte[] digest = new byte[32];
    digest[0] = (byte) body;
    return world.idempotency.claim(acme.id, acme.someone, new Once(key, digest));
  }

  private static Future<Optional<List<UUID>>> made(String key, int body) {
    return world.db.read(acme.id, tx -> world.idempotency.made(tx, claim(key, body)));
  }

  private static GrantStore.Ask under(String key, int body, GrantStore.Draft... drafts) {
    return new GrantStore.Ask(List.of(drafts), Optional.of(claim(key, body)));
  }

  private static List<Became> became(GrantStore.Ask... asks) {
    return await(world.db.write(acme.id, tx -> new GrantStore().grant(tx, List.of(asks)))).became();
  }

  private static List<Boolean> granted(GrantStore.Draft draft) {
    return granted(List.of(List.of(draft)));
  }

  private static List<Boolean> granted(List<List<GrantStore.Draft>> asks) {
    return Stream.of(became(asks.stream().map(GrantStore.Ask::of).toArray(GrantStore.Ask[]::new)))
        .flatMap(List::stream)
        .map(Became.GRANTED::equals)
        .toList();
  }

  private static GrantStore.Draft draft(Secret secret, int version, Duration off) {
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
    return new GrantStore.Draft(
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
