package io.hushbus.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hushbus.model.Failure;
import io.hushbus.model.TenantId;
import io.hushbus.support.TestDatabase;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * F28: what the database undid because it lost a race is run again, three times in all; what may
 * have happened, or took too long, never is.
 */
final class RetriesIT {

  private static final TenantId TENANT = new TenantId(UUID.randomUUID());
  private static final List<String> LOST_RACES = List.of("40001", "40P01", "55P03");

  /** Fails with a state as often as is said; a sequence counts through roll-backs. */
  private static final String INSTALL =
      """
      CREATE SEQUENCE attempts;
      GRANT USAGE ON SEQUENCE attempts TO hushbus_app;
      CREATE FUNCTION attempt(failures int, state text) RETURNS int LANGUAGE plpgsql AS $$
      DECLARE number int := nextval('attempts');
      BEGIN
        IF number <= failures THEN
          RAISE EXCEPTION 'as the test says' USING ERRCODE = state;
        END IF;
        RETURN number;
      END $$;
      CREATE FUNCTION lose_race() RETURNS int LANGUAGE plpgsql AS $$
      BEGIN
        RAISE EXCEPTION 'as the test says' USING ERRCODE = '40001';
      END $$;
      """;

  private static TestDatabase database;
  private static Vertx vertx;
  private static Db db;

  @BeforeAll
  static void start() {
    database = TestDatabase.fresh();
    database.asOwner(INSTALL);
    vertx = Vertx.vertx();
    db = new Db(vertx, database.config(), StatementProbe.NONE);
  }

  @AfterAll
  static void stop() {
    db.close().await();
    vertx.close().await();
    database.close();
  }

  @Test
  void f28_a_transaction_that_lost_a_race_is_run_again() {
    for (String state : LOST_RACES) {
      afresh();
      assertThat(write(2, state).await()).as(state).isEqualTo(3);
    }
  }

  @Test
  void f28_after_three_times_it_is_a_conflict_that_is_worth_trying_again() {
    for (String state : LOST_RACES) {
      afresh();
      assertThatThrownBy(() -> write(9, state).await())
          .isInstanceOfSatisfying(
              Failure.Conflict.class,
              lost -> assertThat(lost.reason()).isEqualTo(Failure.Reason.CONCURRENT_CHANGE));
      assertThat(attempts()).as(state).isEqualTo(3);
    }
  }

  @Test
  void f28_what_was_cancelled_or_whose_end_is_unknown_is_not_run_again() {
    for (String state : List.of("57014", "40003", "57P01", "53200", "25P03")) {
      afresh();
      assertThatThrownBy(() -> write(1, state).await()).isInstanceOf(Failure.Unavailable.class);
      assertThat(attempts()).as(state).isEqualTo(1);
    }
  }

  @Test
  void f28_a_read_is_not_run_again() {
    AtomicInteger runs = new AtomicInteger();
    assertThatThrownBy(
            () ->
                db.read(
                        TENANT,
                        tx -> {
                          runs.incrementAndGet();
                          return tx.query("SELECT lose_race()");
                        })
                    .await())
        .isInstanceOf(Failure.Conflict.class);
    assertThat(runs).hasValue(1);
  }

  private static Future<Integer> write(int failures, String state) {
    return db.write(TENANT, tx -> attempt(tx, failures, state));
  }

  private static Future<Integer> attempt(Tx tx, int failures, String state) {
    return tx.one("SELECT attempt($1, $2) AS n", row -> row.getInteger("n"), failures, state)
        .map(found -> found.orElseThrow());
  }

  private static void afresh() {
    database.asOwner("ALTER SEQUENCE attempts RESTART");
  }

  private static int attempts() {
    return Integer.parseInt(database.rows("SELECT last_value FROM attempts").getFirst());
  }
}
