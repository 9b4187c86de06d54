package io.hushbus.support;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;

/**
 * Values that must not be seen anywhere but where they were asked for. A test stores a {@link
 * #value()}; when its {@link World} closes, every row of every table and every log line is searched
 * for all of them: as they are, in base64 at each alignment, in hex, in URL form.
 */
public final class Canary {

  private static final Set<String> LET_LOOSE = ConcurrentHashMap.newKeySet();
  private static final int SHOWN = 160;

  private final Lines lines = new Lines();

  private Canary() {}

  /** A fresh value that is searched for from now on; its marks make its URL form differ. */
  public static String value() {
    String value = "canary/+" + UUID.randomUUID();
    LET_LOOSE.add(value);
    return value;
  }

  /** Starts to listen to the log. */
  static Canary watching() {
    Canary canary = new Canary();
    canary.lines.start();
    root().addAppender(canary.lines);
    return canary;
  }

  /** Fails if a canary is in a table of {@code database}, or was logged since. */
  void assertUnseen(TestDatabase database) {
    root().detachAppender(lines);
    List<String> sightings = new ArrayList<>(sightings(lines.all, "log"));
    sightings.addAll(sightings(dump(database), "table"));
    if (!sightings.isEmpty()) {
      throw new AssertionError("a value was seen: " + sightings);
    }
  }

  /** The same, looking at {@code answers} to callers who did not lease as well. */
  void assertUnseen(TestDatabase database, Iterable<String> answers) {
    assertUnseen(database);
    List<String> sightings = sightings(answers, "answer");
    if (!sightings.isEmpty()) {
      throw new AssertionError("a value was answered: " + sightings);
    }
  }

  /** Where any canary is among {@code texts}; what is shown of a text is its beginning. */
  public static List<String> sightings(Iterable<String> texts, String place) {
    List<String> forms = LET_LOOSE.stream().flatMap(Canary::forms).toList();
    List<String> found = new ArrayList<>();
    for (String text : texts) {
      if (forms.stream().anyMatch(text::contains)) {
        found.add(place + ": " + text.substring(0, Math.min(SHOWN, text.length())));
      }
    }
    return found;
  }

  /** Every row of every table, as text; bytes are shown in hex. */
  public static List<String> dump(TestDatabase database) {
    List<String> rows = new ArrayList<>();
    try (Connection connection = database.owner();
        Statement statement = connection.createStatement()) {
      for (String table : column(statement, TABLES)) {
        column(statement, "SELECT t::text FROM " + table + " t")
            .forEach(row -> rows.add(table + " " + row));
      }
    } catch (SQLException refused) {
      throw new IllegalStateException(refused);
    }
    return rows;
  }

  private static final String TABLES =
      "SELECT oid::regclass::text FROM pg_class"
          + " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace";

  private static List<String> column(Statement statement, String sql) throws SQLException {
    List<String> all = new ArrayList<>();
    try (ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        all.add(rows.getString(1));
      }
    }
    return all;
  }

  private static Stream<String> forms(String value) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    String hex = HexFormat.of().formatHex(bytes);
    return Stream.concat(
        Stream.of(
            value,
            hex,
            hex.toUpperCase(Locale.ROOT),
            URLEncoder.encode(value, StandardCharsets.UTF_8)),
        Stream.of(0, 1, 2).flatMap(cut -> base64(bytes, cut)));
  }

  /** What stays the same of the base64 form when other bytes stand before and behind. */
  private static Stream<String> base64(byte[] bytes, int cut) {
    int whole = (bytes.length - cut) / 3 * 3;
    byte[] aligned = Arrays.copyOfRange(bytes, cut, cut + whole);
    return Stream.of(
        Base64.getEncoder().encodeToString(aligned),
        Base64.getUrlEncoder().encodeToString(aligned));
  }

  private static Logger root() {
    return (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  }

  private static final class Lines extends AppenderBase<ILoggingEvent> {
    private final ConcurrentLinkedQueue<String> all = new ConcurrentLinkedQueue<>();

    @Override
    protected void append(ILoggingEvent event) {
      String trace =
          event.getThrowableProxy() == null
              ? ""
              : ThrowableProxyUtil.asString(event.getThrowableProxy());
      all.add(event.getFormattedMessage() + " " + event.getMDCPropertyMap() + " " + trace);
    }
  }
}
