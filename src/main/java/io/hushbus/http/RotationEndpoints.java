package io.hushbus.http;

import io.hushbus.access.AccessPolicy;
import io.hushbus.access.View;
import io.hushbus.lease.Holders;
import io.hushbus.lease.Lease;
import io.hushbus.lease.LeaseNames;
import io.hushbus.model.Action;
import io.hushbus.model.Failure;
import io.hushbus.model.Grant;
import io.hushbus.model.LeaseId;
import io.hushbus.model.RunId;
import io.hushbus.model.Scope;
import io.hushbus.model.SecretId;
import io.hushbus.model.SecretName;
import io.hushbus.model.Ttl;
import io.hushbus.rotation.Phase;
import io.hushbus.rotation.Rehearsal;
import io.hushbus.rotation.Rotation;
import io.hushbus.rotation.Rotations;
import io.hushbus.rotation.Source;
import io.hushbus.rotation.Staging;
import io.hushbus.rotation.Strategy;
import io.hushbus.secret.Adoptions;
import io.hushbus.secret.Content;
import io.hushbus.tenant.Page;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The operations on rotations. No answer here has a place for a value. */
final class RotationEndpoints {

  private static final String SECRET = "secret";
  private static final String KIND = "rotation";

  /** Holders of each kind in the answer to a rehearsal. */
  private static final int SHOWN = 100;

  private final Scopes scopes;
  private final AccessPolicy policy;
  private final OwnSecrets own;
  private final Rotations rotations;

  RotationEndpoints(Scopes scopes, AccessPolicy policy, Adoptions adoptions, Api.Turns turns) {
    this.scopes = scopes;
    this.policy = policy;
    this.own = new OwnSecrets(policy, adoptions);
    this.rotations = turns.rotations();
  }

  Map<String, Endpoint> byOperation() {
    return Map.of(
        "startRotation", this::start,
        "listSecretRotations", this::history,
        "listRotations", this::list,
        "getRotation", this::get,
        "abortRotation", this::abort,
        "retireRotation", this::retire);
  }

  private Future<Answer> start(Call call) {
    return call.body().json().getBoolean("dry_run", false) ? rehearse(call) : begin(call);
  }

  /** A value is not needed to see what a rotation would meet; one that is sent is not kept. */
  private Future<Answer> rehearse(Call call) {
    Rotations.Wish wish = wish(call.body());
    return scopes
        .inQuery(call, Action.ROTATION_START, SECRET)
        .compose(
            at ->
                own.only(
                    call,
                    at,
                    name(call),
                    Action.ROTATION_START,
                    rotations.rehearse(at.grant(), at.scope(), name(call), wish)))
        .map(seen -> Answer.ok(json -> rehearsal(json, seen)));
  }

  private static void rehearsal(JsonWriter json, Rehearsal seen) {
    json.field("dry_run", true)
        .field("from_version", seen.from())
        .object("holders", inner -> inner.field("total", seen.total()))
        .object("by_reload", inner -> seen.byReload().forEach(inner::field))
        .array(
            "laggards",
            seen.holders().subList(0, Math.min(SHOWN, seen.holders().size())),
            RotationEndpoints::rehearsed)
        .array(
            "offline",
            seen.offline().subList(0, Math.min(SHOWN, seen.offline().size())),
            RotationEndpoints::rehearsed)
        .field("earliest_finish", seen.earliestFinish())
        .field("deadline", seen.deadline());
  }

  private Future<Answer> begin(Call call) {
    Rotations.Wish wish = wish(call.body());
    Optional<Source.Generate> generate = PolicyEndpoints.generate(call.body().json());
    Optional<Content> content = ValueFields.given(call.body());
    if (generate.isPresent() && content.isPresent()) {
      throw Failure.invalid("/generate", Failure.Code.NOT_ALLOWED);
    }
    return scopes
        .inQuery(call, Action.ROTATION_START, SECRET)
        .compose(
            at ->
                own.only(
                    call, at, name(call), Action.ROTATION_START, start(call, at, wish, generate)))
        .map(view -> accepted(call, view));
  }

  private Future<Rotations.View> start(
      Call call, Scopes.Allowed at, Rotations.Wish wish, Optional<Source.Generate> generate) {
    var when = SecretEndpoints.when(call);
    return generate.isPresent()
        ? rotations.start(at.grant(), at.scope(), name(call), generate.get(), when, wish)
        : rotations.start(
            at.grant(), at.scope(), name(call), ValueFields.content(call.body()), when, wish);
  }

  private Answer accepted(Call call, Rotations.View view) {
    return Answer.json(202, json -> view(call, json, view))
        .with("Location", "/api/v1/rotations/" + view.rotation().id());
  }

