package io.hushbus;

import io.hushbus.config.BrokerConfig;
import io.hushbus.crypto.CryptoPool;
import io.hushbus.crypto.RootKeyRing;
import io.hushbus.db.Db;
import io.hushbus.db.StatementProbe;
import io.hushbus.model.Failure;
import io.hushbus.model.Uuids;
import io.hushbus.telemetry.Telemetry;
import io.hushbus.tenant.Installation;
import io.hushbus.tenant.Keyrings;
import io.hushbus.tenant.Nodes;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** What every part of a node stands on: configuration, threads, database, keys, numbers. */
record Ground(
    BrokerConfig config,
    RootKeyRing roots,
    Vertx vertx,
    Telemetry telemetry,
    Meters meters,
    SecureRandom random,
    InstantSource clock,
    Uuids ids,
    Db db,
    CryptoPool pool,
    Keyrings keyrings,
    Nodes nodes) {

  static final Duration STOP_DEADLINE = Duration.ofSeconds(10);

  /**
   * Keys are asked for inside transactions: one for the reads, one should a count be waited for.
   */
  private static final int CONNECTIONS_FOR_KEYS = 2;

  private static final Duration DATABASE_PATIENCE = Duration.ofSeconds(30);

  static Ground of(
      BrokerConfig config, RootKeyRing roots, StatementProbe probe, InstantSource clock) {
    var loops = new VertxOptions().setEventLoopPoolSize(config.server().eventLoops());
    var vertx = Vertx.vertx(loops);
    var telemetry = new Telemetry();
    var meters = new Meters(telemetry);
    var random = new SecureRandom();
    var db = new Db(vertx, config.database(), probe);
    var ids = new Uuids(random, clock);
    var keyrings = keyrings(db.beside(CONNECTIONS_FOR_KEYS), roots, config);
    return new Ground(
        config,
        roots,
        vertx,
        telemetry,
        meters,
        random,
        clock,
        ids,
        db,
        new CryptoPool(vertx, cryptoThreads(), meters),
        keyrings,
        new Nodes(db, keyrings, ids.random(), version(), config.keys().pollInterval()));
  }

  /** Of the program, as the jar says it; empty where there is none. */
  private static String version() {
    return Objects.requireNonNullElse(Ground.class.getPackage().getImplementationVersion(), "");
  }

  private static Keyrings keyrings(Db db, RootKeyRing roots, BrokerConfig config) {
    return new Keyrings(db, roots, config.keys().refresh(), System::nanoTime);
  }

  private static int cryptoThreads() {
    return Math.max(1, Runtime.getRuntime().availableProcessors() - 1);
  }

  /**
   * Opens the installation. A database that is just starting, or just now busy, is waited for; a
   * wrong key is not. Blocks.
   */
  Installation installation() {
    long until = System.nanoTime() + DATABASE_PATIENCE.toNanos();
    while (true) {
      try {
        return Installation.open(db, roots).await();
      } catch (Failure.Unavailable away) {
        if (System.nanoTime() - until >= 0) {
          throw away;
        }
        Endings.settled(vertx.timer(250, TimeUnit.MILLISECONDS), DATABASE_PATIENCE);
      }
    }
  }

  /**
   * Waits until the database answers: the first connection of a new process on a busy machine may
   * take longer than a request would wait for it. Blocks.
   */
  void awaitDatabase() {
    long until = System.nanoTime() + DATABASE_PATIENCE.toNanos();
    while (!db.ping().await()) {
      if (System.nanoTime() - until >= 0) {
        throw Failure.unavailable(Failure.Dependency.DATABASE);
      }
      Endings.settled(vertx.timer(250, TimeUnit.MILLISECONDS), DATABASE_PATIENCE);
    }
  }

  /** Closes everything, the root key too. Blocks, for each part so long at most. */
  void close(Duration atMost) {
    Endings.settled(db.close(), atMost);
    pool.close(atMost); // its results go to event loops, which therefore end later
    Endings.settled(vertx.close(), atMost);
    roots.close();
    telemetry.close();
  }
}
