package io.hushbus.config;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One thing that can be set.
 *
 * @param name the path in the file, such as {@code server.port}
 * @param kind what its text must look like
 * @param fallback the text of its default; null if it has none and may be left out
 * @param about one line for people
 */
record Key(String name, Kind kind, @Nullable String fallback, String about) {

  /** The kinds of text. */
  enum Kind {
    TEXT,
    BOOLEAN,
    INTEGER,
    DURATION,
    SIZE,
    FILE,
    WORD,
    /** Never printed. Each also has a key of its own for a file that holds it. */
    PASSWORD
  }

  /** The environment variable that sets it: {@code HUSHBUS_SERVER_PORT}. */
  String variable() {
    return "HUSHBUS_" + name.replace('.', '_').toUpperCase(Locale.ROOT);
  }
}
