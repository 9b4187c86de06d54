package io.hushbus.delivery;

import io.hushbus.event.EventType;
import io.hushbus.model.Caller;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What one reader gets to see: what its caller may, of what it asked for.
 *
 * @param held of what is for holders alone, what the caller was found to hold when the notices were
 *     read that are looked at now
 */
record View(Rights rights, Caller caller, EventFilter filter, List<Holding> held) {

  View(Rights rights, Caller caller, EventFilter filter) {
    this(rights, caller, filter, List.of());
  }

  boolean shows(Notice notice) {
    return concerns(notice) && (!isForHolders(notice) || isOwn(notice) || isHeld(notice));
  }

  /** Whether what is held has to be read before it is known which of these are shown. */
  boolean isUnsureOf(List<Notice> notices) {
    return notices.stream().anyMatch(notice -> asks(notice) && notice.secretId().isPresent());
  }

  /** The same with what its caller holds of what is in question here. */
  Future<View> judging(List<Notice> notices) {
    Set<String> secrets = inQuestion(notices);
    return secrets.isEmpty()
        ? Future.succeededFuture(this)
        : rights.held(caller, secrets, named(notices)).map(this::holding);
  }

  /** The same with another knowledge of what is held. */
  View holding(List<Holding> now) {
    return new View(rights, caller, filter, now);
  }

  private Set<String> inQuestion(List<Notice> notices) {
    return asking(notices)
        .flatMap(notice -> notice.secretId().stream())
        .collect(Collectors.toUnmodifiableSet());
  }

  /** The ids of the canaries, which hear of a version whatever the share. */
  private Set<String> named(List<Notice> notices) {
    return asking(notices)
        .filter(notice -> notice.type().equals(EventType.SECRET_VERSION_STAGED.word()))
        .map(notice -> notice.content().data())
        .flatMap(data -> Stream.concat(texts(data.get("runs")), texts(data.get("leases"))))
        .collect(Collectors.toUnmodifiableSet());
  }

  private static Stream<String> texts(@Nullable Object some) {
    return some instanceof List<?> all ? all.stream().map(String::valueOf) : Stream.of();
  }

  private Stream<Notice> asking(List<Notice> notices) {
    return notices.stream().filter(this::asks);
  }

  /** What little is for holders is told apart first, since that is the cheaper question. */
  private boolean asks(Notice notice) {
    return isForHolders(notice) && concerns(notice);
  }

  private boolean concerns(Notice notice) {
    return filter.wants(notice) && mayRead(notice.project());
  }

  private boolean isForHolders(Notice notice) {
    return rights.holdersOnly(caller, notice.type(), notice.project());
  }

  /** About everything that the caller holds. */
  private boolean isOwn(Notice notice) {
    return notice.holderId().filter(caller.principal().id().toString()::equals).isPresent();
  }

  private boolean isHeld(Notice notice) {
    List<Holding> of =
        held.stream()
            .filter(one -> notice.secretId().filter(one.secret()::equals).isPresent())
            .toList();
    if (of.isEmpty()) {
      return false;
    }
    Notice.Content content = notice.content();
    return of.stream().anyMatch(one -> one.isTold(notice.type(), content.at(), content.data()));
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

  /** The same for the caller as it is now. */
  Future<View> renewed() {
    return rights.refresh(caller).map(now -> new View(rights, now, filter));
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
