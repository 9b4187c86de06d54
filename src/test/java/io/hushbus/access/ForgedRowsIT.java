package io.hushbus.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hushbus.model.Caller;
import io.hushbus.model.Failure;
import io.hushbus.model.Role;
import java.time.Duration;
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
    var grant =
        hushbus.grant(
            admin, io.hushbus.model.Action.ACCOUNT_ADMIN, ServiceAccounts.resource(account));
    hushbus.keys.revoke(grant, key.facts().id()).await();
    hushbus.database.asOwner(
        "UPDATE service_account_key SET revoked_at = NULL WHERE account_id = '" + account + "'");
    hushbus.clock.pass(Duration.ofSeconds(4));
    unauthenticated(text);
  }

  @Test
  void n55_the_life_of_a_key_cannot_be_made_longer_by_hand() {
    UUID account = hushbus.account(admin, name()).id();
    var grant =
        hushbus.grant(
            admin, io.hushbus.model.Action.ACCOUNT_ADMIN, ServiceAccounts.resource(account));
    NewKey key = hushbus.keys.create(grant, Optional.of(Duration.ofHours(1))).await();
    String text = TestInstallation.text(key);
    assertThat(hushbus.caller(text)).isNotNull();
    hushbus.database.asOwner(
        "UPDATE service_account_key SET expires_at = NULL WHERE account_id = '" + account + "'");
    hushbus.clock.pass(Duration.ofSeconds(4));
    unauthenticated(text);
  }

  private static void unauthenticated(String key) {
    assertThatThrownBy(() -> hushbus.caller(key)).isInstanceOf(Failure.Unauthenticated.class);
  }

  private static String name() {
    return "name-" + ++names;
  }
}
