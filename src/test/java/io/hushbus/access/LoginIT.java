package io.hushbus.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hushbus.crypto.ApiKey;
import io.hushbus.db.StatementProbe;
import io.hushbus.model.Action;
import io.hushbus.model.Caller;
import io.hushbus.model.Failure;
import io.hushbus.model.RequestContext;
import io.hushbus.model.Role;
import io.hushbus.model.SecretValue;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Who fails to log in: slowed down, told and served alike (N-15, N-17, N-19, N-86). */
final class LoginIT {

  private static final List<String> statements = Collections.synchronizedList(new ArrayList<>());
  private static TestInstallation hushbus;
  private static Caller admin;
  private static int names;
  private static int sources;

  @BeforeAll
  static void start() {
    hushbus = new TestInstallation(new Noting());
    admin = hushbus.tenant("acme");
  }

  @AfterAll
  static void stop() {
    hushbus.close();
  }

  @Test
  void n15_after_five_failures_an_identity_is_locked_for_the_network_on_every_node() {
    UUID account = account();
    String key = key(account);
    RequestContext here = source();
    for (int i = 0; i < 5; i++) {
      refused(login(account, wrong(), here));
    }
    over(login(account, wrong(), here));
    over(login(account, key, here));
    over(new TokenIssuer(hushbus.node(), hushbus.tokens).issue(pair(account, key), here));
    assertThat(login(account, key, source()).await()).as("elsewhere it works").isNotNull();
  }

  @Test
  void n15_the_lock_opens_when_its_time_is_over() {
    UUID account = account();
    String key = key(account);
    RequestContext here = source();
    for (int i = 0; i < 5; i++) {
      refused(login(account, wrong(), here));
    }
    hushbus.database.asOwner(
        "UPDATE login_failure SET locked_until = locked_until - interval '16 minutes',"
            + " ends_at = ends_at - interval '16 minutes'");
    assertThat(login(account, key, here).await()).isNotNull();
    refused(login(account, wrong(), here));
  }

  @Test
  void n15_an_identity_that_does_not_exist_is_locked_like_one_that_does() {
    UUID nobody = UUID.randomUUID();
    RequestContext here = source();
    for (int i = 0; i < 5; i++) {
      refused(login(nobody, wrong(), here));
    }
    over(login(nobody, wrong(), here));
  }

  @Test
  void n86_a_network_that_fails_too_often_is_refused_and_no_success_makes_that_good() {
    UUID account = account();
    String key = key(account);
    RequestContext here = source();
    for (int i = 0; i < 30; i++) {
      refused(login(UUID.randomUUID(), wrong(), here));
      if (i == 15) {
        login(account, key, here).await();
      }
    }
    int before = statements.size();
    over(login(UUID.randomUUID(), wrong(), here));
    assertThat(statements).as("it costs no statement").hasSize(before);
    assertThat(login(account, key, source()).await()).isNotNull();
  }

  @Test
  void n19_an_unknown_account_and_a_wrong_key_take_the_same_work() {
    UUID account = account();
    key(account);
    login(account(), wrong(), source()).recover(refused -> Future.succeededFuture()).await();
    List<String> known = work(account);
    List<String> unknown = work(UUID.randomUUID());
    assertThat(unknown).isEqualTo(known).isNotEmpty();
  }

  @Test
  void n17_an_expired_key_is_refused_and_nobody_has_to_sweep() {
    UUID account = account();
    NewKey key =
        hushbus
            .keys
            .create(
                hushbus.grant(admin, Action.ACCOUNT_ADMIN, ServiceAccounts.resource(account)),
                Optional.of(Duration.ofSeconds(1)))
            .await();
    String text = TestInstallation.text(key);
    hushbus.database.asOwner(
        "UPDATE service_account_key SET expires_at = clock_timestamp() - interval '1 millisecond'"
            + " WHERE account_id = '"
            + account
            + "'");
    refused(login(account, text, source()));
  }

  @Test
  void a_key_is_rolled_while_both_work() {
    UUID account = account();
    hushbus.bind(admin, account, Role.VIEWER, Optional.empty());
    NewKey old = hushbus.key(admin, account);
    String before = TestInstallation.text(old);
    String after = key(account);
    assertThat(hushbus.caller(before).principal()).isEqualTo(hushbus.caller(after).principal());
    hushbus
        .keys
        .revoke(
            hushbus.grant(admin, Action.ACCOUNT_ADMIN, ServiceAccounts.resource(account)),
            old.facts().id())
        .await();
    hushbus.clock.pass(Duration.ofSeconds(4));
    assertThatThrownBy(() -> hushbus.caller(before)).isInstanceOf(Failure.Unauthenticated.class);
    assertThat(hushbus.caller(after)).isNotNull();
  }

  @Test
  void an_account_has_only_so_many_live_keys() {
    UUID account = account();
    for (int i = 0; i < AccountKeys.MOST_LIVE; i++) {
      key(account);
    }
    assertThatThrownBy(() -> key(account)).isInstanceOf(Failure.Conflict.class);
  }

  @Test
  void n86_unknown_keys_shown_directly_are_on_the_budget_of_their_network() {
    RequestContext here = source();
    for (int i = 0; i < 200; i++) {
      refused(hushbus.authenticator.authenticate("Bearer " + wrong(), here));
    }
    int before = statements.size();
    over(hushbus.authenticator.authenticate("Bearer " + wrong(), here));
    assertThat(statements).hasSize(before);
  }

  private static List<String> work(UUID account) {
    int before = statements.size();
    refused(login(account, wrong(), source()));
    return List.copyOf(statements.subList(before, statements.size()));
  }

  private static UUID account() {
    return hushbus.account(admin, "name-" + ++names).id();
  }

  private static String key(UUID account) {
    return TestInstallation.text(hushbus.key(admin, account));
  }

  private static String wrong() {
    try (ApiKey key = ApiKey.generate(hushbus.random)) {
      return key.text();
    }
  }

  /** A request from a network that was not seen before. */
  private static RequestContext source() {
    return new RequestContext(hushbus.ids.ordered(), "198.51.100." + ++sources);
  }

  private static Future<IssuedToken> login(UUID account, String key, RequestContext from) {
    return hushbus.issuer.issue(pair(account, key), from);
  }

  private static ClientCredentials pair(UUID account, String key) {
    return ClientCredentials.of(
        Optional.empty(), Optional.of(account.toString()), Optional.of(SecretValue.ofText(key)));
  }

  private static void refused(Future<?> asked) {
    assertThatThrownBy(asked::await).isInstanceOf(Failure.Unauthenticated.class);
  }

  private static void over(Future<?> asked) {
    assertThatThrownBy(asked::await)
        .isInstanceOfSatisfying(
            Failure.OverBudget.class, failure -> assertThat(failure.retryAfter()).isPositive());
  }

  private static final class Noting implements StatementProbe {
    @Override
    public void before(String sql) {
      statements.add(sql);
    }

    @Override
    public void after(String sql) {}
  }
}
