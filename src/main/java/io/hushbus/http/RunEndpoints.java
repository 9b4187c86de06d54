package io.hushbus.http;

import io.hushbus.access.AccessPolicy;
import io.hushbus.access.ServiceAccounts;
import io.hushbus.access.View;
import io.hushbus.lease.Heartbeats;
import io.hushbus.lease.HolderKey;
import io.hushbus.lease.Run;
import io.hushbus.lease.RunAsk;
import io.hushbus.lease.Runs;
import io.hushbus.lease.SealedLeases;
import io.hushbus.model.Action;
import io.hushbus.model.Grant;
import io.hushbus.model.ObjectName;
import io.hushbus.model.RunId;
import io.hushbus.model.Scope;
import io.hushbus.model.SecretValue;
import io.vertx.core.Future;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

/** The operations on {@code /runs}. The token of a run is shown in one answer, ever. */
final class RunEndpoints {

  private static final String KIND = "run";

  private final Scopes scopes;
  private final AccessPolicy policy;
  private final Runs runs;
  private final Heartbeats heartbeats;

  private final SealedLeases sealing;
  private final ServiceAccounts accounts;

  RunEndpoints(Scopes scopes, AccessPolicy policy, Api.Leasing leasing, ServiceAccounts accounts) {
    this.accounts = accounts;
    this.scopes = scopes;
    this.policy = policy;
    this.runs = leasing.runs();
    this.heartbeats = leasing.heartbeats();
    this.sealing = leasing.sealing();
  }

  Map<String, Endpoint> byOperation() {
    return Map.of(
        "openRun", this::open,
        "listRuns", this::list,
        "getRun", this::get,
        "beatRun", this::beat,
        "completeRun", this::complete,
        "attachMember", this::attach,
        "detachMember", this::detach);
  }

  private Future<Answer> open(Call call) {
    return scopes
        .inBody(call, Action.RUN_OPEN, KIND)
        .compose(
            at ->
                sealing
                    .key("/sealed_to", call.body().text("sealed_to"))
                    .compose(key -> runs.open(at.grant(), ask(call, at.scope(), key))))
        .map(RunEndpoints::opened);
  }

  private static RunAsk ask(Call call, Scope scope, Optional<HolderKey> key) {
    return new RunAsk(
        scope,
        call.body().text("environment").map(ObjectName::new),
        call.body().required("external_id"),
        call.body().json().getInteger("attempt", 1),
        call.body().text("deadline").map(text -> LeaseEndpoints.time(text, "/deadline")),
        LeaseEndpoints.duration(call, "heartbeat_ttl"),
        key);
  }

  /** Writes the token into the answer and closes it, whatever happens. */
  private static Answer opened(Runs.Opened opened) {
    Runs.View view = opened.view();
    try {
      return Answer.created(
          "/api/v1/runs/" + view.run().id(),
          json -> {
            run(json, view);
            json.secret("token", opened.token());
          });
    } finally {
      opened.token().ifPresent(SecretValue::close);
    }
  }

  private Future<Answer> list(Call call) {
    View view = policy.view(call.caller(), Action.RUN_READ);
    return policy
        .requireView(call.caller(), Action.RUN_READ, KIND, call.context())
        .compose(
            grant ->
                scopes
                    .filter(call)
                    .map(scope -> filter(call, view, scope))
                    .compose(filter -> runs.list(grant, filter))
                    .compose(
                        found -> openers(grant, found).map(names -> page(call, found, names))));
  }

  private Future<Map<UUID, String>> openers(Grant grant, List<Runs.View> found) {
    return accounts.names(
        grant,
        found.stream()
            .map(view -> view.run().openedBy().id())
            .collect(Collectors.toUnmodifiableSet()));
  }

