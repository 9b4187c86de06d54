package io.hushbus.lease;

import io.hushbus.model.Payload;
import io.hushbus.model.SecretName;
import io.hushbus.secret.Secret;
import java.time.Instant;
import java.util.Optional;

/**
 * A lease together with what it is for. Lives from the crypto pool to the socket and nowhere else;
 * whoever writes it closes it.
 *
 * @param name what the secret is called where it was asked for, which an adopter chooses itself
 * @param at when it was handed out, by the database's clock; its terms may be older
 * @param limit what made the lease shorter than was asked for, if anything did
 */
public record LeasedSecret(
    Lease lease,
    Secret secret,
    SecretName name,
    Payload payload,
    Instant at,
    Optional<LeaseLimit> limit)
    implements AutoCloseable {

  LeasedSecret(Lease lease, Secret secret, SecretName name, Payload payload, Instant at) {
    this(lease, secret, name, payload, at, Optional.empty());
  }

  LeasedSecret cut(Optional<LeaseLimit> by) {
    return new LeasedSecret(lease, secret, name, payload, at, by);
  }

  @Override
  public void close() {
    payload.close();
  }
}
