package io.hushbus.secret;

import io.hushbus.crypto.Keyring;
import io.hushbus.db.Tx;
import io.vertx.core.Future;
import java.util.UUID;

/** Ends leases that were come to by an adoption; implemented by those who know leases. */
public interface AdopterLeases {

  /**
   * Revokes live leases under an adoption that has ended, in this transaction or before.
   *
   * @param most how many at most
   * @return how many there were; fewer than {@code most}: there are no others
   */
  Future<Integer> revoke(Tx tx, Keyring keyring, UUID adoption, int most);
}
