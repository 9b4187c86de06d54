package io.hushbus.http;

import io.hushbus.access.AccessPolicy;
import io.hushbus.delivery.Selection;
import io.hushbus.delivery.Subscription;
import io.hushbus.delivery.Subscriptions;
import io.hushbus.delivery.Subscriptions.Place;
import io.hushbus.model.Action;
import io.hushbus.model.Failure;
import io.hushbus.model.Grant;
import io.hushbus.model.Resource;
import io.hushbus.model.Scope;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The operations on {@code /subscriptions}: each principal's own. */
final class SubscriptionEndpoints {

  private final Scopes scopes;
  private final AccessPolicy policy;
  private final Subscriptions subscriptions;
  private final SharedChunks chunks;

  SubscriptionEndpoints(
      Scopes scopes, AccessPolicy policy, Subscriptions subscriptions, SharedChunks chunks) {
    this.scopes = scopes;
    this.policy = policy;
    this.subscriptions = subscriptions;
    this.chunks = chunks;
  }

  Map<String, Endpoint> byOperation() {
    return Map.of(
        "createSubscription", this::create,
        "listSubscriptions", this::list,
        "getSubscription", this::get,
        "deleteSubscription", this::delete,
        "readSubscription", this::read,
        "acknowledge", this::acknowledge);
  }

  private Future<Answer> create(Call call) {
    Place start = call.body().text("start").map(SubscriptionEndpoints::place).orElse(Place.NOW);
    String description = call.body().text("description").orElse("");
    return own(call, Subscription.resource())
        .compose(
            grant ->
                selection(scopes, call)
                    .compose(wanted -> subscriptions.create(grant, description, wanted, start))
                    .map(
                        made ->
                            Answer.created(
                                "/api/v1/subscriptions/" + made.id(),
                                json -> write(json, grant, made))));
  }

  private Future<Answer> list(Call call) {
    Optional<UUID> after = PageTokens.id(call);
    return own(call, Subscription.resource())
        .compose(
            grant ->
                subscriptions
                    .list(grant, after, call.pageSize())
                    .map(
                        page ->
                            TenancyEndpoints.page(
                                call,
                                "subscriptions",
                                page,
                                (json, one) -> write(json, grant, one),
                                one -> one.id().toString())));
  }

  private Future<Answer> get(Call call) {
    return one(call).compose(grant -> subscriptions.get(grant).map(found -> answer(grant, found)));
  }

  private Future<Answer> delete(Call call) {
    return one(call).compose(subscriptions::delete).map(gone -> Answer.nothing());
  }

  private Future<Answer> read(Call call) {
    Duration wait = EventEndpoints.wait(call);
    return one(call)
        .compose(
            grant ->
                call.wantsEvents()
                    ? subscriptions
                        .get(grant)
                        .map(
                            found ->
                                new EventStream(
                                    call, chunks, sink -> subscriptions.open(grant, sink)))
                    : subscriptions.poll(grant, wait, call.gone()).map(EventEndpoints::page));
  }

  /** A cursor, or the word to begin anew: one of the two. */
  private Future<Answer> acknowledge(Call call) {
    Optional<String> cursor = call.body().text("cursor");
    Optional<Place> restart = call.body().text("restart").map(SubscriptionEndpoints::place);
    if (cursor.isPresent() == restart.isPresent()) {
      throw Failure.invalid(
          "/cursor", cursor.isPresent() ? Failure.Code.NOT_ALLOWED : Failure.Code.MISSING_FIELD);
    }
    return one(call)
        .compose(
            grant ->
                cursor
                    .map(text -> subscriptions.acknowledge(grant, text))
                    .orElseGet(() -> subscriptions.restart(grant, restart.orElseThrow()))
                    .map(moved -> answer(grant, moved)));
  }

  private Future<Grant> one(Call call) {
    UUID id = UUID.fromString(call.path("id"));
    return own(call, Subscription.resource().withId(id));
  }

  private Future<Grant> own(Call call, Resource resource) {
    return policy.require(
        call.caller(),
        Action.SUBSCRIPTION_USE,
        resource,
        call.caller().principal(),
        call.context());
  }

  /** What the body selects, with project and domain found by their names. */
  static Future<Selection> selection(Scopes scopes, Call call) {
    JsonObject body = call.body().json();
    return scopes
        .seenInBody(call)
        .map(
            scope ->
                new Selection(
                    texts(body, "types").orElse(List.of()),
                    scope.inProject().map(Scope.Place::id),
                    scope.inDomain().map(Scope.Place::id),
                    texts(body, "secrets").orElse(List.of())));
  }

  static Optional<List<String>> texts(JsonObject body, String field) {
    return Optional.ofNullable(body.getJsonArray(field))
        .map(array -> array.stream().map(String.class::cast).toList());
  }

  static void selection(JsonWriter json, Selection selection) {
    json.texts("types", selection.types())
        .field("project_id", selection.project().map(UUID::toString))
        .field("domain_id", selection.domain().map(UUID::toString))
        .texts("secrets", selection.secrets());
  }

  private Answer answer(Grant grant, Subscription subscription) {
    return Answer.ok(json -> write(json, grant, subscription));
  }

  private void write(JsonWriter json, Grant grant, Subscription subscription) {
    json.field("id", subscription.id().toString()).field("description", subscription.description());
    selection(json, subscription.selection());
    json.field("cursor", subscriptions.cursor(grant, subscription))
        .field("acked_sequence", Long.toString(subscription.acked().number()))
        .field("acked_at", subscription.ackedAt())
        .field("created_at", subscription.createdAt());
  }

  private static Place place(String word) {
    return Place.valueOf(word.toUpperCase(Locale.ROOT));
  }
}
