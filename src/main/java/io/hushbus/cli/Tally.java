package io.hushbus.cli;

import java.io.PrintStream;
import java.util.Optional;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * Counts what a command itself does, on standard error: a bar where somebody watches, else a line
 * now and then.
 */
final class Tally implements AutoCloseable {

  private static final int WIDTH = 80;
  private static final int LINES = 10;

  private final PrintStream err;
  private final String what;
  private final long total;
  private final Optional<ProgressBar> bar;
  private long done;

  private Tally(PrintStream err, String what, long total, Optional<ProgressBar> bar) {
    this.err = err;
    this.what = what;
    this.total = total;
    this.bar = bar;
  }

  /** Ends with {@link #close}. */
  static Tally on(Surroundings around, String what, long total) {
    return new Tally(
        around.err(),
        what,
        total,
        around.keyboard().map(somebody -> bar(around.err(), what, total)));
  }

  private static ProgressBar bar(PrintStream err, String what, long total) {
    return new ProgressBarBuilder()
        .setTaskName(what)
        .setInitialMax(total)
        .setStyle(ProgressBarStyle.ASCII)
        .setUpdateIntervalMillis(200)
        .setConsumer(new ConsoleProgressBarConsumer(err, WIDTH))
        .build();
  }

  /** One more is done. */
  void step() {
    done++;
    bar.ifPresentOrElse(ProgressBar::step, this::line);
  }

  private void line() {
    long every = Math.max(1, total / LINES);
    if (total > LINES && (done % every == 0 || done == total)) {
      err.println(what + ": " + done + " of " + total);
    }
  }

  /** Takes the bar off the line. */
  @Override
  public void close() {
    bar.ifPresent(ProgressBar::close);
  }
}
