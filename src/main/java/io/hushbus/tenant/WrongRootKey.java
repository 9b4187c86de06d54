package io.hushbus.tenant;

/**
 * The root key at hand is not the one this installation was made with. The broker must not start:
 * nothing it wrote could be read by the others. Names the ids of the keys, which tell nothing about
 * them.
 */
public final class WrongRootKey extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private WrongRootKey(String message) {
    super(message, null, false, false);
  }

  static WrongRootKey copied(String id) {
    return new WrongRootKey(
        "The root key %s does not match the check value of this database; has it been copied from another installation?"
            .formatted(id));
  }

  static WrongRootKey other(String expected, String given) {
    return new WrongRootKey(
        "This database was set up under root key %s, but the configured root key is %s"
            .formatted(expected, given));
  }

  /** While the root key changes, one key alone opens only a part. */
  static WrongRootKey rotating(String from, String missing) {
    return new WrongRootKey(
        "The root key is being changed from %s, and %s is needed as well: configure both, the new one as root_key and the old one as root_key.previous"
            .formatted(from, missing));
  }
}
