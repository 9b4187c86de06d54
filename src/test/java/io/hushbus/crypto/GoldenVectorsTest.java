package io.hushbus.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import io.hushbus.model.Payload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What was ever stored can be read for ever, and what was ever refused stays refused, for the same
 * reason. The files are frozen: a new format adds a file.
 */
class GoldenVectorsTest {

  private static final String SUCCESS = "success";

  static List<VectorFile> files() throws IOException {
    try (Stream<Path> paths = Files.list(VectorFile.DIRECTORY)) {
      return paths.sorted().map(VectorFile::read).toList();
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void every_case_has_the_outcome_it_was_frozen_with(VectorFile file) {
    Keyring ring = file.ring();
    for (Map<String, String> vector : file.cases()) {
      assertThat(outcome(ring, vector))
          .as(VectorFile.field(vector, "case"))
          .isEqualTo(VectorFile.field(vector, "outcome"));
    }
  }

  private static String outcome(Keyring ring, Map<String, String> vector) {
    try {
      Sealed sealed = Sealed.checked(VectorFile.hex(vector, "sealed"));
      var envelope = new Envelope(Fixtures.RANDOM);
      try (Payload opened = envelope.opened(ring, VectorFile.context(vector), sealed)) {
        assertThat(PayloadCodec.encode(opened)).isEqualTo(VectorFile.hex(vector, "payload"));
        return SUCCESS;
      }
    } catch (Flawed flawed) {
      return flawed.flaw().word();
    }
  }

  @Test
  void the_outcomes_are_a_closed_list_and_most_are_refusals() throws IOException {
    Map<String, Long> outcomes =
        files().stream()
            .flatMap(file -> file.cases().stream())
            .collect(
                Collectors.groupingBy(
                    vector -> VectorFile.field(vector, "outcome"), Collectors.counting()));
    List<String> words = Stream.of(Flaw.values()).map(Flaw::word).toList();
    assertThat(outcomes.keySet()).contains(SUCCESS);
    assertThat(outcomes.keySet().stream().filter(word -> !word.equals(SUCCESS)))
        .isSubsetOf(words)
        .containsAll(words.stream().filter(word -> !word.equals("too_long")).toList());
    long all = outcomes.values().stream().mapToLong(Long::longValue).sum();
    assertThat(outcomes.getOrDefault(SUCCESS, 0L) * 2).isLessThan(all);
  }

  @Test
  void case_names_are_unique_and_lower_case() throws IOException {
    for (VectorFile file : files()) {
      List<String> names =
          file.cases().stream().map(vector -> VectorFile.field(vector, "case")).toList();
      assertThat(names)
          .doesNotHaveDuplicates()
          .allSatisfy(name -> assertThat(name).isEqualTo(name.toLowerCase(Locale.ROOT)));
    }
  }
}
