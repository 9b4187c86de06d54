import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A process under measurement: the broker of {@code hushbus dev}, or the bare router. */
final class Broker implements AutoCloseable {

  private static final int START_SECONDS = 120;
  private static final int LOOKS_A_SECOND = 100;
  private static final int ATTEMPTS = 5;
  private static final String IN_USE = "in use";
  private static final String BUSY = "does not answer";

  private final Process process;
  final int port;
  final Path directory;

  private Broker(Process process, int port, Path directory) {
    this.process = process;
    this.port = port;
    this.directory = directory;
  }

  /** The broker with a database of its own, and with limits that do not end a load test. */
  static Broker dev(Path directory) throws IOException, InterruptedException {
    return dev(
        directory,
        Map.of(
            "HUSHBUS_LIMITS_REQUESTS_PER_SECOND", "1000000",
            "HUSHBUS_LIMITS_BURST", "1000000"));
  }

  /** The broker with a database of its own, and with settings as the environment gives them. */
  static Broker dev(Path directory, Map<String, String> settings)
      throws IOException, InterruptedException {
    Path data = directory.resolve("data");
    Path name = directory.resolve("broker");
    for (int attempt = 1; ; attempt++) {
      int port = freePort(); // and the one after it: somebody may be faster
      ProcessBuilder builder =
          new ProcessBuilder(
              "./hushbus", "dev", "--data-dir", data.toString(), "--port", Integer.toString(port));
      if (attempt > 1) {
        builder.command().add("--fresh"); // it got as far as making its keys
      }
      builder.environment().putAll(settings);
      try {
        return new Broker(started(builder, name), port, data);
      } catch (IOException failed) {
        if (attempt == ATTEMPTS || !Files.readString(Path.of(name + ".log")).contains(IN_USE)) {
          throw failed;
        }
      }
    }
  }

  /** A node on a database that is set up, with settings as the environment gives them. */
  static Broker server(Path directory, String name, Map<String, String> settings)
      throws IOException, InterruptedException {
    for (int attempt = 1; ; attempt++) {
      int port = freePort(); // and the one after it: somebody may be faster
      ProcessBuilder builder = new ProcessBuilder("./hushbus", "server");
      builder.environment().putAll(settings);
      builder.environment().put("HUSHBUS_SERVER_PORT", Integer.toString(port));
      builder.environment().put("HUSHBUS_MANAGEMENT_PORT", Integer.toString(port + 1));
      Path log = directory.resolve(name);
      try {
        return new Broker(started(builder, log), port, directory);
      } catch (IOException failed) {
        String said = Files.readString(Path.of(log + ".log"));
        if (attempt == ATTEMPTS || !said.contains(IN_USE) && !said.contains(BUSY)) {
          throw failed;
        }
      }
    }
  }

  /** The bare router; its answers have these sizes. */
  static Broker router(Path directory, int toPost, int toGet)
      throws IOException, InterruptedException {
    int port = freePort();
    List<String> command =
        List.of(
            java(),
            "-XX:+UseSerialGC",
            "-Xmx512m",
            "-cp",
            "target/hushbus.jar",
            "load-tests/BareRouter.java",
            Integer.toString(port),
            Integer.toString(toPost),
            Integer.toString(toGet));
    return other(directory, "router", port, command);
  }

  /** Any other process that says when it is ready. */
  static Broker other(Path directory, String name, int port, List<String> command)
      throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(command));
    return new Broker(started(builder, directory.resolve(name)), port, directory);
  }

  /** The java that runs this. */
  static String java() {
    return ProcessHandle.current().info().command().orElse("java");
  }

  URI leases() {
    return URI.create("http://127.0.0.1:" + port + "/api/v1/leases");
  }

  /** The process itself: what starts it becomes it. */
  ProcessHandle handle() {
    return process.toHandle();
  }

  /** The metrics of the broker of {@code dev}, in the form that Prometheus reads. */
  String metrics() throws IOException, InterruptedException {
    URI url = URI.create("http://127.0.0.1:" + (port + 1) + "/metrics");
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client
          .send(HttpRequest.newBuilder(url).build(), HttpResponse.BodyHandlers.ofString())
          .body();
    }
  }

  /** What {@code dev} wrote for scripts: names and values. */
  Map<String, String> environment() throws IOException {
    Map<String, String> values = new HashMap<>();
    for (String line : Files.readAllLines(directory.resolve("dev.env"))) {
      String[] parts = line.replaceFirst("^export ", "").split("=", 2);
      if (parts.length == 2) {
        values.put(parts[0], parts[1].replaceAll("^[\"']|[\"']$", ""));
      }
    }
    return values;
  }

  /** The database of {@code dev}, found by the files beside it. */
  Pgbench.Target database() throws IOException {
    try (Stream<Path> files = Files.walk(directory, 4)) {
      Path password = files.filter(f -> f.endsWith("owner.password")).findFirst().orElseThrow();
      int port = Integer.parseInt(Files.readString(password.resolveSibling("port")).strip());
      return new Pgbench.Target(
          "127.0.0.1", port, "hushbus", "hushbus_owner", Files.readString(password).strip());
    }
  }

  /** Posts once and returns the body; fails on anything but 2xx. */
  static String post(URI url, String bearer, String body) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(url)
            .header("Authorization", "Bearer " + bearer)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() / 100 != 2) {
        throw new IOException("HTTP " + answer.statusCode() + " from " + url.getPath());
      }
      return answer.body();
    }
  }

  /** Deletes what is at the path below the API; fails on anything but 2xx. */
  void delete(String bearer, String path) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/v1" + path))
            .header("Authorization", "Bearer " + bearer)
            .DELETE()
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      int status = client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
      if (status / 100 != 2) {
        throw new IOException("HTTP " + status + " from " + path);
      }
    }
  }

  private static Process started(ProcessBuilder builder, Path name)
      throws IOException, InterruptedException {
    Path out = Path.of(name + ".out");
    Path log = Path.of(name + ".log");
    Process process = builder.redirectOutput(out.toFile()).redirectError(log.toFile()).start();
    // Whoever interrupts a run leaves nothing behind.
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
    for (int looks = 0; looks < START_SECONDS * LOOKS_A_SECOND; looks++) {
      if (Files.readString(out).contains("ready")) {
        return process;
      }
      if (!process.isAlive()) {
        break;
      }
      Thread.sleep(1000 / LOOKS_A_SECOND);
    }
    process.destroy();
    throw new IOException("did not start: " + name + "\n" + Files.readString(log));
  }

  /** One whose next one is free too. */
  static int freePort() throws IOException {
    for (; ; ) {
      try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
          ServerSocket next =
              new ServerSocket(socket.getLocalPort() + 1, 1, InetAddress.getLoopbackAddress())) {
        return next.getLocalPort() - 1;
      } catch (BindException taken) {
        System.err.println("the port after a free one is taken: trying another");
      }
    }
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
