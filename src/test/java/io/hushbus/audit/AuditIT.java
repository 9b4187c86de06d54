package io.hushbus.audit;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.hushbus.audit.AuditPage.Item;
import io.hushbus.crypto.CryptoPool;
import io.hushbus.db.Db;
import io.hushbus.db.JobLease;
import io.hushbus.db.StatementProbe;
import io.hushbus.db.SystemTx;
import io.hushbus.db.Tx;
import io.hushbus.model.Action;
import io.hushbus.model.Caller;
import io.hushbus.model.Failure;
import io.hushbus.model.Grant;
import io.hushbus.model.Principal;
import io.hushbus.model.Resource;
import io.hushbus.model.SecretValue;
import io.hushbus.model.Uuids;
import io.hushbus.support.TestDatabase;
import io.hushbus.tenant.Inventory;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sealing and reading on a real database, and what its administrator may try. */
class AuditIT {

  private static final SealPlan AT_ONCE =
      new SealPlan(Duration.ofSeconds(1), Duration.ZERO, 50, 10, Duration.ofDays(1));

  private static final Inventory INVENTORY =
      new Inventory(
          SecretValue.owning(new byte[32]), new Uuids(new SecureRandom(), InstantSource.system()));

  @TempDir Path directory;

  private Vertx vertx;
  private TestDatabase database;
  private Db db;
  private CryptoPool pool;
  private Path file;
  private Sealer sealer;
  private AuditTrail trail;

  @BeforeEach
  void start() {
    vertx = Vertx.vertx();
    database = TestDatabase.fresh();
    db = new Db(vertx, database.config(), StatementProbe.NONE);
    pool = new CryptoPool(vertx, 1, CryptoPool.Metrics.NONE);
    file = directory.resolve("checkpoints.jsonl");
    sealer = sealer(1);
    trail = new AuditTrail(db, Chains.KEYS, pool);
    String mac = hex(Chains.KEYS.mac(Chains.TENANT, ChainHead.START));
    database.asOwner(
        "INSERT INTO tenant (tenant_id, name) VALUES ('%s', 'acme')".formatted(Chains.TENANT));
    database.asOwner(
        "INSERT INTO audit_chain (tenant_id, hash, mac) VALUES ('%s', '\\x%s', '\\x%s')"
            .formatted(Chains.TENANT, "00".repeat(32), mac));
  }

  @AfterEach
  void stop() throws Exception {
    await(db.close());
    pool.close();
    await(vertx.close());
    database.close();
  }

  @Test
  void records_get_their_places_by_time_and_verify() throws Exception {
    write(1, 25);

    assertThat(await(sealer.runOnce())).isEqualTo(25);
    assertThat(count("audit_tail")).isZero();
    assertThat(await(trail.verify(grant()))).isEqualTo(new Verdict.Sound(25, 25));
    assertThat(offline(export())).isEqualTo(new Verdict.Sound(25, 25));
  }

  @Test
  void what_is_sealed_is_what_was_written() throws Exception {
    write(1, 12);
    await(sealer.runOnce());

    List<AuditRecord> read =
        await(trail.page(grant(), AuditFilter.NONE, Optional.empty(), 50)).items().stream()
            .map(Item::record)
            .toList()
            .reversed();
    List<AuditRecord> written = new ArrayList<>();
    for (int n = 1; n <= 12; n++) {
      written.add(Chains.record(n));
    }
    assertThat(read).isEqualTo(written);
  }

  @Test
  void a_large_tail_is_sealed_in_batches() throws Exception {
    write(1, 120);

    assertThat(await(sealer.runOnce())).isEqualTo(50);
    await(sealer.runOnce());
    assertThat(await(sealer.runOnce())).isEqualTo(20);
    assertThat(await(sealer.runOnce())).isZero();
    assertThat(await(trail.verify(grant()))).isEqualTo(new Verdict.Sound(120, 120));
  }

