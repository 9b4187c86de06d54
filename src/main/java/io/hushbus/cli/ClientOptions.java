package io.hushbus.cli;

import io.hushbus.client.HushbusClient;
import io.hushbus.model.SecretValue;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * Which broker, and as whom: from the environment ({@code HUSHBUS_ADDR}, {@code HUSHBUS_TOKEN} or
 * {@code HUSHBUS_TOKEN_FILE}, {@code HUSHBUS_CACERT}). There is no option for the token, since
 * everybody on the machine can read a command line.
 */
final class ClientOptions {

  private static final String USUAL_ADDRESS = "http://127.0.0.1:8420";
  private static final int LONGEST_TOKEN = 16 * 1024;

  @Option(
      names = "--addr",
      paramLabel = "URL",
      description = "Address of the broker; HUSHBUS_ADDR if not given, else " + USUAL_ADDRESS + ".")
  private @Nullable String address;

  /**
   * @throws CommandFailure saying what to set, if something is missing or cannot be read
   */
  HushbusClient client() {
    return client(System.getenv());
  }

  HushbusClient client(Map<String, String> environment) {
    URI uri = address(environment);
    return HushbusClient.of(uri, token(environment), trust(environment));
  }

  private URI address(Map<String, String> environment) {
    String text =
        address != null ? address : environment.getOrDefault("HUSHBUS_ADDR", USUAL_ADDRESS);
    try {
      URI uri = URI.create(text);
      boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      if (web && uri.getHost() != null) {
        return uri;
      }
    } catch (IllegalArgumentException malformed) {
      // told below, with all else that is no address
    }
    throw usage("the address is no http or https URL: set HUSHBUS_ADDR, such as " + USUAL_ADDRESS);
  }

  private static SecretValue token(Map<String, String> environment) {
    String direct = environment.get("HUSHBUS_TOKEN");
    String file = environment.get("HUSHBUS_TOKEN_FILE");
    if (direct != null && !direct.isBlank()) {
      return SecretValue.ofText(direct.strip());
    }
    if (file == null) {
      throw usage(
          "no token: set HUSHBUS_TOKEN to an API key, or HUSHBUS_TOKEN_FILE to a file that holds"
              + " one");
    }
    try {
      return token(Files.readAllBytes(Path.of(file)));
    } catch (IOException | IllegalArgumentException unreadable) {
      throw usage("the file that HUSHBUS_TOKEN_FILE names cannot be read: check the path");
    }
  }

  private static SecretValue token(byte[] content) {
    int end = content.length;
    while (end > 0 && content[end - 1] <= ' ') {
      end--;
    }
    if (end == 0 || end > LONGEST_TOKEN) {
      throw usage("the file that HUSHBUS_TOKEN_FILE names holds no token");
    }
    SecretValue token = SecretValue.owning(Arrays.copyOf(content, end));
    Arrays.fill(content, (byte) 0);
    return token;
  }

  private static Optional<SSLContext> trust(Map<String, String> environment) {
    return Optional.ofNullable(environment.get("HUSHBUS_CACERT"))
        .map(file -> trusting(Path.of(file)));
  }

  private static SSLContext trusting(Path authorities) {
    try (InputStream pem = Files.newInputStream(authorities)) {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      for (Certificate one : CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
        store.setCertificateEntry("ca-" + store.size(), one);
      }
      TrustManagerFactory managers =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      managers.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, managers.getTrustManagers(), null);
      return context;
    } catch (IOException | GeneralSecurityException unusable) {
      throw usage("HUSHBUS_CACERT does not name a PEM file of certificates: check the path");
    }
  }

  private static CommandFailure usage(String line) {
    return new CommandFailure(Exit.USAGE, line);
  }
}
