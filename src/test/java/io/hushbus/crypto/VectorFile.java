package io.hushbus.crypto;

import io.hushbus.crypto.Keyring.WrappedKek;
import io.hushbus.model.SecretId;
import io.hushbus.model.SecretType;
import io.hushbus.model.SecretValue;
import io.hushbus.model.TenantId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/**
 * One file of sealed vectors: blocks of {@code name = value} lines, separated by blank lines. The
 * first block holds the keys, every other one a case; lines that start with {@code #} are comments.
 */
record VectorFile(Map<String, String> keys, List<Map<String, String>> cases) {

  static final Path DIRECTORY = Path.of("src/test/resources/vectors/sealed");

  static VectorFile read(Path path) {
    List<Map<String, String>> blocks = new ArrayList<>();
    blocks.add(new LinkedHashMap<>());
    for (String line : lines(path)) {
      if (line.isBlank() && !blocks.getLast().isEmpty()) {
        blocks.add(new LinkedHashMap<>());
      } else if (!line.isBlank() && !line.startsWith("#")) {
        int split = line.indexOf(" = ");
        blocks.getLast().put(line.substring(0, split), line.substring(split + 3));
      }
    }
    blocks.removeIf(Map::isEmpty);
    return new VectorFile(blocks.getFirst(), blocks.subList(1, blocks.size()));
  }

  private static List<String> lines(Path path) {
    try {
      return Files.readAllLines(path, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Keyring ring() {
    RootKey root = RootKey.of(SecretValue.owning(hex(keys, "root_key")), Fixtures.RANDOM);
    TenantId tenant = new TenantId(UUID.fromString(field(keys, "tenant")));
    List<WrappedKek> keks = List.of(kek(root, 1), kek(root, 2));
    return Keyring.open(root, tenant, keks, 2);
  }

  private WrappedKek kek(RootKey root, int generation) {
    return new WrappedKek(
        generation,
        root.id(),
        hex(keys, "kek_%d_wrapped".formatted(generation)),
        hex(keys, "kek_%d_check".formatted(generation)));
  }

  static SealContext context(Map<String, String> vector) {
    return new SealContext(
        new TenantId(UUID.fromString(field(vector, "tenant"))),
        UUID.fromString(field(vector, "project")),
        UUID.fromString(field(vector, "domain")),
        new SecretId(UUID.fromString(field(vector, "secret"))),
        Long.parseLong(field(vector, "version")),
        Long.parseLong(field(vector, "created_at_ms")),
        SecretType.of(field(vector, "type")).orElseThrow());
  }

  static byte[] hex(Map<String, String> block, String name) {
    String text = field(block, name);
    return HexFormat.of().parseHex(text.equals("-") ? "" : text);
  }

  static String field(Map<String, String> block, String name) {
    return Objects.requireNonNull(block.get(name), name);
  }
}
