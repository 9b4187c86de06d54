package io.hushbus.cli;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** How data is written. */
enum Format {
  TABLE,
  JSON,
  YAML,
  ENV;

  /**
   * @throws CommandFailure naming all that there are
   */
  static Format of(String text) {
    return Arrays.stream(values())
        .filter(one -> one.toString().equals(text.toLowerCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(
            () ->
                new CommandFailure(
                    Exit.USAGE,
                    "the format (-o, HUSHBUS_FORMAT) is one of "
                        + Arrays.stream(values())
                            .map(Format::toString)
                            .collect(Collectors.joining(", "))));
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
