package io.hushbus.runner;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hushbus.model.SecretValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real programs, and what becomes of them. */
final class ChildTest {

  @TempDir private Path directory;

  @Test
  void the_exit_code_is_the_programs() throws Exception {
    assertThat(sh("exit 0").code()).isZero();
    assertThat(sh("exit 7").code()).isEqualTo(7);
    assertThat(sh("kill -TERM $$").code()).isEqualTo(143);
    assertThat(sh("kill -KILL $$").code()).isEqualTo(137);
  }

  @Test
  void what_is_no_program_is_126_and_what_is_not_there_127() throws Exception {
    Files.writeString(directory.resolve("no-program"), "text");

    assertThatThrownBy(() -> run("no-such-command"))
        .isInstanceOfSatisfying(Spawn.Failed.class, failed -> is(failed, 127));
    assertThatThrownBy(() -> run("./no-such-command"))
        .isInstanceOfSatisfying(Spawn.Failed.class, failed -> is(failed, 127));
    assertThatThrownBy(() -> run("./no-program"))
        .isInstanceOfSatisfying(Spawn.Failed.class, failed -> is(failed, 126));
    assertThatThrownBy(() -> run("/tmp"))
        .isInstanceOfSatisfying(Spawn.Failed.class, failed -> is(failed, 126));
  }

  @Test
  void a_script_without_a_first_line_runs_in_a_shell() throws Exception {
    Path script = Files.writeString(directory.resolve("script"), "echo \"$1 from $0\"; exit 3\n");
    assertThat(script.toFile().setExecutable(true)).isTrue();

    Said said = run("./script", "hello");

    assertThat(said.code()).isEqualTo(3);
    assertThat(said.out()).startsWith("hello from ").endsWith("/script\n");
  }

  @Test
  void values_are_in_its_environment_byte_for_byte_and_come_first() throws Exception {
    byte[] value = {'a', (byte) 0xff, '\n', 'b'};
    Variables variables = new Variables(Map.of("PATH", path(), "BOTH", "plain", "OTHER", "x"));

    Said said =
        run(
            List.of("sh", "-c", "printf %s \"$VALUE\" | od -An -tx1; echo $BOTH $OTHER"),
            variables,
            Map.of("VALUE", SecretValue.copyOf(value), "BOTH", SecretValue.ofText("of secret")),
            Optional.empty());

    assertThat(said.out()).isEqualTo(" 61 ff 0a 62\nof secret x\n");
  }

  @Test
  void its_output_is_masked_on_both_descriptors_and_stays_apart() throws Exception {
    Said said = masked("printf 'a s3cret-'; printf 'value b'; printf 'c s3cret-value d' >&2");

    assertThat(said.out()).isEqualTo("a *** b");
    assertThat(said.err()).isEqualTo("c *** d");
  }

  @Test
  void it_has_no_descriptor_of_ours_and_runs_where_it_should() throws Exception {
    Said said = sh("ls /proc/self/fd; pwd");

    // The fourth is that of the directory that ls reads.
    assertThat(said.out()).isEqualTo("0\n1\n2\n3\n" + directory.toRealPath() + "\n");
  }

  @Test
  void no_signal_is_blocked_or_ignored_for_it_that_was_not_for_us() throws Exception {
    Said said = sh("grep -E '^Sig(Blk|Ign)' /proc/self/status");

    assertThat(said.out()).contains("SigBlk:\t0000000000000000");
  }

  @Test
  void signals_reach_it() throws Exception {
    Path there = directory.resolve("there");
    Running running =
        start(
            List.of(
                "sh", "-c", "trap 'echo got; exit 5' USR1; : >there; while :; do sleep 0.05; done"),
            masks("s3cret-value"));
    Awaitility.await().until(() -> Files.exists(there));

    assertThat(running.child().signal(Signals.USR1)).isTrue();

    assertThat(running.child().end().get(10, SECONDS)).isEqualTo(5);
    assertThat(running.said().out()).isEqualTo("got\n");
    assertThat(running.child().signal(Signals.TERM)).as("nobody is hit").isFalse();
  }

  @Test
  void one_that_does_not_want_to_end_is_killed_after_the_grace() throws Exception {
    Path there = directory.resolve("there");
    Running running =
        start(
            List.of("sh", "-c", "trap '' TERM; : >there; while :; do sleep 0.05; done"),
            masks("s3cret-value"));
    Awaitility.await().until(() -> Files.exists(there));

    assertThat(running.child().stop(Duration.ofMillis(50))).isEqualTo(137);
  }

  @Test
  void the_end_does_not_wait_for_what_stays_in_the_background() throws Exception {
    Said said = masked("sleep 30 & echo $!; echo said");

    assertThat(said.out()).endsWith("said\n");
    long left = Long.parseLong(said.out().lines().findFirst().orElseThrow());
    ProcessHandle.of(left).ifPresent(ProcessHandle::destroyForcibly);
  }

  // ---- the ground

  record Said(int code, String out, String err) {}

  /** A child and what is read of it. */
  record Running(Child child, Ends ends) {
    Said said() throws Exception {
      int code = child.end().get(20, SECONDS);
      return new Said(code, ends.wholeOut(), ends.wholeErr());
    }
  }

  private Said sh(String script) throws Exception {
    return run("sh", "-c", script);
  }

  private Said run(String... words) throws Exception {
    return start(List.of(words), Optional.empty()).said();
  }

  private Said masked(String script) throws Exception {
    return start(List.of("sh", "-c", script), masks("s3cret-value")).said();
  }

  private static Optional<Masks> masks(String value) {
    Masks masks = new Masks();
    masks.add(Map.of("VALUE", SecretValue.ofText(value)));
    return Optional.of(masks);
  }

  private Running start(List<String> words, Optional<Masks> masks) throws IOException {
    return start(words, new Variables(Map.of("PATH", path())), Map.of(), masks);
  }

  private Said run(
      List<String> words,
      Variables variables,
      Map<String, SecretValue> secrets,
      Optional<Masks> masks)
      throws Exception {
    return start(words, variables, secrets, masks).said();
  }

  private Running start(
      List<String> words,
      Variables variables,
      Map<String, SecretValue> secrets,
      Optional<Masks> masks)
      throws IOException {
    Ends ends = new Ends();
    Console console = new Console(ends.descriptors(), masks);
    Child child = Child.start(Command.of(words), directory, variables, secrets, console);
    return new Running(child, ends);
  }

  private static void is(Spawn.Failed failed, int code) {
    assertThat(failed.exitCode()).isEqualTo(code);
  }

  private static String path() {
    return System.getenv("PATH");
  }
}
