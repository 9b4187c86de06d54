package io.hushbus.delivery;

import io.hushbus.delivery.LogPlace.Look;
import io.hushbus.model.Caller;
import io.hushbus.model.EventPosition;
import io.hushbus.model.Failure;
import io.hushbus.model.TenantId;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One open stream: catches up from the log, page by page, at the pace of its far end; then follows
 * live; and falls back to catching up whenever it cannot keep up. Either way the next event it
 * sends is the one after the last it passed.
 *
 * <p>It sends nothing on rights older than five seconds: {@link Caller#validUntilNanos()} and a
 * grace for reading them again. Lives on the streams' loop.
 */
final class EventReader implements LiveReader {

  /** A caller holds for 3 s; with this, for less than five without being read again. */
  private static final Duration GRACE = Duration.ofMillis(1500);

  private enum State {
    CATCHING_UP,
    LIVE,
    /** Live, and asking what it holds of what it was offered. */
    ASKING,
    CLOSED
  }

  private final Surroundings with;
  private final Reading reading;
  private final TenantId tenant;
  private final Redelivery redelivery;
  private final LogPlace place;
  private final Outflow out;
  private final Sink sink;
  private final Promise<Void> ended = Promise.promise();
  private View view;
  private State state = State.CATCHING_UP;
  private boolean busy;
  private @Nullable Batch asked;
  private boolean missed;
  private boolean refreshing;

  EventReader(Surroundings with, Reading reading, View view, EventPosition at, Sink sink) {
    this.with = with;
    this.reading = reading;
    this.view = view;
    this.tenant = reading.tenant();
    this.redelivery = new Redelivery(reading.acked());
    this.place = new LogPlace(at);
    this.sink = sink;
    this.out =
        new Outflow(
            sink,
            with.settings().maxWaitingBytes(),
            with.nanos(),
            () -> with.loop().run(this::catchUp));
  }

  /** Sends the first bytes and starts reading. */
  void start() {
    sink.onClose(() -> with.loop().run(this::gone));
    out.write(Notices.RETRY);
    catchUp();
  }

  /** Completes when the stream is over, for whatever reason. */
  Future<Void> ended() {
    return ended.future();
  }

  @Override
  public void offer(Batch batch) {
    if (state == State.ASKING) {
      missed = true;
    }
    if (state != State.LIVE) {
      return;
    }
    if (!vouchedFor()) {
      fallBack();
    } else if (view.isUnsureOf(batch.notices())) {
      ask(batch);
    } else if (!sendAll(batch)) {
      fallBack();
    }
  }

  /** What comes meanwhile is not waited for with it: a place that falls behind reads the log. */
  private void ask(Batch batch) {
    state = State.ASKING;
    missed = false;
    asked = batch;
    with.loop()
        .here(view.judging(batch.notices()))
        .onComplete(
            judged -> {
              if (state != State.ASKING || asked != batch) {
                return;
              }
              state = State.LIVE;
              if (judged.failed() || !vouchedFor()) {
                fallBack();
                return;
              }
              view = view.holding(judged.result().held());
              if (!sendAll(batch) || missed) {
                fallBack();
              }
            });
  }

  @Override
  public void lost() {
    if (state == State.LIVE || state == State.ASKING) {
      state = State.CATCHING_UP;
      catchUp();
    }
  }

  /** What has to be looked after by time: rights, a far end that does not read, silence. */
  void sweep() {
    if (state == State.CLOSED) {
      return;
    }
    refreshIfDue();
    if (out.crowdedFor() > with.settings().patience().toNanos()) {
      with.meters().slowReader();
      close(CloseReason.SLOW_READER);
      return;
    }
    if (out.silentFor() >= with.settings().heartbeat().toNanos() && out.roomy()) {
      out.write(Notices.HEARTBEAT);
    }
    if (!busy) {
      redelivery.due(with.nanos().getAsLong()).ifPresent(this::goBack);
    }
    catchUp();
  }

  private void goBack(EventPosition acked) {
    with.follower().leave(tenant, this);
    state = State.CATCHING_UP;
    place.restartAt(acked);
  }

  /** Says why and where to go on, and ends. */
  void close(CloseReason reason) {
    if (state == State.CLOSED) {
      return;
    }
    leave();
    out.write(with.notices().close(reading.ink(), reason, place.at()));
    long deadline = with.loop().after(with.settings().patience(), this::abort);
    with.loop()
        .here(sink.end())
        .onComplete(
            sent -> {
              with.loop().cancel(deadline);
              ended.tryComplete();
            });
  }

  private void abort() {
    sink.abort();
    ended.tryComplete();
  }

  private void gone() {
    if (state != State.CLOSED) {
      leave();
      ended.tryComplete();
    }
  }

  private void leave() {
    with.follower().leave(tenant, this);
    state = State.CLOSED;
  }

  private void fallBack() {
    with.follower().leave(tenant, this);
    state = State.CATCHING_UP;
    catchUp();
  }

  /** Reads the next page if this reader is behind and there is room for it. */
  private void catchUp() {
    if (state != State.CATCHING_UP || busy || !vouchedFor()) {
      return; // a sweep tries again
    }
    if (!out.roomy()) {
      out.waitForRoom();
      return;
    }
    busy = true;
    with.read(view, place.at())
        .onComplete(
            read -> {
              busy = false;
              if (read.succeeded() && state == State.CATCHING_UP && vouchedFor()) {
                view = read.result().through(view);
                take(read.result().page());
              } // else a sweep tries again
            });
  }

  private void take(Page page) {
    if (!page.continues(place)) {
      out.write(with.notices().reset(reading.ink(), page.head()));
      if (reading.acked().isPresent()) {
        close(CloseReason.RESET);
        return;
      }
      place.restartAt(page.head());
    } else if (!sendAll(new Batch(page.notices()))) {
      out.waitForRoom();
      return;
    }
    boolean level = place.look(page.head()) == Look.LEVEL || !page.full();
    if (level && with.follower().join(tenant, this, place.at())) {
      state = State.LIVE;
    } else {
      catchUp();
    }
  }

  /**
   * Passes what follows of {@code batch} and sends what of it is to be seen.
   *
   * @return whether it could pass all of it: there was room, and no gap before it
   */
  private boolean sendAll(Batch batch) {
    List<Notice> next = place.following(batch.notices());
    List<Notice> seen = next.stream().filter(view::shows).toList();
    if (reading.ink().shared()
        && seen.size() == batch.notices().size()
        && batch.frames().length() <= out.room()) {
      next.forEach(place::pass);
      send(batch.frames(), seen.size());
      return true;
    }
    return sendWhatFits(next) && reached(batch);
  }

  private boolean sendWhatFits(List<Notice> next) {
    Buffer frames = Buffer.buffer();
    int count = 0;
    for (Notice notice : next) {
      if (view.shows(notice)) {
        Buffer frame = with.notices().frame(reading.ink(), notice);
        if (!fits(frames.length(), frame.length())) {
          send(frames, count);
          return false;
        }
        frames.appendBuffer(frame);
        count++;
      }
      place.pass(notice);
    }
    send(frames, count);
    return true;
  }

  private boolean fits(int before, int frame) {
    return before + frame <= out.room() || (before == 0 && out.idle());
  }

  private void send(Buffer frames, int count) {
    if (count > 0) {
      out.write(frames);
      redelivery.sent(place.at(), with.nanos().getAsLong());
      with.meters().delivered(count);
    }
  }

  /** Whether the place is at or beyond the end of the batch; if not, there was a gap before it. */
  private boolean reached(Batch batch) {
    return batch.notices().isEmpty()
        || batch.notices().getLast().position().compareTo(place.at()) <= 0;
  }

  private boolean vouchedFor() {
    return with.nanos().getAsLong() - view.caller().validUntilNanos() < GRACE.toNanos();
  }

  private void refreshIfDue() {
    if (refreshing || with.nanos().getAsLong() - view.caller().validUntilNanos() < 0) {
      return;
    }
    refreshing = true;
    with.loop()
        .here(view.renewed())
        .onComplete(
            answer -> {
              refreshing = false;
              if (answer.succeeded()) {
                refreshed(answer.result());
              } else if (endsCaller(answer.cause())) {
                close(CloseReason.RIGHTS_LOST);
              } // else unknown: nothing is sent until it is known
            });
  }

  private void refreshed(View now) {
    if (view.losesTo(now.caller())) {
      close(CloseReason.RIGHTS_LOST);
    } else {
      view = now;
      catchUp();
    }
  }

  private static boolean endsCaller(Throwable cause) {
    return cause instanceof Failure.Unauthenticated
        || cause instanceof Failure.Denied
        || cause instanceof Failure.Missing;
  }
}
