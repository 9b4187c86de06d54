import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;

/**
 * A tenant with project {@code demo}, domain {@code development}, and one account that may both
 * write and lease.
 */
record Tenant(String name, String admin, String app, int port) {

  static final String SCOPE = "?project=demo&domain=development";
  private static final int IN_ONE_REQUEST = 50;

  static Tenant make(Api operator, String name) throws IOException, InterruptedException {
    JsonObject made = operator.post("/tenants", new JsonObject().put("name", name));
    Api admin = operator.as(made.getJsonObject("admin").getString("key"));
    admin.post("/projects", new JsonObject().put("name", "demo"));
    String account =
        admin.post("/service-accounts", new JsonObject().put("name", "app")).getString("id");
    for (String role : List.of("developer", "runner")) {
      admin.post(
          "/role-bindings", new JsonObject().put("role", role).put("service_account", account));
    }
    String key =
        admin.post("/service-accounts/" + account + "/keys", new JsonObject()).getString("key");
    return new Tenant(name, admin.token(), key, operator.port());
  }

  static List<Tenant> make(Api operator, String prefix, int number)
      throws IOException, InterruptedException {
    return Api.all(
        IntStream.range(0, number)
            .<Callable<Tenant>>mapToObj(i -> () -> make(operator, prefix + i))
            .toList());
  }

  Api api() {
    return new Api(port, app);
  }

  /** Secrets {@code prefix-0} and so on, of 256 bytes each, in the project's domain. */
  void secrets(String prefix, int from, int to) throws IOException, InterruptedException {
    List<Callable<Integer>> steps = new ArrayList<>();
    for (int i = from; i < to; i += IN_ONE_REQUEST) {
      int first = i;
      int end = Math.min(to, i + IN_ONE_REQUEST);
      steps.add(() -> bulk(prefix, first, end));
    }
    Api.all(steps);
  }

  /** Nothing is kept of them: a million are made in a heap that has not the room for their text. */
  private int bulk(String prefix, int from, int to) throws IOException, InterruptedException {
    JsonArray all = new JsonArray();
    for (int i = from; i < to; i++) {
      all.add(secret(prefix + "-" + i).put("project", "demo").put("domain", "development"));
    }
    api().post("/secrets/bulk", new JsonObject().put("write", all));
    return to - from;
  }

  static JsonObject secret(String name) {
    return new JsonObject().put("name", name).put("type", "text").put("value", "v".repeat(256));
  }

  /** What a lease of these secrets asks for. */
  static JsonObject lease(String ttl, String... secrets) {
    JsonArray wanted = new JsonArray();
    for (String one : secrets) {
      wanted.add(new JsonObject().put("secret", one));
    }
    return new JsonObject()
        .put("project", "demo")
        .put("domain", "development")
        .put("secrets", wanted)
        .put("ttl", ttl);
  }

  byte[] grant(String... secrets) {
    return HttpLoad.request("POST", "/api/v1/leases", app, lease("15m", secrets).encode());
  }
}
