package io.hushbus.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hushbus.model.Action;
import io.hushbus.model.Caller;
import io.hushbus.model.Failure;
import io.hushbus.model.Grant;
import io.hushbus.model.ObjectName;
import io.hushbus.model.Principal;
import io.hushbus.model.Resource;
import io.hushbus.model.Role;
import io.hushbus.model.TenantName;
import io.hushbus.tenant.Page;
import io.hushbus.tenant.Tenant;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Tenants, accounts, keys and roles: who can make whom what, and what can never be unmade. */
final class GovernmentIT {

  private static TestInstallation hushbus;
  private static Caller admin;
  private static int names;

  @BeforeAll
  static void start() {
    hushbus = new TestInstallation();
    admin = hushbus.tenant("acme");
  }

  @AfterAll
  static void stop() {
    hushbus.close();
  }

  @Test
  void a_new_tenant_has_an_administrator_and_three_domains() {
    Caller first = hushbus.tenant("fresh");
    assertThat(first.displayName()).isEqualTo("admin");
    assertThat(first.bindings()).containsExactly(new Caller.Binding(Role.ADMIN, Optional.empty()));
    Grant grant = hushbus.grant(first, Action.DOMAIN_READ, Resource.ofTenant("domain"));
    assertThat(hushbus.domains.list(grant, Optional.empty(), 10).await().items())
        .extracting(domain -> domain.name().text())
        .containsExactly("development", "production", "staging");
  }

  @Test
  void a_tenants_name_is_given_once() {
    fails(hushbus.founding.tenant(operate(), new TenantName("acme")), Failure.Conflict.class);
  }

  @Test
  void the_operator_lists_tenants_page_by_page() {
    hushbus.tenant("page-a");
    hushbus.tenant("page-b");
    Page<Tenant> page =
        hushbus.tenants.list(operate(), Optional.of(new TenantName("page-a")), 1).await();
    assertThat(page.items()).extracting(Tenant::name).containsExactly("page-b");
    assertThat(page.more()).isTrue();
    assertThat(hushbus.tenants.get(operate(), new TenantName("acme")).await().id())
        .isEqualTo(admin.tenant());
  }

  @Test
  void there_is_one_first_operator() {
    hushbus.operator();
    fails(hushbus.founding.operator(), Failure.Conflict.class);
  }

  @Test
  void the_operators_tenant_holds_no_projects() {
    Grant grant = hushbus.policy.system(Job.DEVELOPMENT, hushbus.operator().tenant());
    fails(hushbus.projects.create(grant, new ObjectName("demo"), ""), Failure.Conflict.class);
  }

  @Test
  void operator_is_bound_among_operators_and_nothing_else_is() {
    UUID account = hushbus.account(admin, name()).id();
    fails(bind(admin, account, Role.OPERATOR, Optional.empty()), Failure.Invalid.class);
    UUID colleague = hushbus.account(hushbus.operator(), name()).id();
    fails(bind(hushbus.operator(), colleague, Role.ADMIN, Optional.empty()), Failure.Invalid.class);
    assertThat(bind(hushbus.operator(), colleague, Role.OPERATOR, Optional.empty()).await())
        .isNotNull();
  }

  @Test
  void an_administrator_of_a_project_binds_in_that_project_only() {
    UUID mine = hushbus.project(admin, name()).id();
    UUID other = hushbus.project(admin, name()).id();
    Caller local = hushbus.caller(hushbus.keyOf(admin, name(), Role.ADMIN, Optional.of(mine)));
    UUID account = hushbus.account(admin, name()).id();
    assertThat(bind(local, account, Role.EDITOR, Optional.of(mine)).await().project())
        .hasValue(mine);
    fails(bind(local, account, Role.EDITOR, Optional.of(other)), Failure.Missing.class);
    fails(bind(local, account, Role.VIEWER, Optional.empty()), Failure.Missing.class);
    UUID wide = hushbus.bind(admin, account, Role.VIEWER, Optional.empty());
    Resource lie = RoleBindings.resource(Optional.of(mine)).withId(wide);
    Grant grant = hushbus.grant(local, Action.ROLE_ADMIN, lie);
    fails(hushbus.bindings.delete(grant), Failure.Missing.class);
  }

  @Test
  void the_last_administrator_stays() {
    Caller only = hushbus.tenant("lonely");
    Grant list = hushbus.grant(only, Action.ROLE_READ, RoleBindings.resource(Optional.empty()));
    RoleBinding last = hushbus.bindings.list(list, Optional.empty(), 10).await().items().getFirst();
    Grant grant =
        hushbus.grant(
            only, Action.ROLE_ADMIN, RoleBindings.resource(Optional.empty()).withId(last.id()));
    fails(hushbus.bindings.delete(grant), Failure.Conflict.class);
    Grant account =
        hushbus.grant(only, Action.ACCOUNT_ADMIN, ServiceAccounts.resource(last.principal().id()));
    fails(hushbus.accounts.delete(account), Failure.Conflict.class);
    assertThat(hushbus.bindings.list(list, Optional.empty(), 10).await().items()).hasSize(1);
  }

  @Test
  void two_administrators_who_remove_each_other_leave_one() {
    Caller one = hushbus.tenant("duel");
    UUID second = hushbus.account(one, "second").id();
    UUID binding = hushbus.bind(one, second, Role.ADMIN, Optional.empty());
    Resource all = RoleBindings.resource(Optional.empty());
    Grant list = hushbus.grant(one, Action.ROLE_READ, all);
    List<Future<RoleBinding>> removals =
        hushbus.bindings.list(list, Optional.empty(), 10).await().items().stream()
            .map(each -> hushbus.grant(one, Action.ROLE_ADMIN, all.withId(each.id())))
            .map(hushbus.bindings::delete)
            .toList();
    Future.join(removals).otherwiseEmpty().await();
    assertThat(removals).filteredOn(Future::failed).hasSize(1);
    assertThat(binding).isNotNull();
    assertThat(hushbus.bindings.list(list, Optional.empty(), 10).await().items()).hasSize(1);
  }

