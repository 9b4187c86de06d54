package io.hushbus.cli;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Whom to trust as the broker, and the certificate to show it, from files in PEM. */
final class Trust {

  private static final List<String> ALGORITHMS = List.of("EC", "Ed25519", "RSA");
  private static final char[] NO_PASSWORD = {};

  private final Surroundings around;
  private final Settings settings;

  Trust(Surroundings around, Settings settings) {
    this.around = around;
    this.settings = settings;
  }

  /**
   * Empty if nothing is set: then the JDK's authorities count, and nothing is shown.
   *
   * @throws CommandFailure naming the setting whose file is not what it should be
   */
  Optional<SSLContext> context(URI address) {
    return "http".equals(address.getScheme()) ? Optional.of(none()) : context();
  }

  /**
   * For an address that needs none. The JDK would else read its hundred and fifty authorities,
   * which takes longer than all the rest of a short command.
   */
  private static SSLContext none() {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[0], null);
      return context;
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("every JDK has TLS", impossible);
    }
  }

  /** The same whatever the address is. */
  Optional<SSLContext> context() {
    Optional<String> authorities = settings.value(Setting.CACERT);
    Optional<String> certificate = settings.value(Setting.CLIENT_CERT);
    if (authorities.isEmpty() && certificate.isEmpty()) {
      return Optional.empty();
    }
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(
          certificate.map(this::shown).orElse(null),
          authorities.map(this::trusted).orElse(null),
          null);
      return Optional.of(context);
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("every JDK has TLS", impossible);
    }
  }

  private TrustManager @Nullable [] trusted(String file) {
    try {
      KeyStore store = store();
      for (Certificate one : certificates(Setting.CACERT, file)) {
        store.setCertificateEntry("ca-" + store.size(), one);
      }
      TrustManagerFactory managers =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      managers.init(store);
      return managers.getTrustManagers();
    } catch (GeneralSecurityException unusable) {
      throw unusable(Setting.CACERT, "certificates");
    }
  }

  private KeyManager @Nullable [] shown(String file) {
    try {
      KeyStore store = store();
      Certificate[] chain = certificates(Setting.CLIENT_CERT, file).toArray(Certificate[]::new);
      store.setKeyEntry("client", key(), NO_PASSWORD, chain);
      KeyManagerFactory managers =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      managers.init(store, NO_PASSWORD);
      return managers.getKeyManagers();
    } catch (GeneralSecurityException unusable) {
      throw unusable(Setting.CLIENT_CERT, "certificates that fit HUSHBUS_CLIENT_KEY");
    }
  }

  private static KeyStore store() throws GeneralSecurityException {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      return store;
    } catch (IOException impossible) {
      throw new IllegalStateException("an empty key store is read from nowhere", impossible);
    }
  }

  private List<Certificate> certificates(Setting setting, String file)
      throws GeneralSecurityException {
    byte[] pem = read(setting, file);
    List<Certificate> found =
        List.copyOf(
            CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(pem)));
    if (found.isEmpty()) {
      throw unusable(setting, "certificates");
    }
    return found;
  }

  private PrivateKey key() throws GeneralSecurityException {
    String file =
        settings
            .value(Setting.CLIENT_KEY)
            .orElseThrow(
                () ->
                    new CommandFailure(
                        Exit.USAGE, "HUSHBUS_CLIENT_CERT needs HUSHBUS_CLIENT_KEY beside it"));
    byte[] pem = read(Setting.CLIENT_KEY, file);
    try {
      return key(decoded(pem));
    } finally {
      Arrays.fill(pem, (byte) 0);
    }
  }

  private static PrivateKey key(byte[] pkcs8) throws GeneralSecurityException {
    PKCS8EncodedKeySpec encoded = new PKCS8EncodedKeySpec(pkcs8);
    for (String algorithm : ALGORITHMS) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(encoded);
      } catch (InvalidKeySpecException another) {
        // the next one may fit; that none does is told below
      }
    }
    throw unusable(Setting.CLIENT_KEY, "an unencrypted PKCS #8 key");
  }

  private static byte[] decoded(byte[] pem) {
    String text = new String(pem, StandardCharsets.US_ASCII);
    String body = text.replaceAll("(?s)^.*-----BEGIN PRIVATE KEY-----|-----END.*$|\\s", "");
    try {
      return Base64.getDecoder().decode(body);
    } catch (IllegalArgumentException noPem) {
      throw unusable(Setting.CLIENT_KEY, "an unencrypted PKCS #8 key");
    }
  }

  private byte[] read(Setting setting, String file) {
    try {
      return Files.readAllBytes(around.path(file));
    } catch (IOException unreadable) {
      throw new CommandFailure(
          Exit.USAGE, "the file of " + setting.variable() + " cannot be read: check the path");
    }
  }

  private static CommandFailure unusable(Setting setting, String what) {
    return new CommandFailure(
        Exit.USAGE,
        setting.variable() + " does not name a PEM file of " + what + ": check the path");
  }
}
