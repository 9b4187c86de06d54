package io.hushbus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What answers need not be a broker, and what is set as a token need not be one. */
final class HostileBrokerTest {

  private static final String ESCAPE = "\\u001b]0;owned\\u0007";

  @TempDir private Path directory;
  private HttpServer server;
  private final ConcurrentLinkedQueue<String> asked = new ConcurrentLinkedQueue<>();
  private int status = 401;
  private String answer = "{}";
  private int answers = Integer.MAX_VALUE;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          asked.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
          exchange.getRequestBody().readAllBytes();
          if (answers-- <= 0) {
            exchange.close();
            return;
          }
          byte[] body = answer.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(status, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private Surrounded with(String token) {
    return Surrounded.by(Map.of("HUSHBUS_ADDR", address(), "HUSHBUS_TOKEN", token), directory);
  }

  @Test
  void nothing_that_an_answer_says_acts_on_the_terminal() {
    answer =
        """
        {"title":"t%1$s","detail":"d%1$s","code":"c%1$s","request_id":"r%1$s","reason":"s%1$s",
         "errors":[{"pointer":"/p%1$s","code":"c%1$s","detail":"e%1$s"}],
         "blockers":[{"kind":"k%1$s","id":"i%1$s"}]}
        """
            .formatted(ESCAPE);
    Surrounded somebody = with("hsk_x");
    assertThat(somebody.run("whoami")).isEqualTo(Exit.DENIED);
    assertThat(somebody.err()).contains("[request r\\u001b]").doesNotContain("\u001b", "\u0007");
    status = 200;
    answer = "{\"id\":\"i%1$s\"}".formatted(ESCAPE);
    assertThat(somebody.run("tenant", "delete", "acme", "--yes")).isEqualTo(Exit.OK);
    assertThat(somebody.err()).contains("operation i");
    assertThat(somebody.err()).doesNotContain("\u001b", "\u0007");
  }

  @Test
  void a_token_that_cannot_be_sent_is_refused_and_not_repeated() throws IOException {
    for (String token : new String[] {"hsk_one\nhsk_two", "hsk_one two", "hsk_on\u00e9"}) {
      Surrounded somebody = with(token);
      assertThat(somebody.run("whoami")).isEqualTo(Exit.USAGE);
      assertThat(somebody.err()).contains("HUSHBUS_TOKEN").doesNotContain("hsk_on");
    }
    Path file = Files.writeString(directory.resolve("token"), "hsk_one\nhsk_two\n");
    Surrounded named =
        Surrounded.by(
            Map.of("HUSHBUS_ADDR", address(), "HUSHBUS_TOKEN_FILE", file.toString()), directory);
    assertThat(named.run("whoami")).isEqualTo(Exit.USAGE);
    assertThat(named.err()).doesNotContain("hsk_on");
    assertThat(asked).isEmpty();
  }

  @Test
  void a_key_to_log_in_with_is_asked_for_with_the_address_and_never_repeated() {
    Surrounded somebody =
        Surrounded.by(Map.of("HUSHBUS_ADDR", address(), "HOME", directory.toString()), directory);
    assertThat(somebody.piped("hsk_one\nhsk_two\n").run("login", "--from-stdin"))
        .isEqualTo(Exit.USAGE);
    assertThat(somebody.err()).contains("no API key").doesNotContain("hsk_on");
    assertThat(asked).isEmpty();
    somebody.typing("hsk_one").run("login");
    assertThat(somebody.asked()).containsExactly("API key for " + address() + ": ");
  }

  @Test
  void an_import_that_is_cut_off_says_what_was_done_and_ends_as_partly_done() throws IOException {
    status = 200;
    answer = "{\"read\":[]}";
    answers = 2;
    Files.writeString(directory.resolve("app.env"), "FIRST=one\nSECOND=two\nTHIRD=three\n");
    Surrounded somebody = with("hsk_x");
    assertThat(somebody.run("import", "app.env", "--organization")).isEqualTo(Exit.PARTIAL);
    assertThat(somebody.out().lines().map(line -> line.replaceAll(" +", " ")))
        .contains("FIRST text - FIRST:1 create -")
        .anyMatch(line -> line.startsWith("SECOND") && line.contains("failed"))
        .anyMatch(line -> line.startsWith("THIRD") && line.contains("not tried"));
    assertThat(somebody.err()).contains("imported 1 of 3");
    assertThat(asked).hasSize(3);
  }
}
