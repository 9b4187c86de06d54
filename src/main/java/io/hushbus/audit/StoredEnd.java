package io.hushbus.audit;

import io.hushbus.audit.Finding.Kind;
import java.util.Arrays;
import java.util.Optional;

/** Compares the stored end of a chain with the records that were followed up to it. */
final class StoredEnd {

  private StoredEnd() {}

  /**
   * @param followed where the records and checkpoints, all verified, came to
   */
  static Optional<Finding> flaw(StoredChain chain, ChainHead followed, AuditKeys keys) {
    ChainHead end = chain.head();
    if (!keys.vouchFor(chain) || !Arrays.equals(end.hash(), followed.hash())) {
      return Optional.of(Finding.of(Kind.WRONG_END, end.sequence()));
    }
    if (chain.lastSequence() > end.sequence()) {
      return Optional.of(Finding.of(Kind.APPENDED, end.sequence() + 1));
    }
    if (end.checkpoint() > followed.checkpoint()) {
      return Optional.of(new Finding(Kind.NO_CHECKPOINT, end.checkpoint(), end.checkpoint()));
    }
    return Optional.empty();
  }
}
