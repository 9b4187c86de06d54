import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * How long it takes from the commit of a change to the last of a thousand subscribers, beside a
 * bare loop that writes the same bytes to as many sockets, by turns in one run. Both are read by
 * the same thread. The time of a commit is the one that the notice itself names: the database's, on
 * the same machine, taken just before COMMIT, so that a COMMIT's wait for the disk counts as the
 * broker's.
 */
final class FanOut {

  private static final String TYPE = "io.hushbus.secret.version.announced.v1";
  private static final byte[] MARK = "\"specversion\"".getBytes(StandardCharsets.US_ASCII);
  private static final Pattern TIME = Pattern.compile("\"time\":\"([^\"]+)\"");
  private static final long PATIENCE_MILLIS = 20_000;
  private static final int WARM_UP = 10;

  /** One change: milliseconds from its commit to the first and to the last reader. */
  record Round(double first, double last) {}

  record Plan(boolean smoke, int subscribers, int rounds) {
    static Plan of(String[] arguments) {
      List<String> given = List.of(arguments);
      boolean smoke = given.contains("--smoke");
      return new Plan(
          smoke,
          LeaseLoad.Plan.number(given, "--subscribers", smoke ? 50 : 1000),
          LeaseLoad.Plan.number(given, "--rounds", smoke ? 3 : 50));
    }
  }

  /** Sockets that one thread reads, and how many notices each has had. */
  private static final class Readers implements AutoCloseable {
    private final Selector selector = Selector.open();
    private final List<Reader> all = new ArrayList<>();
    private final ByteBuffer buffer = ByteBuffer.allocate(64 * 1024);
    private int had;

    Readers() throws IOException {}

    /** One socket: how many bytes of the mark were just seen, and its last text. */
    private static final class Reader {
      int matched;
      int notices;
      String text = "";
    }

    void add(SocketChannel channel) throws IOException {
      channel.configureBlocking(false);
      Reader reader = new Reader();
      all.add(reader);
      channel.register(selector, SelectionKey.OP_READ, reader);
    }

    /** Reads until each has had one more notice; gives when the first and the last had it. */
    long[] next() throws IOException {
      int target = ++had;
      long first = 0;
      int done = 0;
      long until = System.currentTimeMillis() + PATIENCE_MILLIS;
      while (done < all.size()) {
        if (System.currentTimeMillis() > until) {
          throw new IOException((all.size() - done) + " readers were not told in time");
        }
        selector.select(100);
        for (SelectionKey key : selector.selectedKeys()) {
          Reader reader = (Reader) key.attachment();
          int before = reader.notices;
          read((SocketChannel) key.channel(), reader);
          if (before < target && reader.notices >= target) {
            done++;
            first = first == 0 ? System.nanoTime() : first;
          }
        }
        selector.selectedKeys().clear();
      }
      return new long[] {first, System.nanoTime()};
    }

    /** Reads what has come for a moment: the heads of answers. */
    void settle(int heads) throws IOException {
      long until = System.currentTimeMillis() + PATIENCE_MILLIS;
      while (all.stream().filter(reader -> reader.text.contains("\r\n\r\n")).count() < heads) {
        if (System.currentTimeMillis() > until) {
          throw new IOException("not every stream was opened: " + all.getLast().text);
        }
        selector.select(100);
        for (SelectionKey key : selector.selectedKeys()) {
          read((SocketChannel) key.channel(), (Reader) key.attachment());
        }
        selector.selectedKeys().clear();
      }
      if (!all.stream().allMatch(reader -> reader.text.startsWith("HTTP/1.1 200"))) {
        throw new IOException("a stream was refused");
      }
    }

    String lastText() {
      return all.getFirst().text;
    }