  private static Runs.Filter filter(Call call, View view, Scope scope) {
    return new Runs.Filter(
        view.only().map(List::copyOf),
        scope.inProject().map(Scope.Place::id),
        scope.inDomain().map(Scope.Place::id),
        call.parameter("external_id"),
        call.parameter("environment").map(ObjectName::new),
        call.parameter("state").map(word -> Run.State.valueOf(word.toUpperCase(Locale.ROOT))),
        PageTokens.id(call),
        call.pageSize() + 1);
  }

  private static Answer page(Call call, List<Runs.View> found, Map<UUID, String> names) {
    int size = call.pageSize();
    boolean more = found.size() > size;
    List<Runs.View> shown = more ? found.subList(0, size) : found;
    return Answer.ok(
        json ->
            json.array("runs", shown, (one, view) -> run(one, view, names))
                .field(
                    "next_page_token",
                    more
                        ? Optional.of(PageTokens.of(call, shown.getLast().run().id().toString()))
                        : Optional.empty()));
  }

  private Future<Answer> get(Call call) {
    return located(call, Action.RUN_READ)
        .compose(
            grant ->
                runs.get(grant, id(call))
                    .compose(
                        view ->
                            openers(grant, List.of(view))
                                .map(names -> Answer.ok(json -> run(json, view, names)))));
  }

  private Future<Answer> beat(Call call) {
    return located(call, Action.RUN_BEAT)
        .compose(grant -> heartbeats.beat(grant, id(call), call.body().text("member")))
        .map(RunEndpoints::answer);
  }

  private Future<Answer> complete(Call call) {
    Run.Outcome outcome =
        call.body().text("outcome").map(Run.Outcome::of).orElse(Run.Outcome.SUCCEEDED);
    return located(call, Action.RUN_END)
        .compose(grant -> runs.complete(grant, id(call), outcome))
        .map(RunEndpoints::answer);
  }

  private Future<Answer> attach(Call call) {
    return located(call, Action.RUN_BEAT)
        .compose(grant -> heartbeats.attach(grant, id(call), call.body().required("member")))
        .map(done -> Answer.nothing());
  }

  private Future<Answer> detach(Call call) {
    return located(call, Action.RUN_BEAT)
        .compose(grant -> heartbeats.detach(grant, id(call), call.path("member")))
        .map(done -> Answer.nothing());
  }

  private Future<Grant> located(Call call, Action action) {
    return runs.locate(call.caller().tenant(), id(call), call.caller().principal())
        .compose(
            at ->
                policy.require(call.caller(), action, at.resource(), at.holder(), call.context()));
  }

  private static RunId id(Call call) {
    return new RunId(UUID.fromString(call.path("id")));
  }

  private static Answer answer(Runs.View view) {
    return Answer.ok(json -> run(json, view));
  }

  private static void run(JsonWriter json, Runs.View view, Map<UUID, String> names) {
    run(json, view);
    json.field("opener_name", Optional.ofNullable(names.get(view.run().openedBy().id())));
  }

  private static void run(JsonWriter json, Runs.View view) {
    Run run = view.run();
    Run.Life life = run.life();
    json.field("id", run.id().toString())
        .field("project", run.scope().inProject().map(place -> place.name().text()))
        .field("domain", run.scope().inDomain().map(place -> place.name().text()))
        .field("environment", run.environment().map(ObjectName::text))
        .field("external_id", run.externalId())
        .field("attempt", run.attempt())
        .field("state", view.state().word())
        .field("sealed_to", run.delivery().map(Run.Delivery::key))
        .field("outcome", life.outcome().map(Run.Outcome::word))
        .field("opened_by", run.openedBy().toString())
        .field("opened_at", life.openedAt())
        .field("heartbeat_seconds", life.heartbeat().toSeconds())
        .field("heartbeat_at", life.beatAt())
        .field("heartbeat_due", life.lostAt());
    life.deadline().ifPresent(at -> json.field("deadline", at));
    life.endedAt().ifPresent(at -> json.field("ended_at", at));
  }
}
