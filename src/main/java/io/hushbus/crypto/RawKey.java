package io.hushbus.crypto;

import javax.crypto.SecretKey;

/**
 * A view of key bytes that somebody else owns and wipes. {@code SecretKeySpec} would keep a second
 * copy that nobody can overwrite.
 */
final class RawKey implements SecretKey {

  private static final long serialVersionUID = 1L;

  private final transient byte[] bytes;
  private final String algorithm;

  RawKey(byte[] bytes, String algorithm) {
    this.bytes = bytes;
    this.algorithm = algorithm;
  }

  @Override
  public String getAlgorithm() {
    return algorithm;
  }

  @Override
  public String getFormat() {
    return "RAW";
  }

  // The JDK's ciphers and MACs wipe the copy that they ask for.
  @Override
  public byte[] getEncoded() {
    return bytes.clone();
  }

  @Override
  public String toString() {
    return "RawKey[hidden]";
  }
}
