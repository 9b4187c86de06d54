package io.hushbus.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.hushbus.model.Action;
import io.hushbus.model.Caller;
import io.hushbus.model.Caller.AtCommunity;
import io.hushbus.model.Caller.Binding;
import io.hushbus.model.Principal;
import io.hushbus.model.Resource;
import io.hushbus.model.Role;
import io.hushbus.model.TenantId;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** The rules are the table of the design, written out here a second time, cell by cell. */
final class AccessRuleTest {

  // x: everything there; o: what is one's own; -: nothing.
  private static final String MATRIX =
      """
      action               viewer developer editor admin runner auditor operator
      SECRET_LIST          x      x         x      x     x      x       -
      SECRET_READ_METADATA x      x         x      x     x      x       -
      ENVIRONMENT_READ     x      x         x      x     x      x       -
      ENVIRONMENT_CHANGE   -      x         x      x     -      -       -
      RESOLVE              x      x         x      x     x      x       -
      SECRET_CREATE        -      x         x      x     -      -       -
      SECRET_CHANGE        -      x         x      x     -      -       -
      SECRET_DELETE        -      x         x      x     -      -       -
      SECRET_DESTROY       -      -         x      x     -      -       -
      SECRET_RESTORE       -      x         x      x     -      -       -
      SECRET_FORCE_DELETE  -      -         -      x     -      -       -
      SECRET_PURGE         -      -         -      x     -      -       -
      SECRET_CLONE         -      x         x      x     -      -       -
      SECRET_REVEAL        -      x         x      x     -      -       -
      SECRET_REVEAL_STRICT -      -         x      x     -      -       -
      SECRET_SHARE         -      -         -      x     -      -       -
      SECRET_ADOPT         -      x         x      x     -      -       -
      ROTATION_START       -      x         x      x     -      -       -
      ROTATION_READ        x      x         x      x     x      x       -
      ROTATION_FORCE       -      -         x      x     -      -       -
      ROTATION_STEP        -      -         -      -     -      -       -
      LEASE_GRANT          -      -         -      -     x      -       -
      LEASE_RENEW          -      -         -      -     x      -       -
      LEASE_READ           x      x         x      x     o      x       -
      LEASE_REVOKE         -      -         x      x     o      -       -
      RUN_OPEN             -      -         -      -     x      -       -
      RUN_BEAT             -      -         -      -     o      -       -
      RUN_END              -      -         x      x     o      -       -
      RUN_READ             x      x         x      x     o      x       -
      EVENT_READ           x      x         x      x     x      x       -
      SUBSCRIPTION_USE     o      o         o      o     o      o       -
      WEBHOOK_READ         -      -         x      x     -      -       -
      WEBHOOK_ADMIN        -      -         x      x     -      -       -
      AUDIT_READ           -      -         -      x     -      x       x
      PROJECT_READ         x      x         x      x     x      x       -
      PROJECT_ADMIN        -      -         -      x     -      -       -
      PROJECT_QUOTA        -      -         -      x     -      -       -
      COMMUNITY_READ       x      x         x      x     x      x       -
      COMMUNITY_ADMIN      -      -         -      x     -      -       -
      DOMAIN_READ          x      x         x      x     x      x       -
      DOMAIN_ADMIN         -      -         -      x     -      -       -
      ACCOUNT_READ         x      x         x      x     -      x       x
      ACCOUNT_ADMIN        -      -         -      x     -      -       x
      ROLE_READ            -      -         -      x     -      x       x
      ROLE_ADMIN           -      -         -      x     -      -       x
      OPERATION_READ       -      -         -      x     -      -       x
      QUOTA_READ           -      -         -      x     -      -       -
      IDENTITY_READ        -      -         -      x     -      x       x
      IDENTITY_ADMIN       -      -         -      x     -      -       -
      TENANT_OPERATE       -      -         -      -     -      -       x
      """;

  // At which levels a role has to be bound, to do it to what is named: t(enant), c(ommunity),
  // p(roject).
  private static final String LEVELS =
      """
      SECRET_SHARE     in a community  tc-
      COMMUNITY_READ   of a community  tc-
      COMMUNITY_ADMIN  of a community  t--
      COMMUNITY_ADMIN  of a project    t--
      ROLE_ADMIN       at a community  tc-
      ROLE_READ        at a community  tc-
      ROLE_ADMIN       at a project    tcp
      PROJECT_ADMIN    of a project    tcp
      PROJECT_QUOTA    of a project    t--
      SECRET_ADOPT     in a project    tcp
      SECRET_CLONE     in a project    tcp
      SECRET_REVEAL    in a project    tcp
      AUDIT_READ       in a project    tcp
      """;

