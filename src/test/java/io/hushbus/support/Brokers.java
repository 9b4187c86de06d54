package io.hushbus.support;

import io.hushbus.Broker;
import io.hushbus.config.BrokerConfig;
import io.hushbus.config.DatabaseConfig;
import io.hushbus.crypto.RootKey;
import io.hushbus.crypto.RootKeyRing;
import io.hushbus.db.StatementProbe;
import io.hushbus.model.Network;
import io.hushbus.model.SecretValue;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Whole brokers on a fresh database: installed as an operator would, tenants made over the API.
 * When it closes, every table, log line, metric and answer but those that show values is searched
 * for {@link Canary} values.
 */
public final class Brokers implements AutoCloseable {

  private static final SecureRandom RANDOM = new SecureRandom();

  /** What differs between tests of the settings of a node. */
  public record Tuning(
      Duration poll,
      boolean useNotify,
      Duration seal,
      Optional<BrokerConfig.Tls> tls,
      BrokerConfig.Bus bus,
      BrokerConfig.Cluster cluster,
      boolean oneConnection,
      BrokerConfig.Console console) {

    /** Without the event bus. */
    public Tuning(Duration poll, boolean useNotify, Duration seal, Optional<BrokerConfig.Tls> tls) {
      this(
          poll,
          useNotify,
          seal,
          tls,
          BrokerConfig.Bus.OFF,
          BrokerConfig.Cluster.NONE,
          false,
          BrokerConfig.Console.NONE);
    }

    public static final Tuning USUAL =
        new Tuning(Duration.ofSeconds(1), true, Duration.ofMillis(200), Optional.empty());

    /** No loop issues a statement of its own for the length of a test. */
    public static final Tuning QUIET =
        new Tuning(Duration.ofDays(1), false, Duration.ofDays(1), Optional.empty());

    /** Readers find changes by polling alone. */
    public Tuning polling(Duration every) {
      return new Tuning(every, false, seal, tls, bus, cluster, oneConnection, console);
    }

    public Tuning tls(BrokerConfig.Tls files) {
      return new Tuning(
          poll, useNotify, seal, Optional.of(files), bus, cluster, oneConnection, console);
    }

    /** With doors of the event bus. */
    public Tuning bus(BrokerConfig.Bus doors) {
      return new Tuning(poll, useNotify, seal, tls, doors, cluster, oneConnection, console);
    }

    public Tuning cluster(BrokerConfig.Cluster others) {
      return new Tuning(poll, useNotify, seal, tls, bus, others, oneConnection, console);
    }

    /**
     * With one connection for transactions, and keys read anew at every use: what needs a second
     * connection while it has the first waits in vain.
     */
    public Tuning scarce() {
      return new Tuning(poll, useNotify, seal, tls, bus, cluster, true, console);
    }

    /** With identity providers to sign in to the console with. */
    public Tuning console(BrokerConfig.Console offered) {
      return new Tuning(poll, useNotify, seal, tls, bus, cluster, oneConnection, offered);
    }

    /** The whole configuration, on free ports. */
    public BrokerConfig on(DatabaseConfig database) {
      return new BrokerConfig(
          true,
          new BrokerConfig.Server("127.0.0.1", 0, 1, tls, 512),
          new BrokerConfig.Management("127.0.0.1", 0),
          oneConnection ? pooled(database, 1) : database,
          new BrokerConfig.RootKey(
              BrokerConfig.RootKey.Provider.FILE,
              Optional.empty(),
              Optional.empty(),
              Optional.empty()),
          Optional.empty(),
          new BrokerConfig.KeyLife(
              Duration.ofDays(30),
              poll.compareTo(Duration.ofDays(1)) < 0 ? seal : poll,
              1000,
              oneConnection ? Duration.ofNanos(1) : Duration.ofMillis(500),
              Duration.ofSeconds(2)),
          new BrokerConfig.Leases(
              Duration.ofMinutes(15), Duration.ofHours(24), Duration.ofDays(30)),
          new BrokerConfig.Runs(Duration.ofMinutes(1)),
          new BrokerConfig.Secrets(64 * 1024, 10, Duration.ofDays(30)),
          new BrokerConfig.Rotation(
              Duration.ofHours(1),
              poll.compareTo(Duration.ofDays(1)) < 0 ? Duration.ofMillis(200) : poll),
          new BrokerConfig.Quotas(
              10_000, 100_000, 1L << 30, 100_000, 1000, 100_000, 10_000, 50_000, 5_000),
          new BrokerConfig.Tenants(false),
          new BrokerConfig.Events(
              Duration.ofDays(7),
              poll,
              useNotify,
              Duration.ofSeconds(15),
              200,
              100,
              cluster.manager() != BrokerConfig.Cluster.Software.NONE),
          new BrokerConfig.Audit(seal, 1000, Duration.ofMinutes(1), Optional.empty()),
          new BrokerConfig.Tokens("hushbus-test", Duration.ofMinutes(15), Duration.ofMinutes(5)),
          new BrokerConfig.Outbound(List.of(Network.parse("127.0.0.0/8").orElseThrow()), true),
          new BrokerConfig.Limits(100_000, 100_000, 512, 1536 * 1024),
          bus,
          cluster,
          console,
          new BrokerConfig.Log(BrokerConfig.Log.Level.INFO, BrokerConfig.Log.Format.TEXT));
    }
  }

