package io.hushbus.runner;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code hushbus run} as a process of its own: at a terminal, under signals, and killed. Values
 * come from a file, since none of this is the broker's affair.
 */
final class RunProcessIT {

  private static final String VALUE = "the-value-of-the-api-key";

  @TempDir private Path directory;
  private final List<Process> started = new ArrayList<>();

  @BeforeEach
  void values() throws IOException {
    Files.writeString(directory.resolve("local.env"), "API_KEY=" + VALUE + "\n");
  }

  @AfterEach
  void end() {
    started.forEach(Process::destroyForcibly);
  }

  @Test
  void killed_it_leaves_nothing_readable_and_no_child() throws Exception {
    Process run =
        run(
            "--file",
            "etc/key=api-key",
            "--grace",
            "1s",
            "--",
            "sh",
            "-c",
            // Killed in the moment before it has named its child, it would leave that to nobody.
            "echo $$ >child; trap '' TERM; sleep 1; : >there; while :; do sleep 0.05; done");
    there();
    Path real = directory.resolve("etc/key").toRealPath();
    assertThat(real).hasContent(VALUE);
    ProcessHandle child =
        ProcessHandle.of(Long.parseLong(Files.readString(directory.resolve("child")).strip()))
            .orElseThrow();

    run.destroyForcibly().waitFor();

    Awaitility.await("no file").until(() -> !Files.exists(real));
    Awaitility.await("no link").until(() -> !Files.exists(directory.resolve("etc")));
    Awaitility.await("no child").until(() -> !child.isAlive());
  }

  @Test
  void killed_with_its_guardian_the_next_start_takes_everything_away() throws Exception {
    Process run = run("--file", "etc/key=api-key", "--", "sh", "-c", ": >there; exec sleep 60");
    there();
    Path real = directory.resolve("etc/key").toRealPath();
    List<ProcessHandle> all = run.descendants().toList();
    assertThat(all).hasSize(2);

    // The guardian has to go first: it would notice.
    all.forEach(ProcessHandle::destroyForcibly);
    run.destroyForcibly().waitFor();
    Process next = run("--", "true");

    assertThat(next.waitFor(60, SECONDS)).isTrue();
    assertThat(real).doesNotExist();
    assertThat(directory.resolve("etc")).doesNotExist();
  }

  @Test
  void signals_are_passed_on_and_the_exit_code_too() throws Exception {
    Process run =
        run(
            "--env",
            "KEY=api-key",
            "--",
            "sh",
            "-c",
            "for s in HUP USR1 USR2 WINCH CONT; do trap \"echo $s\" $s; done; trap 'exit 33' TERM;"
                + " : >there; while :; do sleep 0.02; done");
    there();
    for (String signal : heard(List.of("HUP", "USR1", "USR2", "CONT"))) {
      kill(signal, run);
      Awaitility.await(signal).until(() -> out().contains(signal));
    }
    kill("QUIT", run);
    run.destroy();

    assertThat(run.waitFor(20, SECONDS)).isTrue();
    assertThat(run.exitValue()).isEqualTo(33);
    assertThat(out()).doesNotContain("thread dump");
  }

  /** Without HUP under nohup: what a shell was born to ignore it cannot trap (POSIX, trap). */
  private static List<String> heard(List<String> signals) throws IOException {
    boolean deaf =
        Files.readAllLines(Path.of("/proc/self/status")).stream()
            .filter(line -> line.startsWith("SigIgn:"))
            .anyMatch(line -> (Long.parseUnsignedLong(line.substring(7).strip(), 16) & 1) == 1);
    return signals.stream().filter(signal -> !deaf || !signal.equals("HUP")).toList();
  }

  @Test
  void a_child_that_is_killed_is_told_by_its_code_and_its_files_go() throws Exception {
    Process run = run("--file", "etc/key=api-key", "--", "sh", "-c", ": >there; kill -KILL $$");

    assertThat(run.waitFor(60, SECONDS)).isTrue();
    assertThat(run.exitValue()).isEqualTo(137);
    assertThat(directory.resolve("etc")).doesNotExist();
  }

