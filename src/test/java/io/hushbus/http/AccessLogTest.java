package io.hushbus.http;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.hushbus.model.RequestContext;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Which requests leave a line in the log. */
final class AccessLogTest {

  private final Logger log = (Logger) LoggerFactory.getLogger("io.hushbus.http.access");
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private final RequestContext context = new RequestContext(UUID.randomUUID(), "127.0.0.1");

  @BeforeEach
  void listen() {
    lines.start();
    log.addAppender(lines);
  }

  @AfterEach
  void leave() {
    log.detachAppender(lines);
    log.setLevel(null);
  }

  @Test
  void what_went_well_is_logged_with_debug_alone() {
    log.setLevel(Level.INFO);
    answered(201);
    assertThat(statuses()).isEmpty();
    log.setLevel(Level.DEBUG);
    answered(201);
    assertThat(statuses()).containsExactly("201");
  }

  @Test
  void what_was_refused_or_failed_is_always_logged() {
    log.setLevel(Level.INFO);
    answered(404);
    answered(429);
    answered(500);
    assertThat(statuses()).containsExactly("404", "429", "500");
  }

  private void answered(int status) {
    AccessLog.write("GET", "getSecret", status, 1, context, Optional.empty(), null);
  }

  private List<String> statuses() {
    return lines.list.stream()
        .flatMap(line -> line.getKeyValuePairs().stream())
        .filter(pair -> pair.key.equals("status"))
        .map(pair -> String.valueOf(pair.value))
        .toList();
  }
}
