package io.hushbus.crypto;

import io.hushbus.model.Failure;
import java.security.SecureRandom;

/**
 * Random bytes for keys and nonces, or a failure: never bytes that were not filled.
 *
 * <p>A generator that throws, or that leaves the array as zeros, is reported as unavailable keys. A
 * true run of twelve or more zero bytes is less likely than 2<sup>-95</sup>.
 */
final class Entropy {

  private final SecureRandom random;

  Entropy(SecureRandom random) {
    this.random = random;
  }

  /**
   * @param count at least 12, so that the test for zeros cannot fail by chance
   */
  byte[] bytes(int count) {
    byte[] bytes = new byte[count];
    fill(bytes);
    if (isZero(bytes)) {
      throw Failure.unavailable(Failure.Dependency.KEYS);
    }
    return bytes;
  }

  // Whatever the provider throws means the same: there is no randomness.
  private void fill(byte[] bytes) {
    try {
      random.nextBytes(bytes);
    } catch (RuntimeException refused) {
      throw Failure.unavailable(Failure.Dependency.KEYS);
    }
  }

  private static boolean isZero(byte[] bytes) {
    int any = 0;
    for (byte b : bytes) {
      any |= b;
    }
    return any == 0;
  }
}
