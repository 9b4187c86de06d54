package io.hushbus.lease;

import io.hushbus.db.BatchTx;
import io.hushbus.db.Coalescer;
import io.hushbus.db.DedicatedConnection;
import io.hushbus.model.TenantId;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Function;

/**
 * Where requests gather for one kind of commit: an event loop, the connections that carry nothing
 * else, of which each has one commit under way at a time, and the most requests in one.
 */
public final class Commits {

  private final Context context;
  private final int most;
  private final int atOnce;
  private final Deque<DedicatedConnection> idle;

  /**
   * @param connections as many as there may be commits under way
   * @param most requests in one commit
   */
  public Commits(List<DedicatedConnection> connections, Context context, int most) {
    this.context = context;
    this.most = most;
    this.atOnce = connections.size();
    this.idle = new ArrayDeque<>(connections);
  }

  /** Gathers what {@code commit} does for many in one {@link #transaction}. */
  <K, V> Coalescer<K, V> gathering(Function<List<K>, Future<List<V>>> commit) {
    return new Coalescer<>(context, most, atOnce, commit);
  }

  /** The same for a single statement whose answer decides nothing: COMMIT goes out with it. */
  <T> Future<T> statement(List<TenantId> tenants, Function<BatchTx, Future<T>> statement) {
    return transaction(
            tenants,
            tx -> {
              Future<T> sent = statement.apply(tx);
              tx.trust(sent);
              return Future.succeededFuture(sent);
            })
        .map(Future::result);
  }

  /** For one that was gathered here: there is a connection left for it. */
  <T> Future<T> transaction(List<TenantId> tenants, Function<BatchTx, Future<T>> work) {
    DedicatedConnection connection = idle.remove();
    return connection.transaction(tenants, work).onComplete(done -> idle.add(connection));
  }
}
