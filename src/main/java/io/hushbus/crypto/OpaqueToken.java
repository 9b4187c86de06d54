package io.hushbus.crypto;

import io.hushbus.model.SecretValue;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/**
 * Cursors and page tokens: content that a client carries and cannot change, as base64url of {@code
 * u8 version=1 | content | tag(16)}. Not encrypted: put nothing into it that the client may not
 * know.
 *
 * <p>The tag is HMAC-SHA-256, cut to 16 bytes, over the length-prefixed kind, the version and the
 * content: a token of one kind is no token of another.
 */
public final class OpaqueToken {

  private static final byte VERSION = 1;
  private static final int TAG = 16;

  private OpaqueToken() {}

  /**
   * @param kind an ASCII word such as {@code cursor}
   */
  public static String seal(SecretValue macKey, String kind, Canonical content) {
    byte[] encoded = content.encode();
    ByteBuffer out = ByteBuffer.allocate(1 + encoded.length + TAG).put(VERSION).put(encoded);
    byte[] tag = tag(macKey, kind, Arrays.copyOf(out.array(), out.position()));
    return Base64.getUrlEncoder().withoutPadding().encodeToString(out.put(tag).array());
  }

  /**
   * The content, for {@link CanonicalReader}; empty for anything that {@link #seal} did not make.
   *
   * @param maxLength characters; a longer text is turned away unread
   */
  public static Optional<byte[]> open(SecretValue macKey, String kind, String text, int maxLength) {
    return text.length() > maxLength
        ? Optional.empty()
        : decoded(text).flatMap(bytes -> checked(macKey, kind, bytes));
  }

  /**
   * What vouches for content that nobody carries: the tag alone, to be kept beside it.
   *
   * @param kind as for tokens, of which it is none
   */
  public static byte[] mark(SecretValue macKey, String kind, Canonical content) {
    return tag(macKey, kind, content.encode());
  }

  /** Whether {@link #mark} made it for this content. */
  public static boolean isMark(SecretValue macKey, String kind, Canonical content, byte[] mark) {
    return Macs.equal(tag(macKey, kind, content.encode()), mark);
  }

  private static Optional<byte[]> checked(SecretValue macKey, String kind, byte[] bytes) {
    int end = bytes.length - TAG;
    if (end < 1 || bytes[0] != VERSION) {
      return Optional.empty();
    }
    byte[] expected = tag(macKey, kind, Arrays.copyOf(bytes, end));
    return Macs.equal(expected, Arrays.copyOfRange(bytes, end, bytes.length))
        ? Optional.of(Arrays.copyOfRange(bytes, 1, end))
        : Optional.empty();
  }

  private static byte[] tag(SecretValue macKey, String kind, byte[] content) {
    return Arrays.copyOf(Macs.hmacSha256(macKey, Macs.prefixed(kind), content), TAG);
  }

  // Only the one canonical spelling: otherwise one token would have several texts.
  private static Optional<byte[]> decoded(String text) {
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(text);
      String again = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
      return again.equals(text) ? Optional.of(bytes) : Optional.empty();
    } catch (IllegalArgumentException notBase64) {
      return Optional.empty();
    }
  }
}
