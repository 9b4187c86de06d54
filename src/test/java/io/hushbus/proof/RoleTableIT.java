package io.hushbus.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.hushbus.support.BrokerNode;
import io.hushbus.support.Brokers;
import io.hushbus.support.Client;
import io.hushbus.support.Tenancy;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * N-23, the wrong role: what each role is answered by each operation of the contract, on things of
 * its own tenant. The access rules are tested as functions beside them; this shows that every
 * operation asks them, and asks them the right question.
 */
final class RoleTableIT {

  // x: not refused; d: 403, as it may know that such things exist; -: 404, as if there were none.
  // i: 400, as what is asked here is too little for it to be done.
  // Nothing is in the trash, so that nothing can be restored or purged; and no secret has a policy.
  // A subscription is its maker's alone, here the admin's. No delivery was refused, so that there
  // is none to repeat.
  // An export is of the whole tenant: asked for one project, as here, it is refused to all.
  private static final String TABLE =
      """
      operation               viewer developer editor admin runner auditor operator
      createTenant            -      -         -      -     -      -       x
      listTenants             -      -         -      -     -      -       x
      getTenant               -      -         -      -     -      -       x
      confirmRestore          -      -         -      -     -      -       x
      listTenantKeys          -      -         -      -     -      -       x
      rotateTenantKey         -      -         -      -     -      -       x
      destroyTenantKey        -      -         -      -     -      -       x
      getRootKey              -      -         -      -     -      -       x
      rotateRootKey           -      -         -      -     -      -       x
      listNodes               -      -         -      -     -      -       x
      getHealth               -      -         -      -     -      -       x
      listOperations          -      -         -      x     -      -       x
      getOperation            -      -         -      x     -      -       x
      cancelOperation         -      -         -      -     -      -       x
      deleteTenant            -      -         -      -     -      -       i
      getQuotas               -      -         -      x     -      -       x
      setQuotas               -      -         -      -     -      -       x
      createProject           d      d         d      x     d      d       -
      listProjects            x      x         x      x     x      x       -
      getProject              x      x         x      x     x      x       -
      patchProject            d      d         d      x     d      d       -
      getProjectQuotas        x      x         x      x     x      x       -
      setProjectQuotas        d      d         d      x     d      d       -
      listSharedSecrets       x      x         x      x     x      x       -
      adoptSecret             d      x         x      x     d      d       -
      listAdoptions           x      x         x      x     x      x       -
      deleteAdoption          d      x         x      x     d      d       -
      createCommunity         d      d         d      x     d      d       -
      listCommunities         x      x         x      x     x      x       -
      getCommunity            x      x         x      x     x      x       -
      patchCommunity          d      d         d      x     d      d       -
      deleteCommunity         d      d         d      x     d      d       -
      createDomain            d      d         d      x     d      d       -
      listDomains             x      x         x      x     x      x       -
      createServiceAccount    d      d         d      x     -      d       x
      listServiceAccounts     x      x         x      x     -      x       x
      getServiceAccount       x      x         x      x     -      x       -
      deleteServiceAccount    d      d         d      x     -      d       -
      createServiceAccountKey d      d         d      x     -      d       -
      listServiceAccountKeys  x      x         x      x     -      x       -
      rollServiceAccountKey   d      d         d      x     -      d       -
      deleteServiceAccountKey d      d         d      x     -      d       -
      createRoleBinding       -      -         -      x     -      d       -
      listRoleBindings        -      -         -      x     -      x       -
      deleteRoleBinding       -      -         -      x     -      d       -
      createIdentityProvider  -      -         -      x     -      d       d
      listIdentityProviders   -      -         -      x     -      x       x
      getIdentityProvider     -      -         -      x     -      x       -
      replaceIdentityProvider -      -         -      x     -      d       d
      deleteIdentityProvider  -      -         -      x     -      d       d
      createSecret            d      x         x      x     d      d       -
      listSecrets             x      x         x      x     x      x       -
      getSecret               x      x         x      x     x      x       -
      replaceSecret           d      x         x      x     d      d       -
      patchSecret             d      x         x      x     d      d       -
      deleteSecret            d      x         x      x     d      d       -
      restoreSecret           d      -         -      -     d      d       -
      purgeSecret             d      d         d      -     d      d       -
      patchSecretMetadata     d      x         x      x     d      d       -
      revealSecret            d      d         x      x     d      d       -
      listShares              x      x         x      x     x      x       -
      getShare                x      x         x      x     x      x       -
      shareSecret             d      d         d      x     d      d       -
      unshareSecret           d      d         d      x     d      d       -
      getSecretUsage          x      x         x      x     x      x       -
      cloneSecret             d      x         x      x     d      d       -
      listVersions            x      x         x      x     x      x       -
      getVersion              x      x         x      x     x      x       -
      bulkSecrets             x      x         x      x     x      x       x
      restoreVersion          d      x         x      x     d      d       -
      destroyVersion          d      d         x      x     d      d       -
      listEnvironments        x      x         x      x     x      x       -
      getEnvironment          x      x         x      x     x      x       -
      putEnvironment          d      x         x      x     d      d       -
      deleteEnvironment       d      x         x      x     d      d       -
      bindVariable            d      x         x      x     d      d       -
      resolveNeeds            x      x         x      x     x      x       -
      listDeliveryKeys        x      x         x      x     x      x       x
      startRotation           d      x         x      x     d      d       -
      listSecretRotations     x      x         x      x     x      x       -
      getRotationPolicy       -      -         -      -     -      -       -
      putRotationPolicy       d      d         x      x     d      d       -
      deleteRotationPolicy    d      d         -      -     d      d       -
      rollHookKey             d      d         -      -     d      d       -
      getStats                x      x         x      x     x      x       -
      getSecretStats          x      x         x      x     x      x       -
      listRotations           x      x         x      x     x      x       -
      getRotation             x      x         x      x     x      x       -
      abortRotation           d      d         x      x     d      d       -
      retireRotation          d      d         x      x     d      d       -
      grantLeases             d      d         d      d     x      d       -
      listLeases              x      x         x      x     x      x       -
      getLease                x      x         x      x     x      x       -
      renewLease              d      d         d      d     x      d       -
      openRun                 d      d         d      d     x      d       -
      listRuns                x      x         x      x     x      x       -
      getRun                  x      x         x      x     x      x       -
      beatRun                 d      d         d      d     x      d       -
      attachMember            d      d         d      d     x      d       -
      detachMember            d      d         d      d     x      d       -
      completeRun             d      d         x      x     x      d       -
      advanceLease            d      d         d      d     x      d       -
      acknowledgeLease        d      d         d      d     x      d       -
      revokeLeases            d      d         x      x     -      d       -
      revokeLease             d      d         x      x     x      d       -
      readEvents              x      x         x      x     x      x       -
      createSubscription      x      x         x      x     x      x       -
      listSubscriptions       x      x         x      x     x      x       -
      getSubscription         -      -         -      -     -      -       -
      deleteSubscription      -      -         -      -     -      -       -
      readSubscription        -      -         -      -     -      -       -
      acknowledge             -      -         -      -     -      -       -
      createWebhook           -      -         x      x     -      -       -
      listWebhooks            -      -         x      x     -      -       -
      getWebhook              -      -         x      x     -      -       -
      patchWebhook            -      -         x      x     -      -       -
      deleteWebhook           -      -         x      x     -      -       -
      rollWebhookKey          -      -         x      x     -      -       -
      listDeliveries          -      -         x      x     -      -       -
      redeliver               -      -         -      -     -      -       -
      testWebhook             -      -         x      x     -      -       -
      listAudit               -      -         -      x     -      x       -
      exportAudit             -      -         -      d     -      d       -
      listAuditCheckpoints    -      -         -      x     -      x       -
      createStreamTicket      x      x         x      x     x      x       -
      whoAmI                  x      x         x      x     x      x       x
      """;

