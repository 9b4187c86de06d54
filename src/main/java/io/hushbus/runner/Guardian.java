package io.hushbus.runner;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A small process beside this one that notices its end by the end of a pipe, also after SIGKILL,
 * and then has the child end and removes the files. It knows no value.
 */
final class Guardian implements AutoCloseable {

  private static final String SCRIPT = "/runner/guardian.sh";
  private static final Path SHELL = Path.of("/bin/sh");

  private final int id;
  private final int line;

  private Guardian(int id, int line) {
    this.id = id;
    this.line = line;
  }

  /**
   * Starts it; empty where there is no shell to do so.
   *
   * @param den what it removes
   * @param grace how long the child gets to end by itself
   */
  static Optional<Guardian> post(Den den, Duration grace, String path) throws IOException {
    if (!Files.isExecutable(SHELL)) {
      return Optional.empty();
    }
    Posix.Pipe pipe = Posix.pipe();
    int nothing = Posix.open("/dev/null", Posix.O_RDWR | Posix.O_CLOEXEC);
    Command command =
        new Command(
            List.of(
                bytes("hushbus-guardian"),
                bytes("-c"),
                script(),
                bytes("hushbus-guardian"),
                bytes(den.directory().toString()),
                bytes(Long.toString(Math.max(1, grace.toMillis() / 100)))));
    try (Arena arena = Arena.ofConfined()) {
      List<MemorySegment> environment =
          new Variables(Map.of("PATH", path)).segments(arena, Map.of());
      int id =
          Spawn.start(
              SHELL,
              command.segments(arena),
              environment,
              Path.of("/"),
              new Spawn.Wiring(List.of(pipe.read(), nothing, nothing), Optional.empty(), true));
      return Optional.of(new Guardian(id, pipe.write()));
    } catch (IOException refused) {
      Posix.close(pipe.write());
      throw refused;
    } finally {
      Posix.close(pipe.read());
      Posix.close(nothing);
    }
  }

  private static byte[] script() throws IOException {
    try (InputStream in = Guardian.class.getResourceAsStream(SCRIPT)) {
      if (in == null) {
        throw new IllegalStateException(SCRIPT + " is not in the program: it was built wrongly");
      }
      return in.readAllBytes();
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Whom it has end.
   *
   * @param session whether it leads a session, so that all of its group is told
   */
  void watch(int child, boolean session) {
    say("child %d %s %s%d".formatted(child, started(child), session ? "-" : "", child));
  }

  /** There is no child at the moment. */
  void watchNone() {
    say("none");
  }

  /** When a process began, in the kernel's ticks; 0 if it is gone. */
  private static String started(int process) {
    try {
      String stat =
          Files.readString(
              Path.of("/proc", Integer.toString(process), "stat"), StandardCharsets.ISO_8859_1);
      return stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[19];
    } catch (IOException gone) {
      return "0";
    }
  }

  private void say(String words) {
    try (Arena arena = Arena.ofConfined()) {
      byte[] bytes = bytes(words + "\n");
      Posix.write(line, arena.allocateFrom(java.lang.foreign.ValueLayout.JAVA_BYTE, bytes));
    } catch (IOException gone) {
      // somebody has killed it: then the next start tidies up
    }
  }

  /** Lets it find that this process is gone: for tests. */
  void abandon() {
    Posix.close(line);
  }

  /** It is not needed any more. */
  @Override
  public void close() {
    say("done");
    Posix.close(line);
    try {
      Posix.awaitEnd(id);
      Posix.reap(id);
    } catch (IOException gone) {
      // it is gone
    }
  }
}
