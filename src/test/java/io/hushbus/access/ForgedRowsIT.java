package io.hushbus.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hushbus.CountedTables;
import io.hushbus.model.Action;
import io.hushbus.model.Caller;
import io.hushbus.model.Failure;
import io.hushbus.model.Principal;
import io.hushbus.model.Resource;
import io.hushbus.model.Role;
import io.hushbus.tenant.Communities;
import io.hushbus.tenant.Stocktaking;
import io.hushbus.tenant.Stocktaking.Shortfall;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** N-55: whoever can write rows gives nobody a right by it, and is noticed. */
final class ForgedRowsIT {

  private static TestInstallation hushbus;
  private static Caller admin;
  private static Caller other;
  private static int names;

  @BeforeAll
  static void start() {
    hushbus = new TestInstallation();
    admin = hushbus.tenant("acme");
    other = hushbus.tenant("globex");
  }

  @AfterAll
  static void stop() {
    hushbus.close();
  }

  @BeforeEach
  void quiet() {
    hushbus.forged.clear();
  }

  @Test
  void n55_an_inserted_binding_is_ignored_and_raises_an_alarm() {
    UUID account = hushbus.account(admin, name()).id();
    String key = TestInstallation.text(hushbus.key(admin, account));
    hushbus.database.asOwner(
        """
        INSERT INTO role_binding (tenant_id, binding_id, principal_kind, principal_id, role,
          created_by, mac_generation, row_mac)
        SELECT tenant_id, gen_random_uuid(), principal_kind, '%s', role, created_by,
          mac_generation, row_mac
        FROM role_binding WHERE tenant_id = '%s' AND role = 'admin'
        """
            .formatted(account, admin.tenant()));
    assertThat(hushbus.caller(key).bindings()).isEmpty();
    assertThat(hushbus.forged).containsExactly("role_binding");
  }

  @Test
  void n55_a_binding_with_a_wider_role_or_level_is_ignored() {
    UUID project = hushbus.project(admin, name()).id();
    String key = hushbus.keyOf(admin, name(), Role.VIEWER, Optional.of(project));
    UUID account = hushbus.caller(key).principal().id();
    hushbus.database.asOwner(
        "UPDATE role_binding SET project_id = NULL WHERE principal_id = '" + account + "'");
    hushbus.clock.pass(Duration.ofSeconds(4));
    assertThat(hushbus.caller(key).bindings()).isEmpty();
    hushbus.database.asOwner(
        "UPDATE role_binding SET role = 'admin', project_id = '%s' WHERE principal_id = '%s'"
            .formatted(project, account));
    hushbus.clock.pass(Duration.ofSeconds(4));
    assertThat(hushbus.caller(key).bindings()).isEmpty();
    assertThat(hushbus.forged).contains("role_binding", "role_binding");
  }

  @Test
  void n55_a_binding_at_a_community_is_not_made_by_a_column() {
    UUID community = hushbus.community(admin, name());
    String key = hushbus.keyOf(admin, name(), Role.VIEWER, Optional.empty());
    UUID account = hushbus.caller(key).principal().id();
    hushbus.database.asOwner(
        "UPDATE role_binding SET community_id = '%s' WHERE principal_id = '%s'"
            .formatted(community, account));
    hushbus.clock.pass(Duration.ofSeconds(4));
    assertThat(hushbus.caller(key).bindings()).isEmpty();
    assertThat(hushbus.caller(key).communities()).isEmpty();
    assertThat(hushbus.forged).contains("role_binding");
  }

  /** An account that is editor at the community. */
  private UUID editorAt(UUID community) {
    UUID account = hushbus.account(admin, name()).id();
    var grant =
        hushbus.grant(
            admin,
            Action.ROLE_ADMIN,
            RoleBindings.resource(Optional.empty(), Optional.of(community)));
    hushbus
        .bindings
        .create(grant, new Principal(Principal.Kind.SERVICE_ACCOUNT, account), Role.EDITOR)
        .await();
    return account;
  }

