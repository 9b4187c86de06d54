package io.hushbus.client;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Notices, one after the other, for a thread that waits for them. At most {@link #AHEAD} are read
 * ahead; then the broker waits.
 */
public final class Events implements AutoCloseable {

  private static final int AHEAD = 64;

  /** A notice, or the end. */
  private sealed interface Item {
    record Came(Notice notice) implements Item {}

    record Ended(RuntimeException why) implements Item {}
  }

  private final BlockingQueue<Item> queue = new ArrayBlockingQueue<>(AHEAD);
  private volatile boolean closed;
  private EventFeed feed = () -> {};

  private Events() {}

  static Events open(Waiting waiting, Function<NoticeReader, Future<EventFeed>> opening) {
    Events events = new Events();
    events.feed = waiting.on(opening.apply(events.new Reader()));
    return events;
  }

  private final class Reader implements NoticeReader {

    @Override
    public void notice(Notice notice) {
      put(new Item.Came(notice));
    }

    @Override
    public void ended(RuntimeException why) {
      put(new Item.Ended(why));
    }

    private void put(Item item) {
      try {
        while (!closed && !queue.offer(item, 100, TimeUnit.MILLISECONDS)) {
          // the reader takes its time, and so does the broker
        }
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /**
   * The next notice, or empty if none comes in that time.
   *
   * @throws Refused what the broker says that is final; then nothing more comes
   */
  public Optional<Notice> next(Duration wait) {
    try {
      Item item = queue.poll(wait.toNanos(), TimeUnit.NANOSECONDS);
      return switch (item) {
        case null -> Optional.empty();
        case Item.Came came -> Optional.of(came.notice());
        case Item.Ended ended -> throw ended.why();
      };
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    closed = true;
    feed.close();
  }
}
