package io.hushbus;

import static io.hushbus.support.World.await;
import static io.hushbus.support.World.awaitAll;
import static io.hushbus.support.World.failure;
import static io.hushbus.support.World.settled;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hushbus.lease.Lease;
import io.hushbus.lease.LeaseAsk;
import io.hushbus.lease.LeaseGrants;
import io.hushbus.lease.LeasedSecret;
import io.hushbus.model.Action;
import io.hushbus.model.EntryName;
import io.hushbus.model.Failure;
import io.hushbus.model.Grant;
import io.hushbus.model.Once;
import io.hushbus.model.Resource;
import io.hushbus.model.RunId;
import io.hushbus.model.Scope;
import io.hushbus.model.SecretName;
import io.hushbus.secret.Preconditions;
import io.hushbus.secret.Secret;
import io.hushbus.secret.Secrets;
import io.hushbus.support.Canary;
import io.hushbus.support.RunWorld;
import io.hushbus.support.Saboteur;
import io.hushbus.support.TenantWorld;
import io.hushbus.support.World;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Concurrent grants share commits, and share nothing else: each ask holds or fails alone. */
final class GrantsCommitInGroupsIT {

  private static final Saboteur probe = new Saboteur();
  private static World world;
  private static TenantWorld acme;
  private static TenantWorld globex;
  private static RunWorld runs;

  @BeforeAll
  static void start() {
    world = World.fresh(probe);
    acme = world.tenant("acme");
    globex = world.tenant("globex");
    runs = new RunWorld(acme);
    acme.create(acme.demo, "common", Canary.value());
    globex.create(globex.demo, "common", Canary.value());
  }

  @AfterAll
  static void stop() {
    world.close();
  }

  @Test
  void sixty_four_grants_at_once_need_few_commits() {
    acme.lease(acme.demo, "common").close();
    probe.statements();
    awaitAll(IntStream.range(0, 64).mapToObj(i -> acme.leasing(acme.demo, "common")).toList());
    long granting =
        probe.statements().stream().filter(sql -> sql.contains("INSERT INTO lease")).count();
    assertThat(granting).isBetween(1L, 16L);
  }

  @Test
  void so_do_sixty_four_under_keys_and_nothing_is_read_before() {
    acme.create(acme.demo, "keyed", Canary.value());
    remembered(acme.demo, "keyed");
    probe.statements();
    awaitAll(IntStream.range(0, 64).mapToObj(i -> under("key-" + i, "keyed")).toList())
        .forEach(granted -> granted.leases().forEach(LeasedSecret::close));
    List<String> statements = probe.statements();
    assertThat(statements.stream().filter("COMMIT"::equals).count()).isBetween(1L, 16L);
    assertThat(statements).noneMatch(sql -> sql.contains("body_mac, made FROM idempotency"));
    assertThat(world.row("SELECT count(*) FROM idempotency WHERE cardinality(made) = 1"))
        .isEqualTo("64");
  }

  @Test
  void what_a_run_has_already_and_is_remembered_takes_one_look_and_no_second_attempt() {
    RunId run = runs.open().id();
    acme.create(acme.demo, "kept-by-run", Canary.value());
    Lease first = runs.lease(run, "kept-by-run");
    remembered(acme.demo, "kept-by-run");
    probe.statements();
    assertThat(runs.lease(run, "kept-by-run").id()).isEqualTo(first.id());
    List<String> statements = probe.statements();
    assertThat(statements.stream().filter(sql -> sql.contains("AND l.slot\n")).count())
        .isEqualTo(1);
  }

  private static Future<LeaseGrants.Granted> under(String key, String secret) {
    return world.grants.grantOnce(
        acme.grant(Action.LEASE_GRANT),
        TenantWorld.ask(acme.demo, Optional.empty(), secret),
        new Once(key, new byte[32]));
  }

  @Test
  void what_was_leased_a_moment_ago_is_leased_again_without_a_look_up() {
    acme.create(acme.demo, "familiar", Canary.value());
    remembered(acme.demo, "familiar");
  }

  @Test
  void g4_what_is_remembered_is_never_leased_once_it_does_not_stand() {
    String second = Canary.value();
    String narrow = Canary.value();
    acme.create(acme.demo, "moving", Canary.value());
    for (int i = 0; i < 3; i++) {
      acme.lease(acme.demoDevelopment, "moving").close();
    }
    acme.replace(acme.demo, "moving", second);
    assertThat(TenantWorld.value(acme.lease(acme.demoDevelopment, "moving"))).isEqualTo(second);
    acme.create(acme.demoDevelopment, "moving", narrow);
    assertThat(TenantWorld.value(acme.lease(acme.demoDevelopment, "moving"))).isEqualTo(narrow);
    assertThat(TenantWorld.value(acme.lease(acme.demo, "moving"))).isEqualTo(second);
  }

