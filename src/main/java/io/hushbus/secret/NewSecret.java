package io.hushbus.secret;

import io.hushbus.model.SecretName;
import io.hushbus.model.SecretType;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a caller wants created, beside the value.
 *
 * @param maxVersions empty: the configured default
 * @param longestLease for how long a lease on it can be held, if it is not as for all
 */
public record NewSecret(
    SecretName name,
    SecretType type,
    String description,
    Map<String, String> labels,
    OptionalInt maxVersions,
    boolean casRequired,
    Optional<Duration> longestLease) {

  /** Refuses, as {@link io.hushbus.model.Failure.Invalid}, what is over the limits. */
  public NewSecret {
    labels = Map.copyOf(labels);
    MetadataLimits limits = new MetadataLimits().description(description).labels(labels);
    maxVersions.ifPresent(limits::maxVersions);
    longestLease.ifPresent(limits::longestLease);
    limits.enforce();
  }

  /** One that says nothing of how long leases last. */
  public NewSecret(
      SecretName name,
      SecretType type,
      String description,
      Map<String, String> labels,
      OptionalInt maxVersions,
      boolean casRequired) {
    this(name, type, description, labels, maxVersions, casRequired, Optional.empty());
  }
}
