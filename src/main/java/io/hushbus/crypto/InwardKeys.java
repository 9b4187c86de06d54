package io.hushbus.crypto;

import io.hushbus.model.Failure;
import io.hushbus.model.Payload;
import io.hushbus.model.SecretValue;
import io.hushbus.model.TenantId;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;

/**
 * The broker's own keys for values that are sent to it sealed: one of each suite, made of one seed
 * of the installation, so that all nodes have the same. What is sealed to an older generation still
 * opens.
 */
public final class InwardKeys {

  /**
   * A key to seal to.
   *
   * @param generation of the seed, from 1
   */
  public record Published(int generation, DeliveryKey key) {}

  private record Pair(int generation, DeliveryKeyPair keys) {}

  private final List<Pair> pairs = new ArrayList<>();
  private final CryptoPool pool;

  /**
   * @param seeds by generation, 32 bytes each
   */
  public InwardKeys(NavigableMap<Integer, SecretValue> seeds, CryptoPool pool) {
    this.pool = pool;
    seeds
        .descendingMap()
        .forEach(
            (generation, seed) -> {
              for (DeliverySuite suite : DeliverySuite.values()) {
                pairs.add(new Pair(generation, derived(suite, seed)));
              }
            });
  }

  private static DeliveryKeyPair derived(DeliverySuite suite, SecretValue seed) {
    byte[] purpose = ("hushbus/inward/1/" + suite.word()).getBytes(StandardCharsets.US_ASCII);
    return DeliveryKeyPair.of(suite, SecretValue.owning(Macs.hmacSha256(seed, purpose)));
  }

  /** The keys to seal to now: one of each suite. */
  public List<Published> published() {
    int newest = pairs.getFirst().generation();
    return pairs.stream()
        .filter(pair -> pair.generation() == newest)
        .map(pair -> new Published(newest, pair.keys().publicKey()))
        .toList();
  }

  /**
   * Opens a new value, which the caller closes.
   *
   * @param name of the secret as the request gives it
   * @return {@link Failure.Invalid} at {@code pointer} for what was not sealed to one of these keys
   *     for that tenant and name
   */
  public Future<Payload> open(String pointer, TenantId tenant, String name, SealedDelivery sealed) {
    DeliveryContext context = DeliveryContext.value(tenant, name);
    return pool.heavy(() -> opened(pointer, context, sealed));
  }

  private Payload opened(String pointer, DeliveryContext context, SealedDelivery sealed) {
    return pairs.stream()
        .map(Pair::keys)
        .filter(keys -> keys.publicKey().suite() == sealed.suite())
        .flatMap(keys -> tried(keys, pointer, context, sealed).stream())
        .findFirst()
        .orElseThrow(() -> Failure.invalid(pointer, Failure.Code.BAD_FORMAT));
  }

  /**
   * Empty for what was sealed to another generation, or not at all: nothing tells the two apart.
   */
  private static Optional<Payload> tried(
      DeliveryKeyPair keys, String pointer, DeliveryContext context, SealedDelivery sealed) {
    try {
      return Optional.of(keys.open(pointer, context, sealed));
    } catch (Failure.Invalid another) {
      return Optional.empty();
    }
  }
}
