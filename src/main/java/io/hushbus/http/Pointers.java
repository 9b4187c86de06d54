package io.hushbus.http;

import io.hushbus.model.Failure.Code;
import io.hushbus.model.Failure.Field;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** How faults are pointed at in answers, and how many of them are told. */
final class Pointers {

  /** The most faults that one answer tells of. */
  static final int MOST = 32;

  private static final Pattern WORD = Pattern.compile("[A-Za-z0-9._-]{1,127}");

  private Pointers() {}

  /**
   * A pointer without the steps whose name is not a plain word: what a sender put in the place of a
   * name may have been meant as a value.
   */
  static String shown(String pointer) {
    StringBuilder shown = new StringBuilder();
    for (String step : pointer.split("/", -1)) {
      if (WORD.matcher(step).matches()) {
        shown.append('/').append(step);
      }
    }
    return shown.toString();
  }

  /** A fault of the thing in that place, told by a pointer that can be shown. */
  static Field fault(String pointer, Code code) {
    return new Field(shown(pointer), code);
  }

  /**
   * All faults of both, at most {@link #MOST}. Of a place that reading already found wrong, there
   * is nothing but a stand-in left to check.
   */
  static List<Field> joined(List<Field> ofReading, List<Field> ofChecking) {
    if (ofReading.isEmpty()) {
      return ofChecking.size() > MOST ? List.copyOf(ofChecking.subList(0, MOST)) : ofChecking;
    }
    Map<String, Field> read = new LinkedHashMap<>();
    ofReading.forEach(field -> read.putIfAbsent(field.pointer(), field));
    return Stream.concat(
            read.values().stream(),
            ofChecking.stream().filter(field -> !read.containsKey(field.pointer())))
        .limit(MOST)
        .toList();
  }
}
