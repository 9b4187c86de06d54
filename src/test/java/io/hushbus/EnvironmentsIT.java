package io.hushbus;

import static io.hushbus.support.World.await;
import static io.hushbus.support.World.failure;
import static org.assertj.core.api.Assertions.assertThat;

import io.hushbus.lease.Environment;
import io.hushbus.lease.EnvironmentPlan;
import io.hushbus.lease.Environments;
import io.hushbus.lease.Exposure;
import io.hushbus.lease.LeaseAsk;
import io.hushbus.lease.LeasedSecret;
import io.hushbus.lease.Need;
import io.hushbus.lease.NeedFields;
import io.hushbus.lease.Outcome;
import io.hushbus.lease.Resolution;
import io.hushbus.model.Action;
import io.hushbus.model.Failure;
import io.hushbus.model.Grant;
import io.hushbus.model.ObjectName;
import io.hushbus.model.Resource;
import io.hushbus.model.Scope;
import io.hushbus.model.SecretName;
import io.hushbus.secret.MetadataEdit;
import io.hushbus.secret.Preconditions;
import io.hushbus.secret.Secret;
import io.hushbus.support.Canary;
import io.hushbus.support.TenantWorld;
import io.hushbus.support.World;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What tasks need is kept under names, explained before it is leased, and keeps secrets in place.
 */
final class EnvironmentsIT {

  private static World world;
  private static TenantWorld acme;
  private static int names;
  private String mark = "";

  @BeforeAll
  static void start() {
    world = World.fresh();
    acme = world.tenant("acme");
  }

  @AfterAll
  static void stop() {
    world.close();
  }

  @BeforeEach
  void fresh() {
    mark = "need" + ++names;
  }

  @Test
  void the_narrowest_environment_of_a_name_is_the_one_a_task_sees() {
    put(acme.organization, mark, need("wide-one"));
    put(acme.demo, mark, need("narrow-one"));
    assertThat(seen(acme.demoDevelopment).needs().getFirst().secret().text())
        .isEqualTo("narrow-one");
    assertThat(seen(acme.development).needs().getFirst().secret().text()).isEqualTo("wide-one");
    assertThat(failure(getting(acme.demoDevelopment, mark))).isInstanceOf(Failure.Missing.class);
  }

  @Test
  void a_list_has_exactly_one_scope_or_each_name_once() {
    Scope scope = project();
    put(scope, mark + "-b", need("one-secret"));
    put(scope, mark + "-a", need("one-secret"));
    put(acme.organization, mark + "-A", need("one-secret"));
    assertThat(listed(scope, false)).containsExactly(mark + "-a", mark + "-b");
    assertThat(listed(scope, true)).contains(mark + "-a", mark + "-b").doesNotContain(mark + "-A");
  }

  @Test
  void a_change_says_what_it_expects_and_is_refused_otherwise() {
    assertThat(put(acme.demo, mark, need("one-secret")).created()).isTrue();
    assertThat(failure(putting(mark, new Preconditions(OptionalLong.empty(), true))))
        .isInstanceOf(Failure.PreconditionFailed.class);
    assertThat(failure(putting(mark, new Preconditions(OptionalLong.of(2), false))))
        .isInstanceOf(Failure.PreconditionFailed.class);
    assertThat(await(putting(mark, new Preconditions(OptionalLong.of(1), false))).environment())
        .extracting(Environment::revision)
        .isEqualTo(2L);
    assertThat(failure(putting(mark + "x", new Preconditions(OptionalLong.of(1), false))))
        .isInstanceOf(Failure.PreconditionFailed.class);
  }

  @Test
  void of_many_who_make_it_at_once_one_does_and_the_others_change_it() {
    List<Environments.Put> puts =
        World.awaitAll(Stream.generate(() -> putting(mark, Preconditions.NONE)).limit(4).toList());
    assertThat(puts.stream().filter(Environments.Put::created)).hasSize(1);
    assertThat(await(getting(acme.demo, mark)).revision()).isEqualTo(4);
  }

