package io.hushbus.secret;

import io.hushbus.model.Failure;
import java.util.OptionalLong;

/**
 * What a writer says the thing must be like (RFC 9110 §13).
 *
 * @param ifMatch the number in the ETag of {@code If-Match}: of the version, or of the metadata
 *     sequence on {@code /metadata}
 * @param ifNoneMatchAny {@code If-None-Match: *}: create only
 */
public record Preconditions(OptionalLong ifMatch, boolean ifNoneMatchAny) {

  public static final Preconditions NONE = new Preconditions(OptionalLong.empty(), false);

  /**
   * @throws Failure.PreconditionFailed if the thing is not at the number asked for, or exists and
   *     must not
   * @throws Failure.PreconditionRequired if the secret may only be changed under If-Match
   */
  void check(Secret head, long actual) {
    if (ifNoneMatchAny || (ifMatch.isPresent() && ifMatch.getAsLong() != actual)) {
      throw Failure.preconditionFailed();
    }
    if (head.casRequired() && ifMatch.isEmpty()) {
      throw Failure.preconditionRequired();
    }
  }

  /**
   * Nothing, if the write of a head has {@code won}.
   *
   * @throws Failure.PreconditionFailed or {@link Failure.Conflict} if somebody else was faster
   */
  Void unlessRaced(boolean won) {
    if (!won) {
      throw lostRace();
    }
    return null;
  }

  /**
   * A lost race is the writer's own precondition failing, if it had one; else it may be tried
   * again.
   */
  private Failure lostRace() {
    return ifMatch.isPresent()
        ? Failure.preconditionFailed()
        : Failure.conflict(Failure.Reason.CONCURRENT_CHANGE);
  }
}
