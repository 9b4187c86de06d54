import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** How answers stand on the wire: where one ends, and whether it is good. */
enum Wire {
  /** HTTP/1.1 with a Content-Length, or none where there is no body. */
  HTTP {
    @Override
    int whole(byte[] bytes, int size) throws IOException {
      int length = 0;
      for (int i = 3; i < size; i++) {
        if (bytes[i] != '\n') {
          continue;
        }
        if (bytes[i - 2] == '\n') {
          return size >= i + 1 + length ? i + 1 + length : 0;
        }
        if (i + LENGTH.length < size && (bytes[i + 1] | ' ') == 'c' && isLength(bytes, i + 1)) {
          length = number(bytes, i + 1 + LENGTH.length, size);
        }
      }
      return 0;
    }

    @Override
    int status(byte[] bytes) {
      return (bytes[9] - '0') * 100 + (bytes[10] - '0') * 10 + (bytes[11] - '0');
    }
  },

  /** Frames of the event-bus bridge: four bytes of length, then JSON. A refusal counts as 500. */
  BRIDGE {
    @Override
    int whole(byte[] bytes, int size) {
      int length =
          size < 4
              ? Integer.MAX_VALUE - 4
              : (bytes[0] & 255) << 24
                  | (bytes[1] & 255) << 16
                  | (bytes[2] & 255) << 8
                  | bytes[3] & 255;
      return size >= length + 4 ? length + 4 : 0;
    }

    @Override
    int status(byte[] bytes) {
      String head = new String(bytes, 4, 200, StandardCharsets.US_ASCII);
      return head.contains("\"err\"") ? 500 : 200;
    }
  };

  private static final byte[] LENGTH = "content-length:".getBytes(StandardCharsets.US_ASCII);

  /** How many bytes the first answer has, or 0 while it is not all there. */
  abstract int whole(byte[] bytes, int size) throws IOException;

  abstract int status(byte[] bytes);

  private static boolean isLength(byte[] bytes, int from) {
    for (int i = 0; i < LENGTH.length; i++) {
      int one = bytes[from + i];
      if ((one >= 'A' && one <= 'Z' ? one | ' ' : one) != LENGTH[i]) {
        return false;
      }
    }
    return true;
  }

  private static int number(byte[] bytes, int from, int size) {
    int value = 0;
    for (int i = from; i < size && bytes[i] != '\r'; i++) {
      value = bytes[i] == ' ' ? value : value * 10 + bytes[i] - '0';
    }
    return value;
  }
}