  @Test
  void a_binding_fills_the_projects_default_environment_one_variable_at_a_time() {
    Scope scope = project();
    bind(scope, "AUTH_SECRET", "auth-one");
    bind(scope, "OTHER", "other-one");
    Environment last = bind(scope, "AUTH_SECRET", "auth-two");
    assertThat(last.name()).isEqualTo(Environment.DEFAULT);
    assertThat(last.needs().stream().map(need -> need.secret().text()))
        .containsExactly("other-one", "auth-two");
  }

  @Test
  void n55_an_environment_that_another_hand_wrote_is_refused() {
    put(acme.demo, mark, need("one-secret"));
    world.asOwner(
        "UPDATE environment SET needs = '[{\"secret\":\"other-one\"}]' WHERE name = '%s'"
            .formatted(mark));
    assertThat(failure(getting(acme.demo, mark))).isInstanceOf(Failure.Integrity.class);
    world.asOwner("UPDATE environment SET needs = '[{}]' WHERE name = '%s'".formatted(mark));
    assertThat(failure(getting(acme.demo, mark))).isInstanceOf(Failure.Integrity.class);
    world.asOwner("DELETE FROM environment WHERE name = '%s'".formatted(mark));
  }

  @Test
  void n55_an_environment_is_not_found_under_another_name_or_place() {
    put(acme.demo, mark, need("one-secret"));
    world.asOwner("UPDATE environment SET folded_name = 'moved' WHERE name = '%s'".formatted(mark));
    assertThat(failure(getting(acme.demo, "moved"))).isInstanceOf(Failure.Integrity.class);
    world.asOwner(
        "UPDATE environment SET folded_name = name, project_id = NULL WHERE name = '%s'"
            .formatted(mark));
    assertThat(failure(getting(acme.organization, mark))).isInstanceOf(Failure.Integrity.class);
    world.asOwner("DELETE FROM environment WHERE name = '%s'".formatted(mark));
  }

  @Test
  void a_resolution_says_which_secret_wins_and_what_it_hides() {
    acme.create(acme.organization, mark, Canary.value());
    acme.create(acme.development, mark, Canary.value());
    acme.create(acme.demo, mark, Canary.value());
    acme.replace(acme.demo, mark, Canary.value());
    Resolution.Resolved one = resolve(acme.demoDevelopment, need(mark)).needs().getFirst();
    assertThat(one.outcome()).isEqualTo(Outcome.OK);
    assertThat(one.found().orElseThrow().place()).isEqualTo(acme.demo);
    assertThat(one.found().orElseThrow().version()).isEqualTo(2);
    assertThat(one.found().orElseThrow().shadows())
        .containsExactly(acme.development, acme.organization);
  }

  @Test
  void a_resolution_makes_no_lease_and_opens_nothing() {
    acme.create(acme.demo, mark, Canary.value());
    String before =
        world.row("SELECT count(*) FROM lease") + world.row("SELECT count(*) FROM audit_tail");
    assertThat(resolve(acme.demo, need(mark)).ok()).isTrue();
    assertThat(
            world.row("SELECT count(*) FROM lease") + world.row("SELECT count(*) FROM audit_tail"))
        .isEqualTo(before);
  }

  @Test
  void each_need_has_its_own_outcome_in_one_answer() {
    acme.create(acme.demo, mark, Canary.value());
    acme.createPairs(acme.demo, mark + "-kv", "user", Canary.value());
    acme.create(acme.demo, mark + "-nul", Canary.value() + "\0");
    Resolution found =
        resolve(
            acme.demo,
            need(mark),
            fields(mark + "-nowhere").put("as_env_var", "A"),
            fields(mark + "-kv").put("as_env_var", "B"),
            fields(mark + "-kv").put("key", "nothing").put("as_env_var", "C"),
            fields(mark + "-kv").put("key", "user").put("as_env_var", "D"),
            fields(mark + "-nul").put("as_env_var", "E"),
            fields(mark + "-kv").put("prefix", mark + "_"),
            fields(mark).put("as_env_var", mark + "_user"));
    assertThat(found.needs().stream().map(Resolution.Resolved::outcome))
        .containsExactly(
            Outcome.OK,
            Outcome.MISSING,
            Outcome.WRONG_TYPE,
            Outcome.MISSING,
            Outcome.OK,
            Outcome.WRONG_TYPE,
            Outcome.CLASH,
            Outcome.CLASH);
    assertThat(found.ok()).isFalse();
  }

