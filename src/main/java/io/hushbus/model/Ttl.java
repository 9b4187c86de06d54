package io.hushbus.model;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A length of time as requests write it: a whole number and one unit ({@code 90s}, {@code 15m},
 * {@code 6h}, {@code 7d}), or a number of seconds. No sign, no fraction, no compound, at most ten
 * years; so no text can mean "for ever" or run backwards.
 */
public final class Ttl {

  private static final Pattern RULE = Pattern.compile("([0-9]{1,9})(s|m|h|d)?");
  private static final Duration LONGEST = Duration.ofDays(3653);

  private Ttl() {}

  /**
   * @throws Failure.Invalid with {@link Failure.Code#BAD_DURATION}
   */
  public static Duration parse(String text) {
    Matcher match = RULE.matcher(text);
    if (!match.matches()) {
      throw Failure.invalid("", Failure.Code.BAD_DURATION);
    }
    long amount = Long.parseLong(match.group(1));
    String unit = match.group(2) == null ? "s" : match.group(2);
    Duration length =
        switch (unit) {
          case "m" -> Duration.ofMinutes(amount);
          case "h" -> Duration.ofHours(amount);
          case "d" -> Duration.ofDays(amount);
          default -> Duration.ofSeconds(amount);
        };
    if (length.compareTo(LONGEST) > 0) {
      throw Failure.invalid("", Failure.Code.BAD_DURATION);
    }
    return length;
  }
}
