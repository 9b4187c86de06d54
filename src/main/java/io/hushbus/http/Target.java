package io.hushbus.http;

import io.hushbus.model.Failure;
import io.hushbus.model.Failure.Code;
import io.hushbus.model.Utf8;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a request is addressed to, read strictly before it is routed. A path has exactly one
 * spelling: plain segments without escapes, empty or dot segments, or a slash at the end, which the
 * root alone has. So there is nothing to normalise and nothing to decode when it is routed.
 *
 * @param path without the query
 * @param query the decoded texts by name, in the order they came
 */
record Target(String path, Map<String, List<String>> query) {

  private static final int MOST = 64;

  /**
   * @throws Failure.Invalid for a path that is not in its one spelling, or a query that cannot be
   *     decoded
   */
  static Target of(String uri) {
    int mark = uri.indexOf('?');
    String path = mark < 0 ? uri : uri.substring(0, mark);
    if (!canonical(path)) {
      throw Failure.invalid("", Code.BAD_PATH);
    }
    return new Target(path, query(mark < 0 ? "" : uri.substring(mark + 1)));
  }

  /** Without a regular expression: each request comes by here. */
  private static boolean canonical(String path) {
    if (path.equals("/")) {
      return true;
    }
    int at = 0;
    while (at < path.length() && path.charAt(at) == '/') {
      int end = at + 1;
      while (end < path.length() && plain(path.charAt(end))) {
        end++;
      }
      if (dots(path, at + 1, end)) {
        return false;
      }
      at = end;
    }
    return at > 0 && at == path.length();
  }

  private static boolean plain(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '.'
        || c == '_'
        || c == '~'
        || c == '-';
  }

  /** Whether a segment is empty, or one or two dots. */
  private static boolean dots(String path, int from, int end) {
    int length = end - from;
    return length == 0 || (length <= 2 && path.charAt(from) == '.' && path.charAt(end - 1) == '.');
  }

  private static Map<String, List<String>> query(String query) {
    Map<String, List<String>> found = new LinkedHashMap<>();
    if (query.isEmpty()) {
      return found;
    }
    String[] pairs = query.split("&", MOST + 1);
    if (pairs.length > MOST) {
      throw Failure.invalid("?", Code.TOO_LONG);
    }
    for (String pair : pairs) {
      int equals = pair.indexOf('=');
      String name = decode(equals < 0 ? pair : pair.substring(0, equals));
      String text = equals < 0 ? "" : decode(pair.substring(equals + 1));
      found.computeIfAbsent(name, ignored -> new ArrayList<>()).add(text);
    }
    return found;
  }

  private static String decode(String text) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '%' && i + 2 < text.length()) {
        out.write((hex(text.charAt(i + 1)) << 4) | hex(text.charAt(i + 2)));
        i += 2;
      } else if (c == '%' || c <= 0x20 || c > 0x7E) {
        throw Failure.invalid("?", Code.BAD_FORMAT);
      } else {
        out.write(c == '+' ? ' ' : c);
      }
    }
    byte[] bytes = out.toByteArray();
    for (byte b : bytes) {
      if (b == 0) {
        throw Failure.invalid("?", Code.BAD_FORMAT);
      }
    }
    if (!Utf8.valid(bytes)) {
      throw Failure.invalid("?", Code.BAD_UTF8);
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static int hex(char c) {
    int digit = c < 0x80 ? Character.digit(c, 16) : -1;
    if (digit < 0) {
      throw Failure.invalid("?", Code.BAD_FORMAT);
    }
    return digit;
  }
}
