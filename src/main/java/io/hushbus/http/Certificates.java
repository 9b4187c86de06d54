package io.hushbus.http;

import io.hushbus.model.ClientCertificate;
import io.vertx.core.http.HttpConnection;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/**
 * What a client has shown in the handshake of its connection. TLS has verified it against the
 * authorities for clients, or there would be no connection. Headers are not looked at: whoever ends
 * TLS in front of the broker has no client certificates for it.
 */
public final class Certificates {

  private static final int DNS = 2;
  private static final int URI = 6;

  private Certificates() {}

  static Optional<ClientCertificate> of(HttpConnection connection) {
    return of(connection.sslSession());
  }

  /** The same of any connection, by its TLS session if it has one. */
  public static Optional<ClientCertificate> of(@Nullable SSLSession session) {
    try {
      return session == null
          ? Optional.empty()
          : Stream.of(session.getPeerCertificates())
              .findFirst()
              .filter(X509Certificate.class::isInstance)
              .map(shown -> of((X509Certificate) shown));
    } catch (SSLPeerUnverifiedException none) {
      return Optional.empty();
    }
  }

  static ClientCertificate of(X509Certificate shown) {
    return new ClientCertificate(
        thumbprint(shown),
        shown.getSubjectX500Principal().getName(X500Principal.RFC2253),
        shown.getIssuerX500Principal().getName(X500Principal.RFC2253),
        alternatives(shown, URI),
        alternatives(shown, DNS),
        shown.getNotAfter().toInstant());
  }

  private static String thumbprint(X509Certificate shown) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(shown.getEncoded());
      return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("TLS has just read this certificate", e);
    }
  }

  private static List<String> alternatives(X509Certificate shown, int kind) {
    try {
      Collection<List<?>> names = shown.getSubjectAlternativeNames();
      return names == null
          ? List.of()
          : names.stream()
              .filter(name -> name.get(0).equals(kind))
              .map(name -> (String) name.get(1))
              .toList();
    } catch (CertificateParsingException e) {
      throw new IllegalStateException("TLS has just read this certificate", e);
    }
  }
}
