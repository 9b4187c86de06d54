package io.hushbus;

import static io.hushbus.support.World.await;
import static io.hushbus.support.World.failure;
import static org.assertj.core.api.Assertions.assertThat;

import io.hushbus.lease.LeasedSecret;
import io.hushbus.lease.Leases;
import io.hushbus.lease.RevocationSweep;
import io.hushbus.model.Action;
import io.hushbus.model.Failure;
import io.hushbus.model.Grant;
import io.hushbus.model.ObjectName;
import io.hushbus.model.Resource;
import io.hushbus.model.Scope;
import io.hushbus.model.SecretName;
import io.hushbus.model.Seen;
import io.hushbus.secret.Adopted;
import io.hushbus.secret.CloneAsk;
import io.hushbus.secret.MetadataEdit;
import io.hushbus.secret.Preconditions;
import io.hushbus.secret.Secret;
import io.hushbus.secret.SecretFilter;
import io.hushbus.secret.Secrets;
import io.hushbus.secret.Share;
import io.hushbus.secret.Trash;
import io.hushbus.support.Canary;
import io.hushbus.support.TenantWorld;
import io.hushbus.support.World;
import io.hushbus.tenant.Projects;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Sharing takes both sides' consent, and ends for good when either side or the community ends it.
 */
final class SharingIT {

  private static World world;
  private static TenantWorld acme;
  private static UUID community;
  private static Scope labs;
  private static RevocationSweep sweep;
  private static int names;

  @BeforeAll
  static void start() {
    world = World.fresh();
    acme = world.tenant("acme");
    community = community("vision");
    join(project("demo"), Optional.of(community));
    labs = made("labs");
    sweep = new RevocationSweep(world.db, world.keyrings, world.ids.random());
  }

  @AfterAll
  static void stop() {
    world.close();
  }

  @Test
  void y5_what_is_shared_is_leased_only_once_it_is_adopted() {
    Secret secret = shared();
    assertThat(failure(acme.leasing(labs, "alias-" + names))).isInstanceOf(Failure.Missing.class);
    adopt(secret, "alias-" + names);
    try (var leased = acme.lease(labs, "alias-" + names)) {
      assertThat(leased.lease().secret()).isEqualTo(secret.id());
      assertThat(leased.name().text()).isEqualTo("alias-" + names);
      assertThat(leased.lease().adoption()).isPresent();
    }
  }

  @Test
  void y4_an_end_of_sharing_ends_the_adopters_leases_and_no_others() {
    Secret secret = shared();
    adopt(secret, "alias-" + names);
    LeasedSecret theirs = acme.lease(labs, "alias-" + names);
    LeasedSecret own = acme.lease(acme.demo, secret.name().text());
    unshare(secret);
    assertThat(failure(renewing(theirs))).isInstanceOf(Failure.Gone.class);
    assertThat(failure(acme.leasing(labs, "alias-" + names))).isInstanceOf(Failure.Missing.class);
    assertThat(await(renewing(own)).lease().id()).isEqualTo(own.lease().id());
    tidy();
    assertThat(rows("SELECT revoked_at IS NULL FROM lease WHERE lease_id = '%s'", theirs))
        .containsExactly("f");
    theirs.close();
    own.close();
  }

  @Test
  void a_new_share_does_not_bring_old_adoptions_back() {
    Secret secret = shared();
    adopt(secret, "alias-" + names);
    unshare(secret);
    share(secret);
    assertThat(failure(acme.leasing(labs, "alias-" + names))).isInstanceOf(Failure.Missing.class);
  }

  @Test
  void many_leases_of_an_adopter_end_at_once() {
    Secret secret = shared();
    adopt(secret, "alias-" + names);
    String alias = "alias-" + names;
    List<List<LeasedSecret>> leased =
        World.awaitAll(IntStream.range(0, 700).mapToObj(i -> acme.leasing(labs, alias)).toList());
    unshare(secret);
    assertThat(told("count", secret)).containsExactly("700");
    leased.stream()
        .map(List::getFirst)
        .forEach(one -> assertThat(failure(renewing(one))).isInstanceOf(Failure.Gone.class));
    leased.forEach(some -> some.forEach(LeasedSecret::close));
  }