  @Test
  void what_is_too_large_for_a_variable_is_told_without_opening_it() {
    acme.create(acme.demo, mark, Canary.value());
    world.asOwner(
        "UPDATE secret_version SET entry_sizes = ARRAY[200000] WHERE secret_id ="
            + " (SELECT secret_id FROM secret WHERE name = '%s')".formatted(mark));
    assertThat(resolve(acme.demo, need(mark)).needs().getFirst().outcome())
        .isEqualTo(Outcome.TOO_LARGE_FOR_ENV);
  }

  @Test
  void a_version_from_before_sizes_were_kept_counts_with_its_whole_size() {
    acme.create(acme.demo, mark, Canary.value());
    world.asOwner(
        "UPDATE secret_version SET entry_sizes = NULL, entry_zeros = NULL WHERE secret_id ="
            + " (SELECT secret_id FROM secret WHERE name = '%s')".formatted(mark));
    assertThat(resolve(acme.demo, need(mark)).ok()).isTrue();
  }

  @Test
  void a_task_may_do_without_what_is_optional() {
    Resolution found = resolve(acme.demo, fields(mark).put("optional", true));
    assertThat(found.needs().getFirst().outcome()).isEqualTo(Outcome.MISSING);
    assertThat(found.ok()).isTrue();
  }

  @Test
  void who_may_list_a_secret_and_not_look_at_it_is_told_that_and_others_that_there_is_none() {
    acme.create(acme.demo, mark, Canary.value());
    for (Map.Entry<Resolution.View, Outcome> each :
        Map.of(
                Resolution.View.LISTED, Outcome.FORBIDDEN,
                Resolution.View.HIDDEN, Outcome.MISSING)
            .entrySet()) {
      Resolution.Resolved one =
          await(resolving(acme.demo, each.getKey(), need(mark))).needs().getFirst();
      assertThat(one.outcome()).isEqualTo(each.getValue());
      assertThat(one.found()).isEmpty();
    }
  }

  @Test
  void what_is_shared_and_not_adopted_is_told_and_an_adoption_that_ends_leaves_the_need() {
    UUID community = community();
    Scope owner = project(community);
    Scope other = project(community);
    Secret secret = acme.create(owner, mark, Canary.value());
    await(world.shares.share(inCommunity(owner, community), owner, secret.name()));
    put(other, mark, need(mark));
    assertThat(resolved(other)).isEqualTo(Outcome.NOT_ADOPTED);
    var adopted =
        await(
            world.adoptions.adopt(
                acme.grant(Action.SECRET_ADOPT, other),
                other.inProject().orElseThrow(),
                secret.id(),
                Optional.empty()));
    assertThat(resolved(other)).isEqualTo(Outcome.OK);
    await(
        world.adoptions.giveUp(
            acme.grant(Action.SECRET_ADOPT, other),
            other.inProject().orElseThrow(),
            adopted.adoption().id()));
    assertThat(resolved(other)).isEqualTo(Outcome.NOT_ADOPTED);
    assertThat(resolved(acme.demo, other)).isEqualTo(Outcome.MISSING);
  }

  @Test
  void a_secret_that_an_environment_needs_is_not_deleted() {
    acme.create(acme.demo, mark, Canary.value());
    Environment needing = put(acme.demo, mark, need(mark)).environment();
    assertThat(blockers(deleting(acme.demo)))
        .containsExactly(new Failure.Blocker("environment", needing.id().toString()));
    await(
        world.environments.delete(
            acme.grant(Action.ENVIRONMENT_CHANGE, acme.demo),
            acme.demo,
            new ObjectName(mark),
            Preconditions.NONE));
    await(deleting(acme.demo));
  }

  @Test
  void a_forced_deletion_leaves_the_environment_whose_need_is_then_missing() {
    acme.create(acme.demo, mark, Canary.value());
    put(acme.demo, mark, need(mark));
    await(
        world.removals.forceDelete(
            acme.grant(Action.SECRET_FORCE_DELETE, acme.demo),
            acme.demo,
            new SecretName(mark),
            Preconditions.NONE));
    assertThat(resolved(acme.demo)).isEqualTo(Outcome.MISSING);
  }

