package io.hushbus.imports;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads what {@code vault kv get -format=json} prints (OpenBao's {@code bao} the same), of both
 * versions of the store: one such answer, which does not say its path, so that a name must be
 * given; an array of answers that each have a {@code path}; or an object of answers, or of plain
 * keys and values, by path.
 */
final class VaultReader {

  private final Findings findings;
  private final PlainReader plain;

  VaultReader(Findings findings) {
    this.findings = findings;
    this.plain = new PlainReader(findings);
  }

  /** Whether it is an answer, or the data and metadata of one. */
  static boolean isEnvelope(Tree tree) {
    return tree instanceof Tree.Branch map
        && map.has("data")
        && (map.has("request_id") || map.has("lease_id") || map.has("metadata"));
  }

  void read(Tree document) {
    switch (document) {
      case Tree.Sequence several -> several.items().forEach(this::withPath);
      case Tree.Branch map when map.has("path") && map.has("data") -> withPath(map);
      case Tree.Branch map when isEnvelope(map) || !onlyBranches(map) -> alone(map);
      case Tree.Branch map -> map.children().forEach(this::below);
      case Tree.Leaf leaf ->
          findings.problem(leaf.line(), "this is nothing that `vault kv get -format=json` prints");
    }
  }

  private static boolean onlyBranches(Tree.Branch map) {
    return map.children().values().stream().allMatch(Tree.Branch.class::isInstance);
  }

  private void alone(Tree.Branch map) {
    Optional<String> name = findings.wishes().into().map(Object::toString);
    if (name.isEmpty()) {
      findings.problem(map.line(), "the file does not say its path: give --into NAME");
      return;
    }
    secret(name.get(), map);
  }

  private void withPath(Tree item) {
    if (item instanceof Tree.Branch map && map.word("path").isPresent()) {
      secret(map.word("path").orElseThrow(), map);
    } else {
      findings.problem(item.line(), "this one has no path");
    }
  }

  /** An answer, or a folder of paths. */
  private void below(String path, Tree tree) {
    switch (tree) {
      case Tree.Branch map when isEnvelope(map) -> secret(path, map);
      case Tree.Branch folder when !folder.children().isEmpty() && onlyBranches(folder) ->
          folder.children().forEach((name, child) -> below(joined(path, name), child));
      case Tree.Branch map -> findings.pairs(path, plain.pairs(map), "", map.line());
      case Tree.Sequence several -> misplaced(path, several);
      case Tree.Leaf leaf -> misplaced(path, leaf);
    }
  }

  private void misplaced(String path, Tree tree) {
    findings.problem(tree.line(), Problem.shown(path) + " must be an object of keys and values");
  }

  private static String joined(String path, String name) {
    return path.replaceAll("/+$", "") + "/" + name.replaceAll("^/+", "");
  }

  private void secret(String path, Tree.Branch map) {
    switch (values(map)) {
      case null -> misplaced(path, map);
      case Tree.Branch values -> findings.pairs(path, plain.pairs(values), "", values.line());
      case Tree.Leaf leaf when leaf.kind() == Tree.Leaf.Kind.NULL ->
          findings.note(leaf.line(), Problem.shown(path) + " was deleted there: left out");
      case Tree other -> misplaced(path, other);
    }
  }

  /** The keys and values: below {@code data}, and in version 2 below a second {@code data}. */
  private static @Nullable Tree values(Tree.Branch map) {
    if (!isEnvelope(map) && !map.has("path")) {
      return map;
    }
    Tree data = map.get("data");
    if (data instanceof Tree.Branch second && second.get("metadata") instanceof Tree.Branch) {
      return second.has("data") ? second.get("data") : data;
    }
    return data;
  }
}
