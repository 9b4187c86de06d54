package io.hushbus.model;

import java.util.Collections;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;

/**
 * The content of one version: its entries by name, at least one, in the order of their names. Wiped
 * as a whole.
 *
 * <p>{@link #size()} counts the bytes of the values, which is what the limits are about.
 */
public final class Payload implements AutoCloseable {

  /** The most entries a secret may have. */
  public static final int MAX_ENTRIES = 256;

  private final SequencedMap<EntryName, SecretValue> entries;

  public Payload(Map<EntryName, SecretValue> entries) {
    if (entries.isEmpty() || entries.size() > MAX_ENTRIES) {
      throw Failure.invalid("/data", Failure.Code.BAD_ENTRY_COUNT);
    }
    this.entries = Collections.unmodifiableSequencedMap(new TreeMap<>(entries));
  }

  /** The one entry of a text, json, file or docker_config secret. */
  public static Payload ofOne(EntryName name, SecretValue value) {
    return new Payload(Map.of(name, value));
  }

  public SequencedMap<EntryName, SecretValue> entries() {
    return entries;
  }

  /** The bytes of all values together. */
  public int size() {
    return entries.values().stream().mapToInt(SecretValue::size).sum();
  }

  @Override
  public void close() {
    entries.values().forEach(SecretValue::close);
  }

  @Override
  public String toString() {
    return "Payload[hidden]";
  }
}