  private static final UUID PROJECT = new UUID(0, 1);
  private static final UUID COMMUNITY = new UUID(0, 101);

  private record Cell(Role role, Action action) {}

  private static final Map<Cell, Extent> TABLE = table();

  @Test
  void every_role_may_exactly_what_the_table_says() {
    assertThat(TABLE).hasSize(Role.values().length * Action.values().length);
    TABLE.forEach(
        (cell, extent) ->
            assertThat(AccessRule.extent(cell.role(), cell.action()))
                .as("%s", cell)
                .isEqualTo(extent));
  }

  @Test
  void an_operator_can_do_nothing_to_secrets_and_leases() {
    for (Action action : Action.values()) {
      if (action.name().startsWith("SECRET_") || action.name().startsWith("LEASE_")) {
        assertThat(AccessRule.extent(Role.OPERATOR, action)).isEqualTo(Extent.NONE);
      }
    }
  }

  @Test
  void whoever_may_do_something_or_sees_nothing_of_it_is_not_told_that_it_exists() {
    for (Action action : Action.values()) {
      Action listing = AccessRule.listing(action);
      assertThat(AccessRule.listing(listing)).isEqualTo(listing);
    }
  }

  @Test
  void without_bindings_nothing_is_allowed() {
    for (Action action : Action.values()) {
      assertThat(AccessRule.extent(List.of(), action, Optional.empty())).isEqualTo(Extent.NONE);
    }
  }

  @Test
  void a_role_at_a_project_reads_what_the_project_inherits_and_changes_nothing_of_it() {
    var editor = List.of(new Binding(Role.EDITOR, Optional.of(new UUID(0, 1))));
    assertThat(AccessRule.extent(editor, Action.SECRET_LIST, Optional.empty()))
        .isEqualTo(Extent.ALL);
    assertThat(AccessRule.extent(editor, Action.SECRET_CHANGE, Optional.empty()))
        .isEqualTo(Extent.NONE);
  }

  @Test
  void an_admin_may_at_each_level_exactly_what_the_table_of_levels_says() {
    for (String line : LEVELS.lines().toList()) {
      String[] row = line.split(" +", 5);
      Action action = Action.valueOf(row[0]);
      Resource resource = resource(action, row[3]);
      for (String level : List.of("t", "c", "p")) {
        assertThat(AccessRule.extent(admin(level), action, resource) == Extent.ALL)
            .as("%s by an admin at %s", line, level)
            .isEqualTo(row[4].contains(level));
      }
    }
  }

  @Test
  void a_role_at_one_community_gives_nothing_at_another_and_nothing_at_the_tenant() {
    Caller admin = admin("c");
    Resource other = Resource.ofTenant("thing").at(new UUID(0, 102));
    for (Action action : Action.values()) {
      assertThat(AccessRule.extent(admin, action, other)).as("%s", action).isEqualTo(Extent.NONE);
    }
    for (Action action :
        List.of(Action.ROLE_ADMIN, Action.PROJECT_ADMIN, Action.AUDIT_READ, Action.SECRET_CHANGE)) {
      assertThat(AccessRule.extent(admin, action, Resource.ofTenant("thing")))
          .as("%s", action)
          .isEqualTo(Extent.NONE);
    }
  }

  @Property(tries = 2000)
  void y15_what_is_at_a_community_follows_the_roles_there_and_at_the_tenant(
      @ForAll("bindings") List<Binding> bindings,
      @ForAll("communities") List<AtCommunity> communities,
      @ForAll Action action,
      @ForAll("some") UUID community) {
    Extent expected = Extent.NONE;
    for (Role role : Role.values()) {
      boolean atTenant = bindings.contains(new Binding(role, Optional.empty()));
      boolean there =
          communities.contains(new AtCommunity(role, community))
              && action != Action.COMMUNITY_ADMIN;
      Extent one =
          atTenant || there ? TABLE.getOrDefault(new Cell(role, action), Extent.NONE) : Extent.NONE;
      expected = one.compareTo(expected) > 0 ? one : expected;
    }
    assertThat(AccessRule.extent(bindings, communities, action, Optional.of(community)))
        .isEqualTo(expected);
  }

