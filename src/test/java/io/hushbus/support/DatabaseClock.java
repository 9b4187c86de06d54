package io.hushbus.support;

import java.time.Duration;
import java.time.Instant;

/**
 * The clock of one database in a test's hand: it goes on as clocks do, ahead of or behind that of
 * the machine by what the test says.
 *
 * <p>A function of the same name stands before the server's own in the search path of whoever
 * connects afterwards, and in the defaults of columns. So it holds for brokers that start later,
 * and for the statements of the test itself.
 */
public final class DatabaseClock {

  private static final String INSTALL =
      """
      CREATE SCHEMA moved_clock;
      CREATE TABLE moved_clock.ahead (by interval NOT NULL);
      INSERT INTO moved_clock.ahead VALUES ('0');
      CREATE FUNCTION moved_clock.clock_timestamp() RETURNS timestamptz
        LANGUAGE sql VOLATILE SECURITY DEFINER
        AS 'SELECT pg_catalog.clock_timestamp() + by FROM moved_clock.ahead';
      GRANT USAGE ON SCHEMA moved_clock TO PUBLIC;
      DO $$
      DECLARE has record;
      BEGIN
        FOR has IN SELECT table_name, column_name FROM information_schema.columns
            WHERE table_schema = 'public' AND column_default = 'clock_timestamp()' LOOP
          EXECUTE format('ALTER TABLE %I ALTER %I SET DEFAULT moved_clock.clock_timestamp()',
            has.table_name, has.column_name);
        END LOOP;
        EXECUTE format('ALTER DATABASE %I SET search_path = moved_clock, pg_catalog, public',
          current_database());
      END $$;
      """;

  private final TestDatabase database;

  private DatabaseClock(TestDatabase database) {
    this.database = database;
  }

  /** Takes the clock of that database; to be called before its brokers start. */
  public static DatabaseClock of(TestDatabase database) {
    database.asOwner(INSTALL);
    return new DatabaseClock(database);
  }

  /** Sets it forward, or back by a negative time. */
  public void pass(Duration time) {
    database.asOwner(
        "UPDATE moved_clock.ahead SET by = by + interval '" + time.toMillis() + " milliseconds'");
  }

  /** Sets it to that time, from which it goes on. */
  public void set(Instant time) {
    database.asOwner(
        "UPDATE moved_clock.ahead SET by = timestamptz '"
            + time
            + "' - pg_catalog.clock_timestamp()");
  }

  public Instant now() {
    return Instant.parse(
        database
            .rows(
                "SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC',"
                    + " 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')")
            .getFirst());
  }
}
