package io.hushbus.lease;

import io.hushbus.crypto.DeliveryKey;

/** The public key of a holder, to which values are sealed: checked, so that sealing cannot fail. */
public final class HolderKey {

  private final DeliveryKey key;

  HolderKey(DeliveryKey key) {
    this.key = key;
  }

  DeliveryKey key() {
    return key;
  }

  /** As it is kept with a run. */
  Run.Delivery kept() {
    return new Run.Delivery(key.suite().word(), key.base64());
  }
}
