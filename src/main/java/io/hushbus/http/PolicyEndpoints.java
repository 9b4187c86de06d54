package io.hushbus.http;

import io.hushbus.access.AccessPolicy;
import io.hushbus.model.Action;
import io.hushbus.model.EntryName;
import io.hushbus.model.Failure;
import io.hushbus.model.SecretName;
import io.hushbus.model.SecretValue;
import io.hushbus.rotation.Policies;
import io.hushbus.rotation.Policy;
import io.hushbus.rotation.Schedule;
import io.hushbus.rotation.Source;
import io.hushbus.rotation.Strategy;
import io.hushbus.secret.Adoptions;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The operations on {@code /secrets/{name}/rotation-policy}. */
final class PolicyEndpoints {

  private static final String KIND = "secret";

  private final Scopes scopes;
  private final OwnSecrets own;
  private final Policies policies;

  PolicyEndpoints(Scopes scopes, AccessPolicy policy, Adoptions adoptions, Api.Turns turns) {
    this.scopes = scopes;
    this.own = new OwnSecrets(policy, adoptions);
    this.policies = turns.policies();
  }

  Map<String, Endpoint> byOperation() {
    return Map.of(
        "getRotationPolicy", this::get,
        "putRotationPolicy", this::put,
        "rollHookKey", this::roll,
        "deleteRotationPolicy", this::delete);
  }

  private Future<Answer> get(Call call) {
    return scopes
        .inQuery(call, Action.SECRET_READ_METADATA, KIND)
        .compose(at -> policies.get(at.grant(), at.scope(), name(call)))
        .map(policy -> Answer.ok(json -> policy(json, policy)).etag(policy.etag()));
  }

  private Future<Answer> put(Call call) {
    Policies.Wish wish = wish(call.body());
    return forcing(call, at -> policies.put(at.grant(), at.scope(), name(call), wish, call.seen()))
        .map(put -> shown(200, put));
  }

  private Future<Answer> roll(Call call) {
    Duration overlap = WebhookEndpoints.overlap(call);
    return forcing(call, at -> policies.roll(at.grant(), at.scope(), name(call), overlap))
        .map(rolled -> shown(201, rolled));
  }

  /** What only those may do who may force a rotation, with a secret of the project's own. */
  private <T> Future<T> forcing(Call call, Function<Scopes.Allowed, Future<T>> work) {
    return scopes
        .inQuery(call, Action.ROTATION_FORCE, KIND)
        .compose(at -> own.only(call, at, name(call), Action.ROTATION_FORCE, work.apply(at)));
  }

  /** The key of a hook is shown when it was made, and never again. */
  private static Answer shown(int status, Policies.Put put) {
    try {
      return Answer.json(
              status,
              json -> {
                policy(json, put.policy());
                json.secret("hook_key", put.key());
              })
          .etag(put.policy().etag());
    } finally {
      put.key().ifPresent(SecretValue::close);
    }
  }

  private Future<Answer> delete(Call call) {
    return forcing(call, at -> policies.delete(at.grant(), at.scope(), name(call)))
        .map(gone -> Answer.nothing());
  }

  private static SecretName name(Call call) {
    return new SecretName(call.path("name"));
  }

  private static Policies.Wish wish(Body body) {
    JsonObject json = body.json();
    return new Policies.Wish(
        schedule(body),
        source(body),
        Strategy.of(json.getString("strategy", Strategy.DRAIN.word())),
        RotationEndpoints.duration(body, "grace"));
  }

