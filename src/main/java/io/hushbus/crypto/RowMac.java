package io.hushbus.crypto;

import java.util.Arrays;

/**
 * The tag of one row, and which generation of the tenant's key made it.
 *
 * @param tag 32 bytes of HMAC-SHA-256; not secret
 */
public record RowMac(int generation, byte[] tag) {

  @Override
  public boolean equals(Object other) {
    return other instanceof RowMac that
        && generation == that.generation
        && Arrays.equals(tag, that.tag);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(tag);
  }
}
