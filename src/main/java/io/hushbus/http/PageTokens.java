package io.hushbus.http;

import io.hushbus.model.Failure;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;

/**
 * Page tokens: where the next page starts, as text that says nothing to people. A token only ever
 * chooses a place in a list that the caller may see anyway, so that a made-up one gains nothing.
 */
final class PageTokens {

  private static final int LONGEST = 256;

  private PageTokens() {}

  static String of(byte[] place) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(place);
  }

  static String of(String place) {
    return of(place.getBytes(StandardCharsets.UTF_8));
  }

  /** The bytes of the token that was sent, if one was. */
  static Optional<byte[]> bytes(Call call) {
    return call.pageToken().map(PageTokens::decoded);
  }

  static Optional<String> text(Call call) {
    return bytes(call).map(PageTokens::text);
  }

  /** Text that the database takes: it refuses the character zero. */
  private static String text(byte[] place) {
    String text = new String(place, StandardCharsets.UTF_8);
    if (!Utf8.valid(place) || text.indexOf('\0') >= 0) {
      throw refused();
    }
    return text;
  }

  static Optional<UUID> id(Call call) {
    return text(call).map(PageTokens::uuid);
  }

  static Failure refused() {
    return Failure.invalid("?page_token", Failure.Code.BAD_PAGE_TOKEN);
  }

  private static UUID uuid(String text) {
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException forged) {
      throw refused();
    }
  }

  private static byte[] decoded(String token) {
    if (token.length() > LONGEST) {
      throw refused();
    }
    try {
      return Base64.getUrlDecoder().decode(token);
    } catch (IllegalArgumentException forged) {
      throw refused();
    }
  }
}
