package io.hushbus.faults;

import io.hushbus.history.Outcome;
import io.hushbus.history.Target;
import io.hushbus.support.Tenancy;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Real brokers as a {@link Target}: what is asked, as requests to one of them. Each secret belongs
 * to one of the tenants by its name, each lease and run to that of its secret.
 *
 * <p>What was answered with 5xx, cut, or not answered in time may have happened.
 */
final class HttpTarget implements Target, AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(7);
  private static final String VALUE = "value-";

  private final IntFunction<String> addresses;
  private final List<Tenancy> tenants;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(3))
          .build();
  private final Map<String, Integer> owners = new ConcurrentHashMap<>();
  private final Map<Integer, LongAdder> statuses = new ConcurrentHashMap<>();

  /**
   * @param addresses where each node is to be found now
   */
  HttpTarget(IntFunction<String> addresses, List<Tenancy> tenants) {
    this.addresses = addresses;
    this.tenants = tenants;
  }

  /** How often each status was answered; 0: nothing was. */
  Map<Integer, Long> statuses() {
    Map<Integer, Long> all = new TreeMap<>();
    statuses.forEach((status, count) -> all.put(status, count.sum()));
    return all;
  }

  /** The tenant that a secret of this name, a lease, a run or a reader is of. */
  int tenant(String key) {
    return owners.computeIfAbsent(
        key, name -> Integer.parseInt(name.substring(name.lastIndexOf('-') + 1)) % tenants.size());
  }

  private Tenancy of(Call call) {
    return tenants.get(tenant(call.key()));
  }

  @Override
  public Answer call(Call call) {
    return switch (call.op()) {
      case "create" -> create(call);
      case "put" -> put(call);
      case "delete" ->
          ask(call, of(call).admin(), "DELETE", secret(call) + "&force=true", null)
              .then(HttpTarget::nothing);
      case "restore" ->
          ask(
                  call,
                  of(call).app(),
                  "POST",
                  "/secrets/" + call.key() + "/restore?project=demo",
                  null)
              .then(HttpTarget::metadata);
      case "read" ->
          ask(call, of(call).app(), "GET", secret(call), null).then(HttpTarget::metadata);
      case "lease" -> lease(call);
      case "renew" -> ofLease(call, "/renew", ttl(call)).then(HttpTarget::terms);
      case "advance" -> ofLease(call, "/advance", null).then(HttpTarget::advanced);
      case "ack" -> acknowledge(call);
      case "look" ->
          ask(call, of(call).runner(), "GET", "/leases/" + call.key(), null)
              .then(json -> terms(json).put("state", json.getString("state")));
      case "revoke" -> ofLease(call, "/revoke", null).then(HttpTarget::nothing);
      case "run" -> open(call);
      case "complete" ->
          ask(call, of(call).runner(), "POST", "/runs/" + call.key() + "/complete", null)
              .then(HttpTarget::nothing);
      case "subscribe" -> subscribe(call);
      case "poll" -> poll(call);
      default -> throw new IllegalArgumentException("no such operation: " + call.op());
    };
  }

  private static String secret(Call call) {
    return "/secrets/" + call.key() + "?project=demo";
  }

  private static JsonObject nothing(JsonObject answer) {
    return new JsonObject();
  }

  private Answer create(Call call) {
    JsonObject body = value(call).put("name", call.key()).put("type", "text");
    return ask(call, of(call).app(), "POST", "/secrets?project=demo", body)
        .conflict("taken")
        .then(HttpTarget::metadata);
  }

  private Answer put(Call call) {
    Integer cas = call.args().getInteger("cas");
    String[] headers = cas == null ? new String[0] : new String[] {"If-Match", "\"" + cas + "\""};
    return ask(call, of(call).app(), "PUT", secret(call), value(call), headers)
        .then(HttpTarget::metadata);
  }

  private static JsonObject value(Call call) {
    return new JsonObject().put("value", VALUE + call.args().getInteger("value"));
  }

  private static JsonObject metadata(JsonObject json) {
    return new JsonObject().put("version", json.getInteger("current_version"));
  }

  private Answer lease(Call call) {
    String run = call.args().getString("run");
    if (run != null && tenant(run) != tenant(call.key())) {
      return Answer.refused("elsewhere");
    }
    JsonObject body =
        ttl(call).put("secrets", new JsonArray().add(new JsonObject().put("secret", call.key())));
    if (run == null) {
      body.put("project", "demo");
    } else {
      body.put("run", run);
    }
    String once = call.args().getString("once");
    String[] headers = once == null ? new String[0] : new String[] {"Idempotency-Key", once};
    Answer answer =
        ask(call, of(call).runner(), "POST", "/leases", body, headers).then(HttpTarget::granted);
    remember(call, answer, "lease");
    return answer;
  }

  private void remember(Call call, Answer answer, String field) {
    String made = answer.result().getString(field);
    if (made != null) {
      owners.put(made, tenant(call.key()));
    }
  }

  private static JsonObject ttl(Call call) {
    return new JsonObject().put("ttl", call.args().getLong("ttl") / 1_000_000_000 + "s");
  }

  private static JsonObject granted(JsonObject json) {
    JsonObject lease = json.getJsonArray("leases").getJsonObject(0);
    String id = lease.getString("id");
    return valued(lease).put("lease", id).put("won", id);
  }

  private static JsonObject advanced(JsonObject json) {
    return valued(json);
  }

  private static JsonObject valued(JsonObject lease) {
    String value = lease.getJsonObject("data").getString("value");
    return terms(lease)
        .put("version", lease.getInteger("version"))
        .put("value", Integer.valueOf(value.substring(VALUE.length())));
  }

  private static JsonObject terms(JsonObject lease) {
    return new JsonObject()
        .put("issued", nanos(lease.getString("issued_at")))
        .put("expires", nanos(lease.getString("expires_at")))
        .put("wall", nanos(lease.getString("max_expires_at")));
  }

  static long nanos(String time) {
    Instant at = Instant.parse(time);
    return at.getEpochSecond() * 1_000_000_000 + at.getNano();
  }

  private Reply ofLease(Call call, String what, @Nullable JsonObject body) {
    return ask(call, of(call).runner(), "POST", "/leases/" + call.key() + what, body);
  }

  private Answer acknowledge(Call call) {
    JsonObject body = call.args().copy().put("status", "applied");
    return ofLease(call, "/ack", body).then(HttpTarget::nothing);
  }

  private Answer open(Call call) {
    JsonObject body =
        new JsonObject()
            .put("project", "demo")
            .put("external_id", call.key())
            .put("attempt", 1)
            .put("heartbeat_ttl", "10m");
    Answer answer =
        ask(call, of(call).runner(), "POST", "/runs", body)
            .conflict("taken")
            .then(json -> new JsonObject().put("run", json.getString("id")));
    remember(call, answer, "run");
    return answer;
  }

  private Answer subscribe(Call call) {
    String tenant = tenants.get(tenant(call.key())).name();
    String viewer = of(call).viewer();
    Answer answer =
        call.args().getString("kind").equals("durable")
            ? ask(call, viewer, "POST", "/subscriptions", new JsonObject().put("start", "now"))
                .then(json -> new JsonObject().put("cursor", json.getString("id")))
            : ask(call, viewer, "GET", "/events?after=now&wait=0s", null)
                .then(json -> new JsonObject().put("cursor", json.getString("cursor")));
    answer.result().put("tenant", tenant);
    return answer;
  }

  private Answer poll(Call call) {
    String cursor = call.args().getString("cursor");
    return switch (call.args().getString("kind")) {
      case "durable" -> durable(call, cursor);
      case "stream" -> stream(call, cursor);
      default ->
          ask(call, of(call).viewer(), "GET", "/events?page_size=50&wait=1s&after=" + cursor, null)
              .then(json -> page(json).put("cursor", json.getString("cursor")));
    };
  }

  /** Acknowledges three of four pages; the others come again. */
  private Answer durable(Call call, String id) {
    String path = "/subscriptions/" + id;
    Reply page = ask(call, of(call).viewer(), "GET", path + "/events?wait=1s", null);
    Answer answer = page.then(json -> page(json).put("cursor", id));
    boolean acknowledged = answer.result().getJsonArray("events", new JsonArray()).size() % 4 != 0;
    if (answer.outcome() == Outcome.OK && acknowledged) {
      JsonObject said = new JsonObject().put("cursor", page.json().getString("cursor"));
      ask(call, of(call).viewer(), "POST", path + "/acks", said).then(HttpTarget::nothing);
    }
    return answer;
  }

  private static JsonObject page(JsonObject json) {
    JsonArray events = new JsonArray();
    json.getJsonArray("events").forEach(event -> events.add(event((JsonObject) event)));
    return new JsonObject().put("events", events);
  }

  static JsonObject event(JsonObject event) {
    String type = event.getString("type");
    boolean version =
        type.equals("io.hushbus.secret.created.v1")
            || type.equals("io.hushbus.secret.version.announced.v1");
    JsonObject data = event.getJsonObject("data");
    return new JsonObject()
        .put("id", event.getString("id"))
        .put("kind", version ? "version" : type)
        .put("secret", data.getString("name"))
        .put("version", data.getInteger("version"));
  }

  /** Reads a stream from the cursor on until nothing comes for a while. */
  private Answer stream(Call call, String cursor) {
    HttpRequest request =
        request(call, of(call).viewer(), "/events?after=" + cursor)
            .header("Accept", "text/event-stream")
            .GET()
            .build();
    try {
      HttpResponse<InputStream> response = http.send(request, BodyHandlers.ofInputStream());
      count(response.statusCode());
      try (InputStream body = response.body()) {
        return response.statusCode() == 200 ? heard(body) : Answer.unknown();
      }
    } catch (IOException cut) {
      return Answer.unknown();
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", stop);
    }
  }

  /** An event counts when it is there as a whole: only then its cursor may be used. */
  private static Answer heard(InputStream body) throws InterruptedException {
    LinkedBlockingQueue<String> lines = new LinkedBlockingQueue<>();
    Thread.ofVirtual().start(() -> read(body, lines));
    JsonArray events = new JsonArray();
    JsonObject result = new JsonObject().put("events", events);
    JsonObject block = new JsonObject();
    long until = System.nanoTime() + Duration.ofMillis(1500).toNanos();
    while (System.nanoTime() < until) {
      String line = lines.poll(400, TimeUnit.MILLISECONDS);
      if (line == null) {
        break;
      }
      if (line.startsWith("event: stream.reset")) {
        return Answer.refused("reset");
      }
      if (line.isEmpty()) {
        whole(block, events, result);
        block.clear();
      } else if (line.startsWith("data:") && line.contains("\"specversion\"")) {
        block.put("event", event(new JsonObject(line.substring(5))));
      } else if (line.startsWith("id:")) {
        block.put("cursor", line.substring(3).strip());
      }
    }
    return Answer.ok(result);
  }

  private static void whole(JsonObject block, JsonArray events, JsonObject result) {
    if (block.containsKey("event")) {
      events.add(block.getJsonObject("event"));
    }
    if (block.containsKey("cursor")) {
      result.put("cursor", block.getString("cursor"));
    }
  }

  private static void read(InputStream body, LinkedBlockingQueue<String> lines) {
    try (var reader = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        lines.add(line);
      }
    } catch (IOException closed) {
      // whoever reads the lines has gone
    }
  }

  /**
   * What came back.
   *
   * @param status 0: nothing; -1: it was never sent
   */
  private record Reply(int status, String body, String request, String onConflict) {

    JsonObject json() {
      return body.isEmpty() ? new JsonObject() : new JsonObject(body);
    }

    Reply conflict(String reason) {
      return new Reply(status, body, request, reason);
    }

    Answer then(Function<JsonObject, JsonObject> told) {
      Answer answer = judged(told);
      if (!request.isEmpty()) {
        answer.result().put("request", request);
      }
      return answer;
    }

    private Answer judged(Function<JsonObject, JsonObject> told) {
      if (status >= 200 && status < 300) {
        return Answer.ok(told.apply(json()));
      }
      return switch (status) {
        case -1 -> Answer.refused("unreachable");
        case 404 -> Answer.refused("missing");
        case 409 -> Answer.refused(onConflict);
        case 410 -> Answer.refused("gone");
        case 412 -> Answer.refused("stale");
        case 400, 401, 403, 422, 428, 429 -> Answer.refused("refused");
        default -> Answer.unknown();
      };
    }
  }

  private Reply ask(
      Call call,
      String token,
      String method,
      String path,
      @Nullable JsonObject body,
      String... headers) {
    HttpRequest.Builder request = request(call, token, path);
    if (headers.length > 0) {
      request.headers(headers);
    }
    if (body != null) {
      request.header("Content-Type", "application/json");
    }
    var content = body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body.encode());
    return sent(request.method(method, content).build());
  }

  private HttpRequest.Builder request(Call call, String token, String path) {
    return HttpRequest.newBuilder(URI.create(addresses.apply(call.node()) + "/api/v1" + path))
        .timeout(PATIENCE)
        .header("Authorization", "Bearer " + token);
  }

  private Reply sent(HttpRequest request) {
    try {
      HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
      count(response.statusCode());
      String id = response.headers().firstValue("X-Request-Id").orElse("");
      return new Reply(response.statusCode(), response.body(), id, "conflict");
    } catch (HttpConnectTimeoutException | ConnectException never) {
      count(-1);
      return new Reply(-1, "", "", "");
    } catch (IOException cut) {
      count(0);
      return new Reply(0, "", "", "");
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for an answer", stop);
    }
  }

  private void count(int status) {
    statuses.computeIfAbsent(status, first -> new LongAdder()).increment();
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
