package io.hushbus;

import static io.hushbus.support.World.await;
import static io.hushbus.support.World.failure;
import static io.hushbus.support.World.settled;
import static org.assertj.core.api.Assertions.assertThat;

import io.hushbus.lease.LeaseGrants;
import io.hushbus.lease.LeasedSecret;
import io.hushbus.model.Action;
import io.hushbus.model.Failure;
import io.hushbus.model.LeaseId;
import io.hushbus.model.Once;
import io.hushbus.model.Principal;
import io.hushbus.model.SecretName;
import io.hushbus.secret.MetadataEdit;
import io.hushbus.secret.Preconditions;
import io.hushbus.support.Canary;
import io.hushbus.support.TenantWorld;
import io.hushbus.support.World;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** G9: under one Idempotency-Key a request is granted once, however often it is sent. */
final class G9IdempotentGrantsIT {

  private static World world;
  private static TenantWorld acme;

  @BeforeAll
  static void start() {
    world = World.fresh();
    acme = world.tenant("acme");
    acme.create(acme.demo, "shared", Canary.value());
  }

  @AfterAll
  static void stop() {
    world.close();
  }

  @Test
  void the_same_request_again_gives_the_same_leases_and_values() {
    var first = await(once("again", 1, "shared"));
    var second = await(once("again", 1, "shared"));
    assertThat(ids(second)).isEqualTo(ids(first));
    assertThat(TenantWorld.value(second.getFirst())).isEqualTo(TenantWorld.value(first.getFirst()));
  }

  @Test
  void a_replay_stays_on_its_version() {
    acme.create(acme.demo, "moving", Canary.value());
    await(once("moving", 1, "moving"));
    acme.replace(acme.demo, "moving", Canary.value());
    assertThat(await(once("moving", 1, "moving")).getFirst().lease().version()).isEqualTo(1);
  }

  @Test
  void another_body_under_the_key_is_refused() {
    await(once("other-body", 1, "shared"));
    assertThat(failure(once("other-body", 2, "shared"))).isInstanceOf(Failure.Unprocessable.class);
  }

  @Test
  void of_twenty_at_once_on_two_nodes_one_lease_is_made() {
    long before = leases();
    try (World other = world.anotherNode()) {
      List<Future<List<LeasedSecret>>> all =
          settled(
              IntStream.range(0, 20)
                  .mapToObj(
                      i -> once(i % 2 == 0 ? world : other, acme.someone, "twenty", 1, "shared"))
                  .toList());
      assertThat(all.stream().filter(Future::succeeded).map(one -> ids(one.result())).distinct())
          .hasSize(1)
          .containsExactly(ids(await(once("twenty", 1, "shared"))));
      all.stream().filter(Future::failed).forEach(G9IdempotentGrantsIT::toldToComeBack);
    }
    assertThat(leases()).isEqualTo(before + 1);
  }

  @Test
  void of_two_bodies_at_once_on_two_nodes_one_is_granted_and_the_other_never() {
    long before = leases();
    try (World other = world.anotherNode()) {
      settled(
          IntStream.range(0, 20)
              .mapToObj(
                  i ->
                      once(
                          i % 2 == 0 ? world : other,
                          acme.someone,
                          "two bodies",
                          i % 4 < 2 ? 1 : 2,
                          "shared"))
              .toList());
    }
    assertThat(leases()).isEqualTo(before + 1);
    assertThat(
            settled(List.of(once("two bodies", 1, "shared"), once("two bodies", 2, "shared")))
                .stream()
                .filter(Future::failed)
                .map(Future::cause))
        .singleElement()
        .isInstanceOf(Failure.Unprocessable.class);
    assertThat(leases()).isEqualTo(before + 1);
  }

  private static long leases() {
    return Long.parseLong(world.row("SELECT count(*) FROM lease"));
  }

