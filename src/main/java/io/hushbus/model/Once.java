package io.hushbus.model;

/**
 * A request that is to be done once, however often it is sent.
 *
 * @param key the Idempotency-Key, as its sender chose it
 * @param digest SHA-256 over all that the request asks for: another digest under the same key is
 *     another request
 */
@SuppressWarnings("ArrayRecordComponent") // copied in and out, never compared as a record
public record Once(String key, byte[] digest) {

  public Once {
    digest = digest.clone();
  }

  @Override
  public byte[] digest() {
    return digest.clone();
  }

  @Override
  public String toString() {
    return "Once[hidden]";
  }
}
