package io.hushbus.crypto;

import java.security.ProviderException;
import java.security.SecureRandom;

/** Randomness that works a number of times, and from then on breaks in one of two ways. */
final class BrokenRandom extends SecureRandom {

  private static final long serialVersionUID = 1L;

  private final boolean silently;
  private int left;

  private BrokenRandom(int works, boolean silently) {
    this.left = works;
    this.silently = silently;
  }

  /** Throws, as a provider does whose device is gone. */
  static BrokenRandom throwingAfter(int works) {
    return new BrokenRandom(works, false);
  }

  /** Leaves the array as it is, as a provider must never do. */
  static BrokenRandom silentAfter(int works) {
    return new BrokenRandom(works, true);
  }

  @Override
  public void nextBytes(byte[] bytes) {
    if (left-- > 0) {
      super.nextBytes(bytes);
    } else if (!silently) {
      throw new ProviderException("no entropy");
    }
  }
}
