package io.hushbus.tenant;

/**
 * The root key at hand is not the one this installation was made with. The broker must not start:
 * nothing it wrote could be read by the others. Names the ids of the keys, which tell nothing about
 * them.
 */
public final class WrongRootKey extends RuntimeException {

  private static final long serialVersionUID = 1L;

  WrongRootKey(String expected, String given) {
    super(
        expected.equals(given)
            ? "The root key %s does not match the check value of this database; has it been copied from another installation?"
                .formatted(given)
            : "This database was set up under root key %s, but the configured root key is %s"
                .formatted(expected, given),
        null,
        false,
        false);
  }
}
