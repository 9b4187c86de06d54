package io.hushbus.lease;

import io.hushbus.model.Payload;
import io.hushbus.secret.Secret;

/**
 * A lease together with what it is for. Lives from the crypto pool to the socket and nowhere else;
 * whoever writes it closes it.
 */
public record LeasedSecret(Lease lease, Secret secret, Payload payload) implements AutoCloseable {

  @Override
  public void close() {
    payload.close();
  }
}