  @Test
  void what_nobody_reads_ends_the_child_as_without_us() throws Exception {
    Path script = script("run", "--env", "KEY=api-key", "--", "sh", "-c", "yes; echo $? >code");
    Process piped = start(List.of("sh", "-c", script + " | head -n 1"));

    assertThat(piped.waitFor(60, SECONDS)).isTrue();
    assertThat(out()).isEqualTo("y\n");
    Awaitility.await("it has ended").until(() -> Files.exists(directory.resolve("code")));
  }

  @Test
  void at_a_terminal_the_child_has_one_of_its_own_and_is_masked_still() throws Exception {
    Process terminal =
        atTerminal(
            """
            import os, sys
            print("tty", os.isatty(0), os.isatty(1), os.isatty(2), os.ttyname(0) == os.ttyname(1))
            print("size", os.get_terminal_size())
            open("/dev/tty", "w").write("by tty " + os.environ["KEY"] + "\\n")
            print("value", os.environ["KEY"])
            line = input("? ")
            print("got", line)
            sys.exit(9)
            """,
            "hello\\r",
            "? ");

    assertThat(terminal.waitFor(60, SECONDS)).isTrue();
    assertThat(out())
        .contains("tty True True True True\r\n", "columns=91, lines=37")
        .contains("by tty ***\r\n", "value ***\r\n", "got hello\r\n")
        .contains("code 9", "settings restored True")
        .doesNotContain(VALUE);
  }

  @Test
  void a_key_for_a_signal_reaches_the_child_alone() throws Exception {
    Process terminal =
        atTerminal(
            """
            import signal, time, sys
            signal.signal(signal.SIGINT, lambda *_: (print("interrupted"), sys.exit(7)))
            print("ready")
            while True: time.sleep(0.05)
            """,
            "\\x03",
            "ready");

    assertThat(terminal.waitFor(60, SECONDS)).isTrue();
    assertThat(out()).containsOnlyOnce("interrupted").contains("code 7");
  }

  @Test
  void without_masking_the_terminal_is_the_childs_itself() throws Exception {
    Files.writeString(
        directory.resolve("own.py"),
        "import os; print('tty', os.isatty(1), os.environ['KEY'][:3])");
    Path run = script("run", "--no-mask", "--env", "KEY=api-key", "--", "python3", "own.py");
    Process terminal = start(List.of("python3", driver().toString(), run.toString(), "", ""));

    assertThat(terminal.waitFor(60, SECONDS)).isTrue();
    assertThat(out()).contains("tty True the\r\n", "code 0");
  }

  @Test
  void in_the_background_of_a_terminal_it_leaves_the_keys_alone_and_is_not_stopped()
      throws Exception {
    Path run =
        script("run", "--env", "KEY=api-key", "--", "sh", "-c", "test -t 0 && echo with $KEY");
    Path shell =
        Files.writeString(
            directory.resolve("shell.py"),
            """
            import os, pty, sys
            pid, terminal = pty.fork()
            if pid == 0:
                job = os.posix_spawn("/bin/sh", ["sh", sys.argv[1]], os.environ, setpgroup=0)
                state = os.waitpid(job, os.WUNTRACED)[1]
                print("stopped" if os.WIFSTOPPED(state) else os.waitstatus_to_exitcode(state))
                if os.WIFSTOPPED(state):
                    os.killpg(job, 9)
                sys.exit()
            while True:
                try:
                    sys.stdout.buffer.write(os.read(terminal, 4096))
                except OSError:
                    break
            """);
    Process terminal = start(List.of("python3", shell.toString(), run.toString()));

    assertThat(terminal.waitFor(60, SECONDS)).isTrue();
    assertThat(out()).endsWith("recorded\r\nwith ***\r\n0\r\n");
  }