  private static final Map<String, String[]> ROWS = rows();

  private static Brokers brokers;
  private static Client anybody;
  private static Tenancy acme;
  private static Holdings holdings;
  private static final Map<String, String> keys = new LinkedHashMap<>();

  @BeforeAll
  static void start() {
    brokers = Brokers.fresh();
    BrokerNode node = brokers.start();
    anybody = node.client("");
    Client operator = node.client(brokers.operator());
    acme = brokers.tenant(operator, "acme");
    holdings = Holdings.make(anybody, operator, acme);
    Client admin = anybody.as(acme.admin());
    for (String role : List.of("viewer", "developer", "editor", "admin", "auditor")) {
      keys.put(role, Tenancy.account(admin, "a-" + role, new JsonObject().put("role", role)));
    }
    keys.put("runner", acme.runner());
    keys.put("operator", brokers.operator());
  }

  @AfterAll
  static void stop() {
    brokers.close();
  }

  static List<ApiOperation> closed() {
    return ApiOperation.closed();
  }

  @Test
  void the_table_has_every_operation_once() {
    assertThat(ROWS.keySet())
        .containsExactlyInAnyOrderElementsOf(closed().stream().map(ApiOperation::id).toList());
  }

  @ParameterizedTest
  @MethodSource("closed")
  void n23_each_role_is_answered_as_the_table_says(ApiOperation operation) {
    String[] roles = TABLE.lines().findFirst().orElseThrow().split(" +", -1);
    String[] marks = ROWS.getOrDefault(operation.id(), new String[roles.length]);
    for (int column = 1; column < roles.length; column++) {
      Client caller = anybody.as(keys.getOrDefault(roles[column], ""));
      Asking asking = new Asking(operation, Asking.usual(operation, holdings));
      Client.Answer answer = asking.of(caller);
      assertThat(mark(answer))
          .as("%s by %s: %s", operation, roles[column], answer.body())
          .isEqualTo(marks[column]);
      if (!operation.method().equals("GET") && answer.status() < 300) {
        holdings.renew(anybody, acme);
      }
    }
  }

  /** What was understood and not refused for who asked may still be refused for what it says. */
  private static String mark(Client.Answer answer) {
    return switch (answer.status()) {
      case 403 -> "d";
      case 404 -> "-";
      case 400 -> "i";
      case 200, 201, 202, 204, 409, 422 -> "x";
      default -> "status " + answer.status();
    };
  }

  private static Map<String, String[]> rows() {
    Map<String, String[]> rows = new LinkedHashMap<>();
    TABLE
        .lines()
        .skip(1)
        .map(line -> line.split(" +", -1))
        .forEach(row -> assertThat(rows.put(row[0], row)).as(Arrays.toString(row)).isNull());
    return rows;
  }
}
