package io.hushbus.client;

/** How values are sealed to a run's own key: {@code docs/sealed-delivery.md}. */
public enum Sealing {
  X25519,
  /** ML-KEM-768 and X25519 together, also safe from those who record now to decrypt later. */
  X_WING
}
