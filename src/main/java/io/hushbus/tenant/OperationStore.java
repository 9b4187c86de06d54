package io.hushbus.tenant;

import io.hushbus.db.Statements;
import io.hushbus.db.SystemTx;
import io.hushbus.db.Tx;
import io.hushbus.model.Failure;
import io.hushbus.model.TenantId;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The table {@code operation}. */
final class OperationStore {

  private static final String COLUMNS =
      """
      operation_id, tenant_id, kind, state, place, done, total, problem, requested_by, created_at,
      started_at, updated_at, ended_at\
      """;

  private static final String START =
      "INSERT INTO operation (operation_id, tenant_id, kind, requested_by, place)"
          + " VALUES ($1, $2, $3, $4, $5) RETURNING "
          + COLUMNS;

  private static final String OF_TENANT =
      "SELECT " + COLUMNS + " FROM operation WHERE tenant_id = $1 AND operation_id = $2";

  private static final String LIST =
      "SELECT t.name AS tenant_name, o.* FROM operation o"
          + " JOIN tenant t ON t.tenant_id = o.tenant_id";

  private static final String NARROWED =
      """
       AND ($2::text IS NULL OR o.state = $2 OR ($2 = 'open' AND o.state IN ('pending', 'running')))
        AND ($3::uuid IS NULL OR o.operation_id < $3)
      ORDER BY o.operation_id DESC LIMIT $4
      """;

  private static final String LIST_OF_TENANT = LIST + " WHERE o.tenant_id = $1" + NARROWED;

  private static final String LIST_OF_ALL =
      LIST + " WHERE true" + NARROWED.replace("$2", "$1").replace("$3", "$2").replace("$4", "$3");

  private static final String OF_ANY =
      "SELECT " + COLUMNS + " FROM operation WHERE operation_id = $1";

  private static final String LOCKED =
      "SELECT "
          + COLUMNS
          + " FROM operation WHERE operation_id = $1 AND state IN ('pending', 'running') FOR"
          + " UPDATE";

  private static final String DUE =
      "SELECT "
          + COLUMNS
          + """
           FROM operation
          WHERE kind = $1 AND state IN ('pending', 'running') AND not_before <= clock_timestamp()
          ORDER BY updated_at LIMIT $2
          """;

  private static final String ADVANCE =
      """
      UPDATE operation
      SET state = 'running', place = $3, done = done + $4,
          total = greatest(coalesce($5, total), done + $4), problem = NULL, attempts = 0,
          not_before = clock_timestamp() + $6::float8 * interval '1 millisecond',
          started_at = coalesce(started_at, clock_timestamp()), updated_at = clock_timestamp()
      WHERE tenant_id = $1 AND operation_id = $2
      """;

  private static final String END =
      """
      UPDATE operation
      SET state = $3, problem = $4, started_at = coalesce(started_at, clock_timestamp()),
          total = CASE WHEN $3 = 'succeeded' THEN greatest(total, done) ELSE total END,
          updated_at = clock_timestamp(), ended_at = clock_timestamp()
      WHERE tenant_id = $1 AND operation_id = $2 AND state IN ('pending', 'running')
      """;

  // Of a cancellation and the last piece, whoever locks the row first decides; the other finds it
  // ended.
  private static final String CANCEL =
      """
      UPDATE operation
      SET state = 'cancelled', updated_at = clock_timestamp(), ended_at = clock_timestamp()
      WHERE tenant_id = $1 AND operation_id = $2 AND state IN ('pending', 'running')
      RETURNING\
      """
          + " "
          + COLUMNS;

  private static final String STUMBLE =
      """
      UPDATE operation
      SET problem = $3, attempts = attempts + 1, updated_at = clock_timestamp(),
          not_before = clock_timestamp() + least(attempts + 1, 30) * interval '1 second'
      WHERE tenant_id = $1 AND operation_id = $2 AND state IN ('pending', 'running')
      RETURNING attempts
      """;

  private OperationStore() {}

