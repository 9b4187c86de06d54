package io.hushbus.access;

import io.hushbus.audit.AuditChain;
import io.hushbus.crypto.CryptoPool;
import io.hushbus.crypto.RootKey;
import io.hushbus.crypto.RootKeyRing;
import io.hushbus.db.Db;
import io.hushbus.db.StatementProbe;
import io.hushbus.event.Ledger;
import io.hushbus.model.Action;
import io.hushbus.model.Caller;
import io.hushbus.model.Grant;
import io.hushbus.model.Network;
import io.hushbus.model.ObjectName;
import io.hushbus.model.Principal;
import io.hushbus.model.RequestContext;
import io.hushbus.model.Resource;
import io.hushbus.model.Role;
import io.hushbus.model.SecretValue;
import io.hushbus.model.TenantName;
import io.hushbus.model.Uuids;
import io.hushbus.outbound.Outbound;
import io.hushbus.outbound.SystemResolver;
import io.hushbus.support.TestClock;
import io.hushbus.support.TestDatabase;
import io.hushbus.tenant.Communities;
import io.hushbus.tenant.Domains;
import io.hushbus.tenant.Installation;
import io.hushbus.tenant.Inventory;
import io.hushbus.tenant.Keyrings;
import io.hushbus.tenant.Leaving;
import io.hushbus.tenant.Places;
import io.hushbus.tenant.Project;
import io.hushbus.tenant.Projects;
import io.hushbus.tenant.Tenants;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * A fresh database with an installation in it, its services, and short ways to people and places.
 * Every wait is on the JUnit thread. Its time is {@link #clock}, which a test moves; the database's
 * goes on by itself.
 */
public final class TestInstallation implements AutoCloseable {

  public final TestDatabase database = TestDatabase.fresh();
  public final Vertx vertx = Vertx.vertx();
  public final SecureRandom random = new SecureRandom();
  public final TestClock clock = new TestClock(Instant.now().truncatedTo(ChronoUnit.SECONDS));
  public final Uuids ids = new Uuids(random, InstantSource.system());
  public final RootKey root =
      RootKey.of(SecretValue.owning(random.generateSeed(RootKey.SIZE)), random);
  public final CryptoPool pool = new CryptoPool(vertx, 1, CryptoPool.Metrics.NONE);
  public final List<String> forged = new CopyOnWriteArrayList<>();
  public final AccessMeters meters =
      new AccessMeters() {
        @Override
        public void rowForged(String table) {
          forged.add(table);
        }
      };
  public final Db db;
  public final Installation installation;
  public final Inventory inventory;
  public final BindingCount count;
  public final Ledger ledger;
  public final AccessPolicy policy;
  public final Tenants tenants;
  public final Projects projects;
  public final Domains domains;
  public final Places places;
  public final Keyrings keyrings;
  public final ServiceAccounts accounts;
  public final AccountKeys keys;
  public final RoleBindings bindings;
  public final Founding founding;
  public final BrokerTokens tokens;
  public final Authenticator authenticator;
  public final TokenIssuer issuer;
  public final StreamTickets tickets;
  public final IdentityProviders providers;
  public final Outbound outbound;
  private @Nullable Caller operator;

  public TestInstallation() {
    this(StatementProbe.NONE);
  }

  /**
   * @param probe sees every statement
   */
  public TestInstallation(StatementProbe probe) {
    db = new Db(vertx, database.config(), probe);
    installation = Installation.create(db, root, random, ids, AuditChain::genesis).await();
    inventory = new Inventory(installation, ids);
    count = new BindingCount(inventory);
    ledger = new Ledger(db, ids, tenant -> {});
    policy = new AccessPolicy(ledger, ids);
    tenants = new Tenants(db, installation, RootKeyRing.of(root), random, ids, AuditChain::genesis);
    keyrings = new Keyrings(db, RootKeyRing.of(root), Duration.ofSeconds(30), clock);
    projects = new Projects(db, ledger, keyrings, ids, Leaving.NOTHING, inventory);
    domains = new Domains(db, ledger, ids);
    places = new Places(db, keyrings, clock);
    accounts = new ServiceAccounts(db, ledger, ids, count);
    keys = new AccountKeys(db, ledger, keyrings, ids, installation, random);
    bindings = new RoleBindings(db, ledger, keyrings, ids, count);
    founding = new Founding(ledger, policy, installation, tenants, keyrings, ids, random, count);
    tokens =
        BrokerTokens.of(
            vertx, installation, "https://broker.test", Duration.ofMinutes(15), pool, ids, clock);
    tickets = new StreamTickets(db, ledger, installation, random, clock);
    providers = new IdentityProviders(db, ledger, keyrings, meters, ids);
    Network loopback = Network.parse("127.0.0.0/8").orElseThrow();
    outbound = new Outbound(vertx, new SystemResolver(vertx), List.of(loopback), true);
    authenticator = node();
    issuer = new TokenIssuer(authenticator, tokens);
  }

  /** Another node's opened keys. */
  public Keyrings keyringsOfAnotherNode() {
    return new Keyrings(db, RootKeyRing.of(root), Duration.ofSeconds(30), clock);
  }

  /** Another node's authenticator: the same database, memory of its own. */
  public Authenticator node() {
    var externals =
        new ExternalIdentities(
            vertx,
            db,
            ledger,
            policy,
            keyrings,
            tokens,
            outbound,
            pool,
            meters,
            Duration.ofMinutes(5),
            clock);
    return new Authenticator(
        db,
        installation,
        random,
        tokens,
        externals,
        tickets,
        RunCallers.NONE,
        keyrings,
        meters,
        clock);
  }

  /** A request, from an address that documentation may use (RFC 5737). */
  public RequestContext request() {
    return new RequestContext(ids.ordered(), "192.0.2.1");
  }

  /** The first operator. */
  public Caller operator() {
    if (operator == null) {
      operator = caller(text(founding.operator().await()));
    }
    return operator;
  }

  /** A new tenant's first administrator. */
  public Caller tenant(String name) {
    Grant grant = grant(operator(), Action.TENANT_OPERATE, Resource.ofTenant("tenant"));
    return caller(text(founding.tenant(grant, new TenantName(name)).await().key()));
  }

  /** A new community. */
  public UUID community(Caller admin, String name) {
    Grant grant = grant(admin, Action.COMMUNITY_ADMIN, Resource.ofTenant("community"));
    return communities().create(grant, new ObjectName(name), "").await().id();
  }

  public Communities communities() {
    return new Communities(db, ledger, ids, count.atCommunities());
  }

  /** A new project in that community. */
  public UUID projectIn(Caller admin, String name, UUID community) {
    Grant grant = grant(admin, Action.PROJECT_ADMIN, Resource.ofTenant("project"));
    return projects.create(grant, new ObjectName(name), "", Optional.of(community)).await().id();
  }

  /** A new project. */
  public Project project(Caller admin, String name) {
    Grant grant = grant(admin, Action.PROJECT_ADMIN, Resource.ofTenant("project"));
    return projects.create(grant, new ObjectName(name), "").await();
  }

  /** A new account without roles. */
  public ServiceAccount account(Caller admin, String name) {
    Grant grant = grant(admin, Action.ACCOUNT_ADMIN, Resource.ofTenant("service_account"));
    return accounts.create(grant, new ObjectName(name), "").await();
  }

  /** A new key of an account. */
  public NewKey key(Caller admin, UUID account) {
    return keys.create(
            grant(admin, Action.ACCOUNT_ADMIN, ServiceAccounts.resource(account)), Optional.empty())
        .await();
  }

  /** A new account with one role, and a key of it. */
  public String keyOf(Caller admin, String name, Role role, Optional<UUID> project) {
    UUID account = account(admin, name).id();
    bind(admin, account, role, project);
    return text(key(admin, account));
  }

  /** Gives an account a role. */
  public UUID bind(Caller admin, UUID account, Role role, Optional<UUID> project) {
    Grant grant = grant(admin, Action.ROLE_ADMIN, RoleBindings.resource(project));
    Principal principal = new Principal(Principal.Kind.SERVICE_ACCOUNT, account);
    return bindings.create(grant, principal, role).await().id();
  }

  /** Who is behind a key or token, as the node at hand finds. */
  public Caller caller(String credential) {
    return authenticator.authenticate("Bearer " + credential, request()).await();
  }

  /** What the policy grants. */
  public Grant grant(Caller caller, Action action, Resource resource) {
    return policy.require(caller, action, resource, request()).await();
  }

  /** The characters of a new key. */
  public static String text(NewKey key) {
    return key.key().reveal(bytes -> new String(bytes, StandardCharsets.US_ASCII));
  }

  @Override
  public void close() {
    db.close().await();
    pool.close();
    vertx.close().await();
    database.close();
  }
}
