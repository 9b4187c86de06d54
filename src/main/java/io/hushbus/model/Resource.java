package io.hushbus.model;

import java.util.Optional;
import java.util.UUID;

/**
 * What an action is asked for, as far as access and audit need to know: the project or community it
 * lies in (neither: the tenant as a whole), and what it is.
 *
 * @param kind a short stable word such as {@code secret} or {@code lease}
 * @param id the id of the thing, if it has one already
 * @param community what lies in a community and in no project of it, or is done to a project's
 *     thing for that community
 */
public record Resource(
    String kind, Optional<UUID> project, Optional<UUID> id, Optional<UUID> community) {

  /** Something that lies in no community, or in one by its project only. */
  public Resource(String kind, Optional<UUID> project, Optional<UUID> id) {
    this(kind, project, id, Optional.empty());
  }

  /** Something of the tenant as a whole. */
  public static Resource ofTenant(String kind) {
    return new Resource(kind, Optional.empty(), Optional.empty());
  }

  /** Something in a scope: in its project if it has one, else of the tenant. */
  public static Resource in(Scope scope, String kind) {
    return new Resource(kind, scope.inProject().map(Scope.Place::id), Optional.empty());
  }

  /** The same, at that community. */
  public Resource at(UUID place) {
    return new Resource(kind, project, id, Optional.of(place));
  }

  /** The same, with the id of the thing. */
  public Resource withId(UUID thing) {
    return new Resource(kind, project, Optional.of(thing), community);
  }
}