  @Test
  void a_forced_deletion_ends_the_adopters_leases_then_the_adoption_then_the_secret() {
    Secret secret = shared();
    adopt(secret, "alias-" + names);
    String alias = "alias-" + names;
    List<List<LeasedSecret>> leased =
        World.awaitAll(IntStream.range(0, 3).mapToObj(i -> acme.leasing(labs, alias)).toList());
    LeasedSecret own = acme.lease(acme.demo, secret.name().text());
    await(
        world.removals.forceDelete(
            acme.grant(Action.SECRET_FORCE_DELETE, acme.demo),
            acme.demo,
            secret.name(),
            Preconditions.NONE));
    assertThat(
            rows(
                "SELECT regexp_replace(type, '^io.hushbus.|.v1$', '', 'g')"
                    + " || coalesce(' ' || (data ->> 'count'), '') FROM event"
                    + " WHERE data ->> 'secret_id' = '%s' ORDER BY position",
                secret))
        .endsWith("lease.revoked 3", "secret.unshared", "lease.revoked 1", "secret.deleted");
    assertThat(failure(renewing(leased.getFirst().getFirst()))).isInstanceOf(Failure.Gone.class);
    assertThat(failure(renewing(own))).isInstanceOf(Failure.Gone.class);
    assertThat(rows("SELECT 1 FROM adoption WHERE secret_id = '%s'", secret)).isEmpty();
    tidy();
    assertThat(rows("SELECT 1 FROM lease WHERE secret_id = '%s' AND revoked_at IS NULL", secret))
        .isEmpty();
    own.close();
    leased.forEach(some -> some.forEach(LeasedSecret::close));
  }

  @Test
  void a_secret_does_not_come_back_under_the_name_of_an_adoption() {
    Secret secret = shared();
    String name = "taken-" + names;
    acme.create(labs, name, Canary.value());
    acme.delete(labs, name);
    adopt(secret, name);
    Grant restoring = acme.grant(Action.SECRET_RESTORE, labs);
    Trash.Pick pick = new Trash.Pick(new SecretName(name), Optional.empty());
    assertThat(failure(world.trash.restore(restoring, labs, pick, Optional.empty())))
        .isInstanceOfSatisfying(
            Failure.Conflict.class,
            taken -> assertThat(taken.reason()).isEqualTo(Failure.Reason.NAME_TAKEN));
    await(world.trash.restore(restoring, labs, pick, Optional.of(new SecretName(name + "-other"))));
  }

  @Test
  void a_filter_is_for_what_wins_a_name_and_not_for_what_it_hides() {
    Secret secret = shared();
    String hidden = "sift-hidden-" + names;
    adopt(secret, hidden);
    Scope narrow = acme.scope("labs", "development");
    acme.create(narrow, hidden, Canary.value());
    Secret another = shared();
    String wins = "sift-wins-" + names;
    adopt(another, wins);
    acme.create(acme.organization, wins, Canary.value());
    labelled(hidden, narrow, "own");
    labelled(wins, acme.organization, "own");

    assertThat(listed(narrow, new SecretFilter(Map.of(), "sift-", Optional.empty(), "")))
        .containsExactly(hidden, wins + " adopted");
    assertThat(listed(narrow, new SecretFilter(Map.of("kind", "own"), "", Optional.empty(), "")))
        .containsExactly(hidden);
    labelled(secret.name().text(), acme.demo, "lent");
    labelled(another.name().text(), acme.demo, "lent");
    assertThat(listed(narrow, new SecretFilter(Map.of("kind", "lent"), "", Optional.empty(), "")))
        .containsExactly(wins + " adopted");
  }

  private static void labelled(String name, Scope scope, String kind) {
    await(
        world.edits.edit(
            acme.grant(Action.SECRET_CHANGE, scope),
            scope,
            new SecretName(name),
            new MetadataEdit(
                Optional.empty(),
                Optional.empty(),
                Map.of("kind", Optional.of(kind)),
                Optional.empty(),
                Optional.empty()),
            Preconditions.NONE));
  }

