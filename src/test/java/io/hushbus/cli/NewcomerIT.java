package io.hushbus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.hushbus.db.LocalServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What goes wrong on a first day ends in a sentence with the next step, and breaks nothing. */
final class NewcomerIT {

  @TempDir private Path root;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void a_port_in_use_is_no_bug_and_says_what_to_do() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int code =
          run("dev", "--data-dir=" + root, "--port=" + taken.getLocalPort(), "--management-port=0");

      assertThat(code).isEqualTo(Exit.GENERAL);
      assertThat(err.toString())
          .contains("cannot listen on 127.0.0.1:" + taken.getLocalPort(), "--port")
          .doesNotContain("bug");
    }
  }

  @Test
  void fresh_deletes_nothing_that_another_process_uses() throws IOException {
    Path key = Files.writeString(root.resolve("root.key"), "kept");
    try (LocalServer running = LocalServer.start(root.resolve("postgres"), OptionalInt.empty())) {
      int code = run("dev", "--fresh", "--data-dir=" + root);

      assertThat(code).isEqualTo(Exit.GENERAL);
      assertThat(err.toString()).contains("another `hushbus dev` uses").contains("--data-dir");
      assertThat(key).exists();
      assertThat(running.directory().resolve("data/PG_VERSION")).exists();
    }
  }

  @Test
  void without_a_configuration_it_says_how_to_name_one() {
    int code = run("server");

    assertThat(code).isEqualTo(Exit.USAGE);
    assertThat(err.toString()).contains("--config FILE").contains("hushbus-full.yaml");
  }

  private int run(String... arguments) {
    CommandLine program = Main.commandLine();
    program.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    return program.execute(arguments);
  }
}
