package io.hushbus.support;

import java.util.List;

/**
 * Hints between the nodes of one database as a bad network would leave them: of ten, three are
 * lost, three come twice, and each is late by up to 0.3 s. Which ones, a seed decides.
 *
 * <p>A function of the same name stands before the server's own in the search path of whoever
 * connects afterwards; the brokers are those of production.
 */
public final class LossyHints {

  private static final String INSTALL =
      """
      CREATE SCHEMA lossy;
      CREATE SEQUENCE lossy.told;
      CREATE TABLE lossy.fate (number bigint, fate text);
      CREATE FUNCTION lossy.pg_notify(channel text, word text) RETURNS void
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
      DECLARE
        number bigint := nextval('lossy.told');
        chance bigint := abs(hashint8extended(number, ${seed}) % 100);
        late bigint := abs(hashint8extended(number, ${seed} + 1) % 300);
      BEGIN
        IF chance < 30 THEN
          INSERT INTO lossy.fate VALUES (number, 'lost');
          RETURN;
        END IF;
        PERFORM pg_sleep(late / 1000.0);
        PERFORM pg_catalog.pg_notify(channel, word);
        IF chance < 60 THEN -- two of the same text in a transaction would be one
          PERFORM pg_catalog.pg_notify(channel, word || ' again');
        END IF;
        INSERT INTO lossy.fate VALUES (number, CASE WHEN chance < 60 THEN 'twice' ELSE 'once' END);
      END $$;
      GRANT USAGE ON SCHEMA lossy TO PUBLIC;
      DO $$ BEGIN
        EXECUTE format('ALTER DATABASE %I SET search_path = lossy, pg_catalog, public',
          current_database());
      END $$;
      """;

  private final TestDatabase database;

  private LossyHints(TestDatabase database) {
    this.database = database;
  }

  /** Comes between the nodes that start afterwards. */
  public static LossyHints between(TestDatabase database, int seed) {
    database.asOwner(INSTALL.replace("${seed}", Integer.toString(seed)));
    return new LossyHints(database);
  }

  /** What became of the hints so far: {@code lost}, {@code once} or {@code twice} for each. */
  public List<String> fates() {
    return database.rows("SELECT fate FROM lossy.fate ORDER BY number");
  }
}
