package io.hushbus.access;

import static io.hushbus.model.Role.ADMIN;
import static io.hushbus.model.Role.AUDITOR;
import static io.hushbus.model.Role.DEVELOPER;
import static io.hushbus.model.Role.EDITOR;
import static io.hushbus.model.Role.OPERATOR;
import static io.hushbus.model.Role.RUNNER;
import static io.hushbus.model.Role.VIEWER;

import io.hushbus.model.Action;
import io.hushbus.model.Caller.Binding;
import io.hushbus.model.Role;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * What each role may: the whole of the rules, as pure functions.
 *
 * <p>A binding at the tenant holds everywhere in it; one at a project holds there. What belongs to
 * the tenant as a whole may be read, of secrets, domains and notices, with a role at any project,
 * because every project inherits it.
 *
 * <p>Of the roles, only operator manages tenants, and it can be bound in the operators' own tenant
 * alone; its further rights, over accounts, roles and the audit trail, are therefore over
 * operators.
 */
public final class AccessRule {

  private static final Set<Role> SEEING = Set.of(VIEWER, DEVELOPER, EDITOR, ADMIN, RUNNER, AUDITOR);
  private static final Set<Role> LISTING = Set.of(VIEWER, DEVELOPER, EDITOR, ADMIN, AUDITOR);
  private static final Set<Role> WRITING = Set.of(DEVELOPER, EDITOR, ADMIN);
  private static final Set<Role> FORCING = Set.of(EDITOR, ADMIN);
  private static final Set<Role> GOVERNING = Set.of(ADMIN, OPERATOR);
  private static final Set<Role> CHECKING = Set.of(ADMIN, AUDITOR, OPERATOR);

  private static final Set<Action> INHERITED =
      Set.of(
          Action.SECRET_LIST, Action.SECRET_READ_METADATA, Action.EVENT_READ, Action.DOMAIN_READ);

  private AccessRule() {}

  /** How far {@code role} goes in {@code action}, where it is bound. */
  public static Extent extent(Role role, Action action) {
    return switch (action) {
      case SECRET_LIST, SECRET_READ_METADATA, EVENT_READ, PROJECT_READ, DOMAIN_READ ->
          to(SEEING, role);
      case SECRET_CREATE, SECRET_CHANGE, SECRET_DELETE, SECRET_RESTORE -> to(WRITING, role);
      case SECRET_FORCE_DELETE, SECRET_PURGE, QUOTA_READ -> to(Set.of(ADMIN), role);
      case SECRET_DESTROY -> to(FORCING, role);
      case LEASE_GRANT, LEASE_RENEW -> to(Set.of(RUNNER), role);
      case LEASE_READ -> to(LISTING, role).or(own(role));
      case LEASE_REVOKE -> to(FORCING, role).or(own(role));
      case PROJECT_ADMIN, DOMAIN_ADMIN, IDENTITY_ADMIN -> to(Set.of(ADMIN), role);
      case ACCOUNT_READ -> to(LISTING, role).or(to(GOVERNING, role));
      case ACCOUNT_ADMIN, ROLE_ADMIN, OPERATION_READ -> to(GOVERNING, role);
      case ROLE_READ, IDENTITY_READ, AUDIT_READ -> to(CHECKING, role);
      case TENANT_OPERATE -> to(Set.of(OPERATOR), role);
    };
  }

  /**
   * How far somebody with these bindings goes in {@code action} on a thing in {@code project}, or
   * of the tenant as a whole.
   */
  public static Extent extent(List<Binding> bindings, Action action, Optional<UUID> project) {
    return bindings.stream()
        .filter(binding -> covers(binding, action, project))
        .map(binding -> extent(binding.role(), action))
        .reduce(Extent.NONE, Extent::or);
  }

  /**
   * The action that shows that things of this kind exist. Who may not do this is told of a thing it
   * may not touch that there is none.
   */
  static Action listing(Action action) {
    return switch (action) {
      case SECRET_LIST,
          SECRET_READ_METADATA,
          SECRET_CREATE,
          SECRET_CHANGE,
          SECRET_DELETE,
          SECRET_DESTROY,
          SECRET_FORCE_DELETE,
          SECRET_RESTORE,
          SECRET_PURGE,
          LEASE_GRANT ->
          Action.SECRET_LIST;
      case LEASE_RENEW, LEASE_READ, LEASE_REVOKE -> Action.LEASE_READ;
      case EVENT_READ -> Action.EVENT_READ;
      case AUDIT_READ -> Action.AUDIT_READ;
      case PROJECT_READ, PROJECT_ADMIN -> Action.PROJECT_READ;
      case DOMAIN_READ, DOMAIN_ADMIN -> Action.DOMAIN_READ;
      case ACCOUNT_READ, ACCOUNT_ADMIN -> Action.ACCOUNT_READ;
      case ROLE_READ, ROLE_ADMIN -> Action.ROLE_READ;
      case OPERATION_READ -> Action.OPERATION_READ;
      case QUOTA_READ -> Action.QUOTA_READ;
      case IDENTITY_READ, IDENTITY_ADMIN -> Action.IDENTITY_READ;
      case TENANT_OPERATE -> Action.TENANT_OPERATE;
    };
  }

  private static boolean covers(Binding binding, Action action, Optional<UUID> project) {
    return binding.project().isEmpty()
        || binding.project().equals(project)
        || (project.isEmpty() && INHERITED.contains(action));
  }

  private static Extent to(Set<Role> roles, Role role) {
    return roles.contains(role) ? Extent.ALL : Extent.NONE;
  }

  private static Extent own(Role role) {
    return role == RUNNER ? Extent.OWN : Extent.NONE;
  }
}
