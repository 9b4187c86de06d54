package io.hushbus.lease;

import java.util.HashSet;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The variables and files that are taken, to see where two needs meet. */
final class Taken {

  private final Set<String> variables = new HashSet<>();
  private final NavigableSet<String> files = new TreeSet<>();

  /**
   * Takes names for a need; whether one of them was another need's, or is among them twice.
   *
   * @param paths of files; one that is a directory of another file meets it too
   */
  boolean takes(List<String> names, List<String> paths) {
    boolean met = false;
    for (String name : names) {
      met |= !variables.add(name);
    }
    for (String path : paths) {
      met |= meets(path);
      files.add(path);
    }
    return met;
  }

  private boolean meets(String path) {
    return files.contains(path) || below(path).isPresent() || above(path);
  }

  /** A file in the directory that {@code path} would have to be. */
  private Optional<String> below(String path) {
    return Optional.ofNullable(files.ceiling(path + "/"))
        .filter(file -> file.startsWith(path + "/"));
  }

  /** A file where {@code path} needs a directory. */
  private boolean above(String path) {
    for (int end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
      if (files.contains(path.substring(0, end))) {
        return true;
      }
    }
    return false;
  }
}
