package io.hushbus.lease;

import io.hushbus.model.EntryName;
import io.hushbus.model.Failure;
import io.hushbus.model.Scope;
import io.hushbus.model.SecretName;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a task at {@code scope} asks to hold.
 *
 * @param ttl for how long; empty: the configured default. A longer one than allowed is shortened,
 *     and the answer says so
 */
public record LeaseAsk(Scope scope, List<Wanted> secrets, Optional<Duration> ttl) {

  /** The most secrets in one request. */
  public static final int MOST_SECRETS = 64;

  /** One secret by name, all of it or one entry. */
  public record Wanted(SecretName name, Optional<EntryName> entry) {}

  /** Refuses none and more than {@link #MOST_SECRETS}. */
  public LeaseAsk {
    if (secrets.isEmpty() || secrets.size() > MOST_SECRETS) {
      throw Failure.invalid("/secrets", Failure.Code.OUT_OF_RANGE);
    }
    secrets = List.copyOf(secrets);
  }
}
