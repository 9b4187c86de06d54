package io.hushbus.access;

import io.hushbus.model.Failure;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a claim must be. There are no patterns: a prefix is asked for as a prefix, and every other
 * text means itself.
 *
 * @param claim where it is, as a JSON pointer (RFC 6901): {@code /sub}, {@code
 *     /kubernetes.io/namespace}. Of an array, one element is enough
 * @param values any one of them is enough; EQUALS and PREFIX have one
 */
public record Condition(String claim, Kind kind, List<String> values) {

  /** How the values are compared with the claim. */
  public enum Kind {
    EQUALS,
    ONE_OF,
    PREFIX
  }

  private static final int LONGEST = 512;
  private static final int MOST = 100;

  public Condition {
    values = List.copyOf(values);
    if (!claim.startsWith("/") || claim.length() < 2 || claim.length() > LONGEST) {
      throw Failure.invalid("/claim", Failure.Code.BAD_FORMAT);
    }
    boolean count = kind == Kind.ONE_OF ? !values.isEmpty() : values.size() == 1;
    if (!count || values.size() > MOST || values.stream().anyMatch(Condition::unfit)) {
      throw Failure.invalid("", Failure.Code.NOT_ALLOWED);
    }
  }

  /** Whether the claim is there and as asked for. */
  boolean holds(Claims claims) {
    return claims.at(path()).anyMatch(this::matches);
  }

  private boolean matches(String text) {
    return kind == Kind.PREFIX ? text.startsWith(values.getFirst()) : values.contains(text);
  }

  private List<String> path() {
    return Stream.of(claim.substring(1).split("/", -1))
        .map(step -> step.replace("~1", "/").replace("~0", "~"))
        .toList();
  }

  private static boolean unfit(String value) {
    return value.isEmpty() || value.length() > LONGEST;
  }
}
