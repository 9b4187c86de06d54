package io.hushbus.cli;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The launcher, run by a real shell in a copy of the project's shape, with stand-ins for java and
 * mvn that write down how they were called.
 */
final class LauncherIT {

  private static final List<String> TOOLS =
      List.of(
          "cat",
          "dirname",
          "find",
          "grep",
          "head",
          "ln",
          "mkdir",
          "mv",
          "readlink",
          "rm",
          "sed",
          "sh",
          "sleep",
          "tail",
          "touch");

  @TempDir private Path root;
  private Path home;
  private Path bin;

  private record Outcome(int code, String out, String err) {}

  @BeforeEach
  void lay_out() throws IOException {
    home = root.resolve("a clone");
    bin = Files.createDirectories(root.resolve("bin"));
    Files.createDirectories(home.resolve("src/main/java"));
    Files.writeString(home.resolve("pom.xml"), "<project/>");
    Files.writeString(home.resolve("src/main/java/Main.java"), "");
    Path original = Path.of(System.getProperty("hushbus.home", "."), "hushbus");
    Files.copy(original, home.resolve("hushbus"));
    script(home.resolve("hushbus"), Files.readString(original));
    for (String tool : TOOLS) {
      script(bin.resolve(tool), "#!/bin/sh\nexec " + which(tool) + " \"$@\"\n");
    }
    jdk("jvm/jdk-25", "25.0.3+9");
    maven(
        "printf '[INFO] --- x:1:compile (y) @ z\\n"
            + "'; mkdir -p target; echo jar >target/hushbus.jar");
  }

  @Test
  void arguments_output_and_exit_code_pass_through() throws Exception {
    built();

    Outcome outcome = run("secret", "a b", "", "*", "--code=7");

    assertThat(outcome.code()).isEqualTo(7);
    assertThat(outcome.out()).endsWith("<secret>\n<a b>\n<>\n<*>\n<--code=7>\n");
    assertThat(outcome.err()).isEmpty();
  }

  @Test
  void a_jdk_that_is_too_old_is_passed_over() throws Exception {
    built();
    jdk("old", "17.0.15+6");
    Files.createSymbolicLink(bin.resolve("java"), root.resolve("old/bin/java"));

    assertThat(run("x").out()).contains("java 25.0.3+9");
  }

