package io.hushbus.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

/** RFC 9562: version and variant bits, and the order of version 7. */
final class UuidsTest {

  private static final long LATEST = (1L << 48) - 1;

  @Property
  void random_ids_are_of_version_4_and_the_rfc_variant(@ForAll long seed) {
    UUID id = at(0, seed).random();
    assertThat(id.version()).isEqualTo(4);
    assertThat(id.variant()).isEqualTo(2);
  }

  @Property
  void ordered_ids_carry_version_7_variant_and_time(
      @ForAll long seed, @ForAll @LongRange(min = 0, max = LATEST) long millis) {
    UUID id = at(millis, seed).ordered();
    assertThat(id.version()).isEqualTo(7);
    assertThat(id.variant()).isEqualTo(2);
    assertThat(id.getMostSignificantBits() >>> 16).isEqualTo(millis);
  }

  @Test
  void later_ids_sort_behind_earlier_ones_as_text() {
    List<String> ids = new ArrayList<>();
    for (long millis = 1_700_000_000_000L; ids.size() < 100; millis++) {
      ids.add(at(millis, millis).ordered().toString());
    }
    assertThat(ids).isSorted();
  }

  @Test
  void bytes_are_big_endian() {
    UUID id = UUID.fromString("00112233-4455-6677-8899-aabbccddeeff");
    assertThat(Uuids.bytes(id))
        .containsExactly(
            0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd,
            0xee, 0xff);
  }

  private static Uuids at(long millis, long seed) {
    return new Uuids(new SplittableRandom(seed), () -> Instant.ofEpochMilli(millis));
  }
}
