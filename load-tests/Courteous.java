import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * A tenant that behaves: by turns it reads metadata and takes a lease, so many times a second
 * whatever became of the requests before. One request in five comes on a new connection, as that of
 * a tenant who has just arrived; the others keep theirs.
 *
 * <p>Times are counted from when a request was due, so a broker that stops for a second shows.
 */
final class Courteous {

  /** What came of it. Times in microseconds; errors by what went wrong. */
  record Outcome(int requests, double p50, double p99, double worst, Map<String, Integer> errors) {
    int failed() {
      return errors.values().stream().mapToInt(Integer::intValue).sum();
    }
  }

  private static final int PATIENCE_MILLIS = 10_000;
  private static final int NEW_ONE_IN = 5;

  private final InetSocketAddress address;
  private final byte[] read;
  private final byte[] lease;
  private final ConcurrentLinkedDeque<Socket> kept = new ConcurrentLinkedDeque<>();
  private final Map<String, Integer> errors = new ConcurrentSkipListMap<>();

  Courteous(int port, String token, String body) {
    this.address = new InetSocketAddress("127.0.0.1", port);
    String common = "Host: broker\r\nAuthorization: Bearer " + token + "\r\n";
    String path = "/api/v1/secrets/load-secret?project=demo&domain=development";
    this.read = bytes("GET " + path + " HTTP/1.1\r\n" + common + "\r\n");
    this.lease =
        bytes(
            "POST /api/v1/leases HTTP/1.1\r\n"
                + common
                + "Content-Type: application/json\r\nContent-Length: "
                + body.length()
                + "\r\n\r\n"
                + body);
  }

  Outcome run(int perSecond, int seconds) throws InterruptedException {
    int count = perSecond * seconds;
    long[] micros = new long[count];
    AtomicInteger good = new AtomicInteger();
    errors.clear();
    long start = System.nanoTime();
    try (ExecutorService each = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < count; i++) {
        long due = start + i * 1_000_000_000L / perSecond;
        LockSupport.parkNanos(due - System.nanoTime());
        int index = i;
        each.execute(
            () -> {
              if (succeeds(index)) {
                micros[good.getAndIncrement()] = (System.nanoTime() - due) / 1_000;
              }
            });
      }
      each.shutdown();
      each.awaitTermination(2L * PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    }
    int samples = good.get();
    Arrays.sort(micros, 0, samples);
    return new Outcome(
        count,
        at(micros, samples, 0.5),
        at(micros, samples, 0.99),
        at(micros, samples, 1),
        Map.copyOf(errors));
  }

  private static double at(long[] micros, int samples, double share) {
    return samples == 0 ? Double.NaN : micros[(int) Math.min(samples - 1.0, samples * share)];
  }

  private boolean succeeds(int index) {
    boolean fresh = index % NEW_ONE_IN == 0;
    boolean leases = index % 2 == 0;
    String kind = fresh ? "new connection" : "kept connection";
    try {
      Socket socket = fresh ? connect() : keptOne();
      socket.getOutputStream().write(leases ? lease : read);
      int status = answer(new BufferedInputStream(socket.getInputStream()));
      if (fresh) {
        socket.close();
      } else {
        kept.addLast(socket);
      }
      if (status != (leases ? 201 : 200)) {
        errors.merge("HTTP " + status, 1, Integer::sum);
        return false;
      }
      return true;
    } catch (SocketTimeoutException late) {
      errors.merge(kind + ": no answer", 1, Integer::sum);
    } catch (IOException broken) {
      errors.merge(kind + ": closed", 1, Integer::sum);
    }
    return false;
  }

  private Socket keptOne() throws IOException {
    Socket socket = kept.pollFirst();
    return socket == null ? connect() : socket;
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket();
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(PATIENCE_MILLIS);
    socket.connect(address, PATIENCE_MILLIS);
    return socket;
  }

  private static int answer(InputStream in) throws IOException {
    String status = line(in);
    int length = 0;
    for (String header = line(in); !header.isEmpty(); header = line(in)) {
      if (header.regionMatches(true, 0, "content-length:", 0, 15)) {
        length = Integer.parseInt(header.substring(15).strip());
      }
    }
    if (in.readNBytes(length).length < length) {
      throw new IOException("half an answer");
    }
    return Integer.parseInt(status.substring(9, 12));
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new IOException("closed");
      }
      line.append((char) next);
    }
    return line.toString().stripTrailing();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
