package io.hushbus.secret;

import io.hushbus.crypto.Canonical;
import io.hushbus.model.EntryName;
import io.hushbus.model.Scope;
import io.hushbus.model.SecretId;
import io.hushbus.model.SecretName;
import io.hushbus.model.SecretType;
import io.hushbus.model.TenantId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/**
 * The head of a secret: everything about it but its values.
 *
 * @param entryNames the names of the entries of the current version, in order
 * @param nextVersion the number that the next version gets; only grows
 * @param longestLease for how long a lease on it can be held, if it is not as for all
 * @param metaSeq raised by one with every change of the head
 * @param deletedAt when it went to the trash
 * @param origin what it was cloned from
 * @param rotation the newest one, by which it came to its newest version; none while it has one
 *     version
 */
public record Secret(
    SecretId id,
    Scope scope,
    SecretName name,
    SecretType type,
    String description,
    Map<String, String> labels,
    List<EntryName> entryNames,
    int currentVersion,
    int nextVersion,
    int maxVersions,
    boolean casRequired,
    Optional<Duration> longestLease,
    long metaSeq,
    String createdBy,
    Instant createdAt,
    Instant updatedAt,
    Optional<Instant> deletedAt,
    Optional<Origin> origin,
    Optional<UUID> rotation) {

  /** A version of another secret. That it is named here binds neither of the two. */
  public record Origin(SecretId secret, int version) {}

  public Secret {
    labels = Map.copyOf(labels);
    entryNames = List.copyOf(entryNames);
  }

  /**
   * What the row's MAC covers: all that decides which value is handed out, to whom it belongs, and
   * where it is found.
   */
  Canonical canonical(TenantId tenant) {
    Canonical row =
        Canonical.of("secret/1")
            .id(tenant.value())
            .id(id.value())
            .id(Places.project(scope))
            .id(Places.domain(scope))
            .text(name.text())
            .text(type.word())
            .number(currentVersion)
            .number(nextVersion)
            .number(maxVersions)
            .flag(casRequired)
            .number(metaSeq)
            .number(deletedAt.map(Instant::toEpochMilli).orElse(-1L))
            .id(rotation.orElse(null))
            .number(labels.size());
    new TreeMap<>(labels).forEach((key, value) -> row.text(key).text(value));
    longestLease.ifPresent(longest -> row.number(longest.toSeconds()));
    return row;
  }

  /** The head after its payload was replaced by the next version, in that rotation. */
  Secret advanced(List<EntryName> entries, UUID next, Instant now) {
    return turned(entries, nextVersion, nextVersion + 1, next, now);
  }

  /** The head with a next version that waits to be promoted. */
  Secret staged(UUID next, Instant now) {
    return turned(entryNames, currentVersion, nextVersion + 1, next, now);
  }

  /** The head once {@code version}, which waited, is the current one. */
  Secret promoted(Version version, Instant now) {
    return turned(version.entryNames(), version.number(), nextVersion, rotation.orElseThrow(), now);
  }

  /** The same, told with an earlier turn than its newest. */
  Secret inRotation(UUID turn) {
    return new Secret(
        id,
        scope,
        name,
        type,
        description,
        labels,
        entryNames,
        currentVersion,
        nextVersion,
        maxVersions,
        casRequired,
        longestLease,
        metaSeq,
        createdBy,
        createdAt,
        updatedAt,
        deletedAt,
        origin,
        Optional.of(turn));
  }

  private Secret turned(
      List<EntryName> entries, int current, int following, UUID turn, Instant now) {
    return new Secret(
        id,
        scope,
        name,
        type,
        description,
        labels,
        entries,
        current,
        following,
        maxVersions,
        casRequired,
        longestLease,
        metaSeq + 1,
        createdBy,
        createdAt,
        now,
        deletedAt,
        origin,
        Optional.of(turn));
  }

  /**
   * The head after {@code edit}; {@code floor} is the highest number ever given under the (new)
   * name.
   */
  Secret edited(MetadataEdit edit, int floor, Instant now) {
    return new Secret(
        id,
        scope,
        edit.name().orElse(name),
        type,
        edit.description().orElse(description),
        edit.appliedTo(labels),
        entryNames,
        currentVersion,
        Math.max(nextVersion, floor + 1),
        edit.maxVersions().orElse(maxVersions),
        edit.casRequired().orElse(casRequired),
        edit.longestLeaseAfter(longestLease),
        metaSeq + 1,
        createdBy,
        createdAt,
        now,
        deletedAt,
        origin,
        rotation);
  }

  /**
   * The head out of the trash, under {@code as}; {@code floor} is the highest number ever given
   * under that name.
   */
  Secret restored(SecretName as, int floor, Instant now) {
    return new Secret(
        id,
        scope,
        as,
        type,
        description,
        labels,
        entryNames,
        currentVersion,
        Math.max(nextVersion, floor + 1),
        maxVersions,
        casRequired,
        longestLease,
        metaSeq + 1,
        createdBy,
        createdAt,
        now,
        Optional.empty(),
        origin,
        rotation);
  }

  /** The head in the trash. */
  Secret trashed(Instant now) {
    return new Secret(
        id,
        scope,
        name,
        type,
        description,
        labels,
        entryNames,
        currentVersion,
        nextVersion,
        maxVersions,
        casRequired,
        longestLease,
        metaSeq + 1,
        createdBy,
        createdAt,
        now,
        Optional.of(now),
        origin,
        rotation);
  }
}
