package io.hushbus.runner;

import io.hushbus.model.SecretName;
import java.nio.file.Path;

/** One entry of a secret in its place: what a child finds. */
sealed interface Item {

  SecretName secret();

  /** The name of the entry. */
  String entry();

  Reload reload();

  /** In a variable. */
  record Variable(String name, SecretName secret, String entry, Reload reload) implements Item {}

  /** In a file. */
  record File(Path path, SecretName secret, String entry, Reload reload) implements Item {}
}
