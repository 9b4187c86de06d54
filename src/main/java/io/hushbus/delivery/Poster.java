package io.hushbus.delivery;

import io.hushbus.model.TenantId;
import io.hushbus.outbound.Outbound;
import io.hushbus.outbound.OutboundFailed;
import io.hushbus.outbound.OutboundRequest;
import io.hushbus.outbound.TlsProfile;
import io.hushbus.secret.SigningKeys;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Makes one signed call, as Standard Webhooks has it: {@code webhook-id} stays the same over all
 * tries, {@code webhook-timestamp} is that of the try, and the signature is over both and the body.
 * A redirect is a refusal, and so is an answer that is late or long.
 */
final class Poster {

  private static final int MOST_ANSWERED = 64 * 1024;

  private final Outbound outbound;
  private final SigningKeys signing;
  private final InstantSource clock;
  private final Duration deadline;

  Poster(Outbound outbound, SigningKeys signing, InstantSource clock, Duration deadline) {
    this.outbound = outbound;
    this.signing = signing;
    this.clock = clock;
    this.deadline = deadline;
  }

  Instant now() {
    return clock.instant();
  }

  /**
   * Posts {@code body}; whatever the other side does is an outcome. Fails only where the broker
   * itself could not: without its keys, above all.
   */
  Future<Post> post(TenantId tenant, Webhook webhook, UUID id, Buffer body) {
    Instant now = clock.instant();
    String stamp = Long.toString(now.getEpochSecond());
    Buffer message = Buffer.buffer(id + "." + stamp + ".").appendBuffer(body);
    return signing
        .sign(tenant, webhook.id(), keys(webhook.keys(), now), message.getBytes())
        .compose(
            signatures ->
                outbound.send(request(webhook.url(), id.toString(), stamp, signatures, body)))
        .map(reply -> Post.answered(reply.status(), reply.retryAfter()))
        .recover(
            cause ->
                cause instanceof OutboundFailed failed
                    ? Future.succeededFuture(unanswered(failed.reason()))
                    : Future.failedFuture(cause));
  }

  private static List<SigningKeys.Kept> keys(Webhook.Keys keys, Instant now) {
    List<SigningKeys.Kept> all = new ArrayList<>(List.of(keys.newest()));
    keys.old().filter(old -> keys.oldUntil().filter(now::isBefore).isPresent()).ifPresent(all::add);
    return all;
  }

  private OutboundRequest request(
      String url, String id, String stamp, List<String> signatures, Buffer body) {
    List<String> marked = signatures.stream().map(one -> "v1," + one).toList();
    return new OutboundRequest(
        HttpMethod.POST,
        url,
        Map.of(
            "Content-Type",
            "application/cloudevents+json; charset=" + StandardCharsets.UTF_8.name(),
            "User-Agent",
            "Hushbus",
            "webhook-id",
            id,
            "webhook-timestamp",
            stamp,
            "webhook-signature",
            String.join(" ", marked)),
        body,
        TlsProfile.SYSTEM,
        MOST_ANSWERED,
        deadline);
  }

  /** Why nobody answered is not said: it would tell what is inside the network of the broker. */
  private static Post unanswered(OutboundFailed.Reason reason) {
    return switch (reason) {
      case SIZE -> Post.of(Post.Result.REFUSED, "too_large");
      case DEADLINE -> Post.of(Post.Result.REFUSED, "timeout");
      case URI, NAME, ADDRESS, CONNECTION -> Post.of(Post.Result.REFUSED, "unreachable");
      case BUSY -> Post.of(Post.Result.NOT_TRIED, "busy");
    };
  }
}
