package io.hushbus.lease;

import io.hushbus.crypto.Keyring;
import io.hushbus.crypto.RowMac;
import io.hushbus.db.Statements;
import io.hushbus.db.SystemTx;
import io.hushbus.db.Tx;
import io.hushbus.model.ObjectName;
import io.hushbus.model.Principal;
import io.hushbus.model.RunId;
import io.hushbus.model.Scope;
import io.hushbus.model.TenantId;
import io.hushbus.tenant.MacedRow;
import io.hushbus.tenant.MacedTable;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The table {@code run}. */
final class RunStore {

  private static final Logger log = LoggerFactory.getLogger(RunStore.class);

  private static final String OVER_AT = "run_over_at(r.ended_at, r.deadline, r.beat_at, r.lost_at)";

  private static final String COLUMNS =
      """
      clock_timestamp() AS now, r.tenant_id, r.run_id, r.project_id, r.domain_id,
      p.name AS project_name, d.name AS domain_name, r.environment, r.external_id, r.attempt,
      r.opener_kind, r.opener_id, r.token_mac, r.pepper_generation, r.delivery_suite,
      r.delivery_key, r.opened_at, r.beat_at, r.lost_at, r.deadline, r.ended_at, r.outcome,
      r.mac_generation, r.row_mac,
      """
          + OVER_AT
          + " AS over_at";

  private static final String PLACES =
      """

      JOIN project p ON p.tenant_id = r.tenant_id AND p.project_id = r.project_id
      LEFT JOIN domain d ON d.tenant_id = r.tenant_id AND d.domain_id = r.domain_id
      """;

  private static final String SELECT = "SELECT " + COLUMNS + " FROM run r" + PLACES;

  private static final String FIND = SELECT + " WHERE r.tenant_id = $1 AND r.run_id = $2";

  /** The clock is read once the row is held: whoever waited for it is judged by the time after. */
  private static final String LOCK =
      """
      WITH r AS MATERIALIZED (
        SELECT * FROM run WHERE tenant_id = $1 AND run_id = $2 FOR NO KEY UPDATE)
      SELECT
      """
          + COLUMNS
          + " FROM r"
          + PLACES;

  private static final String OF_ATTEMPT =
      """
      SELECT r.run_id FROM run r
      WHERE r.tenant_id = $1 AND r.project_id = $2 AND r.external_id = $3 AND r.attempt = $4
      """;

  /** The run is found first and the rest by it, whatever the tables were when that was planned. */
  static final String OF_TOKEN =
      "SELECT t.name AS tenant_name, "
          + COLUMNS
          + """

          FROM unnest($1::bytea[]) AS asked (mac)
          CROSS JOIN LATERAL (
            SELECT * FROM run one WHERE one.token_mac = asked.mac LIMIT 1) r
          """
          + PLACES
          + """
          CROSS JOIN LATERAL (
            SELECT * FROM tenant one WHERE one.tenant_id = r.tenant_id LIMIT 1) t
          WHERE r.ended_at IS NULL AND t.state = 'active'
          """;

  private static final String CALLING =
      "SELECT t.name AS tenant_name, "
          + COLUMNS
          + " FROM run r"
          + PLACES
          + """
          JOIN tenant t ON t.tenant_id = r.tenant_id AND t.state = 'active'
          WHERE r.tenant_id = $1 AND r.run_id = $2 AND r.ended_at IS NULL
          """;

  private static final String STATE =
      """
      CASE
        WHEN r.outcome IN ('lost', 'expired') THEN r.outcome
        WHEN r.outcome IS NOT NULL THEN 'completed'
        WHEN
      """
          + OVER_AT
          + " > clock_timestamp() THEN 'open' WHEN "
          + OVER_AT
          + " = r.deadline THEN 'expired' ELSE 'lost' END";

  private static final String LIST =
      SELECT
          + """
          WHERE r.tenant_id = $1
            AND ($2::uuid[] IS NULL OR r.project_id = ANY ($2) OR r.opener_id = $3 OR r.run_id = $3)
            AND ($4::uuid IS NULL OR r.project_id = $4)
            AND ($5::uuid IS NULL OR r.domain_id = $5)
            AND ($6::text IS NULL OR r.external_id = $6)
            AND ($7::text IS NULL OR r.environment = $7)
            AND ($8::uuid IS NULL OR r.run_id < $8)
            AND ($9::text IS NULL OR $9 =
          """
          + STATE
          + ") ORDER BY r.run_id DESC LIMIT $10";

  private static final String INSERT =
      """
      INSERT INTO run (tenant_id, run_id, project_id, domain_id, environment, external_id, attempt,
                       opener_kind, opener_id, token_mac, pepper_generation, delivery_suite,
                       delivery_key, opened_at, beat_at, lost_at, deadline, mac_generation, row_mac)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
      ON CONFLICT (tenant_id, project_id, external_id, attempt) DO NOTHING
      """;

