package io.hushbus.delivery;

import io.hushbus.db.Db;
import io.hushbus.model.Caller;
import io.hushbus.model.EventPosition;
import io.hushbus.model.Failure;
import io.hushbus.model.Principal;
import io.hushbus.model.TenantId;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The readers of this node: opens streams and long polls over the tenants' event logs, looks after
 * them, and ends them.
 *
 * <p>Asks not whether the caller may read events at all: whoever opens a stream has a grant for
 * that. It does decide, event by event, what the caller gets to see.
 */
public final class Streams {

  /** The longest wait of a long poll. */
  public static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

  private static final int CATCHING_UP_AT_ONCE = 4;
  private static final Duration COME_BACK = Duration.ofSeconds(5);

  /** Who reads. */
  private record Reader(TenantId tenant, Principal principal) {
    static Reader of(Caller caller) {
      return new Reader(caller.tenant(), caller.principal());
    }
  }

  private final Surroundings with;
  private final Cursors cursors;
  private final Set<EventReader> readers = new HashSet<>();
  private final Set<Poll> polls = new HashSet<>();
  private final Map<TenantId, Integer> openOf = new HashMap<>();
  private final Map<Reader, Integer> openBy = new HashMap<>();
  private int open;
  private boolean draining;
  private long ticking;
  private long sweeping;

  /**
   * @param nanos the monotonic clock of {@link Caller#validUntilNanos()}
   */
  public Streams(
      Vertx vertx,
      Db db,
      Rights rights,
      Cursors cursors,
      StreamSettings settings,
      StreamMeters meters,
      LongSupplier nanos) {
    Loop loop = new Loop(vertx);
    Notices notices = new Notices(cursors);
    EventLog events = new EventLog(db, notices);
    this.cursors = cursors;
    this.with =
        new Surroundings(
            loop,
            events,
            new Gate(loop, CATCHING_UP_AT_ONCE),
            new StreamFollower(loop, events, meters, nanos),
            rights,
            notices,
            settings,
            meters,
            nanos);
  }

  /**
   * The answer to a poll.
   *
   * @param events CloudEvents as JSON objects, in order
   * @param cursor where the next poll goes on
   */
  public record Answer(List<Buffer> events, String cursor) {}

  /** Starts looking at the logs by time. */
  public void start() {
    ticking = with.loop().every(with.settings().pollInterval(), with.follower()::hint);
    sweeping = with.loop().every(with.settings().sweep(), this::sweep);
  }

  /** There may be something new in this tenant's log. From any thread; may be lost or wrong. */
  public void hint(TenantId tenant) {
    with.follower().hint(tenant);
  }

  /** There may be something new in any log. From any thread; may be lost or wrong. */
  public void hint() {
    with.follower().hint();
  }

  /**
   * Opens a stream of server-sent events that begins after {@code after} (a cursor, {@code now} or
   * {@code earliest}) and lasts until either side ends it. A cursor that the log cannot be read
   * from any more begins with {@code stream.reset}.
   *
   * @return done when the stream has begun. Before a byte is written it may fail with {@link
   *     Failure.Invalid} (no cursor of this tenant), {@link Failure.OverBudget} or {@link
   *     Failure.Unavailable}
   */
  public Future<Void> open(Caller caller, EventFilter filter, String after, Sink sink) {
    return open(
        Reading.of(with.rights(), caller, filter),
        () -> cursors.parse(caller.tenant(), after),
        sink);
  }

  /** The same for any reading, from where {@code start} says, which may refuse. */
  Future<Void> open(Reading reading, Supplier<Start> start, Sink sink) {
    return with.loop()
        .call(() -> admitted(reading, start, (view, at) -> stream(reading, view, at, sink)));
  }

  /**
   * Events after {@code after}: at once if there are any to see, else as soon as there are, or none
   * after {@code wait} (at most {@link #LONGEST_WAIT}).
   *
   * @return fails as {@link #open} does, and with {@link Failure.Gone} for a cursor that the log
   *     cannot be read from any more
   */
  public Future<Answer> poll(Caller caller, EventFilter filter, String after, Duration wait) {
    return poll(caller, filter, after, EventLog.PAGE, wait, Promise.<Void>promise().future());
  }

  /**
   * The same for a caller who may leave before there is an answer.
   *
   * @param most events in the answer
   * @param gone completes when it has: the poll ends then, and its place is free
   */
  public Future<Answer> poll(
      Caller caller, EventFilter filter, String after, int most, Duration wait, Future<Void> gone) {
    return poll(
        Reading.of(with.rights(), caller, filter),
        () -> cursors.parse(caller.tenant(), after),
        most,
        wait,
        gone);
  }

  /**
   * The newest events that the caller may see and the filter wants, at most so many, in the order
   * of their commits; looks through some thousand for them. Its cursor is at the end of the log.
   *
   * @return fails as {@link #open} does
   */
  public Future<Answer> newest(Caller caller, EventFilter filter, int most) {
    Reading reading = Reading.of(with.rights(), caller, filter);
    return with.loop()
        .call(() -> admitted(reading, Start.Now::new, (view, end) -> newest(view, end, most)))
        .map(polled -> answer(reading.ink(), polled));
  }

  private Begun<Polled> newest(View view, EventPosition end, int most) {
    Future<Polled> answer = new Newest(with, view, end, most).find();
    return new Begun<>(answer, answer);
  }

  /** The same for any reading, from where {@code start} says, which may refuse. */
  Future<Answer> poll(
      Reading reading, Supplier<Start> start, int most, Duration wait, Future<Void> gone) {
    Duration bounded = wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait;
    return with.loop()
        .call(() -> admitted(reading, start, (view, at) -> await(view, at, most, bounded, gone)))
        .map(polled -> answer(reading.ink(), polled));
  }

