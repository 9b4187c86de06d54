package io.hushbus.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.hushbus.support.Fuzz;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Whatever stands in a configuration file: it is read, or all its problems are said. */
final class ConfigFuzzTest {

  @Test
  void any_text_is_a_configuration_or_has_problems() throws IOException {
    Fuzz.of(
            Files.readString(Path.of("conf", "hushbus.yaml")),
            "root_key: {path: root.key}\nserver: {port: 8420}\n",
            "server:\n  port: 8420\n  host: &a 127.0.0.1\nmanagement:\n  host: *a\n",
            "leases: {default_ttl: 15m, max_ttl: 24h}\nlog: {level: info}\n",
            "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: [*c, *c]\n")
        .allowing(4L * 1024 * 1024, 4096)
        .run(ConfigFuzzTest::read);
  }

  private static void read(byte[] input) {
    try {
      ConfigReader.readText(new String(input, StandardCharsets.UTF_8), Map.of());
    } catch (ConfigProblems expected) {
      assertThat(expected.problems()).isNotEmpty();
    }
  }
}
