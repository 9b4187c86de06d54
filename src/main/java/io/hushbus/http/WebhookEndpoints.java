package io.hushbus.http;

import io.hushbus.access.AccessPolicy;
import io.hushbus.access.View;
import io.hushbus.delivery.Delivery;
import io.hushbus.delivery.Selection;
import io.hushbus.delivery.Webhook;
import io.hushbus.delivery.Webhooks;
import io.hushbus.model.Action;
import io.hushbus.model.Failure;
import io.hushbus.model.Grant;
import io.hushbus.model.SecretValue;
import io.hushbus.model.Ttl;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The operations on {@code /webhooks}. A signing key is shown when it is made, and never again. */
final class WebhookEndpoints {

  private static final String KIND = "webhook";
  private static final Duration OVERLAP = Duration.ofDays(1);
  private static final Duration LONGEST_OVERLAP = Duration.ofDays(7);

  private final Scopes scopes;
  private final AccessPolicy policy;
  private final Webhooks webhooks;

  WebhookEndpoints(Scopes scopes, AccessPolicy policy, Webhooks webhooks) {
    this.scopes = scopes;
    this.policy = policy;
    this.webhooks = webhooks;
  }

  Map<String, Endpoint> byOperation() {
    return Map.of(
        "createWebhook", this::create,
        "listWebhooks", this::list,
        "getWebhook", this::get,
        "patchWebhook", this::patch,
        "deleteWebhook", this::delete,
        "rollWebhookKey", this::roll,
        "listDeliveries", this::deliveries,
        "redeliver", this::redeliver,
        "testWebhook", this::test);
  }

  private Future<Answer> create(Call call) {
    String url = call.body().required("url");
    String description = call.body().text("description").orElse("");
    return scopes
        .inBody(call, Action.WEBHOOK_ADMIN, KIND)
        .compose(
            at ->
                SubscriptionEndpoints.selection(scopes, call)
                    .compose(wanted -> webhooks.create(at.grant(), url, description, wanted)))
        .map(shown -> made(201, shown));
  }

  private Future<Answer> list(Call call) {
    View view = policy.view(call.caller(), Action.WEBHOOK_READ);
    Optional<UUID> after = PageTokens.id(call);
    return policy
        .requireView(call.caller(), Action.WEBHOOK_READ, KIND, call.context())
        .compose(grant -> webhooks.list(grant, view.only(), after, call.pageSize()))
        .map(
            page ->
                TenancyEndpoints.page(
                    call, "webhooks", page, WebhookEndpoints::webhook, one -> one.id().toString()));
  }

  private Future<Answer> get(Call call) {
    return located(call, Action.WEBHOOK_READ).compose(webhooks::get).map(WebhookEndpoints::whole);
  }

  private Future<Answer> patch(Call call) {
    JsonObject body = call.body().json();
    var edit =
        new Webhooks.Edit(
            call.body().text("url"),
            call.body().text("description"),
            SubscriptionEndpoints.texts(body, "types"),
            SubscriptionEndpoints.texts(body, "secrets"),
            Optional.ofNullable(body.getBoolean("enabled")));
    return located(call, Action.WEBHOOK_ADMIN)
        .compose(grant -> webhooks.edit(grant, edit, call.seen()))
        .map(WebhookEndpoints::whole);
  }

  private Future<Answer> delete(Call call) {
    return located(call, Action.WEBHOOK_ADMIN)
        .compose(webhooks::delete)
        .map(gone -> Answer.nothing());
  }

  private Future<Answer> roll(Call call) {
    Duration overlap = overlap(call);
    return located(call, Action.WEBHOOK_ADMIN)
        .compose(grant -> webhooks.roll(grant, overlap))
        .map(shown -> made(201, shown));
  }

  private Future<Answer> deliveries(Call call) {
    Optional<UUID> before = PageTokens.id(call);
    return located(call, Action.WEBHOOK_READ)
        .compose(grant -> webhooks.deliveries(grant, before, call.pageSize()))
        .map(
            page ->
                TenancyEndpoints.page(
                    call,
                    "deliveries",
                    page,
                    WebhookEndpoints::delivery,
                    one -> one.id().toString()));
  }

  private Future<Answer> redeliver(Call call) {
    UUID delivery = UUID.fromString(call.path("delivery"));
    return located(call, Action.WEBHOOK_ADMIN)
        .compose(grant -> webhooks.redeliver(grant, delivery))
        .map(found -> Answer.json(202, json -> delivery(json, found)));
  }

  private Future<Answer> test(Call call) {
    return located(call, Action.WEBHOOK_ADMIN)
        .compose(webhooks::test)
        .map(
            tested ->
                Answer.ok(
                    json ->
                        json.field("delivered", tested.delivered())
                            .field("status", tested.status())));
  }

  private Future<Grant> located(Call call, Action action) {
    return webhooks
        .locate(call.caller().tenant(), UUID.fromString(call.path("id")))
        .compose(resource -> policy.require(call.caller(), action, resource, call.context()));
  }

  /** For how long calls are signed under the key before as well. */
  static Duration overlap(Call call) {
    Duration overlap;
    try {
      overlap = call.body().text("overlap").map(Ttl::parse).orElse(OVERLAP);
    } catch (Failure.Invalid refused) {
      throw refused.at("/overlap");
    }
    if (overlap.compareTo(LONGEST_OVERLAP) > 0) {
      throw Failure.invalid("/overlap", Failure.Code.OUT_OF_RANGE);
    }
    return overlap;
  }

  /** The key goes into the answer, and is wiped whatever happens. */
  private static Answer made(int status, Webhooks.Shown shown) {
    try {
      return Answer.json(
              status,
              json -> {
                webhook(json, shown.webhook());
                json.secret("signing_key", shown.key());
              })
          .location("/api/v1/webhooks/" + shown.webhook().id())
          .etag(shown.webhook().etag());
    } finally {
      shown.key().ifPresent(SecretValue::close);
    }
  }

  private static Answer whole(Webhook webhook) {
    return Answer.ok(json -> webhook(json, webhook)).etag(webhook.etag());
  }

  private static void webhook(JsonWriter json, Webhook webhook) {
    Selection selection = webhook.selection();
    Webhook.State state = webhook.state();
    json.field("id", webhook.id().toString())
        .field("url", webhook.url())
        .field("description", webhook.description());
    SubscriptionEndpoints.selection(json, selection);
    json.field("owner", webhook.onRightsOf())
        .field("created_by", webhook.createdBy())
        .field("created_at", webhook.createdAt())
        .field("enabled", state.enabled())
        .field("disabled_for", state.disabledFor())
        .field("attempts", state.attempts())
        .field("last_status", state.lastStatus())
        .field("etag", Answer.tag(webhook.etag()));
    state.lastAt().ifPresent(at -> json.field("last_at", at));
    state.failingSince().ifPresent(at -> json.field("failing_since", at));
    state.nextAt().ifPresent(at -> json.field("next_attempt_at", at));
  }

  private static void delivery(JsonWriter json, Delivery delivery) {
    json.field("id", delivery.id().toString())
        .field("sequence", Long.toString(delivery.position().number()))
        .field("type", delivery.type())
        .field("state", delivery.state().word())
        .field("attempts", delivery.attempts())
        .field("last_status", delivery.lastStatus())
        .field("first_at", delivery.firstAt())
        .field("last_at", delivery.lastAt());
  }
}
