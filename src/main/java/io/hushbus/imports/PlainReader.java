package io.hushbus.imports;

import io.hushbus.model.SecretType;
import io.hushbus.model.SecretValue;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/**
 * Reads objects of names and values: a text, number, true or false is a {@code text} secret, an
 * object of these is {@code key_value}, and anything deeper is a {@code json} secret.
 */
final class PlainReader {

  private final Findings findings;

  PlainReader(Findings findings) {
    this.findings = findings;
  }

  void read(Tree document) {
    if (!(document instanceof Tree.Branch map)) {
      findings.problem(document.line(), "there must be one object of names and values");
      return;
    }
    if (findings.wishes().into().isPresent()) {
      String name = findings.wishes().into().get().text();
      findings.pairs(name, pairs(map), "", map.line());
      return;
    }
    map.children().forEach(this::secret);
  }

  private void secret(String name, Tree value) {
    switch (value) {
      case Tree.Leaf leaf when leaf.kind() == Tree.Leaf.Kind.NULL -> empty(name, leaf);
      case Tree.Leaf leaf -> findings.single(name, SecretType.TEXT, leaf.copy(), leaf.line());
      case Tree.Branch map when map.children().values().stream().allMatch(PlainReader::isLeaf) ->
          findings.pairs(name, pairs(map), "", map.line());
      case Tree.Branch map -> document(name, map);
      case Tree.Sequence several -> document(name, several);
    }
  }

  private void document(String name, Tree value) {
    findings.single(name, SecretType.JSON, JsonBytes.of(value), value.line());
  }

  private static boolean isLeaf(Tree tree) {
    return tree instanceof Tree.Leaf;
  }

  private void empty(String name, Tree at) {
    findings.problem(at.line(), Problem.shown(name) + " is null");
  }

  /** The members as the entries of a secret; what is deeper becomes the text of a document. */
  SequencedMap<String, SecretValue> pairs(Tree.Branch map) {
    SequencedMap<String, SecretValue> pairs = new LinkedHashMap<>();
    map.children()
        .forEach(
            (key, value) -> {
              switch (value) {
                case Tree.Leaf leaf when leaf.kind() == Tree.Leaf.Kind.NULL -> empty(key, leaf);
                case Tree.Leaf leaf -> pairs.put(key, leaf.copy());
                case Tree.Branch deeper -> pairs.put(key, JsonBytes.of(deeper));
                case Tree.Sequence several -> pairs.put(key, JsonBytes.of(several));
              }
            });
    return pairs;
  }
}
