package io.hushbus.http;

import io.hushbus.access.PageSeals;
import io.hushbus.model.Caller;
import io.hushbus.model.Failure;
import io.hushbus.model.Principal;
import io.hushbus.model.SecretValue;
import io.hushbus.model.TenantId;
import io.hushbus.model.Uuids;
import io.hushbus.telemetry.Telemetry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;

/** A front door on the real contract and a real socket, whose endpoints the test chooses. */
final class Doors implements AutoCloseable {

  static final String GOOD = "Bearer good";

  final Vertx vertx = Vertx.vertx();
  final List<String> authenticated = new CopyOnWriteArrayList<>();
  final List<String> called = new CopyOnWriteArrayList<>();
  final Telemetry telemetry = new Telemetry();
  final FrontDoor door;
  final HttpVerticle verticle;

  private static final Set<String> OWN_PAGES =
      Set.of(
          "getRoot",
          "getSignIn",
          "getSignInCallback",
          "getConsoleFile",
          "getConsolePart",
          "getOpenApi",
          "getDocs",
          "getDocsFile");

  /** Requests a second of every tenant. */
  volatile int tenantRate = 1_000_000;

  private Doors(HttpSettings settings, Map<String, Endpoint> chosen, Duration firstHead) {
    Map<String, Endpoint> endpoints = new HashMap<>();
    Contract contract = Contract.load();
    contract.operations().stream()
        .map(Operation::id)
        .filter(id -> !OWN_PAGES.contains(id))
        .forEach(id -> endpoints.put(id, call -> Future.succeededFuture(Answer.nothing())));
    endpoints.putAll(chosen);
    endpoints.replaceAll((id, endpoint) -> noted(id, endpoint));
    door =
        new FrontDoor(
            settings,
            contract,
            endpoints,
            this::caller,
            new PageSeals(SecretValue.ofText("a key for tokens of pages")),
            telemetry,
            new Uuids(new Random(7), InstantSource.system()),
            tenant -> tenantRate);
    verticle = new HttpVerticle(door, firstHead);
    await(vertx.deployVerticle(verticle));
  }

  static Doors open(Map<String, Endpoint> chosen) {
    return open(HttpSettings.local(0), chosen);
  }

  static Doors open(HttpSettings settings, Map<String, Endpoint> chosen) {
    return open(settings, chosen, Duration.ofSeconds(10));
  }

  static Doors open(HttpSettings settings, Map<String, Endpoint> chosen, Duration firstHead) {
    return new Doors(settings, chosen, firstHead);
  }

  static HttpSettings settings(
      int connections, int body, int perSecond, int burst, Duration deadline) {
    return settings(connections, connections, body, perSecond, burst, deadline);
  }

  static HttpSettings settings(
      int connections, int perNetwork, int body, int perSecond, int burst, Duration deadline) {
    return new HttpSettings(
        "127.0.0.1",
        0,
        Optional.empty(),
        connections,
        perNetwork,
        body,
        perSecond,
        burst,
        deadline,
        Duration.ofSeconds(2),
        List.of());
  }

  private Endpoint noted(String id, Endpoint endpoint) {
    return call -> {
      called.add(id);
      return endpoint.handle(call);
    };
  }

  private Future<Caller> caller(String header, io.hushbus.model.RequestContext context) {
    authenticated.add(header);
    return header.equals(GOOD)
        ? Future.succeededFuture(
            new Caller(
                new TenantId(new UUID(1, 2)),
                "acme",
                new Principal(Principal.Kind.SERVICE_ACCOUNT, new UUID(3, 4)),
                "trainer",
                List.of(),
                Long.MAX_VALUE))
        : Future.failedFuture(Failure.unauthenticated());
  }

  static <T> T await(Future<T> future) {
    try {
      return future
          .toCompletionStage()
          .toCompletableFuture()
          .get(20, java.util.concurrent.TimeUnit.SECONDS);
    } catch (InterruptedException | java.util.concurrent.TimeoutException e) {
      throw new IllegalStateException(e);
    } catch (java.util.concurrent.ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  /** A raw answer: what came before the peer closed or fell silent. */
  record Raw(String text, boolean closed) {
    int status() {
      return text.isEmpty() ? 0 : Integer.parseInt(text.substring(9, 12));
    }

    String header(String name) {
      return text.lines()
          .takeWhile(line -> !line.isEmpty())
          .filter(
              line ->
                  line.toLowerCase(java.util.Locale.ROOT)
                      .startsWith(name.toLowerCase(java.util.Locale.ROOT) + ":"))
          .map(line -> line.substring(name.length() + 1).strip())
          .findFirst()
          .orElse("");
    }

    String body() {
      int end = text.indexOf("\r\n\r\n");
      return end < 0 ? "" : text.substring(end + 4);
    }
  }

  int port() {
    return verticle.port();
  }

  /** Sends bytes, asks for the connection to be closed by whoever does so, reads to the end. */
  Raw raw(String message) {
    return raw(message.getBytes(StandardCharsets.ISO_8859_1));
  }

  Raw raw(byte[] message) {
    try (Socket socket = new Socket(java.net.InetAddress.getLoopbackAddress(), verticle.port())) {
      socket.setSoTimeout(10_000);
      try {
        socket.getOutputStream().write(message);
      } catch (SocketException closedEarly) {
        // the answer may be there already
      }
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      byte[] buffer = new byte[8192];
      boolean closed = false;
      try {
        int n;
        while ((n = socket.getInputStream().read(buffer)) > 0) {
          all.write(buffer, 0, n);
        }
        closed = true;
      } catch (SocketTimeoutException silent) {
        closed = false;
      } catch (SocketException reset) {
        closed = true;
      }
      return new Raw(all.toString(StandardCharsets.UTF_8), closed);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** A whole request that ends the connection, with good credentials. */
  Raw send(String method, String target, String headers, String body) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    String length = body.isEmpty() ? "" : "Content-Length: " + bytes.length + "\r\n";
    String head =
        method
            + " "
            + target
            + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
            + length
            + headers
            + "\r\n";
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(head.getBytes(StandardCharsets.ISO_8859_1));
    out.writeBytes(bytes);
    return raw(out.toByteArray());
  }

  Raw get(String target) {
    return send("GET", target, "Authorization: " + GOOD + "\r\n", "");
  }

  Raw post(String target, String body) {
    return send(
        "POST", target, "Authorization: " + GOOD + "\r\nContent-Type: application/json\r\n", body);
  }

  @Override
  public void close() {
    await(vertx.close());
    telemetry.close();
  }
}
