package io.hushbus.delivery;

import io.hushbus.model.EventPosition;
import io.hushbus.model.TenantId;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the logs of the tenants that have readers on this node, and hands each new event to them
 * once, in order.
 *
 * <p>One statement asks for the heads, and only the logs that moved are read; where few are looked
 * at, they are read along with their heads. Hints say when to look; what is there, only the
 * database says. A lost hint costs one tick, a false one a look, and hints that come while a look
 * is under way make one more look in all.
 */
final class StreamFollower {

  /** What is hinted so soon after a look waits for the next one: events then go out together. */
  private static final Duration GATHER = Duration.ofMillis(2);

  /** So many logs are read in one statement, which bounds what is in memory. */
  private static final int LOGS_AT_ONCE = 32;

  /** After so many looks at the same hole, readers are told that there is one. */
  private static final int MOST_LOOKS_AT_A_HOLE = 10;

  private static final Logger log = LoggerFactory.getLogger(StreamFollower.class);

  private final Loop loop;
  private final EventLog events;
  private final StreamMeters meters;
  private final LongSupplier nanos;
  private final Map<TenantId, Followed> followed = new HashMap<>();
  private final Set<TenantId> hinted = new HashSet<>();
  private final List<Runnable> watches = new CopyOnWriteArrayList<>();
  private boolean due;
  private long looked;
  private Future<Void> looking = Future.succeededFuture();

  /**
   * @param nanos a monotonic clock
   */
  StreamFollower(Loop loop, EventLog events, StreamMeters meters, LongSupplier nanos) {
    this.nanos = nanos;
    this.looked = nanos.getAsLong() - GATHER.toNanos();
    this.loop = loop;
    this.events = events;
    this.meters = meters;
  }

  private static final class Followed {
    final LogPlace place;
    final Set<LiveReader> readers = new LinkedHashSet<>();
    int looksAtHole;

    Followed(EventPosition at) {
      this.place = new LogPlace(at);
    }
  }

  /** There may be something new in this tenant's log. From any thread. */
  void hint(TenantId tenant) {
    loop.run(() -> lookSoon(Set.of(tenant)));
  }

  /** There may be something new anywhere. From any thread. */
  void hint() {
    loop.run(() -> lookSoon(followed.keySet()));
  }

  /** Tells {@code watch} of each log that was found to have moved. From any thread. */
  void whenMoved(Runnable watch) {
    watches.add(watch);
  }

  /** Looks once at everything, now; completes when all it found was handed out. */
  Future<Void> runOnce() {
    return loop.call(
        () -> {
          hinted.addAll(followed.keySet());
          return look();
        });
  }

  /**
   * Follows the log for a reader that has seen everything up to {@code at}.
   *
   * @return false if readers here are already further: read on from the log, and ask again
   */
  boolean join(TenantId tenant, LiveReader reader, EventPosition at) {
    Followed its = followed.computeIfAbsent(tenant, first -> new Followed(at));
    if (at.compareTo(its.place.at()) < 0) {
      return false;
    }
    its.readers.add(reader);
    lookSoon(Set.of(tenant)); // what was committed since the reader read was hinted to nobody
    return true;
  }

  void leave(TenantId tenant, LiveReader reader) {
    Followed its = followed.get(tenant);
    if (its != null && its.readers.remove(reader) && its.readers.isEmpty()) {
      followed.remove(tenant);
    }
  }

  private void lookSoon(Set<TenantId> tenants) {
    tenants.stream().filter(followed::containsKey).forEach(hinted::add);
    if (!hinted.isEmpty() && !due) {
      due = true;
      long since = nanos.getAsLong() - looked;
      if (since >= GATHER.toNanos()) {
        loop.run(this::lookWhenDue);
      } else {
        loop.after(GATHER.minusNanos(since), this::lookWhenDue);
      }
    }
  }

  private void lookWhenDue() {
    due = false;
    if (looking.isComplete()) {
      look();
    } // else the look under way sees to it when it ends
  }

