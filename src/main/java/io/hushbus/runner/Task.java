package io.hushbus.runner;

import io.hushbus.model.SecretName;
import io.hushbus.model.SecretValue;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

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
    record Changed(Material newer, Promise<Source.Outcome> outcome) implements Happening {}

    record Lost(String folded, String why) implements Happening {}

    record Ended(Child child) implements Happening {}
  }

  private final TaskSettings settings;
  private final Source source;
  private final Consumer<String> say;
  private final BlockingQueue<Happening> happenings = new LinkedBlockingQueue<>();
  private final Masks masks = new Masks();

  /** By folded names of secrets: what the child and its files have. */
  private final Map<String, Material> held = new TreeMap<>();

  private List<Item> items = List.of();
  private @Nullable PrivateFiles files;
  private Path home = Path.of("/");

  private final Object childLock = new Object();
  private @Nullable Child child;
  private boolean stopping;
  private volatile @Nullable Console shown;

  /**
   * @param say takes lines for people, none with a value
   */
  public Task(TaskSettings settings, Source source, Consumer<String> say) {
    this.settings = settings;
    this.source = source;
    this.say = say;
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
      held.putAll(source.open());
      int code = withFiles();
      succeeded = code == 0;
      return code;
    } finally {
      source.close(succeeded);
      held.values().forEach(Material::close);
    }
  }

  private int withFiles() throws IOException, InterruptedException {
    try (Den den = Den.dig(settings.environment())) {
      home = den.directory().resolve("files");
      items = Placer.place(source.needs(), held, home);
      try (Signals signals = Signals.caught(this::forward);
          Console console = new Console(settings.descriptors(), maskIfWanted());
          Watch watch = watch(den);
          PrivateFiles own = new PrivateFiles(den)) {
        shown = console;
        files = own;
        hide(held.values());
        own.place(fileValues());
        warn(den);
        return attended(console, watch);
      }
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
      say("there is no /bin/sh: should this process be killed, its child would go on");
    }
    return new Watch(guardian);
  }

  /** A terminal that passes everything on as it is does not go back to the start of a line. */
  private void say(String line) {
    Console console = shown;
    say.accept(console != null && console.isRaw() ? line + "\r" : line);
  }

  private void warn(Den den) {
    if (!den.inMemory() && items.stream().anyMatch(Item.File.class::isInstance)) {
      say("no file system in memory: files with values lie in " + den.directory());
    }
  }

  private void hide(Iterable<Material> materials) {
    if (!settings.mask()) {
      return;
    }
    Map<String, SecretValue> values = new LinkedHashMap<>();
    materials.forEach(
        one ->
            one.entries()
                .forEach(
                    (key, value) ->
                        values.put(
                            one.entries().size() == 1 ? one.secret() : one.secret() + "#" + key,
                            value)));
    masks
        .add(values)
        .forEach(name -> say(name + " is too short, or too large, to be hidden in output"));
  }

  // ---- the child

  private int attended(Console console, Watch watch) throws IOException, InterruptedException {
    try {
      synchronized (childLock) {
        if (stopping) {
          return 128 + Signals.TERM;
        }
        start(console, watch);
      }
    } catch (Spawn.Failed failed) {
      say(String.valueOf(failed.getMessage()));
      return failed.exitCode();
    }
    source.listen(new Ears());
    try {
      return follow(console, watch);
    } finally {
      stopNow();
    }
  }

  /** To be called with the lock. */
  private void start(Console console, Watch watch) throws IOException {
    Child started =
        Child.start(
            settings.command(), settings.directory(), variables(), secretVariables(), console);
    child = started;
    watch.guardian().ifPresent(one -> one.watch(started.id(), console.hasTerminal()));
    var unused =
        started.end().whenComplete((_, _) -> happenings.add(new Happening.Ended(started)));
  }

  /** Should this thread be interrupted, or find a bug: no child is left. */
  private void stopNow() {
    synchronized (childLock) {
      Child last = child;
      if (last != null) {
        last.signal(Signals.KILL);
      }
    }
  }

  private Child child() {
    synchronized (childLock) {
      Child current = child;
      if (current == null) {
        throw new IllegalStateException("there is no child yet: this is a bug");
      }
      return current;
    }
  }

  private int follow(Console console, Watch watch) throws IOException, InterruptedException {
    while (true) {
      Happening next = happenings.take();
      switch (next) {
        case Happening.Ended(Child ended) -> {
          if (ended == child()) {
            return ended.end().join();
          }
        }
        case Happening.Lost(String folded, String why) -> lose(folded, why);
        case Happening.Changed first -> {
          Optional<Integer> end = change(together(first), console, watch);
          if (end.isPresent()) {
            return end.get();
          }
        }
      }
    }
  }

  /** A signal of ours, on a thread that comes with it. */
  private void forward(int signal) {
    Console console = shown;
    if (signal == Signals.WINCH) {
      if (console != null) {
        console.resized();
      }
      return;
    }
    // Typed at a terminal that is the child's as well: it has got it by itself.
    boolean shared = console == null || !console.hasTerminal();
    boolean known = signal == Signals.INT && shared && Terminal.signalsReachUs();
    synchronized (childLock) {
      stopping |= signal == Signals.TERM || signal == Signals.INT;
      Child current = child;
      if (current != null && !known) {
        current.signal(signal);
      }
    }
  }

  private boolean isStopping() {
    synchronized (childLock) {
      return stopping;
    }
  }

  // ---- what it finds

  private Variables variables() {
    Variables variables = new Variables(settings.environment());
    settings.plain().forEach(variables::set);
    variables.unset(settings.withheld());
    if (items.stream()
        .anyMatch(item -> item instanceof Item.File file && file.path().startsWith(home))) {
      variables.set("HUSHBUS_FILES", home.toString());
    }
    return variables;
  }

  private Map<String, SecretValue> secretVariables() {
    Variables given = variables();
    Map<String, SecretValue> values = new LinkedHashMap<>();
    for (Item item : items) {
      if (item instanceof Item.Variable variable
          && !(settings.preserve() && given.has(variable.name()))) {
        value(item).ifPresent(value -> values.put(variable.name(), value));
      }
    }
    return values;
  }

  private Map<Path, SecretValue> fileValues() {
    Map<Path, SecretValue> values = new LinkedHashMap<>();
    for (Item item : items) {
      if (item instanceof Item.File file) {
        value(item).ifPresent(value -> values.put(file.path(), value));
      }
    }
    return values;
  }

  private Optional<SecretValue> value(Item item) {
    return Optional.ofNullable(held.get(item.secret().folded()))
        .map(material -> material.entries().get(item.entry()));
  }

  // ---- newer values

  /** What is told by the source, on its threads. */
  private final class Ears implements Source.Listener {
    @Override
    public Future<Source.Outcome> changed(Material newer) {
      Promise<Source.Outcome> outcome = Promise.promise();
      happenings.add(new Happening.Changed(newer, outcome));
      return outcome.future();
    }

    @Override
    public void lost(String folded, String why) {
      happenings.add(new Happening.Lost(folded, why));
    }

    @Override
    public void said(String line) {
      say(line);
    }
  }

  /** One, and all others that have come by now. */
  private List<Happening.Changed> together(Happening.Changed first) {
    List<Happening.Changed> all = new ArrayList<>(List.of(first));
    List<Happening> later = new ArrayList<>();
    happenings.drainTo(later);
    for (Happening one : later) {
      if (one instanceof Happening.Changed changed) {
        all.add(changed);
      } else {
        happenings.add(one);
      }
    }
    return all;
  }

  /** The exit code, if that is the end. */
  private Optional<Integer> change(List<Happening.Changed> all, Console console, Watch watch)
      throws IOException, InterruptedException {
    List<Happening.Changed> usable = new ArrayList<>();
    Set<Reload> ways = new HashSet<>();
    boolean ending = isStopping();
    for (Happening.Changed one : all) {
      Optional<Source.Outcome> outcome =
          ending ? Optional.of(deferred(one.newer(), "is ending")) : take(one.newer(), ways);
      outcome.ifPresentOrElse(one.outcome()::complete, () -> usable.add(one));
    }
    if (usable.isEmpty()) {
      return Optional.empty();
    }
    Optional<Integer> end = Optional.empty();
    Source.Outcome outcome = new Source.Outcome.Applied();
    try {
      place();
      end = tell(ways, console, watch);
    } catch (Spawn.Failed failed) {
      say(String.valueOf(failed.getMessage()));
      outcome = new Source.Outcome.Failed("the process could not be started anew");
      end = Optional.of(failed.exitCode());
    } catch (IOException full) {
      say("a newer value cannot be put in place: " + full.getMessage());
      outcome = new Source.Outcome.Failed("the files could not be written");
    }
    for (Happening.Changed one : usable) {
      one.outcome().complete(outcome);
    }
    return end;
  }

  /**
   * Keeps a newer version, if there is something to be done about it.
   *
   * @param ways gets what is to be done to the child
   * @return what became of it, if that is all
   */
  private Optional<Source.Outcome> take(Material newer, Set<Reload> ways) {
    String folded = folded(newer);
    Material before = held.get(folded);
    Map<String, Material> then = new HashMap<>(held);
    then.put(folded, newer);
    List<Item> placed;
    try {
      placed = Placer.place(met(then), then, home);
    } catch (Unmet unmet) {
      String why = unmet.reasons().getFirst().toString();
      newer.close();
      return Optional.of(new Source.Outcome.Failed(why));
    }
    Set<Reload> wanted = new HashSet<>();
    for (Item item : placed) {
      if (item.secret().folded().equals(folded) && differs(item.entry(), before, newer)) {
        wanted.add(item.reload());
      }
    }
    if (wanted.contains(new Reload.Never())) {
      return Optional.of(deferred(newer, "takes it in with its next run"));
    }
    hide(List.of(newer));
    held.put(folded, newer);
    items = placed;
    if (before != null) {
      before.close();
    }
    ways.addAll(wanted);
    return wanted.isEmpty() ? Optional.of(new Source.Outcome.Applied()) : Optional.empty();
  }

  /** The needs of what is there: what was lost stays so, until it comes back. */
  private List<Need> met(Map<String, Material> then) {
    return source.needs().stream()
        .filter(need -> then.containsKey(need.secret().folded()))
        .toList();
  }

  private static Source.Outcome deferred(Material newer, String why) {
    newer.close();
    return new Source.Outcome.Deferred("the process " + why);
  }

  private static String folded(Material material) {
    return new SecretName(material.secret()).folded();
  }

  private static boolean differs(String entry, @Nullable Material before, Material newer) {
    SecretValue one = before == null ? null : before.entries().get(entry);
    SecretValue other = newer.entries().get(entry);
    return one == null || other == null || !one.matches(other);
  }

  private void place() throws IOException {
    PrivateFiles own = files;
    if (own != null) {
      own.place(fileValues());
    }
  }

  private Optional<Integer> tell(Set<Reload> ways, Console console, Watch watch)
      throws IOException, InterruptedException {
    if (ways.contains(new Reload.Restart())) {
      return restart(console, watch);
    }
    for (Reload way : ways) {
      if (way instanceof Reload.Signal signal) {
        child().signal(signal.number());
      }
    }
    return Optional.empty();
  }

  /** The exit code, if it was about to end anyway. */
  private Optional<Integer> restart(Console console, Watch watch)
      throws IOException, InterruptedException {
    Child before = child();
    if (before.end().isDone()) {
      return Optional.of(before.end().join());
    }
    say("a value has changed: starting " + settings.command().program() + " anew");
    int code = before.stop(settings.grace());
    synchronized (childLock) {
      if (stopping) {
        return Optional.of(code);
      }
      watch.guardian().ifPresent(Guardian::watchNone);
      start(console, watch);
    }
    return Optional.empty();
  }

  // ---- values that are over

  private void lose(String folded, String why) throws IOException {
    Material gone = held.remove(folded);
    if (gone == null) {
      return;
    }
    Set<String> places = new TreeSet<>();
    for (Item item : items) {
      if (item.secret().folded().equals(folded)) {
        places.add(
            switch (item) {
              case Item.File file -> "the file " + file.path() + " is removed";
              case Item.Variable variable -> "the variable " + variable.name() + " stays as it was";
            });
      }
    }
    say(gone.secret() + " " + why + ": " + String.join(", ", places));
    gone.close();
    place();
    if (settings.stopWhenLost()) {
      say("ending " + settings.command().program() + ", as --when-lost says");
      synchronized (childLock) {
        stopping = true;
        child().signal(Signals.TERM);
      }
    }
  }
}
