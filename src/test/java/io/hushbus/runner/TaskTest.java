package io.hushbus.runner;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hushbus.model.SecretType;
import io.hushbus.model.SecretValue;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real children, and a source of values that does what the test says. */
final class TaskTest {

  private static final Source.Outcome APPLIED = new Source.Outcome.Applied();

  @TempDir private Path directory;
  private final Given source = new Given();
  private final List<String> said = new CopyOnWriteArrayList<>();
  private final Ends ends = new Ends();
  private Map<String, String> environment;
  private Set<String> withheld = Set.of();
  private boolean mask = true;
  private boolean preserve;
  private boolean stopWhenLost;
  private Duration grace = Duration.ofSeconds(5);

  @BeforeEach
  void ground() {
    environment = new HashMap<>(Map.of("PATH", System.getenv("PATH"), "TMPDIR", "/tmp"));
  }

  @AfterEach
  void nothing_is_left_and_no_value_is_said() throws IOException {
    assertThat(String.join("\n", said)).doesNotContain("-value-");
    for (Path base : Den.bases(environment)) {
      try (Stream<Path> all = Files.list(base)) {
        assertThat(all.map(Path::toString).filter(source.homes::contains)).isEmpty();
      }
    }
  }

  @Test
  void a_child_has_its_variables_and_files_and_gives_its_exit_code() throws Exception {
    source.text("db-password", "the-value-1").need(Need.variable("PASSWORD=db-password"));
    source.need(Need.file("key=db-password", directory)).need(Need.file("db-password", directory));
    source.need(Need.variable("db-password"));

    int code =
        run(
            "printf %s \"$PASSWORD\" | od -c | head -1; cat key; cat"
                + " \"$HUSHBUS_FILES/db-password\"; echo; printf %s \"$DB_PASSWORD\"; exit 3");

    assertThat(code).isEqualTo(3);
    assertThat(ends.wholeOut())
        .contains("t   h   e   -   v   a   l   u   e")
        .endsWith("***\n***")
        .doesNotContain("the-value-1");
    assertThat(directory.resolve("key")).doesNotExist();
    assertThat(source.ended).isEqualTo("failed");
  }

  @Test
  void a_token_is_not_passed_on_and_a_secret_comes_before_a_variable() throws Exception {
    source.text("api-key", "the-value-1").need(Need.variable("KEY=api-key"));
    environment.putAll(Map.of("HUSHBUS_TOKEN", "hsb_x", "KEY", "plain", "OTHER", "kept"));
    withheld = Set.of("HUSHBUS_TOKEN");
    mask = false;

    assertThat(run("echo $KEY $OTHER ${HUSHBUS_TOKEN-none}")).isZero();
    assertThat(ends.wholeOut()).isEqualTo("the-value-1 kept none\n");
    assertThat(source.ended).isEqualTo("succeeded");
  }

  @Test
  void preserved_variables_come_before_secrets() throws Exception {
    source.text("api-key", "the-value-1").need(Need.variable("KEY=api-key"));
    environment.put("KEY", "plain");
    preserve = true;

    run("echo $KEY");
    assertThat(ends.wholeOut()).isEqualTo("plain\n");
  }

  @Test
  void nothing_starts_without_what_it_needs_and_all_that_is_missing_is_told() {
    source.text("one-key", "the-value-1").need(Need.variable("A=one-key"));
    source.need(Need.variable("B=no-such-one")).need(Need.variable("C=one-key#part"));
    source.need(Need.variable("D=another-one?"));

    assertThatThrownBy(() -> run("touch started"))
        .isInstanceOfSatisfying(
            Unmet.class,
            unmet ->
                assertThat(unmet.reasons().stream().map(Unmet.Reason::toString))
                    .containsExactly(
                        "no-such-one: there is none of this name", "one-key#part: it has no keys"));
    assertThat(directory.resolve("started")).doesNotExist();
    assertThat(source.ended).isEqualTo("failed");
  }

  @Test
  void a_file_changes_at_once_and_the_child_runs_on() throws Exception {
    source.text("gcs-key", "the-value-1").need(Need.file("etc/key=gcs-key", directory));
    var end =
        start(
            "cat etc/key >seen1; until grep -q 2 etc/key; do sleep 0.02; done; cat etc/key >seen2");
    Awaitility.await().until(() -> Files.exists(directory.resolve("seen1")));

    assertThat(told("gcs-key", "the-value-2")).isEqualTo(APPLIED);

    assertThat(end.get(10, SECONDS)).isZero();
    assertThat(directory.resolve("seen2")).hasContent("the-value-2");
    assertThat(directory.resolve("etc")).doesNotExist();
  }

