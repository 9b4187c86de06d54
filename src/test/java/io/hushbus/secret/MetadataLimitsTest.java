package io.hushbus.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hushbus.model.Failure;
import io.hushbus.model.Failure.Code;
import io.hushbus.model.Failure.Field;
import io.hushbus.model.SecretName;
import io.hushbus.model.SecretType;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Limits of what is said about a secret: exact at the edge, named by pointers, never echoed. */
final class MetadataLimitsTest {

  @Test
  void everything_at_its_limit_is_taken() {
    assertThatCode(
            () -> created("d".repeat(1024), labels(64, "v".repeat(256)), OptionalInt.of(100)))
        .doesNotThrowAnyException();
    assertThatCode(() -> created("", Map.of("k".repeat(63), ""), OptionalInt.of(1)))
        .doesNotThrowAnyException();
  }

  @Test
  void everything_over_its_limit_is_named_at_once() {
    refused(
        () -> created("d".repeat(1025), Map.of("team", "v".repeat(257)), OptionalInt.of(101)),
        new Field("/description", Code.TOO_LONG),
        new Field("/labels/team", Code.TOO_LONG),
        new Field("/max_versions", Code.OUT_OF_RANGE));
    refused(
        () -> created("", labels(65, ""), OptionalInt.of(5)), new Field("/labels", Code.TOO_LONG));
    refused(
        () -> created("", Map.of(), OptionalInt.of(0)),
        new Field("/max_versions", Code.OUT_OF_RANGE));
  }

  @Test
  void a_malformed_label_key_is_refused_and_not_repeated() {
    for (String key : new String[] {"", "k".repeat(64), "sp ace", "sl/ash", "\u0435vil", "nul\0"}) {
      refused(
          () -> created("", Map.of(key, ""), OptionalInt.empty()),
          new Field("/labels", Code.BAD_FORMAT));
    }
  }

  @Test
  void a_nul_character_is_refused_before_the_database_does() {
    refused(
        () -> created("a\0b", Map.of("team", "a\0b"), OptionalInt.empty()),
        new Field("/description", Code.BAD_FORMAT),
        new Field("/labels/team", Code.BAD_FORMAT));
  }

  @Test
  void an_edit_is_held_to_the_same() {
    refused(
        () ->
            new MetadataEdit(
                Optional.empty(),
                Optional.of("d".repeat(1025)),
                Map.of("", Optional.of("")),
                Optional.of(1000),
                Optional.empty()),
        new Field("/description", Code.TOO_LONG),
        new Field("/labels", Code.BAD_FORMAT),
        new Field("/max_versions", Code.OUT_OF_RANGE));
  }

  private static Map<String, String> labels(int count, String value) {
    return IntStream.range(0, count)
        .boxed()
        .collect(Collectors.toMap(i -> "label-" + i, i -> value));
  }

  private static void created(
      String description, Map<String, String> labels, OptionalInt maxVersions) {
    var made =
        new NewSecret(
            new SecretName("limited"), SecretType.TEXT, description, labels, maxVersions, false);
    assertThat(made.labels()).isEqualTo(labels);
  }

  private static void refused(Runnable making, Field... fields) {
    assertThatThrownBy(making::run)
        .isInstanceOfSatisfying(
            Failure.Invalid.class, invalid -> assertThat(invalid.fields()).containsExactly(fields));
  }
}
