package io.hushbus.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hushbus.crypto.ApiKey;
import io.hushbus.db.StatementProbe;
import io.hushbus.model.Action;
import io.hushbus.model.Caller;
import io.hushbus.model.Failure;
import io.hushbus.model.Grant;
import io.hushbus.model.RequestContext;
import io.hushbus.model.Resource;
import io.hushbus.model.Role;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Who holds a live key is known; who does not is nobody, within five seconds, on every node. */
final class AuthenticatorIT {

  private static final AtomicInteger lookups = new AtomicInteger();
  private static TestInstallation hushbus;
  private static Caller admin;
  private static int names;

  @BeforeAll
  static void start() {
    hushbus = new TestInstallation(new Counting());
    admin = hushbus.tenant("acme");
  }

  @AfterAll
  static void stop() {
    hushbus.close();
  }

  @Test
  void a_key_is_its_account_with_its_roles() {
    UUID project = hushbus.project(admin, "demo").id();
    Caller caller = hushbus.caller(key(Role.RUNNER, Optional.of(project)));
    assertThat(caller.tenant()).isEqualTo(admin.tenant());
    assertThat(caller.tenantName()).isEqualTo("acme");
    assertThat(caller.bindings())
        .containsExactly(new Caller.Binding(Role.RUNNER, Optional.of(project)));
    assertThat(caller.validUntilNanos() - hushbus.clock.getAsLong())
        .isBetween(1L, Duration.ofSeconds(3).toNanos());
  }

  @Test
  void a_token_is_the_account_it_was_issued_to() {
    String key = key(Role.VIEWER, Optional.empty());
    Caller byKey = hushbus.caller(key);
    Caller byToken = hushbus.caller(token(byKey, key));
    assertThat(byToken.principal()).isEqualTo(byKey.principal());
    assertThat(byToken.bindings()).isEqualTo(byKey.bindings());
  }

  @Test
  void n01_without_credentials_there_is_no_caller() {
    for (@Nullable String header :
        new String[] {null, "", "Bearer", "Bearer ", "Basic YTpi", "hsb_x"}) {
      unauthenticated(hushbus.authenticator.authenticate(header, hushbus.request()));
    }
  }

  @Test
  void n02_malformed_credentials_never_reach_the_database() {
    String good = key(Role.VIEWER, Optional.empty());
    int before = lookups.get();
    for (String text :
        List.of(
            good.substring(1),
            good.substring(0, 52),
            good + "x",
            good + " ",
            changed(good, 30),
            "hsb_" + "a".repeat(600),
            "h\u00e9b_" + good.substring(4),
            "a.b.c",
            "x".repeat(10_000))) {
      unauthenticated(hushbus.authenticator.authenticate("Bearer " + text, hushbus.request()));
    }
    assertThat(lookups.get()).isEqualTo(before);
  }

  @Test
  void n02_an_unknown_key_and_a_revoked_one_are_the_same() {
    UUID account = hushbus.account(admin, name()).id();
    NewKey key = hushbus.key(admin, account);
    hushbus.keys.revoke(accountGrant(account), key.facts().id()).await();
    Throwable revoked = failure(hushbus.node(), TestInstallation.text(key));
    Throwable unknown = failure(hushbus.node(), ApiKey.generate(hushbus.random).text());
    assertThat(revoked).hasSameClassAs(unknown).hasMessage(unknown.getMessage());
  }

  @Test
  void n03_a_key_ends_at_its_time_by_the_databases_clock() {
    UUID account = hushbus.account(admin, name()).id();
    NewKey key =
        hushbus.keys.create(accountGrant(account), Optional.of(Duration.ofHours(1))).await();
    String text = TestInstallation.text(key);
    assertThat(hushbus.caller(text).principal().id()).isEqualTo(account);
    // As if it had been made an hour and a millisecond ago.
    hushbus.database.asOwner(
        "UPDATE service_account_key SET expires_at = clock_timestamp() - interval '1 ms' WHERE"
            + " key_id = '"
            + key.facts().id()
            + "'");
    unauthenticated(hushbus.node().authenticate("Bearer " + text, hushbus.request()));
  }

