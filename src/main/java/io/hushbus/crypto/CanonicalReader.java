package io.hushbus.crypto;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads back what {@link Canonical} wrote, field by field, in the order of writing. Meant for bytes
 * whose MAC has been checked; still strict, since an older broker may have written them.
 *
 * <p>When the next bytes are not such a field, the whole reading is empty.
 */
public final class CanonicalReader {

  private final ByteBuffer in;

  private CanonicalReader(byte[] bytes) {
    this.in = ByteBuffer.wrap(bytes);
  }

  /** The bytes are not what the reader expects; {@link #read} turns it into empty. */
  private static final class Malformed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private Malformed() {
      super("malformed canonical encoding", null, false, false);
    }
  }

  /**
   * What {@code fields} makes of the bytes; empty if the label is another, a field is missing or of
   * another kind, or bytes are left over.
   */
  public static <T> Optional<T> read(
      byte[] bytes, String label, Function<CanonicalReader, T> fields) {
    var reader = new CanonicalReader(bytes);
    try {
      reader.label(label);
      T result = fields.apply(reader);
      return reader.in.hasRemaining() ? Optional.empty() : Optional.of(result);
    } catch (Malformed malformed) {
      return Optional.empty();
    }
  }

  public String text() {
    return present(optionalText());
  }

  public @Nullable String optionalText() {
    return starts(Canonical.TEXT) ? decoded(sized()) : null;
  }

  public byte[] bytes() {
    if (!starts(Canonical.BYTES)) {
      throw new Malformed();
    }
    return sized();
  }

  public long number() {
    return present(optionalNumber());
  }

  public @Nullable Long optionalNumber() {
    return starts(Canonical.NUMBER) ? Long.valueOf(need(8).getLong()) : null;
  }

  public UUID id() {
    return present(optionalId());
  }

  public @Nullable UUID optionalId() {
    return starts(Canonical.ID) ? new UUID(need(16).getLong(), in.getLong()) : null;
  }

  public boolean flag() {
    if (!starts(Canonical.FLAG)) {
      throw new Malformed();
    }
    return switch (need(1).get()) {
      case 0 -> false;
      case 1 -> true;
      default -> throw new Malformed();
    };
  }

  public Instant time() {
    return present(optionalTime());
  }

  public @Nullable Instant optionalTime() {
    return starts(Canonical.TIME) ? Instant.ofEpochMilli(need(8).getLong()) : null;
  }

  private void label(String label) {
    byte[] expected = Macs.prefixed(label);
    byte[] found = new byte[expected.length];
    need(found.length).get(found);
    if (!Arrays.equals(expected, found)) {
      throw new Malformed();
    }
  }

  // True for a present field of that kind, false for an absent one.
  private boolean starts(int kind) {
    int found = need(1).get() & 0xFF;
    if ((found & ~Canonical.ABSENT) != kind) {
      throw new Malformed();
    }
    return found == kind;
  }

  private byte[] sized() {
    int length = need(4).getInt();
    need(length); // before allocating
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }

  private ByteBuffer need(int count) {
    if (count < 0 || in.remaining() < count) {
      throw new Malformed();
    }
    return in;
  }

  private static String decoded(byte[] utf8) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
    } catch (CharacterCodingException e) {
      throw new Malformed();
    }
  }

  private static <T> T present(@Nullable T value) {
    if (value == null) {
      throw new Malformed();
    }
    return value;
  }
}
