package io.hushbus.access;

import io.hushbus.crypto.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * SHA-256 of all of a credential: what caches know it by, so that none is kept in memory. 256 bits,
 * so that two never meet.
 */
record TokenDigest(long first, long second, long third, long fourth) {

  static TokenDigest of(String credential) {
    ByteBuffer hash = ByteBuffer.wrap(Sha256.of(credential.getBytes(StandardCharsets.UTF_8)));
    return new TokenDigest(hash.getLong(), hash.getLong(), hash.getLong(), hash.getLong());
  }

  @Override
  public String toString() {
    return "TokenDigest[hidden]";
  }
}
