package io.hushbus.http;

import io.hushbus.model.Failure;
import io.hushbus.model.Failure.Code;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The router of one event loop, made from the contract: one route for each operation.
 *
 * <p>The first route admits the request, the last ones refuse what other methods a path is asked
 * with. All failures end in {@link Exchange#refuse}; the router never writes an answer.
 */
final class Routes {

  private static final String EXCHANGE = "exchange";

  /** What is asked most, by far, is looked for first: the router tries one route after another. */
  private static final List<String> HOT = List.of("/api/v1/leases", "/api/v1/leases/{id}/renew");

  /** A fixed segment comes before a variable one in the same place. */
  private static final Comparator<String> FIXED_FIRST =
      Comparator.<String, Boolean>comparing(path -> !HOT.contains(path))
          .thenComparing(path -> path.replace('{', Character.MAX_VALUE));

  private final Function<HttpServerRequest, Exchange> exchanges;

  /**
   * @param exchanges makes the exchange of a request; called once for each
   */
  Routes(Function<HttpServerRequest, Exchange> exchanges) {
    this.exchanges = exchanges;
  }

  Router router(Vertx vertx, List<Operation> operations) {
    Router router = Router.router(vertx);
    router.route().handler(this::admit);
    Map<String, List<Operation>> paths = byPath(operations);
    paths.forEach((path, there) -> there.forEach(one -> add(router, pattern(path), one)));
    Map<Pattern, List<Operation>> general = new LinkedHashMap<>();
    paths.forEach((path, there) -> general.put(covering(path), there));
    paths.keySet().forEach(path -> refuseOthers(router, path, general));
    router.errorHandler(400, at -> refuse(at, Failure.invalid("?Host", Code.BAD_HEADER)));
    router.errorHandler(404, at -> refuse(at, Failure.missing("path")));
    router.errorHandler(500, at -> refuse(at, at.failure()));
    return router;
  }

  private void admit(RoutingContext context) {
    arrived(context).admit();
    context.next();
  }

  private Exchange arrived(RoutingContext context) {
    Exchange exchange = exchanges.apply(context.request());
    context.put(EXCHANGE, exchange);
    return exchange;
  }

  private void refuse(RoutingContext context, Throwable cause) {
    if (context.get(EXCHANGE) instanceof Exchange exchange) {
      exchange.refuse(cause);
    } else {
      turnAway(arrived(context), cause);
    }
  }

  /** What the router refuses before its first route is still asked what the first route asks. */
  private static void turnAway(Exchange exchange, Throwable cause) {
    try {
      exchange.admit();
      exchange.refuse(cause);
    } catch (RuntimeException earlier) {
      exchange.refuse(earlier);
    }
  }

  private static Exchange of(RoutingContext context) {
    return context.get(EXCHANGE);
  }

  private static Map<String, List<Operation>> byPath(List<Operation> operations) {
    return operations.stream()
        .collect(
            Collectors.groupingBy(
                Operation::path, () -> new TreeMap<>(FIXED_FIRST), Collectors.toList()));
  }

  private static void add(Router router, String pattern, Operation operation) {
    methods(operation)
        .forEach(
            method ->
                router
                    .route(method, pattern)
                    .handler(context -> of(context).run(operation, context.pathParams())));
  }

  /** What is there to look at, and not to be asked, also answers with its head alone. */
  private static Stream<HttpMethod> methods(Operation operation) {
    boolean page = operation.path().equals("/") || operation.path().startsWith("/console/");
    return page && operation.method().equals(HttpMethod.GET)
        ? Stream.of(HttpMethod.GET, HttpMethod.HEAD)
        : Stream.of(operation.method());
  }

  /**
   * What is asked of a path by a method that it does not have. A fixed segment may also be a name:
   * {@code /secrets/bulk} takes the methods of {@code /secrets/{name}} besides its own.
   */
  private static void refuseOthers(
      Router router, String path, Map<Pattern, List<Operation>> general) {
    String allow =
        general.entrySet().stream()
            .filter(other -> other.getKey().matcher(path).matches())
            .flatMap(other -> other.getValue().stream())
            .flatMap(Routes::methods)
            .map(HttpMethod::name)
            .distinct()
            .sorted()
            .collect(Collectors.joining(", "));
    router
        .route(pattern(path))
        .handler(
            context ->
                of(context)
                    .refuse(new Refusal(ProblemType.METHOD_NOT_ALLOWED, Map.of("Allow", allow))));
  }

  private static Pattern covering(String path) {
    return Pattern.compile(path.replaceAll("\\{[a-z_]+\\}", "[^/]+").replace(".", "\\."));
  }

  /** The path as vertx-web writes it: {@code {name}} becomes {@code :name}. */
  private static String pattern(String path) {
    return path.replaceAll("\\{([a-z_]+)\\}", ":$1");
  }
}
