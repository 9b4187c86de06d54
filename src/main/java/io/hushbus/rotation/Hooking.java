package io.hushbus.rotation;

import io.hushbus.crypto.Canonical;
import io.hushbus.model.SecretId;
import io.hushbus.model.TenantId;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/**
 * Where a hook stands with one rotation that it brings.
 *
 * @param id the same in every call for it
 * @param rotation once it has begun
 * @param version that came by it, once there is one
 */
record Hooking(
    UUID id,
    SecretId secret,
    Step step,
    Optional<UUID> rotation,
    Optional<Integer> version,
    Instant startedAt) {

  /** What a hook is asked for, in order. */
  enum Step {
    /** Make a new credential and give it; then say whether it works. */
    CREATE,
    /** The new one is the current version. */
    FINISH,
    /** Nobody holds the old one any more. */
    REVOKE,
    DONE,
    FAILED;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    static Step of(String word) {
      return valueOf(word.toUpperCase(Locale.ROOT));
    }
  }

  /** What the row's MAC covers: all but when it is looked at next and how often it failed. */
  Canonical canonical(TenantId tenant) {
    return Canonical.of("rotation-hook/1")
        .id(tenant.value())
        .id(id)
        .id(secret.value())
        .text(step.word())
        .id(rotation.orElse(null))
        .number(version.map(Integer::longValue).orElse(null))
        .time(startedAt);
  }

  /** The same, one step on. */
  Hooking at(Step next) {
    return new Hooking(id, secret, next, rotation, version, startedAt);
  }

  /** The same, once its value is {@code number}. */
  Hooking brought(UUID by, int number) {
    return new Hooking(id, secret, Step.FINISH, Optional.of(by), Optional.of(number), startedAt);
  }
}
