package io.hushbus.runner;

import static org.assertj.core.api.Assertions.assertThat;

import io.hushbus.model.SecretValue;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
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
  void strings_of_a_json_document_are_hidden_by_themselves_and_names_of_fields_are_not()
      throws IOException {
    String document =
        """
        {"client_email": "robot@example.org", "on": true, "short": "abc",
         "keys": [["deep-in-an-array", {"private_key": "-----BEGIN-----\\nMIIEvQIBADANBg\\n"}]],
         "quoted": "a \\"quoted\\" \\u00e4\\ud83d\\ude00 \\/word"}
        """;

    assertThat(masked("<" + document.strip() + ">", document)).isEqualTo("<***>");
    assertThat(masked("as robot@example.org: client_email abc, \"on\"", document))
        .isEqualTo("as ***: client_email abc, \"on\"");
    assertThat(masked("deep-in-an-array MIIEvQIBADANBg", document)).isEqualTo("*** ***");
    assertThat(masked("-----BEGIN-----\nMIIEvQIBADANBg!", document)).isEqualTo("***!");
    assertThat(masked("-----BEGIN-----\\nMIIEvQIBADANBg\\n!", document)).isEqualTo("***!");
    assertThat(masked("a \"quoted\" \u00e4\ud83d\ude00 /word!", document)).isEqualTo("***!");
  }

  @Property(tries = 300)
  void whatever_looks_like_a_document_is_read_to_its_end_and_gives_no_more_than_it_has(
      @ForAll("like documents") String text) {
    List<byte[]> strings = JsonStrings.of(text.getBytes(StandardCharsets.UTF_8), 1);

    assertThat(strings.stream().mapToInt(one -> one.length).sum())
        .isLessThanOrEqualTo(text.getBytes(StandardCharsets.UTF_8).length);
  }

  @Property(tries = 300)
  void strings_are_those_that_a_parser_finds(@ForAll List<String> words) {
    byte[] document = new JsonArray(words).encode().getBytes(StandardCharsets.UTF_8);
    byte[] nested =
        new JsonObject()
            .put("a", new JsonArray().add(new JsonObject().put("b", words)))
            .encode()
            .getBytes(StandardCharsets.UTF_8);
    List<String> known = words.stream().map(MaskerTest::throughUtf8).toList();

    assertThat(JsonStrings.of(document, 0).stream().map(MaskerTest::utf8)).isEqualTo(known);
    assertThat(JsonStrings.of(nested, 0).stream().map(MaskerTest::utf8)).isEqualTo(known);
  }

  @Property(tries = 500)
  void a_value_is_hidden_as_libraries_write_it(
      @ForAll("values") String value, @ForAll @IntRange(min = 1, max = 9) int chunk)
      throws IOException {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    String inJson = new JsonArray().add(value).encode();
    List<String> written =
        List.of(
            HexFormat.of().formatHex(bytes),
            HexFormat.of().withUpperCase().formatHex(bytes),
            Base64.getEncoder().encodeToString(bytes),
            URLEncoder.encode(value, StandardCharsets.UTF_8),
            URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20"),
            inJson.substring(2, inJson.length() - 2));
    for (String form : written) {
      // The last letter of Base64 holds other bits as well.
      assertThat(chunked(chunk, "<" + form + ">", value)).startsWith("<***").hasSizeLessThan(9);
    }
  }

  @Property(tries = 50)
  void forms_of_a_value_are_bounded_by_its_length(@ForAll @Size(min = 8, max = 2000) byte[] value) {
    List<byte[]> forms = new ArrayList<>();
    Codings.each(value, forms::add);

    assertThat(forms).hasSizeLessThanOrEqualTo(16);
    assertThat(forms).allMatch(form -> form.length <= 6 * value.length);
  }

  @Test
  void memory_for_what_is_hidden_is_bounded_and_later_values_find_room() throws IOException {
    Masks masks = new Masks();
    Random random = new Random(7);
    Map<String, SecretValue> many = new LinkedHashMap<>();
    for (int i = 0; i < 100; i++) {
      byte[] bytes = new byte[12_000];
      for (int at = 0; at < bytes.length; at++) {
        bytes[at] = (byte) ('a' + random.nextInt(26));
      }
      many.put("V" + i, SecretValue.copyOf(bytes));
    }

    assertThat(masks.add(many)).isEmpty();
    assertThat(masks.add(Map.of("LATE", SecretValue.ofText("s3cret-value")))).isEmpty();

    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Masker masker = new Masker(masks, out::write);
    put(masker, "a s3cret-value b");
    masker.end();
    assertThat(text(out)).isEqualTo("a *** b");
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

  @Provide("like documents")
  Arbitrary<String> likeDocuments() {
    return Arbitraries.strings()
        .withChars("{[\"\\u0d8:, a}]\u00e4")
        .ofMaxLength(60)
        .map(rest -> "{" + rest);
  }

  /** Of eight letters or more, with nothing blank at the ends. */
  @Provide
  Arbitrary<String> values() {
    return Arbitraries.strings()
        .withCharRange(' ', '~')
        .withChars("\n\t\u00e4\u20ac")
        .ofMinLength(6)
        .ofMaxLength(60)
        .map(middle -> "a" + middle + "b");
  }

  private static String utf8(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** Half a pair has no bytes of its own. */
  private static String throughUtf8(String text) {
    return utf8(text.getBytes(StandardCharsets.UTF_8));
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