  private static Schedule schedule(Body body) {
    Optional<Duration> every = RotationEndpoints.duration(body, "every");
    Optional<String> cron = body.text("cron");
    if (every.isPresent() == cron.isPresent()) {
      throw Failure.invalid(
          "/every", every.isPresent() ? Failure.Code.NOT_ALLOWED : Failure.Code.MISSING_FIELD);
    }
    Optional<String> zone = body.text("time_zone");
    if (cron.isEmpty()) {
      if (zone.isPresent()) {
        throw Failure.invalid("/time_zone", Failure.Code.NOT_ALLOWED);
      }
      return new Schedule.Every(every.orElseThrow());
    }
    String named =
        zone.orElseThrow(() -> Failure.invalid("/time_zone", Failure.Code.MISSING_FIELD));
    return new Schedule.Cron(cron.get(), Schedule.zone(named));
  }

  private static Source source(Body body) {
    JsonObject json = body.json();
    List<String> sent =
        List.of("generate", "manual", "hook").stream().filter(json::containsKey).toList();
    if (sent.size() != 1) {
      throw Failure.invalid(
          sent.isEmpty() ? "/generate" : "/" + sent.get(1),
          sent.isEmpty() ? Failure.Code.MISSING_FIELD : Failure.Code.NOT_ALLOWED);
    }
    return switch (sent.getFirst()) {
      case "generate" -> generate(json).orElseThrow();
      case "manual" ->
          new Source.Manual(
              Optional.ofNullable(json.getJsonObject("manual").getString("remind_before"))
                  .map(text -> length("/manual/remind_before", text))
                  .orElse(Duration.ZERO));
      default -> new Source.Hook(json.getJsonObject("hook").getString("url"));
    };
  }

  private static Duration length(String pointer, String text) {
    try {
      return io.hushbus.model.Ttl.parse(text);
    } catch (Failure.Invalid refused) {
      throw refused.at(pointer);
    }
  }

  /** What is to be generated, in the body's object of that name. */
  static Optional<Source.Generate> generate(JsonObject body) {
    JsonObject json = body.getJsonObject("generate");
    if (json == null) {
      return Optional.empty();
    }
    Source.Kind kind = Source.Kind.valueOf(json.getString("kind").toUpperCase(Locale.ROOT));
    return Optional.of(
        new Source.Generate(
            kind,
            json.getInteger("length", usualLength(kind)),
            json.getString(
                "alphabet", kind == Source.Kind.PASSWORD ? Source.Generate.ALPHABET : ""),
            Optional.ofNullable(json.getString("key")).map(EntryName::new)));
  }

  private static int usualLength(Source.Kind kind) {
    return switch (kind) {
      case PASSWORD, BYTES -> 32;
      case RSA -> 3072;
      case UUID, ED25519 -> 0;
    };
  }

  private static void policy(JsonWriter json, Policy policy) {
    json.field("secret_id", policy.secret().toString())
        .field("strategy", policy.strategy().word())
        .field("revision", policy.revision())
        .field("created_by", policy.createdBy())
        .field("updated_at", policy.updatedAt())
        .field("next_due_at", policy.nextDue())
        .field("etag", Answer.tag(policy.etag()));
    policy.every().ifPresent(every -> json.field("every_seconds", every.toSeconds()));
    policy
        .cron()
        .ifPresent(cron -> json.field("cron", cron.line()).field("time_zone", cron.zone().getId()));
    policy.grace().ifPresent(grace -> json.field("grace_seconds", grace.toSeconds()));
    switch (policy.source()) {
      case Source.Generate generate -> json.object("generate", inner -> generate(inner, generate));
      case Source.Manual manual ->
          json.object(
              "manual", inner -> inner.field("remind_before_seconds", manual.remind().toSeconds()));
      case Source.Hook hook -> json.object("hook", inner -> inner.field("url", hook.url()));
    }
  }

  private static void generate(JsonWriter json, Source.Generate generate) {
    json.field("kind", generate.kind().name().toLowerCase(Locale.ROOT));
    if (generate.length() > 0) {
      json.field("length", generate.length());
    }
    if (!generate.alphabet().isEmpty()) {
      json.field("alphabet", generate.alphabet());
    }
    generate.key().ifPresent(key -> json.field("key", key.text()));
  }
}