  @Test
  void a_deleted_account_has_neither_keys_nor_roles_and_frees_its_name() {
    String name = name();
    UUID account = hushbus.account(admin, name).id();
    hushbus.bind(admin, account, Role.VIEWER, Optional.empty());
    String key = TestInstallation.text(hushbus.key(admin, account));
    hushbus.accounts.delete(accountAdmin(account)).await();
    fails(
        hushbus.authenticator.authenticate("Bearer " + key, hushbus.request()),
        Failure.Unauthenticated.class);
    fails(hushbus.keys.create(accountAdmin(account), Optional.empty()), Failure.Missing.class);
    fails(bind(admin, account, Role.VIEWER, Optional.empty()), Failure.Unprocessable.class);
    fails(hushbus.accounts.delete(accountAdmin(account)), Failure.Missing.class);
    assertThat(hushbus.account(admin, name).id()).isNotEqualTo(account);
  }

  @Test
  void names_of_accounts_are_unique_without_regard_to_case() {
    hushbus.account(admin, "Deployer");
    Grant grant = hushbus.grant(admin, Action.ACCOUNT_ADMIN, Resource.ofTenant("service_account"));
    fails(hushbus.accounts.create(grant, new ObjectName("dePloyer"), ""), Failure.Conflict.class);
  }

  @Test
  void keys_are_rolled_while_both_live_and_listed_without_the_key() {
    UUID account = hushbus.account(admin, name()).id();
    NewKey old = hushbus.key(admin, account);
    NewKey fresh = hushbus.key(admin, account);
    assertThat(hushbus.caller(TestInstallation.text(old)).principal())
        .isEqualTo(hushbus.caller(TestInstallation.text(fresh)).principal());
    hushbus.keys.revoke(accountAdmin(account), old.facts().id()).await();
    Grant read = hushbus.grant(admin, Action.ACCOUNT_READ, ServiceAccounts.resource(account));
    List<AccountKey> listed = hushbus.keys.list(read, Optional.empty(), 10).await().items();
    assertThat(hushbus.keys.list(read, Optional.of(listed.getFirst().id()), 1).await().items())
        .containsExactly(listed.getLast());
    assertThat(listed).hasSize(2);
    assertThat(TestInstallation.text(fresh)).endsWith(fresh.facts().hint());
    assertThat(listed.toString()).doesNotContain(TestInstallation.text(fresh));
    assertThat(fresh.toString()).doesNotContain(TestInstallation.text(fresh));
    fails(hushbus.keys.revoke(accountAdmin(account), old.facts().id()), Failure.Missing.class);
  }

  @Test
  void an_account_has_a_bounded_number_of_live_keys() {
    UUID account = hushbus.account(admin, name()).id();
    for (int i = 0; i < AccountKeys.MOST_LIVE; i++) {
      hushbus.key(admin, account);
    }
    fails(hushbus.keys.create(accountAdmin(account), Optional.empty()), Failure.Conflict.class);
  }

  @Test
  void a_key_for_no_time_is_refused() {
    UUID account = hushbus.account(admin, name()).id();
    for (Duration ttl : List.of(Duration.ZERO, Duration.ofSeconds(-1), Duration.ofDays(100_000))) {
      fails(hushbus.keys.create(accountAdmin(account), Optional.of(ttl)), Failure.Invalid.class);
    }
  }

  @Test
  void no_key_is_in_the_database() throws Exception {
    UUID account = hushbus.account(admin, name()).id();
    String key = TestInstallation.text(hushbus.key(admin, account));
    try (var owner = hushbus.database.owner();
        var statement = owner.createStatement();
        var rows =
            statement.executeQuery(
                "SELECT k::text || a::text FROM service_account_key k, audit_tail a")) {
      while (rows.next()) {
        assertThat(rows.getString(1)).doesNotContain(key);
      }
    }
  }

  @Test
  void a_tenant_does_not_see_the_accounts_and_roles_of_another() {
    Caller stranger = hushbus.tenant("stranger");
    UUID account = hushbus.account(admin, name()).id();
    UUID binding = hushbus.bind(admin, account, Role.VIEWER, Optional.empty());
    Grant read = hushbus.grant(stranger, Action.ACCOUNT_READ, ServiceAccounts.resource(account));
    fails(hushbus.accounts.get(read), Failure.Missing.class);
    fails(hushbus.bindings.locate(stranger.tenant(), binding), Failure.Missing.class);
    fails(bind(stranger, account, Role.ADMIN, Optional.empty()), Failure.Unprocessable.class);
  }

  private static Future<RoleBinding> bind(
      Caller caller, UUID account, Role role, Optional<UUID> project) {
    return hushbus
        .policy
        .require(caller, Action.ROLE_ADMIN, RoleBindings.resource(project), hushbus.request())
        .compose(
            grant ->
                hushbus.bindings.create(
                    grant, new Principal(Principal.Kind.SERVICE_ACCOUNT, account), role));
  }

  private static Grant operate() {
    return hushbus.grant(hushbus.operator(), Action.TENANT_OPERATE, Resource.ofTenant("tenant"));
  }

  private static Grant accountAdmin(UUID account) {
    return hushbus.grant(admin, Action.ACCOUNT_ADMIN, ServiceAccounts.resource(account));
  }

  private static String name() {
    return "thing-" + names++;
  }

  private static void fails(Future<?> attempt, Class<? extends Failure> failure) {
    assertThatThrownBy(attempt::await).isInstanceOf(failure);
  }
}