  @Test
  void a_signal_follows_the_new_file() throws Exception {
    source
        .text("gcs-key", "the-value-1")
        .need(Need.file("key=gcs-key", directory).reloading(Reload.of("signal:USR2")));
    var end = start("trap 'cat key >seen; exit 4' USR2; : >there; while :; do sleep 0.02; done");
    Awaitility.await().until(() -> Files.exists(directory.resolve("there")));

    assertThat(told("gcs-key", "the-value-2")).isEqualTo(APPLIED);

    assertThat(end.get(10, SECONDS)).isEqualTo(4);
    assertThat(directory.resolve("seen")).hasContent("the-value-2");
  }

  @Test
  void a_variable_that_is_taken_in_by_a_signal_is_a_file_as_well() throws Exception {
    source
        .text("one-key", "the-value-1")
        .need(Need.variable("ONE=one-key").reloading(Reload.of("signal:USR1")));
    var end =
        start(
            "trap 'cat \"$HUSHBUS_FILES/ONE\" >seen; exit 4' USR1; echo $ONE >there;"
                + " while :; do sleep 0.02; done");
    Awaitility.await().until(() -> Files.exists(directory.resolve("there")));

    assertThat(told("one-key", "the-value-2")).isEqualTo(APPLIED);

    assertThat(end.get(10, SECONDS)).isEqualTo(4);
    assertThat(directory.resolve("there")).hasContent("the-value-1");
    assertThat(directory.resolve("seen")).hasContent("the-value-2");
  }

  @Test
  void a_variable_needs_a_new_start_and_two_that_changed_need_one() throws Exception {
    source.text("one-key", "the-value-1").need(Need.variable("ONE=one-key"));
    source.text("two-key", "the-value-a").need(Need.variable("TWO=two-key"));
    var end =
        start(
            "echo $ONE $TWO >>starts; case $ONE$TWO in *2*b*|*b*2*) exit 6;; esac;"
                + " trap ': >asked; exit 0' TERM; : >there; while :; do sleep 0.02; done");
    Awaitility.await().until(() -> Files.exists(directory.resolve("there")));

    Future<Source.Outcome> first = source.tell("one-key", "the-value-2");
    Future<Source.Outcome> second = source.tell("two-key", "the-value-b");

    assertThat(end.get(10, SECONDS)).isEqualTo(6);
    assertThat(of(first)).isEqualTo(APPLIED);
    assertThat(of(second)).isIn(APPLIED, new Source.Outcome.Deferred("the process is ending"));
    assertThat(Files.readAllLines(directory.resolve("starts")))
        .startsWith("the-value-1 the-value-a")
        .endsWith("the-value-2 the-value-b");
    assertThat(directory.resolve("asked")).exists();
  }

  @Test
  void nothing_happens_to_the_child_when_the_content_is_the_same() throws Exception {
    source.text("one-key", "the-value-1").need(Need.variable("ONE=one-key"));
    var end = start("echo start >>starts; : >there; until [ -e over ]; do sleep 0.02; done");
    Awaitility.await().until(() -> Files.exists(directory.resolve("there")));

    assertThat(told("one-key", "the-value-1")).isEqualTo(APPLIED);

    Files.createFile(directory.resolve("over"));
    assertThat(end.get(10, SECONDS)).isZero();
    assertThat(directory.resolve("starts")).hasContent("start\n");
  }

  @Test
  void what_is_for_the_next_run_is_deferred() throws Exception {
    source
        .text("one-key", "the-value-1")
        .need(Need.variable("ONE=one-key").reloading(Reload.of("next-run")));
    var end = start(": >there; until [ -e over ]; do sleep 0.02; done; echo $ONE >seen");
    Awaitility.await().until(() -> Files.exists(directory.resolve("there")));

    assertThat(told("one-key", "the-value-2")).isInstanceOf(Source.Outcome.Deferred.class);

    Files.createFile(directory.resolve("over"));
    assertThat(end.get(10, SECONDS)).isZero();
    assertThat(directory.resolve("seen")).hasContent("the-value-1");
  }

  @Test
  void a_version_without_the_key_that_is_needed_fails_and_the_older_one_stays() throws Exception {
    source.keyed("database", Map.of("user", "a-value-u", "password", "a-value-p"));
    source.need(Need.file("pw=database#password", directory));
    var end = start(": >there; until [ -e over ]; do sleep 0.02; done; cat pw >seen");
    Awaitility.await().until(() -> Files.exists(directory.resolve("there")));

    Source.Outcome outcome =
        of(
            source.tell(
                new Material(
                    "database", SecretType.KEY_VALUE, 2, values(Map.of("user", "a-value-u")))));
    assertThat(outcome)
        .isEqualTo(new Source.Outcome.Failed("database#password: it has no such key"));

    Files.createFile(directory.resolve("over"));
    assertThat(end.get(10, SECONDS)).isZero();
    assertThat(directory.resolve("seen")).hasContent("a-value-p");
  }

