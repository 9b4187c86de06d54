package io.hushbus.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A certificate authority for tests, in a directory, and what it signs. */
public final class Certificates {

  private static final String PASSWORD = "changeit";

  private final Path directory;
  private final Path store;

  private Certificates(Path directory) {
    this.directory = directory;
    this.store = directory.resolve("all.p12");
  }

  /** With an authority named {@code ca}. */
  public static Certificates in(Path directory) {
    Certificates made = new Certificates(directory);
    made.keytool("ca", "CN=Test Authority", "-ext", "bc:c");
    return made;
  }

  /**
   * A certificate signed by the authority.
   *
   * @param san as keytool has it, such as {@code dns:idp.test} or {@code uri:spiffe://acme/job}
   */
  public Certificates signed(String alias, String subject, String san) {
    keytool(alias, subject, "-signer", "ca", "-ext", "san=" + san);
    return this;
  }

  public X509Certificate certificate(String alias) {
    try {
      return (X509Certificate) opened().getCertificate(alias);
    } catch (GeneralSecurityException broken) {
      throw new IllegalStateException(broken);
    }
  }

  public String pem(String alias) {
    try {
      return pem("CERTIFICATE", certificate(alias).getEncoded());
    } catch (GeneralSecurityException broken) {
      throw new IllegalStateException(broken);
    }
  }

  /** The file of a certificate. */
  public Path certificateFile(String alias) {
    return written(alias + ".crt", pem(alias));
  }

  /** The file of a private key, for its owner alone. */
  public Path keyFile(String alias) {
    try {
      byte[] key = opened().getKey(alias, PASSWORD.toCharArray()).getEncoded();
      Path file = written(alias + ".key", pem("PRIVATE KEY", key));
      Files.setPosixFilePermissions(
          file, java.nio.file.attribute.PosixFilePermissions.fromString("rw-------"));
      return file;
    } catch (GeneralSecurityException broken) {
      throw new IllegalStateException(broken);
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }

  /** A client that trusts the authority and shows the certificate of that alias, if any. */
  public SSLContext client(String... alias) {
    return client(this, alias);
  }

  /** The same client, trusting the authority of {@code server}. */
  public SSLContext client(String alias, Certificates server) {
    return client(server, alias);
  }

  private SSLContext client(Certificates server, String... alias) {
    try {
      KeyStore all = opened();
      KeyStore trusted = KeyStore.getInstance("PKCS12");
      trusted.load(null, null);
      trusted.setCertificateEntry("ca", server.certificate("ca"));
      KeyStore own = KeyStore.getInstance("PKCS12");
      own.load(null, null);
      for (String one : alias) {
        own.setKeyEntry(
            one,
            all.getKey(one, PASSWORD.toCharArray()),
            PASSWORD.toCharArray(),
            all.getCertificateChain(one));
      }
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(trusted);
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(own, PASSWORD.toCharArray());
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException broken) {
      throw new IllegalStateException(broken);
    }
  }

  private KeyStore opened() {
    try {
      return KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
    } catch (GeneralSecurityException | IOException broken) {
      throw new IllegalStateException(broken);
    }
  }

  private Path written(String name, String text) {
    try {
      return Files.writeString(directory.resolve(name), text);
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }

  private static String pem(String kind, byte[] der) {
    String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return "-----BEGIN " + kind + "-----\n" + text + "\n-----END " + kind + "-----\n";
  }

  private void keytool(String alias, String subject, String... more) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                alias,
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-dname",
                subject,
                "-validity",
                "2",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                PASSWORD));
    command.addAll(Arrays.asList(more));
    try {
      Process made =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(directory.resolve("keytool.log").toFile())
              .start();
      if (!made.waitFor(60, TimeUnit.SECONDS) || made.exitValue() != 0) {
        throw new IllegalStateException(Files.readString(directory.resolve("keytool.log")));
      }
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a certificate was made", stop);
    }
  }
}
