package io.hushbus.crypto;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The root keys at hand: the one configured as current and, around a rotation, the one before it.
 * Which of them wraps new keys is the installation's to say, not the configuration's.
 */
public final class RootKeyRing implements AutoCloseable {

  private final RootKey current;
  private final Map<String, RootKey> byId = new LinkedHashMap<>();

  private RootKeyRing(RootKey current) {
    this.current = current;
    this.byId.put(current.id(), current);
  }

  /** One root key: the usual case. */
  public static RootKeyRing of(RootKey only) {
    return new RootKeyRing(only);
  }

  /** The key in use from now on, and the one that older rows may still be wrapped by. */
  public static RootKeyRing of(RootKey current, RootKey previous) {
    RootKeyRing ring = new RootKeyRing(current);
    ring.byId.putIfAbsent(previous.id(), previous);
    return ring;
  }

  /** The key that the configuration names as the current one. */
  public RootKey current() {
    return current;
  }

  /** The key of that id, if it is at hand. */
  public Optional<RootKey> of(String id) {
    return Optional.ofNullable(byId.get(id));
  }

  /** Whether there is more than one. */
  public boolean rotating() {
    return byId.size() > 1;
  }

  @Override
  public void close() {
    byId.values().forEach(RootKey::close);
  }

  @Override
  public String toString() {
    return "RootKeyRing" + byId.keySet();
  }
}
