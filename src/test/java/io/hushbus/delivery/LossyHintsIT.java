package io.hushbus.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.hushbus.support.BrokerNode;
import io.hushbus.support.Brokers;
import io.hushbus.support.Brokers.Tuning;
import io.hushbus.support.Canary;
import io.hushbus.support.Client;
import io.hushbus.support.EventLines;
import io.hushbus.support.LossyHints;
import io.hushbus.support.Tenancy;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Readers on other nodes than the writers', while hints are lost, doubled and late, and with none
 * at all: each has every notice, those of a secret in the order of its versions.
 */
final class LossyHintsIT {

  private static final int SEED = 20;
  private static final int WRITERS = 3;
  private static final int CHANGES = 25;
  private static final int ENOUGH_HINTS = 15;
  private static final int MOST_CHANGES = 400;
  private static final String ANNOUNCED = "io.hushbus.secret.version.announced.v1";
  private static final String TYPE = "type=" + ANNOUNCED;
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final Tuning POLLING = Tuning.USUAL.polling(Duration.ofMillis(400));
  private static final Tuning HINTED =
      new Tuning(Duration.ofMillis(400), true, Duration.ofMillis(200), Optional.empty());

  private final Brokers brokers = Brokers.fresh();
  private final ExecutorService hands = Executors.newVirtualThreadPerTaskExecutor();

  @SuppressWarnings("NullAway.Init")
  private BrokerNode one;

  @SuppressWarnings("NullAway.Init")
  private BrokerNode two;

  @SuppressWarnings("NullAway.Init")
  private Tenancy acme;

  @AfterEach
  void stop() {
    hands.shutdownNow();
    brokers.close();
  }

  @Test
  void g3_f13_with_hints_lost_doubled_and_late_every_reader_has_all_in_order() {
    LossyHints hints = LossyHints.between(brokers.database(), SEED);
    everyReaderHasAll(HINTED, () -> hints.fates().size() >= ENOUGH_HINTS);
    assertThat(hints.fates()).contains("lost", "once", "twice");
  }

  @Test
  void g15_without_any_hints_every_reader_has_all_in_order() {
    LossyHints hints = LossyHints.between(brokers.database(), SEED);
    everyReaderHasAll(POLLING, () -> true);
    assertThat(hints.fates()).as("nobody sent one").isEmpty();
  }

  private void everyReaderHasAll(Tuning tuning, BooleanSupplier enough) {
    one = brokers.start(tuning);
    two = brokers.start(tuning);
    acme = brokers.tenant(one.client(brokers.operator()), "acme");
    AtomicBoolean written = new AtomicBoolean();
    String start = cursor();
    String subscription = subscribed();
    try (EventLines onOne = one.client(acme.viewer()).events("?after=now&" + TYPE);
        EventLines onTwo = two.client(acme.viewer()).events("?after=now&" + TYPE)) {
      var polled = CompletableFuture.supplyAsync(() -> polled(start, written), hands);
      var acked = CompletableFuture.supplyAsync(() -> acknowledged(subscription, written), hands);
      var resumed = CompletableFuture.supplyAsync(() -> resumed(start, written), hands);
      write(enough);
      written.set(true);

      List<Long> all = committed();
      String last = all.getLast().toString();
      for (EventLines stream : List.of(onOne, onTwo)) {
        stream.await("the last", SOON, event -> event.getString("sequence").equals(last));
        complete("streamed", stream.notices(), all);
      }
      complete("polled", polled.join(), all);
      complete("subscribed to", acked.join(), all);
      complete("streamed in pieces", resumed.join(), all);
    }
  }

  /** Writers on both nodes, each with secrets of its own. */
  private void write(BooleanSupplier enough) {
    CompletableFuture.allOf(
            IntStream.range(0, WRITERS)
                .mapToObj(i -> CompletableFuture.runAsync(() -> write(i, enough), hands))
                .toArray(CompletableFuture[]::new))
        .join();
  }

  private void write(int writer, BooleanSupplier enough) {
    String name = "of-writer-" + writer;
    JsonObject made = new JsonObject().put("name", name).put("type", "text");
    app(one).post("/secrets?project=demo", made.put("value", Canary.value())).expect(201);
    for (int i = 0; i < CHANGES || (i < MOST_CHANGES && !enough.getAsBoolean()); i++) {
      app(i % 2 == 0 ? two : one)
          .put("/secrets/" + name + "?project=demo", new JsonObject().put("value", Canary.value()))
          .expect(200);
    }
  }

  private Client app(BrokerNode node) {
    return node.client(acme.app());
  }

