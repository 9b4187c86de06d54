package io.hushbus.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import io.hushbus.crypto.ApiKey;
import io.hushbus.crypto.Canonical;
import io.hushbus.crypto.CanonicalReader;
import io.hushbus.crypto.Envelope;
import io.hushbus.crypto.Keyring;
import io.hushbus.crypto.OpaqueToken;
import io.hushbus.crypto.PassphraseParameters;
import io.hushbus.crypto.RootKey;
import io.hushbus.crypto.RootKeyRefused;
import io.hushbus.crypto.RootKeySource;
import io.hushbus.crypto.SealContext;
import io.hushbus.crypto.Sealed;
import io.hushbus.model.EntryName;
import io.hushbus.model.Failure;
import io.hushbus.model.Payload;
import io.hushbus.model.SecretId;
import io.hushbus.model.SecretType;
import io.hushbus.model.SecretValue;
import io.hushbus.model.TenantId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import net.jqwik.api.lifecycle.AfterContainer;

/**
 * Every parser of this package answers any input with its one refusal, never with another throw.
 */
class CryptoParsersTest {

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final SecretValue KEY = SecretValue.ofText("thirty-two bytes of key material");
  private static final TenantId TENANT = new TenantId(new UUID(1, 1));
  private static final SealContext CONTEXT =
      new SealContext(
          TENANT,
          SealContext.NONE,
          SealContext.NONE,
          new SecretId(new UUID(2, 2)),
          1,
          0,
          SecretType.TEXT);
  private static final Envelope ENVELOPE = new Envelope(RANDOM);
  private static final RootKey ROOT = RootKey.of(KEY, RANDOM);
  private static final Keyring RING =
      Keyring.open(ROOT, TENANT, List.of(Keyring.create(ROOT, TENANT, 1, RANDOM)), 1);
  private static final byte[] STORED =
      ENVELOPE
          .seal(RING, CONTEXT, Payload.ofOne(EntryName.VALUE, SecretValue.ofText("value")))
          .bytes();
  private static final String LINE = "$argon2id$v=19$m=262144,t=3,p=4$AAECAwQFBgcICQoLDA0ODw";
  private static final Path FILE = emptyFile();

  private static Path emptyFile() {
    try {
      var mode = PosixFilePermissions.fromString("rw-------");
      return Files.createTempFile("root", ".key", PosixFilePermissions.asFileAttribute(mode));
    } catch (IOException e) {
      throw new IllegalStateException("the tests need a directory for temporary files", e);
    }
  }

  @AfterContainer
  static void deleteFile() throws IOException {
    Files.delete(FILE);
  }

  @Property
  void any_bytes_as_a_sealed_value(@ForAll @Size(max = 300) byte[] bytes) {
    assertThat(opens(bytes)).isFalse();
  }

  @Property
  void a_sealed_value_with_some_bytes_changed(@ForAll("edits") List<int[]> edits) {
    byte[] changed = edited(STORED, edits);
    assertThat(opens(changed)).isEqualTo(Arrays.equals(changed, STORED));
  }

  @Property
  void a_sealed_value_cut_or_padded(@ForAll @IntRange(max = 400) int length) {
    assertThat(opens(Arrays.copyOf(STORED, length))).isEqualTo(length == STORED.length);
  }

  private static boolean opens(byte[] bytes) {
    try {
      ENVELOPE.open(RING, CONTEXT, Sealed.parse(bytes)).close();
      return true;
    } catch (Failure.Integrity refused) {
      return false;
    }
  }

  @Property
  void any_text_as_an_api_key(@ForAll @StringLength(max = 80) String text) {
    assertThat(ApiKey.parse(text)).isEmpty();
  }

  @Property
  void a_text_that_looks_like_an_api_key(@ForAll("base62") String text) {
    Optional<ApiKey> parsed = ApiKey.parse("hsb_" + text);
    assertThat(parsed).isEmpty();
  }

