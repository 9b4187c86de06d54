package io.hushbus.lease;

import static io.hushbus.support.World.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.hushbus.crypto.Keyring;
import io.hushbus.model.LeaseId;
import io.hushbus.secret.Secret;
import io.hushbus.support.Canary;
import io.hushbus.support.TenantWorld;
import io.hushbus.support.World;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What an account with many leases on a secret is found to hold of it. */
final class HeldLeasesIT {

  private static final int LOTS = 4;
  private static final int LEASES = 40;

  private static World world;
  private static TenantWorld acme;
  private static HeldLeases held;

  @BeforeAll
  static void start() {
    world = World.fresh();
    acme = world.tenant("acme");
    held = new HeldLeases(world.db, world.keyrings, world.vertx.getOrCreateContext());
  }

  @AfterAll
  static void stop() {
    world.close();
  }

  @Test
  void of_each_lot_an_account_is_found_to_hold_the_longest_lease_and_those_that_are_named() {
    Secret secret = acme.create(acme.demo, "held", Canary.value());
    List<Lease> leases = granted(secret);
    List<LeaseId> longest = leases.stream().limit(LOTS).map(Lease::id).toList();
    LeaseId named = leases.getLast().id();
    assertThat(ids(secret, Set.of())).containsExactlyInAnyOrderElementsOf(longest);
    assertThat(ids(secret, Set.of(named.value(), UUID.randomUUID())))
        .hasSize(LOTS + 1)
        .containsAll(longest)
        .contains(named);
  }

  private static List<LeaseId> ids(Secret secret, Set<UUID> named) {
    Set<UUID> secrets = Set.of(secret.id().value());
    return await(held.of(acme.id, acme.someone, secrets, named)).stream()
        .map(HeldLease::id)
        .toList();
  }

  /** Those of the first lots end last. */
  private static List<Lease> granted(Secret secret) {
    Keyring keyring = await(world.keyrings.of(acme.id));
    Instant now =
        Instant.parse(
            world.row(
                "SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC',"
                    + " 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')"));
    List<Lease> leases =
        IntStream.range(0, LEASES)
            .mapToObj(n -> lease(secret, n % LOTS, now.minus(Duration.ofMillis(n))))
            .toList();
    List<GrantStore.Draft> drafts =
        leases.stream().map(one -> draft(keyring, secret, one)).toList();
    GrantStore.Outcome done =
        await(
            world.db.write(
                acme.id, tx -> new GrantStore().grant(tx, List.of(GrantStore.Ask.of(drafts)))));
    assertThat(done.became()).containsExactly(GrantStore.Became.GRANTED);
    return leases;
  }

  private static Lease lease(Secret secret, int lot, Instant issued) {
    UUID id = world.ids.ordered();
    return Lease.onAll(
        new LeaseId(
            new UUID(id.getMostSignificantBits(), (id.getLeastSignificantBits() & ~0xFFL) | lot)),
        secret.id(),
        1,
        acme.someone,
        Optional.empty(),
        Optional.empty(),
        LeaseTerms.granted(issued, Optional.empty(), World.LEASE_LIMITS));
  }

  private static GrantStore.Draft draft(Keyring keyring, Secret secret, Lease lease) {
    return new GrantStore.Draft(
        acme.id,
        lease,
        keyring.mac(lease.canonical(acme.id)),
        secret.name().text(),
        world.ids.ordered(),
        world.ids.ordered(),
        "",
        acme.someone.toString(),
        Optional.empty());
  }
}
