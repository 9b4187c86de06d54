package io.hushbus.runner;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;

/**
 * One child from its start to its end: gives it what it needs, tells it of newer values in the way
 * that each need names, passes signals on, and leaves nothing behind.
 *
 * <p>Everything that changes something is done on the thread that called {@link #run}, one thing
 * after the other; several values that have changed meanwhile are put to use together, so that a
 * child is started anew once.
 */
public final class Task {

  /** What is told to the thread of the task. */
  private sealed interface Happening {
    record Changed(Reloader.Newer newer) implements Happening {}

    record Lost(String folded, String why) implements Happening {}

    record Ended(Child child) implements Happening {}
  }

  private final TaskSettings settings;
  private final Source source;
  private final Messages messages;
  private final Masks masks = new Masks();
  private final BlockingQueue<Happening> happenings = new LinkedBlockingQueue<>();

  /**
   * @param say takes lines for people, none with a value
   */
  public Task(TaskSettings settings, Source source, Consumer<String> say) {
    this.settings = settings;
    this.source = source;
    this.messages = new Messages(say);
  }

  /**
   * Runs it to its end.
   *
   * @return the child's exit code; 126 or 127 if it could not be started
   * @throws Unmet if something is missing: then nothing was started
   */
  public int run() throws IOException, InterruptedException {
    boolean succeeded = false;
    try {
      int code = withValues();
      succeeded = code == 0;
      return code;
    } finally {
      source.close(succeeded);
    }
  }

  private int withValues() throws IOException, InterruptedException {
    try (Holdings holdings = new Holdings(settings, source);
        Den den = Den.dig(settings.environment())) {
      holdings.place(den.directory().resolve("files"));
      holdings.skipped().forEach(one -> messages.say(one + " (optional, not given)"));
      return withFiles(holdings, den);
    }
  }

  private int withFiles(Holdings holdings, Den den) throws IOException, InterruptedException {
    Supervisor supervisor =
        new Supervisor(
            settings, holdings, messages, child -> happenings.add(new Happening.Ended(child)));
    try (Signals signals = Signals.caught(supervisor::forward);
        Console console = new Console(settings.descriptors(), maskIfWanted());
        Watch watch = watch(den);
        PrivateFiles files = new PrivateFiles(den)) {
      messages.beside(console);
      supervisor.shownAt(console);
      supervisor.guardedBy(watch.guardian());
      Reloader reloader = new Reloader(settings, holdings, files, masks, supervisor, messages);
      reloader.begin();
      warn(holdings, den);
      return attended(supervisor, reloader);
    }
  }

  private Optional<Masks> maskIfWanted() {
    return settings.mask() ? Optional.of(masks) : Optional.empty();
  }

  /** The guardian, where there is one. */
  private record Watch(Optional<Guardian> guardian) implements AutoCloseable {
    @Override
    public void close() {
      guardian.ifPresent(Guardian::close);
    }
  }

  private Watch watch(Den den) throws IOException {
    String path = settings.environment().getOrDefault("PATH", "/usr/bin:/bin");
    Optional<Guardian> guardian = Guardian.post(den, settings.grace(), path);
    if (guardian.isEmpty()) {
      messages.say("there is no /bin/sh: should this process be killed, its child would go on");
    }
    return new Watch(guardian);
  }

  private void warn(Holdings holdings, Den den) {
    if (!den.inMemory() && holdings.hasFiles()) {
      messages.say("no file system in memory: files with values lie in " + den.directory());
    }
  }

  // ---- while it runs

  private int attended(Supervisor supervisor, Reloader reloader)
      throws IOException, InterruptedException {
    try {
      if (!supervisor.begin()) {
        return 128 + Signals.TERM;
      }
    } catch (Spawn.Failed failed) {
      messages.say(String.valueOf(failed.getMessage()));
      return failed.exitCode();
    }
    source.listen(new Ears());
    try {
      return follow(supervisor, reloader);
    } finally {
      supervisor.kill();
    }
  }

  private int follow(Supervisor supervisor, Reloader reloader)
      throws IOException, InterruptedException {
    while (true) {
      switch (happenings.take()) {
        case Happening.Ended(Child ended) -> {
          if (ended == supervisor.current()) {
            return ended.end().join();
          }
        }
        case Happening.Lost(String folded, String why) -> reloader.lose(folded, why);
        case Happening.Changed(Reloader.Newer first) -> {
          Optional<Integer> end = reloader.apply(together(first));
          if (end.isPresent()) {
            return end.get();
          }
        }
      }
    }
  }

  /** One, and all others that have come by now. */
  private List<Reloader.Newer> together(Reloader.Newer first) {
    List<Reloader.Newer> all = new ArrayList<>(List.of(first));
    List<Happening> later = new ArrayList<>();
    happenings.drainTo(later);
    for (Happening one : later) {
      if (one instanceof Happening.Changed(Reloader.Newer newer)) {
        all.add(newer);
      } else {
        happenings.add(one);
      }
    }
    return all;
  }

  /** What is told by the source, on its threads. */
  private final class Ears implements Source.Listener {
    @Override
    public Future<Source.Outcome> changed(Material newer) {
      Promise<Source.Outcome> outcome = Promise.promise();
      happenings.add(new Happening.Changed(new Reloader.Newer(newer, outcome)));
      return outcome.future();
    }

    @Override
    public void lost(String folded, String why) {
      happenings.add(new Happening.Lost(folded, why));
    }

    @Override
    public void said(String line) {
      messages.say(line);
    }
  }
}
