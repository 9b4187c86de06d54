package io.hushbus.history;

import io.vertx.core.json.JsonObject;

/** A system of several nodes that can be asked, be it real or a model. */
public interface Target {

  /** A request of one process to one node. */
  record Call(int process, int node, String op, String key, JsonObject args) {}

  /** What its caller then knows. */
  record Answer(Outcome outcome, JsonObject result) {

    public static Answer ok(JsonObject result) {
      return new Answer(Outcome.OK, result);
    }

    public static Answer refused(String reason) {
      return new Answer(Outcome.FAIL, new JsonObject().put("reason", reason));
    }

    public static Answer unknown() {
      return new Answer(Outcome.INFO, new JsonObject());
    }
  }

  /** Blocks until it is answered, or until nobody can tell what became of it. */
  Answer call(Call call);
}
