package io.hushbus.client;

import io.hushbus.crypto.DeliveryContext;
import io.hushbus.crypto.DeliveryKeyPair;
import io.hushbus.crypto.DeliverySuite;
import io.hushbus.crypto.SealedDelivery;
import io.hushbus.model.Failure;
import io.hushbus.model.LeaseId;
import io.hushbus.model.Payload;
import io.hushbus.model.SecretId;
import io.hushbus.model.SecretValue;
import io.hushbus.model.TenantId;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.UUID;

/**
 * The key of one run, to which its values are sealed. The one class of the client that needs Bouncy
 * Castle; it is not loaded unless a run is opened with a key.
 */
final class OwnKey implements AutoCloseable {

  private final TenantId tenant;
  private final DeliveryKeyPair pair;

  private OwnKey(TenantId tenant, DeliveryKeyPair pair) {
    this.tenant = tenant;
    this.pair = pair;
  }

  /** A new one, of a run of that tenant. */
  static OwnKey generate(Sealing sealing, String tenant, SecureRandom random) {
    DeliverySuite suite =
        switch (sealing) {
          case X25519 -> DeliverySuite.X25519;
          case X_WING -> DeliverySuite.X_WING;
        };
    return new OwnKey(
        new TenantId(UUID.fromString(tenant)), DeliveryKeyPair.generate(suite, random));
  }

  /** What the broker seals to, in base64. */
  String shared() {
    return pair.publicKey().base64();
  }

  /**
   * The values of a lease.
   *
   * @throws Unreachable if they were not sealed to this key for this lease and version
   */
  SequencedMap<String, SecretValue> open(Json lease) {
    try {
      Json sealed = lease.object("sealed");
      SealedDelivery delivery =
          SealedDelivery.parse(
              "", pair.publicKey().suite(), sealed.text("enc"), sealed.text("ciphertext"));
      return entries(pair.open("", context(lease), delivery));
    } catch (Failure | IllegalArgumentException foreign) {
      throw new Unreachable("the values of a lease were not sealed to this run's key");
    }
  }

  private DeliveryContext context(Json lease) {
    return DeliveryContext.lease(
        tenant,
        new LeaseId(UUID.fromString(lease.text("id"))),
        new SecretId(UUID.fromString(lease.text("secret_id"))),
        (int) lease.number("version"));
  }

  /** The values are the caller's now. */
  private static SequencedMap<String, SecretValue> entries(Payload payload) {
    SequencedMap<String, SecretValue> entries = new LinkedHashMap<>();
    payload.entries().forEach((name, value) -> entries.put(name.text(), value));
    return entries;
  }

  @Override
  public void close() {
    pair.close();
  }
}
