package io.hushbus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

/** What the command line says to inputs that cannot be meant: one line with the cause. */
final class WrongInputsTest {

  private final StringWriter err = new StringWriter();

  @Test
  void a_port_that_there_is_not_is_told_with_the_range() {
    assertThat(run("dev", "--port", "99999")).isEqualTo(Exit.USAGE);
    assertThat(err.toString())
        .contains("--port must be from 1 to 65535")
        .doesNotContain("server.port");
    assertThat(run("dev", "--port", "65535")).isEqualTo(Exit.USAGE);
    assertThat(err.toString())
        .contains("--management-port (--port plus one) must be from 1 to 65535");
  }

  @Test
  void a_configuration_file_that_is_not_there_is_the_only_cause_told() {
    assertThat(run("check-config", "--config", "/nonexistent/hushbus.yaml")).isEqualTo(Exit.USAGE);
    assertThat(err.toString())
        .contains("cannot be read: /nonexistent/hushbus.yaml")
        .doesNotContain("root_key");
  }

  private int run(String... args) {
    return Main.commandLine().setErr(new PrintWriter(err, true)).execute(args);
  }
}
