package io.hushbus.support;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** A certificate authority of one test, by the tool that every JDK brings. */
public final class Authority {

  private static final String PASSWORD = "only-for-tests";

  private final Path store;
  private final Path certificate;

  private Authority(Path store, Path certificate) {
    this.store = store;
    this.certificate = certificate;
  }

  /** Makes one with its files in {@code directory}. */
  public static Authority make(Path directory, String name)
      throws IOException, GeneralSecurityException {
    Authority made =
        new Authority(directory.resolve(name + ".p12"), directory.resolve(name + ".pem"));
    made.keytool("-alias", "ca", "-dname", "CN=" + name, "-ext", "bc:c");
    byte[] own = made.open().getCertificate("ca").getEncoded();
    Files.writeString(made.certificate, block("CERTIFICATE", own));
    return made;
  }

  /** Its own certificate, as PEM. */
  public Path certificate() {
    return certificate;
  }

  /**
   * Makes a key and signs its certificate, both as PEM.
   *
   * @param names as keytool takes them: {@code ip:127.0.0.1,dns:localhost}
   */
  public void sign(String names, Path certificateFile, Path keyFile)
      throws IOException, GeneralSecurityException {
    keytool("-alias", "server", "-dname", "CN=server", "-ext", "san=" + names, "-signer", "ca");
    KeyStore keys = open();
    Files.writeString(
        certificateFile, block("CERTIFICATE", keys.getCertificate("server").getEncoded()));
    byte[] key = keys.getKey("server", PASSWORD.toCharArray()).getEncoded();
    Files.writeString(keyFile, block("PRIVATE KEY", key));
    Files.setPosixFilePermissions(keyFile, PosixFilePermissions.fromString("rw-------"));
  }

  private KeyStore open() throws IOException, GeneralSecurityException {
    return KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
  }

  private void keytool(String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of("-genkeypair", "-keyalg", "EC", "-groupname", "secp256r1"));
    command.addAll(List.of("-storetype", "PKCS12", "-storepass", PASSWORD));
    command.addAll(List.of("-keystore", store.toString()));
    command.addAll(List.of(arguments));
    Process keytool =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    if (keytool.onExit().join().exitValue() != 0) {
      throw new IllegalStateException("keytool failed for " + String.join(" ", arguments));
    }
  }

  private static String block(String kind, byte[] der) {
    String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(kind, text, kind);
  }
}
