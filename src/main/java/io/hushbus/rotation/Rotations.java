package io.hushbus.rotation;

import io.hushbus.crypto.Keyring;
import io.hushbus.db.Db;
import io.hushbus.db.Tx;
import io.hushbus.event.Ledger;
import io.hushbus.lease.Holders;
import io.hushbus.lease.LeaseNames;
import io.hushbus.model.Action;
import io.hushbus.model.Failure;
import io.hushbus.model.Grant;
import io.hushbus.model.LeaseId;
import io.hushbus.model.Resource;
import io.hushbus.model.Scope;
import io.hushbus.model.SecretId;
import io.hushbus.model.SecretName;
import io.hushbus.model.TenantId;
import io.hushbus.secret.Content;
import io.hushbus.secret.Preconditions;
import io.hushbus.secret.Secret;
import io.hushbus.secret.SecretChanges;
import io.hushbus.secret.Secrets;
import io.hushbus.secret.Succession;
import io.hushbus.tenant.Keyrings;
import io.hushbus.tenant.Page;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** What can be asked of rotations: begin one, see how it goes, undo it, cut it short. */
public final class Rotations {

  private static final Resource ROTATION = Resource.ofTenant("rotation");

  /**
   * A rotation as it stands.
   *
   * @param counts of its holders; empty of one that a newer change took over
   * @param laggards who has not moved, a page of them; in a list none
   * @param names of the leases of laggards, also of those who were left behind
   */
  public record View(
      Rotation rotation,
      Optional<Holders.Counts> counts,
      Page<Holders.Holder> laggards,
      Map<LeaseId, LeaseNames> names) {

    private static View of(Rotation rotation, Optional<Holders.Counts> counts) {
      return new View(rotation, counts, new Page<>(List.of(), false), Map.of());
    }
  }

  /**
   * @param projects to which the list is narrowed; empty: none
   */
  public record Filter(
      Optional<Set<UUID>> projects,
      Optional<UUID> project,
      Optional<SecretId> secret,
      Optional<Phase> phase,
      boolean open,
      Optional<UUID> before,
      int limit) {}

  /**
   * What is asked for.
   *
   * @param grace empty: the configured one
   */
  public record Wish(Strategy strategy, Optional<Duration> grace, Staging staging) {}

  private final Db db;
  private final Ledger ledger;
  private final Keyrings keyrings;
  private final SecretChanges changes;
  private final Secrets secrets;
  private final Generated generated;
  private final RotationEnds ends;
  private final Holders holders;
  private final Duration grace;

  Rotations(
      Db db,
      Ledger ledger,
      Keyrings keyrings,
      SecretChanges changes,
      Secrets secrets,
      Generated generated,
      RotationEnds ends,
      Holders holders,
      Duration grace) {
    this.db = db;
    this.ledger = ledger;
    this.keyrings = keyrings;
    this.changes = changes;
    this.secrets = secrets;
    this.generated = generated;
    this.ends = ends;
    this.holders = holders;
    this.grace = grace;
  }

  /** What every change of a value goes through: a drain with that grace. */
  public static Succession usual(Duration grace) {
    return new Turning(new Turning.Change(), Order.draining(grace));
  }

  /**
   * Begins a rotation to new content.
   *
   * @return a {@link Failure.Conflict} that names the one which is under way
   */
  public Future<View> start(
      Grant grant, Scope scope, SecretName name, Content content, Preconditions when, Wish wish) {
    var how = new Turning(new Turning.Request(), order(wish));
    return changes
        .turn(grant, scope, name, content, when, how)
        .compose(head -> view(grant.tenant(), head.rotation().orElseThrow()));
  }

  /** The same to a value that the broker makes. */
  public Future<View> start(
      Grant grant,
      Scope scope,
      SecretName name,
      Source.Generate wanted,
      Preconditions when,
      Wish wish) {
    grant.allowing(Action.ROTATION_START, scope);
    var how = new Turning(new Turning.Request(), order(wish));
    return reading(grant.tenant(), (tx, ring) -> ends.named(tx, ring, scope, name))
        .compose(head -> generated.start(grant, head, wanted, when, how))
        .compose(head -> view(grant.tenant(), head.rotation().orElseThrow()));
  }

