package io.hushbus.cli;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Runs the commands that people type most, in one process, against an address that answers all of
 * them alike: so that the JVM can note what they load. The launcher runs this once when it prepares
 * faster starts; it touches no broker, no file and no setting of the user.
 */
final class Warmup {

  private static final String ANSWER =
      """
      {"id":"0","name":"a-secret","type":"text","keys":["value"],"current_version":1,"labels":{"a":"b"},\
      "secrets":[{"name":"a-secret","type":"text","keys":["value"],"current_version":1}],\
      "versions":[{"version":1}],"needs":[{"secret":"a-secret","outcome":"ok"}],"ok":true,\
      "tenant":{"name":"t"},"principal":{"name":"p"},"bindings":[{"role":"admin"}]}\
      """;

  private static final List<List<String>> COMMANDS =
      List.of(
          List.of("secret", "list"),
          List.of("secret", "get", "a-secret", "-o", "json"),
          List.of("secret", "create", "a-secret", "--from-stdin", "-o", "yaml"),
          List.of("secret", "set", "a-secret", "--from-stdin"),
          List.of("secret", "history", "a-secret"),
          List.of("secret", "delete", "a-secret", "--yes"),
          List.of("environment", "list"),
          List.of("explain", "a-secret"),
          List.of("project", "list"),
          List.of("whoami", "-o", "env"),
          List.of("config", "explain"),
          List.of("secret", "create", "--help"),
          List.of("secret", "--help"),
          List.of("nonsense"));

  private Warmup() {}

  public static void main(String[] args) throws IOException {
    Surroundings.real();
    PrivateFile.readableByOthers(Path.of("."));
    try (ServerSocket server = new ServerSocket(0, 16, InetAddress.getLoopbackAddress())) {
      Thread.ofPlatform().daemon().start(() -> answerAll(server));
      String address = "http://127.0.0.1:" + server.getLocalPort();
      for (List<String> words : COMMANDS) {
        Main.run(surroundings(address), words.toArray(String[]::new));
      }
    }
  }

  private static Surroundings surroundings(String address) {
    PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
    InputStream in = new ByteArrayInputStream(new byte[] {'x'});
    Map<String, String> environment =
        Map.of("HUSHBUS_ADDR", address, "HUSHBUS_TOKEN", "none", "HOME", "/nonexistent");
    return new Surroundings(
        environment, Path.of("/"), in, nowhere, nowhere, false, Optional.empty());
  }

  private static void answerAll(ServerSocket server) {
    while (!server.isClosed()) {
      try (Socket caller = server.accept()) {
        answer(caller);
      } catch (IOException gone) {
        // the caller has left, or all is over: the loop's condition tells
      }
    }
  }

  /** One answer for each request of a connection: reads what comes at once, which is all of it. */
  private static void answer(Socket caller) throws IOException {
    byte[] buffer = new byte[16 * 1024];
    byte[] answer =
        ("HTTP/1.1 200 OK\r\n"
                + "Content-Type: application/json\r\n"
                + "X-Request-Id: 0\r\n"
                + "Connection: close\r\n"
                + "Content-Length: "
                + ANSWER.length()
                + "\r\n\r\n"
                + ANSWER)
            .getBytes(StandardCharsets.US_ASCII);
    if (caller.getInputStream().read(buffer) > 0) {
      caller.getOutputStream().write(answer);
      caller.getOutputStream().flush();
    }
  }
}
