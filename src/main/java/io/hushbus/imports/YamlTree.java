package io.hushbus.imports;

import io.hushbus.model.SecretValue;
import java.io.CharArrayReader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.representer.Representer;

/**
 * YAML, one document or several.
 *
 * <p>The one place where values of a file become strings: the library has no other form of a
 * scalar. They live until they are collected; who minds gives the same file as JSON.
 */
final class YamlTree {

  private static final int MAX_ALIASES = 10;
  private static final int MAX_DEPTH = 32;
  private static final Pattern LITERAL =
      Pattern.compile("true|false|-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?");
  private static final Pattern NULL = Pattern.compile("|~|null|Null|NULL");

  private final Findings findings;

  /** Characters of all scalars so far: one that is referred to counts each time. */
  private long read;

  private YamlTree(Findings findings) {
    this.findings = findings;
  }

  /**
   * The documents; empty ones are passed over.
   *
   * @throws Unreadable saying where it ceases to be YAML
   */
  static List<Tree> read(byte[] content, Findings findings) throws Unreadable {
    List<Tree> documents = new ArrayList<>();
    char[] text = characters(content);
    try {
      YamlTree reader = new YamlTree(findings);
      for (Node document : yaml().composeAll(new CharArrayReader(text))) {
        documents.add(reader.tree(document, 0));
      }
      documents.removeIf(one -> one instanceof Tree.Leaf leaf && isNull(leaf));
      return documents;
    } catch (MarkedYAMLException wrong) {
      documents.forEach(Tree::close);
      int line = wrong.getProblemMark() == null ? 0 : wrong.getProblemMark().getLine() + 1;
      throw new Unreadable(line, "this is not YAML");
    } catch (YAMLException | StackOverflowError wrong) {
      documents.forEach(Tree::close);
      throw new Unreadable(0, "this is not YAML, or refers to itself too often");
    } finally {
      Arrays.fill(text, '\0');
    }
  }

  private static boolean isNull(Tree.Leaf leaf) {
    return leaf.kind() == Tree.Leaf.Kind.NULL;
  }

  private static char[] characters(byte[] content) throws Unreadable {
    try {
      CharBuffer decoded =
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)); // strict
      char[] exact = new char[decoded.remaining()];
      decoded.get(exact);
      decoded.clear().put(new char[decoded.capacity()]);
      return exact;
    } catch (CharacterCodingException other) {
      throw new Unreadable(0, "this is not text in UTF-8");
    }
  }

  private static Yaml yaml() {
    LoaderOptions options = new LoaderOptions();
    options.setMaxAliasesForCollections(MAX_ALIASES);
    options.setAllowRecursiveKeys(false);
    options.setNestingDepthLimit(MAX_DEPTH);
    options.setCodePointLimit(Imports.LARGEST_FILE);
    DumperOptions unused = new DumperOptions();
    return new Yaml(new SafeConstructor(options), new Representer(unused), unused, options);
  }

  private Tree tree(Node node, int depth) {
    if (depth > MAX_DEPTH) { // one that refers to itself
      throw new YAMLException("too deep");
    }
    int line = node.getStartMark().getLine() + 1;
    return switch (node) {
      case MappingNode map -> branch(map, line, depth);
      case SequenceNode several ->
          new Tree.Sequence(
              line, several.getValue().stream().map(item -> tree(item, depth + 1)).toList());
      case ScalarNode scalar -> leaf(scalar, line);
      default -> throw new YAMLException("no other nodes come from composing");
    };
  }

  private Tree branch(MappingNode map, int line, int depth) {
    LinkedHashMap<String, Tree> children = new LinkedHashMap<>();
    for (NodeTuple tuple : map.getValue()) {
      int at = tuple.getKeyNode().getStartMark().getLine() + 1;
      if (!(tuple.getKeyNode() instanceof ScalarNode name) || name.getValue().equals("<<")) {
        findings.problem(at, "a key must be a plain name");
        continue;
      }
      Tree child = tree(tuple.getValueNode(), depth + 1);
      if (children.putIfAbsent(name.getValue(), child) != null) {
        child.close();
        findings.problem(at, Problem.shown(name.getValue()) + " is given twice");
      }
    }
    return new Tree.Branch(line, children);
  }

  private Tree leaf(ScalarNode scalar, int line) {
    String text = scalar.getValue();
    read += text.length();
    if (read > Imports.LARGEST_FILE) { // a large one that is referred to again and again
      throw new YAMLException("too much");
    }
    SecretValue value = SecretValue.ofText(text);
    if (!scalar.isPlain()) {
      return new Tree.Leaf(line, Tree.Leaf.Kind.TEXT, value);
    }
    if (NULL.matcher(text).matches()) {
      return new Tree.Leaf(line, Tree.Leaf.Kind.NULL, value);
    }
    boolean literal = LITERAL.matcher(text).matches();
    return new Tree.Leaf(line, literal ? Tree.Leaf.Kind.LITERAL : Tree.Leaf.Kind.TEXT, value);
  }
}
