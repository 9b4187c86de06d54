package io.hushbus.access;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * SHA-256 of all of a credential: what caches know it by, so that none is kept in memory. 256 bits,
 * so that two never meet.
 */
record TokenDigest(long first, long second, long third, long fourth) {

  static TokenDigest of(String credential) {
    ByteBuffer hash = ByteBuffer.wrap(sha256(credential.getBytes(StandardCharsets.UTF_8)));
    return new TokenDigest(hash.getLong(), hash.getLong(), hash.getLong(), hash.getLong());
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  @Override
  public String toString() {
    return "TokenDigest[hidden]";
  }
}
