package io.hushbus.crypto;

import io.hushbus.model.LeaseId;
import io.hushbus.model.SecretId;
import io.hushbus.model.TenantId;
import java.nio.charset.StandardCharsets;

/**
 * What a sealed delivery is for: its associated data, as ASCII lines, so that one delivery never
 * opens in the place of another. {@code docs/sealed-delivery.md} shows them to other implementers.
 */
public final class DeliveryContext {

  private final byte[] aad;

  private DeliveryContext(String... lines) {
    this.aad = String.join("\n", lines).getBytes(StandardCharsets.US_ASCII);
  }

  /** A version of a secret, on its way to who leased it. */
  public static DeliveryContext lease(
      TenantId tenant, LeaseId lease, SecretId secret, int version) {
    return new DeliveryContext(
        "hushbus/lease/1",
        tenant.toString(),
        lease.toString(),
        secret.toString(),
        Integer.toString(version));
  }

  /**
   * A new value, on its way to the broker.
   *
   * @param name of the secret as the request gives it, letters and digits and {@code _-} alone
   */
  public static DeliveryContext value(TenantId tenant, String name) {
    return new DeliveryContext("hushbus/value/1", tenant.toString(), name);
  }

  byte[] aad() {
    return aad;
  }
}
