package io.hushbus.http;

import io.hushbus.access.PageSeals;
import io.hushbus.model.Caller;
import io.hushbus.model.Failure;
import io.hushbus.model.Once;
import io.hushbus.model.RequestContext;
import io.hushbus.model.Seen;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A request that has passed every check of the front door: its sender is known, its parameters and
 * body are what the contract says. What is left is for the services to judge.
 */
public final class Call {

  private static final int PAGE = 50;
  private static final Set<String> PAGING = Set.of("page_size", "page_token");

  private final Operation operation;
  private final RequestContext context;
  private final Optional<Caller> caller;
  private final Parameters parameters;
  private final Preconditions preconditions;
  private final Body body;
  private final boolean wantsEvents;
  private final Future<Void> gone;
  private final PageSeals seals;
  private final boolean sealedOnly;

  Call(
      Operation operation,
      RequestContext context,
      Optional<Caller> caller,
      Parameters parameters,
      Preconditions preconditions,
      Body body,
      boolean wantsEvents,
      PageSeals seals,
      Future<Void> gone) {
    this(
        operation,
        context,
        caller,
        parameters,
        preconditions,
        body,
        wantsEvents,
        seals,
        gone,
        false);
  }

  /**
   * @param sealedOnly whether values may be answered only sealed
   */
  Call(
      Operation operation,
      RequestContext context,
      Optional<Caller> caller,
      Parameters parameters,
      Preconditions preconditions,
      Body body,
      boolean wantsEvents,
      PageSeals seals,
      Future<Void> gone,
      boolean sealedOnly) {
    this.sealedOnly = sealedOnly;
    this.gone = gone;
    this.operation = operation;
    this.context = once(operation, parameters, body).map(context::under).orElse(context);
    this.caller = caller;
    this.parameters = parameters;
    this.preconditions = preconditions;
    this.body = body;
    this.wantsEvents = wantsEvents;
    this.seals = seals;
  }

  /** The operation of the contract, such as {@code createSecret}. */
  public String operation() {
    return operation.id();
  }

  public RequestContext context() {
    return context;
  }

  /**
   * Who is calling.
   *
   * @throws IllegalStateException for an operation that is open to all, which is a bug
   */
  public Caller caller() {
    return caller.orElseThrow(
        () -> new IllegalStateException("an open operation has no caller: " + operation.id()));
  }

  /** A path, query or header parameter by its name in the contract. */
  public Optional<String> parameter(String name) {
    return parameters.first(name);
  }

  /** A path parameter: always there, or the route would not have matched. */
  public String path(String name) {
    return parameters.all(name).getFirst();
  }

  /** All texts of a parameter that may be repeated. */
  public List<String> parameters(String name) {
    return parameters.all(name);
  }

  /** Whether a boolean parameter was sent as {@code true}. */
  public boolean flag(String name) {
    return parameter(name).filter("true"::equals).isPresent();
  }

  /** How many items the page may have: 1 to 500, 50 if not said. */
  public int pageSize() {
    return parameter("page_size").map(Integer::parseInt).orElse(PAGE);
  }

  public Optional<String> pageToken() {
    return parameter("page_token");
  }

  PageSeals seals() {
    return seals;
  }

  /** What a page token of this call is good for: its sender, its operation, its filters. */
  PageSeals.Listing listing() {
    SortedMap<String, List<String>> filters = new TreeMap<>();
    operation.parameters().stream()
        .filter(parameter -> !parameter.in().equals("header"))
        .map(Operation.Parameter::name)
        .filter(name -> !PAGING.contains(name))
        .forEach(name -> filters.put(name, parameters.all(name)));
    return new PageSeals.Listing(caller(), operation.id(), filters);
  }

  /** The key under which this request is done once, in operations that declare the header. */
  private static Optional<Once> once(Operation operation, Parameters parameters, Body body) {
    for (Operation.Parameter parameter : operation.parameters()) {
      if (parameter.name().equals("Idempotency-Key")) {
        return parameters
            .first(parameter.name())
            .map(key -> new Once(key, digest(operation, parameters, body)));
      }
    }
    return Optional.empty();
  }

  /** Over what was asked for: the operation, what path and query say, and the body. */
  private static byte[] digest(Operation operation, Parameters parameters, Body body) {
    MessageDigest digest = BodyParser.sha256();
    digest.update(operation.id().getBytes(StandardCharsets.UTF_8));
    for (Operation.Parameter parameter : operation.parameters()) {
      if (!parameter.in().equals("header")) {
        for (String text : parameters.all(parameter.name())) {
          String part = "\n" + parameter.name() + "=" + text;
          digest.update(part.getBytes(StandardCharsets.UTF_8));
        }
      }
    }
    digest.update((byte) 0);
    return digest.digest(body.digest());
  }

  public Preconditions preconditions() {
    return preconditions;
  }

  /** What the caller saw of what it changes. */
  Seen seen() {
    return new Seen(preconditions.ifMatch());
  }

  /** The body; an empty object where none was sent and none is needed. */
  public Body body() {
    return body;
  }

  /** Refuses to show values to somebody without a key to seal them to, if it came by such a way. */
  void mayShow(boolean sealed) {
    if (sealedOnly && !sealed) {
      throw Failure.invalid("/sealed_to", Failure.Code.MISSING_FIELD);
    }
  }

  /** Completes when the sender has left before there was an answer. */
  Future<Void> gone() {
    return gone;
  }

  /** Whether the sender asked for a stream of events rather than for JSON. */
  public boolean wantsEvents() {
    return wantsEvents;
  }
}
