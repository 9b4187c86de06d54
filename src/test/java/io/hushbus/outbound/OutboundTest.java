package io.hushbus.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hushbus.model.Network;
import io.hushbus.outbound.OutboundFailed.Reason;
import io.hushbus.support.Certificates;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.PemKeyCertOptions;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** R-C11: one client, which cannot be led where its caller may not go. */
final class OutboundTest {

  private static final List<Network> LOOPBACK = List.of(Network.parse("127.0.0.0/8").orElseThrow());
  private static final InetAddress HERE = InetAddress.ofLiteral("127.0.0.1");

  @TempDir private static Path directory;
  private static Vertx vertx;
  private static TlsProfile trusting;
  private static HttpServer secure;
  private static HttpServer plain;
  private static final List<String> asked = new CopyOnWriteArrayList<>();
  private static final List<String> lookedUp = new CopyOnWriteArrayList<>();

  @BeforeAll
  static void start() {
    vertx = Vertx.vertx();
    Certificates certificates =
        Certificates.in(directory).signed("idp", "CN=idp.test", "dns:idp.test");
    trusting = TlsProfile.trusting(certificates.pem("ca"));
    var options =
        new HttpServerOptions()
            .setSsl(true)
            .setKeyCertOptions(
                new PemKeyCertOptions()
                    .setCertPath(certificates.certificateFile("idp").toString())
                    .setKeyPath(certificates.keyFile("idp").toString()));
    secure = listening(options);
    plain = listening(new HttpServerOptions());
  }

  @AfterAll
  static void stop() {
    await(vertx.close());
  }

  @BeforeEach
  void forget() {
    asked.clear();
    lookedUp.clear();
  }

