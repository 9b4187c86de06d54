package io.hushbus.faults;

import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.util.concurrent.TimeUnit.SECONDS;

import io.hushbus.support.Brokers;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.IntStream;

/**
 * Brokers in processes of their own on one database, each with a wire to it, which can be killed,
 * paused, cut off and started again.
 */
final class Fleet implements AutoCloseable {

  /** Of leases that ask for none, and of all that the run asks for. */
  static final Duration TTL = Duration.ofSeconds(4);

  /** However often it is renewed. */
  static final Duration LONGEST = Duration.ofSeconds(9);

  private static final String NOWHERE = "";
  private static final int ANSWER_SECONDS = 60;

  /** One broker: its process changes, its place and its wire stay. */
  final class Node implements AutoCloseable {
    final int index;
    final Wire wire;
    private Process process;
    private BlockingQueue<String> said = new LinkedBlockingQueue<>();
    private PrintStream orders;
    private volatile String address = NOWHERE;
    private volatile String management = NOWHERE;

    private Node(int index) {
      this.index = index;
      this.wire = new Wire(brokers.database().config().host(), brokers.database().config().port());
      this.process = spawned();
      this.orders = new PrintStream(process.getOutputStream(), true, StandardCharsets.US_ASCII);
    }

    private Process spawned() {
      try {
        Process made =
            ChildGround.process(
                    NodeChild.class,
                    List.of("-Xmx256m", "-Xshare:auto"),
                    System.getProperty("java.class.path"),
                    brokers,
                    List.of(Integer.toString(wire.port())))
                .start();
        said = new LinkedBlockingQueue<>();
        BlockingQueue<String> lines = said;
        Thread.ofPlatform().daemon().name("node-log").start(() -> log(made, lines));
        return made;
      } catch (IOException failed) {
        throw new UncheckedIOException(failed);
      }
    }

    /** Keeps what it logs in a file, and passes on what it answers; it must never have to wait. */
    private void log(Process made, BlockingQueue<String> lines) {
      try (var reader = made.inputReader(StandardCharsets.UTF_8);
          var file =
              Files.newBufferedWriter(logs.resolve("node-" + index + ".log"), APPEND, CREATE)) {
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
          file.write(line);
          file.newLine();
          file.flush();
          if (line.startsWith("ready ") || line.startsWith("done ")) {
            lines.add(line);
          }
        }
      } catch (IOException broken) {
        throw new UncheckedIOException(broken);
      } finally {
        lines.add("ended");
      }
    }

    /** Where it answers; changes with each start. */
    String address() {
      return address;
    }

    String management() {
      return management;
    }

    void awaitReady() {
      String[] ports = answer("ready ").split(" ", -1);
      address = "http://127.0.0.1:" + ports[0];
      management = "http://127.0.0.1:" + ports[1];
    }

    /** Ends it as a power cut does. */
    void kill() {
      process.destroyForcibly().onExit().join();
    }

    void startAgain() {
      process = spawned();
      orders = new PrintStream(process.getOutputStream(), true, StandardCharsets.US_ASCII);
      awaitReady();
    }

    void pause() {
      signal("-STOP");
    }

    void resume() {
      signal("-CONT");
    }

    private void signal(String which) {
      try {
        new ProcessBuilder("kill", which, Long.toString(process.pid())).start().onExit().join();
      } catch (IOException failed) {
        throw new UncheckedIOException(failed);
      }
    }

    /** Sets its clock off by so much. */
    void clockOff(Duration by) {
      tell("clock " + by.toSeconds());
    }

    /** Bytes of heap after a collection, and threads. */
    long[] usage() {
      String[] numbers = tell("usage").split(" ", -1);
      return new long[] {Long.parseLong(numbers[0]), Long.parseLong(numbers[1])};
    }

    private String tell(String order) {
      orders.println(order);
      return answer("done ");
    }

    private String answer(String beginning) {
      try {
        String line = said.poll(ANSWER_SECONDS, SECONDS);
        if (line == null || !line.startsWith(beginning)) {
          throw new AssertionError(
              "instead of saying " + beginning + "node " + index + ": " + line);
        }
        return line.substring(beginning.length());
      } catch (InterruptedException stop) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted", stop);
      }
    }

    @Override
    public void close() {
      resume();
      orders.close();
      try {
        if (!process.waitFor(20, SECONDS)) {
          process.destroyForcibly();
        }
      } catch (InterruptedException stop) {
        Thread.currentThread().interrupt();
        process.destroyForcibly();
      }
      wire.close();
    }
  }

  private final Brokers brokers;
  private final Path logs;
  private final List<Node> nodes = new ArrayList<>();

  private Fleet(Brokers brokers, Path logs) {
    this.brokers = brokers;
    this.logs = logs;
  }

  /**
   * Starts so many and waits until they answer.
   *
   * @param logs a directory for what they log
   */
  static Fleet start(Brokers brokers, int number, Path logs) {
    Fleet fleet = new Fleet(brokers, logs);
    IntStream.range(0, number).forEach(i -> fleet.nodes.add(fleet.new Node(i)));
    fleet.nodes.forEach(Node::awaitReady);
    return fleet;
  }

  List<Node> nodes() {
    return nodes;
  }

  Node node(int index) {
    return nodes.get(index);
  }

  @Override
  public void close() {
    nodes.forEach(Node::close);
  }
}