  @Test
  void only_what_the_name_stands_for_is_needed() {
    acme.create(acme.organization, mark, Canary.value());
    acme.create(acme.demo, mark, Canary.value());
    put(acme.demo, mark, need(mark));
    assertThat(await(deleting(acme.organization)).name().text()).isEqualTo(mark);
    assertThat(blockers(deleting(acme.demo))).hasSize(1);
  }

  @Test
  void an_environment_of_everybody_needs_what_any_project_has_under_the_name() {
    Scope other = project();
    acme.create(other, mark, Canary.value());
    put(acme.organization, mark, need(mark));
    assertThat(blockers(deleting(other))).hasSize(1);
  }

  @Test
  void an_environment_elsewhere_keeps_nothing_here() {
    Scope other = project();
    acme.create(acme.demo, mark, Canary.value());
    put(other, mark, need(mark));
    await(deleting(acme.demo));
  }

  @Test
  void a_secret_that_an_environment_needs_keeps_its_name() {
    acme.create(acme.demo, mark, Canary.value());
    Environment needing = put(acme.demo, mark, need(mark)).environment();
    assertThat(blockers(renaming(mark + "-new")))
        .containsExactly(new Failure.Blocker("environment", needing.id().toString()));
    assertThat(await(renaming(mark.toUpperCase(Locale.ROOT))).name().folded()).isEqualTo(mark);
    put(acme.demo, mark, need(mark + "-new"));
    await(renaming(mark + "-new"));
    assertThat(resolved(acme.demo)).isEqualTo(Outcome.OK);
  }

  @Test
  void an_environment_is_leased_as_a_whole_and_says_where_everything_goes() {
    String password = Canary.value();
    acme.create(acme.demo, mark, password);
    acme.createPairs(acme.demo, mark + "-kv", "user", Canary.value(), "pass", Canary.value());
    put(
        acme.demo,
        mark,
        need(mark),
        fields(mark + "-kv").put("key", "user").put("as_env_var", "DB_USER").put("reload", "never"),
        fields(mark + "-kv").put("key", "pass").put("mount", "/etc/db"),
        fields(mark + "-nowhere").put("optional", true));
    EnvironmentPlan plan =
        await(
            world.environments.plan(
                acme.grant(Action.LEASE_GRANT, acme.demo), acme.demo, new ObjectName(mark)));
    List<LeasedSecret> leased =
        await(
            world.grants.grant(
                acme.grant(Action.LEASE_GRANT, acme.demo),
                new LeaseAsk(acme.demo, plan.wanted(), Optional.empty())));
    assertThat(leased).hasSize(2);
    assertThat(leased.getLast().payload().entries()).hasSize(2);
    assertThat(leased.getLast().lease().need().reload()).contains("never");
    Exposure exposure = plan.of(leased);
    assertThat(exposure.variables().stream().map(one -> one.name() + "=" + one.entry()))
        .containsExactly(mark + "=value", mark.toUpperCase(Locale.ROOT) + "=value", "DB_USER=user");
    assertThat(exposure.files().stream().map(Exposure.Placed::name))
        .containsExactly("/etc/db/" + mark + "-kv");
    assertThat(exposure.missing()).hasSize(1);
    assertThat(exposure.refused()).isEmpty();
    leased.forEach(LeasedSecret::close);
  }

  @Test
  void what_an_environment_must_have_is_leased_with_all_the_rest_or_nothing_is() {
    acme.create(acme.demo, mark, Canary.value());
    put(acme.demo, mark, need(mark), need(mark + "-nowhere"));
    EnvironmentPlan plan =
        await(
            world.environments.plan(
                acme.grant(Action.LEASE_GRANT, acme.demo), acme.demo, new ObjectName(mark)));
    assertThat(
            failure(
                world.grants.grant(
                    acme.grant(Action.LEASE_GRANT, acme.demo),
                    new LeaseAsk(acme.demo, plan.wanted(), Optional.empty()))))
        .isInstanceOf(Failure.Missing.class);
  }

  private static JsonObject fields(String secret) {
    return new JsonObject().put("secret", secret);
  }

