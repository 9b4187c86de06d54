package io.hushbus.rotation;

import io.hushbus.model.Failure;
import io.hushbus.model.TenantId;
import io.hushbus.outbound.Outbound;
import io.hushbus.outbound.OutboundFailed;
import io.hushbus.outbound.OutboundReply;
import io.hushbus.outbound.OutboundRequest;
import io.hushbus.outbound.TlsProfile;
import io.hushbus.secret.Secret;
import io.hushbus.secret.SigningKeys;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * One signed call of a hook, in the form of Standard Webhooks. The id of the call is that of the
 * rotation and the step, the same in every repetition.
 */
final class HookCall {

  private static final Duration DEADLINE = Duration.ofSeconds(10);

  /** Beyond the largest version, with what JSON adds to it. */
  private static final int MOST_BYTES = 8 << 20;

  private final Outbound outbound;
  private final SigningKeys signing;

  HookCall(Outbound outbound, SigningKeys signing) {
    this.outbound = outbound;
    this.signing = signing;
  }

  /**
   * What is asked of a hook.
   *
   * @param word of the step
   * @param version that it is about, once there is one
   */
  record Ask(String word, UUID hook, Optional<Integer> version, Instant now) {}

  /**
   * Calls the hook, signed under each of the keys; {@link Failure.Unavailable} unless it answers
   * with success.
   */
  Future<OutboundReply> send(
      TenantId tenant, Secret head, Source.Hook hook, List<SigningKeys.Kept> keys, Ask ask) {
    byte[] body = body(head, ask).getBytes(StandardCharsets.UTF_8);
    String id = ask.hook() + "." + ask.word();
    String time = Long.toString(ask.now().getEpochSecond());
    byte[] signed =
        (id + "." + time + "." + new String(body, StandardCharsets.UTF_8))
            .getBytes(StandardCharsets.UTF_8);
    return signing
        .sign(tenant, head.id().value(), keys, signed)
        .compose(signatures -> outbound.send(request(hook, id, time, signatures, ask, body)))
        .recover(HookCall::away)
        .map(HookCall::well);
  }

  private static OutboundRequest request(
      Source.Hook hook, String id, String time, List<String> signatures, Ask ask, byte[] body) {
    return new OutboundRequest(
        HttpMethod.POST,
        hook.url(),
        Map.of(
            "Content-Type",
            "application/json",
            "Accept",
            "application/json",
            "Idempotency-Key",
            ask.hook().toString(),
            "webhook-id",
            id,
            "webhook-timestamp",
            time,
            "webhook-signature",
            signatures.stream().map(one -> "v1," + one).collect(Collectors.joining(" "))),
        Buffer.buffer(body),
        TlsProfile.SYSTEM,
        MOST_BYTES,
        DEADLINE);
  }

  /** Ids, names and numbers alone, none of which needs escaping. */
  private static String body(Secret head, Ask ask) {
    StringBuilder json = new StringBuilder();
    json.append("{\"step\":\"").append(ask.word());
    json.append("\",\"rotation\":\"").append(ask.hook());
    json.append("\",\"secret_id\":\"").append(head.id());
    json.append("\",\"secret\":\"").append(head.name().text()).append('"');
    head.scope()
        .inProject()
        .ifPresent(one -> json.append(",\"project\":\"").append(one.name().text()).append('"'));
    head.scope()
        .inDomain()
        .ifPresent(one -> json.append(",\"domain\":\"").append(one.name().text()).append('"'));
    ask.version().ifPresent(version -> json.append(",\"version\":").append(version));
    return json.append('}').toString();
  }

  private static <T> Future<T> away(Throwable cause) {
    return Future.failedFuture(
        cause instanceof OutboundFailed ? Failure.gone("rotation_hook") : cause);
  }

  private static OutboundReply well(OutboundReply reply) {
    if (reply.status() < 200 || reply.status() > 299) {
      throw Failure.gone("rotation_hook");
    }
    return reply;
  }
}
