package io.hushbus.imports;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Lines of NAME=value: what they mean, and what is said of those that mean nothing. */
final class DotenvTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "A=b|b",
        "export A=b|b",
        "  A = b c |b c",
        "A=|^^",
        "A=b # told|b",
        "A=b#c|b#c",
        "A=# told|^^",
        "A='b # c'|b # c",
        "A='b\\n'|b\\n",
        "A=\"b\\\"c\\\\d\\$e\\x\" # told|b\"c\\d$e\\x",
        "A=`b'\"c`|b'\"c",
        "A=$HOME/${B}|$HOME/${B}",
        "A==b=|=b=",
        "A=b'c|b'c"
      })
  void a_line_gives_its_value(String line, String value) {
    assertThat(values(line)).containsExactly(Map.entry("A", value));
  }

  @Test
  void quoted_values_go_over_lines_and_know_their_escapes() {
    assertThat(values("A=\"1\n2\\n3\\t4\\r\"\r\nB='x\r\ny'\r\n# told\n\nC=`\n`"))
        .containsExactly(
            Map.entry("A", "1\n2\n3\t4\r"), Map.entry("B", "x\r\ny"), Map.entry("C", "\n"));
  }

  @Test
  void a_byte_order_mark_is_no_part_of_the_first_name() {
    assertThat(values("\uFEFFA=b")).containsOnlyKeys("A");
  }

  @Test
  void bytes_that_are_no_text_stay_what_they_are() {
    byte[] line = {'A', '=', (byte) 0xFF, 0, (byte) 0xFE};
    try (Dotenv.Variables read = Dotenv.read(line)) {
      assertThat(read.variables().getFirst().value().<byte[]>reveal(byte[]::clone))
          .containsExactly(0xFF, 0, 0xFE);
    }
  }

  @Test
  void all_problems_are_told_with_their_lines_and_no_value() {
    String file =
        """
        A=s3cret
        no equals here s3cret
        1A=s3cret
        B="s3cret
        more" s3cret
        A=s3cret
        KEY=-----BEGIN PRIVATE KEY-----
        s3cret=
        -----END PRIVATE KEY-----
        C='s3cret
        """;
    try (Dotenv.Variables read = Dotenv.read(file.getBytes(StandardCharsets.UTF_8))) {
      assertThat(read.variables()).isEmpty();
      assertThat(read.problems()).extracting(Problem::line).containsExactly(2, 3, 5, 6, 7, 10);
      assertThat(read.problems().toString()).doesNotContain("s3cret");
    }
  }

  @Property
  void whatever_is_quoted_comes_back(@ForAll List<@StringLength(max = 40) String> values) {
    StringBuilder file = new StringBuilder();
    Map<String, String> expected = new LinkedHashMap<>();
    for (String value : values) {
      String utf8 = new String(value.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
      String name = "V_" + expected.size();
      expected.put(name, utf8);
      file.append("export ").append(name).append("=").append(quoted(utf8)).append(" # told\n");
    }
    assertThat(values(file.toString())).isEqualTo(expected);
  }

  private static String quoted(String value) {
    return '"'
        + value.replace("\\", "\\\\").replace("\"", "\\\"").replace("$", "\\$").replace("\n", "\\n")
        + '"';
  }

  private static Map<String, String> values(String file) {
    Map<String, String> values = new LinkedHashMap<>();
    try (Dotenv.Variables read = Dotenv.read(file.getBytes(StandardCharsets.UTF_8))) {
      assertThat(read.problems()).isEmpty();
      read.variables()
          .forEach(
              one ->
                  values.put(
                      one.name().text(),
                      one.value().reveal(bytes -> new String(bytes, StandardCharsets.UTF_8))));
    }
    return values;
  }
}
