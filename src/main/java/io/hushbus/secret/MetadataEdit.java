package io.hushbus.secret;

import io.hushbus.model.SecretName;
import java.util.Map;
import java.util.Optional;

/**
 * What a metadata change asks for; what is empty stays as it is. Labels are replaced as a whole.
 */
public record MetadataEdit(
    Optional<SecretName> name,
    Optional<String> description,
    Optional<Map<String, String>> labels,
    Optional<Integer> maxVersions,
    Optional<Boolean> casRequired) {

  /** Refuses, as {@link io.hushbus.model.Failure.Invalid}, what is over the limits. */
  public MetadataEdit {
    MetadataLimits limits = new MetadataLimits();
    description.ifPresent(limits::description);
    labels.ifPresent(limits::labels);
    maxVersions.ifPresent(limits::maxVersions);
    limits.enforce();
  }
}