  private String cursor() {
    return one.client(acme.viewer())
        .get("/events?after=now")
        .expect(200)
        .json()
        .getString("cursor");
  }

  private String subscribed() {
    JsonObject wanted = new JsonObject().put("types", new JsonArray().add(ANNOUNCED));
    return one.client(acme.viewer())
        .post("/subscriptions", wanted)
        .expect(201)
        .json()
        .getString("id");
  }

  /** Asks the nodes by turns, each time from where the last answer ended. */
  private List<JsonObject> polled(String start, AtomicBoolean written) {
    List<JsonObject> seen = new ArrayList<>();
    String cursor = start;
    boolean more = true;
    for (int turn = 0; more; turn++) {
      boolean last = written.get();
      JsonObject answer =
          node(turn)
              .client(acme.viewer())
              .get("/events?wait=1s&" + TYPE + "&after=" + cursor)
              .expect(200)
              .json();
      cursor = answer.getString("cursor");
      more = add(answer, seen) > 0 || !last;
    }
    return seen;
  }

  /** The same with a place that the broker keeps. */
  private List<JsonObject> acknowledged(String subscription, AtomicBoolean written) {
    String path = "/subscriptions/" + subscription;
    List<JsonObject> seen = new ArrayList<>();
    boolean more = true;
    for (int turn = 0; more; turn++) {
      boolean last = written.get();
      Client client = node(turn).client(acme.viewer());
      JsonObject answer = client.get(path + "/events?wait=1s").expect(200).json();
      more = add(answer, seen) > 0 || !last;
      client
          .post(path + "/acks", new JsonObject().put("cursor", answer.getString("cursor")))
          .expect(200);
    }
    return seen;
  }

  /** A stream after the other, on the nodes by turns, each from where the one before was cut. */
  private List<JsonObject> resumed(String start, AtomicBoolean written) {
    List<JsonObject> seen = new ArrayList<>();
    String cursor = start;
    boolean more = true;
    for (int turn = 0; more; turn++) {
      boolean last = written.get();
      long end = last ? committed().getLast() : Long.MAX_VALUE;
      try (EventLines stream =
          node(turn).client(acme.viewer()).events("?" + TYPE, "Last-Event-ID", cursor)) {
        Awaitility.await("something, or the end")
            .atMost(SOON)
            .pollInterval(Duration.ofMillis(10))
            .until(
                () ->
                    last
                        ? Stream.concat(seen.stream(), stream.notices().stream())
                            .anyMatch(event -> sequence(event) == end)
                        : written.get() || !stream.notices().isEmpty());
        cursor = whole(stream.lines(), seen, cursor);
      }
      more = !last;
    }
    return seen;
  }

  /** Takes the notices that are there to their last line; gives the cursor of the last of them. */
  private static String whole(List<String> lines, List<JsonObject> seen, String before) {
    String cursor = before;
    String id = before;
    String data = "";
    for (String line : lines) {
      if (line.startsWith("id:")) {
        id = line.substring(3).strip();
      } else if (line.startsWith("data:")) {
        data = line.substring(5).strip();
      } else if (line.isEmpty()) {
        if (data.contains("\"specversion\"")) {
          seen.add(new JsonObject(data));
        }
        cursor = id;
        data = "";
      }
    }
    return cursor;
  }

  private static long sequence(JsonObject event) {
    return Long.parseLong(event.getString("sequence"));
  }

  private BrokerNode node(int turn) {
    return turn % 2 == 0 ? two : one;
  }

  private static int add(JsonObject answer, List<JsonObject> seen) {
    JsonArray events = answer.getJsonArray("events");
    events.forEach(event -> seen.add((JsonObject) event));
    return events.size();
  }

  private List<Long> committed() {
    return brokers
        .rows("SELECT position FROM event WHERE type = '" + ANNOUNCED + "' ORDER BY position")
        .stream()
        .map(Long::valueOf)
        .toList();
  }

  /** Nothing is missing, nothing comes before its time, each version is one more than the last. */
  private static void complete(String how, List<JsonObject> seen, List<Long> all) {
    assertThat(seen.stream().map(LossyHintsIT::sequence).distinct()).as(how).isEqualTo(all);
    Map<String, Integer> versions = new HashMap<>();
    for (JsonObject event : seen.stream().distinct().toList()) {
      JsonObject data = event.getJsonObject("data");
      assertThat(data.getInteger("version"))
          .as(how)
          .isEqualTo(versions.getOrDefault(data.getString("name"), 1) + 1);
      versions.put(data.getString("name"), data.getInteger("version"));
    }
  }
}
