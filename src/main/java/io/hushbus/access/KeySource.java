package io.hushbus.access;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Where the public keys of an identity provider come from. Never from a token. */
public sealed interface KeySource {

  /**
   * A JWK set at a URL.
   *
   * @param authorities certificates in PEM form that the server is verified by; empty: the system's
   */
  record Url(String url, Optional<String> authorities) implements KeySource {}

  /** Keys in the configuration itself: JWKs (RFC 7517) of text members. */
  record Inline(List<Map<String, String>> keys) implements KeySource {
    public Inline {
      keys = keys.stream().map(Map::copyOf).toList();
    }
  }

  /** None: subjects show a certificate. */
  record Certificates() implements KeySource {}
}
