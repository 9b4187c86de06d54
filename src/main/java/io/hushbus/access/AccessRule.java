package io.hushbus.access;

import static io.hushbus.model.Role.ADMIN;
import static io.hushbus.model.Role.AUDITOR;
import static io.hushbus.model.Role.DEVELOPER;
import static io.hushbus.model.Role.EDITOR;
import static io.hushbus.model.Role.OPERATOR;
import static io.hushbus.model.Role.RUNNER;
import static io.hushbus.model.Role.VIEWER;

import io.hushbus.model.Action;
import io.hushbus.model.Caller;
import io.hushbus.model.Caller.AtCommunity;
import io.hushbus.model.Caller.Binding;
import io.hushbus.model.Principal;
import io.hushbus.model.Resource;
import io.hushbus.model.Role;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * What each role may: the whole of the rules, as pure functions.
 *
 * <p>A binding at the tenant holds everywhere in it; one at a project holds there; one at a
 * community holds there and in its projects. What belongs to the tenant as a whole may be read, of
 * secrets, domains and notices, with a role at any project, because every project inherits it.
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
          Action.SECRET_LIST,
          Action.SECRET_READ_METADATA,
          Action.ENVIRONMENT_READ,
          Action.RESOLVE,
          Action.ROTATION_READ,
          Action.EVENT_READ,
          Action.SUBSCRIPTION_USE,
          Action.DOMAIN_READ);

  /** What a role at a project never gives, since it reaches into others. */
  private static final Set<Action> ABOVE_PROJECTS =
      Set.of(Action.SECRET_SHARE, Action.COMMUNITY_ADMIN, Action.PROJECT_QUOTA);

  private static final Set<Action> OF_RUNS =
      Set.of(
          Action.LEASE_GRANT,
          Action.LEASE_RENEW,
          Action.LEASE_READ,
          Action.LEASE_REVOKE,
          Action.RUN_BEAT,
          Action.RUN_END,
          Action.RUN_READ,
          Action.EVENT_READ);

  private AccessRule() {}

  /** How far {@code role} goes in {@code action}, where it is bound. */
  public static Extent extent(Role role, Action action) {
    return switch (action) {
      case SECRET_LIST,
          SECRET_READ_METADATA,
          ROTATION_READ,
          EVENT_READ,
          PROJECT_READ,
          DOMAIN_READ ->
          to(SEEING, role);
      case ENVIRONMENT_READ, RESOLVE -> to(SEEING, role);
      case ENVIRONMENT_CHANGE -> to(WRITING, role);
      case SECRET_CREATE, SECRET_CHANGE, SECRET_DELETE, SECRET_RESTORE -> to(WRITING, role);
      case ROTATION_START -> to(WRITING, role);
      case SECRET_CLONE, SECRET_ADOPT, SECRET_REVEAL -> to(WRITING, role);
      case SECRET_DESTROY, SECRET_REVEAL_STRICT, ROTATION_FORCE -> to(FORCING, role);
      case ROTATION_STEP -> Extent.NONE;
      case SECRET_SHARE, SECRET_FORCE_DELETE, SECRET_PURGE, QUOTA_READ -> to(Set.of(ADMIN), role);
      case SUBSCRIPTION_USE -> SEEING.contains(role) ? Extent.OWN : Extent.NONE;
      case WEBHOOK_READ, WEBHOOK_ADMIN -> to(FORCING, role);
      case LEASE_GRANT, LEASE_RENEW -> to(Set.of(RUNNER), role);
      case LEASE_READ -> to(LISTING, role).or(own(role));
      case LEASE_REVOKE -> to(FORCING, role).or(own(role));
      case RUN_OPEN -> to(Set.of(RUNNER), role);
      case RUN_BEAT -> own(role);
      case RUN_END -> to(FORCING, role).or(own(role));
      case RUN_READ -> to(LISTING, role).or(own(role));
      case PROJECT_ADMIN, PROJECT_QUOTA, DOMAIN_ADMIN, COMMUNITY_ADMIN, IDENTITY_ADMIN ->
          to(Set.of(ADMIN), role);
      case COMMUNITY_READ -> to(SEEING, role);
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
    Extent all = Extent.NONE;
    for (Binding binding : bindings) {
      if (covers(binding, action, project)) {
        all = all.or(extent(binding.role(), action));
      }
    }
    return all;
  }

  /**
   * How far {@code caller} goes in {@code action} on {@code resource}. What is done for a community
   * is decided by the roles there and at the tenant, and by no role at a project.
   */
  static Extent extent(Caller caller, Action action, Resource resource) {
    if (caller.principal().kind() == Principal.Kind.RUN) {
      return ofRun(action);
    }
    boolean forCommunity =
        ABOVE_PROJECTS.contains(action)
            || (resource.community().isPresent() && resource.project().isEmpty());
    return forCommunity
        ? extent(caller.bindings(), caller.communities(), action, resource.community())
        : extent(caller.bindings(), action, resource.project());
  }

  /** A run has no roles and no projects: what it may, it may with what is its own. */
  static Extent ofRun(Action action) {
    return OF_RUNS.contains(action) ? Extent.OWN : Extent.NONE;
  }

  /**
   * How far somebody with these roles goes in {@code action} on a thing of {@code community};
   * empty: of none, where only a role at the tenant counts. That a community is there at all, and
   * which projects are in it, is the tenant's to say.
   */
  public static Extent extent(
      List<Binding> bindings,
      List<AtCommunity> communities,
      Action action,
      Optional<UUID> community) {
    Stream<Role> atTenant =
        bindings.stream().filter(binding -> binding.project().isEmpty()).map(Binding::role);
    Stream<Role> there =
        communities.stream()
            .filter(role -> action != Action.COMMUNITY_ADMIN)
            .filter(role -> community.filter(role.community()::equals).isPresent())
            .map(AtCommunity::role);
    return Stream.concat(atTenant, there)
        .map(role -> extent(role, action))
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
          SECRET_CLONE,
          SECRET_REVEAL,
          SECRET_REVEAL_STRICT,
          SECRET_SHARE,
          SECRET_ADOPT,
          ROTATION_START,
          LEASE_GRANT ->
          Action.SECRET_LIST;
      case ROTATION_READ, ROTATION_FORCE, ROTATION_STEP -> Action.ROTATION_READ;
      case ENVIRONMENT_READ, ENVIRONMENT_CHANGE, RESOLVE -> Action.ENVIRONMENT_READ;
      case LEASE_RENEW, LEASE_READ, LEASE_REVOKE -> Action.LEASE_READ;
      case RUN_OPEN, RUN_BEAT, RUN_END, RUN_READ -> Action.RUN_READ;
      case EVENT_READ -> Action.EVENT_READ;
      case SUBSCRIPTION_USE -> Action.SUBSCRIPTION_USE;
      case WEBHOOK_READ, WEBHOOK_ADMIN -> Action.WEBHOOK_READ;
      case AUDIT_READ -> Action.AUDIT_READ;
      case PROJECT_READ, PROJECT_ADMIN, PROJECT_QUOTA -> Action.PROJECT_READ;
      case DOMAIN_READ, DOMAIN_ADMIN -> Action.DOMAIN_READ;
      case COMMUNITY_READ, COMMUNITY_ADMIN -> Action.COMMUNITY_READ;
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
        || (binding.project().equals(project) && !ABOVE_PROJECTS.contains(action))
        || (project.isEmpty() && INHERITED.contains(action));
  }

  private static Extent to(Set<Role> roles, Role role) {
    return roles.contains(role) ? Extent.ALL : Extent.NONE;
  }

  private static Extent own(Role role) {
    return role == RUNNER ? Extent.OWN : Extent.NONE;
  }
}
