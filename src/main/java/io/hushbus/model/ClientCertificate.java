package io.hushbus.model;

import java.time.Instant;
import java.util.List;

/**
 * The certificate that a client has shown on its connection, and proved to have the key of. Taken
 * from the connection alone, never from a header.
 *
 * @param thumbprint SHA-256 of it in base64url, as RFC 8705 has it
 * @param subject and {@code issuer} are distinguished names as in RFC 2253
 * @param uris and {@code names} are its alternative names: URIs, among them a SPIFFE id, and DNS
 */
public record ClientCertificate(
    String thumbprint,
    String subject,
    String issuer,
    List<String> uris,
    List<String> names,
    Instant notAfter) {

  public ClientCertificate {
    uris = List.copyOf(uris);
    names = List.copyOf(names);
  }
}
