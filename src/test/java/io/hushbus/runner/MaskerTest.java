package io.hushbus.runner;

import static org.assertj.core.api.Assertions.assertThat;

import io.hushbus.model.SecretValue;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** What is hidden of an output, and that all else passes as it is. */
final class MaskerTest {

  @Test
  void a_value_is_hidden_and_the_rest_passes() throws IOException {
    assertThat(masked("user app, password s3cret-value!", "s3cret-value"))
        .isEqualTo("user app, password ***!");
  }

  @Test
  void a_value_is_hidden_across_chunks_of_one_byte() throws IOException {
    assertThat(chunked(1, "a s3cret-value b", "s3cret-value")).isEqualTo("a *** b");
  }

  @Test
  void nothing_is_held_back_that_can_be_no_beginning() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Masker masker = new Masker(masks("s3cret-value"), out::write);

    put(masker, "prompt> ");
    assertThat(text(out)).isEqualTo("prompt> ");
    put(masker, "is s3cr");
    assertThat(text(out)).isEqualTo("prompt> is ");
    put(masker, "edit");
    assertThat(text(out)).isEqualTo("prompt> is s3credit");
  }

  @Test
  void what_was_held_back_comes_at_the_end() throws IOException {
    assertThat(masked("ends with s3cret-val", "s3cret-value")).isEqualTo("ends with s3cret-val");
  }

  @Test
  void a_value_within_another_and_one_that_overlaps_leave_nothing() throws IOException {
    assertThat(masked("xabcdefghx", "abcdef", "cdefgh", "cdef")).isEqualTo("x***x");
    assertThat(masked("x abcd x", "abcd", "abcdefgh")).isEqualTo("x *** x");
    assertThat(masked("abcdabcd", "abcd")).isEqualTo("***");
  }

  @Test
  void lines_of_a_value_are_hidden_by_themselves_and_with_the_line_ends_of_a_terminal()
      throws IOException {
    String key = "-----BEGIN KEY-----\nMIIEvQIBADANBg\nab\n-----END KEY-----\n";

    assertThat(masked("one: MIIEvQIBADANBg!", key)).isEqualTo("one: ***!");
    assertThat(masked("all: " + key + "!", key)).isEqualTo("all: ***\n!");
    assertThat(masked("all: " + key.replace("\n", "\r\n") + "!", key)).isEqualTo("all: ***\r\n!");
    assertThat(masked("ab", key)).as("too short a line").isEqualTo("ab");
  }

  @Test
  void base64_is_hidden_also_amid_other_text() throws IOException {
    String header =
        Base64.getEncoder().encodeToString("user:s3cret-value!".getBytes(StandardCharsets.UTF_8));

    String seen = masked("Authorization: Basic " + header, "s3cret-value");

    assertThat(seen).startsWith("Authorization: Basic dXNlcj").contains("***");
    assertThat(new String(Base64.getDecoder().decode(header), StandardCharsets.UTF_8))
        .contains("s3cret-value");
    assertThat(seen).doesNotContain(header.substring(12, 20));
  }

  @Test
  void short_values_are_left_and_named_once() {
    Masks masks = new Masks();

    assertThat(masks.add(Map.of("PIN", SecretValue.ofText("123\n")))).containsExactly("PIN");
    assertThat(masks.add(Map.of("PIN", SecretValue.ofText("456")))).isEmpty();
    assertThat(masks.add(Map.of("WORD", SecretValue.ofText("1234")))).isEmpty();
  }

  @Test
  void a_large_value_is_hidden_whole() throws IOException {
    StringBuilder large = new StringBuilder();
    Random random = new Random(7);
    while (large.length() < 100_000) {
      large.append((char) ('a' + random.nextInt(26)));
    }
    assertThat(masked("<" + large + ">", large.toString())).isEqualTo("<***>");
  }

  @Test
  void a_value_that_is_added_meanwhile_is_hidden_and_the_older_one_stays_so() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Masks masks = masks("first-one");
    Masker masker = new Masker(masks, out::write);

    put(masker, "a first-one b firs");
    masks.add(Map.of("X", SecretValue.ofText("second-one"), "Y", SecretValue.ofText("rst-two")));
    put(masker, "t-two c second-one d first-one");
    masker.end();

    assertThat(text(out)).isEqualTo("a *** b fi*** c *** d ***");
  }

  @Test
  void a_pattern_of_one_letter_is_no_trap() throws IOException {
    String letters = "a".repeat(50_000);
    assertThat(chunked(4096, letters + "b" + letters, letters.substring(0, 10_000)))
        .isEqualTo("***b***");
  }

  @Property(tries = 500)
  void arbitrary_chunks_are_as_the_whole(
      @ForAll("few letters") String text,
      @ForAll @Size(max = 5) List<@net.jqwik.api.From("patterns") String> patterns,
      @ForAll @IntRange(min = 1, max = 9) int chunk)
      throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Automaton automaton =
        Automaton.of(patterns.stream().map(one -> one.getBytes(StandardCharsets.UTF_8)).toList());
    Masker masker = new Masker(() -> automaton, out::write);
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    for (int from = 0; from < bytes.length; from += chunk) {
      masker.write(bytes, from, Math.min(chunk, bytes.length - from));
    }
    masker.end();

    assertThat(text(out)).isEqualTo(naive(text, patterns));
  }

  @Property(tries = 200)
  void bytes_without_a_value_pass_as_they_are(
      @ForAll byte[] bytes, @ForAll @IntRange(min = 1, max = 70) int chunk) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Masker masker = new Masker(masks("a value of some length, which no chance makes"), out::write);
    for (int from = 0; from < bytes.length; from += chunk) {
      masker.write(bytes, from, Math.min(chunk, bytes.length - from));
    }
    masker.end();

    assertThat(out.toByteArray()).isEqualTo(bytes);
  }

  @Provide("few letters")
  Arbitrary<String> fewLetters() {
    return Arbitraries.strings().withChars('a', 'b', 'c').ofMaxLength(60);
  }

  @Provide
  Arbitrary<String> patterns() {
    return Arbitraries.strings().withChars('a', 'b', 'c').ofMinLength(1).ofMaxLength(6);
  }

  /** By the words of the promise: all that belongs to an occurrence, each stretch one mark. */
  private static String naive(String text, List<String> patterns) {
    boolean[] hidden = new boolean[text.length()];
    for (String pattern : patterns) {
      for (int at = text.indexOf(pattern); at >= 0; at = text.indexOf(pattern, at + 1)) {
        java.util.Arrays.fill(hidden, at, at + pattern.length(), true);
      }
    }
    StringBuilder seen = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      if (!hidden[i]) {
        seen.append(text.charAt(i));
      } else if (i == 0 || !hidden[i - 1]) {
        seen.append("***");
      }
    }
    return seen.toString();
  }

  private static String masked(String text, String... values) throws IOException {
    return chunked(7, text, values);
  }

  private static String chunked(int chunk, String text, String... values) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Masker masker = new Masker(masks(values), out::write);
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    for (int from = 0; from < bytes.length; from += chunk) {
      masker.write(bytes, from, Math.min(chunk, bytes.length - from));
    }
    masker.end();
    return text(out);
  }

  private static Masks masks(String... values) {
    Map<String, SecretValue> all = new LinkedHashMap<>();
    for (String value : new ArrayList<>(List.of(values))) {
      all.put("V" + all.size(), SecretValue.ofText(value));
    }
    Masks masks = new Masks();
    masks.add(all);
    return masks;
  }

  private static void put(Masker masker, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    masker.write(bytes, 0, bytes.length);
  }

  private static String text(ByteArrayOutputStream out) {
    return out.toString(StandardCharsets.UTF_8);
  }
}
