package io.hushbus.console;

import io.hushbus.model.Role;
import io.hushbus.support.Canary;
import io.hushbus.support.Client;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * A tenant in which there is something of everything that the console shows, every value a canary:
 * secrets of each type in several scopes, a share, an environment, programs that hold, a rotation
 * that is over and one that waits for a holder, a policy, a webhook, an account, an identity
 * provider, an entry of the trash, another tenant.
 */
final class Inhabited implements AutoCloseable {

  private static final String IN_DEMO = "?project=demo";

  private final Runners runners;

  Inhabited(ConsoleWorld world) {
    Client admin = world.as(Role.ADMIN);
    Client developer = world.as(Role.DEVELOPER);
    places(admin);
    secrets(developer);
    admin.put("/secrets/s3-archive/shares/vision" + IN_DEMO, new JsonObject()).expect(200);
    environment(developer);
    runners = new Runners(world.node().address(), world.key(Role.RUNNER));
    runners.holding("training-1141", "db-password");
    runners.holding("training-1142", "db-password");
    runners.holding("training-1143", "s3-archive");
    for (int i = 1144; i < 1149; i++) {
      runners.moving("training-" + i, "db-password", new CountDownLatch(0));
    }
    runners.failing("nightly-eval", "db-password", "the pool did not drain");
    rotations(world.as(Role.EDITOR));
    admin
        .post(
            "/webhooks",
            json("url", "http://127.0.0.1:1024/hook").put("description", "Tells the trainers"))
        .expect(201);
    world.as(Role.OPERATOR).post("/tenants", json("name", "globex")).expect(201);
  }

  private static void places(Client admin) {
    admin.post("/communities", json("name", "vision").put("description", "Cameras")).expect(201);
    admin.post("/projects", json("name", "churn").put("community", "vision")).expect(201);
    admin.json("PATCH", "/projects/demo", json("community", "vision")).expect(200);
    String account =
        admin
            .post("/service-accounts", json("name", "nightly").put("description", "Every night"))
            .expect(201)
            .json()
            .getString("id");
    admin
        .post(
            "/role-bindings",
            json("service_account", account).put("role", "runner").put("project", "churn"))
        .expect(201);
    admin.post("/service-accounts/" + account + "/keys", new JsonObject()).expect(201);
    admin
        .post(
            "/identity-providers",
            json("name", "ci")
                .put("kind", "jwt")
                .put("issuer", "https://ci.example.org")
                .put("audience", "hushbus-test/acme")
                .put("jwks_url", "http://127.0.0.1:1024/keys")
                .put(
                    "conditions",
                    new JsonArray().add(json("claim", "/repository").put("equals", "acme/train")))
                .put(
                    "mappings", new JsonArray().add(json("role", "runner").put("project", "demo"))))
        .expect(201);
  }

  private static void secrets(Client developer) {
    JsonObject pairs = json("user", "trainer").put("password", Canary.value());
    store(developer, IN_DEMO, typed("db-password", "text").put("value", Canary.value()));
    store(developer, "", typed("db-password", "text").put("value", Canary.value()));
    store(
        developer,
        IN_DEMO + "&domain=production",
        typed("db-password", "text").put("value", Canary.value()));
    store(developer, IN_DEMO, typed("s3-archive", "key_value").put("data", pairs));
    store(
        developer,
        IN_DEMO,
        typed("gcs-key", "json")
            .put("value", json("private_key", Canary.value()).encode())
            .put("description", "Reads the training data"));
    store(developer, "?project=churn", typed("licence", "text").put("value", Canary.value()));
    store(developer, IN_DEMO, typed("not-needed", "text").put("value", Canary.value()));
    developer.delete("/secrets/not-needed" + IN_DEMO, "If-Match", "\"1\"").expect(204);
  }

  private static void store(Client developer, String scope, JsonObject secret) {
    developer.post("/secrets" + scope, secret).expect(201);
  }

  private static void environment(Client developer) {
    JsonObject variable = json("secret", "db-password").put("as_env_var", "DB_PASSWORD");
    JsonObject file = json("secret", "gcs-key").put("mount", "/etc/hushbus");
    JsonObject absent = json("secret", "licence").put("optional", true);
    developer
        .put(
            "/environments/train" + IN_DEMO,
            json("description", "What training needs")
                .put("secrets", new JsonArray(List.of(variable, file, absent))),
            "If-None-Match",
            "*")
        .expect(201);
  }

  private static void rotations(Client editor) {
    JsonObject uuid = new JsonObject().put("generate", json("kind", "uuid"));
    editor.post("/secrets/gcs-key/rotations" + IN_DEMO, value()).expect(202);
    editor.post("/secrets/db-password/rotations" + IN_DEMO, uuid).expect(202);
    editor.put("/secrets/licence/rotation-policy?project=churn", uuid.put("every", "30d"));
  }

  private static JsonObject value() {
    return new JsonObject().put("value", json("private_key", Canary.value()).encode());
  }

  private static JsonObject typed(String name, String type) {
    return json("name", name).put("type", type);
  }

  private static JsonObject json(String name, Object value) {
    return new JsonObject().put(name, value);
  }

  @Override
  public void close() {
    runners.close();
  }
}
