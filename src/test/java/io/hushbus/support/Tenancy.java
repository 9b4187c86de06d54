package io.hushbus.support;

import io.vertx.core.json.JsonObject;
import java.util.Map;

/**
 * The credentials of a tenant with project {@code demo}.
 *
 * @param app a developer of the whole tenant
 * @param runner a runner of the whole tenant
 * @param viewer a viewer of project {@code demo}
 */
public record Tenancy(String name, String admin, String app, String runner, String viewer) {

  static Tenancy make(Client any, String name, String admin) {
    Client client = any.as(admin);
    client.post("/projects", new JsonObject().put("name", "demo")).expect(201);
    return new Tenancy(
        name,
        admin,
        account(client, "app", new JsonObject().put("role", "developer")),
        account(client, "runner", new JsonObject().put("role", "runner")),
        account(client, "viewer", new JsonObject().put("role", "viewer").put("project", "demo")));
  }

  /** By the names that scenarios use. */
  public Map<String, String> byName() {
    return Map.of("admin", admin, "app", app, "runner", runner, "viewer", viewer);
  }

  /** A new account with one role, by its key. */
  public static String account(Client admin, String name, JsonObject binding) {
    String id =
        admin
            .post("/service-accounts", new JsonObject().put("name", name))
            .expect(201)
            .json()
            .getString("id");
    admin.post("/role-bindings", binding.copy().put("service_account", id)).expect(201);
    return admin
        .post("/service-accounts/" + id + "/keys", new JsonObject())
        .expect(201)
        .json()
        .getString("key");
  }
}
