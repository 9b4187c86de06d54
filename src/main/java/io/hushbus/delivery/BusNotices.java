package io.hushbus.delivery;

import io.hushbus.model.EventPosition;
import io.hushbus.model.TenantId;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonObject;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Publishes every notice on the event bus, at {@code hushbus.events.<tenant id>}, for trusted
 * verticles of the same process or cluster: in order, after the commit, and nothing but a copy.
 * Whoever was not listening, or sees a gap in the sequence, reads the log.
 *
 * <p>Of several nodes one publishes; the others {@linkplain #standBy stand by}, and whoever takes
 * over begins with what may not have been published: a notice may then come twice, with the same id
 * and sequence.
 *
 * <p>Not filtered by anybody's rights, so it is never bridged to the outside, and off by default.
 */
public final class BusNotices {

  /** Followed by the id of the tenant. */
  public static final String ADDRESS = "hushbus.events.";

  /** Of so many rounds before it is known where the logs were. */
  private static final int ROUNDS = 8;

  private final Vertx vertx;
  private final Streams streams;
  private final DeliveryOptions options;
  // On the streams' loop:
  private final Map<TenantId, Copy> copies = new HashMap<>();
  private final Deque<Map<TenantId, EventPosition>> before = new ArrayDeque<>();
  private boolean begun;

  /**
   * @param localOnly whether verticles of this process alone are told; else those of the cluster
   */
  public BusNotices(Vertx vertx, Streams streams, boolean localOnly) {
    this.vertx = vertx;
    this.streams = streams;
    this.options = new DeliveryOptions().setLocalOnly(localOnly);
  }

  /** The address of a tenant's notices. */
  public static String address(TenantId tenant) {
    return ADDRESS + tenant;
  }

  /** Publishes for the tenants that there are, those that are new since the last time included. */
  public Future<Void> runOnce() {
    return streams.events().everyHead().compose(heads -> streams.onLoop(() -> publish(heads)));
  }

  /**
   * Publishes nothing, and keeps note of where the logs were in the last {@value #ROUNDS} rounds.
   */
  public Future<Void> standBy() {
    return streams.events().everyHead().compose(heads -> streams.onLoop(() -> note(heads)));
  }

  private void publish(Map<TenantId, EventPosition> heads) {
    heads.forEach(
        (tenant, head) ->
            copies
                .computeIfAbsent(tenant, fresh -> new Copy(tenant, start(tenant, head)))
                .readOn());
    dropAllBut(heads);
    before.clear();
    begun = true;
  }

  /** A tenant that came after the first round is told of from its first event on. */
  private EventPosition start(TenantId tenant, EventPosition head) {
    EventPosition first = new EventPosition(head.epoch(), 0);
    if (!before.isEmpty()) {
      return before.getFirst().getOrDefault(tenant, first);
    }
    return begun ? first : head;
  }

  private void note(Map<TenantId, EventPosition> heads) {
    if (!copies.isEmpty()) {
      Map<TenantId, EventPosition> published = new HashMap<>();
      copies.forEach((tenant, copy) -> published.put(tenant, copy.place.at()));
      before.addLast(published);
      dropAllBut(Map.of());
    }
    before.addLast(heads);
    while (before.size() > ROUNDS) {
      before.removeFirst();
    }
  }

  private void dropAllBut(Map<TenantId, EventPosition> there) {
    copies.forEach(
        (tenant, copy) -> {
          if (!there.containsKey(tenant)) {
            streams.leave(tenant, copy);
          }
        });
    copies.keySet().retainAll(there.keySet());
  }

  /** One tenant's: reads the log up to where it is, and follows it from there. */
  private final class Copy implements LiveReader {

    private final TenantId tenant;
    private final LogPlace place;
    private boolean busy;
    private boolean following;

    Copy(TenantId tenant, EventPosition from) {
      this.tenant = tenant;
      this.place = new LogPlace(from);
    }

    /** If it fails, the next round does. */
    void readOn() {
      if (busy || following) {
        return;
      }
      busy = true;
      streams
          .page(tenant, place.at())
          .onComplete(
              read -> {
                busy = false;
                if (read.succeeded() && isWanted()) {
                  take(read.result());
                }
              });
    }

    @SuppressWarnings("ReferenceEquality") // this very one is meant
    private boolean isWanted() {
      return copies.get(tenant) == this;
    }

    private void take(Page page) {
      if (page.continues(place)) {
        publish(place.following(page.notices()));
      } else {
        place.restartAt(page.head());
      }
      following = streams.follow(tenant, this, place.at());
      readOn();
    }

    private void publish(List<Notice> next) {
      for (Notice notice : next) {
        vertx.eventBus().publish(address(tenant), new JsonObject(notice.json()), options);
        place.pass(notice);
      }
    }

    @Override
    public void offer(Batch batch) {
      publish(place.following(batch.notices()));
    }

    @Override
    public void lost() {
      following = false;
      readOn();
    }
  }
}
