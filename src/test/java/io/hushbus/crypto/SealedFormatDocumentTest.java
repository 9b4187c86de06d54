package io.hushbus.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.UUID;
import javax.crypto.Cipher;
import javax.crypto.KDF;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

/**
 * A second reader, written from {@code docs/sealed-format.md} with the JDK's primitives and nothing
 * of this package: what the document says is enough, from the root key down to the payload.
 */
class SealedFormatDocumentTest {

  private static final VectorFile FILE =
      VectorFile.read(VectorFile.DIRECTORY.resolve("format1-suite1.txt"));

  @Test
  void a_reader_written_from_the_document_opens_every_success() throws GeneralSecurityException {
    byte[] root = VectorFile.hex(FILE.keys(), "root_key");
    for (Map<String, String> vector : FILE.cases()) {
      if (VectorFile.field(vector, "outcome").equals("success")) {
        assertThat(opened(root, vector))
            .as(VectorFile.field(vector, "case"))
            .isEqualTo(VectorFile.hex(vector, "payload"));
      }
    }
  }

  @Test
  void the_worked_example_is_the_first_vector() throws IOException, GeneralSecurityException {
    String document = Files.readString(Path.of("docs/sealed-format.md")).replaceAll("\\n {20}", "");
    Map<String, String> vector = FILE.cases().getFirst();
    byte[] stored = VectorFile.hex(vector, "sealed");
    byte[] wrapping = wrappingKey(VectorFile.hex(FILE.keys(), "root_key"), 2);
    assertThat(document)
        .contains(HexFormat.of().formatHex(wrapping))
        .contains(HexFormat.of().formatHex(context("secret-version", vector)))
        .contains(HexFormat.of().formatHex(stored, 8, 40))
        .contains(HexFormat.of().formatHex(stored, 52, 100))
        .contains(HexFormat.of().formatHex(stored, 112, stored.length))
        .contains(VectorFile.field(vector, "payload"));
  }

  private static byte[] opened(byte[] root, Map<String, String> vector)
      throws GeneralSecurityException {
    byte[] stored = VectorFile.hex(vector, "sealed");
    byte[] generation = Arrays.copyOfRange(stored, 4, 8);
    byte[] wrap = join(context("dek-wrap", vector), generation);
    byte[] content = context("secret-version", vector);
    byte[] key =
        gcm(wrappingKey(root, stored[7]), part(stored, 40, 52), wrap, part(stored, 52, 100));
    assertThat(expand(key, 32, join(lp("commit/1"), wrap))).isEqualTo(part(stored, 8, 40));
    byte[] encryption = expand(key, 32, join(lp("enc/1"), content));
    return gcm(encryption, part(stored, 100, 112), content, part(stored, 112, stored.length));
  }

  private static byte[] wrappingKey(byte[] root, int generation) throws GeneralSecurityException {
    byte[] tenant = id(VectorFile.field(FILE.keys(), "tenant"));
    byte[] wrapped = VectorFile.hex(FILE.keys(), "kek_%d_wrapped".formatted(generation));
    byte[] number = ByteBuffer.allocate(8).putLong(generation).array();
    byte[] label = join(lp("kek"), new byte[] {4}, tenant, new byte[] {3}, number);
    byte[] rootWrap = expand(root, 32, lp("root-wrap/1"));
    byte[] kek = gcm(rootWrap, part(wrapped, 3, 15), label, part(wrapped, 15, wrapped.length));
    byte[] owner = join(tenant, part(number, 4, 8));
    assertThat(expand(kek, 16, join(lp("kek-check/1"), owner)))
        .isEqualTo(VectorFile.hex(FILE.keys(), "kek_%d_check".formatted(generation)));
    return KDF.getInstance("HKDF-SHA256")
        .deriveData(
            HKDFParameterSpec.ofExtract()
                .addSalt(new byte[32])
                .addIKM(kek)
                .thenExpand(join(lp("dek-wrap/1"), owner), 32));
  }

  private static byte[] context(String label, Map<String, String> vector) {
    byte[] numbers =
        ByteBuffer.allocate(16)
            .putLong(Long.parseLong(VectorFile.field(vector, "version")))
            .putLong(Long.parseLong(VectorFile.field(vector, "created_at_ms")))
            .array();
    return join(
        new byte[] {1, 1},
        lp(label),
        id(VectorFile.field(vector, "tenant")),
        id(VectorFile.field(vector, "project")),
        id(VectorFile.field(vector, "domain")),
        id(VectorFile.field(vector, "secret")),
        numbers,
        lp(VectorFile.field(vector, "type")));
  }

  private static byte[] gcm(byte[] key, byte[] nonce, byte[] aad, byte[] sealed)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    var parameters = new GCMParameterSpec(128, nonce);
    cipher.init(Cipher.DECRYPT_MODE, new SecretKeySpec(key, "AES"), parameters);
    cipher.updateAAD(aad);
    return cipher.doFinal(sealed);
  }

  private static byte[] expand(byte[] key, int length, byte[] info)
      throws GeneralSecurityException {
    var secret = new SecretKeySpec(key, "Generic");
    return KDF.getInstance("HKDF-SHA256")
        .deriveData(HKDFParameterSpec.expandOnly(secret, info, length));
  }

  private static byte[] lp(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    return join(new byte[] {0, (byte) bytes.length}, bytes);
  }

  private static byte[] id(String text) {
    UUID id = UUID.fromString(text);
    return ByteBuffer.allocate(16)
        .putLong(id.getMostSignificantBits())
        .putLong(id.getLeastSignificantBits())
        .array();
  }

  private static byte[] part(byte[] bytes, int from, int to) {
    return Arrays.copyOfRange(bytes, from, to);
  }

  private static byte[] join(byte[]... parts) {
    int size = Arrays.stream(parts).mapToInt(part -> part.length).sum();
    ByteBuffer all = ByteBuffer.allocate(size);
    for (byte[] part : parts) {
      all.put(part);
    }
    return all.array();
  }
}