  @Test
  void pages_cross_from_the_tail_into_the_chain_without_loss_or_repetition() throws Exception {
    write(1, 20);
    await(sealer.runOnce());
    write(21, 30);

    AuditPage first = await(trail.page(grant(), AuditFilter.NONE, Optional.empty(), 7));
    await(sealer.runOnce());
    List<AuditRecord> all = new ArrayList<>();
    Optional<AuditPage.Position> next = first.next();
    first.items().forEach(item -> all.add(item.record()));
    while (next.isPresent()) {
      AuditPage page = await(trail.page(grant(), AuditFilter.NONE, next, 7));
      page.items().forEach(item -> all.add(item.record()));
      next = page.next();
    }
    assertThat(first.items().getFirst().sequence()).isEmpty();
    assertThat(all).hasSize(30).doesNotHaveDuplicates().first().isEqualTo(Chains.record(30));
  }

  @Test
  void filters_keep_what_matches() throws Exception {
    write(1, 20);
    await(sealer.runOnce());
    AuditFilter denied =
        new AuditFilter(
            Optional.of(Chains.record(8).at()),
            Optional.of(Chains.record(20).at()),
            Optional.empty(),
            Optional.empty(),
            Optional.of("denied"),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());

    AuditPage page = await(trail.page(grant(), denied, Optional.empty(), 50));

    assertThat(page.items().stream().map(Item::record))
        .containsExactly(Chains.record(15), Chains.record(10));
    assertThat(page.next()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "UPDATE audit_record SET record_id = gen_random_uuid() WHERE sequence = 7; EDITED 7",
        "UPDATE audit_record SET at = at + interval '1 ms' WHERE sequence = 7; EDITED 7",
        "UPDATE audit_record SET request_id = gen_random_uuid() WHERE sequence = 7; EDITED 7",
        "UPDATE audit_record SET principal = 'x' WHERE sequence = 7; EDITED 7",
        "UPDATE audit_record SET action = 'x' WHERE sequence = 7; EDITED 7",
        "UPDATE audit_record SET outcome = 'denied' WHERE sequence = 7; EDITED 7",
        "UPDATE audit_record SET resource_kind = 'x' WHERE sequence = 7; EDITED 7",
        "UPDATE audit_record SET resource_id = NULL WHERE sequence = 7; EDITED 7",
        "UPDATE audit_record SET resource_name = NULL WHERE sequence = 7; EDITED 7",
        "UPDATE audit_record SET version = 1 WHERE sequence = 7; EDITED 7",
        "UPDATE audit_record SET project_id = NULL WHERE sequence = 7; EDITED 7",
        "UPDATE audit_record SET source = 'x' WHERE sequence = 7; EDITED 7",
        "UPDATE audit_record SET detail = '{}' WHERE sequence = 7; EDITED 7",
        "UPDATE audit_record SET hash = '\\x00' WHERE sequence = 7; EDITED 7",
        "UPDATE audit_record SET sequence = 99 WHERE sequence = 7; DELETED 7",
        "DELETE FROM audit_record WHERE sequence = 7; DELETED 7",
        "DELETE FROM audit_record WHERE sequence >= 7; TRUNCATED 7",
        "INSERT INTO audit_record SELECT tenant_id, 21, record_id, at, request_id, principal,"
            + " action, outcome, resource_kind, resource_id, resource_name, version, project_id,"
            + " source, detail, hash FROM audit_record WHERE sequence = 20; APPENDED 21",
        "UPDATE audit_chain SET sequence = 19; WRONG_END 19",
        "UPDATE audit_chain SET hash = '\\x00'; WRONG_END 20",
        "UPDATE audit_chain SET mac = '\\x00'; WRONG_END 20",
        "UPDATE audit_chain SET checkpoint = 0; WRONG_END 20",
        "DELETE FROM audit_chain; WRONG_END 0",
        "UPDATE audit_checkpoint SET at = at + interval '1 s'; BAD_SIGNATURE 20",
        "UPDATE audit_checkpoint SET signature = '\\x00'; BAD_SIGNATURE 20",
        "UPDATE audit_checkpoint SET key_id = 'x'; UNKNOWN_KEY 20",
        "DELETE FROM audit_checkpoint; NO_CHECKPOINT 20",
      })
  void what_an_administrator_does_is_named(String sql, String outcome) throws Exception {
    write(1, 20);
    await(sealer.runOnce());

    database.asOwner(sql);

    assertThat(TamperingTest.outcome(await(trail.verify(grant())))).isEqualTo(outcome);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "UPDATE audit_chain SET mac = '\\x00'",
        "UPDATE audit_chain SET sequence = 4",
        "UPDATE audit_record SET hash = '\\x00' WHERE sequence = 5",
        "DELETE FROM audit_record WHERE sequence = 5",
        "DELETE FROM audit_chain",
      })
  void nothing_is_appended_to_a_broken_chain(String sql) throws Exception {
    write(1, 5);
    await(sealer.runOnce());
    database.asOwner(sql);
    long before = count("audit_record");
    write(6, 9);

    assertThat(await(sealer.runOnce())).isZero();
    assertThat(count("audit_tail")).isEqualTo(4);
    assertThat(count("audit_record")).isEqualTo(before);
  }

  @Test
  void truncation_shows_against_the_checkpoint_file() throws Exception {
    write(1, 20);
    await(sealer.runOnce());
    database.asOwner("DELETE FROM audit_record WHERE sequence > 15");
    database.asOwner("DELETE FROM audit_checkpoint");

    Verdict verdict =
        OfflineVerification.verify(
            new ByteArrayInputStream(export()),
            Optional.of(new ByteArrayInputStream(Files.readAllBytes(file))),
            List.of());

    assertThat(verdict).isEqualTo(new Verdict.Broken(new Finding(Finding.Kind.TRUNCATED, 16, 20)));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  @Test
  void a_checkpoint_file_that_failed_is_made_up_for() throws Exception {
    Files.createDirectory(file);
    write(1, 20);
    assertThat(await(sealer.runOnce())).isEqualTo(20);

    Files.delete(file);
    await(sealer.runOnce());

    assertThat(Files.readString(file)).contains("\"sequence\":20");
  }

  @Test
  void only_the_holder_of_the_job_seals() throws Exception {
    Sealer other = sealer(2);
    write(1, 5);
    await(sealer.runOnce());
    write(6, 9);

    assertThat(await(other.runOnce())).isZero();
    assertThat(count("audit_tail")).isEqualTo(4);
    database.asOwner("UPDATE job SET expires_at = now() - interval '1 s'");
    assertThat(await(other.runOnce())).isEqualTo(4);
    assertThat(await(trail.verify(grant()))).isEqualTo(new Verdict.Sound(9, 5));
  }

  @Test
  void a_holder_that_was_paused_can_write_no_more() throws Exception {
    JobLease.Fence old = await(lease(1).acquire()).orElseThrow();
    database.asOwner("UPDATE job SET expires_at = now() - interval '1 s'");
    JobLease.Fence taken = await(lease(2).acquire()).orElseThrow();

    assertThat(taken.number()).isGreaterThan(old.number());
    assertThat(failure(db.system(SystemTx.Job.AUDIT_SEALER, old::hold)))
        .isInstanceOf(Failure.Conflict.class);
    await(db.system(SystemTx.Job.AUDIT_SEALER, taken::hold));
    assertThat(await(lease(1).acquire())).isEmpty();
  }

  @Test
  void a_round_that_dies_between_statements_leaves_nothing_half_done() throws Exception {
    for (String statement :
        List.of(
            "DELETE ON audit_tail",
            "INSERT ON audit_record",
            "UPDATE ON audit_chain",
            "INSERT ON audit_checkpoint")) {
      database.asOwner(
          """
          CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION 'dead'; END $$;
          CREATE TRIGGER die AFTER %s FOR EACH STATEMENT EXECUTE FUNCTION die()
          """
              .formatted(statement));
      long sealed = count("audit_record");
      write((int) sealed + 1, (int) sealed + 10);
      await(sealer.runOnce().otherwise(0));
      database.asOwner("DROP FUNCTION die() CASCADE");

      assertThat(count("audit_tail") + count("audit_record")).isEqualTo(sealed + 10);
      await(sealer.runOnce());
      assertThat(await(trail.verify(grant())))
          .isEqualTo(new Verdict.Sound(sealed + 10, sealed + 10));
    }
  }

  @Test
  void a_grant_for_a_project_gives_no_export() throws Exception {
    Grant project = grant(Optional.of(new UUID(0x4000L, 77)));
    write(1, 4);

    assertThat(failure(trail.export(project, lines -> Future.succeededFuture())))
        .isInstanceOf(Failure.Denied.class);
    assertThat(await(trail.page(project, AuditFilter.NONE, Optional.empty(), 9)).items())
        .extracting(Item::record)
        .containsExactly(Chains.record(3), Chains.record(1));
  }

  private Sealer sealer(int node) {
    return new Sealer(
        db,
        lease(node),
        Chains.KEYS,
        INVENTORY,
        pool,
        AT_ONCE,
        Optional.of(
            new RestoreWatch(
                db, Chains.KEYS, Optional.of(new CheckpointFile(vertx, file)), setBack -> {})),
        Sealer.Metrics.NONE);
  }

  private JobLease lease(int node) {
    return new JobLease(
        db,
        SystemTx.Job.AUDIT_SEALER,
        "audit-sealer",
        new UUID(0x4000L, node),
        Duration.ofMinutes(5));
  }

  private static Grant grant() {
    return grant(Optional.empty());
  }

  private static Grant grant(Optional<UUID> project) {
    Principal auditor = new Principal(Principal.Kind.USER, new UUID(0x4000L, 1));
    Caller caller = new Caller(Chains.TENANT, "acme", auditor, "auditor", List.of(), 0);
    Resource trail = new Resource("audit", project, Optional.empty());
    return new Grant(caller, Action.AUDIT_READ, trail, new UUID(0x7000L, 1), "192.0.2.1");
  }

  private void write(int from, int to) throws Exception {
    String insert =
        """
        INSERT INTO audit_tail (tenant_id, record_id, at, request_id, principal, action, outcome,
          resource_kind, resource_id, resource_name, version, project_id, source, detail)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14::text::jsonb)
        """;
    await(
        db.write(
            Chains.TENANT,
            tx ->
                Future.all(
                    IntStream.rangeClosed(from, to)
                        .map(n -> from + to - n)
                        .mapToObj(Chains::record)
                        .map(record -> insert(tx, insert, record))
                        .toList())));
  }

  private static Future<Integer> insert(Tx tx, String sql, AuditRecord record) {
    return tx.update(
        sql,
        tx.tenant(),
        record.id(),
        record.at(),
        record.request(),
        record.principal(),
        record.action(),
        record.outcome(),
        record.resourceKind(),
        record.resourceId().orElse(null),
        record.resourceName().orElse(null),
        record.version().isPresent() ? record.version().getAsInt() : null,
        record.project().orElse(null),
        record.source(),
        record.detail());
  }

  private byte[] export() throws Exception {
    Buffer all = Buffer.buffer();
    await(
        trail.export(
            grant(),
            lines -> {
              all.appendBuffer(lines);
              return Future.succeededFuture();
            }));
    return all.getBytes();
  }

  private static Verdict offline(byte[] export) throws Exception {
    return OfflineVerification.verify(
        new ByteArrayInputStream(export), Optional.empty(), List.of());
  }

  private long count(String table) throws Exception {
    try (var connection = database.owner();
        var statement = connection.createStatement();
        var rows = statement.executeQuery("SELECT count(*) FROM " + table)) {
      rows.next();
      return rows.getLong(1);
    }
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  @SuppressWarnings("NullAway") // the result of a Future<Void> is null, and nobody looks at it
  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(10, SECONDS);
  }

  private static Throwable failure(Future<?> future) throws Exception {
    try {
      await(future);
    } catch (ExecutionException e) {
      return Objects.requireNonNull(e.getCause());
    }
    throw new AssertionError("it should have failed");
  }
}
