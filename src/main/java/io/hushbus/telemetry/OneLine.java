package io.hushbus.telemetry;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.pattern.CompositeConverter;

/**
 * Writes what is in its brackets on one line, whatever breaks are in it. Does the same as a
 * replacement by a regular expression, at a tenth of the cost: each request writes a line.
 */
public final class OneLine extends CompositeConverter<ILoggingEvent> {

  @Override
  protected String transform(ILoggingEvent event, String in) {
    return in.indexOf('\n') < 0 && in.indexOf('\r') < 0 ? in : joined(in);
  }

  private static String joined(String in) {
    StringBuilder line = new StringBuilder(in.length());
    boolean breaking = false;
    for (int i = 0; i < in.length(); i++) {
      char c = in.charAt(i);
      boolean breaks = c == '\n' || c == '\r';
      if (!breaks) {
        line.append(c);
      } else if (!breaking) {
        line.append(' ');
      }
      breaking = breaks;
    }
    return line.toString();
  }
}
