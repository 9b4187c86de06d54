import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the system says of a process: processor time, memory, live heap. Linux alone. */
final class Proc {

  /** Of {@code /proc/…/stat}; the same on every Linux that this runs on. */
  private static final double TICKS_A_SECOND = 100;

  /** What a broker under measurement has to allow for {@link #heap}. */
  static final String ATTACHABLE = "-XX:-DisableAttachMechanism";

  private Proc() {}

  /** Seconds of processor time so far, user and system. */
  static double cpuSeconds(long pid) throws IOException {
    String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_A_SECOND;
  }

  /** The same of its threads, by their names without numbers. */
  static Map<String, Double> threads(long pid) throws IOException {
    Map<String, Double> all = new TreeMap<>();
    try (DirectoryStream<Path> tasks =
        Files.newDirectoryStream(Path.of("/proc/" + pid + "/task"))) {
      for (Path task : tasks) {
        String stat = Files.readString(task.resolve("stat"));
        String name = stat.substring(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        double seconds = (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_A_SECOND;
        all.merge(name.replaceAll("[-# ]*[0-9]+$", ""), seconds, Double::sum);
      }
    }
    return all;
  }

  /** MiB of memory that are resident. */
  static double rssMib(long pid) throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024.0;
      }
    }
    throw new IOException("no resident memory of process " + pid);
  }

  /** Bytes of live objects, after a full collection. */
  static long heap(long pid) throws IOException, InterruptedException {
    Path jcmd = Path.of(Broker.java()).resolveSibling("jcmd");
    Process process =
        new ProcessBuilder(List.of(jcmd.toString(), Long.toString(pid), "GC.class_histogram"))
            .redirectErrorStream(true)
            .start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException("no histogram of process " + pid + ": " + text);
    }
    String total = text.lines().filter(line -> line.startsWith("Total")).findFirst().orElseThrow();
    return Long.parseLong(total.strip().split(" +")[2]);
  }
}
