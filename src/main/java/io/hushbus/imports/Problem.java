package io.hushbus.imports;

import java.util.regex.Pattern;

/**
 * What is wrong with a file, or was left out of it, at one place.
 *
 * @param line from 1; 0 is the file as a whole
 * @param sentence what is wrong and, where it helps, what to do; never a value
 */
public record Problem(int line, String sentence) {

  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9._/-]{1,127}");

  /** A name as it may be shown: one that is nearly a name, and no more. */
  static String shown(String name) {
    return PLAIN.matcher(name).matches() ? "`" + name + "`" : "a name with unusual characters";
  }

  @Override
  public String toString() {
    return line == 0 ? sentence : "line " + line + ": " + sentence;
  }
}
