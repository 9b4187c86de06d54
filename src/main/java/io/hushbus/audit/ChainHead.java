package io.hushbus.audit;

import java.util.Arrays;

/**
 * Where a tenant's chain ends, as the database keeps it.
 *
 * @param sequence the number of the last sealed record; 0 before the first
 * @param hash the hash of that record; 32 zero bytes before the first
 * @param checkpoint the sequence of the last signed checkpoint; 0 before the first
 */
@SuppressWarnings("ArrayRecordComponent") // copied in and out, compared by content
public record ChainHead(long sequence, byte[] hash, long checkpoint) {

  /** The end of a chain without records. */
  public static final ChainHead START = new ChainHead(0, new byte[AuditChain.HASH_SIZE], 0);

  public ChainHead {
    hash = hash.clone();
  }

  @Override
  public byte[] hash() {
    return hash.clone();
  }

  /** The head after one more record. */
  ChainHead then(byte[] next) {
    return new ChainHead(sequence + 1, next, checkpoint);
  }

  /** The head once a checkpoint of it was signed. */
  ChainHead signed() {
    return new ChainHead(sequence, hash, sequence);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ChainHead head
        && sequence == head.sequence
        && checkpoint == head.checkpoint
        && Arrays.equals(hash, head.hash);
  }

  @Override
  public int hashCode() {
    return Long.hashCode(sequence) * 31 + Arrays.hashCode(hash);
  }
}