  @Test
  void a_binding_at_a_community_counts_there_and_in_its_projects() {
    UUID community = hushbus.community(admin, name());
    UUID project = hushbus.projectIn(admin, name(), community);
    UUID outside = hushbus.project(admin, name()).id();
    UUID account = editorAt(community);
    Caller caller = hushbus.caller(TestInstallation.text(hushbus.key(admin, account)));
    assertThat(caller.bindings())
        .containsExactly(new Caller.Binding(Role.EDITOR, Optional.of(project)))
        .doesNotContain(new Caller.Binding(Role.EDITOR, Optional.of(outside)));
    assertThat(caller.communities())
        .containsExactly(new Caller.AtCommunity(Role.EDITOR, community));
    assertThat(hushbus.forged).isEmpty();
  }

  @Test
  void n55_a_project_put_into_a_community_by_a_column_gives_its_roles_nothing() {
    UUID community = hushbus.community(admin, name());
    UUID project = hushbus.projectIn(admin, name(), community);
    UUID outside = hushbus.project(admin, name()).id();
    UUID account = editorAt(community);
    hushbus.database.asOwner(
        "UPDATE project SET community_id = '%s' WHERE project_id = '%s'"
            .formatted(community, outside));
    Caller caller = hushbus.caller(TestInstallation.text(hushbus.key(admin, account)));
    assertThat(caller.bindings())
        .containsExactly(new Caller.Binding(Role.EDITOR, Optional.of(project)));
    assertThat(hushbus.forged).containsExactly("project");
  }

  @Test
  void n55_an_edited_project_is_refused() {
    for (String edit :
        List.of(
            "reveal = 'developer'",
            "name = 'Else', folded_name = 'else'",
            "row_mac = '\\x00'",
            "community_id = (SELECT community_id FROM community c"
                + " WHERE c.tenant_id = project.tenant_id LIMIT 1)")) {
      hushbus.community(admin, name());
      UUID project = hushbus.project(admin, name()).id();
      hushbus.database.asOwner(
          "UPDATE project SET " + edit + " WHERE project_id = '" + project + "'");
      var grant = hushbus.grant(admin, Action.PROJECT_READ, projectResource(project));
      assertThatThrownBy(() -> hushbus.projects.get(grant).await())
          .as(edit)
          .isInstanceOf(Failure.Integrity.class);
      assertThatThrownBy(() -> hushbus.projects.reveal(admin.tenant(), project).await())
          .as(edit)
          .isInstanceOf(Failure.Integrity.class);
      hushbus.database.asOwner("DELETE FROM project WHERE project_id = '" + project + "'");
    }
  }

  private static Resource projectResource(UUID project) {
    return new Resource("project", Optional.of(project), Optional.of(project));
  }

  @Test
  void n55_a_key_copied_to_another_account_or_tenant_is_ignored() {
    String key = hushbus.keyOf(admin, name(), Role.VIEWER, Optional.empty());
    UUID victim = hushbus.account(other, name()).id();
    hushbus.bind(other, victim, Role.ADMIN, Optional.empty());
    UUID account = hushbus.caller(key).principal().id();
    hushbus.database.asOwner(
        "UPDATE service_account_key SET tenant_id = '%s', account_id = '%s' WHERE account_id = '%s'"
            .formatted(other.tenant(), victim, account));
    hushbus.clock.pass(Duration.ofSeconds(4));
    unauthenticated(key);
    assertThat(hushbus.forged).containsExactly("service_account_key");
  }

  @Test
  void n55_a_revocation_cannot_be_taken_back_by_hand() {
    UUID account = hushbus.account(admin, name()).id();
    NewKey key = hushbus.key(admin, account);
    String text = TestInstallation.text(key);
    assertThat(hushbus.caller(text)).isNotNull();
    var grant = hushbus.grant(admin, Action.ACCOUNT_ADMIN, ServiceAccounts.resource(account));
    hushbus.keys.revoke(grant, key.facts().id()).await();
    hushbus.database.asOwner(
        "UPDATE service_account_key SET revoked_at = NULL WHERE account_id = '" + account + "'");
    hushbus.clock.pass(Duration.ofSeconds(4));
    unauthenticated(text);
  }

