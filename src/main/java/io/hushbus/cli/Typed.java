package io.hushbus.cli;

import io.hushbus.model.SecretValue;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads values from where a person or a program puts them, never by way of a string. */
final class Typed {

  /** The most a value may have anywhere, and a little more. */
  static final int MOST = (1 << 20) + 1024;

  private Typed() {}

  /** Asked for without showing it. */
  static SecretValue hidden(Keyboard keyboard, String question) {
    char[] typed = keyboard.hidden(question);
    ByteBuffer encoded = ByteBuffer.allocate(typed.length * 3);
    StandardCharsets.UTF_8
        .newEncoder()
        .onMalformedInput(CodingErrorAction.REPLACE)
        .encode(CharBuffer.wrap(typed), encoded, true);
    byte[] bytes = Arrays.copyOf(encoded.array(), encoded.position());
    Arrays.fill(encoded.array(), (byte) 0);
    Arrays.fill(typed, '\0');
    return SecretValue.owning(bytes);
  }

  /** Asked for twice, as nobody sees what was typed. */
  static SecretValue twice(Keyboard keyboard, String what) {
    SecretValue first = hidden(keyboard, what + ": ");
    try (SecretValue second = hidden(keyboard, what + ", again: ")) {
      if (first.matches(second)) {
        return first;
      }
    }
    first.close();
    throw new CommandFailure(Exit.USAGE, "the two are not the same: nothing was changed");
  }

  /** All of a stream, up to the most that a value may have. */
  static byte[] all(InputStream in, String what) {
    try {
      byte[] bytes = in.readNBytes(MOST + 1);
      if (bytes.length > MOST) {
        Arrays.fill(bytes, (byte) 0);
        throw new CommandFailure(Exit.USAGE, what + " is too large for a secret (1 MiB at most)");
      }
      return bytes;
    } catch (IOException unreadable) {
      throw new CommandFailure(Exit.USAGE, what + " cannot be read: check the path");
    }
  }

  /** Without the line end that a shell's {@code echo} puts there. */
  static SecretValue line(byte[] bytes) {
    int end = bytes.length;
    if (end > 0 && bytes[end - 1] == '\n') {
      end--;
    }
    if (end > 0 && end < bytes.length && bytes[end - 1] == '\r') {
      end--;
    }
    SecretValue value = SecretValue.owning(Arrays.copyOf(bytes, end));
    Arrays.fill(bytes, (byte) 0);
    return value;
  }
}
