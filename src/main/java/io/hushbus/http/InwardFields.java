package io.hushbus.http;

import io.hushbus.model.Failure;
import io.hushbus.model.TenantId;
import io.hushbus.secret.Content;
import io.hushbus.secret.InwardValues;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The field of a new value that comes sealed, in place of all others, and the keys for it. */
final class InwardFields {

  private static final String SEALED = "/sealed";

  /** What brings a value in the clear, which nothing sealed comes beside. */
  private static final List<String> OPEN =
      List.of("value", "data", "data_base64", "content_base64", "file_name");

  private final InwardValues values;

  InwardFields(InwardValues values) {
    this.values = values;
  }

  Map<String, Endpoint> byOperation() {
    return Map.of("listDeliveryKeys", this::list);
  }

  /** Everybody who is somebody may seal to the broker. */
  private Future<Answer> list(Call call) {
    return Future.succeededFuture(
        Answer.ok(json -> json.array("keys", values.published(), InwardFields::key)));
  }

  private static void key(JsonWriter json, InwardValues.Published published) {
    json.field("suite", published.suite())
        .field("generation", published.generation())
        .field("public_key", published.key());
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
    return values
        .open(SEALED, tenant, name, read(sealed.get()))
        .compose(content -> used(content, work));
  }

  /** Whatever becomes of it, the content is wiped. */
  private static <T> Future<T> used(Content content, Function<Content, Future<T>> work) {
    try {
      return work.apply(content).onComplete(done -> content.close());
    } catch (RuntimeException refused) {
      content.close();
      throw refused;
    }
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

  private static InwardValues.Sealed read(JsonObject sealed) {
    return new InwardValues.Sealed(
        sealed.getString("suite"), sealed.getString("enc"), sealed.getString("ciphertext"));
  }
}
