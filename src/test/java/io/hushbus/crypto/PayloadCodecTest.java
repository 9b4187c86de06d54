package io.hushbus.crypto;

import static io.hushbus.crypto.Fixtures.payload;
import static io.hushbus.crypto.Fixtures.texts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hushbus.model.EntryName;
import io.hushbus.model.Payload;
import io.hushbus.model.SecretValue;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PayloadCodecTest {

  @Test
  void the_bytes_are_as_documented() {
    assertThat(HexFormat.of().formatHex(PayloadCodec.encode(payload("b", "two", "a", "1"))))
        .isEqualTo("01" + "0002" + "0161" + "00000001" + "31" + "0162" + "00000003" + "74776f");
  }

  @Test
  void the_most_entries_of_the_longest_names_fit() {
    Map<EntryName, SecretValue> entries = new TreeMap<>();
    for (int i = 0; i < Payload.MAX_ENTRIES; i++) {
      entries.put(new EntryName("%0127d".formatted(i)), SecretValue.ofText("v" + i));
    }
    Payload payload = new Payload(entries);
    assertThat(texts(PayloadCodec.decode(PayloadCodec.encode(payload)))).isEqualTo(texts(payload));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", // nothing
        "01", // no count
        "010000", // no entries
        "00000101610000000131", // format 0
        "02000101610000000131", // format 2
        "01000201610000000131", // an entry less than counted
        "0100010161000000013100", // one byte too many
        "01000101610000000231", // value shorter than said
        "010001016100000002", // no value
        "01000101617fffffff31", // length far beyond the end
        "0100010161ffffffff31", // negative length
        "0100010000000001" + "31", // empty name
        "01000101200000000131", // a blank as name
        "01000101e90000000131", // not ASCII
        "0100020162000000013101610000000131", // not ascending
        "0100020161000000013101610000000131", // the same name twice
        "0100018061000000" + "0131", // name beyond the end
        "ffff", // no format at all
      })
  void anything_else_is_refused(String hex) {
    assertThatThrownBy(() -> PayloadCodec.decode(HexFormat.of().parseHex(hex)))
        .isInstanceOfSatisfying(
            Flawed.class, found -> assertThat(found.flaw()).isEqualTo(Flaw.BAD_PAYLOAD));
  }

  @Test
  void more_entries_than_a_payload_may_have_are_refused() {
    StringBuilder hex = new StringBuilder("010101");
    for (int i = 0; i < 257; i++) {
      hex.append(
          "03%02x%02x%02x00000000".formatted('0' + i / 100, '0' + i / 10 % 10, '0' + i % 10));
    }
    assertThatThrownBy(() -> PayloadCodec.decode(HexFormat.of().parseHex(hex)))
        .isInstanceOf(Flawed.class);
  }
}