  @Test
  void n55_the_life_of_a_key_cannot_be_made_longer_by_hand() {
    UUID account = hushbus.account(admin, name()).id();
    var grant = hushbus.grant(admin, Action.ACCOUNT_ADMIN, ServiceAccounts.resource(account));
    NewKey key = hushbus.keys.create(grant, Optional.of(Duration.ofHours(1))).await();
    String text = TestInstallation.text(key);
    assertThat(hushbus.caller(text)).isNotNull();
    hushbus.database.asOwner(
        "UPDATE service_account_key SET expires_at = NULL WHERE account_id = '" + account + "'");
    hushbus.clock.pass(Duration.ofSeconds(4));
    unauthenticated(text);
  }

  @Test
  void n57_a_binding_that_was_removed_or_put_back_no_longer_adds_up() {
    Caller tenant = hushbus.tenant(name());
    String key = hushbus.keyOf(tenant, name(), Role.EDITOR, Optional.empty());
    UUID account = hushbus.caller(key).principal().id();
    String of = " WHERE principal_id = '" + account + "'";
    String kept = "kept_" + names;
    hushbus.database.asOwner("CREATE TABLE " + kept + " AS SELECT * FROM role_binding" + of);
    assertThat(shortfall(tenant)).isEmpty();

    hushbus.database.asOwner("DELETE FROM role_binding" + of);
    assertThat(shortfall(tenant)).contains(Shortfall.ROWS_DIFFER);
    hushbus.database.asOwner("INSERT INTO role_binding SELECT * FROM " + kept);
    assertThat(shortfall(tenant)).as("as it was").isEmpty();

    hushbus
        .accounts
        .delete(hushbus.grant(tenant, Action.ACCOUNT_ADMIN, ServiceAccounts.resource(account)))
        .await();
    assertThat(shortfall(tenant)).as("the broker removes them with the account").isEmpty();
    hushbus.database.asOwner("INSERT INTO role_binding SELECT * FROM " + kept);
    assertThat(shortfall(tenant)).contains(Shortfall.ROWS_DIFFER);
  }

  @Test
  void n57_bindings_add_up_whatever_the_broker_does_with_them() {
    Caller tenant = hushbus.tenant(name());
    assertThat(shortfall(tenant)).as("the first administrator's").isEmpty();
    UUID account = hushbus.account(tenant, name()).id();
    Principal principal = new Principal(Principal.Kind.SERVICE_ACCOUNT, account);
    UUID community = hushbus.community(tenant, name());
    var atCommunity = RoleBindings.resource(Optional.empty(), Optional.of(community));
    hushbus
        .bindings
        .create(hushbus.grant(tenant, Action.ROLE_ADMIN, atCommunity), principal, Role.VIEWER)
        .await();
    var atTenant = RoleBindings.resource(Optional.empty());
    RoleBinding second =
        hushbus
            .bindings
            .create(hushbus.grant(tenant, Action.ROLE_ADMIN, atTenant), principal, Role.VIEWER)
            .await();
    assertThat(shortfall(tenant)).isEmpty();
    hushbus
        .bindings
        .delete(hushbus.grant(tenant, Action.ROLE_ADMIN, atTenant.withId(second.id())))
        .await();
    assertThat(shortfall(tenant)).isEmpty();
    hushbus
        .communities()
        .delete(hushbus.grant(tenant, Action.COMMUNITY_ADMIN, Communities.resource(community)))
        .await();
    assertThat(
            hushbus.database.rows(
                "SELECT 1 FROM role_binding WHERE principal_id = '" + account + "'"))
        .isEmpty();
    assertThat(shortfall(tenant)).isEmpty();
  }

  private static Optional<Shortfall> shortfall(Caller tenant) {
    var stock = new Stocktaking(hushbus.inventory, CountedTables.all(), hushbus.pool);
    return hushbus.db.read(tenant.tenant(), stock::take).await().shortfall();
  }

  private static void unauthenticated(String key) {
    assertThatThrownBy(() -> hushbus.caller(key)).isInstanceOf(Failure.Unauthenticated.class);
  }

  private static String name() {
    return "name-" + ++names;
  }
}
