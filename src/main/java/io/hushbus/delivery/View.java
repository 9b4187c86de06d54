package io.hushbus.delivery;

import io.hushbus.model.Caller;
import java.util.Optional;
import java.util.UUID;

/** What one reader gets to see: what its caller may, of what it asked for. */
record View(Rights rights, Caller caller, EventFilter filter) {

  boolean shows(Notice notice) {
    return filter.wants(notice) && mayRead(notice.project());
  }

  /** Whether the caller may read any events at all. */
  boolean showsAnything() {
    return mayRead(Optional.empty());
  }

  /** Whether {@code now} may not read something that this caller could. */
  boolean losesTo(Caller now) {
    return caller.bindings().stream()
        .map(Caller.Binding::project)
        .anyMatch(project -> rights.mayRead(caller, project) && !rights.mayRead(now, project));
  }

  View of(Caller now) {
    return new View(rights, now, filter);
  }

  /**
   * Events of a project need a right in it. Those of the whole tenant (secrets of the organization
   * or of a domain) concern every project, since each sees such secrets through the cascade: a
   * right anywhere is enough.
   */
  private boolean mayRead(Optional<UUID> project) {
    return rights.mayRead(caller, project) || (project.isEmpty() && mayReadSomeProject());
  }

  private boolean mayReadSomeProject() {
    return caller.bindings().stream()
        .map(Caller.Binding::project)
        .anyMatch(project -> rights.mayRead(caller, project));
  }
}
