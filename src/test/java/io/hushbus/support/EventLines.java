package io.hushbus.support;

import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.awaitility.Awaitility;

/** An open stream of server-sent events, read line by line in the background. */
public final class EventLines implements AutoCloseable {

  private final InputStream body;
  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final Queue<String> answers;
  private volatile boolean ended;

  private EventLines(InputStream body, Queue<String> answers) {
    this.body = body;
    this.answers = answers;
  }

  static EventLines open(HttpClient http, HttpRequest request, Queue<String> answers) {
    try {
      HttpResponse<InputStream> response = http.send(request, BodyHandlers.ofInputStream());
      if (response.statusCode() != 200) {
        throw new AssertionError("no stream, but " + response.statusCode());
      }
      EventLines events = new EventLines(response.body(), answers);
      Thread.ofVirtual().start(events::read);
      return events;
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a stream was opened", stop);
    }
  }

  /** The notices so far, as JSON. */
  public List<JsonObject> notices() {
    return lines.stream()
        .filter(line -> line.startsWith("data: {") || line.startsWith("data:{"))
        .map(line -> new JsonObject(line.substring(5)))
        .filter(json -> json.containsKey("specversion"))
        .toList();
  }

  /** Waits for a notice that fits. */
  public JsonObject await(String what, Duration atMost, Predicate<JsonObject> fits) {
    return Awaitility.await(what)
        .atMost(atMost)
        .pollInterval(Duration.ofMillis(10))
        .until(() -> notices().stream().filter(fits).findFirst(), Optional::isPresent)
        .orElseThrow();
  }

  /** The last cursor that was named. */
  public Optional<String> cursor() {
    return lines.stream()
        .filter(line -> line.startsWith("id:"))
        .map(line -> line.substring(3).strip())
        .reduce((earlier, later) -> later);
  }

  /** Waits for the broker to end the stream, and gives all lines. */
  public List<String> ended(Duration atMost) {
    Awaitility.await("the stream ends").atMost(atMost).until(() -> ended);
    return List.copyOf(lines);
  }

  public List<String> lines() {
    return List.copyOf(lines);
  }

  @Override
  public void close() {
    try {
      body.close();
    } catch (IOException gone) {
      throw new UncheckedIOException(gone);
    }
  }

  private void read() {
    try (var reader = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        lines.add(line);
        answers.add(line);
      }
    } catch (IOException cut) {
      lines.add(": cut");
    } finally {
      ended = true;
    }
  }
}
