package io.hushbus.delivery;

import io.hushbus.model.EventPosition;
import io.hushbus.model.TenantId;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonObject;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Publishes every notice on the event bus, at {@code hushbus.events.<tenant id>}, for trusted
 * verticles of the same process: in order, after the commit, and nothing but a copy. Whoever was
 * not listening, or sees a gap in the sequence, reads the log.
 *
 * <p>Not filtered by anybody's rights, so it is never bridged to the outside, and off by default.
 */
public final class BusNotices {

  /** Followed by the id of the tenant. */
  public static final String ADDRESS = "hushbus.events.";

  private final Vertx vertx;
  private final Streams streams;
  private final DeliveryOptions options;
  private final Set<TenantId> known = new HashSet<>(); // on the streams' loop, as is the next
  private final Set<TenantId> followed = new HashSet<>();
  private final AtomicBoolean first = new AtomicBoolean(true);

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

  /** Follows the tenants that there are, those that are new since the last time included. */
  public Future<Void> runOnce() {
    return streams
        .events()
        .everyHead()
        .compose(heads -> streams.onLoop(() -> follow(heads, first.getAndSet(false))));
  }

  /** A tenant that came after the first round is told of from its first event on. */
  private void follow(Map<TenantId, EventPosition> heads, boolean atStart) {
    heads.forEach(
        (tenant, head) -> {
          boolean isNew = known.add(tenant) && !atStart;
          if (!followed.contains(tenant)) {
            EventPosition from = isNew ? new EventPosition(head.epoch(), 0) : head;
            if (streams.follow(tenant, new Copy(tenant), from)) {
              followed.add(tenant);
            }
          }
        });
    known.retainAll(heads.keySet());
  }

  /** One tenant's. */
  private final class Copy implements LiveReader {

    private final TenantId tenant;

    Copy(TenantId tenant) {
      this.tenant = tenant;
    }

    @Override
    public void offer(Batch batch) {
      batch
          .notices()
          .forEach(
              notice ->
                  vertx
                      .eventBus()
                      .publish(address(tenant), new JsonObject(notice.json()), options));
    }

    /** The next round follows it again, from then on. */
    @Override
    public void lost() {
      followed.remove(tenant);
    }
  }
}
