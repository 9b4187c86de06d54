package io.hushbus.config;

import io.hushbus.model.Failure;
import io.hushbus.model.SecretValue;
import io.hushbus.model.Ttl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The texts that were set, turned into types. What is wrong is noted and replaced by the default,
 * so that one pass finds every problem; whoever made this must look at the problems before using
 * any.
 */
final class Values {

  private static final Pattern SIZE = Pattern.compile("([0-9]{1,9})(B|KiB|MiB)?");
  private static final int MAX_PASSWORD_BYTES = 4096;

  private static final Set<PosixFilePermission> FOREIGN =
      Set.of(
          PosixFilePermission.GROUP_READ,
          PosixFilePermission.GROUP_WRITE,
          PosixFilePermission.OTHERS_READ,
          PosixFilePermission.OTHERS_WRITE);

  private final Map<String, String> set;
  private final List<String> problems;

  Values(Map<String, String> set, List<String> problems) {
    this.set = set;
    this.problems = problems;
  }

  Optional<String> text(String name) {
    return Optional.ofNullable(set.get(name)).or(() -> Optional.ofNullable(fallback(name)));
  }

  String some(String name) {
    String text = text(name).orElse("");
    if (text.isBlank()) {
      problem(name, "must not be empty");
    }
    return text;
  }

  boolean flag(String name) {
    String text = some(name);
    if (!text.equals("true") && !text.equals("false")) {
      problem(name, "must be true or false");
    }
    return text.equals("true");
  }

  int number(String name, int least, int most) {
    String text = some(name);
    int number = text.matches("[0-9]{1,9}") ? Integer.parseInt(text) : -1;
    return inRange(name, number, least, most) ? number : least;
  }

  int size(String name, int least, int most) {
    return (int) bytes(name, least, most);
  }

  /** A size beyond the range of an int. */
  long bytes(String name, long least, long most) {
    Matcher match = SIZE.matcher(some(name));
    long size = match.matches() ? Long.parseLong(match.group(1)) * unit(match.group(2)) : -1;
    if (size < least || size > most) {
      problem(name, "must be a size such as 64KiB, from " + least + " to " + most + " bytes");
      return least;
    }
    return size;
  }

  Duration duration(String name, Duration least, Duration most) {
    Duration duration = parsed(some(name));
    if (duration.compareTo(least) < 0 || duration.compareTo(most) > 0) {
      problem(
          name,
          "must be a time such as 90s, 15m or 6h, from " + words(least) + " to " + words(most));
      return least;
    }
    return duration;
  }

  <E extends Enum<E>> E word(String name, Class<E> type) {
    String text = some(name);
    for (E one : type.getEnumConstants()) {
      if (one.name().toLowerCase(Locale.ROOT).equals(text)) {
        return one;
      }
    }
    problem(
        name,
        "must be one of " + Arrays.toString(type.getEnumConstants()).toLowerCase(Locale.ROOT));
    return type.getEnumConstants()[0];
  }

  Optional<Path> file(String name) {
    return text(name).flatMap(text -> path(name, text));
  }

  /** A file that exists, is no link, and that nobody but its owner can read. */
  Optional<Path> secretFile(String name) {
    return file(name).filter(path -> isPrivate(name, path));
  }

  /** A password set directly, or in the file named by the key of the same name with _file. */
  Optional<SecretValue> password(String name) {
    Optional<Path> file = secretFile(name + "_file");
    if (set.containsKey(name) && set.containsKey(name + "_file")) {
      problem(name, "is set directly and by " + name + "_file: choose one");
    }
    return file.flatMap(path -> content(name, path))
        .or(() -> Optional.ofNullable(set.get(name)).map(SecretValue::ofText));
  }

  void problem(String name, String what) {
    problems.add(name + ": " + what);
  }

  private static @Nullable String fallback(String name) {
    Key key = Keys.BY_NAME.get(name);
    if (key == null) {
      throw new IllegalStateException(name + " is read but not listed in Keys");
    }
    return key.fallback();
  }

  private boolean inRange(String name, int number, int least, int most) {
    boolean good = number >= least && number <= most;
    if (!good) {
      problem(name, "must be a whole number from " + least + " to " + most);
    }
    return good;
  }

  private static long unit(@Nullable String unit) {
    return switch (unit) {
      case "KiB" -> 1024;
      case "MiB" -> 1024 * 1024;
      case null, default -> 1;
    };
  }

  private static Duration parsed(String text) {
    try {
      return Ttl.parse(text);
    } catch (Failure.Invalid wrong) {
      return Duration.ofSeconds(-1);
    }
  }

  private static String words(Duration duration) {
    return duration.toString().substring(2).toLowerCase(Locale.ROOT);
  }

  private Optional<Path> path(String name, String text) {
    try {
      return Optional.of(Path.of(text));
    } catch (java.nio.file.InvalidPathException wrong) {
      problem(name, "is not a path");
      return Optional.empty();
    }
  }

  private boolean isPrivate(String name, Path path) {
    try {
      if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
        problem(name, "is not a plain file: " + path);
        return false;
      }
      if (!Collections.disjoint(Files.getPosixFilePermissions(path), FOREIGN)) {
        problem(name, "can be read or written by others; chmod 600 " + path);
        return false;
      }
      return true;
    } catch (IOException | UnsupportedOperationException unreadable) {
      problem(name, "cannot be read: " + path);
      return false;
    }
  }

  /** One line break at the end is an editor's, not the password's. */
  private Optional<SecretValue> content(String name, Path path) {
    try {
      if (Files.size(path) > MAX_PASSWORD_BYTES) {
        problem(name + "_file", "is too large for a password");
        return Optional.empty();
      }
      byte[] bytes = Files.readAllBytes(path);
      int length =
          bytes.length > 0 && bytes[bytes.length - 1] == '\n' ? bytes.length - 1 : bytes.length;
      return Optional.of(SecretValue.owning(Arrays.copyOf(bytes, length)));
    } catch (IOException unreadable) {
      problem(name + "_file", "cannot be read");
      return Optional.empty();
    }
  }
}
