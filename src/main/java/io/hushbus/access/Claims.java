package io.hushbus.access;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What a token or a certificate says of its subject: a tree of plain values. */
final class Claims {

  // 9999-12-31: later than any token, early enough for all arithmetic.
  private static final long LATEST = 253_402_300_799L;

  private final Map<String, Object> tree;

  Claims(Map<String, Object> tree) {
    this.tree = Map.copyOf(tree);
  }

  /** A string member. */
  Optional<String> text(String name) {
    return tree.get(name) instanceof String text ? Optional.of(text) : Optional.empty();
  }

  boolean has(String name) {
    return tree.containsKey(name);
  }

  /** A member that is a string, or an array of strings. */
  Optional<List<String>> texts(String name) {
    return switch (tree.get(name)) {
      case String one -> Optional.of(List.of(one));
      case List<?> many when many.stream().allMatch(String.class::isInstance) ->
          Optional.of(many.stream().map(String.class::cast).toList());
      case null, default -> Optional.empty();
    };
  }

  /** A member that is a time: whole seconds since 1970. */
  Optional<Instant> time(String name) {
    return tree.get(name) instanceof Long seconds && seconds > 0 && seconds <= LATEST
        ? Optional.of(Instant.ofEpochSecond(seconds))
        : Optional.empty();
  }

  /** The texts at a path: of a scalar its one, of an array those of its scalars. */
  Stream<String> at(List<String> path) {
    Object value = tree;
    for (String step : path) {
      value = value instanceof Map<?, ?> members ? members.get(step) : null;
    }
    return value instanceof List<?> items ? items.stream().flatMap(Claims::scalar) : scalar(value);
  }

  private static Stream<String> scalar(@org.jspecify.annotations.Nullable Object value) {
    return switch (value) {
      case String text -> Stream.of(text);
      case Long number -> Stream.of(number.toString());
      case Boolean truth -> Stream.of(truth.toString());
      case null, default -> Stream.empty();
    };
  }

  @Override
  public String toString() {
    return "Claims[hidden]";
  }
}
