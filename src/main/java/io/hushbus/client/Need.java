package io.hushbus.client;

import java.util.Optional;

/**
 * One thing that a task needs, as an environment says it.
 *
 * @param key only this entry
 * @param variable the variable that gets it
 * @param mount the directory that gets a file of it
 * @param fileAs another name for that file
 * @param prefix before the keys of a whole secret of several
 */
public record Need(
    String secret,
    Optional<String> key,
    Optional<String> variable,
    Optional<String> mount,
    Optional<String> fileAs,
    Optional<String> prefix,
    boolean optional) {

  /** A secret, wherever the broker puts it. */
  public static Need of(String secret) {
    return new Need(
        secret,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        false);
  }

  public Need key(String entry) {
    return new Need(secret, Optional.of(entry), variable, mount, fileAs, prefix, optional);
  }

  public Need variable(String name) {
    return new Need(secret, key, Optional.of(name), mount, fileAs, prefix, optional);
  }

  /**
   * @param directory absolute
   */
  public Need mount(String directory) {
    return new Need(secret, key, variable, Optional.of(directory), fileAs, prefix, optional);
  }

  public Need fileAs(String name) {
    return new Need(secret, key, variable, mount, Optional.of(name), prefix, optional);
  }

  public Need prefix(String text) {
    return new Need(secret, key, variable, mount, fileAs, Optional.of(text), optional);
  }

  /** It may be absent. */
  public Need orNothing() {
    return new Need(secret, key, variable, mount, fileAs, prefix, true);
  }

  void into(Body body) {
    body.field("secret", secret)
        .field("key", key)
        .field("as_env_var", variable)
        .field("mount", mount)
        .field("file_as", fileAs)
        .field("prefix", prefix)
        .field("optional", optional);
  }
}