  /** Fails with a conflict if the tenant has one of the kind under way. */
  static Future<Operation> start(
      SystemTx tx, UUID id, TenantId tenant, OperationKind kind, String by, String place) {
    return Stores.unique(
            tx.one(START, OperationStore::read, id, tenant, kind.word(), by, place),
            "operation_under_way",
            () -> Failure.conflict(Failure.Reason.STATE))
        .map(Optional::orElseThrow);
  }

  static Future<Optional<Operation>> find(Tx tx, UUID id) {
    return tx.one(OF_TENANT, OperationStore::read, tx.tenant(), id);
  }

  static Future<Optional<Operation>> find(SystemTx tx, UUID id) {
    return tx.one(OF_ANY, OperationStore::read, id);
  }

  /** Those of the tenant, newest first. */
  static Future<List<Operations.Listed>> list(Tx tx, Operations.Filter filter) {
    return tx.list(
        LIST_OF_TENANT,
        OperationStore::listed,
        tx.tenant(),
        filter.state().orElse(null),
        filter.before().orElse(null),
        filter.limit() + 1);
  }

  /** Those of every tenant, newest first. */
  static Future<List<Operations.Listed>> list(SystemTx tx, Operations.Filter filter) {
    return tx.list(
        LIST_OF_ALL,
        OperationStore::listed,
        filter.state().orElse(null),
        filter.before().orElse(null),
        filter.limit() + 1);
  }

  private static Operations.Listed listed(Row row) {
    return new Operations.Listed(read(row), row.getString("tenant_name"));
  }

  /** The operation if it has not ended, locked. */
  static Future<Optional<Operation>> lock(SystemTx tx, UUID id) {
    return tx.one(LOCKED, OperationStore::read, id);
  }

  /** Some that have something to do now, those first that were longest without. */
  static Future<List<Operation>> due(SystemTx tx, OperationKind kind, int most) {
    return tx.list(DUE, OperationStore::read, kind.word(), most);
  }

  static Future<Void> advance(
      SystemTx tx, Operation one, String place, long done, OptionalLong total, Duration pause) {
    Long counted = total.isPresent() ? (Long) total.getAsLong() : null;
    return tx.update(
            ADVANCE, one.tenant(), one.id(), place, done, counted, (double) pause.toMillis())
        .mapEmpty();
  }

  static Future<Void> end(
      Statements tx, Operation one, Operation.State state, Optional<String> problem) {
    return tx.update(END, one.tenant(), one.id(), state.word(), problem.orElse(null)).mapEmpty();
  }

  /** The operation as cancelled; empty if it had ended before. */
  static Future<Optional<Operation>> cancel(SystemTx tx, Operation one) {
    return tx.one(CANCEL, OperationStore::read, one.tenant(), one.id());
  }

  /** Notes what went wrong and puts the next try off; gives how often it has in a row. */
  static Future<Integer> stumble(SystemTx tx, Operation one, String problem) {
    return tx.one(STUMBLE, row -> row.getInteger("attempts"), one.tenant(), one.id(), problem)
        .map(attempts -> attempts.orElse(0));
  }

  private static Operation read(Row row) {
    Long total = row.getLong("total");
    return new Operation(
        row.getUUID("operation_id"),
        new TenantId(row.getUUID("tenant_id")),
        OperationKind.of(row.getString("kind")),
        Operation.State.of(row.getString("state")),
        row.getString("place"),
        row.getLong("done"),
        total == null ? OptionalLong.empty() : OptionalLong.of(total),
        Optional.ofNullable(row.getString("problem")),
        row.getString("requested_by"),
        row.getOffsetDateTime("created_at").toInstant(),
        Optional.ofNullable(time(row, "started_at")),
        row.getOffsetDateTime("updated_at").toInstant(),
        Optional.ofNullable(time(row, "ended_at")));
  }

  private static @Nullable Instant time(Row row, String column) {
    return row.getOffsetDateTime(column) == null ? null : row.getOffsetDateTime(column).toInstant();
  }
}
