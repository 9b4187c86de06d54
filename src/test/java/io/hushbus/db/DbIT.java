package io.hushbus.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hushbus.model.Failure;
import io.hushbus.model.TenantId;
import io.hushbus.support.TestDatabase;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Transactions are bound to their tenant, are whole, and fail as what they are. */
final class DbIT {

  private static final String NAMES = "SELECT name FROM domain WHERE tenant_id = $1 ORDER BY name";

  /** What a statement that forgot its tenant would see. */
  private static final String FORGETFUL = "SELECT count(*)::int AS n FROM domain";

  private static final String ADD_TENANT = "INSERT INTO tenant (tenant_id, name) VALUES ($1, $2)";

  private static final String ADD =
      "INSERT INTO domain (tenant_id, domain_id, name, folded_name) VALUES ($1, $2, $3, $3)";

  private static final List<String> seen = new CopyOnWriteArrayList<>();
  private static TestDatabase database;
  private static Vertx vertx;
  private static Db db;
  private static TenantId alpha;
  private static TenantId beta;

  @BeforeAll
  static void start() {
    database = TestDatabase.fresh();
    vertx = Vertx.vertx();
    db = new Db(vertx, database.config(), new Recorder());
    alpha = tenant();
    beta = tenant();
    db.write(alpha, tx -> tx.update(ADD, alpha, UUID.randomUUID(), "of-alpha")).await();
  }

  @AfterAll
  static void stop() {
    db.close().await();
    vertx.close().await();
    database.close();
  }

  @Test
  void a_tenant_sees_its_own_rows_and_no_others() {
    assertThat(db.read(alpha, tx -> tx.one(FORGETFUL, row -> row.getInteger("n"))).await())
        .hasValue(1);
    assertThat(db.read(beta, tx -> tx.one(FORGETFUL, row -> row.getInteger("n"))).await())
        .hasValue(0);
    assertThat(names(beta, alpha)).isEmpty();
  }

  @Test
  void a_tenant_cannot_write_rows_of_another() {
    assertThatThrownBy(
            () -> db.write(beta, tx -> tx.update(ADD, alpha, UUID.randomUUID(), "foreign")).await())
        .isInstanceOf(DatabaseFault.class)
        .hasMessageContaining("42501");
  }

  @Test
  void a_system_job_sees_every_tenant() {
    int all =
        db.system(SystemTx.Job.START_UP, tx -> tx.one(FORGETFUL, row -> row.getInteger("n")))
            .await()
            .orElseThrow();
    assertThat(all).isGreaterThanOrEqualTo(1);
  }

  @Test
  void n37_role_and_setting_left_by_a_transaction_do_not_reach_the_next() {
    for (String trick :
        List.of("SET ROLE hushbus_system", "SET SESSION hushbus.tenants = '{" + alpha + "}'")) {
      everyConnection(trick);
      assertThat(names(beta, alpha)).as(trick).isEmpty();
      assertThat(names(alpha, alpha)).as(trick).containsExactly("of-alpha");
    }
    everyConnection("RESET ROLE");
  }

  @Test
  void n37_row_security_switched_off_shows_an_error_and_no_rows() {
    everyConnection("SET SESSION row_security = off");
    assertThatThrownBy(() -> names(beta, alpha)).hasMessageContaining("42501");
    everyConnection("RESET row_security");
  }

  @Test
  void n37_without_a_tenant_nothing_is_visible() throws Exception {
    try (var plain =
            JdbcSource.of(database.config(), "hushbus_app", database.config().password())
                .getConnection();
        var statement = plain.createStatement()) {
      assertThatThrownBy(() -> statement.executeQuery(FORGETFUL)).hasMessageContaining("hushbus");
      statement.execute("BEGIN; SET LOCAL hushbus.tenants = '{" + alpha + "}'; COMMIT");
      assertThatThrownBy(() -> statement.executeQuery(FORGETFUL)).hasMessageContaining("array");
    }
  }

  @Test
  void a_reading_transaction_cannot_write() {
    assertThatThrownBy(
            () -> db.read(alpha, tx -> tx.update(ADD, alpha, UUID.randomUUID(), "no")).await())
        .isInstanceOf(DatabaseFault.class)
        .hasMessageContaining("25006");
  }

  @Test
  void a_transaction_is_whole_or_not_at_all() {
    TenantId tenant = tenant();
    assertThatThrownBy(
            () ->
                db.write(
                        tenant,
                        tx ->
                            tx.update(ADD, tenant, UUID.randomUUID(), "half")
                                .compose(done -> Future.failedFuture(Failure.denied())))
                    .await())
        .isInstanceOf(Failure.Denied.class);
    assertThat(names(tenant, tenant)).isEmpty();
  }

  @Test
  void a_function_that_throws_rolls_back() {
    TenantId tenant = tenant();
    assertThatThrownBy(
            () ->
                db.write(
                        tenant,
                        tx -> {
                          var _ = tx.update(ADD, tenant, UUID.randomUUID(), "half");
                          throw new IllegalStateException("a bug");
                        })
                    .await())
        .hasMessage("a bug");
    assertThat(names(tenant, tenant)).isEmpty();
  }

