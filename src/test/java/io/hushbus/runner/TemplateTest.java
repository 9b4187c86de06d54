package io.hushbus.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hushbus.model.SecretType;
import io.hushbus.model.SecretValue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Texts with references, and what becomes of them. */
final class TemplateTest {

  private static final Map<String, Material> MATERIALS =
      Map.of(
          "api-key",
          new Material("api-key", SecretType.TEXT, 1, Map.of("value", value("the-key"))),
          "database",
          new Material(
              "database",
              SecretType.KEY_VALUE,
              1,
              Map.of("user", value("app"), "password", value("p$w\n"))));

  @TempDir private Path directory;

  @Test
  void references_become_values() {
    assertThat(
            filled(
                "url=db://${hushbus:database#user}:${hushbus://demo/development/Database#password}@x\n"
                    + "key=${ hushbus:api-key } ${hushbus:api-key}${hushbus:api-key#value}"))
        .isEqualTo("url=db://app:p$w\n@x\nkey=${ hushbus:api-key } the-keythe-key");
  }

  @Test
  void what_is_no_reference_stays() {
    assertThat(filled("$HOME ${HOME} $$ $${hushbus:api-key} hushbus:x $"))
        .isEqualTo("$HOME ${HOME} $$ ${hushbus:api-key} hushbus:x $");
  }

  @Test
  void all_that_is_missing_is_named_at_once_and_what_is_optional_is_left_out() {
    assertThatThrownBy(
            () ->
                filled(
                    "${hushbus:no-such}\n${hushbus:database}\n${hushbus:database#port}"
                        + "${hushbus:not-there?}${hushbus:no-such}"))
        .isInstanceOfSatisfying(
            Unmet.class,
            unmet ->
                assertThat(unmet.reasons().stream().map(Unmet.Reason::toString))
                    .containsExactly(
                        "no-such: there is none of this name",
                        "database: name one of its keys",
                        "database#port: it has no such key"));
    assertThat(filled("a${hushbus:not-there?}b")).isEqualTo("ab");
  }

  @Test
  void a_reference_that_is_none_is_told_with_its_line() {
    assertThatThrownBy(() -> template("a\n${hushbus:x}\n${hushbus:api-key"))
        .isInstanceOf(UnreadableFile.class)
        .hasMessageStartingWith("it.tpl: line 2: `x` is no name of a secret")
        .hasMessageEndingWith("; line 3: a reference that begins here has no closing brace");
  }

  @Test
  void a_reference_elsewhere_is_refused() {
    Template template = template("${hushbus://other/api-key}");
    assertThatThrownBy(() -> template.needs(Optional.of("demo"), Optional.empty()))
        .isInstanceOf(Unmet.class);
    assertThat(template.needs(Optional.of("other"), Optional.empty())).hasSize(1);
    assertThat(template.needs(Optional.empty(), Optional.empty())).hasSize(1);
  }

  @Property(tries = 200)
  void a_text_without_references_passes_byte_for_byte(@ForAll byte[] text) {
    assertThat(
            Template.of(text, Path.of("it.tpl"))
                .filled(Map.of())
                .<byte[]>reveal(bytes -> bytes.clone()))
        .isEqualTo(text);
  }

  @Test
  void a_file_is_its_owners_alone_also_where_one_was_before() throws IOException {
    Path file = Files.writeString(directory.resolve("app.conf"), "before");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));

    Rendering.write(value("after"), file);

    assertThat(file).hasContent("after");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(directory.toFile().list()).containsExactly("app.conf");
  }

  private static String filled(String text) {
    return template(text)
        .filled(MATERIALS)
        .reveal(bytes -> new String(bytes, StandardCharsets.UTF_8));
  }

  private static Template template(String text) {
    return Template.of(text.getBytes(StandardCharsets.UTF_8), Path.of("it.tpl"));
  }

  private static SecretValue value(String text) {
    return SecretValue.ofText(text);
  }
}
