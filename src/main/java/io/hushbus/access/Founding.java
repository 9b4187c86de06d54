package io.hushbus.access;

import io.hushbus.crypto.ApiKey;
import io.hushbus.crypto.Keyring;
import io.hushbus.db.Statements;
import io.hushbus.db.SystemTx;
import io.hushbus.event.Change;
import io.hushbus.event.Ledger;
import io.hushbus.event.Making;
import io.hushbus.event.Trace;
import io.hushbus.model.Action;
import io.hushbus.model.Failure;
import io.hushbus.model.Grant;
import io.hushbus.model.ObjectName;
import io.hushbus.model.Principal;
import io.hushbus.model.Resource;
import io.hushbus.model.Role;
import io.hushbus.model.TenantId;
import io.hushbus.model.TenantName;
import io.hushbus.model.Uuids;
import io.hushbus.tenant.Installation;
import io.hushbus.tenant.Keyrings;
import io.hushbus.tenant.Tenant;
import io.hushbus.tenant.Tenants;
import io.vertx.core.Future;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * How somebody comes to be the first: the first operator of an installation, and the first
 * administrator of each tenant, with one key each that is shown once. An operator can make no
 * second administrator of a tenant, here or anywhere.
 */
public final class Founding {

  private static final String NOBODY_GOVERNS =
      """
      SELECT t.tenant_id FROM tenant t
      WHERE t.tenant_id = $1 AND NOT EXISTS (
        SELECT FROM role_binding b WHERE b.tenant_id = t.tenant_id)
      FOR NO KEY UPDATE OF t
      """;

  /** A new tenant and the key of its first administrator. */
  public record Founded(Tenant tenant, ServiceAccount administrator, NewKey key) {}

  private record First(ServiceAccount account, NewKey key) {}

  private final Ledger ledger;
  private final AccessPolicy policy;
  private final Installation installation;
  private final Tenants tenants;
  private final Keyrings keyrings;
  private final Uuids ids;
  private final Peppers peppers;
  private final BindingCount count;

  public Founding(
      Ledger ledger,
      AccessPolicy policy,
      Installation installation,
      Tenants tenants,
      Keyrings keyrings,
      Uuids ids,
      SecureRandom random,
      BindingCount count) {
    this.count = count;
    this.ledger = ledger;
    this.policy = policy;
    this.installation = installation;
    this.tenants = tenants;
    this.keyrings = keyrings;
    this.ids = ids;
    this.peppers = new Peppers(installation, random);
  }

  /**
   * A tenant, complete, with account {@code admin} and its key.
   *
   * @param grant of the operator
   * @return a conflict if a living tenant has the name
   */
  public Future<Founded> tenant(Grant grant, TenantName name) {
    grant.allowing(Action.TENANT_OPERATE);
    String by = grant.caller().principal().toString();
    return ledger.operateOnce(
        grant,
        new Making<>("tenant", Founding::ids, this::again),
        tx ->
            tenants
                .found(tx, name)
                .compose(
                    made ->
                        first(tx, made.keyring(), "admin", Role.ADMIN, by)
                            .map(one -> new Founded(made.tenant(), one.account(), one.key())))
                .map(founded -> Change.of(founded, trace(founded.tenant()))));
  }

  private static List<UUID> ids(Founded made) {
    return List.of(made.tenant().id().value(), made.administrator().id(), made.key().facts().id());
  }

  /** The key is not shown again: whoever lost it has another tenant made. */
  private Future<Optional<Founded>> again(SystemTx tx, List<UUID> made) {
    TenantId id = new TenantId(made.getFirst());
    var tenant = tenants.living(tx, id);
    var account = AccountStore.living(tx, id, made.get(1));
    var key = AccountKeyStore.live(tx, id, made.get(1), made.get(2));
    return Future.all(tenant, account, key)
        .map(
            all ->
                tenant
                    .result()
                    .flatMap(
                        one ->
                            account
                                .result()
                                .flatMap(
                                    admin ->
                                        key.result()
                                            .map(
                                                facts ->
                                                    new Founded(
                                                        one, admin, NewKey.hidden(facts))))));
  }

  /**
   * The first operator and its key.
   *
   * @return a conflict if there is, or was left, any operator
   */
  public Future<NewKey> operator() {
    TenantId operators = installation.operatingTenant();
    Grant grant = policy.system(Job.INSTALLATION, operators);
    String by = grant.caller().principal().toString();
    return keyrings
        .of(operators)
        .compose(keyring -> ledger.operate(grant, tx -> operator(tx, keyring, by)));
  }

  private Future<Change<NewKey>> operator(SystemTx tx, Keyring keyring, String by) {
    return ungoverned(tx, keyring.tenant())
        .compose(nobody -> first(tx, keyring, "operator", Role.OPERATOR, by))
        .map(
            one ->
                Change.of(
                    one.key(),
                    Trace.of(ServiceAccounts.resource(one.account().id()))
                        .with(Map.of("role", Role.OPERATOR.word()))));
  }

  private Future<First> first(Statements tx, Keyring keyring, String name, Role role, String by) {
    TenantId tenant = keyring.tenant();
    UUID account = ids.random();
    Principal principal = new Principal(Principal.Kind.SERVICE_ACCOUNT, account);
    Peppers.Minted minted = peppers.mint(ApiKey.Kind.ACCOUNT);
    return AccountStore.insert(tx, tenant, account, new ObjectName(name), "", by)
        .compose(
            made ->
                BindingStore.insert(
                        tx,
                        keyring,
                        ids.ordered(),
                        principal,
                        role,
                        Optional.empty(),
                        Optional.empty(),
                        by)
                    .compose(bound -> count.came(tx, tenant, bound))
                    .compose(
                        bound ->
                            AccountKeyStore.insert(
                                tx, keyring, ids.random(), account, minted, by, Optional.empty()))
                    .map(key -> new First(made, new NewKey(key, minted.key().value()))));
  }

  private static Future<UUID> ungoverned(SystemTx tx, TenantId tenant) {
    return tx.one(NOBODY_GOVERNS, row -> row.getUUID("tenant_id"), tenant)
        .map(found -> found.orElseThrow(() -> Failure.conflict(Failure.Reason.STATE)));
  }

  private static Trace trace(Tenant tenant) {
    return Trace.of(Resource.ofTenant("tenant").withId(tenant.id().value())).named(tenant.name());
  }
}
