package io.hushbus.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.hushbus.support.Fuzz;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever comes as a target or a body, of every operation: it is read, or refused by a problem.
 */
final class RequestFuzzTest {

  private static final byte[] NO_DIGEST = new byte[32];

  static List<Operation> withBodies() {
    return Contract.load().operations().stream()
        .filter(
            operation ->
                operation.bodies().keySet().stream().anyMatch(type -> type.endsWith("json")))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("withBodies")
  void a_body_is_what_its_schema_says_or_it_is_refused(Operation operation) {
    Operation.BodyType type = operation.bodies().values().iterator().next();
    Fuzz.of(
            "{}",
            "{\"name\":\"abc\",\"type\":\"text\",\"value\":\"v\\u0041\",\"labels\":{\"a\":\"b\"}}",
            "{\"data\":{\"user\":\"app\",\"old\":null},\"data_base64\":{\"k\":\"AAEC\"}}",
            "{\"project\":\"demo\",\"secrets\":[{\"secret\":\"db\",\"key\":\"k\"}],\"ttl\":\"15m\"}",
            "{\"service_account\":\"8a1f7f34-3f0e-4f3e-9a0b-2b9b5f0f8a11\",\"role\":\"runner\"}",
            "[[[[1,2.5e3,true,false,null]]]]")
        .allowing(4L * 1024 * 1024, 2048)
        .run(input -> read(type, input));
  }

  private static void read(Operation.BodyType type, byte[] input) {
    try (Body body =
        BodyReader.read(input, type.shape(), BodyReader.Caps.KNOWN, NO_DIGEST.clone())) {
      var faults = type.schema().faults(body.tree());
      assertThat(faults.toString()).doesNotContain(Fuzz.MARK);
      assertThat(faults.isEmpty() && !(body.tree() instanceof JsonObject)).isFalse();
    }
  }

  @Test
  void a_target_has_one_spelling_or_is_refused() {
    Fuzz.of(
            "/api/v1/secrets/db-password?project=demo&domain=development",
            "/api/v1/leases/8a1f7f34-3f0e-4f3e-9a0b-2b9b5f0f8a11/renew",
            "/docs/a.css",
            "/api/v1/events?after=AAEC&type=a&type=b&wait=10s")
        .run(
            input -> {
              String uri = new String(input, StandardCharsets.ISO_8859_1);
              Map<String, List<String>> query = Target.of(uri).query();
              assertThat(uri.split("\\?", 2)[0]).matches("(/[A-Za-z0-9._~-]*)+");
              assertThat(query.values()).allSatisfy(texts -> assertThat(texts).isNotEmpty());
            });
  }
}
