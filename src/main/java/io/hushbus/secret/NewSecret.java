package io.hushbus.secret;

import io.hushbus.model.SecretName;
import io.hushbus.model.SecretType;
import java.util.Map;
import java.util.OptionalInt;

/**
 * What a caller wants created, beside the value.
 *
 * @param maxVersions empty: the configured default
 */
public record NewSecret(
    SecretName name,
    SecretType type,
    String description,
    Map<String, String> labels,
    OptionalInt maxVersions,
    boolean casRequired) {

  /** Refuses, as {@link io.hushbus.model.Failure.Invalid}, what is over the limits. */
  public NewSecret {
    labels = Map.copyOf(labels);
    MetadataLimits limits = new MetadataLimits().description(description).labels(labels);
    maxVersions.ifPresent(limits::maxVersions);
    limits.enforce();
  }
}
