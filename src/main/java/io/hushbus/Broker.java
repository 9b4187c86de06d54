package io.hushbus;

import io.hushbus.access.AccessPolicy;
import io.hushbus.access.Authenticator;
import io.hushbus.access.PageSeals;
import io.hushbus.audit.AuditChain;
import io.hushbus.config.BrokerConfig;
import io.hushbus.crypto.InwardKeys;
import io.hushbus.crypto.RootKey;
import io.hushbus.crypto.RootKeyRing;
import io.hushbus.crypto.SystemKeyKind;
import io.hushbus.db.JobLease;
import io.hushbus.db.Migrations;
import io.hushbus.db.StatementProbe;
import io.hushbus.event.Fact;
import io.hushbus.event.Idempotency;
import io.hushbus.event.Ledger;
import io.hushbus.http.Api;
import io.hushbus.http.Contract;
import io.hushbus.http.FrontDoor;
import io.hushbus.http.Readiness;
import io.hushbus.lease.HolderWatch;
import io.hushbus.model.Failure;
import io.hushbus.model.SecretValue;
import io.hushbus.model.TenantId;
import io.hushbus.secret.InwardValues;
import io.hushbus.tenant.Installation;
import io.hushbus.tenant.Inventory;
import io.hushbus.tenant.Leaving;
import io.hushbus.tenant.NotInstalled;
import io.hushbus.tenant.Places;
import io.hushbus.tenant.WrongRootKey;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BiConsumer;

/**
 * One node: builds every object, starts them in order, stops them in reverse. The database must
 * have its schema and its installation; a wrong root key ends the start before anything listens.
 */
public final class Broker {

  /** Requests in flight have the stop deadline; what serves them closes after. */
  private static final Duration CLOSING = Ground.STOP_DEADLINE.plusSeconds(5);

  /** Before anything is under way nothing has to end in order. */
  private static final Duration CLOSING_UNSTARTED = Duration.ofSeconds(1);

  private final Ground ground;
  private final Endings endings = new Endings();
  private volatile BiConsumer<TenantId, List<Fact>> told = (tenant, facts) -> {};
  private volatile HolderWatch moved = (tenant, leases) -> {};
  private volatile Runnable keysEnded = () -> {};
  private volatile Duration closing = CLOSING_UNSTARTED;
  private Optional<Listeners> listeners = Optional.empty();

  private Broker(
      BrokerConfig config, RootKeyRing roots, StatementProbe probe, InstantSource clock) {
    this.ground = Ground.of(config, roots, probe, clock);
    endings.add(() -> ground.close(closing));
  }

  /**
   * Starts a node and returns when it answers requests. Blocks; not for an event loop.
   *
   * @param probe sees every statement; {@link StatementProbe#NONE} but in tests
   * @throws io.hushbus.tenant.WrongRootKey before anything listens
   */
  public static Broker start(BrokerConfig config, RootKeyRing roots, StatementProbe probe) {
    return start(config, roots, probe, InstantSource.system());
  }

  /**
   * The same on a machine whose clock is wrong.
   *
   * @param clock what the node takes for the time; whatever decides over leases is the database's
   */
  public static Broker start(
      BrokerConfig config, RootKeyRing roots, StatementProbe probe, InstantSource clock) {
    return new Broker(config, roots, probe, clock).started(Optional.empty());
  }

  /**
   * @param schema looked at before anything is read
   */
  private Broker started(Optional<Migrations> schema) {
    try {
      return listening(schema);
    } catch (RuntimeException failed) {
      stop();
      throw failed;
    }
  }

