package io.hushbus.rotation;

import static io.hushbus.support.World.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hushbus.lease.LeasedSecret;
import io.hushbus.model.Action;
import io.hushbus.model.EntryName;
import io.hushbus.model.Failure;
import io.hushbus.model.SecretName;
import io.hushbus.model.Seen;
import io.hushbus.support.TenantWorld;
import io.hushbus.support.World;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Rotations that nobody has to ask for, and reminders of those that somebody has to bring. */
final class PolicyIT {

  private static final Duration MONTH = Duration.ofDays(30);
  private static final Source.Generate PASSWORD =
      new Source.Generate(Source.Kind.PASSWORD, 24, Source.Generate.ALPHABET, Optional.empty());

  private static World world;
  private static TenantWorld acme;
  private static Turns turns;

  @BeforeAll
  static void start() {
    world = World.fresh();
    acme = world.tenant("acme");
    turns = new Turns(acme);
  }

  @AfterAll
  static void stop() {
    world.close();
  }

  @Test
  void what_is_due_is_rotated_once_to_a_generated_value() {
    String name = turns.stored();
    put(name, PASSWORD);
    due(name, Duration.ofSeconds(1));
    assertThat(rounds()).isOne();
    assertThat(rounds()).isZero();
    assertThat(turns.leasable(name)).isEqualTo(2);
    assertThat(value(name)).matches("[A-Za-z0-9]{24}");
    assertThat(policy(name).nextDue()).isAfter(Instant.now().plus(29, ChronoUnit.DAYS));
  }

  @Test
  void what_is_not_due_stays() {
    String name = turns.stored();
    put(name, PASSWORD);
    rounds();
    assertThat(turns.leasable(name)).isOne();
  }

  @Test
  void what_was_missed_for_long_runs_once() {
    String name = turns.stored();
    put(name, PASSWORD);
    due(name, Duration.ofDays(365));
    assertThat(rounds()).isOne();
    assertThat(rounds()).isZero();
    assertThat(turns.leasable(name)).isEqualTo(2);
  }

  @Test
  void while_a_rotation_is_under_way_it_waits_and_holds_up_no_other() {
    String busy = turns.stored();
    turns.leased(busy);
    turns.drained(busy, "two", Duration.ofHours(1));
    put(busy, PASSWORD);
    due(busy, Duration.ofDays(2));
    String other = turns.stored();
    put(other, PASSWORD);
    due(other, Duration.ofDays(1));
    assertThat(rounds()).isOne();
    assertThat(turns.leasable(busy)).isEqualTo(2);
    assertThat(turns.leasable(other)).isEqualTo(2);
    assertThat(policy(busy).nextDue()).isBefore(Instant.now());
  }

  @Test
  void a_manual_one_reminds_once_and_is_overdue_once() {
    String name = turns.stored();
    put(name, new Source.Manual(Duration.ofDays(7)));
    due(name, Duration.ofDays(-3));
    rounds();
    rounds();
    assertThat(turns.told(name)).containsExactly("secret.created", "rotation.due");
    due(name, Duration.ofDays(3));
    rounds();
    rounds();
    assertThat(turns.told(name))
        .containsExactly("secret.created", "rotation.due", "rotation.overdue");
  }

  @Test
  void a_change_meanwhile_was_the_one_that_was_due() {
    String name = turns.stored();
    put(name, new Source.Manual(Duration.ofDays(7)));
    due(name, Duration.ofDays(-3));
    turns.changed(name, "two");
    rounds();
    assertThat(turns.told(name)).doesNotContain("rotation.due", "rotation.overdue");
    assertThat(policy(name).nextDue()).isAfter(Instant.now().plus(29, ChronoUnit.DAYS));
  }

  @Test
  void two_brokers_rotate_once() {
    String name = turns.stored();
    put(name, PASSWORD);
    due(name, Duration.ofSeconds(1));
    try (World other = world.anotherNode()) {
      await(io.vertx.core.Future.all(world.policyRounds.runOnce(), other.policyRounds.runOnce()));
    }
    // Whichever had the job has it for a while: the other one does not come back for it.
    world.rows("DELETE FROM job WHERE name = 'rotation-policy' RETURNING 1");
    rounds();
    assertThat(turns.leasable(name)).isEqualTo(2);
  }

  @Test
  void a_policy_that_another_hand_wrote_does_nothing() {
    String name = turns.stored();
    put(name, PASSWORD);
    world.rows(
        "UPDATE rotation_policy SET next_due_at = '2020-01-01' WHERE secret_id ="
            + " (SELECT secret_id FROM secret WHERE name = '"
            + name
            + "') RETURNING 1");
    rounds();
    assertThat(turns.leasable(name)).isOne();
    assertThatThrownBy(() -> policy(name)).isInstanceOf(Failure.Integrity.class);
    world.rows("DELETE FROM rotation_policy RETURNING 1");
  }

  @Test
  void without_a_policy_there_is_none_to_see_or_end() {
    String name = turns.stored();
    assertThatThrownBy(() -> policy(name)).isInstanceOf(Failure.Missing.class);
    put(name, PASSWORD);
    await(world.policies.delete(force(), acme.demo, new SecretName(name)));
    assertThatThrownBy(() -> await(world.policies.delete(force(), acme.demo, new SecretName(name))))
        .isInstanceOf(Failure.Missing.class);
  }

  @Test
  void what_does_not_fit_the_type_of_the_secret_is_refused() {
    String name = turns.stored();
    var pair = new Source.Generate(Source.Kind.ED25519, 0, "", Optional.empty());
    assertThatThrownBy(() -> put(name, pair)).isInstanceOf(Failure.Invalid.class);
    assertThatThrownBy(() -> generated(name, pair)).isInstanceOf(Failure.Invalid.class);
  }

