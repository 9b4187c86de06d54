package io.hushbus.cli;

import io.hushbus.client.Operation;
import io.hushbus.client.Refused;
import io.hushbus.client.Unreachable;
import java.io.PrintStream;
import java.time.Duration;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/**
 * Shows how long work goes, on standard error: a bar on a terminal, a line for each change
 * otherwise. A broker that is away for a while is waited for: the work goes on without us.
 */
final class Progress {

  private static final int WIDTH = 80;
  private static final int MOST_FAILURES = 20;

  private final PrintStream err;
  private final @Nullable ProgressBar bar;
  private String told = "";

  private Progress(PrintStream err, @Nullable ProgressBar bar) {
    this.err = err;
    this.bar = bar;
  }

  /**
   * Asks again and again until the work has ended.
   *
   * @param ask by the operation's id
   */
  static Operation follow(Surroundings around, Operation begun, Ask ask, Duration pause) {
    Progress progress = on(around.err(), around.keyboard().isPresent(), begun);
    try {
      return progress.followed(begun, ask, pause);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new CommandFailure(Exit.GENERAL, "interrupted: the work goes on at the broker");
    } finally {
      progress.leave();
    }
  }

  static Progress on(PrintStream err, boolean terminal, Operation begun) {
    return new Progress(err, terminal ? bar(err, Visible.text(begun.kind())) : null);
  }

  /** Gives the operation of an id as it stands. */
  @FunctionalInterface
  interface Ask {
    Operation of(String id);
  }

  Operation followed(Operation begun, Ask ask, Duration pause) throws InterruptedException {
    Operation now = begun;
    int failures = 0;
    while (!now.ended()) {
      show(now);
      Thread.sleep(pause);
      try {
        now = ask.of(now.id());
        failures = 0;
      } catch (Unreachable | Refused away) {
        if (++failures == MOST_FAILURES || !passing(away)) {
          throw away;
        }
      }
    }
    show(now);
    return now;
  }

  private static boolean passing(RuntimeException failure) {
    return !(failure instanceof Refused refused) || refused.status() >= 500;
  }

  private void show(Operation now) {
    if (bar != null) {
      bar.maxHint(now.total().orElse(-1));
      bar.stepTo(now.done());
      bar.setExtraMessage(Visible.text(now.state()));
      return;
    }
    String line = line(now);
    if (!line.equals(told)) {
      told = line;
      err.println(Visible.text(line));
    }
  }

  private static String line(Operation now) {
    String of = now.total().isPresent() ? " of " + now.total().getAsLong() : "";
    return now.kind()
        + " "
        + now.state()
        + ": "
        + now.done()
        + of
        + now.problem().map(code -> " (last problem: " + code + ")").orElse("");
  }

  private static ProgressBar bar(PrintStream err, String kind) {
    return new ProgressBarBuilder()
        .setTaskName(kind)
        .setStyle(ProgressBarStyle.ASCII)
        .setUpdateIntervalMillis(200)
        .setConsumer(new ConsoleProgressBarConsumer(err, WIDTH))
        .build();
  }

  /** Takes the bar off the line. */
  void leave() {
    if (bar != null) {
      bar.close();
    }
  }
}
