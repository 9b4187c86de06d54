package io.hushbus.bus;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two members of a cluster that cannot reach each other, and then can again. In a network namespace
 * of its own, so that packets can be dropped without harm to anything else on the machine; where a
 * namespace may not be made, this is left out and says so. It waits half a minute for time-outs of
 * the cluster, so it is run when it is asked for: {@code -Dpartition=true}.
 */
final class PartitionIT {

  private static final String LOCAL = "ip link set lo up && iptables -L -n >/dev/null";
  private static final long PATIENCE_SECONDS = 180;

  @TempDir private Path files;

  @Test
  void g15_both_sides_of_a_cut_cluster_serve_and_once_it_is_whole_hints_flow_again()
      throws Exception {
    Assumptions.assumeTrue(Boolean.getBoolean("partition"), "left out: run with -Dpartition=true");
    Assumptions.assumeTrue(
        0 == run(List.of("unshare", "-n", "sh", "-c", LOCAL)),
        "left out: this user may not make a network namespace and drop packets in it");
    Path log = files.resolve("child.log");
    int code = run(log, child());
    assertThat(code).as(() -> read(log)).isZero();
    assertThat(read(log)).contains(PartitionChild.HEALED);
  }

  private static List<String> child() {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String command =
        LOCAL
            + " && exec "
            + java
            + " -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx512m -cp \"$0\" "
            + PartitionChild.class.getName();
    return List.of("unshare", "-n", "sh", "-c", command, System.getProperty("java.class.path"));
  }

  private int run(List<String> command) throws Exception {
    return run(files.resolve("probe.log"), command);
  }

  private static int run(Path log, List<String> command) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().remove("HUSHBUS_TEST_DB"); // which is in another network
    builder.environment().put("DOCKER_HOST", "unix:///nonexistent");
    try {
      Process process = builder.start();
      try {
        assertThat(process.waitFor(PATIENCE_SECONDS, SECONDS)).as("ends in time").isTrue();
        return process.exitValue();
      } finally {
        process.destroyForcibly();
      }
    } catch (IOException absent) {
      return -1; // no such program here
    }
  }

  private static String read(Path log) {
    try {
      return Files.readString(log);
    } catch (IOException broken) {
      return "the log cannot be read";
    }
  }
}