  private static Rotations.Wish wish(Body body) {
    JsonObject json = body.json();
    Strategy strategy = Strategy.of(json.getString("strategy", Strategy.DRAIN.word()));
    Staging staging =
        new Staging(
            ids(json.getJsonObject("canary", new JsonObject()).getJsonArray("runs")),
            ids(json.getJsonObject("canary", new JsonObject()).getJsonArray("leases")),
            waves(json.getJsonArray("waves", new JsonArray())),
            duration(body, "pause").orElse(Duration.ZERO));
    if (strategy != Strategy.STAGED) {
      for (String field : List.of("canary", "waves", "pause")) {
        if (json.containsKey(field)) {
          throw Failure.invalid("/" + field, Failure.Code.NOT_ALLOWED);
        }
      }
    }
    return new Rotations.Wish(strategy, duration(body, "grace"), staging);
  }

  private static Set<UUID> ids(@org.jspecify.annotations.Nullable JsonArray texts) {
    Set<UUID> ids = new LinkedHashSet<>();
    if (texts != null) {
      texts.forEach(text -> ids.add(UUID.fromString(String.valueOf(text))));
    }
    return ids;
  }

  private static List<Integer> waves(JsonArray shares) {
    return shares.stream()
        .map(share -> ((Number) share).intValue())
        .collect(Collectors.toUnmodifiableList());
  }

  static Optional<Duration> duration(Body body, String field) {
    try {
      return body.text(field).map(Ttl::parse);
    } catch (Failure.Invalid refused) {
      throw refused.at("/" + field);
    }
  }

  private Future<Answer> history(Call call) {
    return scopes
        .inQuery(call, Action.SECRET_READ_METADATA, SECRET)
        .compose(
            at ->
                rotations.history(
                    at.grant(), at.scope(), name(call), PageTokens.id(call), call.pageSize()))
        .map(page -> page(call, page));
  }

  private Future<Answer> list(Call call) {
    View view = policy.view(call.caller(), Action.ROTATION_READ);
    return policy
        .requireView(call.caller(), Action.ROTATION_READ, KIND, call.context())
        .compose(
            grant ->
                scopes
                    .project(call)
                    .map(project -> filter(call, view, project))
                    .compose(filter -> rotations.list(grant, filter)))
        .map(page -> page(call, page));
  }

  private static Rotations.Filter filter(Call call, View view, Optional<UUID> project) {
    Optional<String> phase = call.parameter("phase");
    return new Rotations.Filter(
        view.only(),
        project,
        call.parameter("secret").map(UUID::fromString).map(SecretId::new),
        phase.filter(word -> !word.equals("open")).map(Phase::of),
        phase.filter("open"::equals).isPresent(),
        PageTokens.id(call),
        call.pageSize());
  }

  private static Answer page(Call call, Page<Rotations.View> page) {
    return TenancyEndpoints.page(
        call,
        "rotations",
        page,
        RotationEndpoints::standing,
        one -> one.rotation().id().toString());
  }

  private Future<Answer> get(Call call) {
    return located(call, Action.ROTATION_READ)
        .compose(grant -> rotations.get(grant, id(call), after(call), call.pageSize()))
        .map(view -> Answer.ok(json -> view(call, json, view)));
  }

  /** A place is a lease and, of a gang, a member. */
  private static Holders.Place after(Call call) {
    return PageTokens.text(call)
        .map(text -> text.split(" ", 2))
        .map(parts -> new Holders.Place(UUID.fromString(parts[0]), parts[1]))
        .orElse(Holders.Place.START);
  }

  private Future<Answer> abort(Call call) {
    return located(call, Action.ROTATION_FORCE)
        .compose(grant -> rotations.abort(grant, id(call)))
        .map(view -> accepted(call, view));
  }

  private Future<Answer> retire(Call call) {
    return located(call, Action.ROTATION_FORCE)
        .compose(grant -> rotations.retireNow(grant, id(call)))
        .map(view -> Answer.ok(json -> view(call, json, view)));
  }

  private Future<Grant> located(Call call, Action action) {
    return rotations
        .locate(call.caller().tenant(), id(call))
        .compose(resource -> policy.require(call.caller(), action, resource, call.context()));
  }

  private static UUID id(Call call) {
    return UUID.fromString(call.path("id"));
  }

  private static SecretName name(Call call) {
    return new SecretName(call.path("name"));
  }

  private void view(Call call, JsonWriter json, Rotations.View view) {
    Sight sight = new Sight(policy.view(call.caller(), Action.LEASE_READ), call, view);
    standing(json, view);
    view.rotation()
        .end()
        .ifPresentOrElse(
            end -> json.array("laggards", end.named(), (one, late) -> laggard(one, late, sight)),
            () -> behind(call, json, sight));
  }

  /**
   * What one may know of the leases of a rotation. That a holder has not moved is told to whoever
   * sees the rotation; what it is called and what it said, to whoever may read its lease or the
   * leases of the project that the secret is of.
   */
  private record Sight(View leases, Call call, Rotations.View rotation) {

