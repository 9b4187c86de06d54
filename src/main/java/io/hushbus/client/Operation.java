package io.hushbus.client;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * Long work that the broker has taken on.
 *
 * @param kind what it does, such as {@code tenant_key_rotation}
 * @param state {@code pending}, {@code running}, {@code succeeded}, {@code failed} or {@code
 *     cancelled}
 * @param total empty until it has been counted
 * @param problem the code of what last went wrong, also of work that goes on
 */
public record Operation(
    String id, String kind, String state, long done, OptionalLong total, Optional<String> problem) {

  static Operation of(Json json) {
    return new Operation(
        json.text("id"),
        json.text("kind"),
        json.text("state"),
        json.number("done"),
        json.optionalNumber("total"),
        json.optionalText("problem"));
  }

  /** Whether nothing more will come of it. */
  public boolean ended() {
    return !state.equals("pending") && !state.equals("running");
  }

  public boolean succeeded() {
    return state.equals("succeeded");
  }
}