  @Test
  void a_replay_is_answered_where_nothing_new_could_be_granted() {
    acme.create(acme.demo, "renamed", Canary.value());
    LeaseId lease = await(once("renamed", 1, "renamed")).getFirst().lease().id();
    await(
        world.edits.edit(
            acme.grant(Action.SECRET_CHANGE, acme.demo),
            acme.demo,
            new SecretName("renamed"),
            new MetadataEdit(
                Optional.of(new SecretName("hidden")),
                Optional.empty(),
                Map.of(),
                Optional.empty(),
                Optional.empty()),
            Preconditions.NONE));
    var again = await(once("renamed", 1, "renamed"));
    assertThat(ids(again)).containsExactly(lease);
    assertThat(failure(once("renamed", 2, "renamed"))).isInstanceOf(Failure.Unprocessable.class);
    assertThat(failure(once("renamed too", 1, "renamed"))).isInstanceOf(Failure.Missing.class);
  }

  /** Nobody waits for a request that is at work under the same key. */
  private static void toldToComeBack(Future<?> met) {
    assertThat(met.cause())
        .isInstanceOfSatisfying(
            Failure.Conflict.class,
            at -> assertThat(at.reason()).isEqualTo(Failure.Reason.KEY_IN_FLIGHT));
  }

  @Test
  void a_replay_after_the_end_of_the_lease_says_gone() {
    LeaseId lease = await(once("ended", 1, "shared")).getFirst().lease().id();
    await(world.leases.revoke(acme.grant(Action.LEASE_REVOKE), lease));
    assertThat(failure(once("ended", 1, "shared"))).isInstanceOf(Failure.Gone.class);
  }

  @Test
  void a_replay_after_the_end_of_the_secret_says_gone_too() {
    acme.create(acme.demo, "ending", Canary.value());
    LeaseId lease = await(once("ending", 1, "ending")).getFirst().lease().id();
    await(world.leases.revoke(acme.grant(Action.LEASE_REVOKE), lease));
    acme.delete(acme.demo, "ending");
    assertThat(failure(once("ending", 1, "ending"))).isInstanceOf(Failure.Gone.class);
  }

  @Test
  void a_request_that_failed_leaves_the_key_free() {
    assertThat(failure(once("early", 1, "not-yet"))).isInstanceOf(Failure.Missing.class);
    acme.create(acme.demo, "not-yet", Canary.value());
    assertThat(await(once("early", 1, "not-yet"))).hasSize(1);
  }

  @Test
  void principals_do_not_share_keys() {
    var mine = await(once("mine", 1, "shared"));
    var theirs = await(once(world, acme.principal(), "mine", 1, "shared"));
    assertThat(ids(theirs)).isNotEqualTo(ids(mine));
  }

  @Test
  void a_key_means_something_new_after_a_day() {
    var first = await(once("yesterday", 1, "shared"));
    world.asOwner("UPDATE idempotency SET created_at = created_at - interval '25 hours'");
    assertThat(ids(await(once("yesterday", 2, "shared")))).isNotEqualTo(ids(first));
  }

  @Test
  void neither_the_key_nor_the_body_is_stored() {
    await(once("find-me-if-you-can", 1, "shared"));
    assertThat(
            world.rows(
                "SELECT 1 FROM idempotency WHERE position('find-me-if-you-can' in"
                    + " encode(key_mac, 'escape') || encode(body_mac, 'escape')) > 0"
                    + " OR body_mac = decode(repeat('01', 32), 'hex')"))
        .isEmpty();
  }

  @Test
  void only_the_first_grant_is_not_a_replay() {
    assertThat(await(granted(world, acme.someone, "first", 1, "shared")).replayed()).isFalse();
    assertThat(await(granted(world, acme.someone, "first", 1, "shared")).replayed()).isTrue();
  }

  private static Future<List<LeasedSecret>> once(String key, int body, String... secrets) {
    return once(world, acme.someone, key, body, secrets);
  }

  private static Future<List<LeasedSecret>> once(
      World node, Principal principal, String key, int body, String... secrets) {
    return granted(node, principal, key, body, secrets).map(LeaseGrants.Granted::leases);
  }

  private static Future<LeaseGrants.Granted> granted(
      World node, Principal principal, String key, int body, String... secrets) {
    byte[] digest = new byte[32];
    java.util.Arrays.fill(digest, (byte) body);
    return node.grants.grantOnce(
        acme.grant(principal, Action.LEASE_GRANT),
        TenantWorld.ask(acme.demo, Optional.empty(), secrets),
        new Once(key, digest));
  }

  private static List<LeaseId> ids(List<LeasedSecret> leased) {
    return leased.stream().map(one -> one.lease().id()).toList();
  }
}
