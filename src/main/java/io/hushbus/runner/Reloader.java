package io.hushbus.runner;

import io.vertx.core.Promise;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Brings newer versions to a child in the ways that its needs name, and takes away what may not be
 * used any more. Several versions that came together mean one change. For the task's thread.
 */
final class Reloader {

  /** A version, and who is to be told what became of it. */
  record Newer(Material material, Promise<Source.Outcome> outcome) {}

  private final TaskSettings settings;
  private final Holdings holdings;
  private final PrivateFiles files;
  private final Masks masks;
  private final Supervisor supervisor;
  private final Messages messages;

  Reloader(
      TaskSettings settings,
      Holdings holdings,
      PrivateFiles files,
      Masks masks,
      Supervisor supervisor,
      Messages messages) {
    this.settings = settings;
    this.holdings = holdings;
    this.files = files;
    this.masks = masks;
    this.supervisor = supervisor;
    this.messages = messages;
  }

  /** What is held before any child is there: hidden in its output, and in its files. */
  void begin() throws IOException {
    hide(holdings.all());
    files.place(holdings.files());
  }

  private void hide(Iterable<Material> materials) {
    if (settings.mask()) {
      masks
          .hide(materials)
          .forEach(
              name -> messages.say(name + " is too short, or too large, to be hidden in output"));
    }
  }

  // ---- newer versions

  /**
   * Puts them to use, and tells what became of each.
   *
   * @return the exit code, if the child has ended by that
   */
  Optional<Integer> apply(List<Newer> all) throws InterruptedException {
    List<Newer> usable = new ArrayList<>();
    Set<Reload> ways = new HashSet<>();
    boolean ending = supervisor.isStopping();
    for (Newer one : all) {
      Optional<Source.Outcome> outcome =
          ending ? Optional.of(late(one.material())) : take(one.material(), ways);
      outcome.ifPresentOrElse(one.outcome()::complete, () -> usable.add(one));
    }
    Applied applied = usable.isEmpty() ? new Applied(IN_USE, Optional.empty()) : put(ways);
    holdings.keep();
    usable.forEach(one -> one.outcome().complete(applied.outcome()));
    return applied.end();
  }

  private static Source.Outcome late(Material newer) {
    newer.close();
    return new Source.Outcome.Deferred("the process is ending");
  }

  /**
   * Takes one.
   *
   * @param ways gets what is to be done to the child
   * @return what became of it, if that is all
   */
  private Optional<Source.Outcome> take(Material newer, Set<Reload> ways) {
    Set<Reload> wanted;
    try {
      wanted = holdings.take(newer);
    } catch (Unmet unmet) {
      return Optional.of(new Source.Outcome.Failed(unmet.reasons().getFirst().toString()));
    }
    if (wanted.contains(new Reload.Never())) {
      return Optional.of(new Source.Outcome.Deferred("the process takes it in with its next run"));
    }
    hide(List.of(newer));
    ways.addAll(wanted);
    return wanted.isEmpty() ? Optional.of(IN_USE) : Optional.empty();
  }

  private static final Source.Outcome IN_USE = new Source.Outcome.Applied();

  /** What became of those that were taken, and the exit code, if the child has ended by that. */
  private record Applied(Source.Outcome outcome, Optional<Integer> end) {
    static Applied failed(String why) {
      return new Applied(new Source.Outcome.Failed(why), Optional.empty());
    }
  }

  private Applied put(Set<Reload> ways) throws InterruptedException {
    try {
      files.place(holdings.files());
    } catch (IOException full) {
      messages.say("a newer value cannot be put in place: " + full.getMessage());
      giveBack();
      return Applied.failed("the files could not be written");
    }
    return tell(ways);
  }

  /** One file may have been replaced before another could not be. */
  private void giveBack() {
    holdings.giveBack();
    try {
      files.place(holdings.files());
    } catch (IOException full) {
      messages.say("the older value cannot be put back everywhere: " + full.getMessage());
    }
  }

  private Applied tell(Set<Reload> ways) throws InterruptedException {
    if (ways.stream().anyMatch(Reload.Restart.class::isInstance)) {
      return restart(grace(ways));
    }
    boolean sent = true;
    for (Reload way : ways) {
      if (way instanceof Reload.Signal signal) {
        sent &= supervisor.current().signal(signal.number());
      }
    }
    if (!sent) {
      messages.say("a signal that tells of a newer value could not be sent");
      giveBack();
      return Applied.failed("the signal could not be sent");
    }
    return new Applied(IN_USE, Optional.empty());
  }

  private Applied restart(Duration grace) throws InterruptedException {
    try {
      return new Applied(IN_USE, supervisor.restart(grace));
    } catch (Spawn.Failed failed) {
      messages.say(String.valueOf(failed.getMessage()));
      Source.Outcome outcome = new Source.Outcome.Failed("the process could not be started anew");
      return new Applied(outcome, Optional.of(failed.exitCode()));
    } catch (IOException broken) {
      messages.say("the process could not be started anew: " + broken.getMessage());
      return Applied.failed("the process could not be started anew");
    }
  }

  /** No longer than taking in a new value may take. */
  private Duration grace(Set<Reload> ways) {
    Duration grace = settings.grace();
    for (Reload way : ways) {
      if (way instanceof Reload.Restart(Optional<Duration> within)
          && within.isPresent()
          && within.get().compareTo(grace) < 0) {
        grace = within.get();
      }
    }
    return grace;
  }

  // ---- values that are over

  /**
   * Takes one away.
   *
   * @param why the rest of a sentence that begins with the name of the secret
   */
  void lose(String folded, String why) throws IOException {
    List<Item> places = holdings.drop(folded);
    if (places.isEmpty()) {
      return;
    }
    String what =
        places.stream().map(Reloader::gone).distinct().sorted().collect(Collectors.joining(", "));
    messages.say(places.getFirst().secret() + " " + why + ": " + what);
    files.place(holdings.files());
    if (settings.stopWhenLost()) {
      supervisor.stop();
    }
  }

  private static String gone(Item item) {
    return switch (item) {
      case Item.File(Path path, _, _, _) -> "the file " + path + " is removed";
      case Item.Variable(String name, _, _, _) -> "the variable " + name + " stays as it was";
    };
  }
}
