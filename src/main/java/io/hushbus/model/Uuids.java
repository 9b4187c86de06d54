package io.hushbus.model;

import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.UUID;
import java.util.random.RandomGenerator;

/**
 * Makes the ids: random ones (version 4) for tenants and secrets, ordered ones (version 7, RFC
 * 9562) for leases, audit records and events. Randomness and clock are passed in. The clock only
 * orders index pages; nothing is ever decided by it.
 */
public final class Uuids {

  /** A source of good randomness is asked seldom, for much: each question has a price. */
  private static final int DRAWN = 512;

  private final RandomGenerator random;
  private final InstantSource clock;
  private final ByteBuffer drawn = ByteBuffer.allocate(DRAWN).limit(0);

  public Uuids(RandomGenerator random, InstantSource clock) {
    this.random = random;
    this.clock = clock;
  }

  /** A random id: RFC 9562 version 4. */
  public UUID random() {
    long high = (next() & 0xFFFF_FFFF_FFFF_0FFFL) | 0x4000L;
    return new UUID(high, variant(next()));
  }

  /** An id that sorts by the millisecond it was made in: RFC 9562 version 7, 74 random bits. */
  public UUID ordered() {
    long high = (clock.millis() << 16) | 0x7000L | (next() & 0x0FFFL);
    return new UUID(high, variant(next()));
  }

  private synchronized long next() {
    if (!drawn.hasRemaining()) {
      random.nextBytes(drawn.array());
      drawn.clear();
    }
    return drawn.getLong();
  }

  /** The sixteen bytes of an id, big endian, as keys and MACs take it. */
  public static byte[] bytes(UUID id) {
    return ByteBuffer.allocate(16)
        .putLong(id.getMostSignificantBits())
        .putLong(id.getLeastSignificantBits())
        .array();
  }

  private static long variant(long bits) {
    return (bits & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
  }
}