  @Test
  void bytes_are_as_many_as_were_asked_for() {
    String name = turns.stored();
    generated(name, new Source.Generate(Source.Kind.BYTES, 48, "", Optional.empty()));
    try (LeasedSecret leased = acme.lease(acme.demo, name)) {
      int length =
          Optional.ofNullable(leased.payload().entries().get(EntryName.VALUE))
              .orElseThrow()
              .reveal(bytes -> bytes.length);
      assertThat(length).isEqualTo(48);
    }
  }

  @Test
  void a_password_is_of_its_alphabet_alone() {
    String name = turns.stored();
    generated(name, new Source.Generate(Source.Kind.PASSWORD, 64, "abcdefghij", Optional.empty()));
    assertThat(value(name)).matches("[a-j]{64}");
  }

  @Test
  void a_policy_by_cron_is_due_at_its_next_time_in_its_zone_and_once_for_all_that_were_missed() {
    String name = turns.stored();
    var nightly = new Schedule.Cron("30 3 * * *", java.time.ZoneId.of("Europe/Berlin"));
    put(name, nightly, PASSWORD);
    Instant next = policy(name).nextDue();
    assertThat(next).isEqualTo(nightly.next(policy(name).anchor()));
    assertThat(next.atZone(nightly.zone()).toLocalTime()).isEqualTo("03:30");
    due(name, Duration.ofDays(90));
    assertThat(rounds()).isOne();
    assertThat(rounds()).isZero();
    assertThat(turns.leasable(name)).isEqualTo(2);
    assertThat(policy(name).nextDue()).isAfter(Instant.now());
  }

  @Test
  void a_uuid_is_one() {
    String name = turns.stored();
    generated(name, new Source.Generate(Source.Kind.UUID, 0, "", Optional.empty()));
    assertThat(value(name)).matches("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-.*");
  }

  @Test
  void an_entry_is_generated_and_the_others_stay() {
    acme.createPairs(acme.demo, "pairs", "user", "app", "password", "old");
    generated("pairs", PASSWORD);
    try (LeasedSecret leased = acme.lease(acme.demo, "pairs")) {
      assertThat(TenantWorld.value(leased.payload(), new EntryName("user"))).isEqualTo("app");
      assertThat(TenantWorld.value(leased.payload(), new EntryName("password")))
          .matches("[A-Za-z0-9]{24}");
    }
  }

  @Test
  void key_pairs_belong_together() throws Exception {
    pair("ed", new Source.Generate(Source.Kind.ED25519, 0, "", Optional.empty()), "Ed25519");
    pair("rsa", new Source.Generate(Source.Kind.RSA, 2048, "", Optional.empty()), "SHA256withRSA");
  }

  private static void pair(String name, Source.Generate wanted, String algorithm) throws Exception {
    acme.createPairs(acme.demo, "pair-" + name, "other", "stays");
    generated("pair-" + name, wanted);
    try (LeasedSecret leased = acme.lease(acme.demo, "pair-" + name)) {
      KeyFactory keys = KeyFactory.getInstance(name.equals("ed") ? "Ed25519" : "RSA");
      PrivateKey own =
          keys.generatePrivate(new PKCS8EncodedKeySpec(pem(leased, Generator.PRIVATE)));
      PublicKey told = keys.generatePublic(new X509EncodedKeySpec(pem(leased, Generator.PUBLIC)));
      Signature signing = Signature.getInstance(algorithm);
      signing.initSign(own);
      signing.update(new byte[] {1});
      byte[] signed = signing.sign();
      signing.initVerify(told);
      signing.update(new byte[] {1});
      assertThat(signing.verify(signed)).isTrue();
    }
  }

  private static byte[] pem(LeasedSecret leased, EntryName entry) {
    String text = TenantWorld.value(leased.payload(), entry);
    return Base64.getMimeDecoder().decode(text.replaceAll("-----[A-Z ]+-----", ""));
  }

  private static int rounds() {
    return await(world.policyRounds.runOnce());
  }

  private static io.hushbus.model.Grant force() {
    return acme.grant(Action.ROTATION_FORCE, acme.demo);
  }

  private static Policy put(String name, Source source) {
    return put(name, new Schedule.Every(MONTH), source);
  }

  private static Policy put(String name, Schedule schedule, Source source) {
    return await(
            world.policies.put(
                force(),
                acme.demo,
                new SecretName(name),
                new Policies.Wish(schedule, source, Strategy.DRAIN, Optional.empty()),
                Seen.WHATEVER))
        .policy();
  }

  private static Policy policy(String name) {
    return await(
        world.policies.get(
            acme.grant(Action.SECRET_READ_METADATA, acme.demo), acme.demo, new SecretName(name)));
  }

  /** Makes the policy one that has been due for that long. */
  private static void due(String name, Duration since) {
    DuePolicy.at(
        world.db, world.keyrings, acme.id, policy(name).secret(), Instant.now().minus(since));
  }

  private static void generated(String name, Source.Generate wanted) {
    await(
        world.rotations.start(
            acme.grant(Action.ROTATION_START, acme.demo),
            acme.demo,
            new SecretName(name),
            wanted,
            io.hushbus.secret.Preconditions.NONE,
            new Rotations.Wish(Strategy.DRAIN, Optional.empty(), Staging.NONE)));
  }

  private static String value(String name) {
    try (LeasedSecret leased = acme.lease(acme.demo, name)) {
      return TenantWorld.value(leased);
    }
  }
}
