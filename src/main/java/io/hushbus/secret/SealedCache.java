package io.hushbus.secret;

import io.hushbus.crypto.Keyring;
import java.lang.ref.WeakReference;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What names were found to stand for: heads and versions as they are stored, sealed, never opened.
 * Nothing here may be used but by a statement that compares its {@link Sighting}. Bounded in bytes;
 * the least recently used goes first. Safe for use by many threads.
 *
 * <p>Rows count as verified under the very ring that verified them, which is not kept alive here:
 * once it has been read anew, so are they.
 */
final class SealedCache {

  /** A head and a version with their objects, beside what varies. */
  private static final int ENTRY = 2048;

  /**
   * A version that was found and checked.
   *
   * @param ring by which it was checked
   */
  private record Entry(
      Secret head,
      VersionStore.SealedVersion sealed,
      Sighting sighting,
      WeakReference<Keyring> ring,
      long size) {}

  private final long most;
  private final Map<SecretOpener.Ask, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);
  private long size;

  /**
   * @param most bytes, about; 0 keeps nothing
   */
  SealedCache(long most) {
    this.most = most;
  }

  /** What was found for that ask, if it was checked by that ring. */
  synchronized Optional<Seen> get(SecretOpener.Ask ask, Keyring ring) {
    Entry entry = entries.get(ask);
    if (entry == null) {
      return Optional.empty();
    }
    if (!entry.ring().refersTo(ring)) {
      forget(ask);
      return Optional.empty();
    }
    return Optional.of(new Seen(entry.head(), entry.sealed(), entry.sighting()));
  }

  /** What is remembered of an ask. */
  record Seen(Secret head, VersionStore.SealedVersion sealed, Sighting sighting) {}

  synchronized void put(Seen seen, Keyring ring) {
    SecretOpener.Ask ask = seen.sighting().ask();
    forget(ask);
    long bytes = bytes(seen);
    if (bytes <= most) {
      entries.put(
          ask,
          new Entry(seen.head(), seen.sealed(), seen.sighting(), new WeakReference<>(ring), bytes));
      size += bytes;
      shrink();
    }
  }

  synchronized void forget(SecretOpener.Ask ask) {
    Entry gone = entries.remove(ask);
    if (gone != null) {
      size -= gone.size();
    }
  }

  /** The bytes that are taken up, about. */
  synchronized long size() {
    return size;
  }

  private void shrink() {
    for (Iterator<Entry> oldest = entries.values().iterator(); size > most; ) {
      size -= oldest.next().size();
      oldest.remove();
    }
  }

  private static long bytes(Seen seen) {
    long texts = 2L * seen.head().description().length();
    for (Map.Entry<String, String> label : seen.head().labels().entrySet()) {
      texts += 2L * (label.getKey().length() + label.getValue().length());
    }
    long names = 100L * seen.head().entryNames().size();
    return ENTRY
        + texts
        + names
        + seen.sealed().sealed().map(ciphertext -> ciphertext.length).orElse(0);
  }
}
