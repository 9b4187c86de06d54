package io.hushbus.lease;

import io.hushbus.model.Payload;
import io.hushbus.model.SecretName;
import io.hushbus.secret.Secret;

/**
 * A lease together with what it is for. Lives from the crypto pool to the socket and nowhere else;
 * whoever writes it closes it.
 *
 * @param name what the secret is called where it was asked for, which an adopter chooses itself
 */
public record LeasedSecret(Lease lease, Secret secret, SecretName name, Payload payload)
    implements AutoCloseable {

  @Override
  public void close() {
    payload.close();
  }
}
