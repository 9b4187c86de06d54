package io.hushbus.event;

import io.hushbus.model.Resource;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What an audit record says beside who, when and by which right.
 *
 * @param name the name the thing had at the time, if it has names
 * @param version the version of a secret that was written or handed out
 * @param detail small facts: ids, counts, names of changed fields; never a value
 */
public record Trace(
    Resource resource, Optional<String> name, OptionalInt version, Map<String, Object> detail) {

  public static Trace of(Resource resource) {
    return new Trace(resource, Optional.empty(), OptionalInt.empty(), Map.of());
  }

  public Trace named(String thing) {
    return new Trace(resource, Optional.of(thing), version, detail);
  }

  public Trace atVersion(int number) {
    return new Trace(resource, name, OptionalInt.of(number), detail);
  }

  public Trace with(Map<String, Object> facts) {
    return new Trace(resource, name, version, facts);
  }
}
