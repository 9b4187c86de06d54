package io.hushbus.db;

import io.hushbus.model.LeaseId;
import io.hushbus.model.RunId;
import io.hushbus.model.SecretId;
import io.hushbus.model.TenantId;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The statements of one transaction, bound to whoever it was opened for.
 *
 * <p>Parameters are {@code $1}, {@code $2}, … in the text. Accepted besides what the client takes:
 * ids of the model, {@code byte[]} for bytea, {@code Instant} for timestamptz, and arrays of the
 * last two. An array that is the only parameter needs a cast to {@code Object}.
 *
 * <p>Statements sent without waiting for each other travel together. After one has failed, the
 * transaction fails, whatever is made of that failure.
 */
public abstract sealed class Statements permits Tx, SystemTx, BatchTx {

  private final Session session;

  Statements(Session session) {
    this.session = session;
  }

  /** Runs a statement and gives its rows. */
  public Future<RowSet<Row>> query(String sql, @Nullable Object... parameters) {
    return session.prepared(sql, tuple(parameters));
  }

  /** Runs a statement and gives the number of rows it touched. */
  public Future<Integer> update(String sql, @Nullable Object... parameters) {
    return query(sql, parameters).map(RowSet::rowCount);
  }

  /**
   * Lets the transaction commit without waiting for {@code sent}, a statement of it whose answer
   * decides nothing. If it fails, nothing is committed, and the transaction fails with its cause.
   */
  public void trust(Future<?> sent) {
    session.trust(sent);
  }

  /** Every row of the answer, as {@code row} reads it, in order. */
  public <R> Future<List<R>> list(
      String sql, Function<Row, R> row, @Nullable Object... parameters) {
    return query(sql, parameters).map(rows -> mapped(rows, row));
  }

  /**
   * The row of an answer that has at most one.
   *
   * @throws IllegalStateException (as failure) if there are more: the statement is wrong
   */
  public <R> Future<Optional<R>> one(
      String sql, Function<Row, R> row, @Nullable Object... parameters) {
    return list(sql, row, parameters).map(rows -> atMostOne(rows, sql));
  }

  /**
   * From here on every statement sees one and the same state of all rows; to be the first of the
   * transaction, which only reads.
   */
  public Future<Void> snapshot() {
    return query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ").mapEmpty();
  }

  private static <R> List<R> mapped(RowSet<Row> rows, Function<Row, R> row) {
    List<R> all = new ArrayList<>(rows.size());
    for (Row each : rows) {
      all.add(row.apply(each));
    }
    return all;
  }

  private static <R> Optional<R> atMostOne(List<R> rows, String sql) {
    if (rows.size() > 1) {
      throw new IllegalStateException("at most one row was expected of: " + sql.strip());
    }
    return rows.stream().findFirst();
  }

  private static Tuple tuple(@Nullable Object[] parameters) {
    Tuple tuple = Tuple.tuple(new ArrayList<>(parameters.length));
    for (Object parameter : parameters) {
      tuple.addValue(wire(parameter));
    }
    return tuple;
  }

  private static @Nullable Object wire(@Nullable Object parameter) {
    return switch (parameter) {
      case null -> null;
      case TenantId id -> id.value();
      case SecretId id -> id.value();
      case LeaseId id -> id.value();
      case RunId id -> id.value();
      case byte[] bytes -> Buffer.buffer(bytes);
      case byte[][] many -> {
        Buffer[] buffers = new Buffer[many.length];
        for (int i = 0; i < many.length; i++) {
          buffers[i] = wire(many[i]);
        }
        yield buffers;
      }
      case Instant time -> wire(time);
      case Instant[] many -> {
        OffsetDateTime[] times = new OffsetDateTime[many.length];
        for (int i = 0; i < many.length; i++) {
          times[i] = wire(many[i]);
        }
        yield times;
      }
      default -> parameter;
    };
  }

  private static @Nullable Buffer wire(byte @Nullable [] bytes) {
    return bytes == null ? null : Buffer.buffer(bytes);
  }

  private static OffsetDateTime wire(Instant time) {
    return time.atOffset(ZoneOffset.UTC);
  }
}
