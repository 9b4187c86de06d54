package io.hushbus.model;

import java.util.Optional;
import java.util.UUID;

/**
 * What an action is asked for, as far as access and audit need to know: the project it lies in
 * (none: the tenant as a whole), and what it is.
 *
 * @param kind a short stable word such as {@code secret} or {@code lease}
 * @param id the id of the thing, if it has one already
 */
public record Resource(String kind, Optional<UUID> project, Optional<UUID> id) {

  /** Something of the tenant as a whole. */
  public static Resource ofTenant(String kind) {
    return new Resource(kind, Optional.empty(), Optional.empty());
  }

  /** Something in a scope: in its project if it has one, else of the tenant. */
  public static Resource in(Scope scope, String kind) {
    return new Resource(kind, scope.inProject().map(Scope.Place::id), Optional.empty());
  }

  /** The same, with the id of the thing. */
  public Resource withId(UUID thing) {
    return new Resource(kind, project, Optional.of(thing));
  }
}
