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
import io.hushbus.model.Principal;
import io.hushbus.model.Resource;
import io.hushbus.model.Role;
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
 * Who was made what. The level, a project, a community or the tenant as a whole, is the grant's
 * own, never a parameter: whoever may bind roles in one project has no way to say another one, or
 * the tenant.
 *
 * <p>Role operator is bound in the operators' tenant and nowhere else, and nothing else is bound
 * there. A tenant never loses the last binding that governs it.
 */
public final class RoleBindings {

  private static final String KIND = "role_binding";
  private static final UUID FIRST = new UUID(0, 0);

  private final Db db;
  private final Ledger ledger;
  private final Keyrings keyrings;
  private final Uuids ids;
  private final BindingCount count;

  public RoleBindings(Db db, Ledger ledger, Keyrings keyrings, Uuids ids, BindingCount count) {
    this.count = count;
    this.db = db;
    this.ledger = ledger;
    this.keyrings = keyrings;
    this.ids = ids;
  }

  /**
   * What to ask the policy about, for bindings at a project or a community, or at the tenant as a
   * whole.
   */
  public static Resource resource(Optional<UUID> project, Optional<UUID> community) {
    return new Resource(KIND, project, Optional.empty(), community);
  }

  /** The same, at a project or at the tenant as a whole. */
  public static Resource resource(Optional<UUID> project) {
    return resource(project, Optional.empty());
  }

  /** What to ask the policy about, for one binding. */
  public Future<Resource> locate(TenantId tenant, UUID id) {
    return db.read(tenant, tx -> BindingStore.find(tx, id))
        .map(binding -> binding.orElseThrow(() -> Failure.missing(KIND)))
        .map(binding -> resource(binding).withId(id));
  }

  /**
   * Makes {@code principal} a {@code role} at the level of the grant.
   *
   * @return invalid {@code /role} for operator outside the operators' tenant and for anything else
   *     within; unprocessable {@code /principal} if there is no such account; a conflict if it is
   *     so already
   */
  public Future<RoleBinding> create(Grant grant, Principal principal, Role role) {
    grant.allowing(Action.ROLE_ADMIN);
    return keyrings
        .of(grant.tenant())
        .compose(
            keyring ->
                ledger.create(
                    grant,
                    made(grant.resource()),
                    tx ->
                        bindable(tx, role)
                            .compose(fits -> living(tx, principal))
                            .compose(living -> insert(tx, keyring, grant, principal, role))
                            .compose(binding -> count.came(tx, tx.tenant(), binding))
                            .map(binding -> Change.of(binding, trace(binding)))));
  }

  private static Making<Tx, RoleBinding> made(Resource level) {
    return Making.of(
        KIND,
        RoleBinding::id,
        (tx, made) ->
            BindingStore.find(tx, made.getFirst())
                .map(found -> found.filter(binding -> isAt(binding, level))));
  }

  private static boolean isAt(RoleBinding binding, Resource level) {
    return binding.project().equals(level.project())
        && binding.community().equals(level.community());
  }

  /** Bindings at the level of the grant and below, in order of their ids, those after one. */
  public Future<Page<RoleBinding>> list(Grant grant, Optional<UUID> after, int limit) {
    grant.allowing(Action.ROLE_READ);
    return db.read(
        grant.tenant(), tx -> BindingStore.after(tx, after.orElse(FIRST), grant.resource(), limit));
  }

  /** One binding, that of the grant. */
  public Future<RoleBinding> get(Grant grant) {
    grant.allowing(Action.ROLE_READ);
    return db.read(grant.tenant(), tx -> BindingStore.find(tx, subject(grant)))
        .map(binding -> binding.orElseThrow(() -> Failure.missing(KIND)));
  }

  /**
   * Removes the binding of the grant.
   *
   * @return a conflict if it is the last that governs the tenant
   */
  public Future<RoleBinding> delete(Grant grant) {
    grant.allowing(Action.ROLE_ADMIN);
    return ledger.change(
        grant,
        tx ->
            BindingStore.hold(tx)
                .compose(held -> BindingStore.remove(tx, subject(grant), grant.resource()))
                .map(binding -> binding.orElseThrow(() -> Failure.missing(KIND)))
                .compose(
                    binding ->
                        BindingStore.stillGoverned(tx)
                            .compose(governed -> count.went(tx, tx.tenant(), List.of(binding)))
                            .map(gone -> Change.of(binding, trace(binding)))));
  }

  private Future<RoleBinding> insert(
      Tx tx, Keyring keyring, Grant grant, Principal principal, Role role) {
    Resource level = grant.resource();
    String by = grant.caller().principal().toString();
    return BindingStore.insert(
        tx, keyring, ids.ordered(), principal, role, level.project(), level.community(), by);
  }

  private static Future<Void> bindable(Tx tx, Role role) {
    return BindingStore.isOperating(tx)
        .compose(
            operating ->
                operating == (role == Role.OPERATOR)
                    ? Future.succeededFuture()
                    : Future.failedFuture(Failure.invalid("/role", Failure.Code.NOT_ALLOWED)));
  }

  private static Future<Void> living(Tx tx, Principal principal) {
    Failure nobody = Failure.unprocessable("/principal", Failure.Code.NOT_ALLOWED);
    return principal.kind() == Principal.Kind.SERVICE_ACCOUNT
        ? AccountStore.hold(tx, principal.id())
            .compose(
                account ->
                    account.isPresent() ? Future.succeededFuture() : Future.failedFuture(nobody))
        : Future.failedFuture(nobody);
  }

  private static Trace trace(RoleBinding binding) {
    return Trace.of(resource(binding).withId(binding.id()))
        .with(Map.of("principal", binding.principal().toString(), "role", binding.role().word()));
  }

  private static Resource resource(RoleBinding binding) {
    return resource(binding.project(), binding.community());
  }

  private static UUID subject(Grant grant) {
    return grant.resource().id().orElseThrow();
  }
}
