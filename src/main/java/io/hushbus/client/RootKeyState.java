package io.hushbus.client;

import java.util.List;
import java.util.Optional;

/**
 * Which root keys wrap the keys of an installation, by ids that tell nothing about them.
 *
 * @param next the one that is taking over
 */
public record RootKeyState(String current, Optional<String> next, List<String> inUse) {

  static RootKeyState of(Json json) {
    return new RootKeyState(json.text("current"), json.optionalText("next"), json.texts("in_use"));
  }
}
