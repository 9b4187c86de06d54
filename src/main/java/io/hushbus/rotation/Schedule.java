package io.hushbus.rotation;

import io.hushbus.model.Failure;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;

/** When a secret is due, again and again. A pure function of the time before. */
public sealed interface Schedule {

  /** The shortest time between two rotations that a policy may ask for. */
  Duration SHORTEST = Duration.ofMinutes(1);

  /** So long after the one before. */
  record Every(Duration length) implements Schedule {

    public Every {
      if (length.compareTo(SHORTEST) < 0) {
        throw Failure.invalid("/every", Failure.Code.OUT_OF_RANGE);
      }
    }

    @Override
    public Instant next(Instant after) {
      return after.plus(length).truncatedTo(ChronoUnit.MILLIS);
    }
  }

  /**
   * At the times of a cron line, read in a time zone.
   *
   * @param line five fields
   */
  record Cron(String line, ZoneId zone) implements Schedule {

    /** Refuses what is no cron line. */
    public Cron {
      CronLine.parse(line);
    }

    @Override
    public Instant next(Instant after) {
      return CronLine.parse(line)
          .next(after, zone)
          .orElseThrow(() -> new IllegalStateException("a line that never comes was refused"));
    }
  }

  /** The first time after {@code after}: times that were missed in between are one. */
  Instant next(Instant after);

  /**
   * @throws Failure.Invalid if there is no such zone
   */
  static ZoneId zone(String name) {
    try {
      return ZoneId.of(name);
    } catch (DateTimeException unknown) {
      throw Failure.invalid("/time_zone", Failure.Code.BAD_FORMAT);
    }
  }
}
