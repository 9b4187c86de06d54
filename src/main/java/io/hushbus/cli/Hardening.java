package io.hushbus.cli;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;

/**
 * Makes the process harder to look into: on Linux it is marked not dumpable, so that no core file
 * is written and processes of the same user can neither attach to it nor read its memory. Best
 * effort: elsewhere, or where it is not allowed, nothing happens.
 */
final class Hardening {

  /** prctl(2), Linux: PR_SET_DUMPABLE. */
  private static final int PR_SET_DUMPABLE = 4;

  private Hardening() {}

  /** Whether the kernel agreed. */
  @SuppressWarnings("restricted") // one call of prctl, with constant arguments
  static boolean apply() {
    if (!System.getProperty("os.name").equals("Linux")) {
      return false;
    }
    try (Arena arena = Arena.ofConfined()) {
      Linker linker = Linker.nativeLinker();
      var prctl =
          linker.downcallHandle(
              linker.defaultLookup().findOrThrow("prctl"),
              FunctionDescriptor.of(
                  ValueLayout.JAVA_INT,
                  ValueLayout.JAVA_INT,
                  ValueLayout.JAVA_LONG,
                  ValueLayout.JAVA_LONG,
                  ValueLayout.JAVA_LONG,
                  ValueLayout.JAVA_LONG));
      return (int) prctl.invokeExact(PR_SET_DUMPABLE, 0L, 0L, 0L, 0L) == 0;
    } catch (Throwable unsupported) {
      return false;
    }
  }
}
