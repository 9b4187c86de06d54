package io.hushbus.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hushbus.model.Failure;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** A checker that was never seen red proves nothing: each rule of {@link Fuzz} is broken once. */
final class FuzzTest {

  private static final Fuzz FUZZ = Fuzz.of("{\"name\": \"abc\"}", "{\"name\": \"def\", \"x\": 1}");

  @Test
  void a_reader_that_refuses_with_failures_passes() {
    assertThatCode(
            () ->
                FUZZ.run(
                    input -> {
                      if (input.length % 2 == 0) {
                        throw Failure.invalid("", Failure.Code.MALFORMED_JSON);
                      }
                    }))
        .doesNotThrowAnyException();
  }

  @Test
  void another_exception_is_found() {
    assertThatThrownBy(
            () ->
                FUZZ.run(
                    input -> {
                      if (text(input).contains("\\u0000")) {
                        throw new IllegalArgumentException("not thought of");
                      }
                    }))
        .hasMessageContaining("IllegalArgumentException")
        .hasMessageContaining("seed ");
  }

  @Test
  void a_failure_that_repeats_its_input_is_found() {
    assertThatThrownBy(
            () ->
                FUZZ.run(
                    input -> {
                      throw Failure.invalid("/" + text(input), Failure.Code.MALFORMED_JSON);
                    }))
        .hasMessageContaining("repeated");
  }

  @Test
  void memory_out_of_proportion_is_found() {
    assertThatThrownBy(
            () ->
                FUZZ.run(
                    input -> {
                      if (text(input).contains("x")) {
                        assertThat(new byte[8 * 1024 * 1024]).isNotNull();
                      }
                    }))
        .hasMessageContaining("memory");
  }

  private static String text(byte[] input) {
    return new String(input, StandardCharsets.UTF_8);
  }
}
