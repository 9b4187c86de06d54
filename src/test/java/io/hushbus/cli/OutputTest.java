package io.hushbus.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The forms of data: stable, and safe to look at. */
final class OutputTest {

  private static final Columns COLUMNS = Columns.of("name", "scope", "keys", "rows=size.rows");

  private static Map<String, Object> thing() {
    Map<String, Object> thing = new LinkedHashMap<>();
    thing.put("name", "db");
    thing.put("project", "demo");
    thing.put("domain", "development");
    thing.put("keys", List.of("a", "b"));
    thing.put("size", Map.of("rows", 3L));
    thing.put("ok", true);
    thing.put("gone", null);
    return thing;
  }

  private static String shown(Format format, boolean many) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream to = new PrintStream(out, true, StandardCharsets.UTF_8);
    Output output = new Output(to, format, false);
    if (many) {
      output.list(Map.of("things", List.of(thing())), List.of(thing()), COLUMNS);
    } else {
      output.one(thing(), COLUMNS);
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void a_table_has_fixed_columns() {
    assertThat(shown(Format.TABLE, true))
        .isEqualTo(
            """
            NAME  SCOPE             KEYS  ROWS
            db    demo/development  a,b   3
            """);
    assertThat(shown(Format.TABLE, false))
        .isEqualTo("name   db\nscope  demo/development\nkeys   a,b\nrows   3\n");
  }

  @Test
  void json_and_yaml_are_the_brokers_answer() {
    assertThat(shown(Format.JSON, false))
        .startsWith("{\n  \"name\": \"db\",\n  \"project\": \"demo\"")
        .contains("\"keys\": [\n    \"a\",\n    \"b\"\n  ]", "\"gone\": null\n}\n");
    Object read = SettingsFile.yaml().load(shown(Format.YAML, false));
    assertThat(read).isEqualTo(SettingsFile.yaml().load(shown(Format.JSON, false)));
    assertThat(shown(Format.YAML, true)).startsWith("things:\n  -\n    name: db\n");
  }

  @Test
  void env_is_one_thing_for_a_shell() {
    assertThat(shown(Format.ENV, false))
        .startsWith("NAME='db'\nPROJECT='demo'\n")
        .contains("OK='true'");
    assertThat(Output.quoted("it's")).isEqualTo("'it'\\''s'");
    assertThatThrownBy(() -> shown(Format.ENV, true)).hasMessageContaining("-o json");
  }

  @Test
  void nothing_shown_acts_on_a_terminal() {
    String evil = "a\u001b[2J\u009b\r\n\u202eb\u0007\"\\";
    Map<String, Object> thing = Map.of("name", evil);
    for (Format format : Format.values()) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      new Output(new PrintStream(out, true, StandardCharsets.UTF_8), format, false)
          .one(thing, Columns.of("name"));
      String text = out.toString(StandardCharsets.UTF_8);
      assertThat(text.strip().chars())
          .as("%s", format)
          .noneMatch(one -> one != '\n' && Visible.acts(one));
      assertThat(text).contains("\\u001b", "\\u202e");
    }
    assertThat(SettingsFile.yaml().<Map<String, Object>>load(YamlText.of(thing))).isEqualTo(thing);
  }

  @Test
  void yaml_keeps_the_kind_of_what_looks_like_something_else() {
    List<Object> texts =
        Arrays.asList(
            "true",
            "1e3",
            "null",
            "~",
            "",
            " a",
            "a: b",
            "- a",
            "#",
            "0x1f",
            "2026-01-01",
            "no",
            "=",
            "a\tb",
            null,
            7,
            false);
    Map<?, ?> read = SettingsFile.yaml().load(YamlText.of(Map.of("list", texts)));
    assertThat(read).isEqualTo(Map.of("list", texts));
  }
}
