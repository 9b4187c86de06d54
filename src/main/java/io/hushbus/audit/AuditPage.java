package io.hushbus.audit;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * Some records, newest first.
 *
 * @param next where the next page starts; empty at the end. A page may be short, even empty, and
 *     still have a next one: a search looks at a bounded number of records at a time
 */
public record AuditPage(List<Item> items, Optional<Position> next) {

  /**
   * A record, and its place in the chain once it is sealed.
   *
   * @param hash 32 bytes
   */
  public record Item(AuditRecord record, OptionalLong sequence, Optional<byte[]> hash) {}

  /** The place of a record in the order of pages: its time and its id, which never change. */
  public record Position(Instant at, UUID record) {

    private static final int SIZE = 24;

    /** 24 bytes for a page token. */
    public byte[] encode() {
      return ByteBuffer.allocate(SIZE)
          .putLong(at.toEpochMilli())
          .putLong(record.getMostSignificantBits())
          .putLong(record.getLeastSignificantBits())
          .array();
    }

    /** What {@link #encode} gave; empty for anything of another length. */
    public static Optional<Position> decode(byte[] bytes) {
      if (bytes.length != SIZE) {
        return Optional.empty();
      }
      ByteBuffer in = ByteBuffer.wrap(bytes);
      Instant at = Instant.ofEpochMilli(in.getLong());
      return Optional.of(new Position(at, new UUID(in.getLong(), in.getLong())));
    }
  }
}