  @Test
  void what_is_remembered_of_a_key_ends_with_the_key() {
    UUID account = hushbus.account(admin, name()).id();
    NewKey key =
        hushbus.keys.create(accountGrant(account), Optional.of(Duration.ofSeconds(1))).await();
    Caller caller = hushbus.caller(TestInstallation.text(key));
    assertThat(caller.validUntilNanos() - hushbus.clock.getAsLong())
        .isLessThanOrEqualTo(Duration.ofSeconds(1).toNanos());
  }

  @Test
  void n04_a_revoked_key_stops_within_five_seconds_on_a_node_that_knew_it() {
    UUID account = hushbus.account(admin, name()).id();
    NewKey key = hushbus.key(admin, account);
    String text = TestInstallation.text(key);
    Authenticator other = hushbus.node();
    other.authenticate("Bearer " + text, hushbus.request()).await();
    hushbus.keys.revoke(accountGrant(account), key.facts().id()).await();
    hushbus.clock.pass(Duration.ofSeconds(5));
    unauthenticated(other.authenticate("Bearer " + text, hushbus.request()));
  }

  @Test
  void a_revoked_key_takes_its_tokens_with_it() {
    UUID account = hushbus.account(admin, name()).id();
    NewKey key = hushbus.key(admin, account);
    String text = TestInstallation.text(key);
    String token = token(hushbus.caller(text), text);
    hushbus.caller(token);
    hushbus.keys.revoke(accountGrant(account), key.facts().id()).await();
    hushbus.clock.pass(Duration.ofSeconds(5));
    unauthenticated(hushbus.authenticator.authenticate("Bearer " + token, hushbus.request()));
  }

  @Test
  void a_removed_role_is_gone_within_five_seconds() {
    UUID account = hushbus.account(admin, name()).id();
    UUID binding = hushbus.bind(admin, account, Role.EDITOR, Optional.empty());
    String text = TestInstallation.text(hushbus.key(admin, account));
    assertThat(hushbus.caller(text).bindings()).hasSize(1);
    Resource resource = hushbus.bindings.locate(admin.tenant(), binding).await();
    hushbus.bindings.delete(hushbus.grant(admin, Action.ROLE_ADMIN, resource)).await();
    hushbus.clock.pass(Duration.ofSeconds(5));
    assertThat(hushbus.caller(text).bindings()).isEmpty();
  }

  @Test
  void a_stream_learns_that_its_account_was_deleted_or_its_token_has_ended() {
    UUID account = hushbus.account(admin, name()).id();
    String text = TestInstallation.text(hushbus.key(admin, account));
    Caller byKey = hushbus.caller(text);
    Caller byToken = hushbus.caller(token(byKey, text));
    assertThat(hushbus.authenticator.refresh(byKey).await()).isSameAs(byKey);

    hushbus.clock.pass(Duration.ofMinutes(16));
    unauthenticated(hushbus.authenticator.refresh(byToken));
    Caller again = hushbus.authenticator.refresh(byKey).await();
    assertThat(again.principal()).isEqualTo(byKey.principal());

    hushbus.accounts.delete(accountGrant(account)).await();
    hushbus.clock.pass(Duration.ofSeconds(5));
    unauthenticated(hushbus.authenticator.refresh(again));
  }

  @Test
  void n12_a_token_is_good_in_the_tenant_of_its_key_and_says_which() {
    Caller other = hushbus.tenant("other");
    String key = key(Role.VIEWER, Optional.empty());
    Caller caller = hushbus.caller(key);
    Caller forged =
        new Caller(
            other.tenant(), "other", caller.principal(), "x", caller.bindings(), 0, caller.proof());
    String token = token(forged, key);
    unauthenticated(hushbus.authenticator.authenticate("Bearer " + token, hushbus.request()));
  }

