package io.hushbus.secret;

import io.hushbus.event.Change;
import io.hushbus.event.Trace;
import io.hushbus.model.Action;
import io.hushbus.model.EntryName;
import io.hushbus.model.Failure;
import io.hushbus.model.Grant;
import io.hushbus.model.Payload;
import io.hushbus.model.Scope;
import io.hushbus.model.SecretId;
import io.hushbus.model.SecretName;
import io.hushbus.model.SecretType;
import io.hushbus.model.Uuids;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/**
 * Every way to give a secret a value. A change reads the head, seals outside the transaction for
 * the number that comes next, and writes only if the head is still the one it read: a lost race is
 * 412 for a writer who named a version, else it is tried again, three times in all. Values passed
 * in remain the caller's to close.
 */
public final class SecretChanges {

  /**
   * @param maxBytes the most bytes of all values of one version together
   */
  public record Limits(int maxBytes, int maxVersions) {}

  /** A secret to be made: where, what, with which content. */
  private record Wanted(
      OpenTenant tenant, Scope scope, NewSecret secret, Payload payload, Optional<Source> source) {}

  /**
   * The payload of the next version, and what was opened on the way and must be wiped afterwards.
   */
  private record Prepared(Payload payload, Optional<Payload> opened) implements AutoCloseable {
    @Override
    public void close() {
      opened.ifPresent(Payload::close);
    }
  }

  private final OpenTenants tenants;
  private final NewVersions written;
  private final Uuids ids;
  private final Limits limits;

  SecretChanges(OpenTenants tenants, NewVersions written, Uuids ids, Limits limits) {
    this.tenants = tenants;
    this.written = written;
    this.ids = ids;
    this.limits = limits;
  }

  /**
   * Creates a secret with its first version. {@link Failure.Conflict} if the scope has the name
   * already.
   */
  public Future<Secret> create(Grant grant, Scope scope, NewSecret secret, Content content) {
    grant.allowing(Action.SECRET_CREATE, scope);
    return fitting(content, secret.type())
        .compose(
            fits ->
                tenants.retried(
                    () ->
                        tenants
                            .of(grant)
                            .map(
                                tenant ->
                                    new Wanted(
                                        tenant, scope, secret, content.payload(), Optional.empty()))
                            .compose(this::createOnce)));
  }

  /**
   * What a new secret is cloned from.
   *
   * @param adoption by which the source was read: it must still be there at the commit
   */
  record Source(Secret head, int version, Optional<UUID> adoption) {}

  /**
   * Creates a secret as a clone, by a grant for cloning; the payload stays the caller's. Within
   * {@link OpenTenants#retried}.
   */
  Future<Secret> cloned(
      OpenTenant tenant, Scope scope, NewSecret secret, Payload payload, Source source) {
    return fitting(new Content(Optional.empty(), payload, "/data"), secret.type())
        .map(fits -> new Wanted(tenant, scope, secret, payload, Optional.of(source)))
        .compose(this::createOnce);
  }

  private Future<Secret> createOnce(Wanted wanted) {
    return wanted
        .tenant()
        .read(tx -> first(tx, wanted))
        .compose(head -> wanted.tenant().seal(head, wanted.payload()))
        .compose(
            draft -> wanted.tenant().create(wanted.scope(), tx -> createIn(tx, wanted, draft)));
  }

  /** The head of the new secret, numbered above all that had its name before. */
  private Future<Secret> first(SecretTx tx, Wanted wanted) {
    Future<Integer> mark = tx.mark(wanted.scope(), wanted.secret().name());
    Future<Instant> now = tx.now();
    return Future.all(mark, now).map(read -> first(wanted, mark.result() + 1, now.result()));
  }

  /** The head of a new secret whose first version has that number. */
  Secret first(
      OpenTenant tenant, Scope scope, NewSecret secret, Payload payload, int number, Instant now) {
    return first(new Wanted(tenant, scope, secret, payload, Optional.empty()), number, now);
  }

  /** The id of the turn that a next version begins with. */
  UUID turnId() {
    return ids.ordered();
  }

