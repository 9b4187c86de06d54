package io.hushbus.client;

import io.hushbus.model.SecretValue;
import java.util.Collections;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;

/**
 * One version of a secret, with its values. They are the lease's: wiped when a newer version is in
 * use, or the lease is over; whoever needs them for longer copies them while they are there.
 */
public final class LeasedSecret implements AutoCloseable {

  private final String secret;
  private final String type;
  private final int version;
  private final SequencedMap<String, SecretValue> entries;

  LeasedSecret(String secret, String type, int version, SequencedMap<String, SecretValue> entries) {
    this.secret = secret;
    this.type = type;
    this.version = version;
    this.entries = Collections.unmodifiableSequencedMap(entries);
  }

  /** Its name. */
  public String secret() {
    return secret;
  }

  /**
   * {@code text}, {@code key_value}, {@code json}, {@code file} or {@code docker_config}; empty of
   * what was revealed and not leased.
   */
  public String type() {
    return type;
  }

  public int version() {
    return version;
  }

  /** The names of its entries; {@code value} of a type with one value, a file's own of a file. */
  public Set<String> keys() {
    return entries.keySet();
  }

  /** All entries by name. */
  public SequencedMap<String, SecretValue> entries() {
    return entries;
  }

  /**
   * The value of a secret that has one.
   *
   * @throws IllegalStateException if it has several: name one
   */
  public SecretValue value() {
    if (entries.size() != 1) {
      throw new IllegalStateException(secret + " has " + entries.size() + " entries: name one");
    }
    return entries.firstEntry().getValue();
  }

  /** One entry, if it was leased. */
  public Optional<SecretValue> value(String key) {
    return Optional.ofNullable(entries.get(key));
  }

  /**
   * Whether both have the same entries with the same values; takes the same time where they differ.
   */
  public boolean sameAs(LeasedSecret other) {
    boolean same = entries.keySet().equals(other.entries.keySet());
    for (var entry : entries.entrySet()) {
      same &= other.value(entry.getKey()).map(entry.getValue()::matches).orElse(false);
    }
    return same;
  }

  @Override
  public void close() {
    entries.values().forEach(SecretValue::close);
  }

  @Override
  public String toString() {
    return "LeasedSecret[" + secret + " version " + version + "]";
  }
}
