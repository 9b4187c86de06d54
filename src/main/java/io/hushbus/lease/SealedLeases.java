package io.hushbus.lease;

import io.hushbus.crypto.CryptoPool;
import io.hushbus.crypto.DeliveryContext;
import io.hushbus.crypto.DeliveryKey;
import io.hushbus.crypto.SealedDelivery;
import io.hushbus.model.Failure;
import io.hushbus.model.TenantId;
import io.vertx.core.Future;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;

/** Seals what was leased to its holder's own key, so that nobody on the way can read it. */
public final class SealedLeases {

  /**
   * A lease with its value as it goes out: sealed, and the payload is wiped; or as it is.
   *
   * @param sealed empty: the payload is still there
   */
  public record Delivered(LeasedSecret leased, Optional<Sealed> sealed) implements AutoCloseable {
    @Override
    public void close() {
      leased.close();
    }
  }

  /**
   * A value that only the holder can open, in standard base64.
   *
   * @param enc the encapsulated key
   */
  public record Sealed(String suite, String enc, String ciphertext) {}

  private final CryptoPool pool;
  private final SecureRandom random;

  public SealedLeases(CryptoPool pool, SecureRandom random) {
    this.pool = pool;
    this.random = random;
  }

  /**
   * The key of a holder, from standard base64.
   *
   * @return {@link Failure.Invalid} at {@code pointer} for what is no such key
   */
  public Future<HolderKey> key(String pointer, String base64) {
    return pool.heavy(() -> new HolderKey(DeliveryKey.parse(pointer, base64)));
  }

  /**
   * The key that was fixed when a run was opened, against the one that is asked for now.
   *
   * @return {@link Failure.Conflict} if they are not the same
   */
  public Future<Optional<HolderKey>> key(
      String pointer, Optional<Run.Delivery> fixed, Optional<String> asked) {
    if (asked.isPresent() && !asked.equals(fixed.map(Run.Delivery::key))) {
      return Future.failedFuture(Failure.conflict(Failure.Reason.STATE));
    }
    return key(pointer, fixed.map(Run.Delivery::key));
  }

  /** The key of a holder, if there is one. */
  public Future<Optional<HolderKey>> key(String pointer, Optional<String> base64) {
    return base64
        .map(text -> key(pointer, text).map(Optional::of))
        .orElseGet(() -> Future.succeededFuture(Optional.empty()));
  }

  /** Each lease sealed to the key; without one, as it is. If one cannot be, all are wiped. */
  public Future<List<Delivered>> deliver(
      TenantId tenant, Optional<HolderKey> key, List<LeasedSecret> leases) {
    return key.map(holder -> sealed(tenant, holder, leases))
        .orElseGet(
            () ->
                Future.succeededFuture(
                    leases.stream().map(one -> new Delivered(one, Optional.empty())).toList()));
  }

  private Future<List<Delivered>> sealed(
      TenantId tenant, HolderKey key, List<LeasedSecret> leases) {
    return pool.heavy(() -> leases.stream().map(one -> sealed(tenant, key, one)).toList())
        .onComplete(done -> leases.forEach(LeasedSecret::close));
  }

  private Delivered sealed(TenantId tenant, HolderKey key, LeasedSecret leased) {
    Lease lease = leased.lease();
    DeliveryContext context =
        DeliveryContext.lease(tenant, lease.id(), lease.secret(), lease.version());
    SealedDelivery sealed = key.key().seal(context, leased.payload(), random);
    return new Delivered(
        leased,
        Optional.of(
            new Sealed(sealed.suite().word(), sealed.encBase64(), sealed.ciphertextBase64())));
  }
}