  @Test
  void a_transaction_with_a_failed_statement_is_never_reported_as_done() {
    TenantId tenant = tenant();
    assertThatThrownBy(
            () ->
                db.write(
                        tenant,
                        tx ->
                            tx.update(ADD, tenant, UUID.randomUUID(), "first")
                                .compose(x -> tx.update(ADD, tenant, UUID.randomUUID(), "first"))
                                .otherwise(1))
                    .await())
        .isInstanceOf(UniqueViolation.class);
    assertThat(names(tenant, tenant)).isEmpty();
  }

  @Test
  void what_is_trusted_and_fails_undoes_the_transaction_which_says_why() {
    TenantId tenant = tenant();
    for (boolean asked : List.of(false, true)) {
      assertThatThrownBy(
              () ->
                  db.write(
                          tenant,
                          tx -> {
                            tx.trust(tx.update(ADD, tenant, UUID.randomUUID(), "first"));
                            tx.trust(taken(tx.update(ADD, tenant, UUID.randomUUID(), "first")));
                            tx.trust(tx.update(ADD, tenant, UUID.randomUUID(), "second"));
                            return asked ? tx.query("SELECT 1") : Future.succeededFuture();
                          })
                      .await())
          .isInstanceOf(Failure.Conflict.class);
      assertThat(names(tenant, tenant)).isEmpty();
    }
  }

  private static Future<Integer> taken(Future<Integer> insert) {
    return insert.recover(
        cause -> Future.failedFuture(Failure.conflict(Failure.Reason.NAME_TAKEN)));
  }

  @Test
  void what_is_trusted_is_committed_and_nothing_is_sent_after_that() {
    TenantId tenant = tenant();
    Tx[] over = new Tx[1];
    db.write(
            tenant,
            tx -> {
              over[0] = tx;
              tx.trust(tx.update(ADD, tenant, UUID.randomUUID(), "trusted"));
              return Future.succeededFuture();
            })
        .await();
    assertThat(names(tenant, tenant)).containsExactly("trusted");
    assertThatThrownBy(() -> over[0].update(ADD, tenant, UUID.randomUUID(), "late").await())
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void a_second_row_where_one_may_be_names_its_constraint_and_no_value() {
    assertThatThrownBy(
            () ->
                db.write(alpha, tx -> tx.update(ADD, alpha, UUID.randomUUID(), "of-alpha")).await())
        .isInstanceOfSatisfying(
            UniqueViolation.class,
            violation -> {
              assertThat(violation.constraint()).isEqualTo("domain_name_taken");
              assertThat(violation).hasMessageNotContaining("of-alpha");
            });
  }

  @Test
  void no_error_repeats_a_parameter() {
    for (String sql :
        List.of("SELECT $1::text::uuid", "SELECT $1::text::int", "SELECT $1::uuid", "SELEC $1")) {
      assertThatThrownBy(() -> db.read(alpha, tx -> tx.query(sql, "canary-value")).await())
          .isInstanceOf(DatabaseFault.class)
          .satisfies(
              fault -> assertThat(fault.toString() + fault.getCause()).doesNotContain("canary"));
    }
  }

  @Test
  void begin_and_the_tenant_travel_with_the_first_statement() {
    seen.clear();
    names(alpha, alpha);
    assertThat(seen)
        .as("the statement leaves before the answer to BEGIN is back")
        .containsSubsequence(
            "> " + Preambles.reading(List.of(alpha)),
            "> " + NAMES,
            "< " + Preambles.reading(List.of(alpha)),
            "< " + NAMES);
    assertThat(seen).contains("> COMMIT");
  }

  @Test
  void writers_that_lose_a_race_are_run_again() {
    TenantId tenant = tenant();
    UUID one = UUID.randomUUID();
    UUID two = UUID.randomUUID();
    db.write(tenant, tx -> tx.update(ADD, tenant, one, "one")).await();
    db.write(tenant, tx -> tx.update(ADD, tenant, two, "two")).await();
    AtomicInteger attempts = new AtomicInteger();
    Future<Integer> left = crossing(tenant, one, two, attempts);
    Future<Integer> right = crossing(tenant, two, one, attempts);
    assertThat(Future.all(left, right).await().list()).containsExactly(1, 1);
    assertThat(attempts).hasValueGreaterThan(2);
  }

  @Test
  void n90_an_exhausted_pool_answers_within_a_second() {
    Promise<Void> release = Promise.promise();
    List<Future<Void>> holding = new ArrayList<>();
    for (int i = 0; i < database.config().poolSize(); i++) {
      holding.add(db.read(alpha, tx -> tx.query("SELECT 1").compose(started -> release.future())));
    }
    long start = System.nanoTime();
    assertThatThrownBy(() -> names(alpha, alpha)).isInstanceOf(Failure.Unavailable.class);
    assertThat((System.nanoTime() - start) / 1_000_000).isLessThan(3_000);
    release.complete();
    Future.all(holding).await();
    assertThat(names(alpha, alpha)).isNotEmpty();
  }

  @Test
  void a_transaction_that_others_wait_for_inside_theirs_has_connections_of_its_own() {
    Db keys = db.beside(1);
    List<List<String>> read =
        everyConnection(outer -> keys.read(alpha, inner -> namesOf(inner, alpha)));
    assertThat(read).doesNotContain(List.of());
  }

  @Test
  void a_statement_that_takes_too_long_is_unavailable_and_the_pool_lives_on() {
    assertThatThrownBy(() -> db.read(alpha, tx -> tx.query("SELECT pg_sleep(30)")).await())
        .isInstanceOf(Failure.Unavailable.class);
    assertThat(names(alpha, alpha)).isNotEmpty();
  }

  @Test
  void a_connection_killed_by_the_server_is_replaced() {
    for (int i = 0; i < 2 * database.config().poolSize(); i++) {
      assertThatThrownBy(
              () ->
                  db.write(alpha, tx -> tx.query("SELECT pg_terminate_backend(pg_backend_pid())"))
                      .await())
          .isInstanceOf(Failure.Unavailable.class);
    }
    assertThat(names(alpha, alpha)).isNotEmpty();
  }

  @Test
  void what_is_under_way_when_all_is_closed_is_unavailable_and_no_bug() {
    Db closing = new Db(vertx, database.config(), StatementProbe.NONE);
    List<Future<?>> underWay = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      underWay.add(
          closing.read(
              new TenantId(UUID.randomUUID()),
              tx -> tx.query("SELECT pg_sleep(0.01)").compose(slept -> tx.query("SELECT 1"))));
    }

    Future<Void> closed = closing.close();

    Future.join(underWay).otherwiseEmpty().await();
    closed.await();
    assertThat(underWay)
        .allMatch(one -> one.succeeded() || one.cause() instanceof Failure.Unavailable);
  }

