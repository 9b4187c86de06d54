package io.hushbus.proof;

import io.hushbus.support.Canary;
import io.hushbus.support.Client;
import io.hushbus.support.Tenancy;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * One of each {@link Thing} in one tenant: a secret of two versions in project {@code demo}, a
 * lease on it, an account with a key and a role there, an identity provider, a rotation of its key.
 * The same names in every tenant, and beside them a project, a domain and a secret under names that
 * only this tenant has.
 *
 * @param own by what kind of thing it is: how it is named
 * @param only the same, under a name that no other tenant uses
 * @param value what the secrets hold
 */
record Holdings(Map<Thing, String> own, Map<Thing, String> only, String value) {

  private static final String DEMO = "?project=demo";

  /** Makes them, with the rights of the tenant's people. */
  static Holdings make(Client any, Client operator, Tenancy tenancy) {
    Client admin = any.as(tenancy.admin());
    String mark = "only-" + tenancy.name();
    admin.post("/projects", named(mark)).expect(201);
    admin.post("/domains", named(mark)).expect(201);
    admin.post("/communities", named("vision")).expect(201);
    admin.post("/communities", named(mark)).expect(201);
    JsonObject member = new JsonObject().put("community", "vision").put("reveal", "editor");
    join(admin, "demo", member);
    join(admin, mark, member);
    String value = Canary.value();
    String projects = "?project=" + mark;
    any.as(tenancy.app()).post("/secrets" + projects, pairs(value, mark)).expect(201);
    any.as(tenancy.app()).post("/secrets" + DEMO, pairs(value, mark)).expect(201);

    Map<Thing, String> own = new EnumMap<>(Thing.class);
    own.put(Thing.TENANT, tenancy.name());
    own.put(Thing.PROJECT, "demo");
    own.put(Thing.COMMUNITY, "vision");
    own.put(Thing.DOMAIN, "development");
    own.put(Thing.VERSION, "1");
    own.put(Thing.VARIABLE, "AUTH_SECRET");
    own.put(Thing.MEMBER, "worker-0");
    own.put(Thing.GENERATION, "1");
    String keys = "/tenants/" + tenancy.name() + "/keys";
    own.put(
        Thing.OPERATION, operator.post(keys, new JsonObject()).expect(202).json().getString("id"));
    Holdings made = new Holdings(own, new EnumMap<>(Thing.class), value);
    made.renew(any, tenancy);
    made.only.put(Thing.TENANT, tenancy.name());
    made.only.put(Thing.PROJECT, mark);
    made.only.put(Thing.COMMUNITY, mark);
    made.only.put(Thing.DOMAIN, mark);
    made.only.put(Thing.SECRET, mark);
    return made;
  }

  /** Makes those anew that an operation may have ended or changed. */
  void renew(Client any, Tenancy tenancy) {
    Client admin = any.as(tenancy.admin());
    Client app = any.as(tenancy.app());
    String secret = "secret-" + Names.next();
    JsonObject head = app.post("/secrets" + DEMO, pairs(value, secret)).expect(201).json();
    app.put("/secrets/" + secret + DEMO, pairs(value)).expect(200);
    own.put(Thing.SECRET, secret);
    own.put(Thing.SECRET_ID, head.getString("id"));
    share(admin, secret, "demo");
    own.put(Thing.ADOPTION, adopted(admin, app, "only-" + tenancy.name()));
    own.put(Thing.LEASE, lease(any.as(tenancy.runner()), secret));
    own.put(Thing.ENVIRONMENT, environment(app));
    JsonObject next = app.put("/secrets/" + secret + DEMO, pairs(value + "-")).expect(200).json();
    own.put(Thing.ROTATION, next.getString("rotation"));
    own.put(Thing.RUN, id(any.as(tenancy.runner()).post("/runs", run())));
    String account = id(admin.post("/service-accounts", named("account-" + Names.next())));
    own.put(Thing.ACCOUNT, account);
    own.put(Thing.ACTOR, "service_account:" + account);
    own.put(Thing.KEY, id(admin.post("/service-accounts/" + account + "/keys", new JsonObject())));
    JsonObject binding = new JsonObject().put("service_account", account).put("role", "viewer");
    own.put(Thing.BINDING, id(admin.post("/role-bindings", binding.put("project", "demo"))));
    // A tenant has only so many of these, so the one before goes, if nobody has ended it.
    if (own.containsKey(Thing.PROVIDER)) {
      admin.delete("/identity-providers/" + own(Thing.PROVIDER));
    }
    own.put(Thing.PROVIDER, id(admin.post("/identity-providers", provider())));
    for (String path : List.of("/subscriptions", "/webhooks")) {
      Thing thing = path.equals("/webhooks") ? Thing.WEBHOOK : Thing.SUBSCRIPTION;
      if (own.containsKey(thing)) {
        admin.delete(path + "/" + own(thing));
      }
    }
    JsonObject subscription =
        admin.post("/subscriptions", new JsonObject().put("project", "demo")).expect(201).json();
    own.put(Thing.SUBSCRIPTION, subscription.getString("id"));
    own.put(Thing.PLACE, subscription.getString("cursor"));
    JsonObject hook = new JsonObject().put("url", "http://127.0.0.1:1024/").put("project", "demo");
    own.put(Thing.WEBHOOK, id(admin.post("/webhooks", hook)));
    own.put(Thing.DELIVERY, own(Thing.WEBHOOK)); // nothing was ever refused
    own.put(Thing.CURSOR, app.get("/events").expect(200).json().getString("cursor"));
  }

