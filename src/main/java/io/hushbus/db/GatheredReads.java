package io.hushbus.db;

import io.hushbus.model.TenantId;
import io.netty.channel.EventLoop;
import io.vertx.core.Future;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Single reads of many requests, gathered into few transactions: those that come up on one event
 * loop while its last batch is being read are the next one. Each event loop has a connection of its
 * own for them, opened when it is first used, so that no request changes threads.
 *
 * <p>Nothing is remembered: each request is answered by a statement that was sent after it came. A
 * batch sees the rows of all tenants in it, so each statement must itself join on the tenant. What
 * several ask for at the same time is read and verified once.
 *
 * @param <K> one request
 * @param <V> one answer
 */
public final class GatheredReads<K, V> {

  private final VertxInternal vertx;
  private final Function<ContextInternal, DedicatedConnection> connections;
  private final int most;
  private final Function<K, TenantId> tenant;
  private final BiFunction<BatchTx, List<K>, Future<List<V>>> read;
  private final Map<EventLoop, Coalescer<K, V>> byLoop = new ConcurrentHashMap<>();

  GatheredReads(
      VertxInternal vertx,
      Function<ContextInternal, DedicatedConnection> connections,
      int most,
      Function<K, TenantId> tenant,
      BiFunction<BatchTx, List<K>, Future<List<V>>> read) {
    this.vertx = vertx;
    this.connections = connections;
    this.most = most;
    this.tenant = tenant;
    this.read = read;
  }

  /** The answer to one request; fails as {@link Coalescer#submit} does. */
  public Future<V> submit(K key) {
    ContextInternal asker = vertx.getOrCreateContext();
    EventLoop loop = asker.nettyEventLoop();
    Coalescer<K, V> there = byLoop.get(loop);
    return (there == null
            ? byLoop.computeIfAbsent(loop, first -> gathering(asker.unwrap()))
            : there)
        .submit(key);
  }

  private Coalescer<K, V> gathering(ContextInternal context) {
    DedicatedConnection connection = connections.apply(context);
    return new Coalescer<>(
        context,
        most,
        batch ->
            connection.reading(
                batch.stream().map(tenant).distinct().toList(), tx -> distinct(tx, batch)));
  }

  private Future<List<V>> distinct(BatchTx tx, List<K> batch) {
    Map<K, Integer> places = new HashMap<>();
    List<K> distinct = new ArrayList<>();
    int[] placeOf = new int[batch.size()];
    for (int i = 0; i < placeOf.length; i++) {
      Integer known = places.putIfAbsent(batch.get(i), distinct.size());
      placeOf[i] = known == null ? distinct.size() : known;
      if (known == null) {
        distinct.add(batch.get(i));
      }
    }
    return read.apply(tx, distinct)
        .map(answers -> IntStream.of(placeOf).mapToObj(answers::get).toList());
  }
}
