package io.hushbus.secret;

import io.hushbus.crypto.Keyring;
import io.hushbus.db.Tx;
import io.hushbus.model.Tally;
import io.vertx.core.Future;
import java.util.UUID;

/** Ends leases that were come to by an adoption; implemented by those who know leases. */
public interface AdopterLeases {

  /**
   * Revokes every live lease under an adoption that ends here; gives how many there were, as
   * counted.
   */
  Future<Tally> revoke(Tx tx, Keyring keyring, UUID adoption);
}
