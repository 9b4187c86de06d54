package io.hushbus.delivery;

import java.time.Instant;
import java.util.Map;

/** Something that a caller holds, as far as it decides which notices are for it. */
public interface Holding {

  /** The id of the secret, as a text. */
  String secret();

  /**
   * Whether a notice about the secret is for its holder.
   *
   * @param type the full word
   * @param data of the notice: texts, numbers, lists and maps
   */
  boolean isTold(String type, Instant at, Map<String, Object> data);
}
