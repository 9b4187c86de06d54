package io.hushbus.access;

import io.hushbus.crypto.ApiKey;
import io.hushbus.model.Failure;
import io.hushbus.model.SecretValue;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;

/**
 * A client's name and secret as OAuth 2 sends them (RFC 6749, section 2.3.1): the id of a service
 * account and one of its keys, by HTTP Basic or as form fields, never both.
 */
public record ClientCredentials(UUID account, ApiKey key) {

  // A UUID, a colon and a key, form-encoded and in base64, with room to spare.
  private static final int LONGEST = 512;

  /**
   * @param authorization the Authorization header
   * @param id form field client_id; may repeat the one in the header
   * @param secret form field client_secret
   * @throws Failure unauthenticated, for whatever is not exactly one pair of well-formed
   *     credentials
   */
  public static ClientCredentials of(
      Optional<String> authorization, Optional<String> id, Optional<SecretValue> secret) {
    return authorization
        .map(header -> basic(header, id, secret))
        .orElseGet(() -> id.flatMap(name -> secret.flatMap(key -> form(name, key))))
        .orElseThrow(Failure::unauthenticated);
  }

  private static Optional<ClientCredentials> basic(
      String header, Optional<String> id, Optional<SecretValue> secret) {
    if (secret.isPresent()
        || header.length() > LONGEST
        || !header.regionMatches(true, 0, "Basic ", 0, 6)) {
      return Optional.empty();
    }
    return decoded(header.substring(6))
        .flatMap(ClientCredentials::pair)
        .filter(pair -> id.map(pair.account().toString()::equals).orElse(true));
  }

  private static Optional<ClientCredentials> pair(String text) {
    int colon = text.indexOf(':');
    return colon < 0
        ? Optional.empty()
        : parse(text.substring(0, colon), text.substring(colon + 1));
  }

  private static Optional<ClientCredentials> form(String id, SecretValue secret) {
    return account(id)
        .flatMap(account -> ApiKey.parse(secret).map(key -> new ClientCredentials(account, key)));
  }

  private static Optional<ClientCredentials> parse(String id, String secret) {
    return account(id)
        .flatMap(account -> ApiKey.parse(secret).map(key -> new ClientCredentials(account, key)));
  }

  private static Optional<String> decoded(String base64) {
    try {
      String pair = new String(Base64.getDecoder().decode(base64), StandardCharsets.US_ASCII);
      return Optional.of(URLDecoder.decode(pair, StandardCharsets.US_ASCII));
    } catch (IllegalArgumentException malformed) {
      return Optional.empty();
    }
  }

  private static Optional<UUID> account(String text) {
    try {
      return Optional.of(UUID.fromString(text)).filter(id -> id.toString().equals(text));
    } catch (IllegalArgumentException malformed) {
      return Optional.empty();
    }
  }
}
