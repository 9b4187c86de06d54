package io.hushbus;

import io.hushbus.access.AccessPolicy;
import io.hushbus.access.AccountKeys;
import io.hushbus.access.Authenticator;
import io.hushbus.access.BrokerTokens;
import io.hushbus.access.Founding;
import io.hushbus.access.RoleBindings;
import io.hushbus.access.ServiceAccounts;
import io.hushbus.access.TokenIssuer;
import io.hushbus.audit.AuditChain;
import io.hushbus.audit.AuditKeys;
import io.hushbus.audit.AuditTrail;
import io.hushbus.audit.CheckpointFile;
import io.hushbus.audit.SealPlan;
import io.hushbus.audit.Sealer;
import io.hushbus.config.BrokerConfig;
import io.hushbus.crypto.CryptoPool;
import io.hushbus.crypto.Envelope;
import io.hushbus.crypto.RootKey;
import io.hushbus.crypto.Signer;
import io.hushbus.crypto.SystemKeyKind;
import io.hushbus.db.Db;
import io.hushbus.db.JobLease;
import io.hushbus.db.Recurring;
import io.hushbus.db.StatementProbe;
import io.hushbus.db.SystemTx;
import io.hushbus.delivery.Cursors;
import io.hushbus.delivery.Hints;
import io.hushbus.delivery.Retention;
import io.hushbus.delivery.StreamSettings;
import io.hushbus.delivery.Streams;
import io.hushbus.event.Idempotency;
import io.hushbus.event.Ledger;
import io.hushbus.http.Api;
import io.hushbus.http.Contract;
import io.hushbus.http.FrontDoor;
import io.hushbus.http.HttpSettings;
import io.hushbus.http.HttpVerticle;
import io.hushbus.http.ManagementVerticle;
import io.hushbus.lease.LeaseServices;
import io.hushbus.lease.LeaseTerms;
import io.hushbus.lease.LeaseUses;
import io.hushbus.lease.Leases;
import io.hushbus.model.Failure;
import io.hushbus.model.SecretValue;
import io.hushbus.model.TenantId;
import io.hushbus.model.Uuids;
import io.hushbus.secret.SecretChanges;
import io.hushbus.secret.SecretServices;
import io.hushbus.telemetry.Telemetry;
import io.hushbus.tenant.Domains;
import io.hushbus.tenant.Installation;
import io.hushbus.tenant.Keyrings;
import io.hushbus.tenant.NotInstalled;
import io.hushbus.tenant.Places;
import io.hushbus.tenant.Projects;
import io.hushbus.tenant.Tenants;
import io.hushbus.tenant.WrongRootKey;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.net.SocketException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One node: builds every object, starts them in order, stops them in reverse. The database must
 * have its schema and its installation; a wrong root key ends the start before anything listens.
 */
public final class Broker {

  private static final Logger log = LoggerFactory.getLogger(Broker.class);
  private static final Duration REQUEST_DEADLINE = Duration.ofSeconds(5);
  private static final Duration STOP_DEADLINE = Duration.ofSeconds(10);
  private static final Duration DATABASE_PATIENCE = Duration.ofSeconds(30);
  private static final Duration SEALER_LEASE = Duration.ofSeconds(15);

  private final BrokerConfig config;
  private final RootKey root;
  private final Vertx vertx;
  private final Telemetry telemetry = new Telemetry();
  private final Meters meters = new Meters(telemetry);
  private final SecureRandom random = new SecureRandom();
  private final Uuids ids = new Uuids(random, InstantSource.system());
  private final Db db;
  private final CryptoPool pool;
  private final Keyrings keyrings;
  private final List<HttpVerticle> doors = new ArrayList<>();
  private final List<Recurring> loops = new ArrayList<>();
  private volatile Consumer<TenantId> told = tenant -> {};
  private Optional<Retention> retention = Optional.empty();
  private Optional<ManagementVerticle> probes = Optional.empty();
  private Runnable stopping = () -> {};

