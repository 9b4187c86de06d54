package io.hushbus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class AuditVerifyTest {

  private static final Path VECTORS = Path.of("src", "test", "resources", "vectors", "audit");

  @TempDir Path directory;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void a_sound_export_ends_with_zero() {
    int code =
        verify(
            "--file", VECTORS.resolve("golden.jsonl").toString(),
            "--checkpoints", VECTORS.resolve("golden-checkpoints.jsonl").toString());

    assertThat(code).isZero();
    assertThat(out.toString()).contains("12 records").contains("up to 10");
    assertThat(err.toString()).contains("--public-key");
  }

  @Test
  void a_tampered_export_ends_with_one_and_names_the_record() throws IOException {
    String export = Files.readString(VECTORS.resolve("golden.jsonl"));
    Path tampered =
        Files.writeString(directory.resolve("e"), export.replace("192.0.2.7", "192.0.2.70"));

    assertThat(verify("--file", tampered.toString())).isEqualTo(1);
    assertThat(err.toString()).contains("record 7 was edited");
  }

  @Test
  void a_key_of_another_form_is_refused() {
    assertThat(verify("--file", "x", "--public-key", "AAAA")).isEqualTo(Exit.USAGE);
  }

  private int verify(String... arguments) {
    return new CommandLine(new AuditVerify())
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }
}
