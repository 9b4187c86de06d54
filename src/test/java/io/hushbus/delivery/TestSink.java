package io.hushbus.delivery;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;

/** A far end whose speed the test decides: it reads at once, or when told to. */
final class TestSink implements Sink {

  /** A server-sent event as a client parses it. */
  record Frame(String id, String event, String data) {}

  private final StringBuilder read = new StringBuilder();
  private final List<Buffer> unread = new ArrayList<>();
  private final List<Promise<Void>> pending = new ArrayList<>();
  private final Promise<Void> ended = Promise.promise();
  private Runnable gone = () -> {};
  private boolean stuck;
  private boolean endAsked;
  private boolean aborted;
  private int most;

  @Override
  public Future<Void> write(Buffer bytes) {
    Promise<Void> sent = Promise.promise();
    synchronized (this) {
      unread.add(bytes);
      pending.add(sent);
      most = Math.max(most, unread.stream().mapToInt(Buffer::length).sum());
    }
    flow();
    return sent.future();
  }

  @Override
  public Future<Void> end() {
    synchronized (this) {
      endAsked = true;
    }
    flow();
    return ended.future();
  }

  @Override
  public void abort() {
    synchronized (this) {
      aborted = true;
    }
    ended.tryFail("aborted");
  }

  @Override
  public synchronized void onClose(Runnable left) {
    gone = left;
  }

  /** Stops or starts to read. */
  void stuck(boolean now) {
    synchronized (this) {
      stuck = now;
    }
    flow();
  }

  /** The client goes away. */
  void leave() {
    gone.run();
  }

  synchronized boolean ended() {
    return ended.future().succeeded();
  }

  synchronized boolean aborted() {
    return aborted;
  }

  /** The most bytes that ever waited here. */
  synchronized int most() {
    return most;
  }

  synchronized String text() {
    return read.toString();
  }

  /** What was read so far, without comments and the retry time. */
  List<Frame> frames() {
    List<Frame> frames = new ArrayList<>();
    for (String block : text().split("\n\n", -1)) {
      String id = field(block, "id: ");
      String event = field(block, "event: ");
      if (!event.isEmpty()) {
        frames.add(new Frame(id, event, field(block, "data: ")));
      }
    }
    return frames;
  }

  /** The sequence numbers of the events read so far. */
  List<Long> sequences() {
    return frames().stream()
        .filter(frame -> frame.event().startsWith("io.hushbus."))
        .map(frame -> frame.data().replaceAll(".*\"sequence\":\"(\\d+)\".*", "$1"))
        .map(Long::valueOf)
        .toList();
  }

  private void flow() {
    List<Promise<Void>> sent;
    boolean over;
    synchronized (this) {
      if (stuck) {
        return;
      }
      unread.forEach(bytes -> read.append(bytes.toString()));
      unread.clear();
      sent = List.copyOf(pending);
      pending.clear();
      over = endAsked;
    }
    sent.forEach(Promise::tryComplete);
    if (over) {
      ended.tryComplete();
    }
  }

  private static String field(String block, String name) {
    return block
        .lines()
        .filter(line -> line.startsWith(name))
        .map(line -> line.substring(name.length()))
        .findFirst()
        .orElse("");
  }
}
