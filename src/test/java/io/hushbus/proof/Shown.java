package io.hushbus.proof;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a page of the documentation may name as showing something: a test class or benchmark, a
 * method of one, or a story by {@code scenario:name}.
 */
final class Shown {

  private static final Path TESTS = Path.of("src", "test", "java");
  private static final Path SCENARIOS = Path.of("src", "test", "resources", "scenarios");
  private static final Pattern NAME = Pattern.compile("`([A-Za-z0-9_.:-]+)`");
  private static final Pattern METHOD = Pattern.compile("void\\s+([a-z][A-Za-z0-9_]*)\\s*\\(");
  private static final Pattern REASON = Pattern.compile("Not here: .{20,}\\.");

  private final Map<String, Set<String>> methods = readMethods();

  /** The names in the last cell of a row. */
  static List<String> names(String cell) {
    return NAME.matcher(cell).results().map(found -> found.group(1)).toList();
  }

  /** Whether the cell names something, or says why there is nothing to name. */
  static boolean saysSomething(String cell) {
    return !names(cell).isEmpty() || REASON.matcher(cell).matches();
  }

  /** The methods that return nothing, by the name of their file. */
  Map<String, Set<String>> methods() {
    return methods;
  }

  boolean exists(String name) {
    if (name.startsWith("scenario:")) {
      return Files.exists(SCENARIOS.resolve(name.substring("scenario:".length()) + ".http"));
    }
    String[] parts = name.split("\\.", 2);
    Set<String> there = methods.get(parts[0]);
    return there != null && (parts.length == 1 || there.contains(parts[1]));
  }

  private static Map<String, Set<String>> readMethods() {
    try (Stream<Path> files = Files.walk(TESTS)) {
      Map<String, Set<String>> found = new LinkedHashMap<>();
      files
          .filter(file -> file.toString().endsWith(".java"))
          .forEach(file -> found.put(name(file), methods(read(file))));
      return found;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String name(Path file) {
    return file.getFileName().toString().replace(".java", "");
  }

  private static Set<String> methods(String source) {
    return METHOD.matcher(source).results().map(m -> m.group(1)).collect(Collectors.toSet());
  }

  static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
