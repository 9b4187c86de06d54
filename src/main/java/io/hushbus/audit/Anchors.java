package io.hushbus.audit;

import io.hushbus.audit.ExportItem.Header;
import io.hushbus.audit.ExportItem.Signed;
import java.io.IOException;
import java.util.Arrays;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Checkpoints of one chain that were kept outside the database: what the chain must still contain.
 * Holds a sequence and a hash for each.
 */
final class Anchors {

  private final NavigableMap<Long, byte[]> hashes = new TreeMap<>();

  /** No outside checkpoints. */
  static Anchors none() {
    return new Anchors();
  }

  /** What is wrong with the file itself, as one exception that carries it. */
  static final class Refused extends Exception {
    private static final long serialVersionUID = 1L;
    private final transient Finding finding;

    private Refused(Finding.Kind kind, long sequence) {
      this.finding = Finding.of(kind, sequence);
    }

    Finding finding() {
      return finding;
    }
  }

  /**
   * Reads a checkpoint file; it may hold those of other chains, which are passed over, and the same
   * one more than once.
   */
  static Anchors read(ExportReader file, Header header, TrustedKeys keys)
      throws IOException, Refused {
    Anchors anchors = new Anchors();
    for (Optional<ExportItem> item = file.next(); item.isPresent(); item = file.next()) {
      if (!(item.get() instanceof Signed(Checkpoint checkpoint))) {
        throw new MalformedExport("a checkpoint file holds checkpoints only");
      }
      if (checkpoint.cluster().equals(header.cluster())
          && checkpoint.tenant().equals(header.tenant())) {
        anchors.add(checkpoint, keys);
      }
    }
    if (anchors.hashes.isEmpty()) {
      throw new Refused(Finding.Kind.NO_ANCHOR, 0);
    }
    return anchors;
  }

  /** Whether a record with this hash may stand at this sequence. */
  boolean allow(long sequence, byte[] hash) {
    byte[] signed = hashes.get(sequence);
    return signed == null || Arrays.equals(signed, hash);
  }

  /** Whether one of them vouches for that record. */
  boolean holds(long sequence) {
    return hashes.containsKey(sequence);
  }

  /** The sequence of the first one after {@code sequence}; 0 if there is none. */
  long after(long sequence) {
    Long next = hashes.higherKey(sequence);
    return next == null ? 0 : next;
  }

  private void add(Checkpoint checkpoint, TrustedKeys keys) throws Refused {
    Optional<Finding.Kind> flaw = keys.flaw(checkpoint);
    if (flaw.isPresent()) {
      throw new Refused(flaw.get(), checkpoint.sequence());
    }
    byte[] other = hashes.put(checkpoint.sequence(), checkpoint.hash());
    if (other != null && !Arrays.equals(other, checkpoint.hash())) {
      throw new Refused(Finding.Kind.REWRITTEN, checkpoint.sequence());
    }
  }
}
