package io.hushbus.http;

import io.hushbus.access.AccessPolicy;
import io.hushbus.delivery.EventFilter;
import io.hushbus.delivery.Streams;
import io.hushbus.model.Action;
import io.hushbus.model.Failure;
import io.hushbus.model.Ttl;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** {@code /events}: a stream for whoever accepts {@code text/event-stream}, else a long poll. */
final class EventEndpoints {

  private static final String KIND = "event";
  private static final String DEFAULT_START = "now";

  private final Scopes scopes;
  private final AccessPolicy policy;
  private final Streams streams;
  private final SharedChunks chunks;

  EventEndpoints(Scopes scopes, AccessPolicy policy, Streams streams, SharedChunks chunks) {
    this.scopes = scopes;
    this.policy = policy;
    this.streams = streams;
    this.chunks = chunks;
  }

  Map<String, Endpoint> byOperation() {
    return Map.of("readEvents", this::read);
  }

  private Future<Answer> read(Call call) {
    Duration wait = wait(call);
    String after =
        call.parameter("Last-Event-ID").or(() -> call.parameter("after")).orElse(DEFAULT_START);
    return policy
        .requireView(call.caller(), Action.EVENT_READ, KIND, call.context())
        .compose(grant -> filter(call))
        .compose(
            filter ->
                newest(call).isPresent()
                    ? streams
                        .newest(call.caller(), filter, newest(call).get())
                        .map(EventEndpoints::page)
                    : call.wantsEvents()
                        ? Future.succeededFuture(
                            new EventStream(
                                call,
                                chunks,
                                sink -> streams.open(call.caller(), filter, after, sink)))
                        : streams
                            .poll(call.caller(), filter, after, call.pageSize(), wait, call.gone())
                            .map(EventEndpoints::page));
  }

  /** How many of the newest are asked for, which goes with no place to begin and no stream. */
  private static Optional<Integer> newest(Call call) {
    Optional<Integer> most = call.parameter("newest").map(Integer::parseInt);
    if (most.isPresent()
        && (call.wantsEvents()
            || call.parameter("after").isPresent()
            || call.parameter("Last-Event-ID").isPresent())) {
      throw Failure.invalid("?newest", Failure.Code.NOT_ALLOWED);
    }
    return most;
  }

  private Future<EventFilter> filter(Call call) {
    return scopes
        .project(call)
        .map(
            project ->
                new EventFilter(
                    Set.copyOf(call.parameters("type")),
                    project.map(Set::of).orElse(Set.of()),
                    Set.of(),
                    call.parameter("secret").map(Set::of).orElse(Set.of()),
                    call.parameter("run").map(Set::of).orElse(Set.of())));
  }

  static Duration wait(Call call) {
    Optional<String> text = call.parameter("wait");
    try {
      return text.map(Ttl::parse).orElse(Duration.ZERO);
    } catch (Failure.Invalid refused) {
      throw refused.at("?wait");
    }
  }

  static Answer page(Streams.Answer found) {
    return Answer.ok(
        json ->
            json.trees("events", found.events().stream().map(JsonObject::new).toList())
                .field("cursor", found.cursor()));
  }
}
