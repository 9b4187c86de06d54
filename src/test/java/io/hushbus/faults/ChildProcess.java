package io.hushbus.faults;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.hushbus.support.Brokers;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A {@link BrokerChild} as its parent sees it. What it logs is searched for values like the rest.
 */
final class ChildProcess implements AutoCloseable {

  private final Process process;
  private final BufferedReader said;
  private final PrintStream orders;
  private final Queue<String> log;
  private final List<String> addresses;

  private ChildProcess(Process process, Queue<String> log) {
    this.process = process;
    this.said = process.inputReader(StandardCharsets.UTF_8);
    this.orders = new PrintStream(process.getOutputStream(), true, StandardCharsets.US_ASCII);
    this.log = log;
    this.addresses =
        Stream.of(answer("ready ").split(" ")).map(port -> "http://127.0.0.1:" + port).toList();
  }

  /** Starts that many brokers on one database and waits until they answer requests. */
  static ChildProcess start(Brokers brokers, int number) {
    return start(brokers, number, "-XX:SharedArchiveFile=" + Shared.ARCHIVE);
  }

  /**
   * The same; with {@link #end} this one leaves an archive of the classes that it loaded, which
   * makes the others start faster.
   */
  static ChildProcess startFirst(Brokers brokers, int number) {
    return start(brokers, number, "-XX:ArchiveClassesAtExit=" + Shared.ARCHIVE);
  }

  private static ChildProcess start(Brokers brokers, int number, String archive) {
    ProcessBuilder builder =
        ChildGround.process(
            BrokerChild.class,
            List.of("-Xmx512m", archive),
            Shared.CLASS_PATH,
            brokers,
            List.of(Integer.toString(number)));
    try {
      return new ChildProcess(builder.start(), brokers.answers());
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** The class path of this process with jars for its directories: an archive takes only jars. */
  private static final class Shared {
    static final Path DIRECTORY = directory();
    static final Path ARCHIVE = DIRECTORY.resolve("children.jsa");
    static final String CLASS_PATH =
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
            .map(part -> Files.isDirectory(Path.of(part)) ? jar(Path.of(part)) : part)
            .collect(Collectors.joining(File.pathSeparator));

    private static Path directory() {
      try {
        Path made = Files.createTempDirectory("hushbus-children");
        made.toFile().deleteOnExit();
        return made;
      } catch (IOException failed) {
        throw new UncheckedIOException(failed);
      }
    }

    private static String jar(Path classes) {
      String file = DIRECTORY.resolve(classes.getFileName() + ".jar").toString();
      int code =
          ToolProvider.findFirst("jar")
              .orElseThrow()
              .run(System.out, System.err, "-c", "-0", "-f", file, "-C", classes.toString(), ".");
      if (code != 0) {
        throw new IllegalStateException("no jar could be made of " + classes);
      }
      return file;
    }
  }

  /** Where broker {@code index} of this process is. */
  String address(int index) {
    return addresses.get(index);
  }

  /** Gives an order and answers how much that broker has written since the last one that counts. */
  int tell(String order) {
    orders.println(order);
    return Integer.parseInt(answer("done "));
  }

  /** Says what nobody needs an answer to, since the process ends. */
  void say(String order) {
    orders.println(order);
  }

  /** Lets it stop in order. */
  void end() {
    orders.close();
    try {
      process.waitFor(60, SECONDS);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", stop);
    }
  }

  /** Whether it kills itself within seconds. */
  void awaitDeath() {
    try {
      if (!process.waitFor(20, SECONDS) || process.exitValue() != ChildGround.KILLED) {
        throw new AssertionError("the child should have killed itself");
      }
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", stop);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  private String answer(String beginning) {
    String last = "";
    try {
      for (String line = said.readLine(); line != null; line = said.readLine()) {
        if (line.startsWith(beginning)) {
          return line.substring(beginning.length());
        }
        log.add(line);
        last = line;
      }
      throw new AssertionError("instead of saying " + beginning + "the child ended: " + last);
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }
}
