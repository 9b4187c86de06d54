package io.hushbus.secret;

import io.hushbus.model.Failure;
import io.hushbus.model.Failure.Code;
import io.hushbus.model.Failure.Field;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * How much may be said about a secret, whichever door it comes through. Pointers name a label only
 * when its key is well formed, so that no answer repeats arbitrary input.
 */
final class MetadataLimits {

  private static final int LONGEST_DESCRIPTION = 1024;
  private static final int MOST_LABELS = 64;
  private static final int LONGEST_LABEL = 256;
  private static final int MOST_VERSIONS = 100;
  private static final Duration LONGEST_LEASE = Duration.ofDays(365);
  private static final Pattern LABEL_KEY = Pattern.compile("[A-Za-z0-9._-]{1,63}");

  private final List<Field> wrong = new ArrayList<>();

  MetadataLimits description(String text) {
    return text("/description", text, LONGEST_DESCRIPTION);
  }

  MetadataLimits labels(Map<String, String> labels) {
    require(labels.size() <= MOST_LABELS, "/labels", Code.TOO_LONG);
    labels.forEach(
        (key, value) -> {
          boolean named = LABEL_KEY.matcher(key).matches();
          require(named, "/labels", Code.BAD_FORMAT);
          text(named ? "/labels/" + key : "/labels", value, LONGEST_LABEL);
        });
    return this;
  }

  MetadataLimits maxVersions(int most) {
    require(most >= 1 && most <= MOST_VERSIONS, "/max_versions", Code.OUT_OF_RANGE);
    return this;
  }

  MetadataLimits longestLease(Duration longest) {
    boolean holds = longest.toSeconds() >= 1 && longest.compareTo(LONGEST_LEASE) <= 0;
    require(holds, "/max_lease_seconds", Code.OUT_OF_RANGE);
    return this;
  }

  /**
   * @throws Failure.Invalid naming everything that was found wrong
   */
  void enforce() {
    if (!wrong.isEmpty()) {
      throw Failure.invalid(wrong.stream().distinct().toList());
    }
  }

  /** The database keeps no NUL character in texts. */
  private MetadataLimits text(String pointer, String text, int longest) {
    require(text.length() <= longest, pointer, Code.TOO_LONG);
    require(text.indexOf('\0') < 0, pointer, Code.BAD_FORMAT);
    return this;
  }

  private void require(boolean holds, String pointer, Code code) {
    if (!holds) {
      wrong.add(new Field(pointer, code));
    }
  }
}
