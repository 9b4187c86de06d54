package io.hushbus.client;

import io.hushbus.model.SecretValue;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Notices, one after the other, across broken connections: each at least once, without a gap, until
 * its reader stops it or the broker says something final. By a stream; after {@link #PATIENCE}
 * streams in a row that brought nothing at all, by long poll.
 */
final class Following implements EventFeed {

  private static final int PATIENCE = 2;
  private static final Duration POLL = Duration.ofSeconds(25);
  private static final Duration POLL_DEADLINE = Duration.ofSeconds(35);

  private final Calls calls;
  private final Optional<SecretValue> as;
  private final List<Map.Entry<String, String>> filters;
  private final NoticeReader reader;

  private volatile boolean stopped;
  private volatile @Nullable EventFeed feed;
  private volatile String cursor;
  private volatile boolean reached;
  private boolean poll;
  private int fruitless;
  private int failures;

  Following(Calls calls, Optional<SecretValue> as, EventAsk ask, NoticeReader reader) {
    this.calls = calls;
    this.as = as;
    this.filters = ask.query();
    this.cursor = ask.after();
    this.poll = ask.poll();
    this.reader = reader;
  }

  /**
   * Begins. Completes when it is known where it begins: what happens from then on comes.
   *
   * @return fails with what the broker says that is final
   */
  Future<Void> start() {
    // A cursor to come back to, should the first stream break before it brought one.
    Future<Void> begun =
        cursor.equals("now") && calls.transport.pages()
            ? calls
                .send(() -> request().query("after", "now"), true)
                .map(answer -> cursor = answer.json().text("cursor"))
                .mapEmpty()
            : Future.succeededFuture();
    return begun.onSuccess(known -> calls.loop.execute(this::next));
  }

  private void next() {
    if (stopped) {
      return;
    }
    if (poll) {
      poll();
    } else {
      stream();
    }
  }

  private Request request() {
    Request request = calls.request("GET", "/events", as);
    filters.forEach(one -> request.query(one.getKey(), one.getValue()));
    return request;
  }

  // ---- by stream

  private void stream() {
    Request request = request().header("Accept", "text/event-stream");
    if (cursor.equals("earliest") || cursor.equals("now")) {
      request.query("after", cursor);
    } else {
      request.header("Last-Event-ID", cursor);
    }
    Hearing hearing = new Hearing();
    calls
        .transport
        .events(request.call(), hearing)
        .onSuccess(this::opened)
        .onFailure(failure -> calls.loop.execute(() -> failed(failure, false)));
  }

  private void opened(EventFeed open) {
    feed = open;
    if (stopped) {
      open.close();
    } else {
      reached();
    }
  }

  /** Told once for each time that the broker was away. */
  private void reached() {
    if (!reached) {
      reached = true;
      reader.connected();
    }
  }

  /** One connection. */
  private final class Hearing implements EventSink {

    private volatile boolean heard;

    @Override
    public void alive() {
      heard = true;
    }

    @Override
    public void event(StreamEvent event) {
      Notice notice = Notice.of(event);
      if (!stopped) {
        reader.notice(notice);
        cursor = notice.cursor();
      }
    }

    @Override
    public void ended(Optional<Unreachable> why) {
      calls.loop.execute(() -> again(heard, true));
    }
  }

  // ---- by long poll

  private void poll() {
    Request request =
        request().query("after", cursor).query("wait", LeaseAsk.text(POLL)).deadline(POLL_DEADLINE);
    calls
        .once(request)
        .map(answer -> page(answer.json()))
        .onFailure(failure -> calls.loop.execute(() -> failed(failure, true)));
  }

  /** True; all but the last have the cursor before them, from which they come again. */
  private boolean page(Json page) {
    reached();
    List<Json> events = page.objects("events");
    String behind = page.text("cursor");
    for (int i = 0; i < events.size() && !stopped; i++) {
      reader.notice(Notice.of(events.get(i), i == events.size() - 1 ? behind : cursor));
    }
    cursor = behind;
    failures = 0;
    calls.loop.execute(this::next);
    return true;
  }

  private void reset() {
    calls
        .once(request().query("after", "earliest"))
        .map(Answer::json)
        .map(
            page -> {
              cursor = page.objects("events").isEmpty() ? page.text("cursor") : "earliest";
              reader.notice(Notice.reset(cursor));
              calls.loop.execute(this::next);
              return true;
            })
        .onFailure(failure -> calls.loop.execute(() -> failed(failure, false)));
  }

  // ---- what went wrong

  private void failed(Throwable failure, boolean polled) {
    switch (failure) {
      case NoStream _ -> {
        poll = true;
        next();
      }
      case Refused gone when gone.status() == 410 && polled -> reset();
      case Refused refused when refused.status() < 500 && !refused.retryable() -> end(refused);
      // A broker that is not there says nothing about what lies on the way to it.
      case Unreachable away -> again(false, away.outcomeUnknown());
      default -> again(false, false);
    }
  }

  private void end(RuntimeException why) {
    if (!stopped) {
      stopped = true;
      reader.ended(why);
    }
  }

  private void again(boolean heard, boolean counts) {
    if (stopped) {
      return;
    }
    reached = false;
    fruitless = heard ? 0 : fruitless + (counts ? 1 : 0);
    failures = heard ? 0 : failures + 1;
    poll |= fruitless >= PATIENCE && calls.transport.pages();
    long wait = calls.retry().wait(failures + 1, Optional.empty(), calls.random);
    calls.loop.at(System.nanoTime() + wait, this::next);
  }

  @Override
  public void close() {
    stopped = true;
    EventFeed open = feed;
    if (open != null) {
      open.close();
    }
  }
}
