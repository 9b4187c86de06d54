package io.hushbus.access;

import io.hushbus.crypto.ApiKey;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a caller presents, taken apart and found well-formed; whether it holds is not said. A closed
 * family: a new kind of credential is a new member here, and the authenticator does not compile
 * until it knows what to do with it.
 */
sealed interface Credential {

  /** The most characters of a credential (R-S14: 8 KiB). */
  int LONGEST = 8192;

  /** The key of a service account. */
  record Key(ApiKey key) implements Credential {}

  /** The token of a run. */
  record OfRun(ApiKey key) implements Credential {}

  /** A token that the broker issued, as it claims. */
  record Token(PresentedToken token) implements Credential {}

  /** A token of an identity provider, as it claims. */
  record External(ExternalToken token) implements Credential {}

  /**
   * What stands in an Authorization header of scheme Bearer (RFC 6750), if it is not too long.
   * Empty for anything else, absence included. What it is made of, {@link #parse} looks at, once
   * for all requests that bring the same.
   */
  static Optional<String> inHeader(@Nullable String header) {
    if (header == null
        || header.length() > LONGEST
        || !header.regionMatches(true, 0, "Bearer ", 0, 7)) {
      return Optional.empty();
    }
    return Optional.of(header.substring(7));
  }

  private static boolean isVisible(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) <= 0x20 || text.charAt(i) >= 0x7F) {
        return false;
      }
    }
    return true;
  }

  /**
   * The credential that {@code text} is by its form, of visible ASCII; empty if it has no known
   * form.
   */
  static Optional<Credential> parse(String text) {
    if (text.isEmpty() || !isVisible(text)) {
      return Optional.empty();
    }
    if (text.startsWith(ApiKey.Kind.RUN.prefix())) {
      return ApiKey.parse(ApiKey.Kind.RUN, text).map(OfRun::new);
    }
    return text.startsWith(ApiKey.PREFIX)
        ? ApiKey.parse(text).map(Key::new)
        : TokenParser.parse(text)
            .<Credential>map(Token::new)
            .or(() -> ExternalToken.parse(text).map(External::new));
  }
}
