package io.hushbus.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.joran.spi.JoranException;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import net.logstash.logback.argument.StructuredArguments;
import org.junit.jupiter.api.Test;

/**
 * The log as it is shipped: one line per event, no message of an exception, no unlisted context.
 */
final class LogFormatTest {

  @Test
  void json_is_one_object_on_one_line() throws JoranException {
    String line = lineOf("json", "finished\n{\"forged\":1}", null);

    assertThat(line).endsWith("\n");
    assertThat(line.strip().lines()).hasSize(1);
    JsonObject event = new JsonObject(line);
    assertThat(event.getString("message")).isEqualTo("finished\n{\"forged\":1}");
    assertThat(event.getString("level")).isEqualTo("INFO");
    assertThat(event.getString("time")).endsWith("Z");
    assertThat(event.getInteger("status")).isEqualTo(200);
  }

  @Test
  void text_cannot_be_broken_into_forged_lines() throws JoranException {
    String line = lineOf("text", "finished\r\n12:00:00.000 ERROR forged", null);

    assertThat(line.strip().lines()).hasSize(1);
  }

  @Test
  void text_ends_with_what_is_said() throws JoranException {
    assertThat(lineOf("text", "finished", null).stripTrailing()).endsWith("INFO  http: finished");
  }

  @Test
  void the_message_of_an_exception_never_reaches_the_log() throws JoranException {
    Throwable thrown =
        new IllegalStateException("canary-4711", new RuntimeException("canary-4711 again"));
    for (String format : new String[] {"json", "text"}) {
      String line = lineOf(format, "failed", thrown);

      assertThat(line.strip().lines()).hasSize(1);
      assertThat(line)
          .doesNotContain("canary")
          .contains("java.lang.IllegalStateException at io.hushbus.telemetry.LogFormatTest")
          .contains("caused by java.lang.RuntimeException");
    }
  }

  @Test
  void only_the_listed_context_passes() throws JoranException {
    String line = lineOf("json", "finished", null);

    assertThat(new JsonObject(line).getString("request_id")).isEqualTo("r-1");
    assertThat(line).doesNotContain("canary");
  }

  private static String lineOf(
      String format, String message, @org.jspecify.annotations.Nullable Throwable thrown)
      throws JoranException {
    LoggerContext context = new LoggerContext();
    context.putProperty("hushbus.log.format", format);
    JoranConfigurator configurator = new JoranConfigurator();
    configurator.setContext(context);
    configurator.doConfigure(
        Objects.requireNonNull(LogFormatTest.class.getResource("/logback.xml")));
    AsyncAppender async = (AsyncAppender) context.getLogger("ROOT").getAppender("async");
    ConsoleAppender<ILoggingEvent> appender =
        (ConsoleAppender<ILoggingEvent>) Objects.requireNonNull(async).getAppender(format);
    LoggingEvent event =
        new LoggingEvent(
            "x",
            context.getLogger("io.hushbus.http"),
            Level.INFO,
            message,
            thrown,
            new Object[] {StructuredArguments.keyValue("status", 200)});
    event.setMDCPropertyMap(Map.of("request_id", "r-1", "authorization", "canary"));
    return new String(appender.getEncoder().encode(event), StandardCharsets.UTF_8);
  }
}