  @Test
  void without_a_jdk_it_says_what_to_do() throws Exception {
    built();
    jdk("jvm/jdk-25", "21.0.1+1");

    Outcome outcome = run("x");

    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err()).contains("no JDK 25 or newer found", "21.0.1+1", "Install one");
  }

  @Test
  void a_jdk_that_was_named_is_taken_or_refused_never_replaced() throws Exception {
    built();
    jdk("mine", "26+1");
    jdk("old", "17.0.15+6");

    assertThat(runWith(List.of("HUSHBUS_JAVA=" + root.resolve("mine")), "x").out())
        .contains("java 26+1");
    Outcome refused = runWith(List.of("HUSHBUS_JAVA=" + root.resolve("old/bin/java")), "x");
    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.err()).contains("HUSHBUS_JAVA is not a JDK 25");
  }

  @Test
  void the_jar_is_built_when_missing_and_when_older_than_a_source_and_only_then() throws Exception {
    assertThat(run("x").err()).contains("building", "built in");
    assertThat(run("x").err()).isEmpty();
    assertThat(builds()).isEqualTo(1);

    Files.setLastModifiedTime(
        home.resolve("src/main/java/Main.java"),
        FileTime.from(Instant.now().plus(Duration.ofHours(1))));
    run("x");

    assertThat(builds()).isEqualTo(2);
  }

  @Test
  void an_installed_copy_without_sources_is_not_built() throws Exception {
    built();
    Files.delete(home.resolve("pom.xml"));
    Files.delete(bin.resolve("mvn"));

    assertThat(run("x").code()).isZero();
  }

  @Test
  void without_maven_it_says_what_to_do() throws Exception {
    Files.delete(bin.resolve("mvn"));

    Outcome outcome = run("x");

    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.err()).contains("no mvn on the PATH", "Install Maven");
    assertThat(lock()).doesNotExist();
  }

  @Test
  void a_failed_build_shows_the_end_of_its_log_and_runs_nothing() throws Exception {
    maven("echo 'error: no such symbol'; exit 1");

    Outcome outcome = run("x");

    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err()).contains("error: no such symbol", "the build failed");
    assertThat(lock()).doesNotExist();
  }

  @Test
  void two_at_once_build_once_and_both_run() throws Exception {
    maven("sleep 2; mkdir -p target; echo jar >target/hushbus.jar");

    Process one = start(List.of(), "one");
    Process two = start(List.of(), "two");

    assertThat(finish(one).out()).contains("<one>");
    assertThat(finish(two).out()).contains("<two>");
    assertThat(builds()).isEqualTo(1);
  }

  @Test
  void the_lock_of_a_killed_launcher_does_not_hold() throws Exception {
    Process dead = new ProcessBuilder("true").start();
    dead.waitFor(10, SECONDS);
    Files.createDirectories(home.resolve("target"));
    Files.createSymbolicLink(lock(), Path.of(Long.toString(dead.pid())));

    assertThat(run("x").code()).isZero();
    assertThat(builds()).isEqualTo(1);
  }

  @Test
  void it_becomes_the_program_so_signals_reach_it() throws Exception {
    built();
    Process launcher = start(List.of("LINGER=1"), "x");
    Path pid = root.resolve("pid");
    Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> Files.exists(pid));

    assertThat(Files.readString(pid).strip()).isEqualTo(Long.toString(launcher.pid()));
    launcher.toHandle().destroy();

    assertThat(finish(launcher).code()).isEqualTo(42);
  }

  @Test
  void a_broker_runs_with_flags_that_keep_memory_off_the_disk() throws Exception {
    built();
    for (String command : List.of("server", "dev", "whoami")) {
      assertThat(run(command).out())
          .contains(
              "-XX:-CreateCoredumpOnCrash",
              "-XX:-HeapDumpOnOutOfMemoryError",
              "-XX:+DisableAttachMechanism",
              "-XX:+ExitOnOutOfMemoryError",
              "-XX:ErrorFile=" + root.resolve("state/hushbus"),
              "core limit 0");
    }
    assertThat(Files.getPosixFilePermissions(root.resolve("state/hushbus")))
        .isEqualTo(PosixFilePermissions.fromString("rwx------"));
  }

  @Test
  void short_commands_start_fast_and_brokers_compile_fully() throws Exception {
    built();

    assertThat(run("whoami").out()).contains("-XX:TieredStopAtLevel=1");
    assertThat(run("server").out()).doesNotContain("TieredStopAtLevel").contains("-Xmx512m");
    assertThat(runWith(List.of("HUSHBUS_HEAP=2g"), "server").out())
        .contains("-XX:+UseG1GC", "-Xmx2g");
  }

  @Test
  void its_own_settings_do_not_reach_the_program_which_would_refuse_them() throws Exception {
    built();

    assertThat(runWith(List.of("HUSHBUS_HEAP=1g"), "server").out())
        .contains("own settings gone gone gone");
  }

  @Test
  void own_options_come_last() throws Exception {
    built();

    String out = runWith(List.of("HUSHBUS_JAVA_OPTS=-Xmx1g -Da=b"), "server").out();

    assertThat(out).contains("[-Xmx1g]\n[-Da=b]\n[-cp]");
  }

  @Test
  void a_place_that_no_class_path_can_name_is_good_enough() throws Exception {
    built();
    home = Files.move(home, root.resolve("a:clone"));

    Outcome outcome = runWith(List.of("HUSHBUS_AOT=on"), "server", "--code=7");

    assertThat(outcome.out())
        .contains("[-jar]\n[" + home.resolve("target/hushbus.jar") + "]\n<server>");
    assertThat(outcome.code()).isEqualTo(7);
  }

  @Test
  void the_start_up_cache_is_made_once_and_used_from_then_on() throws Exception {
    built();

    Outcome first = runWith(List.of("HUSHBUS_AOT=on"), "dev");
    Outcome second = runWith(List.of("HUSHBUS_AOT=on"), "dev");

    assertThat(first.out()).contains("-XX:AOTCache=" + cache("server"));
    assertThat(first.out()).doesNotContain("AOTCacheOutput").doesNotContain("ready");
    assertThat(second.out())
        .contains("-XX:AOTCache=" + cache("server"))
        .contains("aot/commands-25.0.3+9.jar:" + home.resolve("target/hushbus.jar"));
    assertThat(runWith(List.of("HUSHBUS_AOT=on"), "whoami").out())
        .contains("-XX:AOTCache=" + cache("short"))
        .contains("aot/commands-25.0.3+9.jar:" + home.resolve("target/hushbus.jar"))
        .endsWith("<whoami>\n");
    assertThat(Files.readAllLines(root.resolve("trained"))).hasSize(2);
  }

  @Test
  void a_cache_older_than_the_jar_is_not_used() throws Exception {
    built();
    runWith(List.of("HUSHBUS_AOT=on"), "dev");
    Files.setLastModifiedTime(
        home.resolve("target/hushbus.jar"), FileTime.from(Instant.now().plus(Duration.ofHours(1))));

    Outcome outcome = runWith(List.of("HUSHBUS_AOT=on"), "whoami");

    assertThat(outcome.out()).doesNotContain("AOTCache");
    assertThat(outcome.err()).isEmpty();
  }

  @Test
  void a_failed_training_costs_the_cache_not_the_start_and_is_not_repeated() throws Exception {
    built();
    List<String> broken = List.of("HUSHBUS_AOT=on", "TRAINING=fails");

    assertThat(runWith(broken, "server").out()).doesNotContain("AOTCache").contains("<server>");
    assertThat(runWith(broken, "server").out()).contains("<server>");

    assertThat(Files.readAllLines(root.resolve("trained"))).hasSize(2);
    assertThat(lock()).doesNotExist();
  }

  /** A jar newer than the sources. */
  private void built() throws IOException {
    Files.createDirectories(home.resolve("target"));
    Files.writeString(home.resolve("target/hushbus.jar"), "jar");
    // Well in the past, as the order of files made within one tick of the clock is not known.
    Instant past = Instant.now().minus(Duration.ofHours(1));
    for (String source :
        List.of("pom.xml", "src/main/java/Main.java", "src/main/java", "src/main")) {
      Files.setLastModifiedTime(home.resolve(source), FileTime.from(past.minusSeconds(60)));
    }
    Files.setLastModifiedTime(home.resolve("target/hushbus.jar"), FileTime.from(past));
  }

  private int builds() throws IOException {
    return Files.readAllLines(root.resolve("builds")).size();
  }

  private Path lock() {
    return home.resolve("target/hushbus.lock");
  }

  private Path cache(String kind) {
    return home.resolve("target/aot/" + kind + "-25.0.3+9.aot");
  }

  /** A java that says how it was called, and makes a cache when it is told to. */
  private void jdk(String place, String version) throws IOException {
    Path jdk = Files.createDirectories(root.resolve(place));
    Files.writeString(jdk.resolve("release"), "JAVA_RUNTIME_VERSION=\"" + version + "\"\n");
    script(
        Files.createDirectories(jdk.resolve("bin")).resolve("java"),
        """
        #!/bin/sh
        case "$*" in *io.hushbus.cli.CommandJar*)
          for option in "$@"; do last=$option; done
          echo small >"$last"
          exit 0
          ;;
        esac
        for option in "$@"; do
          case $option in
            -XX:AOTCacheOutput=*)
              echo training >>'ROOT/trained'
              [ "${TRAINING:-works}" = works ] || exit 1
              echo cache >"${option#*=}"
              case "$*" in *" dev "*) echo "ready http://127.0.0.1:1"; sleep 1 ;; esac
              exit 0
              ;;
          esac
        done
        echo "java VERSION"
        echo "core limit $(ulimit -c)"
        echo "own settings ${HUSHBUS_AOT-gone} ${HUSHBUS_HEAP-gone} ${HUSHBUS_JVM_DIRS-gone}"
        while [ "$1" != -jar ] && [ "$1" != -cp ]; do printf '[%s]\\n' "$1"; shift; done
        printf '[%s]\\n' "$1"
        printf '[%s]\\n' "$2"
        if [ "$1" = -jar ]; then shift 2; else shift 3; fi
        code=0
        for argument in "$@"; do
          printf '<%s>\\n' "$argument"
          case $argument in --code=*) code=${argument#--code=} ;; esac
        done
        if [ -n "${LINGER:-}" ]; then
          trap 'exit 42' TERM
          echo $$ >'ROOT/pid.new'; mv 'ROOT/pid.new' 'ROOT/pid'
          while :; do sleep 0.1; done
        fi
        exit $code
        """
            .replace("ROOT", root.toString())
            .replace("VERSION", version));
  }

  private void maven(String work) throws IOException {
    script(bin.resolve("mvn"), "#!/bin/sh\necho build >>'" + root + "/builds'\n" + work + "\n");
  }

  private static void script(Path file, String text) throws IOException {
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static Path which(String tool) {
    return List.of("/usr/bin", "/bin").stream()
        .map(dir -> Path.of(dir, tool))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow();
  }

  private Outcome run(String... arguments) throws Exception {
    return runWith(List.of("HUSHBUS_AOT=off"), arguments);
  }

  private Outcome runWith(List<String> environment, String... arguments) throws Exception {
    return finish(start(environment, arguments));
  }

  /** Nothing of the test's own environment, so that only what is laid out here is found. */
  private Process start(List<String> environment, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(home.resolve("hushbus").toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().clear();
    builder.environment().put("PATH", bin.toString());
    builder.environment().put("HOME", root.toString());
    builder.environment().put("XDG_STATE_HOME", root.resolve("state").toString());
    builder.environment().put("HUSHBUS_JVM_DIRS", root.resolve("jvm").toString());
    builder.environment().put("HUSHBUS_AOT", "off");
    environment.forEach(e -> builder.environment().put(e.split("=", 2)[0], e.split("=", 2)[1]));
    return builder.start();
  }

  private static Outcome finish(Process process) throws Exception {
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, SECONDS)).isTrue();
    return new Outcome(process.exitValue(), out, err);
  }
}