  /**
   * The same with the root key that the configuration names, on a database whose schema is looked
   * at before.
   *
   * @throws StartRefused for what its operator can mend
   * @throws Migrations.Unreachable if there is no look at the schema, with the reason
   */
  public static Broker start(BrokerConfig config) {
    RootKeyRing roots = RootKeys.ring(config);
    try {
      return new Broker(config, roots, StatementProbe.NONE, InstantSource.system())
          .started(Optional.of(new Migrations(config.database())));
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
    Broker broker =
        new Broker(config, RootKeyRing.of(root), StatementProbe.NONE, InstantSource.system());
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
    ground.awaitDatabase();
    var ids = ground.ids();
    var made =
        Installation.create(
                ground.db(), ground.roots().current(), ground.random(), ids, AuditChain::genesis)
            .await();
    var ledger = new Ledger(ground.db(), ids, tenant -> {});
    var tenancy =
        TenancyParts.of(
            ground,
            made,
            ledger,
            new AccessPolicy(ledger, ids),
            Leaving.NOTHING,
            TenancyParts.quotas(ground, ledger));
    return tenancy.founding().operator().await().key();
  }

  /** The port that requests come in at. */
  public int port() {
    return listeners.orElseThrow().door().port();
  }

  /** The port of the TCP event-bus bridge, if it is on. */
  public OptionalInt busPort() {
    return listeners
        .orElseThrow()
        .bridge()
        .map(bridge -> OptionalInt.of(bridge.port()))
        .orElseGet(OptionalInt::empty);
  }

  /** The port of health and metrics. */
  public int managementPort() {
    return listeners.orElseThrow().probes().port();
  }

  /**
   * Says that it is not ready, refuses new requests, ends streams with a cursor, lets requests in
   * flight and rounds under way finish, and only then closes its connections. Blocks.
   */
  public void stop() {
    endings.run();
  }

  private Broker listening(Optional<Migrations> schema) {
    Future<Void> warm = ground.pool().warmUp();
    var seen = schema.map(known -> known.seenCurrent(ground.db()));
    Contract contract = Contract.load(); // while the database is being reached
    if (seen.isPresent() && !seen.get().await()) {
      StartRefused.unless(schema.orElseThrow().check());
    }
    closing = Ground.STOP_DEADLINE;
    Installation installation = ground.installation();
    // The last but one of the endings: as long as the node works at anything, whoever destroys keys
    // waits for its word.
    endings.addSlow(ground.nodes()::leave);
    // By then no loop runs any more: another node need not wait until the time of its jobs is over.
    endings.addSlow(() -> JobLease.giveBack(ground.db(), ground.nodes().own()));
    ground.nodes().beat().await();
    var once = new Idempotency(installation.systemKey(SystemKeyKind.CURSOR_MAC));
    var ledger =
        new Ledger(
            ground.db(),
            ground.ids(),
            (tenant, facts) -> told.accept(tenant, facts),
            Optional.of(once));
    var policy = new AccessPolicy(ledger, ground.ids());
    var access = AccessParts.of(ground, installation, ledger, policy, endings);
    var quotas = TenancyParts.quotas(ground, ledger);
    var inventory = new Inventory(installation, ground.ids());
    var secrets =
        SecretParts.of(
            ground,
            installation,
            access,
            once,
            ledger,
            quotas,
            inventory,
            (tenant, leases) -> moved.changed(tenant, leases));
    var tenancy = TenancyParts.of(ground, installation, ledger, policy, secrets.leaving(), quotas);
    var keys = KeyParts.of(ground, installation, ledger, policy, secrets, () -> keysEnded.run());
    var rotations = RotationParts.of(ground, ledger, policy, secrets, access.outbound());
    var audit = AuditParts.of(ground, installation, ledger, inventory);
    Future<?> looked = audit.look();
    var delivery =
        DeliveryParts.of(
            ground,
            installation,
            ledger,
            policy,
            access.rights(ground, policy, tenancy.quotas()),
            access.outbound(),
            secrets.signing());
    var cluster = BusParts.cluster(ground, delivery.telling().streams());
    told =
        (tenant, facts) -> {
          delivery.committed(tenant);
          if (ground.config().events().useNotify()) {
            rotations.begun(tenant, facts, delivery.hints());
          }
          cluster.ifPresent(others -> others.committed(tenant));
        };
    keysEnded = delivery.hints()::keysEnded;
    var api =
        new Api(
            policy,
            new Places(ground.db(), ground.keyrings(), System::nanoTime),
            access.identity(),
            tenancy,
            keys.api(),
            secrets.holdings(),
            secrets.sharing(),
            secrets.reveals(ground, ledger, tenancy.projects()),
            secrets.leasing(),
            secrets.needs(),
            new InwardValues(
                new InwardKeys(installation.systemKeys(SystemKeyKind.DELIVERY), ground.pool())),
            rotations.api(),
            delivery.telling(),
            audit.trail(),
            audit.restores(),
            new Api.Watch(
                ground.nodes(),
                new Readiness(Listeners.checks(ground, audit)),
                ground.telemetry(),
                ground.keyrings()::holdsBack));
    var door = door(contract, api, access.authenticator(), installation);
    looked.await();
    var jobs = new Jobs(endings);
    audit.watch(ground, jobs);
    audit.seal(ground, jobs);
    keys.work(ground, installation, jobs);
    delivery.retain(jobs);
    if (ground.config().events().useNotify()) {
      moved = (tenant, leases) -> rotations.heard(tenant, leases, delivery.hints());
      delivery.hints().onHolders(rotations::heardElsewhere);
    }
    rotations.work(ground, jobs);
    RunParts.of(ground, installation, ledger, policy, secrets.leasing().runs()).work(ground, jobs);
    PurgeParts.of(ground, ledger, policy, tenancy.quotas(), inventory).work(ground, jobs);
    endings.add(() -> listeners.ifPresent(open -> Endings.settled(open.close(), CLOSING)));
    delivery.follow(ground, endings, jobs);
    cluster.ifPresent(others -> BusParts.join(others, endings));
    endings.add(door::beginStop);
    warm.await();
    listeners = Optional.of(Listeners.open(ground, door, audit, BusParts.of(ground, door)));
    delivery.hints().listen();
    jobs.begin();
    return this;
  }

  private FrontDoor door(
      Contract contract, Api api, Authenticator authenticator, Installation installation) {
    return new FrontDoor(
        Listeners.settings(ground.config()),
        contract,
        api.endpoints(),
        new Senders(authenticator),
        new PageSeals(installation.systemKey(SystemKeyKind.CURSOR_MAC)),
        ground.telemetry(),
        ground.ids(),
        tenant ->
            (int) ground.nodes().share(api.tenancy().quotas().known(tenant).requestsPerSecond()));
  }
}
