package io.hushbus.access;

import io.hushbus.model.Caller;
import io.hushbus.model.Role;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A role that subjects of an identity provider get, at the whole tenant or at one project.
 *
 * @param conditions which subjects; all must hold; none: every subject of the provider
 */
public record RoleMapping(Role role, Optional<UUID> project, List<Condition> conditions) {

  public RoleMapping {
    conditions = List.copyOf(conditions);
  }

  boolean holds(Claims claims) {
    return conditions.stream().allMatch(condition -> condition.holds(claims));
  }

  Caller.Binding binding() {
    return new Caller.Binding(role, project);
  }
}
