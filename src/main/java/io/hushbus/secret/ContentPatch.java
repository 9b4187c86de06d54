package io.hushbus.secret;

import io.hushbus.model.EntryName;
import io.hushbus.model.Failure;
import io.hushbus.model.Payload;
import io.hushbus.model.SecretValue;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Changes to single entries, as a JSON merge patch (RFC 7396) says them: a value sets an entry, an
 * empty one removes it, and entries that are not named stay.
 */
public record ContentPatch(Map<EntryName, Optional<SecretValue>> entries) implements AutoCloseable {

  /** Sets every entry of the payload and removes none. Shares its values. */
  public static ContentPatch setting(Payload payload) {
    Map<EntryName, Optional<SecretValue>> entries = new LinkedHashMap<>();
    payload.entries().forEach((name, value) -> entries.put(name, Optional.of(value)));
    return new ContentPatch(entries);
  }

  /**
   * The whole content after the patch. Shares the values of both; close neither before the result
   * is no longer needed.
   */
  Payload appliedTo(Payload before) {
    Map<EntryName, SecretValue> after = new LinkedHashMap<>(before.entries());
    entries.forEach(
        (name, value) -> value.ifPresentOrElse(v -> after.put(name, v), () -> after.remove(name)));
    if (after.isEmpty()) {
      throw Failure.invalid("/data", Failure.Code.BAD_ENTRY_COUNT);
    }
    return new Payload(after);
  }

  @Override
  public void close() {
    entries.values().forEach(value -> value.ifPresent(SecretValue::close));
  }
}
