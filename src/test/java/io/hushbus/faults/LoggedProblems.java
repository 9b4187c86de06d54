package io.hushbus.faults;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.LoggerFactory;

/** What the program warns of while this is open. */
final class LoggedProblems extends AppenderBase<ILoggingEvent> implements AutoCloseable {

  private final Queue<String> lines = new ConcurrentLinkedQueue<>();

  private LoggedProblems() {}

  static LoggedProblems watching() {
    LoggedProblems made = new LoggedProblems();
    made.start();
    program().addAppender(made);
    return made;
  }

  List<String> lines() {
    return List.copyOf(lines);
  }

  @Override
  protected void append(ILoggingEvent event) {
    if (event.getLevel().isGreaterOrEqual(Level.WARN)) {
      lines.add(event.getLoggerName() + ": " + event.getFormattedMessage());
    }
  }

  @Override
  public void close() {
    program().detachAppender(this);
    stop();
  }

  private static Logger program() {
    return (Logger) LoggerFactory.getLogger("io.hushbus");
  }
}
