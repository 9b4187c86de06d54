package io.hushbus.secret;

import io.hushbus.model.SecretName;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a metadata change asks for; what is empty stays as it is.
 *
 * @param labels as a JSON merge patch (RFC 7396): a text sets a label, an empty one removes it, and
 *     labels that are not named stay
 */
public record MetadataEdit(
    Optional<SecretName> name,
    Optional<String> description,
    Map<String, Optional<String>> labels,
    Optional<Integer> maxVersions,
    Optional<Boolean> casRequired,
    Optional<Duration> longestLease) {

  /** Of {@code longestLease}: as for all from now on. */
  public static final Duration AS_FOR_ALL = Duration.ZERO;

  /** Refuses, as {@link io.hushbus.model.Failure.Invalid}, what is over the limits. */
  public MetadataEdit {
    MetadataLimits limits = new MetadataLimits();
    description.ifPresent(limits::description);
    labels = Map.copyOf(labels);
    limits.labels(set(labels));
    maxVersions.ifPresent(limits::maxVersions);
    longestLease.filter(longest -> !longest.equals(AS_FOR_ALL)).ifPresent(limits::longestLease);
    limits.enforce();
  }

  /** One that says nothing of how long leases last. */
  public MetadataEdit(
      Optional<SecretName> name,
      Optional<String> description,
      Map<String, Optional<String>> labels,
      Optional<Integer> maxVersions,
      Optional<Boolean> casRequired) {
    this(name, description, labels, maxVersions, casRequired, Optional.empty());
  }

  Optional<Duration> longestLeaseAfter(Optional<Duration> before) {
    return longestLease.isEmpty()
        ? before
        : longestLease.filter(longest -> !longest.equals(AS_FOR_ALL));
  }

  /**
   * The labels after the change.
   *
   * @throws io.hushbus.model.Failure.Invalid if they would be too many
   */
  Map<String, String> appliedTo(Map<String, String> before) {
    Map<String, String> after = new HashMap<>(before);
    after.keySet().removeAll(labels.keySet());
    after.putAll(set(labels));
    new MetadataLimits().labels(after).enforce();
    return after;
  }

  private static Map<String, String> set(Map<String, Optional<String>> labels) {
    return labels.entrySet().stream()
        .filter(label -> label.getValue().isPresent())
        .collect(Collectors.toMap(Map.Entry::getKey, label -> label.getValue().orElseThrow()));
  }
}
