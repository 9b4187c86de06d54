package io.hushbus.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hushbus.model.Action;
import io.hushbus.model.Caller;
import io.hushbus.model.Failure;
import io.hushbus.model.Grant;
import io.hushbus.model.Principal;
import io.hushbus.model.RequestContext;
import io.hushbus.model.Resource;
import io.hushbus.model.Role;
import java.sql.SQLException;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** One place decides; a refusal is recorded, and tells nothing to those who may not look. */
final class AccessPolicyIT {

  private static TestInstallation hushbus;
  private static Caller admin;
  private static UUID demo;
  private static UUID other;
  private static Caller runner;
  private static Caller viewer;

  @BeforeAll
  static void start() {
    hushbus = new TestInstallation();
    admin = hushbus.tenant("acme");
    demo = hushbus.project(admin, "demo").id();
    other = hushbus.project(admin, "other").id();
    runner = hushbus.caller(hushbus.keyOf(admin, "runner", Role.RUNNER, Optional.of(demo)));
    viewer = hushbus.caller(hushbus.keyOf(admin, "viewer", Role.VIEWER, Optional.of(demo)));
  }

  @AfterAll
  static void stop() {
    hushbus.close();
  }

  @Test
  void a_grant_says_who_what_and_for_which_request() {
    RequestContext request = hushbus.request();
    Resource resource = secretIn(demo);
    Grant grant = hushbus.policy.require(runner, Action.LEASE_GRANT, resource, request).await();
    assertThat(grant)
        .isEqualTo(new Grant(runner, Action.LEASE_GRANT, resource, request.id(), request.source()));
  }

  @Test
  void who_may_list_is_told_that_it_is_denied() {
    assertThat(refusal(viewer, Action.SECRET_CHANGE, secretIn(demo)))
        .isInstanceOf(Failure.Denied.class);
  }

  @Test
  void who_may_not_list_is_told_that_there_is_nothing() {
    assertThat(refusal(viewer, Action.SECRET_CHANGE, secretIn(other)))
        .isInstanceOf(Failure.Missing.class)
        .hasMessage("missing: secret");
  }

  @Test
  void n34_an_operator_reads_nothing_of_a_tenant() {
    for (Action action : Action.values()) {
      if (action.name().startsWith("SECRET_") || action.name().startsWith("LEASE_")) {
        assertThat(refusal(hushbus.operator(), action, Resource.ofTenant("secret")))
            .isInstanceOf(Failure.Missing.class);
      }
    }
    assertThat(hushbus.operator().tenant()).isNotEqualTo(admin.tenant());
  }

  @Test
  void an_administrator_is_no_operator() {
    assertThat(refusal(admin, Action.TENANT_OPERATE, Resource.ofTenant("tenant")))
        .isInstanceOf(Failure.Missing.class);
  }

  @Test
  void a_denial_is_recorded_before_it_is_told() throws SQLException {
    UUID secret = UUID.randomUUID();
    refusal(viewer, Action.SECRET_DELETE, secretIn(demo).withId(secret));
    assertThat(
            count(
                "outcome = 'denied' AND action = 'secret_delete' AND resource_id = '%s' AND principal = '%s' AND source = '192.0.2.1'"
                    .formatted(secret, viewer.principal())))
        .isEqualTo(1);
  }

  @Test
  void a_runner_reads_and_revokes_its_own_leases_only() {
    Resource lease = new Resource("lease", Optional.of(demo), Optional.of(UUID.randomUUID()));
    Principal somebody = new Principal(Principal.Kind.SERVICE_ACCOUNT, UUID.randomUUID());
    Principal itself = runner.principal();
    for (Action action : new Action[] {Action.LEASE_READ, Action.LEASE_REVOKE}) {
      assertThat(hushbus.policy.require(runner, action, lease, itself, hushbus.request()).await())
          .isNotNull();
      assertThatThrownBy(
              () ->
                  hushbus
                      .policy
                      .require(runner, action, lease, somebody, hushbus.request())
                      .await())
          .isInstanceOf(Failure.Missing.class);
      assertThat(refusal(runner, action, lease)).isInstanceOf(Failure.Missing.class);
    }
  }

  @Test
  void a_list_across_the_tenant_is_open_to_who_may_see_some_of_it() {
    Grant grant =
        hushbus
            .policy
            .requireView(viewer, Action.PROJECT_READ, "project", hushbus.request())
            .await();
    View view = hushbus.policy.view(viewer, Action.PROJECT_READ);
    assertThat(hushbus.projects.list(grant, view.only(), Optional.empty(), 10).await().items())
        .extracting(project -> project.name().text())
        .containsExactly("demo");
    assertThatThrownBy(
            () ->
                hushbus
                    .policy
                    .requireView(viewer, Action.AUDIT_READ, "audit", hushbus.request())
                    .await())
        .isInstanceOf(Failure.Missing.class);
  }

  @Test
  void may_is_silent() throws SQLException {
    long before = count("outcome = 'denied'");
    assertThat(hushbus.policy.may(viewer, Action.EVENT_READ, Optional.of(demo))).isTrue();
    assertThat(hushbus.policy.may(viewer, Action.EVENT_READ, Optional.of(other))).isFalse();
    assertThat(hushbus.policy.may(viewer, Action.EVENT_READ, Optional.empty())).isTrue();
    assertThat(count("outcome = 'denied'")).isEqualTo(before);
  }

  @Test
  void a_grant_for_one_action_is_no_grant_for_another() {
    Grant grant = hushbus.grant(admin, Action.ACCOUNT_READ, Resource.ofTenant("service_account"));
    assertThatThrownBy(() -> hushbus.accounts.delete(grant))
        .isInstanceOf(IllegalStateException.class);
  }

  private static Resource secretIn(UUID project) {
    return new Resource("secret", Optional.of(project), Optional.empty());
  }

  private static Throwable refusal(Caller caller, Action action, Resource resource) {
    return hushbus
        .policy
        .require(caller, action, resource, hushbus.request())
        .map(granted -> new Throwable("granted"))
        .otherwise(cause -> cause)
        .await();
  }

  private static long count(String condition) throws SQLException {
    try (var owner = hushbus.database.owner();
        var statement = owner.createStatement();
        var rows = statement.executeQuery("SELECT count(*) FROM audit_tail WHERE " + condition)) {
      rows.next();
      return rows.getLong(1);
    }
  }
}
