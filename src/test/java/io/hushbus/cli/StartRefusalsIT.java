package io.hushbus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.hushbus.config.DatabaseConfig;
import io.hushbus.support.TestDatabase;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * What {@code init} and {@code server} refuse to start on, in one line that ends with the next
 * step.
 */
final class StartRefusalsIT {

  private static TestDatabase database;
  @TempDir private Path directory;
  private final StringWriter err = new StringWriter();

  @BeforeAll
  static void open() {
    database = TestDatabase.fresh();
  }

  @AfterAll
  static void close() {
    database.close();
  }

  @Test
  void n59_a_root_key_of_another_cluster_ends_the_start_before_anything_listens()
      throws IOException {
    assertThat(run("init", "--generate-root-key", "--config", config("right.key"))).isZero();

    int exit = run("server", "--config", config(key("wrong.key", 7)));

    assertThat(exit).isEqualTo(Exit.GENERAL);
    assertThat(err.toString())
        .contains("configure the root key that this database was set up with")
        .doesNotContain("Exception");
  }

  @Test
  void n95_a_root_key_that_others_can_read_is_refused_with_the_command_that_mends_it()
      throws IOException {
    String name = key("open.key", 1);
    Files.setPosixFilePermissions(
        directory.resolve(name), PosixFilePermissions.fromString("rw-r--r--"));

    assertThat(run("server", "--config", config(name))).isNotZero();

    assertThat(err.toString()).contains("chmod");
  }

  @Test
  void n96_a_schema_newer_than_the_program_is_left_alone() throws IOException {
    TestDatabase newer = TestDatabase.fresh();
    newer.asOwner(
        "INSERT INTO flyway_schema_history (installed_rank, version, description, type, script,"
            + " checksum, installed_by, execution_time, success)"
            + " VALUES (999, '999', 'later', 'SQL', 'V999__later.sql', 1, 'test', 1, true)");

    int exit = run("server", "--config", config(newer.config(), key("any.key", 2)));

    assertThat(exit).isEqualTo(Exit.GENERAL);
    assertThat(err.toString()).contains("newer than this program").doesNotContain("Exception");
    newer.close();
  }

  @Test
  void a_role_that_may_do_too_much_is_refused_in_a_line() throws IOException {
    TestDatabase wide = TestDatabase.fresh();
    wide.asOwner("ALTER ROLE hushbus_app BYPASSRLS");
    try {
      int exit = run("server", "--config", config(wide.config(), key("any.key", 4)));

      assertThat(exit).isEqualTo(Exit.GENERAL);
      assertThat(err.toString()).contains("bypasses row-level security").hasLineCount(1);
    } finally {
      wide.asOwner("ALTER ROLE hushbus_app NOBYPASSRLS");
      wide.close();
    }
  }

  @Test
  void an_older_schema_is_refused_with_both_versions() throws IOException {
    TestDatabase older = TestDatabase.fresh();
    older.asOwner(
        "DELETE FROM flyway_schema_history WHERE installed_rank ="
            + " (SELECT max(installed_rank) FROM flyway_schema_history)");

    int exit = run("server", "--config", config(older.config(), key("any.key", 5)));

    assertThat(exit).isEqualTo(Exit.GENERAL);
    assertThat(err.toString()).contains("this program needs").contains("hushbus migrate");
    older.close();
  }

  @Test
  void a_database_without_a_schema_is_refused_with_the_commands_to_run() throws IOException {
    TestDatabase empty = TestDatabase.empty();

    int exit = run("server", "--config", config(empty.config(), key("any.key", 3)));

    assertThat(exit).isEqualTo(Exit.GENERAL);
    assertThat(err.toString()).contains("hushbus migrate").contains("hushbus init");
    empty.close();
  }

  private int run(String... arguments) {
    CommandLine program = Main.commandLine();
    program.setErr(new PrintWriter(err, true));
    program.setOut(new PrintWriter(new StringWriter(), true));
    return program.execute(arguments);
  }

  private String key(String name, int each) throws IOException {
    return new ServerFiles(directory).key(name, each);
  }

  private String config(String key) throws IOException {
    return config(database.config(), key);
  }

  private String config(DatabaseConfig at, String key) throws IOException {
    return new ServerFiles(directory).config(at, key);
  }
}