  @Test
  void a_batch_sees_its_tenants_only() {
    DedicatedConnection batcher = db.dedicated(SystemTx.Job.LEASE_BATCH);
    List<Integer> counts =
        Future.all(
                batcher.transaction(
                    List.of(alpha, beta), tx -> tx.one(FORGETFUL, row -> row.getInteger("n"))),
                batcher.transaction(
                    List.of(beta), tx -> tx.one(FORGETFUL, row -> row.getInteger("n"))))
            .await()
            .<java.util.Optional<Integer>>list()
            .stream()
            .map(java.util.Optional::orElseThrow)
            .toList();
    assertThat(counts).containsExactly(1, 0);
  }

  private static Future<Integer> crossing(
      TenantId tenant, UUID first, UUID second, AtomicInteger attempts) {
    String touch = "UPDATE domain SET name = name WHERE tenant_id = $1 AND domain_id = $2";
    return db.write(
        tenant,
        tx -> {
          attempts.incrementAndGet();
          return tx.update(touch, tenant, first)
              .compose(done -> tx.query("SELECT pg_sleep(0.2)"))
              .compose(slept -> tx.update(touch, tenant, second));
        });
  }

  /** Runs a statement on every connection of the pool, as a statement smuggled in would. */
  private static void everyConnection(String sql) {
    everyConnection(tx -> tx.query(sql));
  }

  /** Does {@code work} while every connection of the pool is in a transaction. */
  private static <T> List<T> everyConnection(Function<Tx, Future<T>> work) {
    Promise<Void> all = Promise.promise();
    AtomicInteger started = new AtomicInteger();
    int size = database.config().poolSize();
    Function<Tx, Future<T>> together =
        tx -> {
          Future<T> done =
              tx.query("SELECT 1").compose(begun -> all.future()).compose(x -> work.apply(tx));
          if (started.incrementAndGet() == size) {
            all.complete();
          }
          return done;
        };
    List<Future<T>> running =
        IntStream.range(0, size).mapToObj(i -> db.write(alpha, together)).toList();
    Future.all(running).await();
    return running.stream().map(Future::result).toList();
  }

  private static List<String> names(TenantId as, TenantId of) {
    return db.read(as, tx -> namesOf(tx, of)).await();
  }

  private static Future<List<String>> namesOf(Tx tx, TenantId of) {
    return tx.list(NAMES, row -> row.getString("name"), of);
  }

  private static TenantId tenant() {
    TenantId id = new TenantId(UUID.randomUUID());
    return db.write(id, tx -> tx.update(ADD_TENANT, id, "t" + id)).map(id).await();
  }

  /** Remembers what went out and came back. */
  private static final class Recorder implements StatementProbe {
    @Override
    public void before(String sql) {
      seen.add("> " + sql);
    }

    @Override
    public void after(String sql) {
      seen.add("< " + sql);
    }
  }
}
