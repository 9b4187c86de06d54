package io.hushbus.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hushbus.model.SecretValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where files with values lie, who can read them, and that nothing of them stays. */
final class PrivateFilesTest {

  @TempDir private Path base;

  @Test
  void files_are_their_owners_alone_and_where_they_are_looked_for() throws IOException {
    Path mount = base.resolve("etc/app");
    try (Den den = den()) {
      PrivateFiles files = new PrivateFiles(den);
      files.place(Map.of(mount.resolve("key"), value("one"), mount.resolve("other"), value("x")));

      assertThat(mount.resolve("key")).hasContent("one");
      assertThat(mount.resolve("other")).hasContent("x");
      assertThat(permissions(mount.resolve("key").toRealPath())).isEqualTo("r--------");
      assertThat(permissions(mount.toRealPath().resolve("..data").toRealPath()))
          .isEqualTo("rwx------");
      assertThat(permissions(den.directory())).isEqualTo("rwx------");
    }
    assertThat(base.resolve("etc")).as("made for it, and gone with it").doesNotExist();
    assertThat(left()).isEmpty();
  }

  @Test
  void a_change_is_one_rename_that_readers_and_watchers_see() throws Exception {
    Path mount = base.resolve("app");
    try (Den den = den();
        var watch = base.getFileSystem().newWatchService()) {
      PrivateFiles files = new PrivateFiles(den);
      files.place(Map.of(mount.resolve("a"), value("a1"), mount.resolve("b"), value("b1")));
      mount.register(watch, java.nio.file.StandardWatchEventKinds.ENTRY_CREATE);
      String before = Files.readSymbolicLink(mount.resolve("..data")).toString();

      files.place(Map.of(mount.resolve("a"), value("a2"), mount.resolve("b"), value("b1")));

      assertThat(mount.resolve("a")).hasContent("a2");
      assertThat(mount.resolve("b")).hasContent("b1");
      assertThat(Files.readSymbolicLink(mount.resolve("..data")).toString()).isNotEqualTo(before);
      assertThat(mount.resolve(before)).doesNotExist();
      assertThat(watch.take().pollEvents())
          .anyMatch(event -> String.valueOf(event.context()).equals("..data"));
    }
  }

  @Test
  void a_directory_that_is_there_gets_a_link_for_each_file_and_keeps_the_rest() throws IOException {
    Path mount = Files.createDirectory(base.resolve("app"));
    Files.writeString(mount.resolve("mine"), "mine");
    try (Den den = den()) {
      PrivateFiles files = new PrivateFiles(den);
      files.place(Map.of(mount.resolve("key"), value("one")));
      assertThat(mount.resolve("key")).hasContent("one");
      files.place(Map.of(mount.resolve("key"), value("two")));
      assertThat(mount.resolve("key")).hasContent("two");
    }
    assertThat(mount.resolve("key")).doesNotExist();
    assertThat(mount.resolve("mine")).hasContent("mine");
  }

  @Test
  void what_is_there_is_never_replaced() throws IOException {
    Path mine = Files.writeString(base.resolve("key"), "mine");
    try (Den den = den()) {
      assertThatThrownBy(() -> new PrivateFiles(den).place(Map.of(mine, value("one"))))
          .isInstanceOf(CannotPlace.class)
          .hasMessageContaining(mine + " is there already");
    }
    assertThat(mine).hasContent("mine");
  }

  @Test
  void the_directory_of_another_run_that_lives_is_left_alone() throws IOException {
    Path mount = base.resolve("app");
    try (Den first = den();
        Den second = den()) {
      new PrivateFiles(first).place(Map.of(mount.resolve("key"), value("one")));

      assertThatThrownBy(
              () -> new PrivateFiles(second).place(Map.of(mount.resolve("other"), value("two"))))
          .isInstanceOf(CannotPlace.class)
          .hasMessageContaining("another run");
      assertThat(mount.resolve("key")).hasContent("one");
    }
  }

