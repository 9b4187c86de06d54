package io.hushbus.access;

import io.hushbus.model.SecretValue;
import java.util.Optional;

/**
 * A key that was just made.
 *
 * @param shown the key itself, for the one answer that shows it; empty when the request that made
 *     it was only sent again
 */
public record NewKey(AccountKey facts, Optional<SecretValue> shown) {

  NewKey(AccountKey facts, SecretValue key) {
    this(facts, Optional.of(key));
  }

  /** A key that is shown no more. */
  static NewKey hidden(AccountKey facts) {
    return new NewKey(facts, Optional.empty());
  }

  /** The key itself, for whoever has just made it. */
  public SecretValue key() {
    return shown.orElseThrow();
  }
}