  /** What such a rotation would meet. Changes nothing. */
  public Future<Rehearsal> rehearse(Grant grant, Scope scope, SecretName name, Wish wish) {
    grant.allowing(Action.ROTATION_START, scope);
    return reading(
        grant.tenant(),
        (tx, ring) ->
            ends.named(tx, ring, scope, name)
                .compose(head -> rehearse(tx, ring, head, order(wish))));
  }

  private Future<Rehearsal> rehearse(Tx tx, Keyring ring, Secret head, Order order) {
    var to = new Holders.Target(head.id(), head.nextVersion(), Set.of());
    var counts = holders.count(tx, to);
    var those = holders.laggards(tx, to, Holders.Place.START, Rehearsal.MOST);
    var now = ends.now(tx, ring, head);
    return Future.all(counts, those, now)
        .map(
            read ->
                new Rehearsal(
                    head.currentVersion(),
                    counts.result().total(),
                    those.result(),
                    now.result(),
                    now.result().plus(order.grace())));
  }

  private Order order(Wish wish) {
    return new Order(wish.strategy(), wish.grace().orElse(grace), wish.staging());
  }

  /** The rotations of one secret, newest first. */
  public Future<Page<View>> history(
      Grant grant, Scope scope, SecretName name, Optional<UUID> before, int limit) {
    return secrets
        .get(grant, scope, name)
        .compose(
            head ->
                list(
                    grant.tenant(),
                    new RotationStore.Filter(
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of(head.id()),
                        Optional.empty(),
                        false,
                        before,
                        limit + 1)))
        .map(all -> Page.of(all, limit));
  }

  /** Rotations of the tenant, newest first. */
  public Future<Page<View>> list(Grant grant, Filter filter) {
    grant.allowing(Action.ROTATION_READ);
    var rows =
        new RotationStore.Filter(
            filter.projects(),
            filter.project(),
            filter.secret(),
            filter.phase(),
            filter.open(),
            filter.before(),
            filter.limit() + 1);
    return list(grant.tenant(), rows).map(all -> Page.of(all, filter.limit()));
  }

  private Future<List<View>> list(TenantId tenant, RotationStore.Filter filter) {
    return reading(
        tenant,
        (tx, ring) ->
            new RotationStore(ring).list(tx, filter).compose(listed -> counted(tx, listed)));
  }

  /** What is over knows its counts; those of all that goes on are one question. */
  private Future<List<View>> counted(Tx tx, List<Rotation> listed) {
    List<Rotation> open = listed.stream().filter(one -> !one.phase().over()).toList();
    List<Holders.Target> questions =
        open.stream()
            .map(one -> new Holders.Target(one.secret(), one.to(), Set.of(), one.startedAt()))
            .toList();
    return holders
        .countEach(tx, questions)
        .map(
            counts ->
                listed.stream()
                    .map(
                        one ->
                            View.of(
                                one,
                                one.phase().over()
                                    ? one.end().map(Rotations::counts)
                                    : Optional.of(counts.get(open.indexOf(one)))))
                    .toList());
  }

  /**
   * Where a rotation lies, for the check whether the caller may: before the check, so for no other
   * use.
   */
  public Future<Resource> locate(TenantId tenant, UUID id) {
    return reading(tenant, (tx, ring) -> found(tx, ring, id)).map(Rotations::resource);
  }

  /**
   * A rotation as it stands.
   *
   * @param after where the page of laggards goes on
   */
  public Future<View> get(Grant grant, UUID id, Holders.Place after, int limit) {
    grant.about(id).allowing(Action.ROTATION_READ);
    return view(grant.tenant(), id, after, limit);
  }

  private Future<View> view(TenantId tenant, UUID id) {
    return view(tenant, id, Holders.Place.START, 50);
  }

