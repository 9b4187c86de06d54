package io.hushbus.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The short cut past the validator never lets through what the validator would not. */
class FitTest {

  private static final List<Object> SCRAPS =
      List.of(
          "",
          "a",
          "name-1",
          "a b",
          "A",
          "15m",
          "90",
          "on_failure",
          "name\n",
          "x".repeat(70),
          "\uD83D\uDE00".repeat(40),
          "00000000-0000-4000-8000-000000000001",
          "00000000-0000-4000-8000-00000000000G",
          "2026-01-01T00:00:00Z",
          "https://example.org/",
          0L,
          1,
          -1L,
          25L,
          1L << 60,
          1.5,
          1.0,
          true,
          false);

  private final Random random = new Random(20_26);

  @Test
  void what_fits_has_no_faults_by_the_validator_in_any_body_of_the_contract() {
    int fitting = 0;
    for (Operation operation : Contract.load().operations()) {
      for (Operation.BodyType body : operation.bodies().values()) {
        for (int i = 0; i < 300; i++) {
          Object tree = tree(body.schema().source(), 0);
          if (body.schema().fits(tree)) {
            fitting++;
            assertThat(body.schema().found(tree)).as("%s: %s", operation.id(), tree).isEmpty();
          }
        }
      }
    }
    assertThat(fitting).isGreaterThan(1_000);
  }

  @Test
  void an_ordinary_request_for_a_lease_takes_the_short_cut() {
    Operation.BodyType body =
        Contract.load().operations().stream()
            .filter(one -> one.id().equals("grantLeases"))
            .flatMap(one -> one.bodies().values().stream())
            .findFirst()
            .orElseThrow();
    JsonObject tree =
        new JsonObject()
            .put("project", "demo")
            .put("domain", "production")
            .put("secrets", new JsonArray().add(new JsonObject().put("secret", "db-password")))
            .put("ttl", "15m");
    assertThat(body.schema().fits(tree)).isTrue();
  }

  /** A tree that is nearly of the schema. */
  private Object tree(JsonObject schema, int depth) {
    if (depth > 5 || random.nextInt(25) == 0) {
      return scrap();
    }
    if (schema.containsKey("enum") && random.nextInt(8) > 0) {
      JsonArray words = schema.getJsonArray("enum");
      return words.getValue(random.nextInt(words.size()));
    }
    return switch (String.valueOf(schema.getValue("type"))) {
      case "object" -> object(schema, depth);
      case "array" -> array(schema, depth);
      default -> scrap();
    };
  }

  private JsonObject object(JsonObject schema, int depth) {
    JsonObject object = new JsonObject();
    JsonObject parts = schema.getJsonObject("properties", new JsonObject());
    JsonArray required = schema.getJsonArray("required", new JsonArray());
    for (String name : parts.fieldNames()) {
      if (required.contains(name) ? random.nextInt(20) > 0 : random.nextInt(4) == 0) {
        object.put(name, tree(parts.getJsonObject(name), depth + 1));
      }
    }
    if (random.nextInt(10) == 0) {
      object.put("more", scrap());
    }
    if (schema.getValue("additionalProperties") instanceof JsonObject part) {
      object.put("key", tree(part, depth + 1));
    }
    return object;
  }

  private JsonArray array(JsonObject schema, int depth) {
    JsonArray array = new JsonArray();
    JsonObject each = schema.getJsonObject("items", new JsonObject());
    for (int left = random.nextInt(4); left > 0; left--) {
      array.add(tree(each, depth + 1));
    }
    return array;
  }

  private Object scrap() {
    return SCRAPS.get(random.nextInt(SCRAPS.size()));
  }
}
