package io.hushbus.rotation;

import io.hushbus.crypto.Keyring;
import io.hushbus.db.Tx;
import io.hushbus.lease.Lease;
import io.hushbus.lease.LeaseMoves;
import io.vertx.core.Future;

/** Gives a version that waits to be promoted to those whose turn it is. */
public final class StagedVersions implements LeaseMoves.Newest {

  @Override
  public Future<Integer> of(Tx tx, Keyring keyring, Lease lease, int current) {
    return new RotationStore(keyring)
        .goingOn(tx, lease.secret())
        .map(found -> found.filter(rotation -> waitsFor(rotation, lease)))
        .map(staged -> staged.map(Rotation::to).orElse(current));
  }

  private static boolean waitsFor(Rotation rotation, Lease lease) {
    return rotation.phase() == Phase.STAGED
        && rotation
            .staging()
            .part(rotation.stage(), rotation.id())
            .includes(lease.id(), lease.run());
  }
}