  private Secret first(Wanted wanted, int number, Instant now) {
    NewSecret secret = wanted.secret();
    return new Secret(
        new SecretId(ids.random()),
        wanted.scope(),
        secret.name(),
        secret.type(),
        secret.description(),
        secret.labels(),
        names(wanted.payload()),
        number,
        number + 1,
        secret.maxVersions().orElse(limits.maxVersions()),
        secret.casRequired(),
        secret.longestLease(),
        1,
        wanted.tenant().author(),
        now,
        now,
        Optional.empty(),
        wanted.source().map(from -> new Secret.Origin(from.head().id(), from.version())),
        Optional.empty());
  }

  private Future<Change<Secret>> createIn(SecretTx tx, Wanted wanted, Draft draft) {
    return stillThere(tx, wanted.source())
        .compose(there -> written.first(tx, draft))
        .map(head -> created(head, wanted.source()));
  }

  private static Future<Void> stillThere(SecretTx tx, Optional<Source> source) {
    return source
        .flatMap(Source::adoption)
        .map(
            id ->
                tx.sharing()
                    .held(id)
                    .map(found -> found.orElseThrow(() -> Failure.missing("secret")))
                    .<Void>mapEmpty())
        .orElseGet(Future::succeededFuture);
  }

  /** A clone leaves a record with its source too, so that the owner of that can find it. */
  private static Change<Secret> created(Secret head, Optional<Source> source) {
    Trace made = Announcements.trace(head);
    List<Trace> traces =
        source
            .map(
                from ->
                    List.of(
                        made.with(
                            Map.of(
                                "origin", from.head().id().toString(),
                                "origin_version", from.version())),
                        Announcements.trace(from.head())
                            .atVersion(from.version())
                            .with(Map.of("clone", head.id().toString()))))
            .orElseGet(() -> List.of(made));
    return new Change<>(head, traces, List.of(Announcements.created(head)));
  }

  /** Replaces all entries: a new current version. */
  public Future<Secret> replace(
      Grant grant, Scope scope, SecretName name, Content content, Preconditions when) {
    return advance(grant, scope, name, when, before -> replacement(before, content));
  }

  private Future<Prepared> replacement(OpenSecret before, Content content) {
    return fitting(content, before.head().type())
        .map(new Prepared(content.payload(), Optional.empty()));
  }

  /** Changes single entries of a key_value secret: a new current version. */
  public Future<Secret> patch(
      Grant grant, Scope scope, SecretName name, ContentPatch patch, Preconditions when) {
    return advance(grant, scope, name, when, before -> patched(before, patch));
  }

  private Future<Prepared> patched(OpenSecret before, ContentPatch patch) {
    return before.open().compose(opened -> patched(before, opened, patch));
  }

  private Future<Prepared> patched(OpenSecret before, Payload opened, ContentPatch patch) {
    try {
      Payload next = patch.appliedTo(opened);
      new Content(Optional.empty(), next).check(before.head().type(), limits.maxBytes());
      return Future.succeededFuture(new Prepared(next, Optional.of(opened)));
    } catch (Failure failure) {
      opened.close();
      return Future.failedFuture(failure);
    }
  }

  /** Makes the payload of an earlier version current again, under a new number. */
  public Future<Secret> restore(
      Grant grant, Scope scope, SecretName name, int number, Preconditions when) {
    grant.allowing(Action.SECRET_CHANGE, scope);
    return tenants
        .of(grant)
        .compose(tenant -> tenant.turnedBefore(scope))
        .compose(
            before ->
                before
                    .map(Future::succeededFuture)
                    .orElseGet(
                        () -> advance(grant, scope, name, when, head -> earlier(head, number))));
  }

  private static Future<Prepared> earlier(OpenSecret before, int number) {
    return before.open(number).map(payload -> new Prepared(payload, Optional.of(payload)));
  }

  /** How a secret is given a next version: by which right, and what becomes of those before. */
  private record Way(Grant grant, Preconditions when, Succession how) {}

