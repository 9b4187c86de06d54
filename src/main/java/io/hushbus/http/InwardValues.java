package io.hushbus.http;

import io.hushbus.crypto.DeliveryKey;
import io.hushbus.crypto.DeliverySuite;
import io.hushbus.crypto.InwardKeys;
import io.hushbus.crypto.SealedDelivery;
import io.hushbus.model.Failure;
import io.hushbus.model.TenantId;
import io.hushbus.secret.Content;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** New values that come sealed to the broker's published keys, and these keys. */
final class InwardValues {

  private static final String SEALED = "/sealed";

  /** What brings a value in the clear, which nothing sealed comes beside. */
  private static final List<String> OPEN =
      List.of("value", "data", "data_base64", "content_base64", "file_name");

  private final InwardKeys keys;

  InwardValues(InwardKeys keys) {
    this.keys = keys;
  }

  Map<String, Endpoint> byOperation() {
    return Map.of("listDeliveryKeys", this::list);
  }

  private Future<Answer> list(Call call) {
    call.caller();
    return Future.succeededFuture(
        Answer.ok(json -> json.array("keys", keys.published(), InwardValues::key)));
  }

  private static void key(JsonWriter json, InwardKeys.Published published) {
    DeliveryKey key = published.key();
    json.field("suite", key.suite().word())
        .field("generation", published.generation())
        .field("public_key", key.base64());
  }

  /**
   * Works with the content that a body brings, sealed or not; what was opened here is wiped
   * afterwards.
   *
   * @param name of the secret as the request gives it
   */
  <T> Future<T> with(TenantId tenant, Body body, String name, Function<Content, Future<T>> work) {
    Optional<JsonObject> sealed = Optional.ofNullable(body.json().getJsonObject("sealed"));
    if (sealed.isEmpty()) {
      return work.apply(ValueFields.content(body));
    }
    refuseOpen(body);
    return keys.open(SEALED, tenant, name, read(sealed.get()))
        .map(payload -> new Content(Optional.empty(), payload, SEALED))
        .compose(content -> work.apply(content).onComplete(done -> content.close()));
  }

  private static void refuseOpen(Body body) {
    List<Failure.Field> beside =
        OPEN.stream()
            .filter(body.json()::containsKey)
            .map(name -> new Failure.Field("/" + name, Failure.Code.NOT_ALLOWED))
            .toList();
    if (!beside.isEmpty()) {
      throw Failure.invalid(beside);
    }
  }

  private static SealedDelivery read(JsonObject sealed) {
    DeliverySuite suite =
        Stream.of(DeliverySuite.values())
            .filter(one -> one.word().equals(sealed.getString("suite")))
            .findFirst()
            .orElseThrow(() -> Failure.invalid(SEALED + "/suite", Failure.Code.NOT_ALLOWED));
    return SealedDelivery.parse(
        SEALED, suite, sealed.getString("enc"), sealed.getString("ciphertext"));
  }
}
