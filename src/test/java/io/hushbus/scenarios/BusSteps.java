package io.hushbus.scenarios;

import io.hushbus.support.BrokerNode;
import io.hushbus.support.BusClient;
import io.hushbus.support.Client.Answer;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpHeaders;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;

/** The steps of a story that go over the event bus: a connection for each credential. */
final class BusSteps implements AutoCloseable {

  private final BrokerNode node;
  private final Map<String, BusClient> clients = new HashMap<>();

  BusSteps(BrokerNode node) {
    this.node = node;
  }

  /**
   * The answer as HTTP would give it.
   *
   * @param filled puts what is known into texts
   */
  Answer ask(Step step, String token, UnaryOperator<String> filled) {
    BusClient bus = clients.computeIfAbsent(token, fresh -> BusClient.of(node, token));
    String address = filled.apply(step.path());
    return switch (step.method()) {
      case "FOLLOW" -> {
        bus.follow(headers(step, filled));
        yield answer(200, new JsonObject());
      }
      case "NEXT" -> answer(200, bus.next(address).getJsonObject("body"));
      default -> answer(bus.ask(address, headers(step, filled), body(step, filled)));
    };
  }

  private static JsonObject headers(Step step, UnaryOperator<String> filled) {
    JsonObject headers = new JsonObject();
    step.headers().stream()
        .map(header -> filled.apply(header).split(": ", 2))
        .forEach(header -> headers.put(header[0], header[1]));
    return headers;
  }

  private static JsonObject body(Step step, UnaryOperator<String> filled) {
    return step.body().isEmpty() ? new JsonObject() : new JsonObject(filled.apply(step.body()));
  }

  private static Answer answer(JsonObject frame) {
    return frame.getString("type").equals("err")
        ? answer(frame.getInteger("failureCode"), new JsonObject(frame.getString("message")))
        : answer(
            Integer.parseInt(frame.getJsonObject("headers").getString("status")),
            Objects.requireNonNullElseGet(frame.getJsonObject("body"), JsonObject::new));
  }

  private static Answer answer(int status, JsonObject body) {
    return new Answer(status, HttpHeaders.of(Map.of(), (name, value) -> true), body.encode());
  }

  @Override
  public void close() {
    clients.values().forEach(BusClient::close);
  }
}
