package io.hushbus.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.hushbus.telemetry.Telemetry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ManagementVerticleTest {

  private final Vertx vertx = Vertx.vertx();
  // Held here: a client that nobody refers to is closed when it is collected, requests or not.
  private final HttpClient client = vertx.createHttpClient();
  private final Telemetry telemetry = new Telemetry();
  private final Map<String, Readiness.Check> checks = new HashMap<>();

  @AfterEach
  void close() {
    Doors.await(vertx.close());
    telemetry.close();
  }

  private record Said(int status, String text) {}

  private Said get(String path) {
    ManagementVerticle verticle =
        new ManagementVerticle("127.0.0.1", 0, new Readiness(checks), telemetry);
    Doors.await(vertx.deployVerticle(verticle));
    return Doors.await(
        client
            .request(HttpMethod.GET, verticle.port(), "127.0.0.1", path)
            .compose(request -> request.send())
            .compose(
                response ->
                    response.body().map(body -> new Said(response.statusCode(), body.toString()))));
  }

  @Test
  void alive_asks_nothing() {
    checks.put("database", () -> Future.failedFuture("down"));
    assertThat(get("/livez").status()).isEqualTo(200);
  }

  @Test
  void ready_only_when_every_check_is() {
    checks.put("database", Future::succeededFuture);
    assertThat(get("/readyz").status()).isEqualTo(200);
    checks.put("keys", () -> Future.failedFuture("sealed"));
    Said no = get("/readyz");
    assertThat(no.status()).isEqualTo(503);
    assertThat(new JsonObject(no.text()).getJsonObject("checks").getMap())
        .containsEntry("database", true)
        .containsEntry("keys", false);
  }

  @Test
  void a_check_that_does_not_answer_is_a_no() {
    checks.put("database", () -> Promise.promise().future());
    assertThat(get("/readyz").status()).isEqualTo(503);
  }

  @Test
  void metrics_have_one_prefix_and_no_tenants() {
    telemetry.requestFinished("getSecret", 200, 1_000_000);
    telemetry.problem("invalid");
    String text = get("/metrics").text();
    assertThat(text)
        .contains("hushbus_http_requests_seconds_count{operation=\"getSecret\",status=\"200\"} 1")
        .contains("hushbus_http_problems_total{code=\"invalid\"} 1")
        .contains("jvm_memory_used_bytes")
        .doesNotContain("tenant");
  }
}
