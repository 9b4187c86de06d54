package io.hushbus.proof;

/**
 * A place in the requests of an operation where something is named.
 *
 * @param in {@code path}, {@code query}, {@code header} or {@code body}
 * @param nested whether it is in a list within the body
 */
record Slot(String in, String name, Thing thing, boolean nested) {

  boolean inPath() {
    return in.equals("path");
  }
}
