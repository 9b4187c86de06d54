import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Streams that wait for one secret of project {@code demo}, and as many plain sockets beside them.
 */
final class Fan implements AutoCloseable {

  /** Settings under which a broker has so many streams. */
  static final Map<String, String> WIDE =
      Map.of(
          "HUSHBUS_LIMITS_REQUESTS_PER_SECOND", "1000000",
          "HUSHBUS_LIMITS_BURST", "1000000",
          "HUSHBUS_LIMITS_CONNECTIONS", "20000",
          "HUSHBUS_SERVER_MAX_CONNECTIONS", "20000",
          "HUSHBUS_QUOTAS_STREAMS", "100000",
          "HUSHBUS_QUOTAS_REQUESTS_PER_SECOND", "1000000",
          "HUSHBUS_EVENTS_MAX_STREAMS", "100000",
          "HUSHBUS_EVENTS_MAX_STREAMS_PER_PRINCIPAL", "100000");

  private static final String TYPE = "io.hushbus.secret.version.announced.v1";
  private static final Pattern TIME = Pattern.compile("\"time\":\"([^\"]+)\"");

  private final HttpClient http = HttpClient.newHttpClient();
  private final Broker under;
  private final String token;
  private final int subscribers;
  final Readers readers = new Readers();
  private final Readers plain = new Readers();
  private final List<SocketChannel> sockets;

  private Fan(Broker under, String token, int subscribers) throws IOException {
    this.under = under;
    this.token = token;
    this.subscribers = subscribers;
    subscribe();
    this.sockets = accept();
  }

  /** The secret is there already, by {@link #secret}. */
  static Fan open(Broker under, String token, int subscribers) throws IOException {
    return new Fan(under, token, subscribers);
  }

  Broker broker() {
    return under;
  }

  private void subscribe() throws IOException {
    String request =
        "GET /api/v1/events?after=now&type="
            + TYPE
            + " HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\nAuthorization: Bearer "
            + token
            + "\r\n\r\n";
    for (int i = 0; i < subscribers; i++) {
      SocketChannel channel =
          SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), under.port));
      channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
      readers.add(channel);
      if (i % 20 == 19) { // as many as may be catching up at a time, and not all at once
        readers.settle(i + 1);
      }
    }
    readers.settle(subscribers);
  }

  /** As many connections within this process; gives the ends that are written to. */
  private List<SocketChannel> accept() throws IOException {
    List<SocketChannel> ends = new ArrayList<>();
    try (ServerSocketChannel server = ServerSocketChannel.open()) {
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      for (int i = 0; i < subscribers; i++) {
        plain.add(SocketChannel.open(server.getLocalAddress()));
        ends.add(server.accept());
      }
    }
    return ends;
  }

  /** Changes the secret and waits until each stream has heard of it. */
  FanOut.Round told(int round) throws Exception {
    HttpRequest change =
        HttpRequest.newBuilder(secrets("/told"))
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
    return new FanOut.Round(
        now - (nanos - seen[0]) / 1e6 - committed, now - (nanos - seen[1]) / 1e6 - committed);
  }

  private static double millis(Instant at) {
    return at.getEpochSecond() * 1e3 + at.getNano() / 1e6;
  }

  /** Writes the bytes of the last notice to each of the other sockets. */
  FanOut.Round written() throws Exception {
    byte[] frame = readers.lastText().getBytes(StandardCharsets.ISO_8859_1);
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
    return new FanOut.Round((seen[0] - begun[0]) / 1e6, (seen[1] - begun[0]) / 1e6);
  }

  private URI secrets(String path) {
    return URI.create(
        "http://127.0.0.1:" + under.port + "/api/v1/secrets" + path + "?project=demo");
  }

  /** Makes the secret that is waited for. */
  static void secret(Broker under, String token) throws IOException, InterruptedException {
    Broker.post(
        URI.create("http://127.0.0.1:" + under.port + "/api/v1/secrets?project=demo"),
        token,
        "{\"name\":\"told\",\"type\":\"text\",\"value\":\"value\"}");
  }

  @Override
  public void close() throws IOException {
    readers.close();
    plain.close();
    for (SocketChannel socket : sockets) {
      socket.close();
    }
  }
}
