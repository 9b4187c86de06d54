package io.hushbus.db;

import io.hushbus.config.DatabaseConfig;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import java.util.regex.Pattern;
import org.postgresql.util.PasswordUtil;

/**
 * Makes the broker's two roles where they are missing. Roles belong to a server, not to a database:
 * two migrations of two databases may race here, and the loser takes what the winner made.
 *
 * <p>The password leaves this process as a SCRAM verifier, never as itself.
 */
final class Roles {

  private static final Pattern NAME = Pattern.compile("[a-z_][a-z0-9_]{0,62}");

  /**
   * Made by another at the same moment: duplicate object, duplicate key, "concurrently updated".
   */
  private static final Set<String> RACES = Set.of("42710", "23505", "XX000");

  private final String app;
  private final String system;
  private final char[] password;

  Roles(DatabaseConfig config) {
    this.app = checked(config.user());
    this.system = checked(config.systemRole());
    this.password = JdbcSource.text(config.password()).toCharArray();
  }

  void make(Connection connection) throws SQLException {
    if (!exists(connection, system)) {
      unlessRaced(connection, "CREATE ROLE " + system + " NOLOGIN");
    }
    if (!exists(connection, app)) {
      unlessRaced(connection, "CREATE ROLE " + app + " LOGIN NOINHERIT PASSWORD " + verifier());
    }
    if (!member(connection)) {
      unlessRaced(connection, "GRANT " + system + " TO " + app);
    }
  }

  private String verifier() throws SQLException {
    return "'" + PasswordUtil.encodePassword(app, password, "scram-sha-256") + "'";
  }

  private static boolean exists(Connection connection, String role) throws SQLException {
    return holds(connection, "SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = ?)", role);
  }

  private boolean member(Connection connection) throws SQLException {
    return holds(
        connection,
        """
        SELECT EXISTS (SELECT FROM pg_auth_members m
                         JOIN pg_roles r ON r.oid = m.roleid JOIN pg_roles u ON u.oid = m.member
                        WHERE r.rolname = ? AND u.rolname = ?)
        """,
        system,
        app);
  }

  private static boolean holds(Connection connection, String sql, String... parameters)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < parameters.length; i++) {
        statement.setString(i + 1, parameters[i]);
      }
      try (ResultSet rows = statement.executeQuery()) {
        return rows.next() && rows.getBoolean(1);
      }
    }
  }

  private static void unlessRaced(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException refused) {
      if (!RACES.contains(refused.getSQLState())) {
        throw refused;
      }
    }
  }

  private static String checked(String role) {
    if (!NAME.matcher(role).matches()) {
      throw new IllegalArgumentException("a role is named by lower-case letters, digits and _");
    }
    return role;
  }
}
