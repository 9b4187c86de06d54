package io.hushbus.imports;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** The forms of files that can be read. */
public enum Format {
  /** Lines of {@code NAME=value}. */
  DOTENV,
  /** One object, in JSON or YAML: {@code {name: value}} or {@code {name: {key: value}}}. */
  JSON,
  /** Manifests of kind Secret, or lists of them, in YAML or JSON. */
  KUBERNETES,
  /** What {@code vault kv get -format=json} prints, or several of these by path. */
  VAULT;

  /** As it is written on a command line. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The format that the name of a file alone tells; for the others, the content must be seen. */
  static Optional<Format> ofFile(String name) {
    boolean dotenv = name.equals(".env") || name.startsWith(".env.") || name.endsWith(".env");
    return dotenv ? Optional.of(DOTENV) : Optional.empty();
  }

  /** The format of a document that may be any but dotenv. */
  static Format of(Tree document) {
    if (document instanceof Tree.Sequence several) {
      return several.items().isEmpty() ? JSON : of(several.items().getFirst());
    }
    if (!(document instanceof Tree.Branch map)) {
      return JSON;
    }
    if (map.has("apiVersion") && map.has("kind")) {
      return KUBERNETES;
    }
    boolean vault =
        VaultReader.isEnvelope(map)
            || map.has("path")
            || (!map.children().isEmpty()
                && map.children().values().stream().allMatch(VaultReader::isEnvelope));
    return vault ? VAULT : JSON;
  }

  static boolean isTree(byte[] content, String fileName) {
    String name = fileName.toLowerCase(Locale.ROOT);
    return Stream.of(".json", ".yaml", ".yml").anyMatch(name::endsWith) || looksLikeJson(content);
  }

  static boolean looksLikeJson(byte[] content) {
    for (byte b : content) {
      if (b == '{' || b == '[') {
        return true;
      }
      if (b != ' ' && b != '\t' && b != '\r' && b != '\n') {
        return false;
      }
    }
    return false;
  }
}
