package io.hushbus.faults;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The network between one broker and its database, or one caller and its broker: passes bytes on,
 * until it is told to cut, to swallow, or to lose the answer to a {@code COMMIT} or another text.
 */
public final class Wire implements AutoCloseable {

  private static final int CHUNK = 16 * 1024;
  private static final String COMMIT = "COMMIT";
  private static final String WRITING = " READ WRITE;";
  private static final String READING = " READ ONLY;";

  /** Both ends of one connection. */
  private static final class Link {
    final Socket near;
    final Socket far = new Socket();
    volatile boolean deaf;

    /** Whether the transaction that began last on it may write. */
    boolean writing;

    Link(Socket near) {
      this.near = near;
    }

    /** Resets both ends: whoever waits learns of it at once. */
    void reset() {
      abort(near);
      abort(far);
    }

    private static void abort(Socket socket) {
      try {
        socket.setSoLinger(true, 0);
        socket.close();
      } catch (IOException gone) {
        // then it is closed
      }
    }
  }

  private final ServerSocket door;
  private volatile InetSocketAddress database;
  private final Set<Link> links = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean losing = new AtomicBoolean();
  private volatile String fatal = COMMIT;
  private final AtomicBoolean dropping = new AtomicBoolean();
  private volatile boolean silent;
  private volatile boolean absent;

  public Wire(String host, int port) {
    this.database = new InetSocketAddress(host, port);
    try {
      door = new ServerSocket(0, 128, InetAddress.getLoopbackAddress());
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    Thread.ofPlatform().daemon().name("wire").start(this::accept);
  }

  public int port() {
    return door.getLocalPort();
  }

  /** Resets every connection there is. */
  public void cut() {
    links.forEach(Link::reset);
  }

  /**
   * While silent, nothing arrives in either direction and nobody is told: a network that drops.
   * What was sent meanwhile is lost with its connection when it ends.
   */
  public void silent(boolean now) {
    silent = now;
    if (!now) {
      cut();
    }
  }

  /** While absent, every connection is reset at once: nobody is there. */
  public void absent(boolean now) {
    absent = now;
    cut();
  }

  /** New connections go to another port from now on; those there are end. */
  public void leadTo(int port) {
    database = new InetSocketAddress(database.getHostString(), port);
    cut();
  }

  /** The next text of that kind does not reach the other end, and its connection is lost. */
  public void lose(String text) {
    fatal = text;
    dropping.set(true);
  }

  /** The next text of that kind reaches the other end; its answer and its connection are lost. */
  public void loseAnswerTo(String text) {
    fatal = text;
    losing.set(true);
  }

  /**
   * The next {@code COMMIT} of a transaction that may write reaches the database; its answer and
   * its connection are lost. Nobody waits for that of one that reads.
   */
  void loseAnswerToCommit() {
    loseAnswerTo(COMMIT);
  }

  /** Whether such a text has come by. */
  public boolean hasLostAnswer() {
    return !losing.get();
  }

  /** Whether such a text has come by. */
  public boolean hasLost() {
    return !dropping.get();
  }

  private void accept() {
    while (!door.isClosed()) {
      try {
        Socket near = door.accept();
        Thread.ofPlatform().daemon().name("wire-link").start(() -> link(near));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void link(Socket near) {
    Link link = new Link(near);
    links.add(link);
    try {
      if (absent) {
        return;
      }
      link.far.connect(database);
      near.setTcpNoDelay(true);
      link.far.setTcpNoDelay(true);
      Thread back = Thread.ofPlatform().daemon().name("wire-back").start(() -> backward(link));
      forward(link);
      back.join();
    } catch (IOException refused) {
      // the broker sees its connection end
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    } finally {
      link.reset();
      links.remove(link);
    }
  }

  private void forward(Link link) {
    byte[] chunk = new byte[CHUNK];
    try {
      InputStream from = link.near.getInputStream();
      OutputStream to = link.far.getOutputStream();
      for (int n = from.read(chunk); n >= 0; n = from.read(chunk)) {
        if (silent) {
          continue;
        }
        boolean fatal = isFatal(link, new String(chunk, 0, n, StandardCharsets.ISO_8859_1));
        if (fatal && dropping.compareAndSet(true, false)) {
          break;
        }
        link.deaf |= fatal && losing.compareAndSet(true, false);
        to.write(chunk, 0, n);
        to.flush();
      }
    } catch (IOException ended) {
      // so does the other direction
    }
    link.reset();
  }

  private boolean isFatal(Link link, String text) {
    if (text.contains(WRITING) || text.contains(READING)) {
      link.writing = text.lastIndexOf(WRITING) > text.lastIndexOf(READING);
    }
    return text.contains(fatal) && (link.writing || !fatal.equals(COMMIT));
  }

  private void backward(Link link) {
    byte[] chunk = new byte[CHUNK];
    try {
      InputStream from = link.far.getInputStream();
      OutputStream to = link.near.getOutputStream();
      for (int n = from.read(chunk); n >= 0; n = from.read(chunk)) {
        if (link.deaf) {
          break; // the answer has come, and stays here
        }
        if (!silent) {
          to.write(chunk, 0, n);
          to.flush();
        }
      }
    } catch (IOException ended) {
      // so does the other direction
    }
    link.reset();
  }

  @Override
  public void close() {
    try {
      door.close();
    } catch (IOException gone) {
      throw new UncheckedIOException(gone);
    }
    cut();
  }
}
