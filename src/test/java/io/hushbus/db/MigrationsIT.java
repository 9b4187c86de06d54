package io.hushbus.db;

import static org.assertj.core.api.Assertions.assertThat;

import io.hushbus.db.Migrations.Status;
import io.hushbus.support.TestDatabase;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The schema moves forward once, by its owner, and a program never touches one newer than itself.
 */
final class MigrationsIT {

  @Test
  void an_empty_database_becomes_current_and_stays_so() {
    try (TestDatabase database = TestDatabase.empty()) {
      Migrations migrations = new Migrations(database.config());
      assertThat(migrations.check()).isEqualTo(new Status.Empty());
      Status current = migrations.migrate();
      assertThat(current).isInstanceOf(Status.Current.class);
      assertThat(migrations.migrate()).isEqualTo(current);
      assertThat(migrations.check()).isEqualTo(current);
    }
  }

  @Test
  void the_program_knows_its_migrations() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("schema"))) {
      List<String> versions =
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> name.matches("V\\d{3}__.*\\.sql"))
              .map(name -> name.substring(1, 4))
              .sorted()
              .toList();
      assertThat(Migrations.KNOWN).isEqualTo(versions.size() + " up to " + versions.getLast());
    }
  }

  @Test
  void two_migrations_at_once_both_succeed() {
    try (TestDatabase database = TestDatabase.empty()) {
      List<Status> both =
          Stream.of(1, 2)
              .parallel()
              .map(each -> new Migrations(database.config()).migrate())
              .toList();
      assertThat(both).allMatch(Status.Current.class::isInstance);
    }
  }

  @Test
  void an_older_schema_names_both_versions() {
    try (TestDatabase database = TestDatabase.fresh()) {
      database.asOwner(
          "DELETE FROM flyway_schema_history WHERE installed_rank ="
              + " (SELECT max(installed_rank) FROM flyway_schema_history)");
      assertThat(new Migrations(database.config()).check()).isInstanceOf(Status.Pending.class);
      assertThat(seenCurrent(database)).isFalse();
    }
  }

  @Test
  void one_look_sees_what_is_current_and_nothing_else() {
    try (TestDatabase empty = TestDatabase.empty();
        TestDatabase database = TestDatabase.fresh()) {
      assertThat(seenCurrent(empty)).isFalse();
      assertThat(seenCurrent(database)).isTrue();
      database.asOwner(
          "UPDATE flyway_schema_history SET success = false WHERE installed_rank ="
              + " (SELECT max(installed_rank) FROM flyway_schema_history)");
      assertThat(seenCurrent(database)).isFalse();
    }
  }

  private static boolean seenCurrent(TestDatabase database) {
    Vertx vertx = Vertx.vertx();
    Db db = new Db(vertx, database.config(), StatementProbe.NONE);
    try {
      return new Migrations(database.config()).seenCurrent(db).await();
    } finally {
      db.close().await();
      vertx.close().await();
    }
  }

  @Test
  void n96_a_newer_schema_is_refused_and_left_as_it_is() {
    try (TestDatabase database = TestDatabase.fresh()) {
      database.asOwner(
          """
          INSERT INTO flyway_schema_history
            (installed_rank, version, description, type, script, checksum, installed_by, execution_time, success)
          VALUES (1000, '999', 'later', 'SQL', 'V999__later.sql', 1, 'later', 1, true)
          """);
      Migrations migrations = new Migrations(database.config());
      assertThat(migrations.check()).isInstanceOf(Status.Newer.class);
      assertThat(migrations.migrate()).isInstanceOf(Status.Newer.class);
      assertThat(seenCurrent(database)).isFalse();
    }
  }

  @Test
  void f30_nothing_counts_by_a_sequence_and_nothing_is_lost_in_a_crash() {
    try (TestDatabase database = TestDatabase.fresh()) {
      assertThat(
              database.rows(
                  "SELECT relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
                      + " WHERE n.nspname = 'public'"
                      + " AND (c.relkind = 'S' OR c.relpersistence <> 'p')"))
          .isEmpty();
    }
  }

  @Test
  void a_role_that_sees_more_than_it_may_is_reported() {
    try (TestDatabase database = TestDatabase.fresh()) {
      Migrations migrations = new Migrations(database.config());
      database.asOwner("ALTER ROLE hushbus_app BYPASSRLS");
      try {
        assertThat(migrations.check())
            .isEqualTo(new Status.Unsafe("role hushbus_app bypasses row-level security"));
        assertThat(seenCurrent(database)).isFalse();
      } finally {
        database.asOwner("ALTER ROLE hushbus_app NOBYPASSRLS");
      }
      assertThat(migrations.check()).isInstanceOf(Status.Current.class);
    }
  }
}
