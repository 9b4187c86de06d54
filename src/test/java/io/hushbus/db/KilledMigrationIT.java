package io.hushbus.db;

import static org.assertj.core.api.Assertions.assertThat;

import io.hushbus.db.Migrations.Status;
import io.hushbus.support.TestDatabase;
import java.util.List;
import org.junit.jupiter.api.Test;

/** F18: a migration whose connection is killed in the middle, as often as you like. */
final class KilledMigrationIT {

  /** Kills the session that has made so many changes to the schema. */
  private static final String INSTALL =
      """
      CREATE SCHEMA killing;
      CREATE SEQUENCE killing.made;
      CREATE TABLE killing.after (made bigint);
      INSERT INTO killing.after VALUES (1000000);
      CREATE FUNCTION killing.kill() RETURNS event_trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF nextval('killing.made') >= (SELECT made FROM killing.after) THEN
          PERFORM pg_terminate_backend(pg_backend_pid());
        END IF;
      END $$;
      CREATE EVENT TRIGGER killing ON ddl_command_end EXECUTE FUNCTION killing.kill();
      """;

  private static final String END = "DROP EVENT TRIGGER killing; DROP SCHEMA killing CASCADE";

  /**
   * Every column, constraint, index, policy and right. Which days have a partition depends on when
   * a database was made: how many, does not.
   */
  private static final String SCHEMA =
      """
      SELECT regexp_replace(thing, '_y[0-9]{8}', '_yDAY', 'g') FROM (
        SELECT format('%s %s %s %s', table_name, column_name, data_type, is_nullable) AS thing
        FROM information_schema.columns WHERE table_schema = 'public'
        UNION ALL SELECT conrelid::regclass || pg_get_constraintdef(oid) FROM pg_constraint
        UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
        UNION ALL SELECT format('%s %s %s', tablename, policyname, qual) FROM pg_policies
        UNION ALL SELECT format('%s %s %s', grantee, table_name, privilege_type)
          FROM information_schema.role_table_grants WHERE table_schema = 'public') things
      ORDER BY 1
      """;

  @Test
  void f18_a_migration_killed_anywhere_is_completed_by_the_next_and_is_the_same() {
    try (TestDatabase database = TestDatabase.empty();
        TestDatabase unharmed = TestDatabase.fresh()) {
      Migrations migrations = new Migrations(database.config());
      database.asOwner(INSTALL);
      for (int changes : List.of(1, 8, 40, 90, 150)) {
        database.asOwner(
            "SELECT setval('killing.made', 1, false); UPDATE killing.after SET made = " + changes);
        assertThat(killed(migrations)).as("after %d changes", changes).isTrue();
        assertThat(migrations.check()).isEqualTo(new Status.Empty());
      }
      database.asOwner(END);

      assertThat(migrations.migrate()).isInstanceOf(Status.Current.class);
      assertThat(database.rows(SCHEMA)).isEqualTo(unharmed.rows(SCHEMA));
    }
  }

  private static boolean killed(Migrations migrations) {
    try {
      migrations.migrate();
      return false;
    } catch (RuntimeException cut) {
      return true;
    }
  }
}
