package io.hushbus.http;

import io.hushbus.model.Failure;
import io.hushbus.model.Utf8;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * Page tokens: where the next page starts. A token is sealed for the caller, the list and its
 * filters; whatever else is sent is refused, and so is what an older broker may have meant by it.
 */
final class PageTokens {

  private PageTokens() {}

  static String of(Call call, byte[] place) {
    return call.seals().seal(call.listing(), place);
  }

  static String of(Call call, String place) {
    return of(call, place.getBytes(StandardCharsets.UTF_8));
  }

  /** The bytes of the token that was sent, if one was. */
  static Optional<byte[]> bytes(Call call) {
    return call.pageToken()
        .map(token -> call.seals().open(call.listing(), token).orElseThrow(PageTokens::refused));
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

  static OptionalLong number(Call call) {
    return text(call).map(PageTokens::number).orElseGet(OptionalLong::empty);
  }

  static Failure refused() {
    return Failure.invalid("?page_token", Failure.Code.BAD_PAGE_TOKEN);
  }

  private static UUID uuid(String text) {
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException other) {
      throw refused();
    }
  }

  private static OptionalLong number(String text) {
    try {
      return OptionalLong.of(Long.parseLong(text));
    } catch (NumberFormatException other) {
      throw refused();
    }
  }
}
