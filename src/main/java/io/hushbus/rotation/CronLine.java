package io.hushbus.rotation;

import io.hushbus.model.Failure;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.BitSet;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Five fields as in crontab(5): minute, hour, day of the month, month, day of the week (0 and 7 are
 * Sunday), each {@code *}, numbers, ranges, steps and lists of these. Where both days are limited,
 * either is enough. A time that the clocks skip comes when they have skipped it; one that they
 * repeat comes once.
 */
final class CronLine {

  private static final Pattern PART =
      Pattern.compile("(\\*|([0-9]{1,2})(-([0-9]{1,2}))?)(/([0-9]{1,2}))?");

  /** So far ahead that every day of the calendar has come, on each day of the week. */
  private static final int DAYS = 366 * 30;

  private final String text;
  private final BitSet minutes;
  private final BitSet hours;
  private final BitSet days;
  private final BitSet months;
  private final BitSet weekdays;
  private final boolean anyDay;
  private final boolean anyWeekday;

  private CronLine(String text, String[] fields) {
    this.text = text;
    this.minutes = set(fields[0], 0, 59);
    this.hours = set(fields[1], 0, 23);
    this.days = set(fields[2], 1, 31);
    this.months = set(fields[3], 1, 12);
    this.weekdays = set(fields[4], 0, 7);
    this.anyDay = fields[2].startsWith("*");
    this.anyWeekday = fields[4].startsWith("*");
    if (weekdays.get(0)) {
      weekdays.set(7);
    }
  }

  /**
   * @throws Failure.Invalid if it is not of this form, or never comes
   */
  static CronLine parse(String text) {
    String[] fields = text.split(" ", -1);
    if (fields.length != 5) {
      throw malformed();
    }
    CronLine line = new CronLine(text, fields);
    if (line.next(Instant.EPOCH, ZoneId.of("UTC")).isEmpty()) {
      throw malformed();
    }
    return line;
  }

  private static BitSet set(String field, int least, int most) {
    BitSet set = new BitSet();
    for (String part : field.split(",", -1)) {
      add(set, part, least, most);
    }
    return set;
  }

  private static void add(BitSet set, String part, int least, int most) {
    Matcher match = PART.matcher(part);
    if (!match.matches()) {
      throw malformed();
    }
    boolean all = match.group(1).equals("*");
    int from = all ? least : Integer.parseInt(match.group(2));
    int step = match.group(6) == null ? 1 : Integer.parseInt(match.group(6));
    int to = all ? most : to(match, from, most);
    if (from < least || to > most || to < from || step < 1) {
      throw malformed();
    }
    for (int n = from; n <= to; n += step) {
      set.set(n);
    }
  }

  private static int to(Matcher match, int from, int most) {
    if (match.group(4) != null) {
      return Integer.parseInt(match.group(4));
    }
    return match.group(6) == null ? from : most;
  }

  private static Failure malformed() {
    return Failure.invalid("/cron", Failure.Code.BAD_FORMAT);
  }

  /** The first time after that one; empty if there is none. */
  Optional<Instant> next(Instant after, ZoneId zone) {
    LocalDateTime start = LocalDateTime.ofInstant(after, zone);
    for (int day = -1; day < DAYS; day++) {
      LocalDate date = start.toLocalDate().plusDays(day);
      if (matches(date)) {
        Optional<Instant> found = on(date, after, zone);
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return Optional.empty();
  }

  boolean matches(LocalDate date) {
    boolean day = days.get(date.getDayOfMonth());
    boolean weekday = weekdays.get(date.getDayOfWeek().getValue());
    boolean either = (anyDay || anyWeekday) ? (day && weekday) : (day || weekday);
    return months.get(date.getMonthValue()) && either;
  }

  private Optional<Instant> on(LocalDate date, Instant after, ZoneId zone) {
    for (int hour = hours.nextSetBit(0); hour >= 0; hour = hours.nextSetBit(hour + 1)) {
      for (int minute = minutes.nextSetBit(0);
          minute >= 0;
          minute = minutes.nextSetBit(minute + 1)) {
        Instant at = date.atTime(hour, minute).atZone(zone).toInstant();
        if (at.isAfter(after)) {
          return Optional.of(at);
        }
      }
    }
    return Optional.empty();
  }

  @Override
  public String toString() {
    return text;
  }
}
