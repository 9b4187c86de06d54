package io.hushbus.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hushbus.model.Action;
import io.hushbus.model.Caller;
import io.hushbus.model.Failure;
import io.hushbus.model.Grant;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One key of an account is rolled into the next: the old one ends by itself, by the database. */
final class RollingKeysIT {

  private static final Duration HOUR = Duration.ofHours(1);

  private static TestInstallation hushbus;
  private static Caller admin;
  private static int names;
  private UUID account;
  private NewKey old;

  @BeforeAll
  static void start() {
    hushbus = new TestInstallation();
    admin = hushbus.tenant("acme");
  }

  @AfterAll
  static void stop() {
    hushbus.close();
  }

  @BeforeEach
  void account() {
    account = hushbus.account(admin, "rolled-" + ++names).id();
    old = hushbus.key(admin, account);
  }

  @Test
  void both_keys_work_during_the_overlap() {
    NewKey next = roll(old, HOUR);
    assertThat(works(old)).isTrue();
    assertThat(works(next)).isTrue();
  }

  @Test
  void the_old_key_works_to_its_end_and_not_after() {
    NewKey next = roll(old, HOUR);
    assertThat(works(old)).isTrue();
    roll(old, Duration.ofSeconds(2)); // sooner than before
    Awaitility.await("the database's clock is past its end")
        .until(
            () ->
                hushbus
                    .database
                    .rows(
                        "SELECT expires_at < clock_timestamp() FROM service_account_key"
                            + " WHERE key_id = '"
                            + old.facts().id()
                            + "'")
                    .contains("t"));
    assertThat(works(old)).isFalse();
    assertThat(works(next)).isTrue();
  }

  @Test
  void without_an_overlap_the_old_key_ends_at_once() {
    NewKey next = roll(old, Duration.ZERO);
    assertThat(works(old)).isFalse();
    assertThat(works(next)).isTrue();
  }

  @Test
  void the_record_names_both_keys() {
    NewKey next = roll(old, HOUR);
    assertThat(
            hushbus.database.rows(
                "SELECT detail ->> 'replaces' FROM audit_tail WHERE detail ->> 'key' = '%s'"
                    .formatted(next.facts().id())))
        .containsExactly(old.facts().id().toString());
  }

  @Test
  void a_longer_overlap_gives_no_key_a_longer_life() {
    roll(old, Duration.ofSeconds(30));
    String end = end(old);
    roll(old, HOUR);
    assertThat(end(old)).isEqualTo(end);
  }

  @Test
  void an_account_at_its_limit_of_live_keys_rolls_none() {
    for (int live = 1; live < AccountKeys.MOST_LIVE; live++) {
      hushbus.key(admin, account);
    }
    assertThatThrownBy(() -> roll(old, HOUR))
        .isInstanceOfSatisfying(
            Failure.Conflict.class,
            conflict -> assertThat(conflict.reason()).isEqualTo(Failure.Reason.LIMIT));
    assertThat(end(old)).as("nothing was done").isEqualTo("null");
    assertThat(works(old)).isTrue();
  }

  @Test
  void n55_a_key_that_another_hand_edited_is_not_made_genuine_by_rolling() {
    hushbus.database.asOwner(
        "UPDATE service_account_key SET created_by = 'else' WHERE key_id = '"
            + old.facts().id()
            + "'");
    assertThatThrownBy(() -> roll(old, HOUR)).isInstanceOf(Failure.Integrity.class);
    assertThat(works(old)).isFalse();
  }

  private NewKey roll(NewKey key, Duration overlap) {
    Grant grant = hushbus.grant(admin, Action.ACCOUNT_ADMIN, ServiceAccounts.resource(account));
    return hushbus.keys.roll(grant, key.facts().id(), Optional.empty(), overlap).await();
  }

  /** To a node that has seen none of them yet. */
  private static boolean works(NewKey key) {
    String credential = "Bearer " + TestInstallation.text(key);
    return hushbus
        .node()
        .authenticate(credential, hushbus.request())
        .transform(asked -> Future.succeededFuture(asked.succeeded()))
        .await();
  }

  private static String end(NewKey key) {
    return hushbus
        .database
        .rows(
            "SELECT expires_at FROM service_account_key WHERE key_id = '" + key.facts().id() + "'")
        .getFirst();
  }
}