  private Future<Secret> advance(
      Grant grant,
      Scope scope,
      SecretName name,
      Preconditions when,
      Function<OpenSecret, Future<Prepared>> content) {
    grant.allowing(Action.SECRET_CHANGE, scope);
    return advance(new Way(grant, when, written.succession()), scope, name, content);
  }

  /**
   * The common way of every next version: read, check, make the payload, seal it, write if nothing
   * moved.
   */
  private Future<Secret> advance(
      Way way, Scope scope, SecretName name, Function<OpenSecret, Future<Prepared>> content) {
    return tenants.retried(
        () ->
            tenants
                .secret(way.grant(), scope, name)
                .map(before -> before.atVersion(way.when()))
                .compose(before -> advanceOnce(before, content.apply(before), way)));
  }

  private Future<Secret> advanceOnce(OpenSecret before, Future<Prepared> content, Way way) {
    return content.compose(
        next -> advanceTo(before, next.payload(), way).onComplete(done -> next.close()));
  }

  private Future<Secret> advanceTo(OpenSecret before, Payload payload, Way way) {
    return sealed(before, payload)
        .map(draft -> way.how().staged() ? waiting(before.head(), draft) : draft)
        .compose(draft -> before.tenant().turned(draft.head(), tx -> turn(tx, before, draft, way)));
  }

  private Future<Draft> sealed(OpenSecret before, Payload payload) {
    Secret head = before.head().advanced(names(payload), ids.ordered(), before.now());
    return before.tenant().seal(head, payload);
  }

  private static Draft waiting(Secret before, Draft draft) {
    Secret head = before.staged(draft.head().rotation().orElseThrow(), draft.head().updatedAt());
    return new Draft(head, draft.version().pending(), draft.sealed(), draft.sizes());
  }

  private Future<Change<Secret>> turn(SecretTx tx, OpenSecret before, Draft draft, Way way) {
    return written
        .next(tx, before, draft, way.when(), way.how())
        .compose(turned -> NewVersions.told(turned, way.how().staged()));
  }

  /**
   * As {@link #replace}, by a grant to start rotations, and with what becomes of the versions
   * before decided by {@code how}.
   */
  public Future<Secret> turn(
      Grant grant,
      Scope scope,
      SecretName name,
      Content content,
      Preconditions when,
      Succession how) {
    grant.allowing(Action.ROTATION_START, scope);
    return advance(new Way(grant, when, how), scope, name, before -> replacement(before, content));
  }

  /** The same for changes of single entries. */
  public Future<Secret> turn(
      Grant grant,
      Scope scope,
      SecretName name,
      ContentPatch patch,
      Preconditions when,
      Succession how) {
    grant.allowing(Action.ROTATION_START, scope);
    return advance(new Way(grant, when, how), scope, name, before -> patched(before, patch));
  }

  /**
   * Makes the payload of an earlier version current again, by a grant to force rotations or of the
   * job that drives them, unless the secret has moved on since that rotation.
   *
   * @return a {@link Failure.Conflict} if {@code rotation} is not the newest of the secret
   */
  public Future<Secret> undo(Grant grant, Secret head, UUID rotation, int number, Succession how) {
    boolean ofItself = grant.action() == Action.ROTATION_STEP;
    grant.allowing(ofItself ? Action.ROTATION_STEP : Action.ROTATION_FORCE, head.scope());
    return advance(
        new Way(grant, Preconditions.NONE, how),
        head.scope(),
        head.name(),
        before -> newest(before, rotation).compose(newest -> earlier(newest, number)));
  }

  private static Future<OpenSecret> newest(OpenSecret before, UUID rotation) {
    return before.head().rotation().filter(rotation::equals).isPresent()
        ? Future.succeededFuture(before)
        : Future.failedFuture(Failure.conflict(Failure.Reason.STATE));
  }

  private Future<Void> fitting(Content content, SecretType type) {
    try {
      content.check(type, limits.maxBytes());
      return Future.succeededFuture();
    } catch (Failure failure) {
      return Future.failedFuture(failure);
    }
  }

  private static List<EntryName> names(Payload payload) {
    return List.copyOf(payload.entries().keySet());
  }
}
