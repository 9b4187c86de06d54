package io.hushbus.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code docs/requirements.md} has every requirement once, and the tests that it names exist. */
final class RequirementsTableTest {

  private static final Path TABLE = Path.of("docs", "requirements.md");
  private static final Pattern ROW =
      Pattern.compile("\\| ([RN]-[CS]?\\d+) \\| ([^|]+) \\| (.+) \\|");
  private static final Pattern CASE = Pattern.compile("(?:^|_)n(\\d{2,3})(?=_)");

  private record Row(String id, String asked, String shown) {

    List<String> names() {
      return Shown.names(shown);
    }
  }

  private final List<Row> rows = rows();
  private final Shown tests = new Shown();

  @Test
  void every_requirement_has_one_row() {
    assertThat(rows.stream().map(Row::id)).containsExactlyElementsOf(ids());
  }

  @Test
  void every_row_names_what_shows_it_or_says_why_nothing_does() {
    assertThat(rows)
        .allSatisfy(
            row -> assertThat(Shown.saysSomething(row.shown())).as(row.toString()).isTrue());
  }

  @Test
  void every_test_and_story_that_is_named_exists() {
    for (Row row : rows) {
      for (String name : row.names()) {
        assertThat(tests.exists(name)).as("%s names %s", row.id(), name).isTrue();
      }
    }
    assertThat(tests.exists("NoSuchTest.at_all")).isFalse();
    assertThat(tests.exists("RequirementsTableTest.no_such_method")).isFalse();
    assertThat(tests.exists("scenario:no-such-story")).isFalse();
  }

  /** A row stops saying that there is no test when somebody has written one. */
  @Test
  void a_case_with_a_test_is_not_called_absent() {
    Set<String> shown = new TreeSet<>();
    tests.methods().values().forEach(names -> names.forEach(name -> shown.addAll(cases(name))));
    assertThat(rows)
        .filteredOn(row -> shown.contains(row.id()))
        .allSatisfy(
            row -> assertThat(row.names()).as("a test has the id %s", row.id()).isNotEmpty());
    assertThat(cases("n01_n23_without_a_token")).containsExactly("N-01", "N-23");
  }

  private static List<String> cases(String method) {
    return CASE.matcher(method).results().map(found -> "N-" + found.group(1)).toList();
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
    for (String line : Shown.read(TABLE).lines().toList()) {
      Matcher row = ROW.matcher(line);
      if (row.matches()) {
        rows.add(new Row(row.group(1), row.group(2), row.group(3)));
      }
    }
    return rows;
  }
}
