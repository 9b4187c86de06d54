package io.hushbus.http;

import io.hushbus.model.Failure;
import io.vertx.core.http.HttpMethod;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * From a method and a path to the operation of the contract: a tree of segments, so that a request
 * is as far from its operation as its path is long, however many operations there are. Immutable.
 *
 * <p>A fixed segment comes before a variable one in the same place. It may also be a name: {@code
 * /secrets/bulk} takes the methods of {@code /secrets/{name}} besides its own.
 */
final class Routes {

  /** An operation, and the texts in the places of its path's variables by their names. */
  record Route(Operation operation, Map<String, String> texts) {}

  /** What may follow one beginning of paths. */
  private static final class Segment {
    private final Map<String, Segment> fixed = new HashMap<>();
    private @Nullable Segment variable;
    private @Nullable Place place;

    private Segment next(String text) {
      if (!isVariable(text)) {
        return fixed.computeIfAbsent(text, first -> new Segment());
      }
      if (variable == null) {
        variable = new Segment();
      }
      return variable;
    }
  }

  /** A path of the contract, with what can be asked there. */
  private record Place(List<String> segments, Map<HttpMethod, Operation> operations) {

    Map<String, String> texts(List<String> path) {
      Map<String, String> texts = new HashMap<>();
      for (int i = 0; i < path.size(); i++) {
        String segment = segments.get(i);
        if (isVariable(segment)) {
          texts.put(segment.substring(1, segment.length() - 1), path.get(i));
        }
      }
      return texts;
    }
  }

  private final Segment root = new Segment();

  Routes(List<Operation> operations) {
    Map<String, List<Operation>> byPath = new LinkedHashMap<>();
    operations.forEach(
        one -> byPath.computeIfAbsent(one.path(), path -> new ArrayList<>()).add(one));
    byPath.forEach(this::add);
  }

  private void add(String path, List<Operation> operations) {
    List<String> segments = segments(path);
    Segment at = root;
    for (String segment : segments) {
      at = at.next(segment);
    }
    if (at.place != null) {
      throw new IllegalStateException("the contract has a path twice: " + path);
    }
    Map<HttpMethod, Operation> byMethod = new HashMap<>();
    operations.forEach(one -> methods(one).forEach(method -> byMethod.put(method, one)));
    at.place = new Place(segments, Map.copyOf(byMethod));
  }

  /** What is there to look at, and not to be asked, also answers with its head alone. */
  private static List<HttpMethod> methods(Operation operation) {
    boolean page = operation.path().equals("/") || operation.path().startsWith("/console/");
    return page && operation.method().equals(HttpMethod.GET)
        ? List.of(HttpMethod.GET, HttpMethod.HEAD)
        : List.of(operation.method());
  }

  /**
   * The operation that is asked for.
   *
   * @param path in its one spelling, as {@link Target} leaves it
   * @throws Failure.Missing if there is no such path
   * @throws Refusal if it has no such method; says which it has
   */
  Route find(HttpMethod method, String path) {
    List<String> segments = segments(path);
    List<Place> places = new ArrayList<>(2);
    collect(root, segments, 0, places);
    for (Place place : places) {
      Operation operation = place.operations().get(method);
      if (operation != null) {
        return new Route(operation, place.texts(segments));
      }
    }
    throw places.isEmpty() ? Failure.missing("path") : notAllowed(places);
  }

  /** The narrowest first. */
  private static void collect(Segment at, List<String> path, int index, List<Place> found) {
    if (index == path.size()) {
      if (at.place != null) {
        found.add(at.place);
      }
      return;
    }
    Segment fixed = at.fixed.get(path.get(index));
    if (fixed != null) {
      collect(fixed, path, index + 1, found);
    }
    if (at.variable != null) {
      collect(at.variable, path, index + 1, found);
    }
  }

  private static Refusal notAllowed(List<Place> places) {
    String allow =
        places.stream()
            .flatMap(place -> place.operations().keySet().stream())
            .map(HttpMethod::name)
            .distinct()
            .sorted()
            .collect(Collectors.joining(", "));
    return new Refusal(ProblemType.METHOD_NOT_ALLOWED, Map.of("Allow", allow));
  }

  private static boolean isVariable(String segment) {
    return segment.startsWith("{");
  }

  /** What is between the slashes; nothing of the root. */
  private static List<String> segments(String path) {
    List<String> segments = new ArrayList<>(8);
    int at = 1;
    while (at < path.length()) {
      int end = path.indexOf('/', at);
      end = end < 0 ? path.length() : end;
      segments.add(path.substring(at, end));
      at = end + 1;
    }
    return segments;
  }
}