  @Property
  void any_text_as_a_token(@ForAll @StringLength(max = 300) String text) {
    assertThat(OpaqueToken.open(KEY, "cursor", text, 200)).isEmpty();
  }

  @Property
  void any_base64_as_a_token(@ForAll("base64url") String text) {
    assertThat(OpaqueToken.open(KEY, "cursor", text, 200)).isEmpty();
  }

  @Property
  void any_bytes_as_canonical_fields(@ForAll @Size(max = 100) byte[] fields) {
    byte[] label = Canonical.of("row").encode();
    byte[] bytes = Arrays.copyOf(label, label.length + fields.length);
    System.arraycopy(fields, 0, bytes, label.length, fields.length);
    CanonicalReader.read(bytes, "row", CanonicalReader::text);
    CanonicalReader.read(bytes, "row", CanonicalReader::bytes);
    CanonicalReader.read(bytes, "row", CanonicalReader::time);
    CanonicalReader.read(bytes, "row", in -> in.id() + " " + in.flag());
  }

  @Property
  void any_canonical_fields_come_back(
      @ForAll String text, @ForAll byte[] bytes, @ForAll long number, @ForAll boolean flag) {
    String valid = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    byte[] encoded = Canonical.of("row").text(text).bytes(bytes).number(number).flag(flag).encode();
    assertThat(
            CanonicalReader.read(
                encoded,
                "row",
                in ->
                    in.text().equals(valid)
                        && Arrays.equals(in.bytes(), bytes)
                        && in.number() == number
                        && in.flag() == flag))
        .contains(true);
  }

  @Property
  void any_text_as_passphrase_parameters(@ForAll @StringLength(max = 200) String text) {
    assertThat(parses(text)).isFalse();
  }

  @Property
  void passphrase_parameters_with_a_character_changed(
      @ForAll @IntRange(max = 53) int at, @ForAll char character) {
    String changed = LINE.substring(0, at) + character + LINE.substring(at + 1);
    if (parses(changed)) {
      assertThat(PassphraseParameters.parse(changed).text()).isEqualTo(changed);
    }
  }

  private static boolean parses(String text) {
    try {
      PassphraseParameters.parse(text);
      return true;
    } catch (RootKeyRefused refused) {
      return false;
    }
  }

  @Property(tries = 300)
  void any_bytes_as_a_root_key_file(@ForAll @Size(max = 140) byte[] content) throws IOException {
    Files.write(FILE, content);
    assertThat(loads() && content.length != 32).isFalse();
  }

  @Property(tries = 300)
  void any_printable_text_as_a_root_key_file(@ForAll("printable") String text) throws IOException {
    Files.writeString(FILE, text);
    assertThat(loads()).isFalse();
  }

  private static boolean loads() {
    try {
      new RootKeySource.File(FILE).load(RANDOM).close();
      return true;
    } catch (RootKeyRefused refused) {
      return false;
    }
  }

  @Provide
  Arbitrary<List<int[]>> edits() {
    return Arbitraries.integers()
        .between(0, STORED.length - 1)
        .flatMap(at -> Arbitraries.integers().between(0, 255).map(value -> new int[] {at, value}))
        .list()
        .ofMinSize(1)
        .ofMaxSize(6);
  }

  @Provide
  Arbitrary<String> base62() {
    return Arbitraries.strings().alpha().numeric().ofMinLength(48).ofMaxLength(50);
  }

  @Provide
  Arbitrary<String> base64url() {
    return Arbitraries.strings().alpha().numeric().withChars("-_").ofMaxLength(200);
  }

  @Provide
  Arbitrary<String> printable() {
    return Arbitraries.strings().withCharRange(' ', '~').ofMaxLength(43);
  }

  private static byte[] edited(byte[] bytes, List<int[]> edits) {
    byte[] changed = bytes.clone();
    edits.forEach(edit -> changed[edit[0]] = (byte) edit[1]);
    return changed;
  }
}
