package io.hushbus.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Scopes and what a task looks through, DESIGN 3.3. */
final class ScopeTest {

  private static final Scope.Place DEMO = new Scope.Place(new UUID(0, 1), new ObjectName("demo"));
  private static final Scope.Place DEV = new Scope.Place(new UUID(0, 2), new ObjectName("dev"));

  private static final Scope BOTH = Scope.of(Optional.of(DEMO), Optional.of(DEV));
  private static final Scope PROJECT = Scope.of(Optional.of(DEMO), Optional.empty());
  private static final Scope DOMAIN = Scope.of(Optional.empty(), Optional.of(DEV));
  private static final Scope ALL = Scope.of(Optional.empty(), Optional.empty());

  @Test
  void the_cascade_goes_from_narrow_to_wide() {
    assertThat(BOTH.cascade()).containsExactly(BOTH, PROJECT, DOMAIN, ALL);
    assertThat(PROJECT.cascade()).containsExactly(PROJECT, ALL);
    assertThat(DOMAIN.cascade()).containsExactly(DOMAIN, ALL);
    assertThat(ALL.cascade()).containsExactly(ALL);
  }

  @Test
  void a_scope_knows_its_places() {
    for (Scope scope : BOTH.cascade()) {
      assertThat(Scope.of(scope.inProject(), scope.inDomain())).isEqualTo(scope);
    }
  }
}
