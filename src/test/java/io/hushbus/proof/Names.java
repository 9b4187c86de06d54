package io.hushbus.proof;

import java.util.concurrent.atomic.AtomicInteger;

/** Parts of names that are used once. */
final class Names {

  private static final AtomicInteger LAST = new AtomicInteger(1000);

  private Names() {}

  static String next() {
    return Integer.toString(LAST.incrementAndGet());
  }
}
