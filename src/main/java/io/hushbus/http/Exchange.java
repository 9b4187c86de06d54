package io.hushbus.http;

import io.hushbus.model.Caller;
import io.hushbus.model.Failure;
import io.hushbus.model.RequestContext;
import io.hushbus.model.TenantId;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One request and its answer. The order is the promise: framing, rate, target, route, sender,
 * parameters, body cap, body, schema, endpoint. The request is paused until its sender is known,
 * and whatever was not read when the answer is ready is never read: the connection is closed.
 */
final class Exchange {

  private static final int OPEN_BODY = 32 * 1024;

  /**
   * As many bytes of a body cost the tenant as much as a request: to read, check and parse them.
   */
  private static final int BODY_PER_REQUEST = 16 * 1024;

  private static final long LINGER_MILLIS = 500;
  private static final int LINGER_BYTES = 256 * 1024;
  private static final CharSequence REQUEST_ID = HttpHeaders.createOptimized("X-Request-Id");
  private static final CharSequence POLICY = HttpHeaders.createOptimized("RateLimit-Policy");
  private static final CharSequence RATE = HttpHeaders.createOptimized("RateLimit");
  private static final CharSequence TYPE_OPTIONS =
      HttpHeaders.createOptimized("X-Content-Type-Options");
  private static final CharSequence NOSNIFF = HttpHeaders.createOptimized("nosniff");
  private static final CharSequence CONTENT_POLICY =
      HttpHeaders.createOptimized("Content-Security-Policy");
  private static final CharSequence NOTHING =
      HttpHeaders.createOptimized("default-src 'none'; frame-ancestors 'none'");
  private static final CharSequence REFERRER = HttpHeaders.createOptimized("Referrer-Policy");
  private static final CharSequence NO_REFERRER = HttpHeaders.createOptimized("no-referrer");
  private static final CharSequence TRANSPORT =
      HttpHeaders.createOptimized("Strict-Transport-Security");
  private static final CharSequence YEAR = HttpHeaders.createOptimized("max-age=31536000");
  private static final CharSequence TRACE = HttpHeaders.createOptimized("traceparent");
  private static final String TICKET = "ticket";
  private static final Set<String> BESIDE_TICKET = Set.of(TICKET, "after");
  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "PUT", "POST", "PATCH", "DELETE", "OPTIONS");

  private final Vertx vertx;
  private final FrontDoor door;
  private final HttpServerRequest request;
  private final HttpServerResponse response;
  private final RequestContext context;
  private final Set<Runnable> streams;
  private final Runnable end;
  private final long started = System.nanoTime();
  private final Promise<Void> departed = Promise.promise();
  private @Nullable Operation operation;
  private Map<String, String> path = Map.of();
  private Map<String, List<String>> query = Map.of();
  private Optional<Caller> caller = Optional.empty();
  private @Nullable Body body;
  private String policy = "";
  private String ofSource = "";
  private String rate = "";
  private int dropped;
  private boolean framed;
  private boolean bodyRead;
  private boolean answered;
  private boolean finished;
  private boolean over;
  private long deadline = -1;

  /**
   * @param streams where what ends a stream is kept for a stop
   * @param end told once, when the exchange is over
   */
  Exchange(
      Vertx vertx,
      FrontDoor door,
      HttpServerRequest request,
      RequestContext context,
      Set<Runnable> streams,
      Runnable end) {
    this.vertx = vertx;
    this.door = door;
    this.request = request;
    this.response = request.response();
    this.context = context;
    this.streams = streams;
    this.end = end;
  }

  /**
   * What is checked before the request is routed: framing, rate, a stop under way, the target.
   *
   * @return the path that is asked for
   * @throws RuntimeException of the problem to answer with, by {@link #refuse}
   */
  String admit() {
    response.exceptionHandler(gone -> left());
    response.closeHandler(gone -> left());
    standardHeaders();
    HeadRules.framing(request);
    framed = true;
    policy = door.limit().policy();
    int left = door.limit().take(context.network());
    ofSource = door.limit().state(left);
    rate = ofSource;
    if (door.stopping()) {
      throw Failure.unavailable(Failure.Dependency.SELF);
    }
    Target target = Target.of(request.uri());
    query = target.query();
    return target.path();
  }

  /** Works an admitted request through to its answer. */
  void run(Operation of, Map<String, String> texts) {
    operation = of;
    path = texts;
    startDeadline(of);
    Future.succeededFuture(of)
        .compose(this::authenticate)
        .compose(this::read)
        .compose(call -> door.endpoint(call.operation).handle(call.call))
        .onComplete(done -> settle(done.result(), done.cause()));
  }

  /** Answers a request that got no further than this. */
  void refuse(Throwable cause) {
    standardHeaders();
    settle(null, cause);
  }

  /** The sender is gone: nobody waits for the answer. */
  private void left() {
    departed.tryComplete();
    finish(response.getStatusCode());
  }

  private void startDeadline(Operation of) {
    if (!of.streams()) {
      deadline =
          vertx.setTimer(
              door.settings().deadline().toMillis(),
              late -> send(failed(Failure.unavailable(Failure.Dependency.SELF))));
    }
  }

  private Future<Operation> authenticate(Operation of) {
    if (of.open()) {
      return Future.succeededFuture(of);
    }
    if (isTicketed(of)) {
      return redeem(of);
    }
    if (request.headers().getAll(HttpHeaders.AUTHORIZATION).size() != 1) {
      throw Failure.unauthenticated();
    }
    return door.callers()
        .authenticate(request.getHeader(HttpHeaders.AUTHORIZATION), context)
        .map(
            found -> {
              caller = Optional.of(found);
              door.known(request.connection());
              take(found.tenant(), 1);
              return of;
            })
        .onFailure(refused -> door.telemetry().authenticationFailed());
  }

  private void take(TenantId tenant, int requests) {
    TenantRate.State left = door.tenants().take(tenant, requests);
    policy = door.limit().policy() + ", " + left.policy();
    rate = ofSource + ", " + left.state();
  }

  /** Says what is left to the sender, as far as that is known; once, with the answer. */
  void limits() {
    if (!policy.isEmpty()) {
      response.putHeader(POLICY, policy);
    }
    if (!rate.isEmpty()) {
      response.putHeader(RATE, rate);
    }
  }

  /** A large body counts as more than the one request that it came with. */
  private void charge(int bytes) {
    int more = bytes / BODY_PER_REQUEST;
    if (more > 0) {
      caller.ifPresent(known -> take(known.tenant(), more));
    }
  }

  private boolean isTicketed(Operation of) {
    return of.streams() && query.containsKey(TICKET);
  }

  /** A ticket is the one credential, and brings the filters along: none may be sent beside it. */
  private Future<Operation> redeem(Operation of) {
    List<String> tickets = query.getOrDefault(TICKET, List.of());
    boolean alone =
        tickets.size() == 1
            && !request.headers().contains("Authorization")
            && BESIDE_TICKET.containsAll(query.keySet());
    if (!alone || !HeadRules.wantsEvents(request)) {
      throw Failure.invalid("?" + TICKET, Failure.Code.NOT_ALLOWED);
    }
    return door.callers()
        .redeem(tickets.getFirst(), context)
        .map(
            redeemed -> {
              caller = Optional.of(redeemed.caller());
              door.known(request.connection());
              take(redeemed.caller().tenant(), 1);
              query = with(redeemed.query());
              return of;
            })
        .onFailure(refused -> door.telemetry().authenticationFailed());
  }

  private Map<String, List<String>> with(String filters) {
    Map<String, List<String>> all = new HashMap<>(query);
    all.putAll(Target.of("/events?" + filters).query());
    return all;
  }

  /** A call that is ready, and what it calls. */
  private record Ready(Operation operation, Call call) {}

  private Future<Ready> read(Operation of) {
    HeadRules.accept(request, of.produces());
    Parameters parameters = Parameters.read(of, path, query, request.headers());
    Preconditions preconditions = Preconditions.of(request.headers());
    boolean events = of.streams() && HeadRules.wantsEvents(request);
    return body(of, parameters.faults())
        .map(
            read ->
                new Ready(
                    of,
                    new Call(
                        of,
                        context,
                        caller,
                        parameters,
                        preconditions,
                        read,
                        events,
                        door.seals(),
                        departed.future())));
  }

  /**
   * The body, if neither with it nor with what came before it is anything wrong.
   *
   * @param earlier what is wrong with the parameters, to be told in the same answer
   */
  private Future<Body> body(Operation of, List<Failure.Field> earlier) {
    if (!HeadRules.hasBody(request)) {
      bodyRead = true;
      request.resume();
      BodyParser.flawless(earlier, of.bodyRequired() ? missing() : List.of());
      return Future.succeededFuture(Body.NONE);
    }
    if (of.bodies().isEmpty()) {
      BodyParser.flawless(earlier, List.of(new Failure.Field("", Failure.Code.NOT_ALLOWED)));
    }
    int cap = of.open() ? Math.min(OPEN_BODY, door.settings().body()) : door.settings().body();
    OptionalInt length = HeadRules.length(request, cap);
    String type = HeadRules.contentType(request, of.bodies().keySet());
    length.ifPresent(this::charge);
    if (HttpVersion.HTTP_1_1 == request.version()
        && "100-continue".equalsIgnoreCase(request.getHeader("Expect"))) {
      response.writeContinue();
    }
    return BodyStream.read(request, cap, length.isPresent() ? free -> {} : this::charge)
        .map(bytes -> parse(of, type, bytes, earlier));
  }

  private static List<Failure.Field> missing() {
    return List.of(new Failure.Field("", Failure.Code.MISSING_FIELD));
  }

  private Body parse(Operation of, String type, byte[] bytes, List<Failure.Field> earlier) {
    bodyRead = true;
    if (over) {
      Arrays.fill(bytes, (byte) 0);
      throw Failure.unavailable(Failure.Dependency.SELF);
    }
    Body read = BodyParser.parse(of, type, bytes, earlier);
    body = read;
    return read;
  }

  /** The endpoint is done with the body, whether or not its answer still counts. */
  private void settle(@Nullable Answer answer, @Nullable Throwable cause) {
    if (body != null) {
      body.close();
    }
    send(answer != null ? answer : failed(cause));
  }

  private Answer failed(@Nullable Throwable cause) {
    return Problems.answer(
        cause == null ? new IllegalStateException("an endpoint answered null") : cause, context);
  }

  private void send(Answer answer) {
    vertx.cancelTimer(deadline);
    over = true;
    if (answered || response.closed()) {
      discard(answer);
      return;
    }
    answered = true;
    switch (answer) {
      case Answer.Complete complete -> write(complete);
      case Answer.Streaming streaming -> stream(streaming);
    }
  }

  private static void discard(Answer answer) {
    if (answer instanceof Answer.Complete complete) {
      complete.discard();
    }
  }

  private void write(Answer.Complete answer) {
    boolean close = mustClose();
    limits();
    answer.headers().forEach(response::putHeader);
    if (close) {
      response.putHeader("Connection", "close");
    }
    if (!answer.code().isEmpty()) {
      door.telemetry().problem(answer.code());
    }
    response.setStatusCode(answer.status());
    ended(answer)
        .onComplete(
            written -> {
              discard(answer);
              finish(answer.status());
              if (close) {
                linger();
              } else if (!bodyRead) {
                request.resume();
              }
            });
  }

  /** Whoever asked for the head alone is told how much there would be. */
  private Future<Void> ended(Answer.Complete answer) {
    if (request.method().equals(HttpMethod.HEAD)) {
      response.putHeader("Content-Length", Integer.toString(answer.body().length));
      return response.end();
    }
    return response.end(Buffer.buffer(answer.body()));
  }

  /**
   * After doubtful framing, with a body left unread, or on the way down: no second request here.
   */
  private boolean mustClose() {
    return !framed || (!bodyRead && HeadRules.hasBody(request)) || door.stopping();
  }

  /**
   * Reads and drops what the sender is still sending, for a moment and up to some bytes only:
   * closing on unread bytes would make the system reset the connection, and the sender might never
   * see the answer. Whoever sends more without looking for one is held until then.
   */
  private void linger() {
    if (request.isEnded()) {
      request.connection().close();
      return;
    }
    request.handler(this::drop);
    request.exceptionHandler(ignored -> {});
    request.endHandler(end -> request.connection().close());
    request.resume();
    vertx.setTimer(LINGER_MILLIS, late -> request.connection().close());
  }

  private void drop(Buffer unread) {
    dropped += unread.length();
    if (dropped > LINGER_BYTES) {
      request.pause();
    }
  }

  private void stream(Answer.Streaming streaming) {
    OpenStream stream = new OpenStream(door.telemetry(), response, streams);
    Runnable ended =
        () -> {
          stream.ended();
          finish(response.getStatusCode());
        };
    response.endHandler(end -> ended.run());
    response.closeHandler(gone -> ended.run());
    limits();
    streaming.start(request, stream);
  }

  private void standardHeaders() {
    response.putHeader(REQUEST_ID, context.id().toString());
    response.putHeader(TYPE_OPTIONS, NOSNIFF);
    response.putHeader(CONTENT_POLICY, NOTHING);
    response.putHeader(REFERRER, NO_REFERRER);
    if (door.settings().tls().isPresent()) {
      response.putHeader(TRANSPORT, YEAR);
    }
  }

  private void finish(int status) {
    if (finished) {
      return;
    }
    finished = true;
    end.run();
    vertx.cancelTimer(deadline);
    long nanos = System.nanoTime() - started;
    String id = operation == null ? "none" : operation.id();
    String method = METHODS.contains(request.method().name()) ? request.method().name() : "OTHER";
    door.telemetry().requestFinished(id, status, nanos);
    AccessLog.write(method, id, status, nanos, context, caller, request.getHeader(TRACE));
  }
}