  private static void join(Client admin, String project, JsonObject member) {
    String type = "application/merge-patch+json";
    admin
        .sendText("PATCH", "/projects/" + project, member.encode(), "Content-Type", type)
        .expect(200);
  }

  private static void share(Client admin, String secret, String project) {
    admin
        .put("/secrets/" + secret + "/shares/vision?project=" + project, new JsonObject())
        .expect(200);
  }

  /** What project demo has adopted of another. */
  private String adopted(Client admin, Client app, String from) {
    String lent = "lent-" + Names.next();
    JsonObject head = app.post("/secrets?project=" + from, pairs(value, lent)).expect(201).json();
    share(admin, lent, from);
    JsonObject ask = new JsonObject().put("secret_id", head.getString("id"));
    return id(app.post("/projects/demo/adoptions", ask));
  }

  /** How a thing of this tenant is named that no other tenant has under that name. */
  String unique(Thing thing) {
    String name = only.get(thing);
    return name == null ? own(thing) : name;
  }

  String own(Thing thing) {
    String name = own.get(thing);
    if (name == null) {
      throw new AssertionError("say in Holdings how a tenant gets its " + thing);
    }
    return name;
  }

  private static String environment(Client app) {
    String name = "environment-" + Names.next();
    JsonObject need = new JsonObject().put("secret", "not-there").put("optional", true);
    app.put(
            "/environments/" + name + DEMO,
            new JsonObject().put("secrets", new JsonArray().add(need)))
        .expect(201);
    return name;
  }

  private static String lease(Client runner, String secret) {
    JsonObject ask =
        new JsonObject()
            .put("project", "demo")
            .put("secrets", new JsonArray().add(new JsonObject().put("secret", secret)));
    return runner
        .post("/leases", ask)
        .expect(201)
        .json()
        .getJsonArray("leases")
        .getJsonObject(0)
        .getString("id");
  }

  private static JsonObject run() {
    return new JsonObject()
        .put("project", "demo")
        .put("external_id", "job-" + Names.next())
        .put("heartbeat_ttl", "24h");
  }

  private static JsonObject provider() {
    String name = "provider-" + Names.next();
    return named(name)
        .put("kind", "jwt")
        .put("issuer", "https://" + name + ".test")
        .put("audience", "hushbus")
        .put("jwks_url", "https://" + name + ".test/jwks")
        .put("any_subject", true)
        .put("mappings", new JsonArray().add(new JsonObject().put("role", "viewer")));
  }

  private static String id(Client.Answer made) {
    return made.expect(201).json().getString("id");
  }

  private static JsonObject named(String name) {
    return new JsonObject().put("name", name);
  }

  private static JsonObject pairs(String value, String name) {
    return pairs(value).put("name", name).put("type", "key_value");
  }

  private static JsonObject pairs(String value) {
    return new JsonObject()
        .put("data", new JsonObject().put("username", "app").put("password", value));
  }
}
