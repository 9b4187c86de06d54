import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;

/**
 * Carries out one {@link Attack} for some seconds, in a process of its own so that the files it
 * opens are its own. Prints one line of JSON: what it sent and what it was answered.
 *
 * <p>Arguments: name of the attack, port, token, seconds.
 */
final class Abuser {

  private static final int CONNECTS_A_ROUND = 100;
  private static final long ROUND_MILLIS = 10;
  private static final int KEPT = 4 * 1024;

  private final Attack attack;
  private final int port;
  private final Selector selector;
  private final Queue<Integer> toOpen = new ArrayDeque<>();
  private final Map<String, Long> answers = new TreeMap<>();
  private final ByteBuffer scratch = ByteBuffer.allocateDirect(256 * 1024);
  private long opened;
  private long open;
  private long mostOpen;
  private long ended;
  private long unopened;
  private long bytes;

  private Abuser(Attack attack, int port, Selector selector) {
    this.attack = attack;
    this.port = port;
    this.selector = selector;
  }

  public static void main(String[] arguments) throws IOException {
    Attack attack = Attack.named(arguments[0], arguments[2]);
    try (Selector selector = Selector.open()) {
      Abuser abuser = new Abuser(attack, Integer.parseInt(arguments[1]), selector);
      abuser.run(Long.parseLong(arguments[3]));
      System.out.println(abuser.json());
    }
    System.exit(0);
  }

  private void run(long seconds) throws IOException {
    for (int i = 0; i < attack.connections(); i++) {
      toOpen.add(i);
    }
    System.out.println("ready");
    long end = System.nanoTime() + seconds * 1_000_000_000;
    long nextDrip = System.nanoTime();
    while (System.nanoTime() < end) {
      for (int i = toOpen.size(); i > 0 && i > toOpen.size() - CONNECTS_A_ROUND; i--) {
        open(toOpen.remove());
      }
      if (attack.drip().length > 0 && System.nanoTime() > nextDrip) {
        nextDrip += 1_000_000_000;
        selector.keys().forEach(key -> ((Connection) key.attachment()).drip());
      }
      long round = System.nanoTime() + ROUND_MILLIS * 1_000_000;
      do {
        selector.select(key -> ((Connection) key.attachment()).ready(key), ROUND_MILLIS);
      } while (System.nanoTime() < round);
    }
  }

  private void open(int index) {
    try {
      SocketChannel channel = SocketChannel.open();
      channel.configureBlocking(false);
      channel.bind(new InetSocketAddress(address(index), 0));
      Connection connection = new Connection(channel, index);
      channel.connect(new InetSocketAddress("127.0.0.1", port));
      channel.register(selector, SelectionKey.OP_CONNECT, connection);
    } catch (IOException refused) {
      unopened++;
      toOpen.add(index);
    }
  }

  /** Any address of 127.0.0.0/8 is this machine's; the first is left to the other tenant. */
  private InetAddress address(int index) throws IOException {
    return InetAddress.getByAddress(
        new byte[] {127, 0, 1, (byte) (1 + index % attack.addresses())});
  }

  private String json() {
    StringBuilder counts = new StringBuilder();
    answers.forEach(
        (status, count) ->
            counts
                .append(counts.isEmpty() ? "" : ", ")
                .append('"')
                .append(status)
                .append("\": ")
                .append(count));
    return "{\"connections_opened\": %d, \"most_open\": %d, \"ended_by_broker\": %d, \"not_opened\": %d, \"mib_sent\": %d, \"answers\": {%s}}"
        .formatted(opened, mostOpen, ended, unopened, bytes >> 20, counts);
  }

  private final class Connection {

    private final SocketChannel channel;
    private final int index;
    private ByteBuffer out;
    private final ByteBuffer in = ByteBuffer.allocate(attack.connections() > 1000 ? 512 : KEPT);
    private int dripped;
    private boolean connected;

    private Connection(SocketChannel channel, int index) {
      this.channel = channel;
      this.index = index;
      this.out = ByteBuffer.wrap(attack.opening());
    }

    private void ready(SelectionKey key) {
      try {
        if (key.isConnectable()) {
          channel.finishConnect();
          connected = true;
          opened++;
          mostOpen = Math.max(mostOpen, ++open);
          key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
        }
        if (key.isValid() && key.isReadable()) {
          read();
        }
        if (key.isValid() && key.isWritable()) {
          write(key);
        }
      } catch (IOException broken) {
        gone();
      }
    }

    private void write(SelectionKey key) throws IOException {
      bytes += channel.write(out);
      if (!out.hasRemaining() && attack.endless().length > 0) {
        out = ByteBuffer.wrap(attack.endless());
      }
      key.interestOps(
          out.hasRemaining() ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ);
    }

    private void drip() {
      try {
        if (connected && !out.hasRemaining()) {
          bytes += channel.write(ByteBuffer.wrap(attack.drip(), dripped, 1));
          dripped = (dripped + 1) % attack.drip().length;
        }
      } catch (IOException broken) {
        gone();
      }
    }

    private void read() throws IOException {
      scratch.clear();
      int count = channel.read(scratch);
      if (count < 0) {
        throw new IOException("closed by the broker");
      }
      scratch.flip();
      scratch.limit(Math.min(scratch.limit(), in.remaining()));
      in.put(scratch);
      int whole = wholeAnswer();
      if (whole > 0) {
        String status = new String(in.array(), 9, 3, StandardCharsets.US_ASCII);
        answers.merge(status, 1L, Long::sum);
        in.clear();
        if (attack.again()) {
          out = ByteBuffer.wrap(attack.opening());
          channel.keyFor(selector).interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
        }
      }
    }

    /** The length of the answer if all of it is here, else 0. */
    private int wholeAnswer() {
      String text = new String(in.array(), 0, in.position(), StandardCharsets.ISO_8859_1);
      int end = text.indexOf("\r\n\r\n");
      if (end < 0) {
        return 0;
      }
      String head = text.substring(0, end).toLowerCase();
      int at = head.indexOf("\r\ncontent-length:");
      if (at < 0) {
        return end + 4;
      }
      String length = head.substring(at + "\r\ncontent-length:".length());
      int next = length.indexOf('\r');
      int whole =
          end + 4 + Integer.parseInt((next < 0 ? length : length.substring(0, next)).strip());
      return text.length() >= whole ? whole : 0;
    }

    private void gone() {
      if (connected) {
        open--;
        ended++;
      } else {
        unopened++;
      }
      connected = false;
      toOpen.add(index);
      try {
        channel.close();
      } catch (IOException ignored) {
        // It was broken before.
      }
    }
  }
}