  private static List<String> listed(Scope scope, SecretFilter filter) {
    return await(
            world.secrets.list(acme.grant(Action.SECRET_LIST, scope), scope, true, filter, "", 50))
        .secrets()
        .stream()
        .map(one -> one.name().text() + (one.adoption().isPresent() ? " adopted" : ""))
        .toList();
  }

  private static List<String> told(String field, Secret secret) {
    return rows(
        "SELECT data ->> '"
            + field
            + "' FROM event WHERE type = 'io.hushbus.lease.revoked.v1'"
            + " AND data ->> 'secret_id' = '%s' ORDER BY position",
        secret);
  }

  @Test
  void a_renewal_is_refused_for_want_of_the_adoption_and_not_for_a_mark_on_the_lease() {
    Secret secret = shared();
    Adopted adopted = adopt(secret, "alias-" + names);
    LeasedSecret leased = acme.lease(labs, "alias-" + names);
    world.asOwner(
        "DELETE FROM adoption WHERE adoption_id = '%s'".formatted(adopted.adoption().id()));
    assertThat(failure(renewing(leased))).isInstanceOf(Failure.Gone.class);
    leased.close();
  }

  @Test
  void a_project_that_leaves_its_community_loses_what_it_adopted() {
    Scope leaver = made("leaver");
    Secret secret = shared();
    adopt(leaver, secret, "mine-" + names);
    LeasedSecret leased = acme.lease(leaver, "mine-" + names);
    join(place(leaver).id(), Optional.empty());
    assertThat(failure(renewing(leased))).isInstanceOf(Failure.Gone.class);
    assertThat(failure(acme.leasing(leaver, "mine-" + names))).isInstanceOf(Failure.Missing.class);
    join(place(leaver).id(), Optional.of(community));
    assertThat(failure(acme.leasing(leaver, "mine-" + names))).isInstanceOf(Failure.Missing.class);
    leased.close();
  }

  @Test
  void a_project_that_leaves_its_community_takes_what_it_shared_along() {
    Scope leaver = made("owner");
    String name = "taken-along";
    Secret secret = acme.create(leaver, name, Canary.value());
    share(leaver, secret);
    adopt(labs, secret, name);
    LeasedSecret leased = acme.lease(labs, name);
    join(place(leaver).id(), Optional.of(community("elsewhere")));
    assertThat(failure(renewing(leased))).isInstanceOf(Failure.Gone.class);
    assertThat(failure(acme.leasing(labs, name))).isInstanceOf(Failure.Missing.class);
    assertThat(rows("SELECT 1 FROM secret_share WHERE secret_id = '%s'", secret)).isEmpty();
    leased.close();
  }

  @Test
  void a_secret_of_a_domain_is_adopted_in_that_domain_only() {
    Scope production = acme.scope("demo", "production");
    Secret secret = acme.create(production, "only-there", Canary.value());
    share(production, secret);
    adopt(secret, "only-there");
    try (var leased = acme.lease(acme.scope("labs", "production"), "only-there")) {
      assertThat(leased.secret().id()).isEqualTo(secret.id());
    }
    assertThat(failure(acme.leasing(acme.scope("labs", "staging"), "only-there")))
        .isInstanceOf(Failure.Missing.class);
    assertThat(failure(acme.leasing(labs, "only-there"))).isInstanceOf(Failure.Missing.class);
  }

  @Test
  void an_adoption_stands_in_the_cascade_where_a_secret_of_the_project_would() {
    Secret secret = shared();
    String name = "layered-" + names;
    acme.create(acme.organization, name, Canary.value());
    adopt(secret, name);
    Scope narrow = acme.scope("labs", "development");
    try (var leased = acme.lease(narrow, name)) {
      assertThat(leased.secret().id()).isEqualTo(secret.id());
    }
    String narrowest = Canary.value();
    acme.create(narrow, name, narrowest);
    try (var leased = acme.lease(narrow, name)) {
      assertThat(TenantWorld.value(leased)).isEqualTo(narrowest);
    }
  }

