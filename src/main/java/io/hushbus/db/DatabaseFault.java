package io.hushbus.db;

/**
 * A statement that PostgreSQL or its client refused because it is wrong: a bug. Names the SQLSTATE,
 * the constraint and the statement, never a value: the server's own text may hold values and is
 * kept for errors about the statement itself only.
 */
public final class DatabaseFault extends RuntimeException {

  private static final long serialVersionUID = 1L;
  private final String sqlState;
  private final String constraint;

  DatabaseFault(String sqlState, String constraint, String fact, String sql) {
    super("SQLSTATE " + sqlState + " " + fact + " in: " + sql.strip());
    this.sqlState = sqlState;
    this.constraint = constraint;
  }

  /** Five characters as in the PostgreSQL manual, appendix A; {@code -----} from the client. */
  public String sqlState() {
    return sqlState;
  }

  /** The constraint that was violated, or an empty text. */
  public String constraint() {
    return constraint;
  }
}
