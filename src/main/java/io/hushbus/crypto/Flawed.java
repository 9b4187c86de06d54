package io.hushbus.crypto;

/**
 * Carries a {@link Flaw} from where it is found to the public method that answers with the one
 * integrity failure. Never leaves this package.
 */
final class Flawed extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final Flaw flaw;

  Flawed(Flaw flaw) {
    super(flaw.word(), null, false, false);
    this.flaw = flaw;
  }

  Flaw flaw() {
    return flaw;
  }
}
