package io.hushbus.crypto;

import io.hushbus.model.EntryName;
import io.hushbus.model.Failure;
import io.hushbus.model.Payload;
import io.hushbus.model.SecretValue;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/**
 * The bytes of a payload before it is encrypted, big endian:
 *
 * <pre>u8 format=1 | u16 count | per entry: u8 length, name, u32 length, value</pre>
 *
 * Names ascend strictly, nothing may follow: one payload has one encoding.
 */
final class PayloadCodec {

  /** The most bytes that the values of one version may have together. */
  static final int LARGEST_VALUES = 1 << 20;

  static final int LARGEST = 3 + LARGEST_VALUES + Payload.MAX_ENTRIES * (1 + 127 + 4);

  private static final byte FORMAT = 1;

  private PayloadCodec() {}

  /**
   * Plaintext: the caller wipes it.
   *
   * @throws Failure invalid, if the values are over 1 MiB together
   */
  static byte[] encode(Payload payload) {
    if (payload.size() > LARGEST_VALUES) {
      throw Failure.invalid("/data", Failure.Code.VALUE_TOO_LARGE);
    }
    ByteBuffer out = ByteBuffer.allocate(size(payload));
    out.put(FORMAT).putShort((short) payload.entries().size());
    payload.entries().forEach((name, value) -> put(out, name, value));
    return out.array();
  }

  /**
   * @throws Flawed bad payload, for anything that {@link #encode} does not write
   */
  static Payload decode(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    Map<EntryName, SecretValue> entries = new TreeMap<>();
    try {
      fill(entries, in);
      return new Payload(entries);
    } catch (Flawed | Failure wrong) {
      entries.values().forEach(SecretValue::close);
      throw Flaw.BAD_PAYLOAD.found();
    }
  }

  private static int size(Payload payload) {
    int names = payload.entries().keySet().stream().mapToInt(name -> name.text().length()).sum();
    return 3 + payload.entries().size() * (1 + 4) + names + payload.size();
  }

  // Names are ASCII by their rule, so characters are bytes.
  private static void put(ByteBuffer out, EntryName name, SecretValue value) {
    out.put((byte) name.text().length()).put(name.text().getBytes(StandardCharsets.US_ASCII));
    out.putInt(value.size());
    value.reveal(out::put);
  }

  private static void fill(Map<EntryName, SecretValue> entries, ByteBuffer in) {
    require(need(in, 3).get() == FORMAT);
    int count = Short.toUnsignedInt(in.getShort());
    String last = "";
    for (int i = 0; i < count; i++) {
      EntryName name = name(in);
      require(last.compareTo(name.text()) < 0);
      last = name.text();
      entries.put(name, SecretValue.owning(taken(in, need(in, 4).getInt())));
    }
    require(!in.hasRemaining());
  }

  private static EntryName name(ByteBuffer in) {
    int length = Byte.toUnsignedInt(need(in, 1).get());
    return new EntryName(new String(taken(in, length), StandardCharsets.ISO_8859_1));
  }

  private static byte[] taken(ByteBuffer in, int length) {
    require(length >= 0);
    need(in, length);
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }

  private static ByteBuffer need(ByteBuffer in, int count) {
    require(in.remaining() >= count);
    return in;
  }

  private static void require(boolean holds) {
    if (!holds) {
      throw Flaw.BAD_PAYLOAD.found();
    }
  }
}