    private void read(SocketChannel channel, Reader reader) throws IOException {
      buffer.clear();
      if (channel.read(buffer) < 0) {
        throw new IOException("a stream has ended");
      }
      buffer.flip();
      if (reader == all.getFirst() || reader.notices == 0) {
        reader.text = StandardCharsets.ISO_8859_1.decode(buffer.duplicate()).toString();
      }
      while (buffer.hasRemaining()) {
        byte next = buffer.get();
        reader.matched =
            next == MARK[reader.matched] ? reader.matched + 1 : next == MARK[0] ? 1 : 0;
        if (reader.matched == MARK.length) {
          reader.matched = 0;
          reader.notices++;
        }
      }
    }

    @Override
    public void close() throws IOException {
      for (SelectionKey key : selector.keys()) {
        key.channel().close();
      }
      selector.close();
    }
  }

  private final Plan plan;
  private final HttpClient http = HttpClient.newHttpClient();

  private FanOut(Plan plan) {
    this.plan = plan;
  }

  public static void main(String[] arguments) throws Exception {
    FanOut fanOut = new FanOut(Plan.of(arguments));
    Path work = Files.createTempDirectory("hushbus-load");
    try {
      fanOut.run(work);
    } finally {
      delete(work);
    }
    System.exit(0); // the client's threads would stay for a while
  }

  private void run(Path work) throws Exception {
    List<Round> broker = new ArrayList<>();
    List<Round> bare = new ArrayList<>();
    try (Broker under =
            Broker.dev(
                work,
                Map.of(
                    "HUSHBUS_LIMITS_REQUESTS_PER_SECOND", "1000000",
                    "HUSHBUS_LIMITS_BURST", "1000000",
                    "HUSHBUS_LIMITS_CONNECTIONS", "20000",
                    "HUSHBUS_SERVER_MAX_CONNECTIONS", "20000",
                    "HUSHBUS_QUOTAS_STREAMS", "100000",
                    "HUSHBUS_QUOTAS_REQUESTS_PER_SECOND", "1000000",
                    "HUSHBUS_EVENTS_MAX_STREAMS", "100000",
                    "HUSHBUS_EVENTS_MAX_STREAMS_PER_PRINCIPAL", "100000"));
        Readers readers = new Readers();
        Readers plain = new Readers()) {
      String app = under.environment().get("HUSHBUS_APP_TOKEN");
      Broker.post(secrets(under, ""), app, secret());
      subscribe(under, app, readers);
      List<SocketChannel> sockets = accept(plain);
      byte[] frame = null;
      for (int round = -WARM_UP; round < plan.rounds(); round++) {
        Round told = told(under, app, readers, round);
        if (frame == null) {
          frame = readers.lastText().getBytes(StandardCharsets.ISO_8859_1);
        }
        Round written = written(sockets, plain, frame);
        if (round >= 0) {
          broker.add(told);
          bare.add(written);
        }
      }
    }
    String page = page(broker, bare);
    System.out.print(page);
    if (!plan.smoke()) {
      Path file = Path.of("load-tests", "results", "fan-out-" + machine() + ".md");
      Files.writeString(file, page);
      System.err.println("wrote " + file);
    }
  }

  private static String machine() {
    return "%s-%s-%dcores"
        .formatted(
            LocalDate.now(ZoneOffset.UTC),
            System.getProperty("os.arch"),
            Runtime.getRuntime().availableProcessors());
  }

