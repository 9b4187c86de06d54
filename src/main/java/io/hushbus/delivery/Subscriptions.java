package io.hushbus.delivery;

import io.hushbus.crypto.Keyring;
import io.hushbus.db.Db;
import io.hushbus.db.Tx;
import io.hushbus.event.Change;
import io.hushbus.event.Ledger;
import io.hushbus.event.Making;
import io.hushbus.event.Trace;
import io.hushbus.model.Action;
import io.hushbus.model.EventPosition;
import io.hushbus.model.Failure;
import io.hushbus.model.Grant;
import io.hushbus.model.Principal;
import io.hushbus.model.TenantId;
import io.hushbus.model.Uuids;
import io.hushbus.tenant.Keyrings;
import io.hushbus.tenant.Page;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Readers whose place in the log is kept here. What is committed after one was made comes to it, at
 * least once and in order, until its owner has acknowledged it: through however many connections,
 * nodes and restarts.
 *
 * <p>A subscription belongs to the principal that made it, and to nobody else it is there. What it
 * gets to see is decided anew at each delivery by what its owner may see then.
 */
public final class Subscriptions {

  /** Most subscriptions of one principal. */
  public static final int MOST_OF_OWNER = 50;

  /** Most subscriptions of one tenant. */
  public static final int MOST_OF_TENANT = 2000;

  private static final UUID FIRST = new UUID(0, 0);

  private final Db db;
  private final Ledger ledger;
  private final Keyrings keyrings;
  private final Cursors cursors;
  private final Streams streams;
  private final GenuineRows rows;
  private final Uuids ids;

  public Subscriptions(
      Db db,
      Ledger ledger,
      Keyrings keyrings,
      Cursors cursors,
      Streams streams,
      StreamMeters meters,
      Uuids ids) {
    this.db = db;
    this.ledger = ledger;
    this.keyrings = keyrings;
    this.cursors = cursors;
    this.streams = streams;
    this.rows = new GenuineRows(cursors, keyrings, meters);
    this.ids = ids;
  }

  /** Where in the log a subscription begins, or begins again. */
  public enum Place {
    /** With what is committed from now on. */
    NOW,
    /** With the oldest event that is kept. */
    EARLIEST
  }

  /**
   * A subscription of the grant's caller.
   *
   * @return {@link Failure.OverBudget} if it, or its tenant, has as many as there may be
   */
  public Future<Subscription> create(
      Grant grant, String description, Selection selection, Place start) {
    grant.allowing(Action.SUBSCRIPTION_USE);
    UUID id = ids.ordered();
    Principal owner = grant.caller().principal();
    return keyrings
        .of(grant.tenant())
        .compose(
            keyring ->
                ledger.create(
                    grant,
                    making(owner),
                    tx ->
                        SubscriptionStore.hold(tx)
                            .compose(
                                head -> room(tx, owner).compose(room -> place(tx, head, start)))
                            .map(place -> fresh(id, owner, description, selection, place))
                            .compose(made -> insert(tx, keyring, cursors, made))));
  }

  /** The subscriptions of the grant's caller, those after {@code after}. */
  public Future<Page<Subscription>> list(Grant grant, Optional<UUID> after, int limit) {
    grant.allowing(Action.SUBSCRIPTION_USE);
    Principal owner = grant.caller().principal();
    return db.read(
            grant.tenant(), tx -> SubscriptionStore.of(tx, owner, after.orElse(FIRST), limit + 1))
        .map(found -> Page.of(found, limit))
        .compose(
            page -> rows.of(grant.tenant(), page.items()).map(all -> new Page<>(all, page.more())));
  }

  /** The subscription of the grant. */
  public Future<Subscription> get(Grant grant) {
    grant.allowing(Action.SUBSCRIPTION_USE);
    return owned(grant);
  }

  /**
   * Ends the subscription of the grant, whose id it gives: its streams are closed within seconds.
   */
  public Future<UUID> delete(Grant grant) {
    grant.allowing(Action.SUBSCRIPTION_USE);
    return ledger.change(
        grant,
        tx ->
            found(tx, grant, true)
                .compose(owned -> SubscriptionStore.delete(tx, owned.id()).map(owned.id()))
                .map(gone -> Change.of(gone, Trace.of(grant.resource()))));
  }

  /** The cursor of the last acknowledged event of a subscription. */
  public String cursor(Grant grant, Subscription subscription) {
    return cursors.text(ink(grant.tenant(), subscription.id()), subscription.acked());
  }

  /**
   * The owner has dealt with everything up to {@code cursor}. What lies before an earlier
   * acknowledgement changes nothing.
   *
   * @return {@link Failure.Invalid} for a cursor that was not given to this subscription, or lies
   *     beyond the log's end; {@link Failure.Gone} for one of another epoch
   */
  public Future<Subscription> acknowledge(Grant grant, String cursor) {
    grant.allowing(Action.SUBSCRIPTION_USE);
    UUID id = grant.resource().id().orElseThrow();
    return Future.<Void>succeededFuture()
        .map(start -> cursors.parse(grant.tenant(), id, cursor))
        .compose(place -> moved(grant, (tx, head) -> Future.succeededFuture(fitting(place, head))));
  }

  /**
   * Gives up what lies before {@code start}, and goes on from there: for a subscription whose place
   * is no longer in the log, by its owner's word.
   */
  public Future<Subscription> restart(Grant grant, Place start) {
    grant.allowing(Action.SUBSCRIPTION_USE);
    return ledger
        .change(
            grant,
            tx ->
                place(tx, grant, (in, head) -> place(in, head, start), true)
                    .map(
                        gone ->
                            Change.of(
                                gone, Trace.of(grant.resource()).with(Map.of("step", "restart")))))
        .compose(done -> owned(grant));
  }

