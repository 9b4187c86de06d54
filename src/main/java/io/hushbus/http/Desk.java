package io.hushbus.http;

import io.hushbus.delivery.Sink;
import io.hushbus.model.Caller;
import io.hushbus.model.Failure;
import io.hushbus.model.RequestContext;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The operations of the contract for those who ask over another wire than HTTP: the checks of an
 * {@link Exchange} in the same order, the same endpoints, the same problems.
 *
 * <p>One thing is stricter: values travel only sealed. One that is sent as it is, is refused before
 * anything is done, and an answer that would show one is never handed out.
 */
public final class Desk {

  /** Shows the token of a run, which is a credential like the one that asked for it. */
  private static final Set<String> SHOW_TOKENS = Set.of("openRun");

  /** What may be said beside the parameters of an operation. */
  private static final Set<String> BESIDE =
      Set.of("authorization", "x-request-id", "if-match", "if-none-match");

  private static final String JSON = "application/json";
  private static final String PATCH = "application/merge-patch+json";
  private static final int BODY_PER_REQUEST = 16 * 1024;
  private static final String EVENTS = "readEvents";
  private static final String SEALED_TO = "/sealed_to";
  private static final String METHOD = "BUS";

  private final Vertx vertx;
  private final FrontDoor door;
  private final Map<String, Operation> operations;

  public Desk(Vertx vertx, FrontDoor door) {
    this.vertx = vertx;
    this.door = door;
    this.operations =
        door.operations().stream().collect(Collectors.toMap(Operation::id, Function.identity()));
  }

  /**
   * What is asked for.
   *
   * @param operation an operation id of the contract
   * @param parameters what path, query and header say in HTTP, by the names in the contract
   */
  @SuppressWarnings("ArrayRecordComponent") // overwritten when it has been read
  public record Errand(String operation, MultiMap parameters, Optional<byte[]> body) {

    @Override
    public String toString() {
      return "Errand[" + operation + "]";
    }
  }

  /**
   * How it went.
   *
   * @param answer what HTTP would answer
   * @param cause what went wrong, if the answer is a problem
   */
  public record Outcome(Answer.Complete answer, Optional<Throwable> cause) {}

  /** Whether the contract has that operation. */
  public boolean knows(String operation) {
    return operations.containsKey(operation);
  }

  /** Counts one message of this sender's, as a request of HTTP is counted before it is read. */
  public Future<Void> admit(RequestContext context) {
    return Future.succeededFuture(context)
        .map(
            from -> {
              door.limit().take(from.network());
              if (door.stopping()) {
                throw Failure.unavailable(Failure.Dependency.SELF);
              }
              return null;
            });
  }

  /** Something that came by a connection of HTTP has shown who sends it. */
  public void known(HttpConnection connection) {
    door.known(connection);
  }

  /** Who the credential stands for; each time it is asked, it counts against the tenant's rate. */
  public Future<Caller> sender(Optional<String> authorization, RequestContext context) {
    return Future.succeededFuture(authorization)
        .compose(
            sent ->
                door.callers().authenticate(sent.orElseThrow(Failure::unauthenticated), context))
        .onFailure(refused -> door.telemetry().authenticationFailed())
        .map(
            found -> {
              door.tenants().take(found.tenant(), 1);
              return found;
            });
  }

  /** Does what is asked, or says why not; never fails. */
  public Future<Outcome> perform(
      Errand errand, Caller caller, RequestContext context, Future<Void> gone) {
    long started = System.nanoTime();
    Promise<Answer.Complete> answer = Promise.promise();
    long late =
        vertx.setTimer(
            door.settings().deadline().toMillis(),
            over -> answer.tryFail(Failure.unavailable(Failure.Dependency.SELF)));
    Future.succeededFuture(errand)
        .compose(asked -> work(asked, caller, context, gone))
        .onFailure(answer::tryFail)
        .onSuccess(
            done -> {
              if (!answer.tryComplete(done)) {
                done.discard();
              }
            });
    return answer
        .future()
        .onComplete(over -> vertx.cancelTimer(late))
        .transform(
            done ->
                Future.succeededFuture(
                    done.succeeded()
                        ? new Outcome(done.result(), Optional.empty())
                        : problem(done.cause(), context)))
        .onSuccess(
            outcome ->
                finished(errand.operation(), outcome.answer().status(), started, context, caller));
  }

  /**
   * The stream of events that these parameters select, as this caller may see it.
   *
   * @return what begins it, each time it is given where it goes; fails as {@code readEvents} does
   */
  public Future<Function<Sink, Future<Void>>> events(
      MultiMap parameters, Caller caller, RequestContext context) {
    long started = System.nanoTime();
    Future<Function<Sink, Future<Void>>> found =
        Future.succeededFuture(new Errand(EVENTS, parameters, Optional.empty()))
            .map(errand -> call(errand, caller, context, Promise.<Void>promise().future(), true))
            .compose(call -> door.endpoint(operation(EVENTS)).handle(call))
            .map(answer -> ((EventStream) answer)::into);
    return found.onSuccess(ready -> finished(EVENTS, 200, started, context, caller));
  }

