package io.hushbus.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What only the operating system can be asked for. */
final class PosixTest {

  private static final int CLOSED_IN_CHILDREN = 02000000; // O_CLOEXEC, in octal as proc(5) has it

  @Test
  void descriptors_are_kept_to_ourselves() throws IOException {
    int left = Posix.open("/dev/null", Posix.O_RDWR);
    assertThat(flags(left) & CLOSED_IN_CHILDREN).isZero();

    Posix.keepToOurselves();

    assertThat(flags(left) & CLOSED_IN_CHILDREN).isNotZero();
    Posix.close(left);
  }

  @Test
  void a_signal_to_nobody_is_no_failure() {
    assertThat(Posix.kill(Integer.MAX_VALUE, 0)).isFalse();
  }

  private static int flags(int descriptor) throws IOException {
    return Files.readAllLines(Path.of("/proc/self/fdinfo/" + descriptor)).stream()
        .filter(line -> line.startsWith("flags:"))
        .map(line -> Integer.parseInt(line.substring(6).strip(), 8))
        .findFirst()
        .orElseThrow();
  }
}
