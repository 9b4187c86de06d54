package io.hushbus.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.hushbus.model.Action;
import io.hushbus.model.Caller.AtCommunity;
import io.hushbus.model.Caller.Binding;
import io.hushbus.model.Role;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class RightsTest {

  private static final UUID PLACE = new UUID(1, 2);

  @Test
  void a_role_at_the_tenant_shows_all_that_it_gives() {
    for (Role role : Role.values()) {
      Rights shown = Rights.of(new Binding(role, Optional.empty()));
      for (Action action : Action.values()) {
        Extent extent = AccessRule.extent(role, action);
        assertThat(shown.all().contains(action)).isEqualTo(extent == Extent.ALL);
        assertThat(shown.own().contains(action)).isEqualTo(extent == Extent.OWN);
      }
      assertThat(shown.above()).isEmpty();
    }
  }

  @Test
  void a_role_at_a_project_shows_nothing_that_reaches_into_others() {
    Rights shown = Rights.of(new Binding(Role.ADMIN, Optional.of(PLACE)));
    assertThat(shown.all())
        .contains(Action.SECRET_FORCE_DELETE, Action.PROJECT_ADMIN)
        .doesNotContain(Action.SECRET_SHARE, Action.COMMUNITY_ADMIN, Action.PROJECT_QUOTA);
    assertThat(shown.above())
        .contains(Action.SECRET_LIST, Action.DOMAIN_READ)
        .doesNotContain(Action.SECRET_CREATE, Action.DOMAIN_ADMIN);
  }

  @Test
  void a_role_at_a_community_shows_what_it_gives_there() {
    Rights shown = Rights.of(new AtCommunity(Role.ADMIN, PLACE));
    assertThat(shown.all())
        .contains(Action.SECRET_SHARE, Action.COMMUNITY_READ)
        .doesNotContain(Action.COMMUNITY_ADMIN, Action.TENANT_OPERATE);
  }
}
