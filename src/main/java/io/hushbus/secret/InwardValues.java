package io.hushbus.secret;

import io.hushbus.crypto.DeliverySuite;
import io.hushbus.crypto.InwardKeys;
import io.hushbus.crypto.SealedDelivery;
import io.hushbus.model.Failure;
import io.hushbus.model.TenantId;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** New values that come sealed to the broker's published keys, and these keys. */
public final class InwardValues {

  /** A key to seal to, in standard base64. */
  public record Published(String suite, int generation, String key) {}

  /** A sealed value as it was sent, in standard base64. */
  public record Sealed(String suite, String enc, String ciphertext) {}

  private final InwardKeys keys;

  public InwardValues(InwardKeys keys) {
    this.keys = keys;
  }

  /** One key of each suite. */
  public List<Published> published() {
    return keys.published().stream()
        .map(one -> new Published(one.key().suite().word(), one.generation(), one.key().base64()))
        .toList();
  }

  /**
   * Opens a new value; whoever asked closes it.
   *
   * @param name of the secret as the request gives it
   * @return {@link Failure.Invalid} at {@code pointer} for what was not sealed to these keys for
   *     that tenant and name
   */
  public Future<Content> open(String pointer, TenantId tenant, String name, Sealed sealed) {
    try {
      DeliverySuite suite =
          Stream.of(DeliverySuite.values())
              .filter(one -> one.word().equals(sealed.suite()))
              .findFirst()
              .orElseThrow(() -> Failure.invalid(pointer + "/suite", Failure.Code.NOT_ALLOWED));
      SealedDelivery parsed =
          SealedDelivery.parse(pointer, suite, sealed.enc(), sealed.ciphertext());
      return keys.open(pointer, tenant, name, parsed)
          .map(payload -> new Content(Optional.empty(), payload, pointer));
    } catch (Failure refused) {
      return Future.failedFuture(refused);
    }
  }
}
