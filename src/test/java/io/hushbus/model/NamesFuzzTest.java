package io.hushbus.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.hushbus.support.Fuzz;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever text comes as a name, it is one as it stands or it is refused: nothing is mended. */
final class NamesFuzzTest {

  record Kind(String kind, Function<String, Record> of) {
    @Override
    public String toString() {
      return kind;
    }
  }

  static List<Kind> kinds() {
    return List.of(
        new Kind("secret", SecretName::new),
        new Kind("entry", EntryName::new),
        new Kind("object", ObjectName::new),
        new Kind("tenant", TenantName::new));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void a_text_is_a_name_as_it_stands_or_none(Kind kind) {
    Fuzz.of("db-password", "Train_2", "a1", "acme", "tls.key", "a".repeat(63))
        .run(
            input -> {
              String text = new String(input, StandardCharsets.UTF_8);
              String name = kind.of().apply(text).toString();
              assertThat(name).isEqualTo(text).matches("[A-Za-z0-9._-]{1,127}");
            });
  }

  @ParameterizedTest
  @MethodSource("durations")
  void a_text_is_a_time_of_whole_seconds_or_none(String seeds) {
    Fuzz.of(seeds.split(" ", -1))
        .run(
            input ->
                assertThat(Ttl.parse(new String(input, StandardCharsets.UTF_8)))
                    .isGreaterThanOrEqualTo(Duration.ZERO));
  }

  static List<String> durations() {
    return List.of("90s 15m 6h 7d 3600 1");
  }
}
