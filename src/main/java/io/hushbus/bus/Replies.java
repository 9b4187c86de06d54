package io.hushbus.bus;

import io.hushbus.http.Desk;
import io.hushbus.model.Failure;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * What a bridge says, as frames. The one {@code switch} over {@link Failure} of the bus has no
 * {@code default}: a new failure does not compile without a wire form. Beside the kind of failure a
 * peer gets the whole problem that HTTP would answer, as the message.
 */
final class Replies {

  private static final List<String> HEADERS = List.of("ETag", "Location", "Retry-After");

  private Replies() {}

  /** The answer to a frame, good or not; the body is overwritten once it is in the frame. */
  static Buffer to(Frame frame, Desk.Outcome outcome) {
    String reply = frame.replyAddress().orElse("");
    try {
      return outcome
          .cause()
          .map(cause -> failure(frame.address(), reply, cause, outcome))
          .orElseGet(() -> answer(reply, outcome));
    } finally {
      outcome.answer().discard();
    }
  }

  private static Buffer answer(String reply, Desk.Outcome outcome) {
    JsonObject headers = new JsonObject().put("status", "" + outcome.answer().status());
    for (String name : HEADERS) {
      Optional.ofNullable(outcome.answer().headers().get(name))
          .ifPresent(text -> headers.put(name, text));
    }
    return message(reply, headers, Buffer.buffer(outcome.answer().body()));
  }

  private static Buffer failure(
      String address, String reply, Throwable cause, Desk.Outcome outcome) {
    return frame("err", reply)
        .put("sourceAddress", address)
        .put("failureCode", outcome.answer().status())
        .put("failureType", kind(cause).name())
        .put("message", new String(outcome.answer().body(), StandardCharsets.UTF_8))
        .toBuffer();
  }

  private static ReplyFailure kind(Throwable cause) {
    return cause instanceof Failure failure ? kind(failure) : ReplyFailure.ERROR;
  }

  /** The recipient failed a peer, or it refused it. */
  private static ReplyFailure kind(Failure failure) {
    return switch (failure) {
      case Failure.Unavailable f -> ReplyFailure.ERROR;
      case Failure.Integrity f -> ReplyFailure.ERROR;
      case Failure.Invalid f -> ReplyFailure.RECIPIENT_FAILURE;
      case Failure.Unauthenticated f -> ReplyFailure.RECIPIENT_FAILURE;
      case Failure.Denied f -> ReplyFailure.RECIPIENT_FAILURE;
      case Failure.Missing f -> ReplyFailure.RECIPIENT_FAILURE;
      case Failure.Conflict f -> ReplyFailure.RECIPIENT_FAILURE;
      case Failure.Gone f -> ReplyFailure.RECIPIENT_FAILURE;
      case Failure.PreconditionFailed f -> ReplyFailure.RECIPIENT_FAILURE;
      case Failure.PreconditionRequired f -> ReplyFailure.RECIPIENT_FAILURE;
      case Failure.Unprocessable f -> ReplyFailure.RECIPIENT_FAILURE;
      case Failure.OverBudget f -> ReplyFailure.RECIPIENT_FAILURE;
    };
  }

  /** Nobody is at that address for this peer, whoever else may be. */
  static Buffer refused(Frame frame, Refused why) {
    return frame
        .replyAddress()
        .map(
            reply ->
                frame("err", reply)
                    .put("sourceAddress", frame.address())
                    .put("failureCode", -1)
                    .put("failureType", ReplyFailure.NO_HANDLERS.name()))
        .orElseGet(() -> new JsonObject().put("type", "err").put("address", frame.address()))
        .put("message", why.word())
        .toBuffer();
  }

  /** A subscription at that address could not begin. */
  static Buffer refused(String address, Desk.Outcome outcome) {
    try {
      return failure(
          address, address, outcome.cause().orElseGet(Failure::unauthenticated), outcome);
    } finally {
      outcome.answer().discard();
    }
  }

  /** Where the subscription that was asked for can be registered. */
  static Buffer subscribed(Frame frame, String address) {
    return message(
        frame.replyAddress().orElse(""),
        new JsonObject().put("status", "201"),
        new JsonObject().put("address", address).toBuffer());
  }

  /** A message whose body is JSON already. */
  static Buffer message(String address, JsonObject headers, Buffer body) {
    String head = frame("message", address).put("headers", headers).encode();
    Buffer all = Buffer.buffer(head.length() + body.length() + 16);
    all.appendString(head.substring(0, head.length() - 1)).appendString(",\"body\":");
    return (body.length() == 0 ? all.appendString("null") : all.appendBuffer(body))
        .appendString("}");
  }

  static Buffer pong() {
    return new JsonObject().put("type", "pong").toBuffer();
  }

  private static JsonObject frame(String type, String address) {
    return new JsonObject().put("type", type).put("address", address);
  }
}
