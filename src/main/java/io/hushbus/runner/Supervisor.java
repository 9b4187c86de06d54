package io.hushbus.runner;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A child's life: it is started, gets the signals that this process gets, is started anew, and does
 * not outlive the task. Safe for many threads; only one may start it.
 */
final class Supervisor {

  private final TaskSettings settings;
  private final Holdings holdings;
  private final Messages messages;
  private final Consumer<Child> ended;
  private volatile @Nullable Console console;
  private Optional<Guardian> guardian = Optional.empty();

  private final Object lock = new Object();
  private @Nullable Child child;
  private boolean stopping;

  /**
   * @param holdings what the child gets
   * @param ended is told of each child that has ended, on any thread
   */
  Supervisor(TaskSettings settings, Holdings holdings, Messages messages, Consumer<Child> ended) {
    this.settings = settings;
    this.holdings = holdings;
    this.messages = messages;
    this.ended = ended;
  }

  /** Where its children's output goes. */
  void shownAt(Console shown) {
    console = shown;
  }

  /** Who ends a child that outlives this process. */
  void guardedBy(Optional<Guardian> other) {
    guardian = other;
  }

  // ---- beginnings

  /**
   * Starts the first child.
   *
   * @return whether it did: not if this process was asked to end before
   * @throws Spawn.Failed saying why it does not run
   */
  boolean begin() throws IOException {
    synchronized (lock) {
      if (!stopping) {
        start();
      }
      return !stopping;
    }
  }

  /**
   * Ends the child and starts another one.
   *
   * @return the exit code, if it was about to end anyway
   * @throws Spawn.Failed saying why the new one does not run; there is none then
   */
  Optional<Integer> restart(Duration grace) throws IOException, InterruptedException {
    Child before = current();
    if (before.end().isDone()) {
      return Optional.of(before.end().join());
    }
    messages.say("a value has changed: starting " + program() + " anew");
    int code = before.stop(grace);
    synchronized (lock) {
      if (stopping) {
        return Optional.of(code);
      }
      guardian.ifPresent(Guardian::watchNone);
      start();
    }
    return Optional.empty();
  }

  /** To be called with the lock. */
  private void start() throws IOException {
    Console shown = console;
    if (shown == null) {
      throw new IllegalStateException("nothing shows the child's output: this is a bug");
    }
    Child started =
        Child.start(
            settings.command(),
            settings.directory(),
            holdings.variables(),
            holdings.secretVariables(),
            shown);
    child = started;
    guardian.ifPresent(one -> one.watch(started.id(), shown.hasTerminal()));
    started.whenEnded(() -> ended.accept(started));
  }

  private String program() {
    return settings.command().program();
  }

  /** The one that runs, or ran last. */
  Child current() {
    synchronized (lock) {
      Child current = child;
      if (current == null) {
        throw new IllegalStateException("there is no child yet: this is a bug");
      }
      return current;
    }
  }

  // ---- signals

  /** A signal of this process, on a thread that comes with it. */
  void forward(int signal) {
    Console shown = console;
    if (signal == Signals.WINCH) {
      if (shown != null) {
        shown.resized();
      }
      return;
    }
    // Typed at a terminal that is the child's as well: it has got it by itself.
    boolean shared = shown == null || !shown.hasTerminal();
    boolean known = signal == Signals.INT && shared && Terminal.signalsReachUs();
    synchronized (lock) {
      stopping |= signal == Signals.TERM || signal == Signals.INT;
      Child current = child;
      if (current != null && !known) {
        current.signal(signal);
      }
    }
  }

  /** Whether somebody has asked for the end. */
  boolean isStopping() {
    synchronized (lock) {
      return stopping;
    }
  }

  // ---- ends

  /** Asks the child to end, and starts no other. */
  void stop() {
    messages.say("ending " + program() + ", as --when-lost says");
    synchronized (lock) {
      stopping = true;
      current().signal(Signals.TERM);
    }
  }

  /** Should the task's thread be interrupted, or find a bug: no child is left. */
  void kill() {
    synchronized (lock) {
      Child last = child;
      if (last != null) {
        last.signal(Signals.KILL);
      }
    }
  }
}
