package io.hushbus.config;

import java.util.Arrays;
import java.util.List;

/** Writes the file that lists every key: those without a default are commented out. */
final class FullFile {

  private FullFile() {}

  static String text() {
    StringBuilder file =
        new StringBuilder(
            "# Every key with its default. Each can also be set in the environment: server.port"
                + " is\n"
                + "# HUSHBUS_SERVER_PORT. Keys that have no default stand behind a hash.\n");
    List<String> before = List.of();
    for (Key key : Keys.ALL) {
      List<String> path = Arrays.asList(key.name().split("\\."));
      headings(file, before, path);
      file.append(line(key, path));
      before = path.subList(0, path.size() - 1);
    }
    return file.toString();
  }

  private static void headings(StringBuilder file, List<String> before, List<String> path) {
    for (int depth = 0; depth < path.size() - 1; depth++) {
      if (before.size() <= depth || !before.get(depth).equals(path.get(depth))) {
        file.append(depth == 0 ? "\n" : "").append("  ".repeat(depth)).append(path.get(depth));
        file.append(":\n");
        before = List.of();
      }
    }
  }

  private static String line(Key key, List<String> path) {
    String indent = "  ".repeat(path.size() - 1);
    String set =
        key.fallback() == null
            ? indent + "# " + path.getLast() + ":"
            : indent + path.getLast() + ": " + key.fallback();
    return indent + "# " + key.about() + "\n" + set + "\n";
  }
}
