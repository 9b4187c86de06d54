package io.hushbus.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Entries are counted, ordered and measured. */
final class PayloadTest {

  @Test
  void one_to_256_entries() {
    assertThat(new Payload(entries(256)).entries()).hasSize(256);
    for (int count : new int[] {0, 257}) {
      assertThatThrownBy(() -> new Payload(entries(count)))
          .isInstanceOfSatisfying(
              Failure.Invalid.class,
              invalid ->
                  assertThat(invalid.fields())
                      .containsExactly(new Failure.Field("/data", Failure.Code.BAD_ENTRY_COUNT)));
    }
  }

  @Test
  void entries_are_in_the_order_of_their_names_and_fixed() {
    Payload payload = new Payload(entries(30));
    assertThat(List.copyOf(payload.entries().keySet())).isSorted();
    assertThatThrownBy(() -> payload.entries().clear())
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void the_size_is_that_of_all_values_in_bytes() {
    Payload payload =
        new Payload(
            Map.of(
                new EntryName("two"), SecretValue.ofText("\u00e9"),
                new EntryName("none"), SecretValue.ofText("")));
    assertThat(payload.size()).isEqualTo(2);
  }

  private static Map<EntryName, SecretValue> entries(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> new EntryName("k" + i))
        .collect(Collectors.toMap(Function.identity(), name -> SecretValue.ofText("v")));
  }
}
