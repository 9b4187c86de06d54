package io.hushbus.access;

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
import io.hushbus.model.Principal;
import io.hushbus.model.Resource;
import io.hushbus.model.Uuids;
import io.hushbus.tenant.Page;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * The service accounts of a tenant. What is done to one is done to the one whose id the grant's
 * resource carries ({@link #resource(UUID)}).
 */
public final class ServiceAccounts {

  /** Most characters of a description. */
  public static final int LONGEST_DESCRIPTION = 1024;

  private static final String KIND = "service_account";

  private final Db db;
  private final Ledger ledger;
  private final Uuids ids;
  private final BindingCount count;

  public ServiceAccounts(Db db, Ledger ledger, Uuids ids, BindingCount count) {
    this.count = count;
    this.db = db;
    this.ledger = ledger;
    this.ids = ids;
  }

  /** What to ask the policy about, for one account. Accounts belong to the tenant as a whole. */
  public static Resource resource(UUID account) {
    return Resource.ofTenant(KIND).withId(account);
  }

  /**
   * What these principals are called, in one look-up, for people who read lists of what they did;
   * nothing is decided by it. Who has no name, or is not there, is left out.
   *
   * @param grant to see what they are named for
   */
  public Future<Map<UUID, String>> names(Grant grant, Set<UUID> principals) {
    return principals.isEmpty()
        ? Future.succeededFuture(Map.of())
        : db.read(grant.tenant(), tx -> AccountStore.names(tx, principals));
  }

  /**
   * @return the account, which can do nothing yet; a conflict if a living one has the name
   */
  public Future<ServiceAccount> create(Grant grant, ObjectName name, String description) {
    grant.allowing(Action.ACCOUNT_ADMIN);
    if (description.length() > LONGEST_DESCRIPTION) {
      return Future.failedFuture(Failure.invalid("/description", Failure.Code.TOO_LONG));
    }
    String by = grant.caller().principal().toString();
    return ledger.create(
        grant,
        Making.of(KIND, ServiceAccount::id, (tx, made) -> AccountStore.living(tx, made.getFirst())),
        tx ->
            AccountStore.insert(tx, tx.tenant(), ids.random(), name, description, by)
                .map(account -> Change.of(account, trace(account))));
  }

  /** Living accounts by name, those after {@code after}. */
  public Future<Page<ServiceAccount>> list(Grant grant, Optional<ObjectName> after, int limit) {
    grant.allowing(Action.ACCOUNT_READ);
    String start = after.map(ObjectName::folded).orElse("");
    return db.read(grant.tenant(), tx -> AccountStore.after(tx, start, limit));
  }

  /** The account of the grant. */
  public Future<ServiceAccount> get(Grant grant) {
    grant.allowing(Action.ACCOUNT_READ);
    return db.read(grant.tenant(), tx -> AccountStore.living(tx, subject(grant)))
        .map(account -> account.orElseThrow(() -> Failure.missing(KIND)));
  }

  /**
   * Ends the account of the grant: its keys are revoked and its roles removed in the same
   * transaction.
   *
   * @return a conflict if it is the last that governs the tenant
   */
  public Future<ServiceAccount> delete(Grant grant) {
    grant.allowing(Action.ACCOUNT_ADMIN);
    return ledger.change(grant, tx -> end(tx, subject(grant)));
  }

  private Future<Change<ServiceAccount>> end(Tx tx, UUID id) {
    Principal principal = new Principal(Principal.Kind.SERVICE_ACCOUNT, id);
    return BindingStore.hold(tx)
        .compose(held -> AccountStore.end(tx, id))
        .map(account -> account.orElseThrow(() -> Failure.missing(KIND)))
        .compose(
            account -> {
              Future<Integer> keys = AccountKeyStore.revokeAll(tx, id);
              Future<List<RoleBinding>> roles = BindingStore.removeAll(tx, principal);
              return Future.all(keys, roles)
                  .compose(both -> BindingStore.stillGoverned(tx))
                  .compose(governed -> count.went(tx, tx.tenant(), roles.result()))
                  .map(done -> ended(account, keys.result(), roles.result().size()));
            });
  }

  private static Change<ServiceAccount> ended(ServiceAccount account, int keys, int roles) {
    Map<String, Object> counts = Map.of("keys_revoked", keys, "bindings_removed", roles);
    return Change.of(account, trace(account).with(counts));
  }

  private static Trace trace(ServiceAccount account) {
    return Trace.of(resource(account.id())).named(account.name().text());
  }

  private static UUID subject(Grant grant) {
    return grant.resource().id().orElseThrow();
  }
}
