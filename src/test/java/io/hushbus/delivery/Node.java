package io.hushbus.delivery;

import io.hushbus.db.Db;
import io.hushbus.db.StatementProbe;
import io.hushbus.model.Caller;
import io.hushbus.model.Principal;
import io.hushbus.model.Role;
import io.hushbus.model.SecretValue;
import io.hushbus.model.TenantId;
import io.hushbus.support.TestDatabase;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/** One broker node's streams, with a clock and rights that the test sets. */
final class Node implements AutoCloseable {

  static final SecretValue KEY = SecretValue.ofText("0123456789abcdef0123456789abcdef");
  static final Cursors CURSORS = new Cursors(KEY);

  /** No tick, no sweep comes by itself unless a test asks for it. */
  static final StreamSettings BY_HAND =
      new StreamSettings(
          Duration.ofHours(1),
          Duration.ofSeconds(15),
          Duration.ofHours(1),
          Duration.ofSeconds(10),
          100,
          50,
          50,
          256 * 1024);

  final Vertx vertx = Vertx.vertx();
  final Db db;
  final Streams streams;
  final AtomicLong nanos = new AtomicLong(1_000_000_000_000L);
  volatile Function<Caller, Future<Caller>> refresh = this::stillValid;
  final Counters counters = new Counters();

  Node(TestDatabase database, StreamSettings settings) {
    this.db = new Db(vertx, database.config(), StatementProbe.NONE);
    this.streams =
        new Streams(vertx, db, new TestRights(), CURSORS, settings, counters, nanos::get);
  }

  Node(TestDatabase database) {
    this(database, BY_HAND);
  }

  /** Counts. */
  static final class Counters implements StreamMeters {
    final AtomicInteger open = new AtomicInteger();
    final AtomicInteger slow = new AtomicInteger();
    final AtomicInteger holes = new AtomicInteger();
    final Set<String> silent = ConcurrentHashMap.newKeySet();

    @Override
    public void hintsSilent(String channel, boolean now) {
      if (now) {
        silent.add(channel);
      } else {
        silent.remove(channel);
      }
    }

    @Override
    public void streams(int now) {
      open.set(now);
    }

    @Override
    public void delivered(int notices) {}

    @Override
    public void slowReader() {
      slow.incrementAndGet();
    }

    @Override
    public void hole() {
      holes.incrementAndGet();
    }

    @Override
    public void followerFailed() {}
  }

  /** A binding lets read at its place and below. */
  private final class TestRights implements Rights {
    @Override
    public boolean mayRead(Caller caller, Optional<UUID> project) {
      return caller.bindings().stream()
          .anyMatch(binding -> binding.project().isEmpty() || binding.project().equals(project));
    }

    @Override
    public Future<Caller> refresh(Caller caller) {
      return refresh.apply(caller);
    }
  }

  /** A viewer of the whole tenant. */
  Caller viewer(TenantId tenant) {
    return caller(tenant, new Caller.Binding(Role.VIEWER, Optional.empty()));
  }

  Caller viewerOf(TenantId tenant, UUID project) {
    return caller(tenant, new Caller.Binding(Role.VIEWER, Optional.of(project)));
  }

  Caller caller(TenantId tenant, Caller.Binding... bindings) {
    return new Caller(
        tenant,
        "acme",
        new Principal(Principal.Kind.SERVICE_ACCOUNT, new UUID(9, 9)),
        "reader",
        List.of(bindings),
        nanos.get() + Duration.ofSeconds(3).toNanos());
  }

  Future<Caller> stillValid(Caller caller) {
    Caller.Binding[] bindings = caller.bindings().toArray(Caller.Binding[]::new);
    return Future.succeededFuture(caller(caller.tenant(), bindings));
  }

  TestSink open(Caller caller, String after) {
    return open(caller, EventFilter.ALL, after);
  }

  TestSink open(Caller caller, EventFilter filter, String after) {
    TestSink sink = new TestSink();
    streams.open(caller, filter, after, sink).await();
    return sink;
  }

  void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  @Override
  public void close() {
    db.close().await();
    vertx.close().await();
  }
}
