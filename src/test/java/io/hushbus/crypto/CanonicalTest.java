package io.hushbus.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CanonicalTest {

  private static final UUID ID = UUID.fromString("00112233-4455-6677-8899-aabbccddeeff");

  private static String hex(Canonical canonical) {
    return HexFormat.of().formatHex(canonical.encode());
  }

  @Test
  void the_bytes_are_as_documented() {
    assertThat(
            hex(
                Canonical.of("row")
                    .text("hé")
                    .bytes(new byte[] {9})
                    .number(-1L)
                    .id(ID)
                    .flag(true)
                    .flag(false)
                    .time(Instant.ofEpochMilli(256))))
        .isEqualTo(
            "0003726f77"
                + "010000000368c3a9"
                + "020000000109"
                + "03ffffffffffffffff"
                + "0400112233445566778899aabbccddeeff"
                + "0501"
                + "0500"
                + "060000000000000100");
  }

  @Test
  void an_absent_field_is_neither_empty_nor_zero() {
    Canonical absent = Canonical.of("row").text(null).bytes(null).number(null).id(null).time(null);
    assertThat(hex(absent)).isEqualTo("0003726f77" + "8182838486");
    assertThat(Canonical.of("row").text(null).encode())
        .isNotEqualTo(Canonical.of("row").text("").encode());
  }

  @Test
  void fields_cannot_flow_into_each_other() {
    List<Canonical> rows =
        List.of(
            Canonical.of("row").text("ab").text("c"),
            Canonical.of("row").text("a").text("bc"),
            Canonical.of("row").text("abc"),
            Canonical.of("row").text("abc").text(""),
            Canonical.of("row").text("").text("abc"),
            Canonical.of("row").text("abc").text(null),
            Canonical.of("row").bytes(new byte[] {'a', 'b', 'c'}),
            Canonical.of("rowa").text("bc"),
            Canonical.of("row").number(1L).flag(true),
            Canonical.of("row").flag(true).number(1L),
            Canonical.of("row").number(1L),
            Canonical.of("row").time(Instant.ofEpochMilli(1)));
    assertThat(rows.stream().map(CanonicalTest::hex)).doesNotHaveDuplicates();
  }

  @Test
  void times_are_cut_to_milliseconds() {
    Instant time = Instant.parse("2026-01-02T03:04:05.678Z");
    assertThat(Canonical.of("row").time(time.plusNanos(999_999)).encode())
        .isEqualTo(Canonical.of("row").time(time).encode());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "with blank", "ümlaut", "tab\t"})
  void a_label_is_a_short_ascii_word(String label) {
    assertThatThrownBy(() -> Canonical.of(label)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Canonical.of("x".repeat(65)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static final byte[] ROW =
      Canonical.of("row")
          .text("t")
          .bytes(new byte[] {1})
          .number(2L)
          .id(ID)
          .flag(true)
          .time(Instant.EPOCH)
          .number(null)
          .encode();

  private static List<Object> row(CanonicalReader in) {
    return List.of(
        in.text(),
        HexFormat.of().formatHex(in.bytes()),
        in.number(),
        in.id(),
        in.flag(),
        in.time(),
        in.optionalNumber() == null);
  }

  @Test
  void what_was_written_is_read() {
    assertThat(CanonicalReader.read(ROW, "row", CanonicalTest::row))
        .contains(List.of("t", "01", 2L, ID, true, Instant.EPOCH, true));
  }

  @Test
  void another_label_length_kind_or_order_reads_as_nothing() {
    assertThat(CanonicalReader.read(ROW, "rov", CanonicalTest::row)).isEmpty();
    assertThat(CanonicalReader.read(ROW, "rows", CanonicalTest::row)).isEmpty();
    for (int length = 0; length < ROW.length; length++) {
      assertThat(CanonicalReader.read(Arrays.copyOf(ROW, length), "row", CanonicalTest::row))
          .isEmpty();
    }
    assertThat(CanonicalReader.read(Arrays.copyOf(ROW, ROW.length + 1), "row", CanonicalTest::row))
        .isEmpty();
    byte[] number = Canonical.of("row").number(1L).encode();
    assertThat(CanonicalReader.read(number, "row", CanonicalReader::time)).isEmpty();
    assertThat(CanonicalReader.read(number, "row", CanonicalReader::number)).contains(1L);
  }

  @Test
  void an_absent_field_where_one_is_needed_reads_as_nothing() {
    byte[] absent = Canonical.of("row").number(null).encode();
    assertThat(CanonicalReader.read(absent, "row", CanonicalReader::number)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0003726f770502",
        "0003726f77017fffffff",
        "0003726f7701ffffffff",
        "0003726f770100000001ff",
        "0003726f7785"
      })
  void malformed_fields_read_as_nothing(String hex) {
    byte[] bytes = HexFormat.of().parseHex(hex);
    assertThat(CanonicalReader.read(bytes, "row", CanonicalReader::flag)).isEmpty();
    assertThat(CanonicalReader.read(bytes, "row", CanonicalReader::text)).isEmpty();
    assertThat(CanonicalReader.read(bytes, "row", CanonicalReader::bytes)).isEmpty();
  }
}
