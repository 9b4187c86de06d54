package io.hushbus.tenant;

import io.hushbus.crypto.Keyring;
import io.hushbus.crypto.Keyring.WrappedKek;
import io.hushbus.crypto.RootKey;
import io.hushbus.crypto.RootKeyRing;
import io.hushbus.crypto.SystemKeyKind;
import io.hushbus.db.Db;
import io.hushbus.db.SystemTx;
import io.hushbus.model.Action;
import io.hushbus.model.Failure;
import io.hushbus.model.Grant;
import io.hushbus.model.ObjectName;
import io.hushbus.model.TenantId;
import io.hushbus.model.TenantName;
import io.hushbus.model.Uuids;
import io.vertx.core.Future;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;

/**
 * Organisations, as the operator sees and makes them. A tenant comes with its first key, its event
 * counter, its audit chain and three domains, in one transaction.
 */
public final class Tenants {

  private static final List<ObjectName> FIRST_DOMAINS =
      List.of(
          new ObjectName("development"), new ObjectName("staging"), new ObjectName("production"));

  private final Db db;
  private final Installation installation;
  private final RootKeyRing roots;
  private final SecureRandom random;
  private final Uuids ids;
  private final ChainStart chain;

  public Tenants(
      Db db,
      Installation installation,
      RootKeyRing roots,
      SecureRandom random,
      Uuids ids,
      ChainStart chain) {
    this.db = db;
    this.installation = installation;
    this.roots = roots;
    this.random = random;
    this.ids = ids;
    this.chain = chain;
  }

  /** A tenant that is not committed yet, and its keys, which nobody else can read before. */
  public record Founded(Tenant tenant, Keyring keyring) {}

  /**
   * Writes a new tenant within the operator's transaction, which also gives it a first
   * administrator and the audit record.
   *
   * @return the tenant, with its keys for rows that are MACed in the same transaction; a conflict
   *     if a living tenant has the name
   */
  public Future<Founded> found(SystemTx tx, TenantName name) {
    TenantId id = new TenantId(ids.random());
    byte[] start = chain.mac(installation.systemKey(SystemKeyKind.AUDIT_MAC), id);
    return firstKey(tx, id).compose(key -> founded(tx, id, name, key, start));
  }

  private Future<Founded> founded(
      SystemTx tx, TenantId id, TenantName name, Fresh fresh, byte[] start) {
    return TenantStore.insert(tx, id, name.text(), false, fresh.kek(), start)
        .compose(
            tenant ->
                DomainStore.insert(tx, id, ids, FIRST_DOMAINS)
                    .compose(done -> new Inventory(installation, ids).begin(tx, id))
                    .map(new Founded(tenant, fresh.keyring())));
  }

  /** The first key of a tenant, wrapped, and the ring that it makes. */
  private record Fresh(WrappedKek kek, Keyring keyring) {}

  private Fresh fresh(RootKey root, TenantId id) {
    WrappedKek kek = Keyring.create(root, id, 1, random);
    return new Fresh(kek, Keyring.open(root, id, List.of(kek), kek.generation()));
  }

  /** Wrapped by the root key that the installation is under at this moment. */
  private Future<Fresh> firstKey(SystemTx tx, TenantId id) {
    return InstallationStore.headShared(tx)
        .map(
            head ->
                roots
                    .of(head.wrapping())
                    .orElseThrow(() -> Failure.unavailable(Failure.Dependency.KEYS)))
        .map(root -> fresh(root, id));
  }

  /** Tenants by name, those after {@code after}. */
  public Future<Page<Tenant>> list(Grant grant, Optional<TenantName> after, int limit) {
    grant.allowing(Action.TENANT_OPERATE);
    return db.system(
        SystemTx.Job.TENANT_ADMIN,
        tx -> TenantStore.after(tx, after.map(TenantName::text).orElse(""), limit));
  }

  /** The tenant of that id, in the operator's transaction; empty once its end has begun. */
  public Future<Optional<Tenant>> living(SystemTx tx, TenantId id) {
    return TenantStore.living(tx, id);
  }

  /** The living tenant of that name. */
  public Future<Tenant> get(Grant grant, TenantName name) {
    grant.allowing(Action.TENANT_OPERATE);
    return db.system(SystemTx.Job.TENANT_ADMIN, tx -> TenantStore.named(tx, name.text()))
        .map(tenant -> tenant.orElseThrow(() -> Failure.missing("tenant")));
  }
}
