package io.hushbus.cli;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.hushbus.support.TestDatabase;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code hushbus server} as a process, as a service manager sees it. */
final class ServerCommandIT {

  private static final Pattern READY = Pattern.compile("ready on port ([0-9]+)");

  @TempDir private Path directory;

  @Test
  void it_says_at_which_port_it_is_ready_and_ends_on_a_signal() throws Exception {
    try (TestDatabase database = TestDatabase.fresh()) {
      String config = new ServerFiles(directory).config(database.config(), "root.key");
      assertThat(installed(config)).isZero();
      Process server = started(config);
      try (var said = server.inputReader();
          HttpClient http = HttpClient.newHttpClient()) {
        List<Matcher> ready =
            said.lines().map(READY::matcher).filter(Matcher::matches).limit(1).toList();
        assertThat(ready).as("the line that says so").hasSize(1);

        URI whoami =
            URI.create("http://127.0.0.1:" + ready.getFirst().group(1) + "/api/v1/auth/whoami");
        var answer = http.send(HttpRequest.newBuilder(whoami).build(), BodyHandlers.discarding());
        assertThat(answer.statusCode()).isEqualTo(401);

        server.toHandle().destroy();
        assertThat(server.waitFor(30, SECONDS)).as("ended").isTrue();
      } finally {
        server.destroyForcibly();
      }
    }
  }

  private static int installed(String config) {
    CommandLine program = Main.commandLine();
    program.setOut(new PrintWriter(new StringWriter(), true));
    return program.execute("init", "--generate-root-key", "--config", config);
  }

  private Process started(String config) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName(),
            "server",
            "--config",
            config)
        .redirectError(directory.resolve("server.err").toFile())
        .start();
  }
}
