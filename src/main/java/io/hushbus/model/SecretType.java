package io.hushbus.model;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a secret holds. All types are stored as a map of entries; all but {@link #KEY_VALUE} have
 * exactly one.
 */
public enum SecretType {
  /** One value, any bytes. */
  TEXT,
  /** One or more named entries. */
  KEY_VALUE,
  /** One JSON document, checked when written, kept byte for byte. */
  JSON,
  /** The bytes of a file, under its file name. */
  FILE,
  /** Credentials for pulling images, as a Docker configuration document. */
  DOCKER_CONFIG;

  /** The word used in the API, the database and the associated data: stable for ever. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Optional<SecretType> of(String word) {
    return Stream.of(values()).filter(type -> type.word().equals(word)).findFirst();
  }
}
