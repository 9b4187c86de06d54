package io.hushbus.client;

import java.util.Locale;

/** How a run ended. */
public enum Outcome {
  SUCCEEDED,
  FAILED,
  CANCELLED;

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
