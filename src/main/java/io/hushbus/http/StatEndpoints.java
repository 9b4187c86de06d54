package io.hushbus.http;

import io.hushbus.access.AccessPolicy;
import io.hushbus.access.View;
import io.hushbus.model.Action;
import io.hushbus.model.Failure;
import io.hushbus.model.Ttl;
import io.hushbus.rotation.SecretStatistics;
import io.hushbus.rotation.Statistics;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The operations on {@code /stats}. */
final class StatEndpoints {

  private static final String KIND = "rotation";

  private final Scopes scopes;
  private final AccessPolicy policy;
  private final Statistics statistics;
  private final SecretStatistics secrets;

  StatEndpoints(Scopes scopes, AccessPolicy policy, Api.Turns turns) {
    this.scopes = scopes;
    this.policy = policy;
    this.statistics = turns.statistics();
    this.secrets = turns.secretStatistics();
  }

  Map<String, Endpoint> byOperation() {
    return Map.of("getStats", this::get, "getSecretStats", this::ofSecrets);
  }

  private Future<Answer> ofSecrets(Call call) {
    View view = policy.view(call.caller(), Action.ROTATION_READ);
    return policy
        .requireView(call.caller(), Action.ROTATION_READ, KIND, call.context())
        .compose(
            grant ->
                scopes
                    .project(call)
                    .compose(project -> secrets.figures(grant, view.only(), project)))
        .map(figures -> Answer.ok(json -> figures(json, figures)));
  }

  private static void figures(JsonWriter json, SecretStatistics.Figures figures) {
    json.field("at", figures.at())
        .field("total", figures.total())
        .array("ages", figures.ages(), StatEndpoints::age)
        .object(
            "states",
            states ->
                states
                    .field("never_rotated", figures.neverRotated())
                    .field("rotated", figures.rotated())
                    .field("rotating", figures.rotating())
                    .field("overdue", figures.overdue()))
        .array("overdue", figures.late(), StatEndpoints::late);
  }

  private static void age(JsonWriter json, SecretStatistics.Age age) {
    age.underDays().ifPresent(days -> json.field("under_days", days));
    json.field("secrets", age.secrets());
  }

  private static void late(JsonWriter json, SecretStatistics.Late late) {
    json.field("secret", late.name())
        .field("secret_id", late.secret().toString())
        .texts("scope", SecretEndpoints.scope(late.scope()))
        .field("due_since", late.since());
  }

  private Future<Answer> get(Call call) {
    View view = policy.view(call.caller(), Action.ROTATION_READ);
    return policy
        .requireView(call.caller(), Action.ROTATION_READ, KIND, call.context())
        .compose(
            grant ->
                scopes
                    .project(call)
                    .map(project -> ask(call, view, project))
                    .compose(ask -> statistics.series(grant, ask)))
        .map(series -> Answer.ok(json -> series(json, series)));
  }

  private static Statistics.Ask ask(Call call, View view, Optional<UUID> project) {
    return new Statistics.Ask(
        view.only(),
        project,
        call.parameter("from").map(text -> time(text, "?from")),
        call.parameter("to").map(text -> time(text, "?to")),
        call.parameter("step").map(StatEndpoints::step));
  }

  private static Instant time(String text, String where) {
    try {
      return Instant.parse(text);
    } catch (DateTimeParseException malformed) {
      throw Failure.invalid(where, Failure.Code.BAD_FORMAT);
    }
  }

  private static Duration step(String text) {
    try {
      return Ttl.parse(text);
    } catch (Failure.Invalid refused) {
      throw refused.at("?step");
    }
  }

  private static void series(JsonWriter json, Statistics.Series series) {
    json.field("from", series.from())
        .field("to", series.to())
        .field("step_seconds", series.step().toSeconds())
        .field("complete", series.complete())
        .array("steps", series.steps(), StatEndpoints::step);
  }

  private static void step(JsonWriter json, Statistics.Step step) {
    json.field("at", step.at())
        .field("leases_granted", step.granted())
        .field("leases_live", step.live())
        .field("rotations_started", step.started())
        .field("rotations_completed", step.completed())
        .field("rotations_failed", step.failed())
        .field("acknowledgements_failed", step.refused())
        .field("holders_pending", step.pending());
  }
}