  /** Tells {@code watch} whenever a log that is followed here was found to have moved. */
  public void whenMoved(Runnable watch) {
    with.follower().whenMoved(watch);
  }

  /** Whose rights hold for those who read without a subscription. */
  Rights rights() {
    return with.rights();
  }

  /** What encodes and reads the logs here. */
  EventLog events() {
    return with.events();
  }

  /** Follows a log from a place on; false if readers here are further already. On the loop only. */
  boolean follow(TenantId tenant, LiveReader reader, EventPosition at) {
    return with.follower().join(tenant, reader, at);
  }

  /** Follows no more. On the loop only. */
  void leave(TenantId tenant, LiveReader reader) {
    with.follower().leave(tenant, reader);
  }

  /** A page of a log, when there is a turn for it; completes on the loop. On the loop only. */
  Future<Page> page(TenantId tenant, EventPosition after) {
    return with.pages().pass(() -> with.events().page(tenant, after));
  }

  /** Runs {@code work} where all state of the streams lives. */
  Future<Void> onLoop(Runnable work) {
    return with.loop()
        .call(
            () -> {
              work.run();
              return Future.succeededFuture();
            });
  }

  Cursors cursors() {
    return cursors;
  }

  Notices notices() {
    return with.notices();
  }

  /**
   * Ends every stream with a cursor and every poll with what it has, and opens no more. Completes
   * when the last byte is out, or the reader's patience is over.
   */
  public Future<Void> drain() {
    return with.loop()
        .call(
            () -> {
              draining = true;
              with.loop().cancel(ticking);
              with.loop().cancel(sweeping);
              List<EventReader> closing = List.copyOf(readers);
              closing.forEach(reader -> reader.close(CloseReason.STOPPING));
              List.copyOf(polls).forEach(Poll::end);
              return Future.join(closing.stream().map(EventReader::ended).toList()).mapEmpty();
            });
  }

  /** Looks at all logs once, now. For tests, which wait for what it found to be handed out. */
  Future<Void> runOnce() {
    return with.follower().runOnce();
  }

  /** Looks after every stream once, now. For tests. */
  Future<Void> sweepOnce() {
    return with.loop()
        .call(
            () -> {
              sweep();
              return Future.succeededFuture();
            });
  }

  private void sweep() {
    List.copyOf(readers).forEach(EventReader::sweep);
  }

  /** A place in the budget, held from before the first read until the reader's end. */
  private <T> Future<T> admitted(Reading reading, Supplier<Start> from, Beginning<T> begin) {
    Caller caller = reading.caller();
    if (draining) {
      return Future.failedFuture(Failure.unavailable(Failure.Dependency.SELF));
    }
    if (full(caller)) {
      return Future.failedFuture(Failure.overBudget("streams", COME_BACK));
    }
    Start start;
    try {
      start = from.get();
    } catch (Failure.Invalid refused) {
      return Future.failedFuture(refused);
    }
    count(caller, 1);
    return with.pages()
        .pass(() -> located(reading, start))
        .map(found -> begin.at(found.view(), found.place()))
        .onFailure(cause -> count(caller, -1))
        .compose(
            begun -> {
              begun.ended().onComplete(over -> count(caller, -1));
              return begun.answer();
            });
  }

  private record Located(View view, EventPosition place) {}

  private Future<Located> located(Reading reading, Start start) {
    View view = new View(reading.rights(), reading.caller(), reading.filter());
    return with.events().locate(reading.tenant(), start).map(place -> new Located(view, place));
  }

  private boolean full(Caller caller) {
    TenantId tenant = caller.tenant();
    StreamSettings most = with.settings();
    return open >= most.maxStreams()
        || openOf.getOrDefault(tenant, 0)
            >= Math.min(most.maxStreamsPerTenant(), with.rights().mostStreams(tenant))
        || openBy.getOrDefault(Reader.of(caller), 0) >= most.maxStreamsPerPrincipal();
  }

  /** What begins at a place: when it is over, and what the caller is told. */
  private record Begun<T>(Future<?> ended, Future<T> answer) {}

  private interface Beginning<T> {
    Begun<T> at(View view, EventPosition position);
  }

  private Begun<Void> stream(Reading reading, View view, EventPosition at, Sink sink) {
    var reader = new EventReader(with, reading, view, at, sink);
    readers.add(reader);
    reader.ended().onComplete(over -> readers.remove(reader));
    reader.start();
    return new Begun<>(reader.ended(), Future.succeededFuture());
  }

  private Begun<Polled> await(
      View view, EventPosition at, int most, Duration wait, Future<Void> gone) {
    var poll = new Poll(with, view, at, most, wait);
    polls.add(poll);
    gone.onSuccess(left -> with.loop().call(() -> ended(poll)));
    Future<Polled> answer = poll.start().onComplete(over -> polls.remove(poll));
    return new Begun<>(answer, answer);
  }

  private static Future<Void> ended(Poll poll) {
    poll.end();
    return Future.succeededFuture();
  }

  private void count(Caller caller, int change) {
    open += change;
    openOf.merge(caller.tenant(), change, Streams::sumUnlessZero);
    openBy.merge(Reader.of(caller), change, Streams::sumUnlessZero);
    with.meters().streams(open);
  }

  private static @Nullable Integer sumUnlessZero(int had, int more) {
    return had + more == 0 ? null : had + more;
  }

  private Answer answer(Ink ink, Polled polled) {
    return new Answer(
        polled.notices().stream().map(Notice::json).toList(), cursors.text(ink, polled.at()));
  }
}
