import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Sockets that one thread reads, and how many notices each has had. */
final class Readers implements AutoCloseable {

  private static final byte[] MARK = "\"specversion\"".getBytes(StandardCharsets.US_ASCII);
  private static final long PATIENCE_MILLIS = 60_000;

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

  /** How many notices all of them have had. */
  long total() {
    return all.stream().mapToLong(reader -> reader.notices).sum();
  }

  /** Reads whatever comes, for so long; {@link #next} then counts from there. */
  void drain(long nanos) {
    long until = System.nanoTime() + nanos;
    try {
      while (System.nanoTime() < until) {
        selector.select(50);
        for (SelectionKey key : selector.selectedKeys()) {
          read((SocketChannel) key.channel(), (Reader) key.attachment());
        }
        selector.selectedKeys().clear();
      }
    } catch (IOException cut) {
      throw new IllegalStateException("a stream was cut", cut);
    }
    had = all.stream().mapToInt(reader -> reader.notices).max().orElse(0);
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
      reader.matched = next == MARK[reader.matched] ? reader.matched + 1 : next == MARK[0] ? 1 : 0;
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
