package io.hushbus.db;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Runs PostgreSQL's own programs on one data directory. As root they run in a user namespace of
 * their own ({@code unshare -U}), where they are nobody and yet own the files.
 */
final class PostgresProcess {

  /** The port is in use by another program. */
  static final class PortTaken extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    PortTaken(int port) {
      super("port " + port + " is in use; choose another for the database");
    }
  }

  /** Line of {@code postmaster.pid} that says whether the server takes connections. */
  private static final int STATUS_LINE = 7;

  private static final int LOG_TAIL = 1500;
  private static final Duration LOOK = Duration.ofMillis(10);
  private static final Duration COMMAND_LIMIT = Duration.ofSeconds(60);

  private final Path bin;
  private final Path data;
  private final Path serverLog;

  PostgresProcess(Path home, Path data) {
    this.bin = home.resolve("bin");
    this.data = data;
    this.serverLog = data.resolveSibling("postgres.log");
  }

  /** Makes a data directory that asks everybody for a password from the start. */
  void initialise(Path fresh, String owner, Path passwordFile) {
    run(
        List.of(
            bin.resolve("initdb").toString(),
            "--pgdata=" + fresh,
            "--username=" + owner,
            "--pwfile=" + passwordFile,
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--no-locale",
            "--data-checksums"));
  }

  /** Starts the server and waits until it takes connections. */
  void start(int port, List<String> settings, Duration limit) {
    StringBuilder options = new StringBuilder("-p " + port);
    settings.forEach(setting -> options.append(" -c ").append(quoted(setting)));
    rotateLog();
    run(
        List.of(
            bin.resolve("pg_ctl").toString(),
            "start",
            "-W",
            "--silent",
            "--pgdata=" + data,
            "--log=" + serverLog,
            "--options=" + options));
    awaitReady(port, limit);
  }

  /**
   * Stops the server in order ("fast": open transactions are rolled back); nothing if none runs.
   */
  void stop() {
    if (running().isPresent()) {
      run(
          List.of(
              bin.resolve("pg_ctl").toString(),
              "stop",
              "--silent",
              "--mode=fast",
              "--timeout=30",
              "--pgdata=" + data));
    }
  }

  /**
   * Stops a server of this directory that outlived its process. Only the holder of the directory's
   * lock may call this.
   *
   * @return whether there was one
   */
  boolean stopOrphan() throws IOException {
    if (running().isPresent()) {
      stop();
      return true;
    }
    if (recorded().flatMap(ProcessHandle::of).isPresent()) {
      // The number was given to a stranger since; PostgreSQL would take it for its predecessor.
      Files.delete(data.resolve("postmaster.pid"));
    }
    return false;
  }

  /** The live server of this very directory, if there is one. */
  private Optional<ProcessHandle> running() {
    return recorded().flatMap(ProcessHandle::of).filter(this::isOurs);
  }

  private Optional<Long> recorded() {
    List<String> lines = pidFile();
    return lines.stream().findFirst().filter(pid -> pid.matches("[0-9]{1,18}")).map(Long::valueOf);
  }

  private boolean isOurs(ProcessHandle handle) {
    boolean postgres = handle.info().command().filter(c -> c.endsWith("/postgres")).isPresent();
    Path cwd = Path.of("/proc", Long.toString(handle.pid()), "cwd");
    try {
      return postgres && (!Files.exists(cwd) || cwd.toRealPath().equals(data.toRealPath()));
    } catch (IOException gone) {
      return false;
    }
  }

  private void awaitReady(int port, Duration limit) {
    long end = System.nanoTime() + limit.toNanos();
    while (!isReady()) {
      String said = logTail();
      if (said.contains("could not bind")) {
        throw new PortTaken(port);
      }
      if ((said.contains("FATAL:") && running().isEmpty()) || System.nanoTime() > end) {
        throw new IllegalStateException("PostgreSQL did not start; it said:\n" + said);
      }
      pause();
    }
  }

  private boolean isReady() {
    List<String> lines = pidFile();
    return lines.size() > STATUS_LINE
        && lines.get(STATUS_LINE).strip().equals("ready")
        && running().isPresent();
  }

  private List<String> pidFile() {
    try {
      Path file = data.resolve("postmaster.pid");
      return Files.exists(file) ? Files.readAllLines(file) : List.of();
    } catch (IOException gone) {
      return List.of();
    }
  }

  /** The log of one start only; the one before is kept beside it. */
  private void rotateLog() {
    try {
      if (Files.exists(serverLog)) {
        Files.move(
            serverLog,
            serverLog.resolveSibling("postgres.log.1"),
            StandardCopyOption.REPLACE_EXISTING);
      }
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private String logTail() {
    try {
      String all = Files.exists(serverLog) ? Files.readString(serverLog) : "";
      return all.substring(Math.max(0, all.length() - LOG_TAIL));
    } catch (IOException unreadable) {
      return "";
    }
  }

  private void run(List<String> command) {
    List<String> whole = new ArrayList<>(asRoot() ? List.of("unshare", "-U") : List.of());
    whole.addAll(command);
    Path output = data.resolveSibling("command.log");
    ProcessBuilder builder =
        new ProcessBuilder(whole).redirectErrorStream(true).redirectOutput(output.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
    builder.environment().put("LC_ALL", "C");
    try {
      Process process = builder.start();
      if (!process.waitFor(COMMAND_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IllegalStateException(command.getFirst() + " did not end in time");
      }
      if (process.exitValue() != 0) {
        throw new IllegalStateException(
            command.getFirst() + " failed:\n" + Files.readString(output) + logTail());
      }
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while PostgreSQL was started or stopped");
    }
  }

  private boolean asRoot() {
    try {
      return Integer.valueOf(0).equals(Files.getAttribute(data.getParent(), "unix:uid"));
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private static String quoted(String setting) {
    return "'" + setting + "'";
  }

  private static void pause() {
    try {
      Thread.sleep(LOOK);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for PostgreSQL");
    }
  }
}
