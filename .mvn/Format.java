import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import com.google.googlejavaformat.java.JavaFormatterOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Formats every Java file of the project, or with {@code check} names those that are not formatted
 * and fails.
 */
final class Format {

  private Format() {}

  public static void main(String[] args) throws Exception {
    boolean checkOnly = List.of(args).contains("check");
    Formatter formatter = new Formatter(JavaFormatterOptions.defaultOptions());
    List<Path> unformatted = new ArrayList<>();
    for (Path root : List.of(Path.of("src"), Path.of(".mvn"), Path.of("load-tests"))) {
      if (!Files.isDirectory(root)) {
        continue;
      }
      try (Stream<Path> files = Files.walk(root)) {
        for (Path file : files.filter(f -> f.toString().endsWith(".java")).sorted().toList()) {
          String source = Files.readString(file);
          String formatted = formatted(formatter, file, source);
          if (!formatted.equals(source)) {
            unformatted.add(file);
            if (!checkOnly) {
              Files.writeString(file, formatted);
            }
          }
        }
      }
    }
    if (checkOnly && !unformatted.isEmpty()) {
      unformatted.forEach(file -> System.err.println("not formatted: " + file));
      System.err.println("format them with: .mvn/format");
      System.exit(1);
    }
  }

  private static String formatted(Formatter formatter, Path file, String source) {
    try {
      return formatter.formatSourceAndFixImports(source);
    } catch (FormatterException e) {
      throw new IllegalStateException(file + ": " + e.getMessage().lines().findFirst().orElse(""));
    }
  }
}
