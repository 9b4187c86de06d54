package io.hushbus.lease;

import io.hushbus.model.Payload;
import io.hushbus.model.SecretName;
import io.hushbus.secret.Secret;
import java.util.Optional;

/**
 * A lease together with what it is for. Lives from the crypto pool to the socket and nowhere else;
 * whoever writes it closes it.
 *
 * @param name what the secret is called where it was asked for, which an adopter chooses itself
 * @param limit what made the lease shorter than was asked for, if anything did
 */
public record LeasedSecret(
    Lease lease, Secret secret, SecretName name, Payload payload, Optional<LeaseLimit> limit)
    implements AutoCloseable {

  LeasedSecret(Lease lease, Secret secret, SecretName name, Payload payload) {
    this(lease, secret, name, payload, Optional.empty());
  }

  LeasedSecret cut(Optional<LeaseLimit> by) {
    return new LeasedSecret(lease, secret, name, payload, by);
  }

  @Override
  public void close() {
    payload.close();
  }
}