    LeaseNames names(LeaseId lease) {
      LeaseNames names = rotation.names().getOrDefault(lease, LeaseNames.NONE);
      return known(names) ? names : LeaseNames.NONE;
    }

    boolean knows(LeaseId lease) {
      return known(rotation.names().getOrDefault(lease, LeaseNames.NONE));
    }

    private boolean known(LeaseNames names) {
      return leases.everything()
          || Stream.concat(
                  names.place().stream(),
                  rotation.rotation().scope().inProject().map(Scope.Place::id).stream())
              .anyMatch(leases.projects()::contains)
          || names.people().contains(call.caller().principal().id());
    }
  }

  private static void behind(Call call, JsonWriter json, Sight sight) {
    Rotations.View view = sight.rotation();
    json.array("laggards", view.laggards().items(), (one, holder) -> holder(one, holder, sight))
        .field(
            "next_page_token",
            view.laggards().more()
                ? Optional.of(PageTokens.of(call, place(view.laggards().items().getLast())))
                : Optional.empty());
  }

  private static String place(Holders.Holder holder) {
    return holder.place().lease() + " " + holder.place().member();
  }

  /** What a list says of a rotation: all but its laggards. */
  private static void standing(JsonWriter json, Rotations.View view) {
    rotation(json, view.rotation());
    view.counts().ifPresent(counts -> json.object("holders", inner -> counts(inner, counts)));
    view.rotation().end().ifPresent(end -> json.field("laggards_total", end.laggards()));
  }

  private static void counts(JsonWriter json, Holders.Counts counts) {
    json.field("total", counts.total())
        .field("moved", counts.moved())
        .field("pending", counts.pending())
        .field("failed", counts.failed());
  }

  private static void holder(JsonWriter json, Holders.Holder holder) {
    json.field("lease", holder.lease().toString())
        .field("holder", holder.principal().toString())
        .field("run", holder.run().map(RunId::toString))
        .field("member", holder.member())
        .field("version", holder.applied())
        .field("taken_version", holder.taken())
        .field("status", status(holder))
        .field("reload", holder.reload())
        .field("expires_at", holder.expiresAt());
    holder.heardAt().ifPresent(at -> json.field("heard_at", at));
  }

  /** Whoever may rotate a secret may know why a holder did not take it last time. */
  private static void rehearsed(JsonWriter json, Holders.Holder holder) {
    holder(json, holder);
    detail(json, holder);
  }

  private static void holder(JsonWriter json, Holders.Holder holder, Sight sight) {
    holder(json, holder);
    if (sight.knows(holder.lease())) {
      detail(json, holder);
    }
    LeaseEndpoints.who(json, sight.names(holder.lease()));
  }

  private static void detail(JsonWriter json, Holders.Holder holder) {
    json.field("detail", holder.ack().map(Lease.Ack::detail).filter(text -> !text.isEmpty()));
  }

  private static String status(Holders.Holder holder) {
    return holder
        .ack()
        .map(ack -> ack.status().word())
        .filter(word -> !word.equals("applied"))
        .orElse("pending");
  }

  private static void rotation(JsonWriter json, Rotation rotation) {
    json.field("id", rotation.id().toString())
        .field("secret", rotation.name().text())
        .field("secret_id", rotation.secret().toString())
        .texts("scope", SecretEndpoints.scope(rotation.scope()))
        .field("from_version", rotation.from())
        .field("to_version", rotation.to())
        .field("strategy", rotation.strategy().word())
        .field("phase", rotation.phase().word())
        .field("grace_seconds", rotation.grace().toSeconds())
        .field("started_by", rotation.startedBy())
        .field("started_at", rotation.startedAt());
    rotation.deadline().ifPresent(at -> json.field("deadline", at));
    rotation.endedAt().ifPresent(at -> json.field("ended_at", at));
    rotation.undoes().ifPresent(id -> json.field("undoes", id.toString()));
    if (rotation.strategy() == Strategy.STAGED) {
      json.field("stage", rotation.stage()).field("staging", staging(rotation));
    }
  }

  /** Who is first, as it was asked for. */
  private static JsonObject staging(Rotation rotation) {
    Staging staging = rotation.staging();
    return new JsonObject()
        .put("canaries", staging.runs().size() + staging.leases().size())
        .put("waves", new JsonArray(staging.waves()))
        .put("pause_seconds", staging.pause().toSeconds())
        .put("stage_since", JsonWriter.time(rotation.stageAt().orElse(rotation.startedAt())));
  }

  private static void laggard(JsonWriter json, Rotation.Laggard laggard, Sight sight) {
    json.field("lease", laggard.lease().toString()).field("holder", laggard.holder());
    LeaseEndpoints.who(json, sight.names(new LeaseId(laggard.lease())));
  }
}
