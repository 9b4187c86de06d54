package io.hushbus.model;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Where a secret lives. A task at a project and domain looks through {@link #cascade()}, narrow to
 * wide; the first hit wins.
 */
public sealed interface Scope {

  /** A project or a domain, by its id for the machine and its name for people. */
  record Place(UUID id, ObjectName name) {}

  /** The whole tenant: every project, every domain. */
  record Organization() implements Scope {}

  /** One domain, in every project. */
  record Domain(Place domain) implements Scope {}

  /** One project, in every domain. */
  record Project(Place project) implements Scope {}

  /** One domain of one project: the narrowest. */
  record ProjectDomain(Place project, Place domain) implements Scope {}

  /** The scope that the presence of a project and of a domain names. */
  static Scope of(Optional<Place> project, Optional<Place> domain) {
    if (project.isPresent()) {
      return domain
          .<Scope>map(d -> new ProjectDomain(project.get(), d))
          .orElseGet(() -> new Project(project.get()));
    }
    return domain.<Scope>map(Domain::new).orElseGet(Organization::new);
  }

  /** The project this scope lies in, if it lies in one. */
  default Optional<Place> inProject() {
    return switch (this) {
      case Organization() -> Optional.empty();
      case Domain(var domain) -> Optional.empty();
      case Project(var project) -> Optional.of(project);
      case ProjectDomain(var project, var domain) -> Optional.of(project);
    };
  }

  /** The domain this scope is limited to, if it is. */
  default Optional<Place> inDomain() {
    return switch (this) {
      case Organization() -> Optional.empty();
      case Domain(var domain) -> Optional.of(domain);
      case Project(var project) -> Optional.empty();
      case ProjectDomain(var project, var domain) -> Optional.of(domain);
    };
  }

  /**
   * The scopes a task here looks through, narrow to wide: project + domain, project, domain,
   * organization.
   */
  default List<Scope> cascade() {
    return switch (this) {
      case Organization() -> List.of(this);
      case Domain(var domain) -> List.of(this, new Organization());
      case Project(var project) -> List.of(this, new Organization());
      case ProjectDomain(var project, var domain) ->
          List.of(this, new Project(project), new Domain(domain), new Organization());
    };
  }
}