  private static final String UPDATE =
      """
      UPDATE run SET beat_at = $3, lost_at = $4, ended_at = $5, outcome = $6,
                     mac_generation = $7, row_mac = $8
      WHERE tenant_id = $1 AND run_id = $2
      """;

  /** Counts runs that have no end written down, as {@link HoldingStore#LIVE_OF_TENANT} leases. */
  static final String OPEN_OF_TENANT =
      """
      SELECT count(*) FROM (
        SELECT FROM run WHERE tenant_id = $1 AND ended_at IS NULL
          AND ($3::uuid IS NULL OR project_id = $3) LIMIT $2) found
      """;

  /** Across tenants that are not being deleted: runs that are over, with no end written down. */
  private static final String OVERDUE =
      """
      SELECT r.tenant_id, r.run_id FROM run r
      JOIN tenant t ON t.tenant_id = r.tenant_id AND t.state = 'active'
      WHERE r.ended_at IS NULL AND least(r.lost_at, r.deadline) <= clock_timestamp()
        AND (r.tenant_id, r.run_id) > ($1::uuid, $2::uuid)
        AND
      """
          + OVER_AT
          + " <= clock_timestamp() ORDER BY r.tenant_id, r.run_id LIMIT $3";

  private static final UUID NIL = new UUID(0, 0);

  private static final String NOW = "SELECT clock_timestamp() AS now";

  private static final String BEHIND =
      SELECT + " WHERE r.tenant_id = $1 AND r.mac_generation <> $2 ";

  static final MacedTable TABLE = MacedTable.of("run", "r", "run_id", BEHIND, RunStore::maced);

  /** Runs that ended long ago and have no lease left to explain. */
  static final String PURGE =
      """
      DELETE FROM run USING (
        SELECT tenant_id, run_id FROM run r
        WHERE r.ended_at < clock_timestamp() - $1::float8 * interval '1 second'
          AND NOT EXISTS (
            SELECT FROM lease l WHERE l.tenant_id = r.tenant_id AND l.run_id = r.run_id)
        ORDER BY r.ended_at LIMIT $2 FOR UPDATE SKIP LOCKED) over
      WHERE run.tenant_id = over.tenant_id AND run.run_id = over.run_id
      """;

  /**
   * A run as stored, its MAC, and what the database computed of it when it was read.
   *
   * @param overAt when it is over, unless it beats before
   */
  record Stored(TenantId tenant, Run run, RowMac mac, Instant overAt, Instant now) {

    /** Whether the broker wrote the row as it is; another one is no run, and an alarm. */
    boolean genuine(Keyring keyring) {
      boolean genuine = keyring.verifies(run.canonical(keyring.tenant()), mac);
      if (!genuine) {
        log.error("event=row_forged table=run tenant={} row={}", tenant, run.id());
      }
      return genuine;
    }

    Run.State state() {
      return run.stateAt(now, overAt);
    }

    boolean lives() {
      return state() == Run.State.OPEN;
    }
  }

  /** A run as a caller: with the name of its tenant. */
  record Calling(Stored stored, String tenantName) {}

  /** A run whose end has to be written down. */
  record Overdue(TenantId tenant, RunId run) {

    /** Before all. */
    static final Overdue NONE = new Overdue(new TenantId(NIL), new RunId(NIL));
  }

  /**
   * What a list is limited to; {@code before} is the run to continue after.
   *
   * @param projects empty: all
   * @param own besides these projects, what this one opened, and it itself
   */
  record Filter(
      Optional<List<UUID>> projects,
      UUID own,
      Optional<UUID> project,
      Optional<UUID> domain,
      Optional<String> externalId,
      Optional<String> environment,
      Optional<Run.State> state,
      Optional<UUID> before,
      int limit) {}

  Future<Instant> now(Tx tx) {
    return tx.one(NOW, row -> time(row, "now")).map(Optional::orElseThrow);
  }

  Future<Optional<Stored>> find(Statements tx, TenantId tenant, RunId id) {
    return tx.one(FIND, RunStore::stored, tenant, id);
  }

  /** The row, locked to the end of the transaction. */
  Future<Optional<Stored>> lock(Tx tx, RunId id) {
    return tx.one(LOCK, RunStore::stored, tx.tenant(), id);
  }

  Future<Optional<RunId>> ofAttempt(Tx tx, UUID project, String externalId, int attempt) {
    return tx.one(
        OF_ATTEMPT,
        row -> new RunId(row.getUUID("run_id")),
        tx.tenant(),
        project,
        externalId,
        attempt);
  }

