package io.hushbus.delivery;

import io.hushbus.model.Caller;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * What one reader gets to see: what its caller may, of what it asked for.
 *
 * @param held of a caller that sees single secrets alone, those that it was last known to hold
 */
record View(Rights rights, Caller caller, EventFilter filter, Optional<Set<String>> held) {

  /** The view of a caller as it is now. */
  static Future<View> of(Rights rights, Caller caller, EventFilter filter) {
    return rights.held(caller).map(held -> new View(rights, caller, filter, held));
  }

  boolean shows(Notice notice) {
    return concerns(notice) && isHeld(notice);
  }

  /** Whether what is held has to be read again before something here is passed over. */
  boolean isUnsureOf(List<Notice> notices) {
    return held.isPresent()
        && notices.stream().anyMatch(notice -> concerns(notice) && !isHeld(notice));
  }

  private boolean concerns(Notice notice) {
    return filter.wants(notice) && mayRead(notice.project());
  }

  private boolean isHeld(Notice notice) {
    return held.map(ids -> notice.secretId().filter(ids::contains).isPresent()).orElse(true);
  }

  /** Whether the caller may read any events at all. */
  boolean showsAnything() {
    return mayRead(Optional.empty());
  }

  /** Whether the caller may read anything in the project, or (none named) anything at all. */
  boolean showsAnythingOf(Optional<UUID> project) {
    return mayRead(project);
  }

  /** Whether {@code now} may not read something that this caller could. */
  boolean losesTo(Caller now) {
    return caller.bindings().stream()
        .map(Caller.Binding::project)
        .anyMatch(project -> rights.mayRead(caller, project) && !rights.mayRead(now, project));
  }

  /** The same for the caller as it is now, and what it holds now. */
  Future<View> renewed() {
    return rights.refresh(caller).compose(now -> of(rights, now, filter));
  }

  /** The same with what the caller holds now. */
  View holding(Optional<Set<String>> now) {
    return new View(rights, caller, filter, now);
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
