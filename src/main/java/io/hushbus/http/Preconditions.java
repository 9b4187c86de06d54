package io.hushbus.http;

import io.hushbus.model.Failure;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * {@code If-Match} and {@code If-None-Match} as this interface knows them: one strong ETag, which
 * is a number in quotes, or for the second {@code *}. Weak tags, lists and other text are refused,
 * because a precondition that is misread is worse than none.
 *
 * @param ifMatch change only if the ETag is still this one
 * @param createOnly {@code If-None-Match: *}
 * @param ifNoneMatch the ETag that the reader already has
 */
public record Preconditions(
    Optional<Long> ifMatch, boolean createOnly, Optional<Long> ifNoneMatch) {

  private static final CharSequence IF_MATCH = HttpHeaders.createOptimized("If-Match");
  private static final CharSequence IF_NONE_MATCH = HttpHeaders.createOptimized("If-None-Match");
  private static final Pattern TAG = Pattern.compile("\"[0-9]{1,18}\"");

  static Preconditions of(MultiMap headers) {
    Optional<String> none = one(headers, IF_NONE_MATCH);
    boolean createOnly = none.filter("*"::equals).isPresent();
    return new Preconditions(
        one(headers, IF_MATCH).map(text -> tag("If-Match", text)),
        createOnly,
        createOnly ? Optional.empty() : none.map(text -> tag("If-None-Match", text)));
  }

  /** Checks {@code If-Match}, if it was sent, against the present ETag. */
  public void mustMatch(long present) {
    if (ifMatch.isPresent() && ifMatch.get() != present) {
      throw Failure.preconditionFailed();
    }
  }

  private static Optional<String> one(MultiMap headers, CharSequence name) {
    List<String> all = headers.getAll(name);
    if (all.isEmpty()) {
      return Optional.empty();
    }
    if (all.size() > 1) {
      throw Failure.invalid("?" + name, Failure.Code.BAD_HEADER);
    }
    return Optional.of(all.getFirst());
  }

  private static long tag(String name, String text) {
    if (!TAG.matcher(text).matches()) {
      throw Failure.invalid("?" + name, Failure.Code.BAD_HEADER);
    }
    return Long.parseLong(text.substring(1, text.length() - 1));
  }
}
