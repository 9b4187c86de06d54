import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * Requests over many kept connections, read by one thread: as a closed loop, where each connection
 * sends again as soon as it has its whole answer, or as an open one, where requests are due at a
 * constant rate whatever becomes of those before. Times of an open loop count from when a request
 * was due, so that a server that stalls cannot hide it.
 */
final class HttpLoad {

  /**
   * What came of a run.
   *
   * @param answers good ones within the seconds
   * @param micros from when a request was sent, or was due, to the last byte of its answer
   */
  record Outcome(long answers, long refused, long errors, double seconds, Histogram micros) {
    double perSecond() {
      return answers / seconds;
    }

    double p50() {
      return micros.getValueAtPercentile(50);
    }

    double p99() {
      return micros.getValueAtPercentile(99);
    }
  }

  /** Gives what a connection sends next, as it stands on the wire. */
  @FunctionalInterface
  interface Requests {
    /**
     * @param connection from 0
     * @param count how many that connection has sent before
     */
    byte[] next(int connection, long count);

    static Requests always(byte[] request) {
      return (connection, count) -> request;
    }

    /** Each connection begins elsewhere. */
    static Requests inTurn(byte[][] all, int connections) {
      return (connection, count) ->
          all[(int) ((connection * (long) all.length / connections + count) % all.length)];
    }
  }

  /** Where it goes, and what counts as a good answer there. */
  record Target(int port, Wire wire, Requests requests, int connections, Set<Integer> good) {
    static Target http(int port, Requests requests, int connections, Integer... good) {
      return new Target(port, Wire.HTTP, requests, connections, new HashSet<>(Arrays.asList(good)));
    }
  }

  private static final Set<Integer> REFUSALS = Set.of(429, 503);
  private static final long LONGEST_MICROS = 60_000_000;
  private static final double LONGEST_SECONDS = 3_600;
  private static final long PATIENCE_NANOS = 30_000_000_000L;
  private static final long GRACE_NANOS = 2_000_000_000L;
  private static final long IDLE = Long.MIN_VALUE;
  private static final int MOST_BROKEN = 10_000;

  private final Target target;
  private final Histogram micros = new Histogram(LONGEST_MICROS, 3);
  private final List<Connection> all = new ArrayList<>();
  private final BlockingQueue<Connection> idle;
  private final boolean open;

  /** How many requests of an open loop were sent. */
  private volatile long dueSent;

  private long most = Long.MAX_VALUE;
  private long sent;
  private long answers;
  private long refused;
  private long errors;

  private HttpLoad(Target target, boolean open) {
    this.target = target;
    this.open = open;
    this.idle = new ArrayBlockingQueue<>(target.connections());
  }

  /** As fast as answers come. */
  static Outcome closed(Target target, double seconds) throws IOException {
    return new HttpLoad(target, false).run(seconds, 0);
  }

  /**
   * So many requests in all, as fast as answers come; what was refused is sent again.
   *
   * @return seconds that it took
   */
  static double exactly(Target target, long number) throws IOException {
    HttpLoad load = new HttpLoad(target, false);
    load.most = number;
    Outcome outcome = load.run(LONGEST_SECONDS, 0);
    if (outcome.errors() > 0 || outcome.answers() < number) {
      throw new IOException(
          "%d of %d requests were answered, %d went wrong"
              .formatted(outcome.answers(), number, outcome.errors()));
    }
    return outcome.seconds();
  }

  /** So many a second, evenly. */
  static Outcome open(Target target, double perSecond, double seconds) throws IOException {
    return new HttpLoad(target, true).run(seconds, perSecond);
  }

  static Outcome post(
      URI url, String bearer, String body, int expected, int connections, double seconds)
      throws IOException {
    byte[] request = request("POST", url.getPath(), bearer, body);
    return closed(
        Target.http(url.getPort(), Requests.always(request), connections, expected), seconds);
  }

  /**
   * A request as it stands on the wire.
   *
   * @param headers further ones, each with its line end
   */
  static byte[] request(String method, String path, String bearer, String body, String... headers) {
    String head =
        "%s %s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n%s"
            .formatted(method, path, bearer, String.join("", headers));
    String content =
        method.equals("GET")
            ? "\r\n"
            : "Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
                .formatted(body.length(), body);
    return (head + content).getBytes(StandardCharsets.US_ASCII);
  }

  private Outcome run(double seconds, double perSecond) throws IOException {
    try (Selector selector = Selector.open()) {
      for (int i = 0; i < target.connections(); i++) {
        all.add(new Connection(i, selector));
      }
      idle.addAll(all);
      long start = System.nanoTime();
      long end = start + (long) (seconds * 1e9);
      Thread sender = begin(start, end, perSecond);
      while (!over(end)) {
        selector.select(key -> ((Connection) key.attachment()).readable(), 50);
      }
      double took = (System.nanoTime() - start) / 1e9;
      long inTime = answers;
      if (open) {
        late(selector, end, (long) (seconds * perSecond));
        sender.interrupt();
        sender.join();
        unanswered((long) (seconds * perSecond), start, 1e9 / perSecond);
      }
      for (SelectionKey key : selector.keys()) {
        key.channel().close();
      }
      return new Outcome(inTime, refused, errors, took, micros);
    } catch (InterruptedException stopped) {
      throw new IllegalStateException("interrupted", stopped);
    }
  }