  @Test
  void an_answer_comes_back_whole() {
    OutboundReply reply = await(outbound(LOOPBACK).send(get("/keys")));
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.body()).isEqualTo(Buffer.buffer("GET /keys"));
  }

  @Test
  void the_name_is_resolved_once_and_the_address_pinned() {
    await(outbound(LOOPBACK).send(get("/keys")));
    assertThat(lookedUp).containsExactly("idp.test");
  }

  @Test
  void a_certificate_of_another_name_is_refused() {
    refused(outbound(LOOPBACK).send(get("https://other.test:%d/".formatted(port()))), "CONNECTION");
  }

  @Test
  void a_certificate_of_an_unknown_authority_is_refused() {
    var request =
        OutboundRequest.get(
            url("/keys"), "application/json", TlsProfile.SYSTEM, 100, Duration.ofSeconds(10));
    refused(outbound(LOOPBACK).send(request), "CONNECTION");
  }

  @Test
  void a_private_address_is_never_connected_to() {
    refused(outbound(List.of()).send(get("/keys")), "ADDRESS");
    assertThat(asked).isEmpty();
  }

  @Test
  void one_private_address_among_public_ones_forbids_all() {
    Resolver mixed =
        host -> Future.succeededFuture(List.of(InetAddress.ofLiteral("1.1.1.1"), HERE));
    var outbound = new Outbound(vertx, mixed, List.of(), false);
    refused(outbound.send(get("/keys")), "ADDRESS");
  }

  @Test
  void a_literal_address_is_checked_like_a_name() {
    try (SystemResolver resolver = new SystemResolver(vertx)) {
      var outbound = new Outbound(vertx, resolver, List.of(), false);
      for (String host : List.of("127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "169.254.169.254")) {
        refused(outbound.send(get("https://" + host + "/")), "ADDRESS");
      }
    }
  }

  @Test
  void a_redirect_is_an_answer_and_is_not_followed() {
    assertThat(await(outbound(LOOPBACK).send(get("/redirect"))).status()).isEqualTo(302);
    assertThat(asked).containsExactly("/redirect");
  }

  @Test
  void more_bytes_than_allowed_are_not_taken() {
    refused(outbound(LOOPBACK).send(get("/large")), "SIZE");
    refused(outbound(LOOPBACK).send(get("/endless")), "SIZE");
  }

  @Test
  void an_answer_that_never_ends_is_given_up() {
    var request =
        OutboundRequest.get(
            url("/silent"), "application/json", trusting, 100, Duration.ofMillis(300));
    refused(outbound(LOOPBACK).send(request), "DEADLINE");
  }

  @Test
  void a_name_that_is_never_resolved_is_given_up() {
    var outbound = new Outbound(vertx, host -> Future.future(never -> {}), LOOPBACK, false);
    var request =
        OutboundRequest.get(url("/"), "application/json", trusting, 100, Duration.ofMillis(300));
    refused(outbound.send(request), "DEADLINE");
  }

  @Test
  void without_tls_nothing_is_sent() {
    refused(outbound(LOOPBACK).send(get(plainUrl())), "URI");
    assertThat(asked).isEmpty();
  }

  @Test
  void without_tls_loopback_alone_is_spoken_to_where_that_is_allowed() {
    assertThat(await(new Outbound(vertx, here(), LOOPBACK, true).send(get(plainUrl()))).status())
        .isEqualTo(200);
    Resolver elsewhere = host -> Future.succeededFuture(List.of(InetAddress.ofLiteral("1.1.1.1")));
    refused(new Outbound(vertx, elsewhere, LOOPBACK, true).send(get(plainUrl())), "ADDRESS");
  }

  @Test
  void a_header_that_ends_its_line_is_refused() {
    var request =
        new OutboundRequest(
            io.vertx.core.http.HttpMethod.GET,
            url("/keys"),
            Map.of("Accept", "a\r\nX-Other: b"),
            Buffer.buffer(),
            trusting,
            100,
            Duration.ofSeconds(10));
    refused(outbound(LOOPBACK).send(request), "CONNECTION");
    assertThat(asked).isEmpty();
  }

  @Test
  void nothing_is_sent_that_was_not_given() {
    assertThat(await(outbound(LOOPBACK).send(get("/headers"))).body().toString())
        .doesNotContainIgnoringCase("authorization")
        .doesNotContainIgnoringCase("cookie");
  }

  private static Outbound outbound(List<Network> allowed) {
    return new Outbound(vertx, here(), allowed, false);
  }

  private static Resolver here() {
    return host -> {
      lookedUp.add(host);
      return Future.succeededFuture(List.of(HERE));
    };
  }

  private static OutboundRequest get(String where) {
    String url = where.startsWith("/") ? url(where) : where;
    return OutboundRequest.get(url, "application/json", trusting, 100, Duration.ofSeconds(10));
  }

  private static String url(String path) {
    return "https://idp.test:" + port() + path;
  }

  private static String plainUrl() {
    return "http://idp.test:" + plain.actualPort() + "/keys";
  }

  private static int port() {
    return secure.actualPort();
  }

  private static HttpServer listening(HttpServerOptions options) {
    return await(
        vertx
            .createHttpServer(options)
            .requestHandler(OutboundTest::answer)
            .listen(0, "127.0.0.1"));
  }

  private static void answer(HttpServerRequest request) {
    asked.add(request.path());
    switch (request.path()) {
      case "/redirect" ->
          request.response().setStatusCode(302).putHeader("Location", url("/keys")).end();
      case "/large" -> request.response().end("x".repeat(101));
      case "/endless" -> {
        request.response().setChunked(true);
        request.response().write("x".repeat(101));
      }
      case "/silent" -> request.response().setChunked(true).write("x");
      case "/headers" -> request.response().end(String.join(",", request.headers().names()));
      default -> request.response().end(request.method() + " " + request.path());
    }
  }

  private static void refused(Future<?> sent, String reason) {
    assertThatThrownBy(() -> await(sent))
        .isInstanceOfSatisfying(
            OutboundFailed.class,
            failed -> assertThat(failed.reason()).isEqualTo(Reason.valueOf(reason)));
  }

  private static <T> T await(Future<T> future) {
    try {
      return future.await(20, TimeUnit.SECONDS);
    } catch (java.util.concurrent.TimeoutException late) {
      throw new AssertionError(late);
    }
  }
}