  Future<Optional<Calling>> ofToken(Statements tx, byte[][] macs) {
    return tx.one(OF_TOKEN, RunStore::calling, (Object) macs);
  }

  Future<Optional<Calling>> calling(Statements tx, TenantId tenant, RunId id) {
    return tx.one(CALLING, RunStore::calling, tenant, id);
  }

  /** Newest first. */
  Future<List<Stored>> list(Tx tx, Filter filter) {
    return tx.list(
        LIST,
        RunStore::stored,
        tx.tenant(),
        filter.projects().map(all -> all.toArray(UUID[]::new)).orElse(null),
        filter.own(),
        filter.project().orElse(null),
        filter.domain().orElse(null),
        filter.externalId().orElse(null),
        filter.environment().orElse(null),
        filter.before().orElse(null),
        filter.state().map(Run.State::word).orElse(null),
        filter.limit());
  }

  /** False if there is a run of that attempt already. */
  Future<Boolean> insert(Tx tx, Run run, RowMac mac) {
    return tx.update(
            INSERT,
            tx.tenant(),
            run.id(),
            run.scope().inProject().map(Scope.Place::id).orElseThrow(),
            run.scope().inDomain().map(Scope.Place::id).orElse(null),
            run.environment().map(ObjectName::text).orElse(null),
            run.externalId(),
            run.attempt(),
            run.openedBy().kind().word(),
            run.openedBy().id(),
            run.token().mac(),
            run.token().generation(),
            run.delivery().map(Run.Delivery::suite).orElse(null),
            run.delivery().map(Run.Delivery::key).orElse(null),
            run.life().openedAt(),
            run.life().beatAt(),
            run.life().lostAt(),
            run.life().deadline().orElse(null),
            mac.generation(),
            mac.tag())
        .map(rows -> rows == 1);
  }

  /** Writes a heartbeat or the end; nothing else of a run ever changes. */
  Future<Void> update(Tx tx, Run run, RowMac mac) {
    return tx.update(
            UPDATE,
            tx.tenant(),
            run.id(),
            run.life().beatAt(),
            run.life().lostAt(),
            run.life().endedAt().orElse(null),
            run.life().outcome().map(Run.Outcome::word).orElse(null),
            mac.generation(),
            mac.tag())
        .mapEmpty();
  }

  /** The next ones, in the order of their ids. */
  Future<List<Overdue>> overdue(SystemTx tx, Overdue after, int most) {
    return tx.list(
        OVERDUE,
        row ->
            new Overdue(new TenantId(row.getUUID("tenant_id")), new RunId(row.getUUID("run_id"))),
        after.tenant(),
        after.run(),
        most);
  }

  private static MacedRow maced(Row row, TenantId tenant) {
    Stored stored = stored(row);
    return MacedRow.of(stored.run().canonical(tenant), stored.mac());
  }

  private static Calling calling(Row row) {
    return new Calling(stored(row), row.getString("tenant_name"));
  }

  private static Stored stored(Row row) {
    return new Stored(
        new TenantId(row.getUUID("tenant_id")),
        run(row),
        MacedRow.mac(row, ""),
        time(row, "over_at"),
        time(row, "now"));
  }

  private static Run run(Row row) {
    return new Run(
        new RunId(row.getUUID("run_id")),
        Scope.of(place(row, "project"), place(row, "domain")),
        Optional.ofNullable(row.getString("environment")).map(ObjectName::new),
        row.getString("external_id"),
        row.getInteger("attempt"),
        new Principal(Principal.Kind.of(row.getString("opener_kind")), row.getUUID("opener_id")),
        new Run.Token(row.getBuffer("token_mac").getBytes(), row.getInteger("pepper_generation")),
        Optional.ofNullable(row.getString("delivery_suite"))
            .map(suite -> new Run.Delivery(suite, row.getString("delivery_key"))),
        life(row));
  }

  private static Run.Life life(Row row) {
    return new Run.Life(
        time(row, "opened_at"),
        time(row, "beat_at"),
        time(row, "lost_at"),
        Optional.ofNullable(timeOrNull(row, "deadline")),
        Optional.ofNullable(timeOrNull(row, "ended_at")),
        Optional.ofNullable(row.getString("outcome")).map(Run.Outcome::of));
  }

  private static Optional<Scope.Place> place(Row row, String kind) {
    return Optional.ofNullable(row.getString(kind + "_name"))
        .map(name -> new Scope.Place(row.getUUID(kind + "_id"), new ObjectName(name)));
  }

  /** To the millisecond, as columns keep it and MACs are made over it. */
  static Instant time(Row row, String column) {
    return row.getOffsetDateTime(column).toInstant().truncatedTo(ChronoUnit.MILLIS);
  }

  static @Nullable Instant timeOrNull(Row row, String column) {
    return row.getValue(column) == null ? null : time(row, column);
  }
}