  private static DatabaseConfig pooled(DatabaseConfig direct, int connections) {
    return reached(direct, direct.host(), direct.port(), connections);
  }

  private static DatabaseConfig reached(DatabaseConfig direct, String host, int port, int pool) {
    return new DatabaseConfig(
        host,
        port,
        direct.name(),
        direct.user(),
        direct.password(),
        direct.systemRole(),
        direct.tlsMode(),
        direct.ca(),
        pool,
        direct.owner());
  }

  private final TestDatabase database;
  private final byte[] rootKey = new byte[RootKey.SIZE];
  private final String operator;
  private final Canary canary = Canary.watching();
  private final Queue<String> answers = new ConcurrentLinkedQueue<>();
  private final List<BrokerNode> nodes = new ArrayList<>();

  private Brokers(TestDatabase database) {
    this.database = database;
    RANDOM.nextBytes(rootKey);
    try (SecretValue key =
        Broker.install(Tuning.USUAL.on(database.config()), RootKey.of(secret(rootKey), RANDOM))) {
      operator = key.reveal(bytes -> new String(bytes, StandardCharsets.US_ASCII));
    }
  }

  /** A database set up for brokers, none of which runs yet. */
  public static Brokers fresh() {
    return new Brokers(TestDatabase.fresh());
  }

  /** The same on a database whose server can be stopped and frozen. */
  public static Brokers onStoppable() {
    return new Brokers(TestDatabase.stoppable());
  }

  public BrokerNode start() {
    return start(Tuning.USUAL);
  }

  public BrokerNode start(Tuning tuning) {
    return start(tuning, StatementProbe.NONE);
  }

  public BrokerNode start(Tuning tuning, StatementProbe probe) {
    return start(tuning, RootKeyRing.of(rootKey()), probe);
  }

  /** A node with root keys of the test's choice. */
  public BrokerNode start(Tuning tuning, RootKeyRing roots, StatementProbe probe) {
    Broker broker = Broker.start(tuning.on(database.config()), roots, probe);
    BrokerNode node = new BrokerNode(broker, tuning.tls().isPresent(), answers);
    nodes.add(node);
    return node;
  }

  /** A node that reaches the database by {@code port}, where something stands in between. */
  public BrokerNode startBehind(int port, Tuning tuning, StatementProbe probe) {
    DatabaseConfig direct = database.config();
    DatabaseConfig behind = reached(direct, "127.0.0.1", port, direct.poolSize());
    Broker broker = Broker.start(tuning.on(behind), RootKeyRing.of(rootKey()), probe);
    BrokerNode node = new BrokerNode(broker, false, answers);
    nodes.add(node);
    return node;
  }

  /** A node that copies its checkpoints to a file, each at once. */
  public BrokerNode start(Path checkpoints) {
    BrokerConfig usual = Tuning.USUAL.on(database.config());
    return started(
        usual,
        usual.runs(),
        new BrokerConfig.Audit(
            Duration.ofMillis(100), 1, Duration.ofMillis(500), Optional.of(checkpoints)));
  }

  /** A node that takes a run for lost after so much silence. */
  public BrokerNode startHasty(Duration heartbeat) {
    BrokerConfig usual = Tuning.USUAL.on(database.config());
    return started(usual, new BrokerConfig.Runs(heartbeat), usual.audit());
  }

  private BrokerNode started(BrokerConfig usual, BrokerConfig.Runs runs, BrokerConfig.Audit audit) {
    BrokerConfig config =
        new BrokerConfig(
            usual.development(),
            usual.server(),
            usual.management(),
            usual.database(),
            usual.rootKey(),
            usual.previousRootKey(),
            usual.keys(),
            usual.leases(),
            runs,
            usual.secrets(),
            usual.rotation(),
            usual.quotas(),
            usual.tenants(),
            usual.events(),
            audit,
            usual.tokens(),
            usual.outbound(),
            usual.limits(),
            usual.bus(),
            usual.cluster(),
            usual.console(),
            usual.log());
    Broker broker = Broker.start(config, RootKeyRing.of(rootKey()), StatementProbe.NONE);
    BrokerNode node = new BrokerNode(broker, false, answers);
    nodes.add(node);
    return node;
  }

  /** Makes a tenant with project {@code demo}, and accounts for its people and programs. */
  public Tenancy tenant(Client operatorClient, String name) {
    JsonObject made =
        operatorClient.post("/tenants", new JsonObject().put("name", name)).expect(201).json();
    return Tenancy.make(operatorClient, name, made.getJsonObject("admin").getString("key"));
  }

  /** The key of the first operator. */
  public String operator() {
    return operator;
  }

  /** The root key that the database was set up with, anew for each node. */
  public RootKey rootKey() {
    return RootKey.of(secret(rootKey), RANDOM);
  }

  /** The root key, for a broker in another process. */
  public String rootKeyHex() {
    return HexFormat.of().formatHex(rootKey);
  }

  public TestDatabase database() {
    return database;
  }

  /** Adds what other processes answered or logged to what is searched. */
  public Queue<String> answers() {
    return answers;
  }

  /** The first column of each row that the owner of the database reads. */
  public List<String> rows(String sql) {
    return database.rows(sql);
  }

  @Override
  public void close() {
    nodes.forEach(BrokerNode::close);
    canary.assertUnseen(database, answers);
    database.close();
  }

  private static SecretValue secret(byte[] bytes) {
    return SecretValue.copyOf(bytes);
  }
}