  // ---- the ground

  /** Runs a program of Python under a terminal of this test's, types keys when asked for them. */
  private Process atTerminal(String program, String keys, String when) throws IOException {
    Files.writeString(directory.resolve("child.py"), program);
    Path run = script("run", "--env", "KEY=api-key", "--", "python3", "-u", "child.py");
    return start(List.of("python3", driver().toString(), run.toString(), keys, when));
  }

  /** Starts a program in a terminal of a size of its own, and says how it ended. */
  private Path driver() throws IOException {
    return Files.writeString(
        directory.resolve("driver.py"),
        """
        import fcntl, os, pty, struct, sys, termios
        run, keys, when = sys.argv[1:4]
        pid, terminal = pty.fork()
        if pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 37, 91, 0, 0))
            before = termios.tcgetattr(0)
            code = os.waitstatus_to_exitcode(os.spawnv(os.P_WAIT, "/bin/sh", ["sh", run]) << 8)
            print("settings restored", termios.tcgetattr(0) == before)
            sys.exit(code)
        seen = b""
        typed = not keys
        while True:
            try:
                chunk = os.read(terminal, 4096)
            except OSError:
                break
            if not chunk:
                break
            seen += chunk
            if not typed and when.encode() in seen:
                typed = True
                os.write(terminal, keys.encode().decode("unicode_escape").encode())
        sys.stdout.buffer.write(seen)
        print("code", os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
        """);
  }

  private Process run(String... words) throws IOException {
    List<String> all = new ArrayList<>(List.of("run"));
    all.addAll(List.of(words));
    return start(program(all));
  }

  /** The command line as a script, for shells. */
  private Path script(String... words) throws IOException {
    StringBuilder line = new StringBuilder("exec");
    program(List.of(words))
        .forEach(word -> line.append(" '").append(word.replace("'", "'\\''")).append('\''));
    Path script = Files.writeString(directory.resolve("run.sh"), "#!/bin/sh\n" + line + "\n");
    assertThat(script.toFile().setExecutable(true)).isTrue();
    return script;
  }

  private List<String> program(List<String> words) {
    List<String> all =
        new ArrayList<>(
            List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx128m",
                "-Xshare:auto",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                absolute(System.getProperty("java.class.path")),
                "io.hushbus.cli.Main"));
    all.add(words.getFirst());
    all.addAll(List.of("--local", "local.env"));
    all.addAll(words.subList(1, words.size()));
    return all;
  }

  private static String absolute(String classPath) {
    return Stream.of(classPath.split(File.pathSeparator, -1))
        .map(one -> Path.of(one).toAbsolutePath().toString())
        .reduce((some, more) -> some + File.pathSeparator + more)
        .orElseThrow();
  }

  private Process start(List<String> words) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(words)
            .directory(directory.toFile())
            .redirectInput(new File("/dev/null"))
            .redirectOutput(directory.resolve("out").toFile())
            .redirectError(directory.resolve("err").toFile());
    builder.environment().putAll(Map.of("HUSHBUS_ADDR", "http://127.0.0.1:1"));
    Process process = builder.start();
    started.add(process);
    return process;
  }

  private void there() {
    Awaitility.await("there")
        .atMost(java.time.Duration.ofSeconds(60))
        .failFast(() -> assertThat(started.getLast().isAlive()).as("%s", err()).isTrue())
        .until(() -> Files.exists(directory.resolve("there")));
  }

  private static void kill(String signal, Process process) throws Exception {
    assertThat(new ProcessBuilder("kill", "-" + signal, "" + process.pid()).start().waitFor())
        .isZero();
  }

  private String out() throws IOException {
    return Files.readString(directory.resolve("out"), StandardCharsets.ISO_8859_1);
  }

  private String err() throws IOException {
    return Files.readString(directory.resolve("err"), StandardCharsets.ISO_8859_1);
  }
}
