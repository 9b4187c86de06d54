package io.hushbus.imports;

import io.hushbus.model.Payload;
import io.hushbus.model.SecretName;
import io.hushbus.model.SecretType;

/**
 * One secret that was found in a file.
 *
 * @param name what it will be called
 * @param source what the file calls it: a variable, a manifest's name, a path
 * @param description empty where the file has none
 * @param line where it begins, from 1
 */
public record ImportedSecret(
    SecretName name, String source, SecretType type, Payload payload, String description, int line)
    implements AutoCloseable {

  @Override
  public void close() {
    payload.close();
  }
}
