package io.hushbus.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code docs/requirements.md} has every requirement once, and the tests that it names exist. */
final class RequirementsTableTest {

  private static final Path TABLE = Path.of("docs", "requirements.md");
  private static final Path TESTS = Path.of("src", "test", "java");
  private static final Path SCENARIOS = Path.of("src", "test", "resources", "scenarios");
  private static final Pattern ROW =
      Pattern.compile("\\| ([RN]-[CS]?\\d+) \\| ([^|]+) \\| (.+) \\|");
  private static final Pattern SHOWN = Pattern.compile("`([A-Za-z0-9_.:-]+)`");
  private static final Pattern METHOD = Pattern.compile("void ([a-z][A-Za-z0-9_]*)\\s*\\(");
  private static final Pattern CASE = Pattern.compile("(?:^|_)n(\\d{2,3})(?=_)");

  private record Row(String id, String asked, String shown) {

    List<String> names() {
      return SHOWN.matcher(shown).results().map(found -> found.group(1)).toList();
    }
  }

  private final List<Row> rows = rows();
  private final Map<String, Set<String>> methods = methods();

  @Test
  void every_requirement_has_one_row() {
    assertThat(rows.stream().map(Row::id)).containsExactlyElementsOf(ids());
  }

  @Test
  void every_row_names_what_shows_it_or_says_why_nothing_does() {
    assertThat(rows)
        .allSatisfy(
            row ->
                assertThat(!row.names().isEmpty() || row.shown().matches("Not here: .{20,}\\."))
                    .as(row.toString())
                    .isTrue());
  }

  @Test
  void every_test_and_story_that_is_named_exists() {
    for (Row row : rows) {
      for (String name : row.names()) {
        assertThat(exists(name)).as("%s names %s", row.id(), name).isTrue();
      }
    }
    assertThat(exists("NoSuchTest.at_all")).isFalse();
    assertThat(exists("RequirementsTableTest.no_such_method")).isFalse();
    assertThat(exists("scenario:no-such-story")).isFalse();
  }

  /** A row stops saying that there is no test when somebody has written one. */
  @Test
  void a_case_with_a_test_is_not_called_absent() {
    Set<String> shown = new TreeSet<>();
    methods.values().forEach(names -> names.forEach(name -> shown.addAll(cases(name))));
    assertThat(rows)
        .filteredOn(row -> shown.contains(row.id()))
        .allSatisfy(
            row -> assertThat(row.names()).as("a test has the id %s", row.id()).isNotEmpty());
    assertThat(cases("n01_n23_without_a_token")).containsExactly("N-01", "N-23");
  }

  private static List<String> cases(String method) {
    return CASE.matcher(method).results().map(found -> "N-" + found.group(1)).toList();
  }

  private boolean exists(String name) {
    if (name.startsWith("scenario:")) {
      return Files.exists(SCENARIOS.resolve(name.substring("scenario:".length()) + ".http"));
    }
    String[] parts = name.split("\\.", 2);
    Set<String> there = methods.get(parts[0]);
    return there != null && (parts.length == 1 || there.contains(parts[1]));
  }

  private static List<String> ids() {
    return Stream.of(ids("R-C", 55, "%d"), ids("R-S", 20, "%d"), ids("N-", 100, "%02d"))
        .flatMap(ids -> ids)
        .toList();
  }

  private static Stream<String> ids(String prefix, int last, String form) {
    return IntStream.rangeClosed(1, last).mapToObj(n -> prefix + form.formatted(n));
  }

  private static List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    for (String line : read(TABLE).lines().toList()) {
      Matcher row = ROW.matcher(line);
      if (row.matches()) {
        rows.add(new Row(row.group(1), row.group(2), row.group(3)));
      }
    }
    return rows;
  }

  /** The methods that return nothing, by the name of their file. */
  private static Map<String, Set<String>> methods() {
    try (Stream<Path> files = Files.walk(TESTS)) {
      Map<String, Set<String>> found = new LinkedHashMap<>();
      files
          .filter(file -> file.toString().endsWith(".java"))
          .forEach(file -> found.put(name(file), methods(read(file))));
      return found;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String name(Path file) {
    return file.getFileName().toString().replace(".java", "");
  }

  private static Set<String> methods(String source) {
    return METHOD.matcher(source).results().map(m -> m.group(1)).collect(Collectors.toSet());
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
