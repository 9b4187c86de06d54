package io.hushbus.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hushbus.model.Failure;
import io.hushbus.model.SecretValue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RootKeySourceTest {

  private static final byte[] KEY = new byte[32];

  static {
    for (int i = 0; i < 32; i++) {
      KEY[i] = (byte) (i * 7 + 131);
    }
  }

  private static final String ID = RootKey.of(SecretValue.copyOf(KEY), Fixtures.RANDOM).id();
  private static final String HEX = HexFormat.of().formatHex(KEY);
  private static final String BASE64 = Base64.getEncoder().encodeToString(KEY);

  @TempDir private Path dir;

  private Path file(byte[] content, String mode) throws IOException {
    Path path = dir.resolve("root.key");
    Files.write(path, content);
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
    return path;
  }

  private static String idOf(Path path) {
    try (RootKey root = new RootKeySource.File(path).load()) {
      return root.id();
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @Test
  void a_file_holds_raw_bytes_or_base64_or_hex() throws IOException {
    assertThat(idOf(file(KEY, "rw-------"))).isEqualTo(ID);
    assertThat(idOf(file(ascii(BASE64), "r--------"))).isEqualTo(ID);
    assertThat(idOf(file(ascii(BASE64 + "\n"), "rw-------"))).isEqualTo(ID);
    assertThat(idOf(file(ascii(BASE64 + "\r\n"), "rw-------"))).isEqualTo(ID);
    assertThat(idOf(file(ascii(HEX + "\n"), "rw-------"))).isEqualTo(ID);
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----", "rwx--x---", "rw-rw-rw-"})
  void a_file_open_to_others_is_refused_with_the_chmod_to_type(String mode) throws IOException {
    Path path = file(KEY, mode);
    assertThatThrownBy(() -> idOf(path))
        .isInstanceOf(RootKeyRefused.class)
        .hasMessageContaining("chmod 600 " + path);
  }

  @Test
  void a_symbolic_link_is_refused() throws IOException {
    Path link = dir.resolve("link");
    Files.createSymbolicLink(link, file(KEY, "rw-------"));
    assertThatThrownBy(() -> idOf(link))
        .isInstanceOf(RootKeyRefused.class)
        .hasMessageContaining("symbolic link");
  }

  @Test
  void a_file_of_another_user_is_refused() throws IOException {
    assertThatThrownBy(() -> idOf(ofAnotherUser()))
        .isInstanceOf(RootKeyRefused.class)
        .hasMessageContaining("does not belong to the user of this process")
        .hasMessageContaining("chown");
  }

  // Root can give a file away; anybody else finds one of root's.
  private Path ofAnotherUser() throws IOException {
    if (!Files.getOwner(Path.of("/proc/self")).getName().equals("root")) {
      return Path.of("/etc/passwd");
    }
    Path path = file(KEY, "rw-------");
    Files.setAttribute(path, "unix:uid", 12_345);
    return path;
  }

  @Test
  void a_directory_and_a_missing_file_are_refused() {
    assertThatThrownBy(() -> idOf(dir)).isInstanceOf(RootKeyRefused.class);
    assertThatThrownBy(() -> idOf(dir.resolve("none")))
        .isInstanceOf(RootKeyRefused.class)
        .hasMessageContaining("there is no root key file");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\n",
        "short",
        "abcdefghijklmnopqrstuvwxyz012345",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        "g000000000000000000000000000000000000000000000000000000000000001",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE==",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAABF=",
      })
  void other_content_is_refused_and_never_shown(String content) throws IOException {
    Path path = file(ascii(content), "rw-------");
    assertThatThrownBy(() -> idOf(path))
        .isInstanceOfSatisfying(
            RootKeyRefused.class,
            refused -> {
              if (content.length() > 1) {
                assertThat(refused.getMessage()).doesNotContain(content);
              }
            });
  }

  @Test
  void a_long_file_is_refused() throws IOException {
    Path path = file(new byte[1 << 20], "rw-------");
    assertThatThrownBy(() -> idOf(path)).isInstanceOf(RootKeyRefused.class);
  }

  @Test
  void a_generated_file_is_for_its_owner_alone_and_loads() throws IOException {
    Path path = dir.resolve("new.key");
    RootKeySource.generateFile(path);
    assertThat(Files.size(path)).isEqualTo(32);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
        .isEqualTo("rw-------");
    assertThat(idOf(path)).startsWith("rk_");
  }

  @Test
  void an_existing_file_is_never_overwritten() throws IOException {
    Path path = file(KEY, "rw-------");
    assertThatThrownBy(() -> RootKeySource.generateFile(path))
        .isInstanceOf(RootKeyRefused.class)
        .hasMessageContaining("never overwritten");
    assertThat(Files.readAllBytes(path)).isEqualTo(KEY);
  }

  @Test
  void no_file_is_made_without_randomness_or_without_a_directory() {
    Path path = dir.resolve("new.key");
    assertThatThrownBy(() -> RootKeySource.generateFile(path, BrokenRandom.silentAfter(0)))
        .isInstanceOf(Failure.Unavailable.class);
    assertThat(path).doesNotExist();
    assertThatThrownBy(() -> RootKeySource.generateFile(dir.resolve("no/new.key")))
        .isInstanceOf(RootKeyRefused.class);
  }

  @Test
  void the_environment_holds_hex_or_base64() {
    for (String text : new String[] {HEX, BASE64, HEX.toUpperCase(java.util.Locale.ROOT)}) {
      try (RootKey root = new RootKeySource.Environment(SecretValue.ofText(text)).load()) {
        assertThat(root.id()).isEqualTo(ID);
      }
    }
    assertThatThrownBy(() -> new RootKeySource.Environment(SecretValue.ofText("hunter2")).load())
        .isInstanceOf(RootKeyRefused.class)
        .hasMessageNotContaining("hunter2");
  }

  @Test
  void a_passphrase_gives_the_same_key_for_the_same_parameters_only() {
    var parameters = new PassphraseParameters(new byte[16], 64 * 1024, 3, 4);
    byte[] salt = new byte[16];
    salt[0] = 1;
    var otherSalt = new PassphraseParameters(salt, 64 * 1024, 3, 4);
    String id = idOf("correct horse battery", parameters);
    assertThat(idOf("correct horse battery", parameters)).isEqualTo(id);
    assertThat(idOf("correct horse batterx", parameters)).isNotEqualTo(id);
    assertThat(idOf("correct horse battery", otherSalt)).isNotEqualTo(id);
  }

  private static String idOf(String words, PassphraseParameters parameters) {
    var source = new RootKeySource.Passphrase(SecretValue.ofText(words), parameters);
    try (RootKey root = source.load()) {
      return root.id();
    }
  }

  @Test
  void a_short_passphrase_is_refused_before_any_work() {
    var parameters = new PassphraseParameters(new byte[16], 1024 * 1024, 16, 1);
    assertThatThrownBy(() -> idOf("hunter2", parameters))
        .isInstanceOf(RootKeyRefused.class)
        .hasMessageNotContaining("hunter2");
  }

  @Test
  void sources_print_nothing() {
    assertThat(new RootKeySource.Environment(SecretValue.ofText(HEX)).toString())
        .doesNotContain(HEX);
  }
}
