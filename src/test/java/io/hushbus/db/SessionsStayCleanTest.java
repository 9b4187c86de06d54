package io.hushbus.db;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * A connection goes back to the pool as it came: role and tenant are set for one transaction alone,
 * and no text of the program leaves anything else in a session that the next one could meet.
 */
final class SessionsStayCleanTest {

  private static final Path SOURCES = Path.of("src", "main", "java");

  private static final Pattern LASTING =
      Pattern.compile(
          "\\bSET (SESSION|ROLE|search_path|TIME ZONE)\\b|\\bset_config\\b|\\bRESET"
              + " (ROLE|ALL)\\b|(?<!Redirect\\.)\\bDISCARD\\b|\\bpg_(try_)?advisory_lock\\b|\\bTEMP(ORARY)?"
              + " TABLE\\b|\\bPREPARE [a-z]");

  @Test
  void f29_no_statement_leaves_anything_in_its_session() throws IOException {
    try (Stream<Path> files = Files.walk(SOURCES)) {
      assertThat(files.filter(file -> file.toString().endsWith(".java")).flatMap(this::lasting))
          .isEmpty();
    }
  }

  @Test
  void what_would_last_is_found() {
    assertThat(
            List.of(
                "SET ROLE hushbus_system",
                "SET search_path = evil",
                "SELECT set_config('hushbus.tenants', $1, false)",
                "SELECT pg_advisory_lock(1)",
                "CREATE TEMP TABLE secret (name text)"))
        .allMatch(text -> LASTING.matcher(text).find());
    assertThat(LASTING.matcher("SET LOCAL ROLE NONE; SELECT pg_advisory_xact_lock(1)").find())
        .isFalse();
  }

  private Stream<String> lasting(Path file) {
    try {
      return Files.readAllLines(file).stream()
          .filter(line -> LASTING.matcher(line).find())
          .map(line -> file.getFileName() + ": " + line.strip());
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }
}
