package io.hushbus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * Runs the tests of the Python client, with its one command, against the jar that was just built.
 * Where there is no Python with {@code venv}, or no package index, it says so and is skipped.
 */
final class PythonClientIT {

  private static final Path HOME =
      Path.of(System.getProperty("hushbus.home", ".")).toAbsolutePath();
  private static final int NOTHING_TO_TEST_WITH = 77;

  @Test
  void the_python_client_passes_its_tests() throws IOException, InterruptedException {
    ProcessBuilder command =
        new ProcessBuilder("sh", "clients/python/test", "-rs")
            .directory(HOME.toFile())
            .redirectErrorStream(true);
    command.environment().put("HUSHBUS_JAR", HOME.resolve("target/hushbus.jar").toString());
    command
        .environment()
        .put("HUSHBUS_JAVA", Path.of(System.getProperty("java.home"), "bin", "java").toString());
    Process tests = command.start();
    tests.getOutputStream().close();
    String told = told(tests.getInputStream());
    int code = tests.waitFor();

    System.err.print(told);
    if (code == NOTHING_TO_TEST_WITH) {
      abort(told);
    }
    assertThat(code).as("%s", told).isZero();
    assertThat(told).contains(" passed");
  }

  private static String told(InputStream from) throws IOException {
    return new String(from.readAllBytes(), StandardCharsets.UTF_8);
  }
}