  private static Resource resource(Action action, String what) {
    boolean share = action == Action.SECRET_SHARE;
    return switch (what) {
      case "community" ->
          new Resource(
              "thing",
              share ? Optional.of(PROJECT) : Optional.empty(),
              Optional.empty(),
              Optional.of(COMMUNITY));
      case "project" -> new Resource("thing", Optional.of(PROJECT), Optional.empty());
      default -> throw new IllegalArgumentException(what);
    };
  }

  /** An admin at the tenant, at the community with the project in it, or at the project alone. */
  private static Caller admin(String level) {
    List<Binding> bindings =
        List.of(
            new Binding(Role.ADMIN, level.equals("t") ? Optional.empty() : Optional.of(PROJECT)));
    List<AtCommunity> communities =
        level.equals("c") ? List.of(new AtCommunity(Role.ADMIN, COMMUNITY)) : List.of();
    return new Caller(
        new TenantId(new UUID(0, 7)),
        "acme",
        new Principal(Principal.Kind.SERVICE_ACCOUNT, new UUID(0, 8)),
        "admin",
        bindings,
        communities,
        0,
        Optional.empty());
  }

  @Property(tries = 2000)
  void any_bindings_give_what_a_reference_of_a_few_lines_gives(
      @ForAll("bindings") List<Binding> bindings,
      @ForAll Action action,
      @ForAll("project") Optional<UUID> project) {
    assertThat(AccessRule.extent(bindings, action, project))
        .isEqualTo(reference(bindings, action, project));
  }

  @Property(tries = 2000)
  void a_view_shows_a_project_exactly_if_everything_in_it_may_be_seen(
      @ForAll("bindings") List<Binding> bindings,
      @ForAll Action action,
      @ForAll("some") UUID project) {
    View view = View.of(bindings, action);
    boolean shown = view.everything() || view.projects().contains(project);
    assertThat(shown).isEqualTo(reference(bindings, action, Optional.of(project)) == Extent.ALL);
  }

  private static Extent reference(List<Binding> bindings, Action action, Optional<UUID> project) {
    Extent widest = Extent.NONE;
    for (Binding b : bindings) {
      boolean inherits =
          List.of(
                  "SECRET_LIST",
                  "SECRET_READ_METADATA",
                  "ENVIRONMENT_READ",
                  "RESOLVE",
                  "ROTATION_READ",
                  "EVENT_READ",
                  "SUBSCRIPTION_USE",
                  "DOMAIN_READ")
              .contains(action.name());
      boolean above =
          List.of("SECRET_SHARE", "COMMUNITY_ADMIN", "PROJECT_QUOTA").contains(action.name());
      boolean here =
          b.project().isEmpty()
              || (!above
                  && (project.isPresent() ? b.project().get().equals(project.get()) : inherits));
      Extent one = here ? TABLE.getOrDefault(new Cell(b.role(), action), Extent.NONE) : Extent.NONE;
      widest = one.compareTo(widest) > 0 ? one : widest;
    }
    return widest;
  }

  @Provide
  Arbitrary<UUID> some() {
    return Arbitraries.longs().between(1, 3).map(n -> new UUID(0, n));
  }

  @Provide
  Arbitrary<Optional<UUID>> project() {
    return some().optional();
  }

  @Provide
  Arbitrary<List<AtCommunity>> communities() {
    return Combinators.combine(Arbitraries.of(Role.class), some())
        .as(AtCommunity::new)
        .list()
        .ofMaxSize(3);
  }

  @Provide
  Arbitrary<List<Binding>> bindings() {
    return Combinators.combine(Arbitraries.of(Role.class), project())
        .as(Binding::new)
        .list()
        .ofMaxSize(5);
  }

  private static Map<Cell, Extent> table() {
    Map<Cell, Extent> table = new HashMap<>();
    List<String[]> rows = MATRIX.lines().map(line -> line.split(" +")).toList();
    String[] roles = rows.getFirst();
    for (String[] row : rows.subList(1, rows.size())) {
      for (int column = 1; column < roles.length; column++) {
        Role role = Role.of(roles[column]).orElseThrow();
        table.put(new Cell(role, Action.valueOf(row[0])), extent(row[column]));
      }
    }
    assertThat(Arrays.stream(roles).skip(1)).hasSize(Role.values().length);
    return Map.copyOf(table);
  }

  private static Extent extent(String mark) {
    return switch (mark) {
      case "x" -> Extent.ALL;
      case "o" -> Extent.OWN;
      case "-" -> Extent.NONE;
      default -> throw new IllegalArgumentException(mark);
    };
  }
}