  private Future<View> view(TenantId tenant, UUID id, Holders.Place after, int limit) {
    return reading(
        tenant,
        (tx, ring) ->
            found(tx, ring, id).compose(rotation -> view(tx, ring, rotation, after, limit)));
  }

  private Future<View> view(
      Tx tx, Keyring ring, Rotation rotation, Holders.Place after, int limit) {
    if (rotation.phase().over()) {
      View over = View.of(rotation, rotation.end().map(Rotations::counts));
      return named(tx, over, rotation.end().map(Rotations::leases).orElse(List.of()));
    }
    return ends.question(tx, ring, rotation)
        .compose(
            question -> {
              var counts = ends.counts(tx, question);
              var behind = holders.laggards(tx, question, after, limit + 1);
              return Future.all(counts, behind)
                  .map(
                      read ->
                          new View(
                              rotation,
                              Optional.of(counts.result()),
                              Page.of(behind.result(), limit),
                              Map.of()));
            })
        .compose(
            view ->
                named(
                    tx,
                    view,
                    view.laggards().items().stream().map(Holders.Holder::lease).toList()));
  }

  private static Future<View> named(Tx tx, View view, List<LeaseId> leases) {
    return LeaseNames.of(tx, leases)
        .map(names -> new View(view.rotation(), view.counts(), view.laggards(), names));
  }

  private static List<LeaseId> leases(Rotation.End end) {
    return end.named().stream().map(one -> new LeaseId(one.lease())).toList();
  }

  private static Holders.Counts counts(Rotation.End end) {
    return new Holders.Counts(end.total(), end.moved(), end.failed());
  }

  /**
   * Makes the content before a rotation current again, as a new version.
   *
   * @return the rotation back; a {@link Failure.Conflict} if the rotation is over or not the
   *     newest, or the version before is retired
   */
  public Future<View> abort(Grant grant, UUID id) {
    grant.about(id).allowing(Action.ROTATION_FORCE);
    return undo(grant, id, Phase.ABORTED)
        .compose(head -> view(grant.tenant(), head.rotation().orElseThrow()));
  }

  /** The same by a grant of any job, with what becomes of the rotation that is undone. */
  Future<Secret> undo(Grant grant, UUID id, Phase as) {
    return reading(
            grant.tenant(),
            (tx, ring) ->
                found(tx, ring, id)
                    .map(Rotations::goingOn)
                    .compose(
                        rotation ->
                            ends.head(tx, ring, rotation).map(head -> new Going(rotation, head))))
        .compose(
            going ->
                changes.undo(
                    grant,
                    going.head(),
                    id,
                    going.rotation().from(),
                    new Turning(
                        new Turning.Undo(going.rotation(), as),
                        Order.draining(going.rotation().grace()))));
  }

  private record Going(Rotation rotation, Secret head) {}

  private static Rotation goingOn(Rotation rotation) {
    if (rotation.phase().over()) {
      throw Failure.conflict(Failure.Reason.STATE);
    }
    return rotation;
  }

  /** Ends the time of those who have not moved, now. */
  public Future<View> retireNow(Grant grant, UUID id) {
    grant.about(id).allowing(Action.ROTATION_FORCE);
    return keyrings
        .learning(
            () ->
                keyrings
                    .of(grant.tenant())
                    .compose(ring -> ledger.change(grant, tx -> ends.retireNow(tx, ring, id))))
        .compose(done -> view(grant.tenant(), id));
  }

  private static Future<Rotation> found(Tx tx, Keyring ring, UUID id) {
    return new RotationStore(ring)
        .find(tx, id)
        .map(found -> found.orElseThrow(() -> Failure.missing("rotation")));
  }

  private <T> Future<T> reading(
      TenantId tenant, java.util.function.BiFunction<Tx, Keyring, Future<T>> work) {
    return keyrings.learning(
        () -> keyrings.of(tenant).compose(ring -> db.read(tenant, tx -> work.apply(tx, ring))));
  }

  static Resource resource(Rotation rotation) {
    return new Resource(
        ROTATION.kind(),
        rotation.scope().inProject().map(Scope.Place::id),
        Optional.of(rotation.id()));
  }
}
