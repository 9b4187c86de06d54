package io.hushbus.imports;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import io.hushbus.model.SecretValue;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;

/**
 * JSON from bytes, one document or several in a row. Values go by way of characters that are wiped;
 * the parser's own buffers are not kept for others to use.
 */
final class JsonTree {

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.CHARSET_DETECTION)
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .recyclerPool(JsonRecyclerPools.nonRecyclingPool())
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(32)
                  .maxNameLength(1024)
                  .maxStringLength(2 * Findings.LARGEST_SECRET)
                  .build())
          .build();

  private final JsonParser parser;
  private final Findings findings;

  private JsonTree(JsonParser parser, Findings findings) {
    this.parser = parser;
    this.findings = findings;
  }

  /**
   * The documents; members that are given twice are told as problems.
   *
   * @throws Unreadable saying where it ceases to be JSON
   */
  static List<Tree> read(byte[] content, Findings findings) throws Unreadable {
    List<Tree> documents = new ArrayList<>();
    int line = 1;
    try (JsonParser parser = JSON.createParser(content)) {
      try {
        JsonTree reader = new JsonTree(parser, findings);
        for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
          documents.add(reader.tree(token));
        }
        return documents;
      } finally {
        line = Math.max(1, parser.currentLocation().getLineNr());
      }
    } catch (IOException malformed) {
      documents.forEach(Tree::close);
      throw new Unreadable(line, "this is not JSON");
    }
  }

  private Tree tree(JsonToken token) throws IOException {
    int line = parser.currentTokenLocation().getLineNr();
    return switch (token) {
      case START_OBJECT -> branch(line);
      case START_ARRAY -> sequence(line);
      case VALUE_STRING -> new Tree.Leaf(line, Tree.Leaf.Kind.TEXT, value());
      case VALUE_NULL -> new Tree.Leaf(line, Tree.Leaf.Kind.NULL, literal("null"));
      case VALUE_TRUE -> new Tree.Leaf(line, Tree.Leaf.Kind.LITERAL, literal("true"));
      case VALUE_FALSE -> new Tree.Leaf(line, Tree.Leaf.Kind.LITERAL, literal("false"));
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT ->
          new Tree.Leaf(line, Tree.Leaf.Kind.LITERAL, value());
      case NOT_AVAILABLE, END_OBJECT, END_ARRAY, FIELD_NAME, VALUE_EMBEDDED_OBJECT ->
          throw new IOException("no value begins so");
    };
  }

  private Tree branch(int line) throws IOException {
    LinkedHashMap<String, Tree> children = new LinkedHashMap<>();
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      Tree child = tree(parser.nextToken());
      if (children.putIfAbsent(name, child) != null) {
        child.close();
        findings.problem(child.line(), Problem.shown(name) + " is given twice");
      }
    }
    return new Tree.Branch(line, children);
  }

  private Tree sequence(int line) throws IOException {
    List<Tree> items = new ArrayList<>();
    for (JsonToken next = parser.nextToken();
        next != JsonToken.END_ARRAY;
        next = parser.nextToken()) {
      items.add(tree(next));
    }
    return new Tree.Sequence(line, items);
  }

  private static SecretValue literal(String word) {
    return SecretValue.owning(word.getBytes(StandardCharsets.US_ASCII));
  }

  private SecretValue value() throws IOException {
    char[] text = parser.getTextCharacters();
    int from = parser.getTextOffset();
    int length = parser.getTextLength();
    ByteBuffer coded = StandardCharsets.UTF_8.encode(CharBuffer.wrap(text, from, length));
    byte[] bytes = new byte[coded.remaining()];
    coded.get(bytes);
    coded.clear().put(new byte[coded.capacity()]);
    Arrays.fill(text, from, from + length, '\0');
    return SecretValue.owning(bytes);
  }
}
