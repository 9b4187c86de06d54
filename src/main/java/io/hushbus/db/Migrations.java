package io.hushbus.db;

import io.hushbus.config.DatabaseConfig;
import io.hushbus.config.DatabaseConfig.Owner;
import io.hushbus.config.DatabaseConfig.TlsMode;
import io.vertx.core.Future;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationInfoService;
import org.flywaydb.core.api.MigrationState;

/**
 * Moves the schema, and says where it stands. Moving is done by the owner of the tables under a
 * lock of the database; checking needs only the broker's own role. Blocks: for start-up alone.
 */
public final class Migrations {

  /** Where the schema of a database stands, seen from this program. */
  public sealed interface Status {

    /** Exactly what this program needs. */
    record Current(String version) implements Status {}

    /** Older: {@code migrate} takes it from one version to the other. */
    record Pending(String from, String to) implements Status {}

    /** Newer than this program knows: it must not touch it. */
    record Newer(String database, String program) implements Status {}

    /** No schema at all. */
    record Empty() implements Status {}

    /** The rights of the broker's role are wider than they may be; {@code reason} says which. */
    record Unsafe(String reason) implements Status {}
  }

  /** The database could not be reached or refused: says what was tried, never a password. */
  public static final class Unreachable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Unreachable(String what, Exception cause) {
      super(what, cause);
    }
  }

  private static final String HISTORY = "flyway_schema_history";
  private static final String READABLE_HISTORY =
      "SELECT h::text FROM to_regclass('public."
          + HISTORY
          + "') h WHERE has_table_privilege(h, 'SELECT')";
  private static final int LOCK_SECONDS = 60;

  /** Those that this program brings: how many, and the last one. */
  static final String KNOWN = "28 up to 032";

  /** The same of those that were applied; nothing, if one was not brought to its end. */
  private static final String APPLIED =
      "SELECT CASE WHEN bool_and(success) THEN count(version) || ' up to ' || max(version) END"
          + " FROM public."
          + HISTORY;

  /**
   * What the broker's role may do beyond its tables: each line that holds is a hole in the fence.
   */
  private static final String WIDER_THAN_ALLOWED =
      """
      SELECT 'role ' || rolname || ' is a superuser' FROM pg_roles
       WHERE rolname = current_user AND rolsuper
      UNION ALL
      SELECT 'role ' || rolname || ' bypasses row-level security' FROM pg_roles
       WHERE rolname = current_user AND rolbypassrls
      UNION ALL
      SELECT 'role ' || current_user || ' inherits from ' || rolname || ': make it NOINHERIT'
        FROM pg_roles
       WHERE rolname = ? AND pg_has_role(current_user, oid, 'USAGE')
      UNION ALL
      SELECT 'role ' || current_user || ' owns table ' || relname FROM pg_class
       WHERE relowner = (SELECT oid FROM pg_roles WHERE rolname = current_user) AND relkind IN ('r', 'p')
      """;

  /** A row, if the schema is what this program needs and no line above holds. */
  private static final String AS_IT_SHOULD_BE =
      "SELECT 1 WHERE ("
          + APPLIED
          + ") = $1 AND NOT EXISTS ("
          + WIDER_THAN_ALLOWED.replace("?", "$2")
          + ")";

  private final DatabaseConfig config;

  public Migrations(DatabaseConfig config) {
    this.config = config;
  }

  /**
   * Whether {@link #check} would find nothing to say, by one look through a connection of the
   * broker's own: mostly all is well, and then nothing else has to be opened. Never fails; false
   * also where it could not be seen.
   */
  public Future<Boolean> seenCurrent(Db db) {
    return db.finds(AS_IT_SHOULD_BE, KNOWN, config.systemRole()).otherwise(false);
  }

  /**
   * Compares the database with this program, as the broker's role; changes nothing.
   *
   * @throws Unreachable if it does not answer within seconds, or refuses the role
   */
  public Status check() {
    DataSource source = JdbcSource.of(config, config.user(), config.password());
    return seen(source).orElseGet(() -> status(flyway(source).info()));
  }

  /**
   * What can be told by a look at the history: mostly that all is well, in a fraction of the time
   * that it takes to compare everything.
   */
  private Optional<Status> seen(DataSource source) {
    try (Connection connection = source.getConnection()) {
      if (ask(connection, READABLE_HISTORY).isEmpty()) {
        return Optional.of(new Status.Empty());
      }
      Optional<String> wider = ask(connection, WIDER_THAN_ALLOWED, config.systemRole());
      return wider.isPresent()
          ? wider.map(Status.Unsafe::new)
          : ask(connection, APPLIED)
              .filter(KNOWN::equals)
              .map(known -> new Status.Current(known.substring(known.lastIndexOf(' ') + 1)));
    } catch (SQLException refused) {
      throw unreachable(refused);
    }
  }

  /**
   * Brings the database to this program's version, making the two roles if they are missing. Safe
   * to run twice and at the same time from two places; refuses a database that is newer.
   *
   * @throws IllegalStateException if the configuration names no owner
   * @throws Unreachable as {@link #check}
   */
  public Status migrate() {
    Owner owner =
        config
            .owner()
            .orElseThrow(() -> new IllegalStateException("database.owner is needed to migrate"));
    DataSource source = JdbcSource.of(config, owner.user(), owner.password());
    if (hasHistory(source) && status(flyway(source).info()) instanceof Status.Newer newer) {
      return newer;
    }
    run(source, connection -> new Roles(config).make(connection));
    flyway(source).migrate();
    run(source, this::grantHistory);
    return status(flyway(source).info());
  }

  private Flyway flyway(DataSource source) {
    return Flyway.configure()
        .dataSource(source)
        .locations("classpath:schema")
        .defaultSchema("public")
        .table(HISTORY)
        .placeholders(Map.of("app_role", config.user(), "system_role", config.systemRole()))
        .lockRetryCount(LOCK_SECONDS)
        .cleanDisabled(true)
        .validateMigrationNaming(true)
        .loggers("slf4j")
        .load();
  }

  private static Status status(MigrationInfoService info) {
    String known = last(Stream.of(info.all()).filter(one -> one.getState().isResolved()));
    String applied = last(Stream.of(info.applied()));
    if (Stream.of(info.applied()).anyMatch(Migrations::unknown)) {
      return new Status.Newer(applied, known);
    }
    return info.pending().length == 0
        ? new Status.Current(applied)
        : new Status.Pending(applied, known);
  }

  /** Applied by another program: a later one, or one with other migrations. */
  private static boolean unknown(MigrationInfo one) {
    MigrationState state = one.getState();
    return state == MigrationState.FUTURE_SUCCESS || state == MigrationState.MISSING_SUCCESS;
  }

  private static String last(Stream<MigrationInfo> migrations) {
    return migrations
        .filter(one -> one.getVersion() != null)
        .reduce((first, second) -> second)
        .map(one -> one.getVersion().getVersion())
        .orElse("0");
  }

  /** Whether there is one that the role may read: the end of the first migration grants that. */
  private boolean hasHistory(DataSource source) {
    try (Connection connection = source.getConnection()) {
      return ask(connection, READABLE_HISTORY).isPresent();
    } catch (SQLException refused) {
      throw unreachable(refused);
    }
  }

  private void grantHistory(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("GRANT SELECT ON public." + HISTORY + " TO " + config.user());
    }
  }

  private interface Step {
    void on(Connection connection) throws SQLException;
  }

  private void run(DataSource source, Step step) {
    try (Connection connection = source.getConnection()) {
      step.on(connection);
    } catch (SQLException refused) {
      throw unreachable(refused);
    }
  }

  /** The first value of the first row, if there is one and it is not null. */
  private static Optional<String> ask(Connection connection, String sql, String... parameters)
      throws SQLException {
    try (var statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < parameters.length; i++) {
        statement.setString(i + 1, parameters[i]);
      }
      try (ResultSet rows = statement.executeQuery()) {
        return rows.next() ? Optional.ofNullable(rows.getString(1)) : Optional.empty();
      }
    }
  }

  private Unreachable unreachable(SQLException refused) {
    String state = String.valueOf(refused.getSQLState());
    String what =
        switch (state) {
          case "08001" -> "the database does not answer";
          case "28000", "28P01" ->
              "the database refused the role or its password (`hushbus migrate` makes the role)";
          case "3D000" -> "the server has no database of this name; create it";
          default -> unprotected(refused, state).orElse("the database refused");
        };
    return new Unreachable(what + " (SQLSTATE " + state + ")", refused);
  }

  /** What keeps the connection from being verified, if that is it, and what to do about it. */
  private Optional<String> unprotected(SQLException refused, String state) {
    if (config.tlsMode() == TlsMode.DISABLE || !state.startsWith("08")) {
      return Optional.empty();
    }
    String demanded = "database.tls_mode verify_full: ";
    if (state.equals("08004")) {
      return Optional.of(
          demanded + "the server speaks no TLS; switch it on there (ssl = on), or set `disable`");
    }
    return refused.getCause() instanceof SSLException
        ? Optional.of(
            demanded
                + "the server's certificate is not by an authority that is trusted; name the file"
                + " of the right one in database.ca")
        : Optional.of(
            demanded
                + "the server could not be verified; its certificate must be for the name in"
                + " database.host");
  }
}