  /** One look after the other: the places move only between reading and handing out. */
  private Future<Void> look() {
    looked = nanos.getAsLong();
    looking = looking.transform(before -> lookAtHinted());
    return looking.onComplete(done -> lookSoon(Set.copyOf(hinted)));
  }

  private Future<Void> lookAtHinted() {
    if (hinted.isEmpty()) {
      return Future.succeededFuture();
    }
    Set<TenantId> asked = Set.copyOf(hinted);
    hinted.clear();
    Map<TenantId, EventPosition> few = asked.size() <= LOGS_AT_ONCE ? places(asked) : Map.of();
    return loop.here(events.look(asked, few))
        .compose(
            seen -> {
              List<TenantId> behind = behind(seen.heads());
              handOut(behind.stream().filter(few::containsKey).toList(), seen.after());
              return readOn(behind.stream().filter(one -> !few.containsKey(one)).toList());
            })
        .recover(this::failed);
  }

  /** The places that are behind their log; places in logs that restarted are moved. */
  private List<TenantId> behind(Map<TenantId, EventPosition> heads) {
    List<TenantId> behind = new ArrayList<>();
    heads.forEach(
        (tenant, head) -> {
          Followed its = followed.get(tenant);
          if (its != null) {
            switch (its.place.look(head)) {
              case LEVEL -> {}
              case BEHIND -> {
                behind.add(tenant);
                watches.forEach(Runnable::run);
              }
              case RESTARTED -> restart(tenant, its);
            }
          }
        });
    return behind;
  }

  private Future<Void> readOn(List<TenantId> behind) {
    List<TenantId> next = behind.stream().limit(LOGS_AT_ONCE).toList();
    Map<TenantId, EventPosition> places = places(next);
    if (places.isEmpty()) {
      return Future.succeededFuture();
    }
    return loop.here(events.after(places))
        .compose(
            read -> {
              handOut(places.keySet(), read);
              return readOn(behind.subList(next.size(), behind.size()));
            });
  }

  /** Where those of them are that are followed. */
  private Map<TenantId, EventPosition> places(Collection<TenantId> tenants) {
    Map<TenantId, EventPosition> places = new LinkedHashMap<>();
    for (TenantId tenant : tenants) {
      Followed its = followed.get(tenant);
      if (its != null) {
        places.put(tenant, its.place.at());
      }
    }
    return places;
  }

  private void handOut(Collection<TenantId> tenants, Map<TenantId, List<Notice>> read) {
    tenants.forEach(tenant -> handOut(tenant, read.getOrDefault(tenant, List.of())));
  }

  private void handOut(TenantId tenant, List<Notice> read) {
    Followed its = followed.get(tenant);
    if (its == null) {
      return;
    }
    List<Notice> next = its.place.following(read);
    if (next.isEmpty()) {
      hole(tenant, its);
      return;
    }
    its.looksAtHole = 0;
    next.forEach(its.place::pass);
    if (read.size() == EventLog.PAGE || next.size() < read.size()) {
      hinted.add(tenant);
    }
    Batch batch = new Batch(next);
    List.copyOf(its.readers).forEach(reader -> reader.offer(batch));
  }

  /**
   * The head is beyond the place, and the next event is not there. Positions have no gaps, so the
   * rows were removed by hand or by retention: look again, and in the end say so.
   */
  private void hole(TenantId tenant, Followed stuck) {
    meters.hole();
    stuck.looksAtHole++;
    if (stuck.looksAtHole >= MOST_LOOKS_AT_A_HOLE) {
      log.error("event log of tenant {} has a hole after {}", tenant, stuck.place.at());
      restart(tenant, stuck);
    }
  }

  /** The readers read on from the log, each from its own place, and find out how it goes on. */
  private void restart(TenantId tenant, Followed its) {
    followed.remove(tenant);
    its.readers.forEach(LiveReader::lost);
  }

  private Future<Void> failed(Throwable cause) {
    meters.followerFailed();
    log.warn("event logs could not be read: {}", cause.getClass().getSimpleName());
    return Future.succeededFuture();
  }
}
