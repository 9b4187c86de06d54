package io.hushbus.tenant;

import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * One generation of a tenant's key, as the operator sees it: nothing of the key itself.
 *
 * @param rootKeyId which root key wraps it
 * @param seals how many encryptions have been set aside for it, in blocks, ahead of use
 * @param versions how many versions of secrets it protects
 */
public record KeyStatus(
    int generation,
    String rootKeyId,
    boolean primary,
    long seals,
    long versions,
    Instant createdAt,
    Optional<Instant> supersededAt,
    Optional<Instant> retiredAt) {

  /** A generation is used for new work, then emptied, then kept for the sake of backups. */
  public enum State {
    PRIMARY,
    DRAINING,
    RETIRED;

    /** The word used in answers. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public State state() {
    if (primary) {
      return State.PRIMARY;
    }
    return retiredAt.isPresent() ? State.RETIRED : State.DRAINING;
  }
}
