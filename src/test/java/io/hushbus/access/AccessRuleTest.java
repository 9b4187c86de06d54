package io.hushbus.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.hushbus.model.Action;
import io.hushbus.model.Caller.Binding;
import io.hushbus.model.Role;
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
      SECRET_CREATE        -      x         x      x     -      -       -
      SECRET_CHANGE        -      x         x      x     -      -       -
      SECRET_DELETE        -      x         x      x     -      -       -
      SECRET_DESTROY       -      -         x      x     -      -       -
      SECRET_RESTORE       -      x         x      x     -      -       -
      SECRET_FORCE_DELETE  -      -         -      x     -      -       -
      SECRET_PURGE         -      -         -      x     -      -       -
      LEASE_GRANT          -      -         -      -     x      -       -
      LEASE_RENEW          -      -         -      -     x      -       -
      LEASE_READ           x      x         x      x     o      x       -
      LEASE_REVOKE         -      -         x      x     o      -       -
      EVENT_READ           x      x         x      x     x      x       -
      AUDIT_READ           -      -         -      x     -      x       x
      PROJECT_READ         x      x         x      x     x      x       -
      PROJECT_ADMIN        -      -         -      x     -      -       -
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
          List.of("SECRET_LIST", "SECRET_READ_METADATA", "EVENT_READ", "DOMAIN_READ")
              .contains(action.name());
      boolean here =
          b.project().isEmpty()
              || (project.isPresent() ? b.project().get().equals(project.get()) : inherits);
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
