package io.hushbus.access;

import io.hushbus.crypto.Keyring;
import io.hushbus.db.Db;
import io.hushbus.db.Tx;
import io.hushbus.event.Change;
import io.hushbus.event.Ledger;
import io.hushbus.event.Making;
import io.hushbus.event.Trace;
import io.hushbus.model.Action;
import io.hushbus.model.Failure;
import io.hushbus.model.Grant;
import io.hushbus.model.ObjectName;
import io.hushbus.model.Resource;
import io.hushbus.model.Seen;
import io.hushbus.model.TenantId;
import io.hushbus.model.Uuids;
import io.hushbus.tenant.Keyrings;
import io.hushbus.tenant.Page;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * The identity providers that a tenant has registered. They belong to the tenant as a whole, since
 * whoever registers one decides who is let in and what they are made. A change or a removal ends
 * what the provider let in, within five seconds on every node.
 */
public final class IdentityProviders {

  /** Most providers of one tenant. */
  public static final int MOST = 50;

  private static final String KIND = "identity_provider";

  private final Db db;
  private final Ledger ledger;
  private final Keyrings keyrings;
  private final RowMacs rows;
  private final Uuids ids;

  public IdentityProviders(
      Db db, Ledger ledger, Keyrings keyrings, AccessMeters meters, Uuids ids) {
    this.db = db;
    this.ledger = ledger;
    this.keyrings = keyrings;
    this.rows = new RowMacs(keyrings, meters);
    this.ids = ids;
  }

  /** What to ask the policy about, for all of them. */
  public static Resource resource() {
    return Resource.ofTenant(KIND);
  }

  /** What to ask the policy about, for one provider. */
  public static Resource resource(UUID provider) {
    return resource().withId(provider);
  }

  /**
   * @return the provider; a conflict if the tenant has one of that name (name_taken), one of that
   *     issuer and audience (state), or {@value #MOST} already (limit)
   */
  public Future<IdentityProvider> create(Grant grant, ProviderRules rules) {
    grant.allowing(Action.IDENTITY_ADMIN);
    UUID id = ids.random();
    String by = grant.caller().principal().toString();
    return keyrings
        .of(grant.tenant())
        .compose(
            keyring ->
                ledger.create(
                    grant,
                    Making.of(KIND, IdentityProvider::id, this::again),
                    tx ->
                        room(tx)
                            .compose(
                                room ->
                                    ProviderStore.insert(tx, keyring, id, ids.random(), rules, by))
                            .compose(made -> written(tx, id, rules, "made"))));
  }

  private Future<Optional<IdentityProvider>> again(Tx tx, List<UUID> made) {
    return ProviderStore.find(tx, made.getFirst())
        .compose(found -> rows.genuine(tx.tenant(), found.stream().toList()))
        .map(all -> all.stream().findFirst().map(ProviderStore.Stored::provider));
  }

  /** Providers by name, those after {@code after}; forged rows are left out. */
  public Future<Page<IdentityProvider>> list(Grant grant, Optional<ObjectName> after, int limit) {
    grant.allowing(Action.IDENTITY_READ);
    String start = after.map(ObjectName::folded).orElse("");
    return db.read(grant.tenant(), tx -> ProviderStore.after(tx, start, limit + 1))
        .map(found -> Page.of(found, limit))
        .compose(
            page ->
                rows.genuine(grant.tenant(), page.items())
                    .map(all -> all.stream().map(ProviderStore.Stored::provider).toList())
                    .map(all -> new Page<>(all, page.more())));
  }

  /** The provider of the grant. */
  public Future<IdentityProvider> get(Grant grant) {
    grant.allowing(Action.IDENTITY_READ);
    return db.read(grant.tenant(), tx -> ProviderStore.find(tx, subject(grant)))
        .compose(found -> genuine(grant.tenant(), found.stream().toList()));
  }

  /** Other rules for the provider of the grant; its subjects stay the same principals. */
  public Future<IdentityProvider> replace(Grant grant, ProviderRules rules, Seen seen) {
    grant.allowing(Action.IDENTITY_ADMIN);
    return keyrings
        .of(grant.tenant())
        .compose(keyring -> ledger.change(grant, tx -> replaced(tx, keyring, grant, rules, seen)));
  }

  /** Ends the provider of the grant, and whoever it let in; gives its id. */
  public Future<UUID> delete(Grant grant) {
    grant.allowing(Action.IDENTITY_ADMIN);
    return ledger.change(
        grant,
        tx ->
            ProviderStore.delete(tx, subject(grant))
                .compose(IdentityProviders::one)
                .map(
                    gone ->
                        Change.of(
                            subject(grant), Trace.of(grant.resource()).with(change("ended")))));
  }

  private Future<Change<IdentityProvider>> replaced(
      Tx tx, Keyring keyring, Grant grant, ProviderRules rules, Seen seen) {
    UUID id = subject(grant);
    return ProviderStore.hold(tx, id)
        .compose(found -> genuine(grant.tenant(), found.stream().toList()))
        .map(before -> seen.same(before, IdentityProvider::etag))
        .compose(
            before ->
                ProviderStore.replace(tx, keyring, id, ids.random(), rules, before.createdBy()))
        .compose(IdentityProviders::one)
        .compose(done -> written(tx, id, rules, "replaced"));
  }

  private Future<Change<IdentityProvider>> written(
      Tx tx, UUID id, ProviderRules rules, String what) {
    return ProviderStore.find(tx, id)
        .map(found -> found.orElseThrow().value().provider())
        .map(
            provider ->
                Change.of(
                    provider,
                    Trace.of(resource(id)).named(rules.name().text()).with(change(what))));
  }

  private Future<IdentityProvider> genuine(
      TenantId tenant, List<RowMacs.Row<ProviderStore.Stored>> found) {
    return rows.genuine(tenant, found)
        .map(
            all ->
                all.stream()
                    .findFirst()
                    .map(ProviderStore.Stored::provider)
                    .orElseThrow(() -> Failure.missing(KIND)));
  }

  private static Future<Void> room(Tx tx) {
    return ProviderStore.count(tx)
        .compose(
            count ->
                count < MOST
                    ? Future.succeededFuture()
                    : Future.failedFuture(Failure.conflict(Failure.Reason.LIMIT)));
  }

  private static Future<Void> one(int touched) {
    return touched == 1 ? Future.succeededFuture() : Future.failedFuture(Failure.missing(KIND));
  }

  private static Map<String, Object> change(String what) {
    return Map.of("change", what);
  }

  private static UUID subject(Grant grant) {
    return grant.resource().id().orElseThrow();
  }
}