  /** The problem that HTTP would answer. */
  public Outcome problem(Throwable cause, RequestContext context) {
    Answer.Complete problem = Problems.answer(cause, context);
    door.telemetry().problem(problem.code());
    return new Outcome(problem, Optional.of(cause));
  }

  private Future<Answer.Complete> work(
      Errand errand, Caller caller, RequestContext context, Future<Void> gone) {
    Call call = call(errand, caller, context, gone, false);
    return Future.succeededFuture(call)
        .compose(door.endpoint(operation(errand.operation()))::handle)
        .onComplete(over -> call.body().close())
        .map(answer -> sealed(errand.operation(), answer));
  }

  private Operation operation(String id) {
    Operation found = operations.get(id);
    if (found == null) {
      throw new IllegalArgumentException("the contract has no operation " + id);
    }
    return found;
  }

  private Call call(
      Errand errand, Caller caller, RequestContext context, Future<Void> gone, boolean events) {
    Operation of = operation(errand.operation());
    Parameters parameters = parameters(of, errand.parameters());
    Preconditions preconditions = Preconditions.of(errand.parameters());
    Body body = body(of, errand.body(), caller, parameters.faults());
    return new Call(
        of,
        context,
        Optional.of(caller),
        parameters,
        preconditions,
        body,
        events,
        door.seals(),
        gone,
        true);
  }

  /** What is not a parameter of the operation is refused as an unknown one of the query. */
  private static Parameters parameters(Operation of, MultiMap said) {
    Map<String, String> path = new HashMap<>();
    Map<String, List<String>> query = new HashMap<>();
    Set<String> known =
        of.parameters().stream()
            .map(parameter -> parameter.name().toLowerCase(Locale.ROOT))
            .collect(Collectors.toSet());
    said.names().stream()
        .filter(name -> !known.contains(name.toLowerCase(Locale.ROOT)))
        .filter(name -> !BESIDE.contains(name.toLowerCase(Locale.ROOT)))
        .forEach(name -> query.put(name, List.of("")));
    for (Operation.Parameter parameter : of.parameters()) {
      List<String> texts = said.getAll(parameter.name());
      switch (parameter.in()) {
        case "path" -> path.put(parameter.name(), only(parameter.name(), texts));
        case "query" -> query.put(parameter.name(), texts);
        default -> {} // is read from the headers by itself
      }
    }
    return Parameters.read(of, path, query, said);
  }

  private static String only(String name, List<String> texts) {
    if (texts.size() != 1) {
      throw Failure.invalid(
          "?" + name, texts.isEmpty() ? Failure.Code.MISSING_FIELD : Failure.Code.NOT_ALLOWED);
    }
    return texts.getFirst();
  }

  private Body body(
      Operation of, Optional<byte[]> sent, Caller caller, List<Failure.Field> earlier) {
    if (sent.isEmpty()) {
      BodyParser.flawless(
          earlier, of.bodyRequired() ? whole(Failure.Code.MISSING_FIELD) : List.of());
      return Body.NONE;
    }
    if (of.bodies().isEmpty()) {
      BodyParser.flawless(earlier, whole(Failure.Code.NOT_ALLOWED));
    }
    byte[] bytes = sent.get();
    if (bytes.length > door.settings().body()) {
      throw new Refusal(ProblemType.TOO_LARGE);
    }
    if (bytes.length >= BODY_PER_REQUEST) {
      door.tenants().take(caller.tenant(), bytes.length / BODY_PER_REQUEST);
    }
    String type = of.bodies().containsKey(JSON) ? JSON : PATCH;
    return withoutValues(BodyParser.parse(of, type, bytes, earlier));
  }

  private static List<Failure.Field> whole(Failure.Code code) {
    return List.of(new Failure.Field("", code));
  }

  private static Body withoutValues(Body body) {
    Set<String> bare = body.valueFields();
    if (!bare.isEmpty()) {
      body.close();
      throw Failure.invalid(
          bare.stream().map(field -> new Failure.Field(field, Failure.Code.NOT_ALLOWED)).toList());
    }
    return body;
  }

  private static Answer.Complete sealed(String operation, Answer answer) {
    if (!(answer instanceof Answer.Complete complete)) {
      throw new IllegalStateException("a stream is not asked for in this way");
    }
    if (complete.carriesValue() && !SHOW_TOKENS.contains(operation)) {
      complete.discard();
      throw Failure.invalid(SEALED_TO, Failure.Code.MISSING_FIELD);
    }
    return complete;
  }

  private void finished(
      String operation, int status, long started, RequestContext context, Caller caller) {
    long nanos = System.nanoTime() - started;
    door.telemetry().requestFinished(operation, status, nanos);
    AccessLog.write(METHOD, operation, status, nanos, context, Optional.of(caller), null);
  }
}