  /** What was due before the end is waited for a little longer. */
  private void late(Selector selector, long end, long number) throws IOException {
    while (System.nanoTime() < end + GRACE_NANOS
        && (dueSent < number || idle.size() < all.size())) {
      selector.select(key -> ((Connection) key.attachment()).readable(), 10);
    }
  }

  /** What is not answered even then counts with the time that it has taken so far. */
  private void unanswered(long number, long start, double gap) {
    long now = System.nanoTime();
    for (long i = dueSent; i < number; i++) {
      took(now - start - (long) (i * gap));
    }
    all.stream().filter(one -> one.due != IDLE).forEach(one -> took(now - one.due));
  }

  private void took(long nanos) {
    micros.recordValue(Math.clamp(nanos / 1_000, 0, LONGEST_MICROS));
  }

  /** A closed loop goes on until there is something to tell, however busy the machine is. */
  private boolean over(long end) {
    long now = System.nanoTime();
    boolean told = open || answers + refused + errors > 0 || now > end + PATIENCE_NANOS;
    return answers + errors >= most || now >= end && told;
  }

  private Thread begin(long start, long end, double perSecond) throws IOException {
    Thread sender = new Thread(() -> sendDue(start, end, 1e9 / perSecond), "sender");
    sender.setDaemon(true);
    if (open) {
      sender.start();
    } else {
      for (Connection connection : all) {
        connection.next();
      }
    }
    return sender;
  }

  /** Waits for each request's time, then for a connection. */
  private void sendDue(long start, long end, double gap) {
    try {
      for (long i = 0; ; i++) {
        long next = start + (long) (i * gap);
        if (next >= end) {
          return;
        }
        for (long left = next - System.nanoTime(); left > 0; left = next - System.nanoTime()) {
          LockSupport.parkNanos(left);
        }
        if (!sendBy(next, end + GRACE_NANOS)) {
          return;
        }
        dueSent = i + 1;
      }
    } catch (InterruptedException over) {
      Thread.currentThread().interrupt();
    }
  }

  /** By the next connection that is free and whole; not if there is none before the end. */
  private boolean sendBy(long at, long end) throws InterruptedException {
    for (; ; ) {
      Connection free = idle.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
      if (free == null) {
        return false;
      }
      try {
        free.send(at);
        return true;
      } catch (IOException cut) {
        free.idle(); // the reader sees it too, and connects again
      }
    }
  }

  private final class Connection {
    private final int number;
    private final Selector selector;
    private volatile SocketChannel channel;
    private ByteBuffer in = ByteBuffer.allocate(16 * 1024);
    private long count;
    private volatile long due = IDLE;

    Connection(int number, Selector selector) throws IOException {
      this.number = number;
      this.selector = selector;
      connect();
    }

    private void connect() throws IOException {
      channel = SocketChannel.open(new InetSocketAddress("127.0.0.1", target.port()));
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      channel.configureBlocking(false);
      channel.register(selector, SelectionKey.OP_READ, this);
    }

    void send(long at) throws IOException {
      due = at;
      ByteBuffer out = ByteBuffer.wrap(target.requests().next(number, count++));
      while (out.hasRemaining()) {
        channel.write(out);
      }
    }

    void idle() {
      due = IDLE;
      idle.add(this);
    }

    void readable() {
      try {
        if (channel.read(in) < 0) {
          throw new IOException("closed by the server");
        }
        int whole = target.wire().whole(in.array(), in.position());
        if (whole > 0) {
          finished();
          in.clear();
          next();
        } else if (!in.hasRemaining()) {
          in = ByteBuffer.allocate(in.capacity() * 2).put(in.flip());
        }
      } catch (IOException broken) {
        anew();
      }
    }

    private void next() throws IOException {
      if (open) {
        idle();
      } else if (sent - refused < most) {
        sent++;
        send(System.nanoTime());
      }
    }

    private void finished() {
      int status = target.wire().status(in.array());
      if (target.good().contains(status)) {
        answers++;
        took(System.nanoTime() - due);
      } else if (REFUSALS.contains(status)) {
        refused++;
      } else {
        wrong("answered " + status);
      }
    }

    /** What broke under a request is an error, and begins again; an idle connection may end. */
    private void anew() {
      boolean busy = due != IDLE;
      if (busy) {
        wrong("a connection broke");
      }
      try {
        channel.close();
        if (errors < MOST_BROKEN) {
          in.clear();
          connect();
          if (busy) {
            next();
          }
        }
      } catch (IOException gone) {
        wrong("no new connection");
      }
    }

    private void wrong(String what) {
      errors++;
      if (errors == 1) {
        String text =
            new String(in.array(), 0, Math.min(in.position(), 600), StandardCharsets.ISO_8859_1);
        System.err.println("first error: " + what + ": " + text.lines().reduce("", (a, b) -> b));
      }
    }
  }
}