  /**
   * What was not acknowledged yet, as a stream of server-sent events. What was sent and is not
   * acknowledged within 30 seconds is sent again. As {@link Streams#open} otherwise.
   */
  public Future<Void> open(Grant grant, Sink sink) {
    return reading(grant)
        .compose(
            reading ->
                streams.open(
                    reading, () -> new Start.After(reading.acked().orElseThrow().get()), sink));
  }

  /** What was not acknowledged yet, or the first that comes, as {@link Streams#poll} otherwise. */
  public Future<Streams.Answer> poll(Grant grant, Duration wait, Future<Void> gone) {
    return reading(grant)
        .compose(
            reading ->
                streams.poll(
                    reading,
                    () -> new Start.After(reading.acked().orElseThrow().get()),
                    EventLog.PAGE,
                    wait,
                    gone));
  }

  private interface Mark {
    Future<EventPosition> in(Tx tx, EventPosition head);
  }

  /**
   * Notes what the owner has read. Not through the ledger: it says nothing of secrets or rights,
   * can only be what this subscription was sent before, and comes as often as events do; reading is
   * not on record either. What gives events up unread is: {@link #restart}.
   */
  private Future<Subscription> moved(Grant grant, Mark mark) {
    return db.write(grant.tenant(), tx -> place(tx, grant, mark, false))
        .compose(done -> owned(grant));
  }

  private Future<Integer> place(Tx tx, Grant grant, Mark mark, boolean anywhere) {
    return found(tx, grant, anywhere)
        .compose(owned -> SubscriptionStore.head(tx))
        .compose(head -> mark.in(tx, head))
        .compose(
            place ->
                SubscriptionStore.acknowledge(
                    tx, cursors, grant.resource().id().orElseThrow(), place, anywhere));
  }

  private static EventPosition fitting(EventPosition place, EventPosition head) {
    if (place.epoch() != head.epoch()) {
      throw Failure.gone("cursor");
    }
    if (place.number() > head.number()) {
      throw Failure.invalid("/cursor", Failure.Code.BAD_CURSOR);
    }
    return place;
  }

  private Future<Reading> reading(Grant grant) {
    grant.allowing(Action.SUBSCRIPTION_USE);
    return owned(grant)
        .map(
            subscription -> {
              var kept = new KeptPlace(streams.rights(), now -> owned(grant), subscription);
              return new Reading(
                  kept,
                  grant.caller(),
                  subscription.selection().filter(),
                  ink(grant.tenant(), subscription.id()),
                  Optional.of(kept::acked));
            });
  }

  private Future<Subscription> owned(Grant grant) {
    return db.read(grant.tenant(), tx -> found(tx, grant));
  }

  /** Of another's subscription nobody learns that it is there. */
  private Future<Subscription> found(Tx tx, Grant grant) {
    return found(tx, grant, false);
  }

  /**
   * @param wherever whether its place may be another hand's, since it is given up
   */
  private Future<Subscription> found(Tx tx, Grant grant, boolean wherever) {
    return SubscriptionStore.find(tx, grant.resource().id().orElseThrow())
        .compose(
            row ->
                wherever
                    ? rows.oneWherever(tx.tenant(), row, Subscription.KIND)
                    : rows.one(tx.tenant(), row, Subscription.KIND))
        .map(
            found -> {
              if (!found.owner().equals(grant.caller().principal())) {
                throw Failure.missing(Subscription.KIND);
              }
              return found;
            });
  }

  private Making<Tx, Subscription> making(Principal owner) {
    return Making.of(
        Subscription.KIND,
        Subscription::id,
        (tx, made) ->
            SubscriptionStore.find(tx, made.getFirst())
                .compose(row -> rows.of(tx.tenant(), row.stream().toList()))
                .map(all -> all.stream().filter(one -> one.owner().equals(owner)).findFirst()));
  }

  private static Future<Void> room(Tx tx, Principal owner) {
    return SubscriptionStore.count(tx, owner)
        .compose(
            count ->
                count.ofOwner() < MOST_OF_OWNER && count.ofAll() < MOST_OF_TENANT
                    ? Future.succeededFuture()
                    : Future.failedFuture(Failure.overBudget("subscriptions", Duration.ZERO)));
  }

  private static Future<EventPosition> place(Tx tx, EventPosition head, Place start) {
    return switch (start) {
      case NOW -> Future.succeededFuture(head);
      case EARLIEST -> SubscriptionStore.beforeOldest(tx, head);
    };
  }

  private static Subscription fresh(
      UUID id, Principal owner, String description, Selection selection, EventPosition place) {
    return new Subscription(id, owner, description, selection, place, Instant.EPOCH, Instant.EPOCH);
  }

  private static Future<Change<Subscription>> insert(
      Tx tx, Keyring keyring, Cursors cursors, Subscription made) {
    return SubscriptionStore.insert(tx, keyring, cursors, made)
        .compose(done -> SubscriptionStore.find(tx, made.id()))
        .map(row -> row.orElseThrow().value())
        .map(stored -> Change.of(stored, Trace.of(stored.asResource())));
  }

  private static Ink ink(TenantId tenant, UUID subscription) {
    return new Ink(tenant, Optional.of(subscription));
  }
}
