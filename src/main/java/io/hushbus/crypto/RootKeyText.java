package io.hushbus.crypto;

import io.hushbus.model.SecretValue;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;

/**
 * The written forms of a root key: 64 hex digits, or 44 characters of base64, with at most one line
 * end behind. Works on bytes throughout: the key never becomes a string.
 */
final class RootKeyText {

  private static final int HEX = 2 * RootKey.SIZE;
  private static final int BASE64 = 44;

  private RootKeyText() {}

  /** Empty for anything else, and for 32 times the same byte, which nobody drew at random. */
  static Optional<SecretValue> parse(byte[] text) {
    byte[] line = Arrays.copyOf(text, lengthOfLine(text));
    try {
      return decoded(line).filter(RootKeyText::varies).map(SecretValue::owning);
    } finally {
      Arrays.fill(line, (byte) 0);
    }
  }

  /** Whether the bytes could have been drawn at random. */
  static boolean varies(byte[] key) {
    for (byte b : key) {
      if (b != key[0]) {
        return true;
      }
    }
    return false;
  }

  private static Optional<byte[]> decoded(byte[] line) {
    return switch (line.length) {
      case HEX -> fromHex(line);
      case BASE64 -> fromBase64(line);
      default -> Optional.empty();
    };
  }

  private static Optional<byte[]> fromHex(byte[] line) {
    byte[] key = new byte[RootKey.SIZE];
    for (int i = 0; i < HEX; i++) {
      if (!HexFormat.isHexDigit(line[i])) {
        return Optional.empty();
      }
      key[i / 2] = (byte) (key[i / 2] << 4 | HexFormat.fromHexDigit(line[i]));
    }
    return Optional.of(key);
  }

  private static Optional<byte[]> fromBase64(byte[] line) {
    try {
      byte[] key = Base64.getDecoder().decode(line);
      boolean canonical = Arrays.equals(Base64.getEncoder().encode(key), line);
      return key.length == RootKey.SIZE && canonical ? Optional.of(key) : Optional.empty();
    } catch (IllegalArgumentException notBase64) {
      return Optional.empty();
    }
  }

  private static int lengthOfLine(byte[] text) {
    int end = text.length;
    if (end > 0 && text[end - 1] == '\n') {
      end--;
      if (end > 0 && text[end - 1] == '\r') {
        end--;
      }
    }
    return end;
  }
}
