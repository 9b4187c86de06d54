package io.hushbus.rotation;

import static io.hushbus.support.World.await;

import io.hushbus.lease.Lease;
import io.hushbus.lease.LeaseMoves;
import io.hushbus.lease.LeasedSecret;
import io.hushbus.lease.Leases;
import io.hushbus.model.Action;
import io.hushbus.model.Failure;
import io.hushbus.model.LeaseId;
import io.hushbus.model.SecretName;
import io.hushbus.model.VersionState;
import io.hushbus.secret.Preconditions;
import io.hushbus.support.TenantWorld;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The shortest words for what tests of rotations do in the project demo of one tenant. */
final class Turns {

  final TenantWorld acme;
  private int names;

  Turns(TenantWorld acme) {
    this.acme = acme;
  }

  /** A new secret with one version. */
  String stored() {
    String name = "secret-" + ++names;
    acme.create(acme.demo, name, "one");
    return name;
  }

  LeaseId leased(String name) {
    try (LeasedSecret leased = acme.lease(acme.demo, name)) {
      return leased.lease().id();
    }
  }

  /** The version that a new lease is on. */
  int leasable(String name) {
    try (LeasedSecret leased = acme.lease(acme.demo, name)) {
      return leased.lease().version();
    }
  }

  /** Whether the holder may go on with its lease. */
  boolean holds(LeaseId lease) {
    try {
      await(
          acme.world.leases.renew(
              acme.grant(acme.someone, Action.LEASE_RENEW), lease, Optional.empty()));
      return true;
    } catch (Failure.Gone over) {
      return false;
    }
  }

  Leases.View lease(LeaseId lease) {
    return await(acme.world.leases.get(acme.grant(Action.LEASE_READ), lease));
  }

  void end(LeaseId lease) {
    await(acme.world.leases.revoke(acme.grant(Action.LEASE_REVOKE), lease));
  }

  /** The holder takes the newest version that it may have; gives its number. */
  int advanced(LeaseId lease) {
    try (LeasedSecret leased =
        await(acme.world.moves.advance(acme.grant(acme.someone, Action.LEASE_RENEW), lease))) {
      return leased.lease().version();
    }
  }

  void says(LeaseId lease, int version, Lease.Ack.Status status) {
    await(
        acme.world.moves.acknowledge(
            acme.grant(acme.someone, Action.LEASE_RENEW),
            lease,
            new LeaseMoves.Saying(version, status, "", Optional.empty())));
  }

  /** The holder takes the newest version and has it in use. */
  void moves(LeaseId lease) {
    says(lease, advanced(lease), Lease.Ack.Status.APPLIED);
  }

  /** Changes the value; gives the rotation that this began. */
  UUID changed(String name, String value) {
    return acme.replace(acme.demo, name, value).rotation().orElseThrow();
  }

  Rotations.View drained(String name, String value, Duration grace) {
    return started(name, value, Strategy.DRAIN, grace);
  }

  Rotations.View started(String name, String value, Strategy strategy, Duration grace) {
    return await(
        acme.world.rotations.start(
            acme.grant(Action.ROTATION_START, acme.demo),
            acme.demo,
            new SecretName(name),
            TenantWorld.text(value),
            Preconditions.NONE,
            new Rotations.Wish(strategy, Optional.of(grace), Staging.NONE)));
  }

  /** A rotation whose new version waits until those of {@code staging} have taken it. */
  UUID staged(String name, String value, Staging staging) {
    return await(
            acme.world.rotations.start(
                acme.grant(Action.ROTATION_START, acme.demo),
                acme.demo,
                new SecretName(name),
                TenantWorld.text(value),
                Preconditions.NONE,
                new Rotations.Wish(Strategy.STAGED, Optional.of(Duration.ofHours(1)), staging)))
        .rotation()
        .id();
  }

  Rotations.View get(UUID rotation) {
    return await(
        acme.world.rotations.get(
            acme.grant(Action.ROTATION_READ), rotation, io.hushbus.lease.Holders.Place.START, 100));
  }

  Phase phase(UUID rotation) {
    return get(rotation).rotation().phase();
  }

  Rotations.View aborted(UUID rotation) {
    return await(acme.world.rotations.abort(acme.grant(Action.ROTATION_FORCE), rotation));
  }

  Rotations.View retiredNow(UUID rotation) {
    return await(acme.world.rotations.retireNow(acme.grant(Action.ROTATION_FORCE), rotation));
  }

  VersionState state(String name, int version) {
    return await(
            acme.world.secrets.version(
                acme.grant(Action.SECRET_READ_METADATA, acme.demo),
                acme.demo,
                new SecretName(name),
                version))
        .state();
  }

  /** Lets the loop do all that there is to do. */
  void rounds() {
    for (int i = 0; i < 20; i++) {
      if (await(acme.world.rounds.runOnce()) == 0 && i > 0) {
        return;
      }
      // A rotation that was looked at is left alone for a millisecond.
      acme.world.rows("SELECT pg_sleep(0.005)");
    }
  }

  List<String> told(String name) {
    return acme.world.rows(
        "SELECT replace(replace(type, 'io.hushbus.', ''), '.v1', '') FROM event"
            + " WHERE data->>'name' = '"
            + name
            + "' ORDER BY position");
  }
}
