package io.hushbus.proof;

/**
 * A place in the requests of an operation where something is named.
 *
 * @param in {@code path}, {@code query}, {@code header} or {@code body}
 * @param list the field of the body with the list that it is in; empty if it is in none
 */
record Slot(String in, String name, Thing thing, String list) {

  boolean nested() {
    return !list.isEmpty();
  }

  boolean inPath() {
    return in.equals("path");
  }
}