  private void subscribe(Broker under, String token, Readers readers) throws IOException {
    String request =
        "GET /api/v1/events?after=now&type="
            + TYPE
            + " HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\nAuthorization: Bearer "
            + token
            + "\r\n\r\n";
    for (int i = 0; i < plan.subscribers(); i++) {
      SocketChannel channel =
          SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), under.port));
      channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
      readers.add(channel);
      if (i % 20 == 19) { // as many as may be catching up at a time, and not all at once
        readers.settle(i + 1);
      }
    }
    readers.settle(plan.subscribers());
  }

  /** As many connections within this process; gives the ends that are written to. */
  private List<SocketChannel> accept(Readers plain) throws IOException {
    List<SocketChannel> ends = new ArrayList<>();
    try (ServerSocketChannel server = ServerSocketChannel.open()) {
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      for (int i = 0; i < plan.subscribers(); i++) {
        plain.add(SocketChannel.open(server.getLocalAddress()));
        ends.add(server.accept());
      }
    }
    return ends;
  }

  private Round told(Broker under, String token, Readers readers, int round) throws Exception {
    HttpRequest change =
        HttpRequest.newBuilder(secrets(under, "/told"))
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/json")
            .PUT(HttpRequest.BodyPublishers.ofString("{\"value\":\"value-" + round + "\"}"))
            .build();
    var answer = http.sendAsync(change, HttpResponse.BodyHandlers.ofString());
    long[] seen = readers.next();
    long nanos = System.nanoTime();
    double now = millis(Instant.now());
    if (answer.get().statusCode() != 200) {
      throw new IOException("the change was answered " + answer.get().statusCode());
    }
    Matcher time = TIME.matcher(readers.lastText());
    if (!time.find()) {
      throw new IOException("a notice without its time");
    }
    double committed = millis(Instant.parse(time.group(1)));
    return new Round(
        now - (nanos - seen[0]) / 1e6 - committed, now - (nanos - seen[1]) / 1e6 - committed);
  }

  private static double millis(Instant at) {
    return at.getEpochSecond() * 1e3 + at.getNano() / 1e6;
  }

  private static Round written(List<SocketChannel> sockets, Readers plain, byte[] frame)
      throws Exception {
    long[] begun = new long[1];
    Thread loop =
        new Thread(
            () -> {
              begun[0] = System.nanoTime();
              for (SocketChannel socket : sockets) {
                try {
                  socket.write(ByteBuffer.wrap(frame));
                } catch (IOException broken) {
                  throw new IllegalStateException(broken);
                }
              }
            });
    loop.start();
    long[] seen = plain.next();
    loop.join();
    return new Round((seen[0] - begun[0]) / 1e6, (seen[1] - begun[0]) / 1e6);
  }

  private String page(List<Round> broker, List<Round> bare) {
    double last = at(broker, 0.5, Round::last);
    double loop = at(bare, 0.5, Round::last);
    return String.format(
        Locale.ROOT,
        """
        # From a commit to the last of %d subscribers, %s

        %d changes of one secret, each followed by a bare loop that writes the same bytes to as many sockets of its own. Milliseconds.
        The broker's begin at the time that the database gave the notice, just before COMMIT, which counts whole milliseconds. Everything
        shares %d cores (%s, Java %s).

        | | first reader, median | last reader, median | last reader, p95 | worst |
        |---|---|---|---|---|
        | the broker | %.1f | %.1f | %.1f | %.1f |
        | a bare loop of writes | %.1f | %.1f | %.1f | %.1f |

        The last subscriber hears after %.1f times what the bare loop takes.
        """,
        plan.subscribers(),
        LocalDate.now(ZoneOffset.UTC),
        broker.size(),
        Runtime.getRuntime().availableProcessors(),
        System.getProperty("os.arch"),
        System.getProperty("java.version"),
        at(broker, 0.5, Round::first),
        last,
        at(broker, 0.95, Round::last),
        at(broker, 1, Round::last),
        at(bare, 0.5, Round::first),
        loop,
        at(bare, 0.95, Round::last),
        at(bare, 1, Round::last),
        last / loop);
  }

  private static double at(
      List<Round> rounds, double part, java.util.function.ToDoubleFunction<Round> of) {
    double[] sorted = rounds.stream().mapToDouble(of).sorted().toArray();
    return sorted[(int) Math.min(sorted.length - 1L, Math.round(part * (sorted.length - 1)))];
  }

  private static String secret() {
    return "{\"name\":\"told\",\"type\":\"text\",\"value\":\"value\"}";
  }

  private static URI secrets(Broker under, String path) {
    return URI.create(
        "http://127.0.0.1:" + under.port + "/api/v1/secrets" + path + "?project=demo");
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
