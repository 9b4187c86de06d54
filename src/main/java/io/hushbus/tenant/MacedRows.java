package io.hushbus.tenant;

import io.hushbus.crypto.CryptoPool;
import io.hushbus.crypto.Keyring;
import io.hushbus.crypto.RowMac;
import io.hushbus.db.SystemTx;
import io.hushbus.model.Failure;
import io.hushbus.model.TenantId;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one table with MACs, under their tenant's key. A place in the table is the values of
 * its key with slashes between; only the last may have some of its own.
 */
public final class MacedRows implements KeyedRows {

  /** How far a batch looks for rows that are behind: what it reads is bounded, found or not. */
  private static final int WINDOW = 5_000;

  private record Moved(
      List<String> key, RowMac before, RowMac after, byte @Nullable [] wrappedAfter) {}

  private final MacedTable table;
  private final CryptoPool pool;

  public MacedRows(MacedTable table, CryptoPool pool) {
    this.table = table;
    this.pool = pool;
  }

  @Override
  public String table() {
    return table.name();
  }

  @Override
  public Future<Long> behind(SystemTx tx, TenantId tenant, int primary, int most) {
    return tx.one(table.count(), row -> row.getLong("count"), tenant, primary, most)
        .map(Optional::orElseThrow);
  }

  @Override
  public Future<Batch> advance(SystemTx tx, Keyring ring, String after, int limit) {
    List<String> start =
        after.isEmpty()
            ? edge(MacedTable.Type::least)
            : List.of(after.split("/", table.key().size()));
    return windowEnd(tx, ring.tenant(), start)
        .compose(end -> batch(tx, ring, start, end, Math.min(limit, table.atOnce())));
  }

  private List<String> edge(Function<MacedTable.Type, String> value) {
    return table.key().stream().map(column -> value.apply(column.type())).toList();
  }

  private Future<Optional<List<String>>> windowEnd(
      SystemTx tx, TenantId tenant, List<String> start) {
    return tx.one(
        table.windowEnd(), this::key, parameters(List.of(tenant, (long) WINDOW - 1), start));
  }

  private Future<Batch> batch(
      SystemTx tx, Keyring ring, List<String> start, Optional<List<String>> end, int most) {
    List<String> last = end.orElseGet(() -> edge(MacedTable.Type::greatest));
    return tx.list(
            table.next(),
            row -> row,
            parameters(List.of(ring.tenant(), ring.primary(), most), start, last))
        .compose(
            found ->
                pool.heavy(() -> moved(ring, found))
                    .compose(moved -> write(tx, ring, moved))
                    .map(moved -> Batch.of(place(found, end, most), found.size(), moved)));
  }

  private Optional<String> place(List<Row> found, Optional<List<String>> end, int most) {
    return (found.size() == most ? Optional.of(key(found.getLast())) : end)
        .map(key -> String.join("/", key));
  }

  private List<String> key(Row row) {
    return table.key().stream().map(column -> row.getValue(column.name()).toString()).toList();
  }

  private List<Moved> moved(Keyring ring, List<Row> found) {
    return found.stream().flatMap(row -> moved(ring, row).stream()).toList();
  }

  private Optional<Moved> moved(Keyring ring, Row row) {
    MacedRow read = table.read().apply(row, ring.tenant());
    if (!read.genuine(ring)) {
      return Optional.empty();
    }
    try {
      byte[] wrapped = read.wrapped().map(old -> old.under(ring)).orElse(null);
      return Optional.of(new Moved(key(row), read.mac(), ring.mac(read.content()), wrapped));
    } catch (Failure.Integrity broken) {
      return Optional.empty();
    }
  }

  private Future<Integer> write(SystemTx tx, Keyring ring, List<Moved> moved) {
    return moved.isEmpty()
        ? Future.succeededFuture(0)
        : tx.update(table.move(), columns(ring, moved)).map(moved.size());
  }

  private @Nullable Object[] columns(Keyring ring, List<Moved> moved) {
    return parameters(
        List.of(
            ring.tenant(),
            ring.primary(),
            moved.stream().map(one -> one.before().tag()).toArray(byte[][]::new),
            moved.stream().map(one -> one.after().tag()).toArray(byte[][]::new),
            moved.stream().map(Moved::wrappedAfter).toArray(byte[][]::new)),
        IntStream.range(0, table.key().size()).mapToObj(i -> column(moved, i)).toList());
  }

  private static String[] column(List<Moved> moved, int number) {
    return moved.stream().map(one -> one.key().get(number)).toArray(String[]::new);
  }

  private static @Nullable Object[] parameters(List<?>... parts) {
    List<@Nullable Object> all = new ArrayList<>();
    Arrays.asList(parts).forEach(all::addAll);
    return all.toArray();
  }
}