  @Test
  void a_version_that_could_not_be_written_is_new_still_when_it_is_offered_again()
      throws Exception {
    source.text("gcs-key", "the-value-1").need(Need.file("etc/key=gcs-key", directory));
    var end = start(": >there; until grep -q 2 etc/key; do sleep 0.02; done; cat etc/key >seen");
    Awaitility.await().until(() -> Files.exists(directory.resolve("there")));
    Path home = directory.resolve("etc").toRealPath();
    Path inTheWay = Files.createFile(home.resolve("..2"));

    assertThat(told("gcs-key", "the-value-2"))
        .isEqualTo(new Source.Outcome.Failed("the files could not be written"));
    assertThat(directory.resolve("etc/key")).hasContent("the-value-1");
    Files.delete(inTheWay);

    assertThat(told("gcs-key", "the-value-2")).isEqualTo(APPLIED);
    assertThat(end.get(10, SECONDS)).isZero();
    assertThat(directory.resolve("seen")).hasContent("the-value-2");
    assertThat(said).anyMatch(line -> line.startsWith("a newer value cannot be put in place: "));
  }

  @Test
  void a_new_start_waits_no_longer_than_taking_in_a_value_may_take() throws Exception {
    grace = Duration.ofDays(1);
    source
        .text("one-key", "the-value-1")
        .need(
            Need.variable("ONE=one-key")
                .reloading(new Reload.Restart(Optional.of(Duration.ofMillis(50)))));
    var end =
        start(
            "echo $ONE >>starts; case $ONE in *2) exit 6;; esac; trap '' TERM; : >there;"
                + " while :; do sleep 0.02; done");
    Awaitility.await().until(() -> Files.exists(directory.resolve("there")));

    assertThat(told("one-key", "the-value-2")).isEqualTo(APPLIED);
    assertThat(end.get(10, SECONDS)).isEqualTo(6);
  }

  @Test
  void what_it_does_without_is_said() throws Exception {
    source.text("one-key", "the-value-1").need(Need.variable("ONE=one-key"));
    source.need(Need.variable("D=another-one?"));

    assertThat(run("test -n \"$ONE\" && test -z \"$D\"")).isZero();
    assertThat(said)
        .containsExactly("another-one: there is none of this name (optional, not given)");
  }

  @Test
  void a_child_that_cannot_start_anew_is_a_failure_with_its_code() throws Exception {
    Path script = Files.writeString(directory.resolve("prog"), "#!/bin/sh\n: >there\nsleep 60\n");
    assertThat(script.toFile().setExecutable(true)).isTrue();
    source.text("one-key", "the-value-1").need(Need.variable("ONE=one-key"));
    var end = start(List.of("./prog"));
    Awaitility.await().until(() -> Files.exists(directory.resolve("there")));
    Files.delete(script);

    assertThat(told("one-key", "the-value-2"))
        .isEqualTo(new Source.Outcome.Failed("the process could not be started anew"));
    assertThat(end.get(10, SECONDS)).isEqualTo(127);
  }

  @Test
  void the_file_of_a_lease_that_is_over_is_removed_and_the_child_runs_on() throws Exception {
    source.text("one-key", "the-value-1").need(Need.file("one=one-key", directory));
    source.text("two-key", "the-value-2").need(Need.file("two=two-key", directory));
    var end = start(": >there; while [ -e one ]; do sleep 0.02; done; cat two >seen; exit 9");
    Awaitility.await().until(() -> Files.exists(directory.resolve("there")));

    source.listener.join().lost("one-key", "is over: it was revoked");

    assertThat(end.get(10, SECONDS)).isEqualTo(9);
    assertThat(directory.resolve("seen")).hasContent("the-value-2");
    assertThat(said)
        .anyMatch(
            line -> line.matches("one-key is over: it was revoked: the file .*/one is removed"));
  }

  @Test
  void what_was_lost_and_is_back_is_put_back_however_new_values_are_taken_in() throws Exception {
    source
        .text("one-key", "the-value-1")
        .need(Need.file("one=one-key", directory).reloading(Reload.of("next-run")));
    var end =
        start(
            ": >there; while [ -e one ]; do sleep 0.02; done; : >gone;"
                + " until [ -e one ]; do sleep 0.02; done; cat one >seen");
    Awaitility.await().until(() -> Files.exists(directory.resolve("there")));
    source.listener.join().lost("one-key", "is over: it expired");
    Awaitility.await().until(() -> Files.exists(directory.resolve("gone")));

    assertThat(told("one-key", "the-value-1")).isEqualTo(APPLIED);

    assertThat(end.get(10, SECONDS)).isZero();
    assertThat(directory.resolve("seen")).hasContent("the-value-1");
  }