  private static JsonObject need(String secret) {
    return fields(secret);
  }

  private static List<Need> needs(JsonObject... needs) {
    return NeedFields.read("", new JsonArray(List.of((Object[]) needs)));
  }

  private static Environments.Put put(Scope scope, String name, JsonObject... needs) {
    return await(
        world.environments.put(
            acme.grant(Action.ENVIRONMENT_CHANGE, scope),
            scope,
            new ObjectName(name),
            "",
            needs(needs),
            Preconditions.NONE));
  }

  private static Future<Environments.Put> putting(String name, Preconditions when) {
    return world.environments.put(
        acme.grant(Action.ENVIRONMENT_CHANGE, acme.demo),
        acme.demo,
        new ObjectName(name),
        "",
        needs(need("one-secret")),
        when);
  }

  private static Environment bind(Scope scope, String variable, String secret) {
    return await(
            world.environments.bind(
                acme.grant(Action.ENVIRONMENT_CHANGE, scope),
                scope,
                Environment.DEFAULT,
                NeedFields.read(fields(secret).put("as_env_var", variable)),
                Preconditions.NONE))
        .environment();
  }

  private static Future<Environment> getting(Scope scope, String name) {
    return world.environments.get(
        acme.grant(Action.ENVIRONMENT_READ, scope), scope, new ObjectName(name), false);
  }

  private Environment seen(Scope scope) {
    return await(
        world.environments.get(
            acme.grant(Action.ENVIRONMENT_READ, scope), scope, new ObjectName(mark), true));
  }

  private static List<String> listed(Scope scope, boolean inherited) {
    return await(
            world.environments.list(
                acme.grant(Action.ENVIRONMENT_READ, scope), scope, inherited, "", 500))
        .items()
        .stream()
        .map(one -> one.name().text())
        .toList();
  }

  private static Resolution resolve(Scope scope, JsonObject... needs) {
    return await(resolving(scope, Resolution.View.SEEN, needs));
  }

  private static Future<Resolution> resolving(
      Scope scope, Resolution.View view, JsonObject... needs) {
    return world.resolutions.of(
        acme.grant(Action.RESOLVE, scope), scope, needs(needs), found -> view);
  }

  private Outcome resolved(Scope scope) {
    return resolved(scope, scope);
  }

  /** What becomes at {@code scope} of the need of the environment in {@code home}. */
  private Outcome resolved(Scope scope, Scope home) {
    Environment found = await(getting(home, mark));
    return await(
            world.resolutions.of(
                acme.grant(Action.RESOLVE, scope),
                scope,
                found.needs(),
                one -> Resolution.View.SEEN))
        .needs()
        .getFirst()
        .outcome();
  }

  private Future<Secret> deleting(Scope scope) {
    return acme.deleting(scope, mark);
  }

  private Future<Secret> renaming(String name) {
    return world.edits.edit(
        acme.grant(Action.SECRET_CHANGE, acme.demo),
        acme.demo,
        new SecretName(mark),
        new MetadataEdit(
            Optional.of(new SecretName(name)),
            Optional.empty(),
            Map.of(),
            Optional.empty(),
            Optional.empty()),
        Preconditions.NONE);
  }

  private static List<Failure.Blocker> blockers(Future<?> refused) {
    return failure(refused).asConflict(Failure.Reason.IN_USE).orElseThrow().blockers();
  }

  private static Scope project() {
    return acme.scope(project(Optional.empty()), "");
  }

  private static Scope project(UUID community) {
    return acme.scope(project(Optional.of(community)), "");
  }

  private static String project(Optional<UUID> community) {
    String name = "p" + ++names;
    Grant grant = acme.grant(Action.PROJECT_ADMIN, Resource.ofTenant("project"));
    await(world.projects.create(grant, new ObjectName(name), "", community));
    return name;
  }

  private static UUID community() {
    return await(
            world.communities.create(
                acme.grant(Action.COMMUNITY_ADMIN, Resource.ofTenant("community")),
                new ObjectName("c" + ++names),
                ""))
        .id();
  }

  private static Grant inCommunity(Scope scope, UUID community) {
    return acme.grant(Action.SECRET_SHARE, Resource.in(scope, "secret").at(community));
  }
}
