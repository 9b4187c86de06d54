package io.hushbus.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hushbus.model.Failure;
import io.hushbus.model.SecretValue;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FrontDoorTest {

  private static final String CANARY = "hushbus-canary-4711";
  private static final String AUTH = "Authorization: " + Doors.GOOD + "\r\n";
  private static final String JSON = "Content-Type: application/json\r\n";
  private static final String SECRET = "{\"name\":\"abc\",\"type\":\"text\",\"value\":\"v\"}";

  private Doors doors = Doors.open(Map.of());

  @AfterEach
  void close() {
    doors.close();
  }

  private void reopen(HttpSettings settings, Map<String, Endpoint> endpoints) {
    doors.close();
    doors = Doors.open(settings, endpoints);
  }

  private static void problem(Doors.Raw answer, int status, String code) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(status);
    assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
    JsonObject body = new JsonObject(answer.body());
    assertThat(body.getString("code")).isEqualTo(code);
    assertThat(body.getInteger("status")).isEqualTo(status);
    assertThat(body.getString("request_id")).isEqualTo(answer.header("X-Request-Id"));
  }

  // Framing: R-S7, N-40.

  @Test
  void ambiguous_framing_is_refused_and_the_connection_closed() {
    String head = "POST /api/v1/secrets HTTP/1.1\r\nHost: a\r\n" + AUTH + JSON;
    for (String rest :
        List.of(
            "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcde",
            "Content-Length: 5\r\nContent-Length: 5\r\n\r\nabcde",
            "Content-Length: -5\r\n\r\nabcde",
            "Content-Length: +5\r\n\r\nabcde",
            "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
            "Transfer-Encoding: identity\r\nContent-Length: 5\r\n\r\nabcde",
            "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
            "X: y\nContent-Length: 2\r\n\r\n{}",
            "Content-Length: 2\n\n{}")) {
      Doors.Raw answer = doors.raw(head + rest);
      problem(answer, 400, "invalid");
      assertThat(answer.closed()).as(rest).isTrue();
    }
    assertThat(doors.called).isEmpty();
  }

  @Test
  void broken_chunks_never_reach_an_endpoint_and_close_the_connection() {
    String head =
        "POST /api/v1/secrets HTTP/1.1\r\nHost: a\r\n"
            + AUTH
            + JSON
            + "Transfer-Encoding: chunked\r\n\r\n";
    for (String rest :
        List.of(
            "ffffffffffffffff1\r\n\r\n",
            "80000000\r\nab\r\n0\r\n\r\n",
            "2;a=b\nxx\r\n{}\r\n0\r\n\r\n",
            "2\n{}\r\n0\r\n\r\n",
            "-2\r\n{}\r\n0\r\n\r\n")) {
      Doors.Raw answer = doors.raw(head + rest);
      assertThat(answer.closed()).as(rest).isTrue();
      assertThat(answer.status()).as(rest).isIn(0, 400);
    }
    assertThat(doors.called).isEmpty();
  }

  @Test
  void exactly_one_host_is_needed() {
    problem(doors.raw("GET /docs HTTP/1.1\r\nConnection: close\r\n\r\n"), 400, "invalid");
    problem(
        doors.raw("GET /docs HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n"),
        400,
        "invalid");
  }

  @Test
  void header_bombs_are_431_and_long_lines_414() {
    problem(doors.send("GET", "/docs", "X: y\r\n".repeat(1000), ""), 431, "headers_too_large");
    problem(
        doors.send("GET", "/docs", "X: " + "y".repeat(65_536) + "\r\n", ""),
        431,
        "headers_too_large");
    problem(
        doors.send("GET", "/docs", "Cookie: a=b\r\n".repeat(300), ""), 431, "headers_too_large");
    problem(doors.send("GET", "/" + "y".repeat(9000), "", ""), 414, "uri_too_long");
  }

  /** RFC 9112 section 5.2 leaves two ways; this is the one that the parser takes. */
  @Test
  void a_folded_header_is_one_line_with_a_space() {
    String head = "GET /api/v1/projects HTTP/1.1\r\nHost: a\r\nConnection: close\r\n";
    assertThat(doors.raw(head + "Authorization: Bearer\r\n  good\r\n\r\n").status()).isEqualTo(204);
    assertThat(doors.authenticated).containsExactly(Doors.GOOD);
    problem(doors.raw(head + "X: y\r\n Host: b\r\n\r\n"), 401, "unauthenticated");
  }

  @Test
  void a_head_that_drips_is_cut_off() throws Exception {
    doors.close();
    doors = Doors.open(HttpSettings.local(0), Map.of(), Duration.ofMillis(200));
    try (var socket =
        new java.net.Socket(java.net.InetAddress.getLoopbackAddress(), doors.verticle.port())) {
      socket.setSoTimeout(10_000);
      socket
          .getOutputStream()
          .write("GET /docs HTTP/1.1\r\nHost: a\r\nX: ".getBytes(StandardCharsets.US_ASCII));
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    }
  }

  @Test
  void a_request_that_came_in_time_may_take_longer_than_its_head() {
    Promise<Answer> later = Promise.promise();
    doors.close();
    doors =
        Doors.open(
            HttpSettings.local(0),
            Map.of(
                "listProjects",
                call -> {
                  doors.vertx.setTimer(600, tick -> later.complete(Answer.nothing()));
                  return later.future();
                }),
            Duration.ofMillis(300));
    assertThat(doors.get("/api/v1/projects").status()).isEqualTo(204);
  }

  @Test
  void http2_is_not_spoken() {
    Doors.Raw answer = doors.raw("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    assertThat(answer.closed()).isTrue();
    assertThat(answer.text()).doesNotContain("200");
  }

  // Paths: R-C8, N-44, N-45.

  @Test
  void a_path_has_one_spelling() {
    for (String path :
        List.of(
            "/api/v1/../v1/secrets",
            "/api/v1/./secrets",
            "/api//v1/secrets",
            "/api/v1/secrets/",
            "/api/v1/%73ecrets",
            "/api/v1/secrets/a%2fb",
            "/api/v1/secrets/a%00b",
            "/api/v1/secrets/%252e%252e",
            "/api/v1/secrets/%c0%af",
            "/api/v1/secrets;x=1",
            "/api/v1/secrets\\abc",
            "/api/v1/secrets/..",
            "//",
            "/.",
            "http://a/api/v1/secrets",
            "*")) {
      problem(doors.get(path), 400, "invalid");
    }
    assertThat(doors.authenticated).isEmpty();
  }

  @Test
  void a_bad_name_is_refused_before_any_service() {
    for (String name : List.of("a", "1abc", "abc-", "a".repeat(513), "a~b")) {
      problem(doors.get("/api/v1/secrets/" + name), 400, "invalid");
    }
    assertThat(doors.called).isEmpty();
  }

  @Test
  void no_path_is_404_and_a_wrong_method_405_with_those_there_are() {
    problem(doors.get("/nothing"), 404, "not_found");
    problem(doors.get("/api/v1/secrets/abc/nothing"), 404, "not_found");
    Doors.Raw answer = doors.send("DELETE", "/api/v1/secrets", AUTH, "");
    problem(answer, 405, "method_not_allowed");
    assertThat(answer.header("Allow")).isEqualTo("GET, POST");
  }

  @Test
  void a_fixed_path_that_could_be_a_name_keeps_the_methods_of_names() {
    assertThat(doors.get("/api/v1/secrets/bulk").status()).isEqualTo(204);
    assertThat(doors.called).containsExactly("getSecret");
    assertThat(doors.post("/api/v1/secrets/bulk", "{\"read\":[{\"name\":\"abc\"}]}").status())
        .isEqualTo(204);
    assertThat(doors.called).containsExactly("getSecret", "bulkSecrets");
    Doors.Raw answer = doors.send("OPTIONS", "/api/v1/secrets/bulk", AUTH, "");
    problem(answer, 405, "method_not_allowed");
    assertThat(answer.header("Allow")).isEqualTo("DELETE, GET, PATCH, POST, PUT");
  }

  @Test
  void a_target_that_cannot_be_read_is_refused_before_its_sender_is_asked() {
    for (String target :
        List.of(
            "/api/v1/secrets?project=%zz",
            "/api/v1/secrets/abc?project=%",
            "/api/v1/secrets/abc?a=%ff",
            "/api/v1/secrets?" + "a=1&".repeat(65))) {
      problem(doors.get(target), 400, "invalid");
    }
    assertThat(doors.authenticated).isEmpty();
  }

  @Test
  void what_the_router_itself_refuses_is_a_problem_too() {
    for (String head :
        List.of(
            "OPTIONS * HTTP/1.1\r\nHost: a\r\n",
            "CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n",
            "GET /api/v1/projects HTTP/1.1\r\nHost: " + CANARY + "@[:x\r\n")) {
      Doors.Raw answer = doors.raw(head + "Connection: close\r\n" + AUTH + "\r\n");
      problem(answer, 400, "invalid");
      assertThat(answer.header("RateLimit")).isNotEmpty();
      assertThat(answer.text()).doesNotContain(CANARY);
    }
    assertThat(doors.send("HEAD", "/api/v1/projects", AUTH, "").status()).isEqualTo(405);
    assertThat(doors.authenticated).isEmpty();
  }

  // The order: R-C29, R-C40.

  @Test
  void rate_limit_comes_before_authentication() {
    reopen(Doors.settings(100, 100_000, 1, 1, Duration.ofSeconds(5)), Map.of());
    assertThat(doors.get("/api/v1/projects").status()).isEqualTo(204);
    Doors.Raw answer = doors.get("/api/v1/projects");
    problem(answer, 429, "over_budget");
    assertThat(answer.header("Retry-After")).isEqualTo("1");
    assertThat(answer.header("RateLimit-Policy")).contains("q=1");
    assertThat(doors.authenticated).hasSize(1);
  }

  @Test
  void authentication_comes_before_the_body() {
    problem(doors.send("POST", "/api/v1/secrets", JSON, "{broken"), 401, "unauthenticated");
    problem(
        doors.raw(
            "POST /api/v1/secrets HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer bad\r\n"
                + "Content-Length: 1000000000\r\n\r\nonly this"),
        401,
        "unauthenticated");
    Doors.Raw answer = doors.send("GET", "/api/v1/secrets", "", "");
    assertThat(answer.header("WWW-Authenticate")).isEqualTo("Bearer");
    assertThat(doors.called).isEmpty();
  }

  /** Neither the first nor the last one wins, not even if both are the same. */
  @Test
  void n05_two_credentials_at_once_are_none() {
    for (String second : List.of("Authorization: Bearer other\r\n", AUTH)) {
      for (String both : List.of(AUTH + second, second + AUTH)) {
        problem(doors.send("GET", "/api/v1/secrets", both, ""), 401, "unauthenticated");
      }
    }
    assertThat(doors.authenticated).isEmpty();
    assertThat(doors.called).isEmpty();
  }

  @Test
  void a_length_over_the_cap_is_413_without_reading() {
    Doors.Raw answer =
        doors.raw(
            "POST /api/v1/secrets HTTP/1.1\r\nHost: a\r\n"
                + AUTH
                + JSON
                + "Content-Length: 50000000\r\n\r\n{");
    problem(answer, 413, "too_large");
    assertThat(answer.closed()).isTrue();
    assertThat(doors.authenticated).hasSize(1);
  }

  @Test
  void chunks_are_counted_as_they_come() {
    reopen(Doors.settings(100, 1000, 100, 100, Duration.ofSeconds(5)), Map.of());
    String chunk = "200\r\n" + " ".repeat(512) + "\r\n";
    Doors.Raw answer =
        doors.raw(
            "POST /api/v1/secrets HTTP/1.1\r\nHost: a\r\n"
                + AUTH
                + JSON
                + "Transfer-Encoding: chunked\r\n\r\n"
                + chunk.repeat(3));
    problem(answer, 413, "too_large");
    assertThat(answer.closed()).isTrue();
  }

  @Test
  void an_unknown_sender_has_a_small_cap() {
    problem(
        doors.send(
            "POST",
            "/api/v1/auth/token",
            "Content-Type: application/x-www-form-urlencoded\r\n",
            "client_secret=" + "x".repeat(40_000)),
        413,
        "too_large");
  }

  // Kinds of body: N-42, N-43.

  @Test
  void only_the_kinds_of_body_in_the_contract_are_read() {
    String auth = AUTH;
    problem(doors.send("POST", "/api/v1/secrets", auth, SECRET), 415, "unsupported_media_type");
    problem(
        doors.send("POST", "/api/v1/secrets", auth + "Content-Type: text/plain\r\n", SECRET),
        415,
        "unsupported_media_type");
    problem(
        doors.send("PATCH", "/api/v1/secrets/abc", auth + JSON, "{\"data\":{\"a\":\"b\"}}"),
        415,
        "unsupported_media_type");
    problem(
        doors.send(
            "POST",
            "/api/v1/secrets",
            auth + "Content-Type: application/json; charset=latin1\r\n",
            SECRET),
        415,
        "unsupported_media_type");
    for (String coding : List.of("gzip", "br", "zstd", "deflate", "gzip, identity")) {
      problem(
          doors.send(
              "POST",
              "/api/v1/secrets",
              auth + JSON + "Content-Encoding: " + coding + "\r\n",
              SECRET),
          415,
          "unsupported_media_type");
    }
    assertThat(doors.called).isEmpty();
    assertThat(
            doors
                .send(
                    "POST",
                    "/api/v1/secrets",
                    auth + "Content-Type: application/json; charset=UTF-8\r\n",
                    SECRET)
                .status())
        .isEqualTo(204);
  }

  @Test
  void what_cannot_be_produced_is_406() {
    problem(
        doors.send("GET", "/api/v1/projects", AUTH + "Accept: text/html\r\n", ""),
        406,
        "not_acceptable");
    for (String accept :
        List.of("*/*", "application/*", "text/html, application/json;q=0.5", "application/json")) {
      assertThat(
              doors
                  .send("GET", "/api/v1/projects", AUTH + "Accept: " + accept + "\r\n", "")
                  .status())
          .isEqualTo(204);
    }
  }

  @Test
  void a_body_where_none_belongs_is_refused() {
    problem(doors.send("GET", "/api/v1/projects", AUTH + JSON, "{}"), 400, "invalid");
    problem(doors.send("POST", "/api/v1/secrets", AUTH + JSON, ""), 400, "invalid");
    assertThat(
            doors
                .send(
                    "POST",
                    "/api/v1/leases/"
                        + "0".repeat(8)
                        + "-0000-0000-0000-"
                        + "0".repeat(12)
                        + "/revoke",
                    AUTH,
                    "")
                .status())
        .isEqualTo(204);
  }

  // What is never echoed: R-C5.

  @Test
  void no_answer_repeats_what_was_sent() {
    for (String target :
        List.of(
            "/api/v1/" + CANARY,
            "/api/v1/secrets/" + CANARY + "~",
            "/api/v1/secrets?project=" + CANARY + "%21",
            "/api/v1/secrets?page_size=" + CANARY,
            "/api/v1/secrets?inherited=" + CANARY,
            "/api/v1/secrets?" + CANARY + "%20x=1",
            "/api/v1/leases/" + CANARY)) {
      Doors.Raw answer = doors.get(target);
      assertThat(answer.status()).isBetween(400, 404);
      assertThat(answer.text()).doesNotContain(CANARY);
    }
    for (String field :
        List.of(
            "name",
            "type",
            "data",
            "data_base64",
            "file_name",
            "content_base64",
            "labels",
            "max_versions",
            "cas_required",
            "description")) {
      for (String form :
          List.of("\"%s !\"", "[\"%s\"]", "{\"k\":{\"j\":\"%s\"}}", "\"%s\",\"%s!\":1")) {
        Doors.Raw answer =
            doors.post(
                "/api/v1/secrets",
                "{\"" + field + "\":" + form.replace("%s", CANARY) + ",\"nothing\":1}");
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.text()).doesNotContain(CANARY);
      }
    }
    assertThat(doors.called).isEmpty();
  }

  @Test
  void strange_headers_are_refused_or_ignored_but_not_repeated() {
    for (String header :
        List.of(
            "If-Match: " + CANARY,
            "If-Match: W/\"1\"",
            "If-Match: \"1\", \"2\"",
            "If-None-Match: x",
            "If-Match: \"1\"\r\nIf-Match: \"2\"")) {
      Doors.Raw answer = doors.send("DELETE", "/api/v1/secrets/abc", AUTH + header + "\r\n", "");
      problem(answer, 400, "invalid");
      assertThat(answer.text()).doesNotContain(CANARY);
    }
    Doors.Raw answer =
        doors.send("GET", "/api/v1/projects", AUTH + "X-Request-Id: " + CANARY + "\r\n", "");
    assertThat(answer.status()).isEqualTo(204);
    assertThat(answer.text()).doesNotContain(CANARY);
    String id = "0193a5c2-9a30-7c11-8b1f-2d9f5c0e7a10";
    assertThat(
            doors
                .send("GET", "/api/v1/projects", AUTH + "X-Request-Id: " + id + "\r\n", "")
                .header("X-Request-Id"))
        .isEqualTo(id);
  }

  // Answers.

  @Test
  void an_answer_with_a_value_forbids_storing_it() {
    reopen(
        HttpSettings.local(0),
        Map.of(
            "grantLeases",
            call ->
                Future.succeededFuture(
                    Answer.created(
                            "/api/v1/leases/x",
                            json -> json.secret("value", SecretValue.ofText("a\"b\u20ac")))
                        .etag(3)),
            "getProject",
            call -> Future.succeededFuture(Answer.ok(json -> json.field("name", "demo")))));
    Doors.Raw answer = doors.post("/api/v1/leases", "{\"secrets\":[{\"secret\":\"db-password\"}]}");
    assertThat(answer.status()).isEqualTo(201);
    assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
    assertThat(answer.header("ETag")).isEqualTo("\"3\"");
    assertThat(answer.header("Location")).isEqualTo("/api/v1/leases/x");
    assertThat(answer.body()).isEqualTo("{\"value\":\"a\\\"b\u20ac\"}");
    Doors.Raw plain = doors.get("/api/v1/projects/demo");
    assertThat(plain.header("Cache-Control")).isEmpty();
    assertThat(plain.header("X-Content-Type-Options")).isEqualTo("nosniff");
    assertThat(plain.header("Content-Security-Policy")).startsWith("default-src 'none'");
    assertThat(plain.header("Server")).isEmpty();
  }

  @Test
  void a_bug_is_500_and_says_nothing() {
    reopen(
        HttpSettings.local(0),
        Map.of(
            "listProjects",
            call -> {
              throw new IllegalStateException(CANARY);
            },
            "listDomains",
            call -> Future.failedFuture(Failure.unavailable(Failure.Dependency.DATABASE))));
    Doors.Raw answer = doors.get("/api/v1/projects");
    problem(answer, 500, "internal");
    assertThat(answer.text()).doesNotContain(CANARY);
    Doors.Raw down = doors.get("/api/v1/domains");
    problem(down, 503, "unavailable");
    assertThat(down.header("Retry-After")).isEqualTo("1");
    assertThat(new JsonObject(down.body()).getBoolean("retryable")).isTrue();
  }

  @Test
  void a_request_has_a_deadline() {
    Promise<Answer> never = Promise.promise();
    reopen(
        Doors.settings(100, 1000, 100, 100, Duration.ofMillis(100)),
        Map.of("listProjects", call -> never.future()));
    problem(doors.get("/api/v1/projects"), 503, "unavailable");
    problem(
        doors.raw(
            "POST /api/v1/secrets HTTP/1.1\r\nHost: a\r\n"
                + AUTH
                + JSON
                + "Content-Length: 9\r\n\r\n{"),
        503,
        "unavailable");
  }

  @Test
  void too_many_connections_are_closed_at_once() throws Exception {
    reopen(Doors.settings(1, 2, 1000, 100, 100, Duration.ofSeconds(5)), Map.of());
    try (Socket first = visited("127.0.0.1", AUTH)) {
      Doors.Raw second = doors.get("/api/v1/projects");
      assertThat(second.text()).isEmpty();
      assertThat(second.closed()).isTrue();
      assertThat(answers(first)).isTrue();
    }
  }

  @Test
  void n83_with_no_place_left_the_oldest_stranger_gives_way_and_a_known_sender_stays()
      throws Exception {
    reopen(Doors.settings(3, 10, 1000, 100, 100, Duration.ofSeconds(5)), Map.of());
    try (Socket known = visited("127.0.0.1", AUTH);
        Socket stranger = visited("127.0.0.1", "");
        Socket silent = from("127.0.0.1")) {
      await().until(() -> doors.door.connections() == 3);
      assertThat(doors.get("/api/v1/projects").status()).isEqualTo(204);
      stranger.getInputStream().readAllBytes(); // ends, as the connection has
      assertThat(answers(known)).isTrue();
      silent.getOutputStream().write(request(""));
      assertThat(silent.getInputStream().read()).isEqualTo('H');
    }
  }

  @Test
  void n83_one_address_has_its_share_of_the_connections_and_leaves_the_rest_to_others()
      throws Exception {
    reopen(Doors.settings(10, 2, 1000, 100, 100, Duration.ofSeconds(5)), Map.of());
    try (Socket one = visited("127.0.0.2", AUTH);
        Socket two = visited("127.0.0.2", "");
        Socket three = from("127.0.0.2")) {
      assertThat(three.getInputStream().read()).isEqualTo(-1);
      assertThat(answers(one)).isTrue();
      assertThat(doors.get("/api/v1/projects").status()).isEqualTo(204);
      two.close();
      await().until(() -> doors.door.connections() == 1);
      visited("127.0.0.2", AUTH).close();
    }
  }

  @Test
  void n84_a_large_body_counts_as_many_requests_whether_or_not_its_length_was_said() {
    String body = "{\"name\":\"" + "a".repeat(40_000) + "\"}";
    String chunked =
        "POST /api/v1/projects HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
            + AUTH
            + JSON
            + "Transfer-Encoding: chunked\r\n\r\n9c4b\r\n"
            + body
            + "\r\n0\r\n\r\n";
    for (int way = 0; way < 2; way++) {
      doors.close();
      doors = Doors.open(Map.of());
      doors.tenantRate = 2;
      Doors.Raw answer = way == 0 ? doors.raw(chunked) : doors.post("/api/v1/projects", body);
      problem(answer, 400, "invalid");
      assertThat(answer.header("RateLimit")).containsPattern("\"tenant\";r=[12];");
    }
  }

  @Test
  void rc7_credentials_are_taken_from_the_header_alone_and_no_cookie_is_set() {
    String cookie = "Cookie: Authorization=" + Doors.GOOD + "; access_token=good\r\n";
    for (Doors.Raw answer :
        List.of(
            doors.send("GET", "/api/v1/projects", cookie, ""),
            doors.send("GET", "/api/v1/projects?access_token=good", "", ""),
            doors.send("POST", "/api/v1/projects", cookie + JSON, "{\"access_token\":\"good\"}"))) {
      problem(answer, 401, "unauthenticated");
      assertThat(answer.header("Set-Cookie")).isEmpty();
    }
    assertThat(doors.get("/api/v1/projects").header("Set-Cookie")).isEmpty();
    assertThat(doors.called).containsExactly("listProjects");
  }

  @Test
  void n81_no_websocket_is_opened_for_anybody() {
    for (String path : List.of("/api/v1/events", "/api/v1/projects", "/")) {
      Doors.Raw answer =
          doors.send(
              "GET",
              path,
              AUTH
                  + "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                  + "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n",
              "");
      assertThat(answer.status()).as(path).isNotEqualTo(101).isBetween(200, 499);
    }
  }

  @Test
  void n50_a_checksum_sent_along_is_a_field_that_nobody_knows() {
    String body = SECRET.replace("}", ",\"checksum\":\"sha256:00\"}");
    problem(doors.post("/api/v1/secrets?project=demo", body), 400, "invalid");
    assertThat(doors.called).isEmpty();
  }

  /** A kept connection, on which a request was answered already. */
  private Socket visited(String address, String headers) throws Exception {
    Socket socket = from(address);
    socket.getOutputStream().write(request(headers));
    assertThat(socket.getInputStream().read()).isEqualTo('H');
    await().until(() -> socket.getInputStream().available() > 0);
    return socket;
  }

  private Socket from(String address) throws Exception {
    Socket socket =
        new Socket(
            java.net.InetAddress.getLoopbackAddress(),
            doors.verticle.port(),
            java.net.InetAddress.ofLiteral(address),
            0);
    socket.setSoTimeout(10_000);
    return socket;
  }

  private static byte[] request(String headers) {
    return ("GET /api/v1/projects HTTP/1.1\r\nHost: a\r\n" + headers + "\r\n")
        .getBytes(StandardCharsets.US_ASCII);
  }

  private static boolean answers(Socket socket) throws Exception {
    socket.getInputStream().skipNBytes(socket.getInputStream().available());
    socket.getOutputStream().write(request(AUTH));
    return socket.getInputStream().read() > 0;
  }

  @Test
  void a_refusal_keeps_the_connection_when_nothing_is_left_to_read() {
    Doors.Raw answer =
        doors.raw(
            "GET /nothing HTTP/1.1\r\nHost: a\r\n\r\n"
                + "GET /api/v1/projects HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
                + AUTH
                + "\r\n");
    assertThat(answer.text()).contains("404 Not Found").contains("204 No Content");
  }

  @Test
  void the_form_body_takes_the_key_as_bytes() {
    reopen(
        HttpSettings.local(0),
        Map.of(
            "issueToken",
            call ->
                Future.succeededFuture(
                    Answer.ok(
                        json ->
                            json.field("id", call.body().required("client_id"))
                                .secret(
                                    "key",
                                    call.body().value("client_secret").orElseThrow().bytes())))));
    String form = "Content-Type: application/x-www-form-urlencoded\r\n";
    String id = "0193a5c2-9a30-7c11-8b1f-2d9f5c0e7a10";
    Doors.Raw answer =
        doors.send(
            "POST",
            "/api/v1/auth/token",
            form,
            "grant_type=client_credentials&client_id=" + id + "&client_secret=a%2Bb+c");
    assertThat(answer.body()).isEqualTo("{\"id\":\"" + id + "\",\"key\":\"a+b c\"}");
    problem(
        doors.send("POST", "/api/v1/auth/token", form, "grant_type=password&x=" + CANARY),
        400,
        "invalid");
    problem(doors.send("POST", "/api/v1/auth/token", form, "a=%zz"), 400, "invalid");
    problem(doors.send("POST", "/api/v1/auth/token", form, "a=1&a=2"), 400, "invalid");
  }

  @Test
  void a_stream_whose_reader_leaves_is_counted_out_with_its_connection() throws Exception {
    Promise<Void> left = Promise.promise();
    reopen(
        HttpSettings.local(0),
        Map.of(
            "readEvents",
            call ->
                Future.succeededFuture(
                    (Answer.Streaming)
                        (request, leave) -> {
                          leave.onGone(left::tryComplete);
                          request.response().setChunked(true).write("retry: 3000\n\n");
                        })));
    try (Socket reader =
        new Socket(java.net.InetAddress.getLoopbackAddress(), doors.verticle.port())) {
      String head = "GET /api/v1/events HTTP/1.1\r\nHost: a\r\nAccept: text/event-stream\r\n";
      reader.getOutputStream().write((head + AUTH + "\r\n").getBytes(StandardCharsets.US_ASCII));
      assertThat(reader.getInputStream().read()).isEqualTo('H');
      assertThat(doors.telemetry.scrape())
          .contains("hushbus_http_connections 1.0", "hushbus_http_streams 1.0");
    }
    Doors.await(left.future());
    await()
        .untilAsserted(
            () ->
                assertThat(doors.telemetry.scrape())
                    .contains("hushbus_http_connections 0.0", "hushbus_http_streams 0.0"));
  }

  @Test
  void a_stop_ends_streams_and_refuses_what_is_new() {
    Promise<Void> stopped = Promise.promise();
    reopen(
        HttpSettings.local(0),
        Map.of(
            "readEvents",
            call ->
                Future.succeededFuture(
                    (Answer.Streaming)
                        (request, stopping) -> {
                          request.response().setChunked(true).write("retry: 3000\n\n");
                          stopping.onStop(() -> request.response().end("event: stream.close\n\n"));
                          doors
                              .vertx
                              .undeploy(doors.verticle.deploymentID())
                              .onComplete(done -> stopped.complete());
                        })));
    Doors.Raw answer =
        doors.send("GET", "/api/v1/events", AUTH + "Accept: text/event-stream\r\n", "");
    assertThat(answer.body()).contains("retry: 3000").contains("event: stream.close");
    assertThat(answer.closed()).isTrue();
    assertThat(doors.door.stopping()).isTrue();
    Doors.await(stopped.future());
  }

  @Test
  void the_document_and_its_page_are_served_without_a_script_in_the_page() {
    Doors.Raw document = doors.send("GET", "/openapi.json", "", "");
    assertThat(new JsonObject(document.body()).getString("openapi")).isEqualTo("3.1.0");
    Doors.Raw page = doors.send("GET", "/docs", "", "");
    assertThat(page.header("Content-Type")).startsWith("text/html");
    assertThat(page.header("Content-Security-Policy")).contains("script-src 'self'");
    assertThat(page.body()).doesNotContain("<script>");
    assertThat(doors.send("GET", "/docs/swagger-ui.css", "", "").status()).isEqualTo(200);
    assertThat(doors.send("GET", "/docs/swagger-ui-bundle.js", "", "").status()).isEqualTo(200);
    problem(doors.send("GET", "/docs/index.html", "", ""), 404, "not_found");
    problem(doors.send("GET", "/docs/..", "", ""), 400, "invalid");
  }
}
