package io.hushbus.cli;

import io.hushbus.client.Body;
import io.hushbus.model.SecretValue;
import java.util.SequencedMap;

/**
 * What is to be stored: entries by name, and the type that they make. Goes as base64 whatever it
 * is, so that a value is never looked at on its way.
 *
 * @param type {@code text}, {@code json}, {@code file}, {@code docker_config} or {@code key_value}
 */
record Content(String type, SequencedMap<String, SecretValue> entries) implements AutoCloseable {

  /** The one entry of all types but {@code key_value} and {@code file}. */
  static final String ONE = "value";

  static final String KEY_VALUE = "key_value";

  Body into(Body body) {
    return body.object("data_base64", data -> entries.forEach(data::secretBase64));
  }

  @Override
  public void close() {
    entries.values().forEach(SecretValue::close);
  }

  @Override
  public String toString() {
    return "Content[" + type + ", " + entries.size() + " entries]";
  }
}
