package io.hushbus.runner;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Where children read and write. With masking, what they write passes through here, and where one
 * of our descriptors leads to a terminal they have a terminal of their own; without, they have our
 * descriptors. Who was started in the background of a shell gets no keys.
 */
final class Console implements AutoCloseable {

  private static final int IN = 0;

  private final List<Integer> descriptors;
  private final Optional<Masks> masks;
  private final List<Boolean> terminals;
  private final Optional<Terminal.Raw> raw;
  private final Posix.Pipe over;
  private final Object lock = new Object();
  private @Nullable Terminal terminal;
  private @Nullable Pump typed;

  /**
   * @param descriptors of this process, for a child's standard input, output and error
   * @param masks what is hidden; empty: nothing, and bytes do not pass through here
   */
  Console(List<Integer> descriptors, Optional<Masks> masks) throws IOException {
    this.descriptors = List.copyOf(descriptors);
    this.masks = masks;
    this.terminals =
        descriptors.stream().map(one -> masks.isPresent() && Terminal.is(one)).toList();
    this.over = Posix.pipe();
    this.raw = keysAreOurs() ? Optional.of(Terminal.raw(descriptors.get(IN))) : Optional.empty();
  }

  private boolean keysAreOurs() {
    return terminals.get(IN) && !Terminal.isOfOthersNow(descriptors.get(IN));
  }

  /** Whether children have a terminal that is not ours, so that its signals are theirs alone. */
  boolean hasTerminal() {
    return terminals.contains(true);
  }

  /** Whether our terminal passes everything on as it is. */
  boolean isRaw() {
    return raw.isPresent();
  }

  /** What one more child is wired to. */
  Connection connect() throws IOException {
    Optional<Terminal> own = hasTerminal() ? Optional.of(newTerminal()) : Optional.empty();
    Connection made =
        new Connection(
            own,
            masks.isPresent() ? pipeUnlessTerminal(1) : null,
            masks.isPresent() ? pipeUnlessTerminal(2) : null);
    use(own);
    return made;
  }

  private Terminal newTerminal() throws IOException {
    int like = IntStream.range(0, 3).filter(terminals::get).findFirst().orElseThrow();
    return Terminal.like(descriptors.get(like), raw);
  }

  private Posix.@Nullable Pipe pipeUnlessTerminal(int which) throws IOException {
    return terminals.get(which) ? null : Posix.pipe();
  }

  private void use(Optional<Terminal> own) {
    synchronized (lock) {
      terminal = own.orElse(null);
      if (isRaw() && typed == null) {
        typed = new Pump("hushbus-input", descriptors.get(IN), over.read(), this::type, () -> {});
      }
    }
  }

  private void type(byte[] keys, int from, int length) throws IOException {
    synchronized (lock) {
      Terminal to = terminal;
      if (to != null) {
        Pump.to(to::descriptor).write(keys, from, length);
      }
    }
  }

  /** The size of our terminal has changed. */
  void resized() {
    synchronized (lock) {
      Terminal own = terminal;
      if (own != null) {
        IntStream.range(0, 3)
            .filter(terminals::get)
            .findFirst()
            .ifPresent(like -> own.resize(descriptors.get(like)));
      }
    }
  }

  @Override
  public void close() {
    raw.ifPresent(Terminal.Raw::close);
    Posix.close(over.write());
  }

  /** The wires of one child. */
  final class Connection {

    private final Optional<Terminal> own;
    private final Posix.@Nullable Pipe out;
    private final Posix.@Nullable Pipe err;
    private final Posix.Pipe ended;
    private final java.util.ArrayList<Pump> pumps = new java.util.ArrayList<>();

    private Connection(Optional<Terminal> own, Posix.@Nullable Pipe out, Posix.@Nullable Pipe err)
        throws IOException {
      this.own = own;
      this.out = out;
      this.err = err;
      this.ended = Posix.pipe();
    }

    Spawn.Wiring wiring() {
      return new Spawn.Wiring(
          List.of(terminals.get(IN) ? -1 : descriptors.get(IN), end(out, 1), end(err, 2)),
          own.map(Terminal::path),
          own.isPresent());
    }

    private int end(Posix.@Nullable Pipe pipe, int which) {
      if (pipe != null) {
        return pipe.write();
      }
      return terminals.get(which) ? -1 : descriptors.get(which);
    }

    /** The child has its ends: what it writes is carried from now on. */
    void begin() {
      carry(out, 1);
      carry(err, 2);
      own.ifPresent(
          one -> pumps.add(pump("hushbus-terminal", one.descriptor(), shown(), () -> {})));
    }

    private void carry(Posix.@Nullable Pipe pipe, int which) {
      if (pipe != null) {
        Posix.close(pipe.write());
        int from = pipe.read();
        pumps.add(pump("hushbus-output-" + which, from, which, () -> Posix.close(from)));
      }
    }

    /** Which of ours is the terminal that the child's own stands for. */
    private int shown() {
      return terminals.get(1) ? 1 : terminals.get(2) ? 2 : 0;
    }

    private Pump pump(String name, int from, int which, Runnable atEnd) {
      Masker masker = new Masker(masks.orElseThrow(), Pump.to(() -> descriptors.get(which)));
      return new Pump(
          name,
          from,
          ended.read(),
          masker::write,
          () -> {
            try {
              masker.end();
            } catch (IOException unread) {
              // nobody is there to see it
            }
            atEnd.run();
          });
    }

    /**
     * The child has ended: what it wrote is carried still, and what those write who were started by
     * it for as long as a moment.
     */
    void end(java.time.Duration moment) {
      try {
        for (Pump pump : pumps) {
          pump.ended(moment);
        }
        Posix.close(ended.write());
        boolean all = true;
        for (Pump pump : pumps) {
          all &= pump.ended(moment);
        }
        if (all) {
          Posix.close(ended.read());
        }
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
      }
      synchronized (lock) {
        own.ifPresent(
            one -> {
              if (terminal == one) {
                terminal = null;
              }
              one.close();
            });
      }
    }

    /** There is no child: its ends are given up. */
    void cancel() {
      begin();
      end(java.time.Duration.ofSeconds(1));
    }
  }
}
