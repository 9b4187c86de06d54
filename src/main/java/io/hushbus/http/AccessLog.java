package io.hushbus.http;

import io.hushbus.model.Caller;
import io.hushbus.model.RequestContext;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * One line for each request that was refused or failed, and at level debug for each other one: what
 * those did is in the audit trail, and how many they were in the metrics. Of ids and numbers only:
 * no path, no query, no header but the trace id, nothing that somebody could have put a value into.
 */
final class AccessLog {

  private static final Logger LOG = LoggerFactory.getLogger("io.hushbus.http.access");
  private static final int FIRST_REFUSAL = 400;
  private static final Pattern TRACE =
      Pattern.compile("00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}");

  private AccessLog() {}

  static void write(
      String method,
      String operation,
      int status,
      long nanos,
      RequestContext context,
      Optional<Caller> caller,
      @Nullable String traceparent) {
    Level level = status < FIRST_REFUSAL ? Level.DEBUG : Level.INFO;
    if (!LOG.isEnabledForLevel(level)) {
      return;
    }
    LoggingEventBuilder line =
        LOG.atLevel(level)
            .addKeyValue("method", method)
            .addKeyValue("operation", operation)
            .addKeyValue("status", status)
            .addKeyValue("duration_ms", nanos / 1_000_000.0)
            .addKeyValue("request_id", context.id())
            .addKeyValue("source", context.source());
    if (caller.isPresent()) {
      line = line.addKeyValue("tenant", caller.get().tenant().toString());
      line = line.addKeyValue("principal", caller.get().principal().toString());
    }
    Optional<String> trace = trace(traceparent);
    if (trace.isPresent()) {
      line = line.addKeyValue("trace_id", trace.get());
    }
    line.log("request");
  }

  /** The trace id of a well-formed W3C {@code traceparent}. */
  static Optional<String> trace(@Nullable String traceparent) {
    return Optional.ofNullable(traceparent)
        .map(TRACE::matcher)
        .filter(match -> match.matches())
        .map(match -> match.group(1));
  }
}
