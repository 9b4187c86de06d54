import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** The broker's interface in straight lines, for what a test prepares. Not what is measured. */
record Api(int port, String token) {

  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private static final int TRIES = 50;
  private static final int AT_ONCE = 16;

  Api as(String other) {
    return new Api(port, other);
  }

  JsonObject post(String path, JsonObject body) throws IOException, InterruptedException {
    return ask("POST", path, body, "application/json");
  }

  JsonObject put(String path, JsonObject body) throws IOException, InterruptedException {
    return ask("PUT", path, body, "application/json");
  }

  JsonObject patch(String path, JsonObject body) throws IOException, InterruptedException {
    return ask("PATCH", path, body, "application/merge-patch+json");
  }

  JsonObject get(String path) throws IOException, InterruptedException {
    return ask("GET", path, new JsonObject(), "application/json");
  }

  /** The answer's body; a busy broker is asked again, any other refusal is an error. */
  private JsonObject ask(String method, String path, JsonObject body, String type)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/v1" + path))
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", type)
            .method(
                method,
                method.equals("GET")
                    ? BodyPublishers.noBody()
                    : BodyPublishers.ofString(body.encode()))
            .build();
    for (int i = 1; ; i++) {
      HttpResponse<String> answer = HTTP.send(request, BodyHandlers.ofString());
      int status = answer.statusCode();
      if (status / 100 == 2) {
        return answer.body().isEmpty() ? new JsonObject() : new JsonObject(answer.body());
      }
      if (i == TRIES || status != 503 && status != 429) {
        throw new IOException(path + " was answered " + status + ": " + answer.body());
      }
      Thread.sleep(100);
    }
  }

  /** Runs all, some at a time; the results are in the order of the steps. */
  static <T> List<T> all(List<Callable<T>> steps) throws IOException, InterruptedException {
    try (ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE)) {
      List<T> results = new ArrayList<>();
      for (Future<T> one : threads.invokeAll(steps)) {
        results.add(one.get());
      }
      return results;
    } catch (ExecutionException failed) {
      throw new IOException(failed.getCause());
    }
  }
}
