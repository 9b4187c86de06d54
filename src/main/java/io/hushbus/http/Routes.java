package io.hushbus.http;

import io.hushbus.model.Failure;
import io.vertx.core.http.HttpMethod;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The tree of path segments that leads to an operation. A path has exactly one spelling: plain
 * segments without escapes, empty or dot segments, or a slash at the end; everything else is
 * refused before it is looked up.
 */
final class Routes {

  private static final Pattern CANONICAL = Pattern.compile("(/[A-Za-z0-9._~-]+)+");
  private static final Pattern DOTS = Pattern.compile(".*/\\.{1,2}(/.*)?");

  /** Where a path led, with the texts of its variable segments. */
  record Match(Operation operation, Map<String, String> path) {}

  /** One segment: fixed continuations, at most one variable one, and what ends here. */
  private static final class Node {
    private final Map<String, Node> fixed = new HashMap<>();
    private final Map<String, Operation> operations = new TreeMap<>();
    private @Nullable Node variable;
    private List<String> names = List.of();
  }

  private final Node root = new Node();

  Routes(List<Operation> operations) {
    operations.forEach(this::add);
  }

  /**
   * @throws Failure.Invalid for a path that is not in its one spelling
   * @throws Failure.Missing where no path leads
   * @throws Refusal 405 with the methods there are
   */
  Match find(HttpMethod method, String path) {
    if (!CANONICAL.matcher(path).matches() || DOTS.matcher(path).matches()) {
      throw Failure.invalid("", Failure.Code.BAD_PATH);
    }
    Map<String, String> texts = new HashMap<>();
    Node end = walk(path.substring(1).split("/", -1), texts);
    Operation operation = end.operations.get(method.name());
    if (operation == null) {
      throw new Refusal(
          ProblemType.METHOD_NOT_ALLOWED,
          Map.of("Allow", String.join(", ", end.operations.keySet())));
    }
    return new Match(operation, named(end.names, texts));
  }

  private Node walk(String[] segments, Map<String, String> texts) {
    Node node = root;
    for (int i = 0; i < segments.length; i++) {
      Node next = node.fixed.get(segments[i]);
      if (next == null) {
        next = node.variable;
        texts.put(Integer.toString(i), segments[i]);
      }
      if (next == null) {
        throw Failure.missing("path");
      }
      node = next;
    }
    if (node.operations.isEmpty()) {
      throw Failure.missing("path");
    }
    return node;
  }

  private static Map<String, String> named(List<String> names, Map<String, String> texts) {
    Map<String, String> named = new HashMap<>();
    for (int i = 0; i < names.size(); i++) {
      if (!names.get(i).isEmpty()) {
        named.put(names.get(i), texts.get(Integer.toString(i)));
      }
    }
    return named;
  }

  private void add(Operation operation) {
    List<String> segments = List.of(operation.path().substring(1).split("/", -1));
    Node node = root;
    for (String segment : segments) {
      node = segment.startsWith("{") ? variable(node) : fixed(node, segment);
    }
    node.names = segments.stream().map(Routes::name).toList();
    node.operations.put(operation.method().name(), operation);
  }

  private static Node fixed(Node node, String segment) {
    return node.fixed.computeIfAbsent(segment, ignored -> new Node());
  }

  private static Node variable(Node node) {
    Node next = node.variable == null ? new Node() : node.variable;
    node.variable = next;
    return next;
  }

  /** The name of a variable segment; empty for a fixed one. */
  private static String name(String segment) {
    return segment.startsWith("{") ? segment.substring(1, segment.length() - 1) : "";
  }
}