  @Test
  void a_key_is_read_once_for_any_number_of_requests_at_a_time() {
    String text = key(Role.VIEWER, Optional.empty());
    Authenticator node = hushbus.node();
    int before = lookups.get();
    List<Future<Caller>> all =
        IntStream.range(0, 50)
            .mapToObj(n -> node.authenticate("Bearer " + text, hushbus.request()))
            .toList();
    Future.all(all).await();
    assertThat(lookups.get() - before).isEqualTo(1);
  }

  @Test
  void rc34_every_character_of_a_credential_is_in_the_cache_key() {
    String key = key(Role.VIEWER, Optional.empty());
    String token = token(hushbus.caller(key), key);
    hushbus.caller(token);
    for (String text : List.of(key, token)) {
      for (int at = 0; at < text.length(); at++) {
        String other = changed(text, at);
        unauthenticated(hushbus.authenticator.authenticate("Bearer " + other, from(other)));
      }
    }
  }

  @Test
  void a_source_that_sends_many_unknown_tokens_is_told_to_wait() {
    String key = key(Role.VIEWER, Optional.empty());
    Caller caller = hushbus.caller(key);
    Authenticator node = hushbus.node();
    List<Throwable> failures =
        Stream.generate(() -> token(caller, key))
            .limit(205)
            .map(token -> failure(node, changedSignature(token)))
            .toList();
    assertThat(failures.getFirst()).isInstanceOf(Failure.Unauthenticated.class);
    assertThat(failures.getLast()).isInstanceOf(Failure.OverBudget.class);
    assertThat(node.authenticate("Bearer " + token(caller, key), from("elsewhere")).await())
        .isNotNull();
  }

  @Test
  void credentials_are_in_no_exception() {
    String key = key(Role.VIEWER, Optional.empty());
    String wrong = changed(key, 20);
    assertThat(failure(hushbus.authenticator, wrong).toString()).doesNotContain(wrong);
    assertThat(hushbus.caller(key).toString()).doesNotContain(key);
  }

  @Test
  void a_key_of_one_account_gets_no_token_for_another() {
    String key = key(Role.VIEWER, Optional.empty());
    var foreign = new ClientCredentials(UUID.randomUUID(), ApiKey.parse(key).orElseThrow());
    unauthenticated(hushbus.issuer.issue(foreign, hushbus.request()));
  }

  private static String key(Role role, Optional<UUID> project) {
    return hushbus.keyOf(admin, name(), role, project);
  }

  private static String token(Caller caller, String key) {
    assertThat(key).startsWith("hsb_");
    IssuedToken issued = hushbus.tokens.issue(caller, caller.proof().orElseThrow().key()).await();
    return issued.token().reveal(bytes -> new String(bytes, StandardCharsets.US_ASCII));
  }

  private static Grant accountGrant(UUID account) {
    return hushbus.grant(admin, Action.ACCOUNT_ADMIN, ServiceAccounts.resource(account));
  }

  private static String name() {
    return "account-" + names++;
  }

  private static RequestContext from(String source) {
    return new RequestContext(hushbus.ids.ordered(), source);
  }

  private static String changed(String text, int at) {
    char other = text.charAt(at) == 'A' ? 'B' : 'A';
    return text.substring(0, at) + other + text.substring(at + 1);
  }

  private static String changedSignature(String token) {
    return changed(token, token.length() - 40);
  }

  private static void unauthenticated(Future<?> attempt) {
    assertThatThrownBy(attempt::await).isInstanceOf(Failure.Unauthenticated.class);
  }

  private static Throwable failure(Authenticator node, String text) {
    Future<Caller> attempt = node.authenticate("Bearer " + text, hushbus.request());
    return attempt.map(found -> new Throwable()).otherwise(cause -> cause).await();
  }

  /** Counts the statements that look a key up. */
  private static final class Counting implements StatementProbe {
    @Override
    public void before(String sql) {
      if (sql.equals(CallerStore.BY_MAC)) {
        lookups.incrementAndGet();
      }
    }

    @Override
    public void after(String sql) {}
  }
}
