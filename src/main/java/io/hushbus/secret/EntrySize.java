package io.hushbus.secret;

import io.hushbus.model.EntryName;
import io.hushbus.model.Payload;
import io.hushbus.model.SecretValue;
import java.util.List;

/**
 * What is known of an entry without opening it.
 *
 * @param bytes of its value; at most so many where only the size of the whole is known
 * @param zeros whether a byte of it is zero, which no environment variable can have
 */
public record EntrySize(EntryName name, int bytes, boolean zeros) {

  /** Those of a payload, in the order of their names. */
  public static List<EntrySize> of(Payload payload) {
    return payload.entries().entrySet().stream()
        .map(entry -> of(entry.getKey(), entry.getValue()))
        .toList();
  }

  private static EntrySize of(EntryName name, SecretValue value) {
    return new EntrySize(name, value.size(), value.reveal(EntrySize::hasZero));
  }

  private static Boolean hasZero(byte[] bytes) {
    for (byte one : bytes) {
      if (one == 0) {
        return true;
      }
    }
    return false;
  }

  static Integer[] bytes(List<EntrySize> sizes) {
    return sizes.stream().map(EntrySize::bytes).toArray(Integer[]::new);
  }

  static Boolean[] zeros(List<EntrySize> sizes) {
    return sizes.stream().map(EntrySize::zeros).toArray(Boolean[]::new);
  }
}