  private Broker(BrokerConfig config, RootKey root, StatementProbe probe) {
    this.config = config;
    this.root = root;
    int loops = config.server().eventLoops();
    this.vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(loops));
    this.db = new Db(vertx, config.database(), probe);
    this.pool = new CryptoPool(vertx, cryptoThreads(), meters);
    this.keyrings = new Keyrings(db, root, System::nanoTime);
  }

  /**
   * Starts a node and returns when it answers requests. Blocks; not for an event loop.
   *
   * @param probe sees every statement; {@link StatementProbe#NONE} but in tests
   * @throws io.hushbus.tenant.WrongRootKey before anything listens
   */
  public static Broker start(BrokerConfig config, RootKey root, StatementProbe probe) {
    Broker broker = new Broker(config, root, probe);
    try {
      return broker.listening();
    } catch (RuntimeException failed) {
      broker.stop();
      throw failed;
    }
  }

  /**
   * The same with the root key that the configuration names.
   *
   * @throws StartRefused for what its operator can mend
   */
  public static Broker start(BrokerConfig config) {
    RootKey root = RootKeys.load(config.rootKey());
    try {
      return start(config, root, StatementProbe.NONE);
    } catch (WrongRootKey wrong) {
      throw new StartRefused(
          StartRefused.Reason.WRONG_ROOT_KEY, String.valueOf(wrong.getMessage()));
    } catch (NotInstalled missing) {
      throw new StartRefused(StartRefused.Reason.NOT_INSTALLED, "the database has not been set up");
    } catch (Failure.Unavailable away) {
      throw new StartRefused(StartRefused.Reason.DATABASE, "the database does not answer");
    }
  }

  /**
   * Makes what a new database needs beside its schema, and the one-time key of the first operator.
   * Blocks.
   */
  public static SecretValue install(BrokerConfig config, RootKey root) {
    Broker broker = new Broker(config, root, StatementProbe.NONE);
    try {
      return broker.installed();
    } finally {
      broker.stop();
    }
  }

  /**
   * The same with the root key that the configuration names.
   *
   * @throws StartRefused for what its operator can mend
   */
  public static SecretValue install(BrokerConfig config) {
    RootKey root = RootKeys.load(config.rootKey());
    try {
      return install(config, root);
    } catch (Failure.Conflict before) {
      throw new StartRefused(StartRefused.Reason.INSTALLED, "the database has been set up before");
    } catch (Failure.Unavailable away) {
      throw new StartRefused(
          StartRefused.Reason.DATABASE, "the database does not answer, or has no schema");
    }
  }

  private SecretValue installed() {
    var made = Installation.create(db, root, random, ids, AuditChain::genesis).await();
    var ledger = new Ledger(db, ids, tenant -> {});
    return founding(ledger, new AccessPolicy(ledger, ids), made).operator().await().key();
  }

  /** The port that requests come in at. */
  public int port() {
    return doors.getFirst().port();
  }

  /** The port of health and metrics. */
  public int managementPort() {
    return probes.orElseThrow().port();
  }

  /** Ends streams with a cursor, lets requests in flight finish, closes everything. Blocks. */
  public void stop() {
    loops.forEach(Recurring::stop);
    retention.ifPresent(Retention::stop);
    stopping.run();
    settled(vertx.close(), STOP_DEADLINE.plusSeconds(5));
    pool.close();
    root.close();
    telemetry.close();
  }

  private Broker listening() {
    Future<Void> warm = pool.warmUp();
    Installation installation = installation(System.nanoTime() + DATABASE_PATIENCE.toNanos());
    var ledger = new Ledger(db, ids, tenant -> told.accept(tenant));
    var policy = new AccessPolicy(ledger, ids);
    var tokens = tokens(installation);
    var authenticator =
        new Authenticator(db, installation, random, tokens, keyrings, meters, System::nanoTime);
    var auditKeys = auditKeys(installation);
    Streams streams = streams(installation, new StreamRights(policy, authenticator));
    var api = api(installation, ledger, policy, tokens, authenticator, streams, auditKeys);
    var door =
        new FrontDoor(
            settings(),
            Contract.load(),
            api.endpoints(),
            authenticator::authenticate,
            telemetry,
            ids);
    stopping =
        () -> {
          door.beginStop();
          settled(streams.drain(), STOP_DEADLINE);
        };
    Sealer sealer = seal(auditKeys);
    retain();
    warm.await();
    listen(door, sealer);
    return this;
  }

  /** A database that is just starting, or just now busy, is waited for; a wrong key is not. */
  private Installation installation(long until) {
    while (true) {
      try {
        return Installation.open(db, root).await();
      } catch (Failure.Unavailable away) {
        if (System.nanoTime() - until >= 0) {
          throw away;
        }
        settled(vertx.timer(250, TimeUnit.MILLISECONDS), DATABASE_PATIENCE);
      }
    }
  }

  private void listen(FrontDoor door, Sealer sealer) {
    var management =
        new ManagementVerticle(
            config.management().host(),
            config.management().port(),
            Map.of(
                "database", () -> db.ping().map(Broker::yes),
                "audit", () -> sealer.writable().map(Broker::yes),
                "running", () -> Future.succeededFuture(!door.stopping()).map(Broker::yes)),
            telemetry);
    var at = config.management();
    bound(vertx.deployVerticle(management), at.host(), at.port());
    probes = Optional.of(management);
    for (int i = 0; i < config.server().eventLoops(); i++) {
      HttpVerticle verticle = new HttpVerticle(door);
      var server = config.server();
      bound(vertx.deployVerticle(verticle, new DeploymentOptions()), server.host(), server.port());
      doors.add(verticle);
    }
  }

  /** An address that cannot be had is its operator's to mend; any other failure is a bug. */
  private static void bound(Future<?> listening, String host, int port) {
    listening
        .transform(
            done ->
                done.cause() instanceof SocketException
                    ? Future.failedFuture(
                        new StartRefused(
                            StartRefused.Reason.ADDRESS,
                            "cannot listen on %s:%d (%s)"
                                .formatted(host, port, done.cause().getMessage())))
                    : listening)
        .await();
  }

  private static Boolean yes(boolean answer) {
    if (!answer) {
      throw new IllegalStateException("not ready");
    }
    return true;
  }

  private Streams streams(Installation installation, StreamRights rights) {
    var settings =
        StreamSettings.of(
            config.events().pollInterval(),
            config.events().heartbeat(),
            config.events().maxStreams());
    var cursors = new Cursors(installation.systemKey(SystemKeyKind.CURSOR_MAC));
    var streams = new Streams(vertx, db, rights, cursors, settings, meters, System::nanoTime);
    var hints = new Hints(vertx, db, streams, config.events().useNotify());
    told = hints::committed;
    streams.start();
    hints.listen();
    return streams;
  }

  private Api api(
      Installation installation,
      Ledger ledger,
      AccessPolicy policy,
      BrokerTokens tokens,
      Authenticator authenticator,
      Streams streams,
      AuditKeys auditKeys) {
    var context = vertx.getOrCreateContext();
    var secrets = new SecretServices(db, keyrings, new Envelope(random), pool);
    var opener = secrets.opener(db.dedicated(SystemTx.Job.LEASE_BATCH), context);
    var limits = new LeaseTerms.Limits(config.leases().defaultTtl(), config.leases().maxTtl());
    var grants =
        LeaseServices.grants(
            db,
            ledger,
            opener,
            db.dedicated(SystemTx.Job.LEASE_BATCH),
            context,
            new Idempotency(installation.systemKey(SystemKeyKind.CURSOR_MAC)),
            ids,
            limits,
            meters);
    return new Api(
        policy,
        new Places(db, System::nanoTime),
        new Api.Identity(
            tokens,
            new TokenIssuer(authenticator, tokens),
            new ServiceAccounts(db, ledger, ids),
            new AccountKeys(db, ledger, keyrings, ids, installation, random),
            new RoleBindings(db, ledger, keyrings, ids)),
        new Api.Tenancy(
            founding(ledger, policy, installation),
            tenants(installation),
            new Projects(db, ledger, ids),
            new Domains(db, ledger, ids)),
        secrets.secrets(),
        secrets.changes(
            ledger,
            new LeaseUses(),
            ids,
            new SecretChanges.Limits(config.secrets().maxBytes(), config.secrets().maxVersions())),
        grants,
        new Leases(db, ledger, keyrings, opener, limits, meters),
        streams,
        new AuditTrail(db, auditKeys, pool));
  }

  private void retain() {
    retention = Optional.of(new Retention(vertx, db, ids.random(), config.events().retention()));
    retention.get().start();
  }

  private Sealer seal(AuditKeys keys) {
    var settings = config.audit();
    var lease =
        new JobLease(db, SystemTx.Job.AUDIT_SEALER, "audit-sealer", ids.random(), SEALER_LEASE);
    var plan =
        SealPlan.every(
            settings.sealInterval(), settings.checkpointEvery(), settings.checkpointInterval());
    var file = settings.checkpointFile().map(path -> new CheckpointFile(vertx, path));
    var sealer = new Sealer(db, lease, keys, pool, plan, file, meters);
    loops.add(
        new Recurring(vertx, "audit sealing", settings.sealInterval(), sealer::runOnce).start());
    return sealer;
  }

  private Founding founding(Ledger ledger, AccessPolicy policy, Installation installation) {
    return new Founding(ledger, policy, installation, tenants(installation), keyrings, ids, random);
  }

  private Tenants tenants(Installation installation) {
    return new Tenants(db, installation, root, random, ids, AuditChain::genesis);
  }

  private BrokerTokens tokens(Installation installation) {
    var settings = config.tokens();
    return BrokerTokens.of(
        vertx, installation, settings.issuer(), settings.ttl(), pool, ids, InstantSource.system());
  }

  private static AuditKeys auditKeys(Installation installation) {
    return new AuditKeys(
        installation.clusterId(),
        installation.systemKey(SystemKeyKind.AUDIT_MAC),
        installation.systemKeys(SystemKeyKind.AUDIT_SIGNING).descendingMap().values().stream()
            .map(Signer::new)
            .toList());
  }

  private HttpSettings settings() {
    var server = config.server();
    var limits = config.limits();
    return new HttpSettings(
        server.host(),
        server.port(),
        server.tls().map(tls -> new HttpSettings.Tls(tls.certificate(), tls.key())),
        server.maxConnections(),
        limits.bodyBytes(),
        limits.requestsPerSecond(),
        limits.burst(),
        REQUEST_DEADLINE,
        STOP_DEADLINE);
  }

  /** Waits for an ending; one that fails or is late is logged and left behind. */
  private static void settled(Future<?> ending, Duration atMost) {
    try {
      ending.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | RuntimeException late) {
      log.warn("an orderly stop was cut short: {}", late.getClass().getSimpleName());
    }
  }

  private static int cryptoThreads() {
    return Math.max(1, Runtime.getRuntime().availableProcessors() - 1);
  }
}
