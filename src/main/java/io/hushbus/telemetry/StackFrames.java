package io.hushbus.telemetry;

import ch.qos.logback.classic.pattern.ThrowableHandlingConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.StackTraceElementProxy;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Writes an exception into the log as its classes and frames, without any message.
 *
 * <p>Libraries put what they were given into the messages of their exceptions: a column's value, a
 * header, a piece of JSON. A frame says where to look, and cannot hold a secret. At most {@value
 * #FRAMES} frames of each of at most {@value #CAUSES} causes, on one line.
 */
public final class StackFrames extends ThrowableHandlingConverter {

  private static final int FRAMES = 24;
  private static final int CAUSES = 6;

  @Override
  public String convert(ILoggingEvent event) {
    StringBuilder line = new StringBuilder();
    @Nullable IThrowableProxy cause = event.getThrowableProxy();
    for (int depth = 0; cause != null && depth < CAUSES; depth++) {
      line.append(depth == 0 ? "" : " caused by ").append(describe(cause));
      cause = cause.getCause();
    }
    return line.toString();
  }

  private static String describe(IThrowableProxy thrown) {
    return Arrays.stream(thrown.getStackTraceElementProxyArray())
        .limit(FRAMES)
        .map(StackTraceElementProxy::getStackTraceElement)
        .map(StackTraceElement::toString)
        .collect(Collectors.joining(" < ", thrown.getClassName() + " at ", ""));
  }
}
