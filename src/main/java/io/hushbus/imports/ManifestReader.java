package io.hushbus.imports;

import io.hushbus.model.EntryName;
import io.hushbus.model.SecretType;
import io.hushbus.model.SecretValue;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * Reads Kubernetes manifests of kind Secret, and lists of them. {@code data} is decoded, {@code
 * stringData} wins over it, as in a cluster. Credentials for images become a {@code docker_config}
 * secret, all others {@code key_value}. Other kinds are left out, and noted.
 */
final class ManifestReader {

  private static final String IMAGES = "kubernetes.io/dockerconfigjson";
  private static final String ACCOUNT = "kubernetes.io/service-account-token";

  private final Findings findings;

  ManifestReader(Findings findings) {
    this.findings = findings;
  }

  void read(Tree document) {
    switch (document) {
      case Tree.Sequence several -> several.items().forEach(this::read);
      case Tree.Branch map when map.get("items") instanceof Tree.Sequence several ->
          several.items().forEach(this::read);
      case Tree.Branch map when map.word("kind").filter("Secret"::equals).isPresent() ->
          secret(map);
      case Tree.Branch map when map.word("kind").isPresent() ->
          findings.note(
              map.line(),
              Problem.shown(map.word("kind").orElseThrow()) + " is no Secret: left out");
      case Tree.Branch map -> findings.problem(map.line(), "this is no manifest: it has no kind");
      case Tree.Leaf leaf -> findings.problem(leaf.line(), "this is no manifest");
    }
  }

  private void secret(Tree.Branch manifest) {
    Optional<String> name = manifest.branch("metadata").flatMap(meta -> meta.word("name"));
    if (name.isEmpty()) {
      findings.problem(manifest.line(), "this Secret has no metadata.name");
      return;
    }
    String type = manifest.word("type").orElse("Opaque");
    if (type.equals(ACCOUNT)) {
      findings.note(manifest.line(), Problem.shown(name.get()) + " is the cluster's own: left out");
      return;
    }
    SequencedMap<String, SecretValue> values = values(manifest);
    if (type.equals(IMAGES)) {
      images(name.get(), values, manifest.line());
    } else {
      findings.pairs(name.get(), values, description(manifest), manifest.line());
    }
  }

  private void images(String name, Map<String, SecretValue> values, int line) {
    SecretValue config = values.get(".dockerconfigjson");
    if (config == null || values.size() != 1) {
      values.values().forEach(SecretValue::close);
      findings.problem(line, Problem.shown(name) + " has not .dockerconfigjson, and that alone");
      return;
    }
    findings.found(name, SecretType.DOCKER_CONFIG, Map.of(EntryName.VALUE, config), "", line);
  }

  private static String description(Tree.Branch manifest) {
    return manifest
        .branch("metadata")
        .flatMap(meta -> meta.branch("annotations"))
        .flatMap(notes -> notes.word("kubernetes.io/description"))
        .orElse("");
  }

  private SequencedMap<String, SecretValue> values(Tree.Branch manifest) {
    SequencedMap<String, SecretValue> values = new LinkedHashMap<>();
    members(manifest, "data")
        .forEach((key, value) -> decoded(value).ifPresent(bytes -> values.put(key, bytes)));
    members(manifest, "stringData")
        .forEach(
            (key, value) -> {
              if (value instanceof Tree.Leaf leaf && leaf.kind() == Tree.Leaf.Kind.TEXT) {
                Optional.ofNullable(values.put(key, leaf.copy())).ifPresent(SecretValue::close);
              } else {
                findings.problem(value.line(), "a value of stringData must be a text");
              }
            });
    return values;
  }

  private Map<String, Tree> members(Tree.Branch manifest, String name) {
    return switch (manifest.get(name)) {
      case null -> Map.of();
      case Tree.Branch map -> map.children();
      case Tree.Leaf leaf when leaf.kind() == Tree.Leaf.Kind.NULL -> Map.of();
      case Tree other -> {
        findings.problem(other.line(), name + " must be a map");
        yield Map.of();
      }
    };
  }

  /** A value of {@code data}: base64, where an unquoted one may look like a number. */
  private Optional<SecretValue> decoded(Tree value) {
    Optional<SecretValue> bytes =
        switch (value) {
          case Tree.Leaf leaf when leaf.kind() == Tree.Leaf.Kind.NULL ->
              Optional.of(SecretValue.owning(new byte[0]));
          case Tree.Leaf leaf -> leaf.decoded();
          case Tree.Branch map -> Optional.empty();
          case Tree.Sequence several -> Optional.empty();
        };
    if (bytes.isEmpty()) {
      findings.problem(value.line(), "a value of data must be base64");
    }
    return bytes;
  }
}
