package io.hushbus.support;

import io.hushbus.CountedTables;
import io.hushbus.KeyedTables;
import io.hushbus.access.AccessPolicy;
import io.hushbus.access.BindingCount;
import io.hushbus.access.Job;
import io.hushbus.access.RunTokens;
import io.hushbus.config.DatabaseConfig;
import io.hushbus.crypto.CryptoPool;
import io.hushbus.crypto.Envelope;
import io.hushbus.crypto.RootKey;
import io.hushbus.crypto.RootKeyRing;
import io.hushbus.crypto.SystemKeyKind;
import io.hushbus.db.Db;
import io.hushbus.db.JobLease;
import io.hushbus.db.StatementProbe;
import io.hushbus.db.SystemTx;
import io.hushbus.event.Idempotency;
import io.hushbus.event.Ledger;
import io.hushbus.lease.AdoptionLeases;
import io.hushbus.lease.BulkRevocation;
import io.hushbus.lease.Commits;
import io.hushbus.lease.EnvironmentUses;
import io.hushbus.lease.Environments;
import io.hushbus.lease.Heartbeats;
import io.hushbus.lease.Holders;
import io.hushbus.lease.LeaseGrants;
import io.hushbus.lease.LeaseMeters;
import io.hushbus.lease.LeaseMoves;
import io.hushbus.lease.LeaseServices;
import io.hushbus.lease.LeaseTerms;
import io.hushbus.lease.LeaseUses;
import io.hushbus.lease.Leases;
import io.hushbus.lease.Outages;
import io.hushbus.lease.Resolutions;
import io.hushbus.lease.Reveals;
import io.hushbus.lease.Revocation;
import io.hushbus.lease.RevocationSweep;
import io.hushbus.lease.RunSweep;
import io.hushbus.lease.Runs;
import io.hushbus.model.Failure;
import io.hushbus.model.Network;
import io.hushbus.model.Principal;
import io.hushbus.model.SecretValue;
import io.hushbus.model.TenantId;
import io.hushbus.model.TenantName;
import io.hushbus.model.Uuids;
import io.hushbus.outbound.Outbound;
import io.hushbus.outbound.SystemResolver;
import io.hushbus.rotation.Generator;
import io.hushbus.rotation.HookRounds;
import io.hushbus.rotation.Policies;
import io.hushbus.rotation.PolicyRounds;
import io.hushbus.rotation.RotationRounds;
import io.hushbus.rotation.RotationServices;
import io.hushbus.rotation.Rotations;
import io.hushbus.rotation.StagedVersions;
import io.hushbus.secret.Adoptions;
import io.hushbus.secret.SecretChanges;
import io.hushbus.secret.SecretClones;
import io.hushbus.secret.SecretEdits;
import io.hushbus.secret.SecretOpener;
import io.hushbus.secret.SecretRemovals;
import io.hushbus.secret.SecretServices;
import io.hushbus.secret.Secrets;
import io.hushbus.secret.Shares;
import io.hushbus.secret.SigningKeys;
import io.hushbus.secret.Trash;
import io.hushbus.tenant.ChainStart;
import io.hushbus.tenant.Communities;
import io.hushbus.tenant.Domains;
import io.hushbus.tenant.Installation;
import io.hushbus.tenant.Inventory;
import io.hushbus.tenant.KeyedRows;
import io.hushbus.tenant.Keyrings;
import io.hushbus.tenant.Nodes;
import io.hushbus.tenant.Places;
import io.hushbus.tenant.Projects;
import io.hushbus.tenant.Quota;
import io.hushbus.tenant.Quotas;
import io.hushbus.tenant.Stocktaking;
import io.hushbus.tenant.Tenants;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A whole broker below its front doors, on a fresh database: installation, root key, every service,
 * wired as the program wires them. {@link #anotherNode} gives a second broker on the same database.
 *
 * <p>Straight-line: {@link #await} turns a future into its result or throws its failure. The probe
 * passed in sees every statement; {@link #hints} collects the tenants hinted after commits. Closing
 * it fails if any {@link Canary} value is found in a table or a log line.
 */
public final class World implements AutoCloseable {

  /** Limits that are small enough to be reached. */
  public static final SecretChanges.Limits SECRET_LIMITS = new SecretChanges.Limits(64 * 1024, 10);

  public static final LeaseTerms.Limits LEASE_LIMITS =
      new LeaseTerms.Limits(Duration.ofMinutes(15), Duration.ofHours(1));

  /** How long holders of a replaced version have to move. */
  public static final Duration GRACE = Duration.ofHours(1);

  /** The chain starts with any MAC here: tests of the chain bring their own. */
  public static final ChainStart NO_CHAIN = (key, tenant) -> new byte[32];

  private static final long PATIENCE_SECONDS = 20;

  private final @Nullable TestDatabase owned;
  private final byte[] rootKey;
  public final TestDatabase database;
  public final Vertx vertx;
  public final RootKey root;
  public final SecureRandom random = new SecureRandom();
  public final Uuids ids = new Uuids(random, InstantSource.system());
  public final Db db;
  public final Installation installation;
  public final List<TenantId> hints = new CopyOnWriteArrayList<>();
  public final List<String> forged = new CopyOnWriteArrayList<>();
  public final Ledger ledger;
  public final AccessPolicy policy;
  public final Keyrings keyrings;
  public final SigningKeys signing;
  public final List<KeyedRows> keyedRows;
  public final Places places;
  public final Tenants tenants;
  public final Projects projects;
  public final Domains domains;
  public final Secrets secrets;
  public final SecretChanges changes;
  public final SecretEdits edits;
  public final SecretRemovals removals;
  public final Trash trash;
  public final Quotas quotas;
  public final Inventory inventory;
  public final Stocktaking stock;
  public final BindingCount bindingCount;
  public final SecretOpener opener;
  public final Environments environments;
  public final Resolutions resolutions;
  public final LeaseGrants grants;
  public final Leases leases;
  public final LeaseMoves moves;
  public final BulkRevocation bulk;
  public final Runs runs;
  public final Heartbeats heartbeats;
  public final RunSweep runSweep;
  public final RevocationSweep revocationSweep;
  public final Outages outages;

  /** Who opened runs and may lease no more. */
  public final Set<Principal> formerRunners = ConcurrentHashMap.newKeySet();

  /** The leases to which something happened. */
  public final List<Revocation.Selector> changed = new CopyOnWriteArrayList<>();

  public final Reveals reveals;
  public final Communities communities;
  public final Shares shares;
  public final Adoptions adoptions;
  public final SecretClones clones;
  public final Idempotency idempotency;
  public final Rotations rotations;
  public final RotationRounds rounds;
  public final Policies policies;
  public final HookRounds hookRounds;
  public final Outbound outbound;
  public final PolicyRounds policyRounds;
  private final UUID node;
  private final CryptoPool pool;
  private final Canary canary = Canary.watching();

  private World(
      TestDatabase database,
      @Nullable TestDatabase owned,
      byte[] rootKey,
      DatabaseConfig config,
      StatementProbe probe) {
    this.database = database;
    this.owned = owned;
    this.rootKey = rootKey;
    this.node = ids.random();
    this.vertx = Vertx.vertx();
    this.root = RootKey.of(SecretValue.copyOf(rootKey), random);
    this.db = new Db(vertx, config, probe);
    reached();
    this.installation =
        await(
            owned == null
                ? Installation.open(db, RootKeyRing.of(root))
                : Installation.create(db, root, random, ids, NO_CHAIN));
    this.pool = new CryptoPool(vertx, 1, CryptoPool.Metrics.NONE);
    this.idempotency = new Idempotency(installation.systemKey(SystemKeyKind.CURSOR_MAC));
    this.ledger = new Ledger(db, ids, tenant -> hints.add(tenant), Optional.of(idempotency));
    this.quotas = new Quotas(db, ledger, Quota.BOUNDLESS, System::nanoTime);
    this.inventory = new Inventory(installation, ids);
    this.stock = new Stocktaking(inventory, CountedTables.all(), pool);
    this.bindingCount = new BindingCount(inventory);
    this.policy = new AccessPolicy(ledger, ids);
    this.keyrings =
        new Keyrings(db, RootKeyRing.of(root), Duration.ofSeconds(30), System::nanoTime);
    this.places = new Places(db, keyrings, System::nanoTime);
    this.tenants = new Tenants(db, installation, RootKeyRing.of(root), random, ids, NO_CHAIN);
    this.domains = new Domains(db, ledger, ids);
    var services =
        new SecretServices(
            db,
            ledger,
            keyrings,
            new Envelope(random),
            pool,
            new LeaseUses(ids, LeaseMeters.NONE),
            new AdoptionLeases(ids, LeaseMeters.NONE),
            quotas,
            inventory,
            forged::add,
            Rotations.usual(GRACE));
    this.signing = new SigningKeys(keyrings, new Envelope(random), pool, random);
    this.outbound =
        new Outbound(
            vertx,
            new SystemResolver(vertx),
            List.of(Network.parse("127.0.0.0/8").orElseThrow()),
            true);
    this.projects = new Projects(db, ledger, keyrings, ids, services.leaving(), inventory);
    this.communities = new Communities(db, ledger, ids, bindingCount.atCommunities());
    this.shares = services.shares(ids);
    this.adoptions = services.adoptions(ids);
    this.keyedRows = KeyedTables.all(services, signing, pool);
    this.secrets = services.secrets();
    this.changes = services.changes(ids, SECRET_LIMITS);
    this.edits = services.edits(new EnvironmentUses());
    this.clones = services.clones(changes, SECRET_LIMITS);
    this.removals = services.removals(new EnvironmentUses());
    this.trash = services.trash(Duration.ofDays(30));
    this.environments = new Environments(db, ledger, keyrings, ids);
    this.resolutions = new Resolutions(services.sights());
    this.opener =
        services.opener(
            db.dedicated(SystemTx.Job.LEASE_BATCH), vertx.getOrCreateContext(), 1024 * 1024);
    var leasing =
        new LeaseServices(
            db,
            ledger,
            keyrings,
            opener,
            ids,
            LEASE_LIMITS,
            LeaseMeters.NONE,
            quotas,
            new Nodes(db, keyrings, node, "", Duration.ofSeconds(1)),
            (tenant, of) -> changed.add(of));
    this.grants =
        leasing.grants(
            commits(),
            idempotency,
            (tenant, run) -> Future.succeededFuture(!formerRunners.contains(run.openedBy())));
    this.leases =
        leasing.leases(
            commits(),
            commits(),
            db.dedicated(SystemTx.Job.LEASE_BATCH),
            vertx.getOrCreateContext());
    this.moves = leasing.moves(new StagedVersions());
    this.bulk = leasing.bulk();
    this.runs = leasing.runs(new RunTokens(installation, random), Duration.ofMinutes(1));
    this.heartbeats = leasing.heartbeats();
    this.runSweep =
        new RunSweep(db, ledger, runs, node, tenant -> policy.system(Job.RUN_SWEEP, tenant));
    this.revocationSweep = new RevocationSweep(db, keyrings, node);
    this.outages = new Outages(db, content -> Arrays.copyOf(content.encode(), 32));
    this.reveals = new Reveals(ledger, projects, opener, ids, LEASE_LIMITS);
    var turns =
        new RotationServices(
            vertx,
            db,
            ledger,
            keyrings,
            services.lineage(),
            new Holders(LeaseMeters.NONE),
            changes,
            secrets,
            new Generator(pool, random),
            signing,
            outbound,
            ids,
            GRACE);
    this.rotations = turns.rotations();
    this.policies = turns.policies();
    this.hookRounds =
        turns.hookRounds(
            node,
            tenant -> policy.system(Job.ROTATION_POLICY, tenant),
            tenant -> policy.system(Job.ROTATION, tenant),
            new HookRounds.Patience(Duration.ZERO, Duration.ZERO));
    this.policyRounds =
        turns.policyRounds(
            node,
            tenant -> policy.system(Job.ROTATION_POLICY, tenant),
            tenant -> policy.system(Job.ROTATION, tenant));
    this.rounds =
        turns.rounds(node, tenant -> policy.system(Job.ROTATION, tenant), Duration.ofMillis(1));
  }

  private Commits commits() {
    return new Commits(
        List.of(db.dedicated(SystemTx.Job.LEASE_BATCH)), vertx.getOrCreateContext(), 512);
  }

  /** The first connection of a process on a busy machine may take longer than a request waits. */
  private void reached() {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!await(db.ping()) && System.nanoTime() - until < 0) {
      await(vertx.timer(100, TimeUnit.MILLISECONDS));
    }
  }

  public static World fresh() {
    return fresh(StatementProbe.NONE);
  }

  /** A world whose every statement {@code probe} sees. */
  public static World fresh(StatementProbe probe) {
    TestDatabase database = TestDatabase.fresh();
    byte[] rootKey = new byte[RootKey.SIZE];
    new SecureRandom().nextBytes(rootKey);
    return new World(database, database, rootKey, database.config(), probe);
  }

  /** A second broker, with caches and connections of its own, on the database of this one. */
  public World anotherNode() {
    return anotherNode(StatementProbe.NONE);
  }

  public World anotherNode(StatementProbe probe) {
    return new World(database, null, rootKey, database.config(), probe);
  }

  /** A new tenant with a project {@code demo} and the three usual domains. */
  public TenantWorld tenant(String name) {
    TenantId id =
        await(
                db.system(
                    SystemTx.Job.TENANT_ADMIN,
                    tx -> tenants.found(tx, new TenantName(name)).map(Tenants.Founded::tenant)))
            .id();
    return new TenantWorld(this, id, name);
  }

  /** What the owner of the database reads: the first column of each row, as text. */
  public List<String> rows(String sql) {
    return database.rows(sql);
  }

  /** The one row of {@link #rows}. */
  public String row(String sql) {
    List<String> all = rows(sql);
    if (all.size() != 1) {
      throw new AssertionError("one row was expected, and there are " + all.size());
    }
    return all.getFirst();
  }

  /** Runs statements as a database administrator would. */
  public void asOwner(String sql) {
    database.asOwner(sql);
  }

  /** The result of {@code future}, or its failure thrown as it is. */
  public static <T> T await(Future<T> future) {
    try {
      return future.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException late) {
      throw new AssertionError("no answer in " + PATIENCE_SECONDS + " s", late);
    }
  }

  /** The results of all, in order; the first failure is thrown. */
  public static <T> List<T> awaitAll(List<Future<T>> futures) {
    return await(Future.all(futures).map(done -> done.<T>list()));
  }

  /** Waits for all to end, well or not. */
  public static <T> List<Future<T>> settled(List<Future<T>> futures) {
    await(Future.join(futures).transform(done -> Future.succeededFuture()));
    return futures;
  }

  /** How {@code future} failed, as a failure of the closed family. */
  public static Failure failure(Future<?> future) {
    try {
      Object result = await(future);
      throw new AssertionError("it should have failed, and gave a " + result.getClass());
    } catch (Failure expected) {
      return expected;
    }
  }

  @Override
  public void close() {
    await(JobLease.giveBack(db, node).otherwiseEmpty());
    await(db.close());
    pool.close();
    await(vertx.close());
    root.close();
    if (owned != null) {
      try (owned) {
        canary.assertUnseen(owned);
      }
    }
  }
}
