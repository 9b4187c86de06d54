import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;

/** Where, when and of what something was measured. */
final class Machine {

  private Machine() {}

  static String date() {
    return LocalDate.now(ZoneOffset.UTC).toString();
  }

  /** For names of files. */
  static String today() {
    return "%s-%s-%dcores".formatted(date(), System.getProperty("os.arch"), cores());
  }

  static String sentence() {
    return ("Commit %s; %s, %d cores shared by loader, broker and database (%s, Java %s);"
            + " load average at the end %s.")
        .formatted(
            commit(),
            processor(),
            cores(),
            System.getProperty("os.arch"),
            Runtime.version(),
            load());
  }

  static JsonObject json() {
    return new JsonObject()
        .put("date", date())
        .put("commit", commit())
        .put("processor", processor())
        .put("cores", cores())
        .put("java", Runtime.version().toString())
        .put("load_average", load());
  }

  private static int cores() {
    return Runtime.getRuntime().availableProcessors();
  }

  /** The commit, with a mark if something was changed since. */
  private static String commit() {
    try {
      Process process =
          new ProcessBuilder("git", "describe", "--always", "--dirty", "--exclude=*").start();
      return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    } catch (IOException none) {
      return "unknown";
    }
  }

  private static String processor() {
    try {
      return Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse("unknown processor");
    } catch (IOException none) {
      return "unknown processor";
    }
  }

  private static String load() {
    try {
      return Files.readString(Path.of("/proc/loadavg")).split(" ")[0];
    } catch (IOException none) {
      return "unknown";
    }
  }
}
