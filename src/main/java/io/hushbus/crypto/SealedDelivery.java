package io.hushbus.crypto;

import io.hushbus.model.Failure;
import java.util.Base64;

/**
 * A payload that only the holder of one private key can open.
 *
 * @param enc the encapsulated key
 * @param ciphertext AES-256-GCM over the payload, tag at the end
 */
public record SealedDelivery(DeliverySuite suite, byte[] enc, byte[] ciphertext) {

  private static final int LARGEST = PayloadCodec.LARGEST + Aead.TAG;

  /**
   * @throws Failure invalid at {@code pointer}, for what no sealing of that suite can have made
   */
  public static SealedDelivery parse(
      String pointer, DeliverySuite suite, String enc, String ciphertext) {
    byte[] key = bytes(pointer + "/enc", enc, suite.encapsulationBytes());
    byte[] sealed = bytes(pointer + "/ciphertext", ciphertext, LARGEST);
    if (key.length != suite.encapsulationBytes() || sealed.length <= Aead.TAG) {
      throw Failure.invalid(pointer, Failure.Code.BAD_FORMAT);
    }
    return new SealedDelivery(suite, key, sealed);
  }

  private static byte[] bytes(String pointer, String base64, int most) {
    if (base64.length() > (most + 2) / 3 * 4) {
      throw Failure.invalid(pointer, Failure.Code.VALUE_TOO_LARGE);
    }
    try {
      return Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException notBase64) {
      throw Failure.invalid(pointer, Failure.Code.BAD_BASE64);
    }
  }

  public String encBase64() {
    return Base64.getEncoder().encodeToString(enc);
  }

  public String ciphertextBase64() {
    return Base64.getEncoder().encodeToString(ciphertext);
  }

  @Override
  public String toString() {
    return "SealedDelivery[" + suite.word() + "]";
  }
}