  @Test
  void g4_a_key_that_came_since_it_was_remembered_is_leased() {
    String late = Canary.value();
    acme.createPairs(acme.demo, "growing", "user", Canary.value());
    remembered(acme.demo, "growing");
    await(
        world.changes.replace(
            acme.grant(Action.SECRET_CHANGE, acme.demo),
            acme.demo,
            new SecretName("growing"),
            TenantWorld.pairs("user", Canary.value(), "password", late),
            Preconditions.NONE));
    for (boolean optional : List.of(true, false)) {
      acme.lease(acme.demo, "common").close();
      LeasedSecret leased = await(leasing("growing", "password", optional)).getFirst();
      assertThat(TenantWorld.value(leased.payload(), new EntryName("password"))).isEqualTo(late);
    }
  }

  @Test
  void g4_a_run_that_has_the_wide_secret_gets_the_narrower_one_that_came_since() {
    String narrow = Canary.value();
    RunId run = runs.open().id();
    acme.create(acme.organization, "shadowed", Canary.value());
    remembered(acme.demo, "shadowed");
    await(runs.leasing(run, "shadowed")).leases().forEach(LeasedSecret::close);
    acme.create(acme.demo, "shadowed", narrow);
    acme.lease(acme.demo, "common").close();
    LeasedSecret leased = await(runs.leasing(run, "shadowed")).leases().getFirst();
    assertThat(TenantWorld.value(leased)).isEqualTo(narrow);
  }

  @Test
  void what_may_all_be_missing_is_granted_once_too() {
    LeaseAsk ask =
        new LeaseAsk(acme.demo, List.of(wanted("nowhere", "password", true)), Optional.empty());
    Grant grant = acme.grant(Action.LEASE_GRANT, Resource.in(acme.demo, "secret"));
    Once key = new Once("none-of-them", new byte[32]);
    assertThat(await(world.grants.grantOnce(grant, ask, key)).leases()).isEmpty();
    assertThat(await(world.grants.grantOnce(grant, ask, key)).leases()).isEmpty();
  }

  /** Until it is granted without a look-up. */
  private static void remembered(Scope scope, String secret) {
    boolean without = false;
    for (int i = 0; i < 100 && !without; i++) {
      probe.statements();
      acme.lease(scope, secret).close();
      without = probe.statements().stream().noneMatch(sql -> sql.contains("WITH ORDINALITY"));
    }
    assertThat(without).isTrue();
  }

  private static LeaseAsk.Wanted wanted(String secret, String key, boolean optional) {
    return new LeaseAsk.Wanted(
        new SecretName(secret), List.of(new EntryName(key)), optional, Lease.Need.NONE);
  }

  private static Future<List<LeasedSecret>> leasing(String secret, String key, boolean optional) {
    return world.grants.grant(
        acme.grant(Action.LEASE_GRANT, Resource.in(acme.demo, "secret")),
        new LeaseAsk(acme.demo, List.of(wanted(secret, key, optional)), Optional.empty()));
  }

  @Test
  void a_row_that_another_hand_touched_is_read_again_and_refused() {
    acme.create(acme.demo, "touched", Canary.value());
    acme.lease(acme.demo, "touched").close();
    world.asOwner("UPDATE secret SET max_versions = 9 WHERE name = 'touched'");
    assertThat(failure(acme.leasing(acme.demo, "touched"))).isInstanceOf(Failure.Integrity.class);
    acme.create(acme.demo, "swapped", Canary.value());
    acme.lease(acme.demo, "swapped").close();
    world.asOwner(
        "UPDATE secret_version v SET size_bytes = 1 FROM secret s"
            + " WHERE s.secret_id = v.secret_id AND s.name = 'swapped'");
    assertThat(failure(acme.leasing(acme.demo, "swapped"))).isInstanceOf(Failure.Integrity.class);
  }

