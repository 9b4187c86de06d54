package io.hushbus.runner;

import io.hushbus.model.SecretType;
import io.hushbus.model.SecretValue;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** One version of a secret, with values of its own; version 0 is one of no broker. */
public final class Material implements AutoCloseable {

  private final String secret;
  private final SecretType type;
  private final int version;
  private final SortedMap<String, SecretValue> entries;

  /**
   * @param entries copied
   */
  Material(String secret, SecretType type, int version, Map<String, SecretValue> entries) {
    SortedMap<String, SecretValue> own = new TreeMap<>();
    entries.forEach((key, value) -> own.put(key, value.reveal(SecretValue::copyOf)));
    this.secret = secret;
    this.type = type;
    this.version = version;
    this.entries = Collections.unmodifiableSortedMap(own);
  }

  String secret() {
    return secret;
  }

  SecretType type() {
    return type;
  }

  int version() {
    return version;
  }

  SortedMap<String, SecretValue> entries() {
    return entries;
  }

  @Override
  public void close() {
    entries.values().forEach(SecretValue::close);
  }
}
