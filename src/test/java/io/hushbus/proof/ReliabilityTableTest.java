package io.hushbus.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** {@code docs/reliability.md} has every kind of failure once, and what it names exists. */
final class ReliabilityTableTest {

  private static final Path TABLE = Path.of("docs", "reliability.md");
  private static final int CASES = 30;
  private static final Pattern ROW =
      Pattern.compile("\\| (F\\d+) \\| ([^|]+) \\| ([^|]+) \\| (.+) \\|");
  private static final Pattern CASE = Pattern.compile("(?:^|_)f(\\d{1,2})(?=_)");

  private record Row(String id, String shown) {}

  private final Shown tests = new Shown();
  private final List<Row> rows =
      Shown.read(TABLE)
          .lines()
          .map(ROW::matcher)
          .filter(Matcher::matches)
          .map(row -> new Row(row.group(1), row.group(4)))
          .toList();

  @Test
  void every_kind_of_failure_has_one_row() {
    assertThat(rows.stream().map(Row::id))
        .containsExactlyElementsOf(IntStream.rangeClosed(1, CASES).mapToObj(n -> "F" + n).toList());
  }

  @Test
  void every_row_names_what_shows_it_or_says_why_nothing_does() {
    assertThat(rows)
        .allSatisfy(
            row -> assertThat(Shown.saysSomething(row.shown())).as(row.toString()).isTrue());
  }

  @Test
  void what_is_named_exists_anywhere_on_the_page() {
    assertThat(rows)
        .allSatisfy(
            row -> assertThat(Shown.names(row.shown())).as(row.id()).allMatch(tests::exists));
  }

  /** A test that carries the id of a case in its name is in the row of that case. */
  @Test
  void a_test_of_a_case_stands_in_its_row() {
    Set<String> forgotten = new TreeSet<>();
    tests
        .methods()
        .forEach(
            (file, methods) ->
                methods.forEach(
                    method ->
                        CASE.matcher(method)
                            .results()
                            .map(found -> "F" + found.group(1))
                            .filter(id -> !shown(id).contains(file + "." + method))
                            .forEach(id -> forgotten.add(id + " " + file + "." + method))));
    assertThat(forgotten).isEmpty();
  }

  private List<String> shown(String id) {
    return rows.stream()
        .filter(row -> row.id().equals(id))
        .flatMap(row -> Shown.names(row.shown()).stream())
        .toList();
  }
}
