package io.hushbus.db;

/**
 * A row would have been a second one where only one may be (SQLSTATE 23505). The store that wrote
 * it knows what that means and turns it into a failure of the domain; the transaction is lost.
 */
public final class UniqueViolation extends RuntimeException {

  private static final long serialVersionUID = 1L;
  private final String constraint;

  UniqueViolation(String constraint) {
    super("unique constraint " + constraint, null, false, false);
    this.constraint = constraint;
  }

  /** The name of the constraint or unique index. */
  public String constraint() {
    return constraint;
  }
}