  @Test
  void grants_of_several_tenants_share_a_batch_and_each_gets_its_own() {
    String ours = Canary.value();
    String theirs = Canary.value();
    acme.create(acme.demo, "mixed", ours);
    globex.create(globex.demo, "mixed", theirs);
    List<Future<List<LeasedSecret>>> all = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      all.add(acme.leasing(acme.demo, "mixed"));
      all.add(globex.leasing(globex.demo, "mixed"));
    }
    List<List<LeasedSecret>> leased = awaitAll(all);
    for (int i = 0; i < leased.size(); i++) {
      assertThat(TenantWorld.value(leased.get(i).getFirst())).isEqualTo(i % 2 == 0 ? ours : theirs);
    }
  }

  @Test
  void sixty_four_reads_at_once_of_two_tenants_are_two_transactions() {
    Secret ours = acme.create(acme.organization, "read-by-many", Canary.value());
    Secret theirs = globex.create(globex.organization, "read-by-many", Canary.value());
    List<Future<Secrets.Listed>> all =
        atOnce(
            i -> {
              TenantWorld tenant = i % 2 == 0 ? acme : globex;
              return looking(tenant, tenant.organization, "read-by-many");
            });
    for (int i = 0; i < all.size(); i++) {
      assertThat(await(all.get(i)).secret().id()).isEqualTo((i % 2 == 0 ? ours : theirs).id());
    }
  }

  @Test
  void n53_a_row_that_another_hand_wrote_fails_its_own_readers_alone() {
    for (String name : List.of("sound", "edited", "senseless")) {
      acme.create(acme.demo, name, Canary.value());
    }
    world.asOwner("UPDATE secret SET max_versions = 9 WHERE name = 'edited'");
    world.asOwner("UPDATE secret SET type = 'riddle' WHERE name = 'senseless'");
    List<String> names = List.of("sound", "edited", "senseless", "nowhere");
    List<Future<Secrets.Listed>> all = atOnce(i -> looking(acme, names.get(i % 4)));
    for (int i = 0; i < all.size(); i += 4) {
      assertThat(await(all.get(i)).name().text()).isEqualTo("sound");
      assertThat(failure(all.get(i + 1))).isInstanceOf(Failure.Integrity.class);
      assertThat(all.get(i + 2).failed()).isTrue();
      assertThat(failure(all.get(i + 3))).isInstanceOf(Failure.Missing.class);
    }
  }

  @Test
  void n53_a_row_of_another_tenant_under_ones_own_id_is_refused() {
    acme.create(acme.demo, "planted-read", Canary.value());
    world.asOwner(
        "UPDATE secret SET row_mac = (SELECT row_mac FROM secret WHERE name = 'common' AND"
            + " tenant_id = '%s') WHERE name = 'planted-read'".formatted(globex.id));
    assertThat(failure(looking(acme, "planted-read"))).isInstanceOf(Failure.Integrity.class);
    assertThat(failure(looking(globex, "planted-read"))).isInstanceOf(Failure.Missing.class);
  }

  @Test
  void g5_a_read_sees_what_was_written_before_it_came_also_among_many() {
    acme.create(acme.demo, "freshly-read", Canary.value());
    List<Future<Secrets.Listed>> others = new ArrayList<>();
    for (int version = 2; version < 12; version++) {
      for (int i = 0; i < 20; i++) {
        others.add(looking(acme, "freshly-read"));
      }
      acme.replace(acme.demo, "freshly-read", Canary.value());
      others.add(looking(acme, "freshly-read"));
      assertThat(await(looking(acme, "freshly-read")).secret().currentVersion()).isEqualTo(version);
      assertThat(await(others.getLast()).secret().currentVersion()).isEqualTo(version);
    }
    awaitAll(others);
  }

  /** Sixty-four in one turn of an event loop: the first goes at once, and the others together. */
  private static List<Future<Secrets.Listed>> atOnce(IntFunction<Future<Secrets.Listed>> one) {
    settled(List.of(looking(acme, "common"), looking(globex, "common")));
    Promise<List<Future<Secrets.Listed>>> begun = Promise.promise();
    world.vertx.runOnContext(
        turn -> {
          probe.statements();
          begun.complete(IntStream.range(0, 64).mapToObj(one).toList());
        });
    List<Future<Secrets.Listed>> all = settled(await(begun.future()));
    assertThat(probe.statements().stream().filter(sql -> sql.contains(" READ ONLY"))).hasSize(2);
    return all;
  }

  private static Future<Secrets.Listed> looking(TenantWorld tenant, String name) {
    return looking(tenant, tenant.demo, name);
  }

  private static Future<Secrets.Listed> looking(TenantWorld tenant, Scope scope, String name) {
    Grant grant = tenant.grant(Action.SECRET_READ_METADATA, scope);
    return world.secrets.look(grant, scope, new SecretName(name));
  }

  @Test
  void an_ask_that_the_database_refuses_fails_alone() {
    List<Future<List<LeasedSecret>>> all = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      all.add(i == 7 ? poisoned() : acme.leasing(acme.demo, "common"));
    }
    settled(all);
    for (int i = 0; i < all.size(); i++) {
      assertThat(all.get(i).succeeded()).as("ask %d", i).isEqualTo(i != 7);
    }
  }

  @Test
  void an_ask_for_a_secret_that_is_not_there_names_each_and_leases_none() {
    acme.create(acme.demo, "present", Canary.value());
    String before = leases();
    assertThat(failure(acme.leasing(acme.demo, "absent", "present", "neither")))
        .isInstanceOfSatisfying(
            Failure.Missing.class,
            missing ->
                assertThat(missing.fields())
                    .extracting(Failure.Field::pointer)
                    .containsExactly("/secrets/0", "/secrets/2"));
    assertThat(leases()).isEqualTo(before);
  }

  @Test
  void an_ask_for_no_or_too_many_secrets_is_refused() {
    assertThatThrownBy(() -> TenantWorld.ask(acme.demo, Optional.empty()))
        .isInstanceOf(Failure.Invalid.class);
    assertThatThrownBy(
            () ->
                TenantWorld.ask(
                    acme.demo,
                    Optional.empty(),
                    IntStream.range(0, 65).mapToObj(i -> "name-" + i).toArray(String[]::new)))
        .isInstanceOf(Failure.Invalid.class);
  }

  @Test
  void all_of_an_ask_is_leased_or_nothing_while_its_secrets_change() {
    acme.create(acme.demo, "left-half", Canary.value());
    acme.create(acme.demo, "right-half", Canary.value());
    List<Future<List<LeasedSecret>>> grants = new ArrayList<>();
    List<Future<io.hushbus.secret.Secret>> changes = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      changes.add(acme.replacing(acme.demo, "right-half", Canary.value(), Preconditions.NONE));
      grants.add(acme.leasing(acme.demo, "left-half", "right-half"));
    }
    settled(changes);
    settled(grants).stream()
        .filter(Future::failed)
        .forEach(
            lost ->
                assertThat(lost.cause())
                    .isInstanceOfSatisfying(
                        Failure.Conflict.class,
                        conflict -> assertThat(conflict.retryable()).isTrue()));
    long granted = grants.stream().filter(Future::succeeded).count();
    for (String half : List.of("left-half", "right-half")) {
      assertThat(
              world.row(
                  "SELECT count(*) FROM lease l JOIN secret s USING (tenant_id, secret_id)"
                      + " WHERE s.name = '"
                      + half
                      + "'"))
          .isEqualTo(String.valueOf(granted));
    }
  }

  @Test
  void a_grant_waits_for_whoever_holds_its_secret_instead_of_giving_up() throws SQLException {
    acme.create(acme.demo, "held", Canary.value());
    try (Connection holder = world.database.owner()) {
      holder.setAutoCommit(false);
      try (var lock =
          holder.prepareStatement("SELECT 1 FROM secret WHERE name = 'held' FOR UPDATE")) {
        assertThat(lock.executeQuery().next()).isTrue();
      }
      var leasing = acme.leasing(acme.demo, "held");
      Awaitility.await("it waits").until(() -> world.database.isWaitedIn());
      assertThat(leasing.isComplete()).isFalse();
      holder.rollback();
      await(leasing).forEach(LeasedSecret::close);
    }
  }

  @Test
  void a_lease_on_one_entry_gives_that_entry_alone() {
    acme.createPairs(acme.demo, "pair", "user", "app", "password", Canary.value());
    var one = new LeaseAsk.Wanted(new SecretName("pair"), Optional.of(new EntryName("user")));
    var none = new LeaseAsk.Wanted(new SecretName("pair"), Optional.of(new EntryName("token")));
    try (var leased = await(leasing(one)).getFirst()) {
      assertThat(leased.payload().entries().keySet()).containsExactly(new EntryName("user"));
    }
    assertThat(failure(leasing(none))).isInstanceOf(Failure.Missing.class);
  }

  private static Future<List<LeasedSecret>> leasing(LeaseAsk.Wanted wanted) {
    return world.grants.grant(
        acme.grant(Action.LEASE_GRANT), new LeaseAsk(acme.demo, List.of(wanted), Optional.empty()));
  }

  /** PostgreSQL keeps no NUL in a text. */
  private static Future<List<LeasedSecret>> poisoned() {
    Grant grant =
        new Grant(
            acme.caller(acme.someone),
            Action.LEASE_GRANT,
            Resource.ofTenant("secret"),
            world.ids.ordered(),
            "\0");
    return world.grants.grant(grant, TenantWorld.ask(acme.demo, Optional.empty(), "common"));
  }

  private static String leases() {
    return world.row("SELECT count(*) FROM lease");
  }
}