  @Test
  void a_file_that_is_not_wanted_any_more_vanishes_and_can_come_back() throws IOException {
    Path mount = base.resolve("app");
    try (Den den = den()) {
      PrivateFiles files = new PrivateFiles(den);
      files.place(Map.of(mount.resolve("a"), value("a1"), mount.resolve("b"), value("b1")));
      files.place(Map.of(mount.resolve("b"), value("b1")));
      assertThat(Files.exists(mount.resolve("a"), LinkOption.NOFOLLOW_LINKS)).isFalse();
      assertThat(mount.resolve("b")).hasContent("b1");
      files.place(Map.of());
      assertThat(mount.resolve("b")).doesNotExist();
      files.place(Map.of(mount.resolve("a"), value("a2")));
      assertThat(mount.resolve("a")).hasContent("a2");
    }
  }

  @Test
  void the_next_start_takes_away_what_a_killed_one_left_and_nothing_else() throws Exception {
    Path mount = base.resolve("etc/app");
    // Another process that holds the lock, as a killed one would until its end.
    try (Den living = den()) {
      Path left = killed(mount);
      assertThat(mount.resolve("key")).hasContent("one");

      try (Den next = den()) {
        assertThat(left).doesNotExist();
        assertThat(base.resolve("etc")).doesNotExist();
        assertThat(living.directory()).exists();
        assertThat(next.directory()).exists();
      }
    }
  }

  @Test
  void notes_that_others_may_have_written_are_not_followed() throws Exception {
    Path victim = Files.createDirectory(base.resolve("victim"));
    Path planted = Files.createDirectory(base.resolve("hushbus-run-planted"));
    Files.setPosixFilePermissions(planted, PosixFilePermissions.fromString("rwxrwxrwx"));
    Files.createFile(planted.resolve("owner.lock"));
    Files.writeString(planted.resolve("directories"), victim + "\n");

    den().close();

    assertThat(victim).exists();
  }

  @Test
  void a_link_of_a_killed_one_is_replaced() throws Exception {
    Path mount = base.resolve("app");
    Den.delete(killed(mount));
    assertThat(Files.isSymbolicLink(mount)).isTrue();
    try (Den den = den()) {
      new PrivateFiles(den).place(Map.of(mount.resolve("key"), value("two")));
      assertThat(mount.resolve("key")).hasContent("two");
    }
    assertThat(Files.isSymbolicLink(mount)).isFalse();
  }

  @Test
  void the_guardian_removes_it_and_ends_the_child_when_its_line_breaks() throws Exception {
    Path mount = base.resolve("etc/app");
    Den den = den();
    new PrivateFiles(den).place(Map.of(mount.resolve("key"), value("one")));
    Process child =
        new ProcessBuilder("sh", "-c", "trap '' TERM; while :; do sleep 0.05; done").start();
    Guardian guardian =
        Guardian.post(den, Duration.ofMillis(200), System.getenv("PATH")).orElseThrow();
    guardian.watch((int) child.pid(), false);

    guardian.abandon();

    Awaitility.await().until(() -> !Files.exists(den.directory()));
    assertThat(base.resolve("etc")).doesNotExist();
    assertThat(child.waitFor()).as("killed after its grace").isEqualTo(137);
  }

  @Test
  void a_guardian_that_is_not_needed_any_more_touches_nothing() throws Exception {
    try (Den den = den()) {
      Guardian guardian =
          Guardian.post(den, Duration.ofSeconds(1), System.getenv("PATH")).orElseThrow();
      guardian.close();
      assertThat(den.directory()).exists();
    }
  }

  @Test
  void memory_comes_before_a_disk() {
    assertThat(Den.bases(Map.of("XDG_RUNTIME_DIR", "relative", "TMPDIR", "/t")).getLast())
        .isEqualTo(Path.of("/t"));
    assertThat(Den.bases(Map.of("XDG_RUNTIME_DIR", "/nowhere")))
        .doesNotContain(Path.of("/nowhere"))
        .endsWith(Path.of("/tmp"));
  }

  // ---- the ground

  private Den den() throws IOException {
    return Den.in(List.of(base));
  }

  /** What a run that was killed leaves: everything in place, and its lock let go. */
  private Path killed(Path mount) throws IOException {
    Den den = den();
    new PrivateFiles(den).place(Map.of(mount.resolve("key"), value("one")));
    den.abandon();
    return den.directory();
  }

  private List<Path> left() throws IOException {
    try (Stream<Path> all = Files.list(base)) {
      return all.toList();
    }
  }

  private static String permissions(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  private static SecretValue value(String text) {
    return SecretValue.ofText(text);
  }
}
