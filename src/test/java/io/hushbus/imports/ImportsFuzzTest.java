package io.hushbus.imports;

import static org.assertj.core.api.Assertions.assertThat;

import io.hushbus.support.Fuzz;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Whatever a file holds: it is read, or its problems are told, and no value with them. */
final class ImportsFuzzTest {

  private static final String MANIFEST =
      """
      apiVersion: v1
      kind: Secret
      metadata: {name: web}
      data: {tls.crt: Y2VydA==}
      stringData: {tls.key: &a newer, b: *a}
      ---
      kind: List
      items: [{kind: Secret, metadata: {name: two}, stringData: {b: "2"}}]
      """;

  @Test
  void any_lines_are_variables_or_have_problems() {
    Fuzz.of("A=b # c\nexport B='x\ny'\n", "C=\"a\\n\\\"b\"\r\nD=`x`\n# told\n\nE= f \n")
        .allowing(1 << 20, 1024)
        .run(input -> read(Format.DOTENV, input));
  }

  @Test
  void any_json_is_secrets_or_has_problems() {
    Fuzz.of(
            "{\"api-key\":\"k\\u00e9\",\"db\":{\"user\":\"app\",\"port\":1.5},\"l\":[1,{\"a\":null}]}")
        .allowing(1 << 20, 1024)
        .run(input -> read(Format.JSON, input));
  }

  @Test
  void any_manifest_is_secrets_or_has_problems() {
    Fuzz.of(MANIFEST).allowing(4L << 20, 4096).run(input -> read(Format.KUBERNETES, input));
  }

  @Test
  void any_answer_of_vault_is_secrets_or_has_problems() {
    Fuzz.of(
            "{\"request_id\":\"r\",\"data\":{\"data\":{\"user\":\"app\"},\"metadata\":{}}}",
            "{\"app/db\":{\"data\":{\"k\":\"1\"},\"lease_id\":\"\"},\"t\":{\"o\":{\"k\":\"2\"}}}",
            "[{\"path\":\"a/b\",\"data\":{\"k\":\"1\"}}]")
        .allowing(1 << 20, 1024)
        .run(input -> read(Format.VAULT, input));
  }

  private static void read(Format format, byte[] input) {
    try (Reading read = Imports.read(Optional.of(format), input, "", Wishes.NONE)) {
      assertThat(read.problems().isEmpty()).isNotEqualTo(read.secrets().isEmpty());
      assertThat(read.problems().toString() + read.notes()).doesNotContain(Fuzz.MARK);
    }
  }
}
