package io.hushbus.http;

import io.hushbus.access.AccessPolicy;
import io.hushbus.model.Action;
import io.hushbus.model.Grant;
import io.hushbus.model.Resource;
import io.hushbus.tenant.Nodes;
import io.vertx.core.Future;
import java.util.Map;
import java.util.TreeSet;

/** The operations on {@code /nodes} and {@code /health}, which are the operator's. */
final class NodeEndpoints {

  private static final Resource NODE = Resource.ofTenant("node");

  private final AccessPolicy policy;
  private final Api.Watch watch;

  NodeEndpoints(AccessPolicy policy, Api.Watch watch) {
    this.policy = policy;
    this.watch = watch;
  }

  Map<String, Endpoint> byOperation() {
    return Map.of("listNodes", this::list, "getHealth", this::health);
  }

  private Future<Grant> operator(Call call) {
    return policy.require(call.caller(), Action.TENANT_OPERATE, NODE, call.context());
  }

  private Future<Answer> list(Call call) {
    return operator(call)
        .compose(watch.nodes()::all)
        .map(nodes -> Answer.ok(json -> json.array("nodes", nodes, NodeEndpoints::node)));
  }

  private static void node(JsonWriter json, Nodes.Node node) {
    json.field("id", node.id().toString())
        .field("version", node.version())
        .field("started_at", node.startedAt())
        .field("heard_at", node.heardAt())
        .field("live", node.live())
        .field("keys_dropped", node.settled())
        .field("asked", node.own());
  }

  /** What the management port says of this node. It is 200 also where something is not well. */
  private Future<Answer> health(Call call) {
    return operator(call)
        .compose(grant -> watch.readiness().ask())
        .map(checks -> Answer.ok(json -> health(json, checks)));
  }

  private void health(JsonWriter json, Map<String, Boolean> checks) {
    json.field("node", watch.nodes().own().toString())
        .field("ready", !checks.containsValue(false))
        .object("checks", each -> checks.forEach(each::field))
        .field("nodes_live", watch.nodes().live())
        .field("tenants_set_back", watch.telemetry().tenantsSetBack())
        .texts("hints_silent", new TreeSet<>(watch.telemetry().hintsSilent()));
  }
}
