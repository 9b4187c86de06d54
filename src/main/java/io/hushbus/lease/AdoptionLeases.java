package io.hushbus.lease;

import io.hushbus.crypto.Keyring;
import io.hushbus.db.Tx;
import io.hushbus.model.Tally;
import io.hushbus.model.Uuids;
import io.hushbus.secret.AdopterLeases;
import io.vertx.core.Future;
import java.util.UUID;

/** Ends the leases under an adoption that has ended, in its transaction. */
public final class AdoptionLeases implements AdopterLeases {

  private final Revocations revocations;

  public AdoptionLeases(Uuids ids, LeaseMeters meters) {
    this.revocations = new Revocations(ids, meters);
  }

  @Override
  public Future<Tally> revoke(Tx tx, Keyring keyring, UUID adoption) {
    return revocations.mark(tx, keyring, Revocation.Selector.ofAdoption(adoption), "adoption");
  }
}
