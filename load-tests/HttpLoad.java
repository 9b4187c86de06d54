import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A closed loop of one request over many keep-alive connections, on one thread: each connection
 * sends again as soon as it has its whole answer. Written for this, so that a run needs no tool
 * that may be missing, and so that an answer other than the expected one counts as an error.
 */
final class HttpLoad {

  /** What came of a run. Times in microseconds; latency is from send to the last byte. */
  record Outcome(long answers, long errors, double seconds, double p50, double p99) {
    double perSecond() {
      return answers / seconds;
    }
  }

  private static final int MOST_SAMPLES = 2_000_000;

  private final InetSocketAddress address;
  private final byte[] request;
  private final int expected;

  private long answers;
  private long errors;
  private final int[] micros = new int[MOST_SAMPLES];

  private HttpLoad(InetSocketAddress address, byte[] request, int expected) {
    this.address = address;
    this.request = request;
    this.expected = expected;
  }

  static Outcome post(
      URI url, String bearer, String body, int expected, int connections, double seconds)
      throws IOException {
    String head =
        """
        POST %s HTTP/1.1\r
        Host: %s:%d\r
        Authorization: Bearer %s\r
        Content-Type: application/json\r
        Content-Length: %d\r
        \r
        """
            .formatted(url.getPath(), url.getHost(), url.getPort(), bearer, body.length());
    return new HttpLoad(
            new InetSocketAddress(url.getHost(), url.getPort()),
            (head + body).getBytes(StandardCharsets.US_ASCII),
            expected)
        .run(connections, seconds);
  }

  private Outcome run(int connections, double seconds) throws IOException {
    long start = System.nanoTime();
    long end = start + (long) (seconds * 1e9);
    try (Selector selector = Selector.open()) {
      for (int i = 0; i < connections; i++) {
        new Connection(selector).send();
      }
      while (System.nanoTime() < end) {
        selector.select(key -> ((Connection) key.attachment()).readable(), 50);
      }
      double took = (System.nanoTime() - start) / 1e9;
      for (SelectionKey key : selector.keys()) {
        key.channel().close();
      }
      int samples = (int) Math.min(answers, MOST_SAMPLES);
      Arrays.sort(micros, 0, samples);
      return new Outcome(
          answers, errors, took, percentile(samples, 0.50), percentile(samples, 0.99));
    }
  }

  private double percentile(int samples, double share) {
    return samples == 0 ? Double.NaN : micros[(int) Math.min(samples - 1.0, samples * share)];
  }

  private final class Connection {
    private final SocketChannel channel;
    private final ByteBuffer in = ByteBuffer.allocate(256 * 1024);
    private long sentAt;

    Connection(Selector selector) throws IOException {
      channel = SocketChannel.open(address);
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      channel.configureBlocking(false);
      channel.register(selector, SelectionKey.OP_READ, this);
    }

    void send() throws IOException {
      sentAt = System.nanoTime();
      ByteBuffer out = ByteBuffer.wrap(request);
      while (out.hasRemaining()) {
        channel.write(out);
      }
    }

    void readable() {
      try {
        if (channel.read(in) < 0) {
          throw new IOException("closed by the server");
        }
        int length = wholeAnswer();
        if (length > 0) {
          finished();
          in.clear();
          send();
        }
      } catch (IOException broken) {
        errors++;
        close();
      }
    }

    private void finished() {
      if (status() != expected) {
        errors++;
        if (errors == 1) {
          System.err.println("first unexpected answer: HTTP " + status());
        }
        return;
      }
      if (answers < MOST_SAMPLES) {
        micros[(int) answers] = (int) ((System.nanoTime() - sentAt) / 1_000);
      }
      answers++;
    }

    private int status() {
      return (in.get(9) - '0') * 100 + (in.get(10) - '0') * 10 + (in.get(11) - '0');
    }

    /** The length of the answer if all of it is here, else 0. Needs a Content-Length. */
    private int wholeAnswer() throws IOException {
      byte[] bytes = in.array();
      int size = in.position();
      for (int i = 3; i < size; i++) {
        if (bytes[i] == '\n' && bytes[i - 1] == '\r' && bytes[i - 2] == '\n') {
          int whole = i + 1 + contentLength(bytes, i);
          return size >= whole ? whole : 0;
        }
      }
      return 0;
    }

    private static int contentLength(byte[] bytes, int headEnd) throws IOException {
      String head = new String(bytes, 0, headEnd, StandardCharsets.ISO_8859_1).toLowerCase();
      int at = head.indexOf("\r\ncontent-length:");
      if (at < 0) {
        throw new IOException("an answer without Content-Length");
      }
      int from = at + "\r\ncontent-length:".length();
      return Integer.parseInt(head.substring(from, head.indexOf('\r', from)).strip());
    }

    private void close() {
      try {
        channel.close();
      } catch (IOException ignored) {
        // It was broken before.
      }
    }
  }
}
