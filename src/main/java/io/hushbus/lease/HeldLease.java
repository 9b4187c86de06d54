package io.hushbus.lease;

import io.hushbus.event.EventType;
import io.hushbus.model.LeaseId;
import io.hushbus.model.RunId;
import io.hushbus.model.SecretId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A lease as what decides which notices are for its holder.
 *
 * @param oldest the lowest version that it holds
 * @param newest the highest one
 * @param until when it ends, or has ended
 */
public record HeldLease(
    LeaseId id,
    SecretId secret,
    int oldest,
    int newest,
    Optional<RunId> run,
    Optional<UUID> adoption,
    Instant until) {

  /** What ends a lease is told after it: so long its holder hears of the secret. */
  private static final Duration AFTERWARDS = Duration.ofMinutes(1);

  static HeldLease of(LeaseRows.Stored stored) {
    Lease lease = stored.lease();
    Instant until =
        Stream.of(
                Optional.of(lease.terms().expiresAt()),
                stored.ends().revoked(),
                stored.ends().over())
            .flatMap(Optional::stream)
            .min(Instant::compareTo)
            .orElseThrow();
    return new HeldLease(
        lease.id(),
        lease.secret(),
        lease.applied(),
        lease.version(),
        lease.run(),
        lease.adoption(),
        until);
  }

  /**
   * Whether a notice about the secret is for the holder: not what is told of other leases, in other
   * projects that adopted it, or to another wave.
   *
   * @param data of the notice
   */
  public boolean isTold(String type, Instant at, Map<String, Object> data) {
    if (at.isAfter(until.plus(AFTERWARDS))) {
      return false;
    }
    if (type.equals(EventType.SECRET_VERSION_STAGED.word())) {
      return isInWave(data);
    }
    return type.equals(EventType.LEASE_REVOKED.word()) ? isRevokedBy(data) : isHere(data);
  }

  /** In the first wave with the version: as its holders are chosen. */
  private boolean isInWave(Map<String, Object> data) {
    return data.get("rotation") instanceof String rotation
        && data.get("share") instanceof Integer share
        && Holders.Part.of(
                ids(data.get("runs")), ids(data.get("leases")), UUID.fromString(rotation), share)
            .includes(id, run);
  }

  /** All on the secret, or on one of its versions, are so in whatever project they were got. */
  private boolean isRevokedBy(Map<String, Object> data) {
    if (data.get("selector") instanceof Map<?, ?> of && of.containsKey("secret_id")) {
      return !(of.get("version") instanceof Integer version)
          || (oldest <= version && version <= newest);
    }
    String own = id.toString();
    if (data.containsKey("lease_id")) {
      return own.equals(data.get("lease_id"));
    }
    return data.containsKey("leases")
        ? list(data.get("leases"))
            .anyMatch(one -> one instanceof Map<?, ?> lease && own.equals(lease.get("lease_id")))
        : isHere(data);
  }

  private boolean isHere(Map<String, Object> data) {
    return adoption
        .<Object>map(UUID::toString)
        .equals(Optional.ofNullable(data.get("adoption_id")));
  }

  private static Set<UUID> ids(@Nullable Object texts) {
    return list(texts).map(text -> UUID.fromString((String) text)).collect(Collectors.toSet());
  }

  private static Stream<?> list(@Nullable Object some) {
    return some instanceof List<?> all ? all.stream() : Stream.of();
  }
}