  @Test
  void names_of_files_that_hold_their_states_are_refused() {
    source.keyed("database", Map.of("..data", "a-value-u", "..2", "a-value-p"));
    source.need(Need.file("whole=database", directory));
    source.need(Need.file("..data=database#..2", directory));

    assertThatThrownBy(() -> run("touch started"))
        .isInstanceOfSatisfying(Unmet.class, unmet -> assertThat(unmet.reasons()).hasSize(2));
  }

  @Test
  void a_child_ends_with_its_lease_where_that_was_asked_for() throws Exception {
    stopWhenLost = true;
    source.text("one-key", "the-value-1").need(Need.variable("ONE=one-key"));
    var end = start("trap 'exit 8' TERM; : >there; while :; do sleep 0.02; done");
    Awaitility.await().until(() -> Files.exists(directory.resolve("there")));

    source.listener.join().lost("one-key", "is over: it expired");

    assertThat(end.get(10, SECONDS)).isEqualTo(8);
  }

  @Test
  void a_new_value_is_hidden_and_the_older_one_stays_so() throws Exception {
    source.text("one-key", "the-value-1").need(Need.file("one=one-key", directory));
    var end =
        start(
            ": >there; cp one old; until grep -q 2 one; do sleep 0.02; done; cat old one; rm old");
    Awaitility.await().until(() -> Files.exists(directory.resolve("old")));

    assertThat(told("one-key", "the-value-2")).isEqualTo(APPLIED);

    assertThat(end.get(10, SECONDS)).isZero();
    assertThat(ends.wholeOut()).isEqualTo("***");
  }

  // ---- the ground

  private Source.Outcome told(String secret, String value) throws Exception {
    return of(source.tell(secret, value));
  }

  private static Source.Outcome of(Future<Source.Outcome> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(10, SECONDS);
  }

  private int run(String script) throws Exception {
    return task(List.of("sh", "-c", script)).run();
  }

  private CompletableFuture<Integer> start(String script) {
    return start(List.of("sh", "-c", script));
  }

  private CompletableFuture<Integer> start(List<String> words) {
    Task task = task(words);
    CompletableFuture<Integer> end = new CompletableFuture<>();
    Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              try {
                end.complete(task.run());
              } catch (Exception failed) {
                end.completeExceptionally(failed);
              }
            });
    return end;
  }

  private Task task(List<String> words) {
    TaskSettings settings =
        new TaskSettings(
            Command.of(words),
            directory,
            environment,
            withheld,
            Map.of(),
            ends.descriptors(),
            mask,
            preserve,
            grace,
            stopWhenLost);
    return new Task(settings, source, said::add);
  }

  private static Map<String, SecretValue> values(Map<String, String> texts) {
    Map<String, SecretValue> values = new LinkedHashMap<>();
    texts.forEach((key, text) -> values.put(key, SecretValue.ofText(text)));
    return values;
  }

  /** Gives what it was told to. */
  private static final class Given implements Source {

    private final Map<String, Material> materials = new LinkedHashMap<>();
    private final List<Need> needs = new CopyOnWriteArrayList<>();
    private final Set<String> homes = java.util.concurrent.ConcurrentHashMap.newKeySet();
    private final CompletableFuture<Listener> listener = new CompletableFuture<>();
    private volatile String ended = "";

    Given text(String secret, String value) {
      materials.put(secret, material(secret, value, 1));
      return this;
    }

    void keyed(String secret, Map<String, String> entries) {
      materials.put(secret, new Material(secret, SecretType.KEY_VALUE, 1, values(entries)));
    }

    Given need(Need need) {
      needs.add(need);
      return this;
    }

    private static Material material(String secret, String value, int version) {
      return new Material(secret, SecretType.TEXT, version, values(Map.of("value", value)));
    }

    Future<Outcome> tell(String secret, String value) {
      return tell(material(secret, value, 2));
    }

    Future<Outcome> tell(Material newer) {
      return listener.join().changed(newer);
    }

    @Override
    public Map<String, Material> open() {
      return materials;
    }

    @Override
    public List<Need> needs() {
      return needs;
    }

    @Override
    public void listen(Listener who) {
      listener.complete(who);
    }

    @Override
    public void close(boolean succeeded) {
      ended = succeeded ? "succeeded" : "failed";
    }
  }
}