  @Test
  void what_is_adopted_is_read_under_its_name_there_beside_what_is_not() {
    Secret lent = shared();
    String name = "seen-" + names;
    Adopted adopted = adopt(lent, name);
    Secret own = acme.create(labs, name + "-own", Canary.value());
    List<Future<Secrets.Listed>> all = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      all.add(looking(labs, name));
      all.add(looking(labs, name + "-own"));
    }
    List<Secrets.Listed> seen = World.awaitAll(all);
    for (int i = 0; i < seen.size(); i += 2) {
      assertThat(seen.get(i).secret().id()).isEqualTo(lent.id());
      assertThat(seen.get(i).name().text()).isEqualTo(name);
      assertThat(seen.get(i).adoption()).contains(adopted.adoption());
      assertThat(seen.get(i + 1).secret().id()).isEqualTo(own.id());
      assertThat(seen.get(i + 1).adoption()).isEmpty();
    }
    assertThat(failure(looking(acme.demo, name))).isInstanceOf(Failure.Missing.class);
    world.asOwner(
        "UPDATE adoption SET created_by = 'another hand' WHERE adoption_id = '%s'"
            .formatted(adopted.adoption().id()));
    assertThat(failure(looking(labs, name))).isInstanceOf(Failure.Missing.class);
    assertThat(world.forged).contains("adoption");
  }

  private static Future<Secrets.Listed> looking(Scope scope, String name) {
    return world.secrets.look(
        acme.grant(Action.SECRET_READ_METADATA, scope), scope, new SecretName(name));
  }

  @Test
  void of_a_secret_and_an_adoption_made_at_once_under_one_name_one_is_there() {
    for (int i = 0; i < 20; i++) {
      Secret secret = shared();
      String name = "race-" + names;
      List<Future<Object>> both =
          World.settled(
              List.of(
                  acme.creating(labs, name, Canary.value()).map(one -> one),
                  adopting(labs, secret, name).map(one -> one)));
      assertThat(both.stream().filter(Future::succeeded)).hasSize(1);
    }
  }

  @Test
  void of_an_adoption_and_the_end_of_sharing_at_once_nothing_is_left() {
    for (int i = 0; i < 20; i++) {
      Secret secret = shared();
      String name = "late-" + names;
      World.settled(
          List.of(
              adopting(labs, secret, name).map(one -> (Object) one),
              unsharing(acme.demo, secret).map(one -> one)));
      assertThat(failure(acme.leasing(labs, name))).isInstanceOf(Failure.Missing.class);
      assertThat(rows("SELECT 1 FROM adoption WHERE secret_id = '%s'", secret)).isEmpty();
    }
  }

  @Test
  void no_lease_outlives_an_end_of_sharing_that_it_raced() {
    for (int i = 0; i < 20; i++) {
      Secret secret = shared();
      String name = "raced-" + names;
      adopt(secret, name);
      var leasing = acme.leasing(labs, name);
      World.settled(
          List.of(leasing.map(one -> (Object) one), unsharing(acme.demo, secret).map(one -> one)));
      tidy();
      assertThat(rows("SELECT 1 FROM lease WHERE secret_id = '%s' AND revoked_at IS NULL", secret))
          .isEmpty();
      if (leasing.succeeded()) {
        leasing.result().forEach(LeasedSecret::close);
      }
    }
  }

  @Test
  void while_it_is_adopted_a_secret_is_not_deleted() {
    Secret secret = shared();
    Adopted adopted = adopt(secret, "alias-" + names);
    assertThat(failure(acme.deleting(acme.demo, secret.name().text())))
        .isInstanceOfSatisfying(
            Failure.Conflict.class,
            conflict ->
                assertThat(conflict.blockers())
                    .containsExactly(
                        new Failure.Blocker("adoption", adopted.adoption().id().toString())));
    giveUp(adopted);
    acme.delete(acme.demo, secret.name().text());
  }

  @Test
  void an_adoption_that_another_hand_inserts_gives_nothing() {
    Secret secret = shared();
    Adopted genuine = adopt(secret, "alias-" + names);
    Scope outside = made("forged-" + names);
    String fallback = Canary.value();
    acme.create(acme.organization, "fallback-" + names, fallback);
    world.asOwner(
        """
        INSERT INTO adoption (tenant_id, adoption_id, share_id, secret_id, project_id, name, folded_name,
                              created_by, created_at, mac_generation, row_mac)
        SELECT tenant_id, gen_random_uuid(), share_id, secret_id, '%s', 'fallback-%d', 'fallback-%d',
               created_by, created_at, mac_generation, row_mac
        FROM adoption WHERE adoption_id = '%s'
        """
            .formatted(place(outside).id(), names, names, genuine.adoption().id()));
    try (var leased = acme.lease(outside, "fallback-" + names)) {
      assertThat(TenantWorld.value(leased)).isEqualTo(fallback);
    }
    assertThat(
            await(
                world.adoptions.list(
                    acme.grant(Action.SECRET_LIST, outside), place(outside), Optional.empty(), 10)))
        .isEmpty();
    assertThat(world.forged).contains("adoption");
  }

  @Test
  void a_share_that_another_hand_inserts_can_not_be_adopted() {
    Secret secret = acme.create(acme.demo, "unshared-" + ++names, Canary.value());
    world.asOwner(
        """
        INSERT INTO secret_share (tenant_id, share_id, secret_id, community_id, created_by, created_at,
                                  mac_generation, row_mac)
        SELECT tenant_id, gen_random_uuid(), secret_id, '%s', created_by, created_at, mac_generation,
               row_mac
        FROM secret WHERE secret_id = '%s'
        """
            .formatted(community, secret.id()));
    assertThat(failure(adopting(labs, secret, "unshared-" + names)))
        .isInstanceOf(Failure.Missing.class);
    assertThat(world.forged).contains("secret_share");
  }

  @Test
  void n55_a_project_that_another_hand_edited_gets_nothing_of_its_community() {
    Secret secret = shared();
    String alias = "alias-" + names;
    adopt(secret, alias);
    world.forged.clear();
    world.asOwner(
        "UPDATE project SET reveal = 'developer' WHERE project_id = '%s'"
            .formatted(place(labs).id()));
    assertThat(failure(acme.leasing(labs, alias))).isInstanceOf(Failure.Missing.class);
    assertThat(world.forged).contains("project");
    world.asOwner(
        "UPDATE project SET reveal = 'off' WHERE project_id = '%s'".formatted(place(labs).id()));
    acme.lease(labs, alias).close();
  }

  @Test
  void an_adoption_moved_to_another_name_gives_nothing() {
    Secret secret = shared();
    adopt(secret, "alias-" + names);
    world.asOwner(
        "UPDATE adoption SET name = 'moved-%d', folded_name = 'moved-%d' WHERE secret_id = '%s'"
            .formatted(names, names, secret.id()));
    assertThat(failure(acme.leasing(labs, "moved-" + names))).isInstanceOf(Failure.Missing.class);
  }

  @Test
  void y8_a_clone_outlives_its_source_and_neither_follows_the_other() {
    String value = Canary.value();
    Secret source = acme.create(acme.demo, "source-" + ++names, value);
    Secret clone = await(cloning(acme.demo, source.name(), labs, "clone-" + names));
    assertThat(clone.origin()).contains(new Secret.Origin(source.id(), source.currentVersion()));
    acme.replace(acme.demo, source.name().text(), Canary.value());
    acme.delete(acme.demo, source.name().text());
    try (var leased = acme.lease(labs, "clone-" + names)) {
      assertThat(TenantWorld.value(leased)).isEqualTo(value);
    }
  }

  @Test
  void y7_a_clone_of_what_is_adopted_is_refused_once_sharing_has_ended() {
    Secret secret = shared();
    adopt(secret, "alias-" + names);
    unshare(secret);
    assertThat(failure(cloning(labs, new SecretName("alias-" + names), labs, "clone-" + names)))
        .isInstanceOf(Failure.Missing.class);
  }

  @Test
  void y10_the_receivers_hand_does_not_reach_the_secret() {
    Secret secret = shared();
    adopt(secret, "alias-" + names);
    String alias = "alias-" + names;
    assertThat(failure(acme.replacing(labs, alias, Canary.value(), Preconditions.NONE)))
        .isInstanceOf(Failure.Missing.class);
    assertThat(failure(acme.deleting(labs, alias))).isInstanceOf(Failure.Missing.class);
  }

  private static Secret shared() {
    Secret secret = acme.create(acme.demo, "shared-" + ++names, Canary.value());
    share(secret);
    return secret;
  }

  private static void share(Secret secret) {
    share(acme.demo, secret);
  }

  private static void share(Scope scope, Secret secret) {
    await(world.shares.share(sharing(scope), scope, secret.name()));
  }

  private static void unshare(Secret secret) {
    await(unsharing(acme.demo, secret));
  }

  private static Future<Share> unsharing(Scope scope, Secret secret) {
    return world.shares.unshare(sharing(scope), scope, secret.name());
  }

  private static Grant sharing(Scope scope) {
    return acme.grant(Action.SECRET_SHARE, Resource.in(scope, "secret").at(community));
  }

  private static Adopted adopt(Secret secret, String alias) {
    return adopt(labs, secret, alias);
  }

  private static Adopted adopt(Scope receiver, Secret secret, String alias) {
    return await(adopting(receiver, secret, alias));
  }

  private static Future<Adopted> adopting(Scope receiver, Secret secret, String alias) {
    return world.adoptions.adopt(
        acme.grant(Action.SECRET_ADOPT, receiver),
        place(receiver),
        secret.id(),
        Optional.of(new SecretName(alias)));
  }

  private static void giveUp(Adopted adopted) {
    await(
        world.adoptions.giveUp(
            acme.grant(Action.SECRET_ADOPT, labs), place(labs), adopted.adoption().id()));
  }

  private static Future<Secret> cloning(Scope from, SecretName name, Scope to, String clone) {
    return world.clones.create(
        acme.grant(Action.SECRET_CLONE, from),
        acme.grant(Action.SECRET_CREATE, to),
        from,
        name,
        new CloneAsk(
            to,
            new SecretName(clone),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty()));
  }

  private static Future<Leases.Renewed> renewing(LeasedSecret leased) {
    return world.leases.renew(
        acme.grant(Action.LEASE_RENEW), leased.lease().id(), Optional.empty());
  }

  private static UUID community(String name) {
    return await(
            world.communities.create(acme.grant(Action.COMMUNITY_ADMIN), new ObjectName(name), ""))
        .id();
  }

  /** A new project in the community. */
  private static Scope made(String name) {
    await(
        world.projects.create(
            acme.grant(Action.PROJECT_ADMIN), new ObjectName(name), "", Optional.of(community)));
    return acme.scope(name, "");
  }

  private static UUID project(String name) {
    return place(acme.scope(name, "")).id();
  }

  private static Scope.Place place(Scope scope) {
    return scope.inProject().orElseThrow();
  }

  private static void join(UUID project, Optional<UUID> to) {
    Resource resource = new Resource("project", Optional.of(project), Optional.of(project));
    await(
        world.projects.edit(
            acme.grant(Action.PROJECT_ADMIN, resource),
            acme.grant(Action.COMMUNITY_ADMIN, resource),
            new Projects.Edit(
                Optional.empty(), Optional.empty(), Optional.of(new Projects.Edit.Membership(to))),
            Seen.WHATEVER));
  }

  private static List<String> rows(String sql, LeasedSecret leased) {
    return world.rows(sql.formatted(leased.lease().id()));
  }

  /** Writes into the rows of leases what has ended them. */
  private static void tidy() {
    await(sweep.runOnce());
  }

  private static List<String> rows(String sql, Secret secret) {
    return world.rows(sql.formatted(secret.id()));
  }
}
