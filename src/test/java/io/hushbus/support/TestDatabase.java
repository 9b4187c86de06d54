package io.hushbus.support;

import io.hushbus.config.DatabaseConfig;
import io.hushbus.config.DatabaseConfig.Owner;
import io.hushbus.db.LocalServer;
import io.hushbus.db.Migrations;
import io.hushbus.db.Migrations.Status;
import io.hushbus.model.SecretValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * A fresh database with the schema of this build, on a server that all tests of the process share.
 *
 * <p>The schema is migrated once into a template; each test class gets a copy of it in some tens of
 * milliseconds and drops it with {@link #close}.
 */
public final class TestDatabase implements AutoCloseable {

  public static final String APP_PASSWORD = "only-for-tests";

  private static final String PREFIX = "hushbus_test_";

  /** A server with its template, which made the roles too. */
  private record Home(DatabaseServer server, String template) {

    static Home of(DatabaseServer server) {
      return new Home(server, TestDatabase.template(server));
    }

    TestDatabase copy(String of) {
      String name = PREFIX + UUID.randomUUID().toString().replace("-", "");
      execute(server.database("postgres"), "CREATE DATABASE " + name + " TEMPLATE " + of);
      return new TestDatabase(server, server.database(name));
    }
  }

  /** Made on first use. */
  private static final class Shared {
    static final Home HOME = Home.of(DatabaseServer.start());
  }

  /** A server that may be stopped, since this process has started it: made on first use. */
  private static final class Ours {
    static final Home HOME =
        Shared.HOME.server().local().isPresent() ? Shared.HOME : Home.of(DatabaseServer.embedded());
  }

  private final DatabaseServer server;
  private final DatabaseConfig config;

  private TestDatabase(DatabaseServer server, DatabaseConfig config) {
    this.server = server;
    this.config = config;
  }

  /** A new database, migrated. */
  public static TestDatabase fresh() {
    return Shared.HOME.copy(Shared.HOME.template());
  }

  /**
   * A new database, migrated, on a server that can be stopped and frozen: an embedded one, whatever
   * the other tests run on.
   */
  public static TestDatabase stoppable() {
    return Ours.HOME.copy(Ours.HOME.template());
  }

  /** A new database with nothing in it. */
  public static TestDatabase empty() {
    return Shared.HOME.copy("template0");
  }

  /** The settings of the broker's role, and of the owner. */
  public DatabaseConfig config() {
    return config;
  }

  /** JDBC URL with credentials of the owner, whom row-level security does not bind. */
  public String ownerUrl() {
    Owner owner = config.owner().orElseThrow();
    return url(config) + "?user=" + owner.user() + "&password=" + text(owner.password());
  }

  /** Whether some session waits for a lock. */
  public boolean isWaitedIn() throws SQLException {
    String waiting =
        """
        SELECT EXISTS (SELECT FROM pg_stat_activity
          WHERE datname = current_database() AND wait_event_type = 'Lock')
        """;
    try (Connection asked = owner();
        var statement = asked.createStatement();
        var rows = statement.executeQuery(waiting)) {
      return rows.next() && rows.getBoolean(1);
    }
  }

  /** A connection as the owner: the hand of a database administrator. */
  public Connection owner() throws SQLException {
    return connect(config);
  }

  /** Runs statements as the owner. */
  public void asOwner(String sql) {
    execute(config, sql);
  }

  /** What the owner reads: the first column of each row, as text. */
  public List<String> rows(String sql) {
    try (var connection = owner();
        var statement = connection.createStatement();
        var found = statement.executeQuery(sql)) {
      List<String> all = new ArrayList<>();
      while (found.next()) {
        all.add(String.valueOf(found.getString(1)));
      }
      return all;
    } catch (SQLException refused) {
      throw new IllegalStateException(refused);
    }
  }

  /** Stops the server of a {@link #stoppable} database, and so all databases on it. */
  public void stopServer() {
    local().stop();
  }

  /** Starts the stopped server again, on the same port. */
  public void startServer() {
    local().startAgain();
  }

  /**
   * Ends the server of a {@link #stoppable} database as a crash does: nothing is written any more,
   * and the next start recovers from the log. Returns when it is gone.
   */
  public void crashServer() {
    ProcessHandle parent = ProcessHandle.of(postmaster()).orElseThrow();
    kill("-QUIT", Stream.of(parent.pid()));
    parent.onExit().join();
  }

  /** Ends one process of the server at once, whereupon the server ends all and recovers. */
  public void killBackend(long process) {
    kill("-KILL", Stream.of(process));
  }

  /**
   * Halts every process of the server of a {@link #stoppable} database where it is: its sockets
   * stay open and take connections, and nothing is ever answered.
   */
  public void freezeServer() {
    signal("-STOP");
  }

  /** Lets a frozen server go on as if nothing had been. */
  public void thawServer() {
    signal("-CONT");
  }

  /** The parent first, so that no process is born unseen. */
  private void signal(String which) {
    long parent = postmaster();
    kill(which, Stream.of(parent));
    kill(which, ProcessHandle.of(parent).orElseThrow().children().map(ProcessHandle::pid));
  }

  private long postmaster() {
    try {
      Path file = local().directory().resolve("data").resolve("postmaster.pid");
      return Long.parseLong(Files.readAllLines(file).getFirst().strip());
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** A process may have ended just now, which is as good as having heard the signal. */
  private static void kill(String which, Stream<Long> processes) {
    List<String> command = new ArrayList<>(List.of("kill", which));
    processes.map(String::valueOf).forEach(command::add);
    try {
      Process kill =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      kill.onExit().join();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** Drops the database, ending its connections. */
  @Override
  public void close() {
    execute(server.database("postgres"), "DROP DATABASE " + config.name() + " WITH (FORCE)");
  }

  private static String template(DatabaseServer server) {
    String name = PREFIX + "template_" + ProcessHandle.current().pid();
    DatabaseConfig template = server.database(name);
    DatabaseConfig maintenance = server.database("postgres");
    server.local().ifPresent(alone -> dropLeftOvers(maintenance));
    execute(maintenance, "DROP DATABASE IF EXISTS " + name);
    execute(maintenance, "CREATE DATABASE " + name);
    Status status = new Migrations(template).migrate();
    if (!(status instanceof Status.Current)) {
      throw new IllegalStateException("the template is not current but " + status);
    }
    execute(maintenance, "ALTER ROLE hushbus_app PASSWORD '" + APP_PASSWORD + "'");
    return name;
  }

  /** Databases of runs that were killed; on the embedded server nobody else can be using them. */
  private static void dropLeftOvers(DatabaseConfig maintenance) {
    try (Connection connection = connect(maintenance);
        Statement statement = connection.createStatement();
        Statement drop = connection.createStatement();
        var rows =
            statement.executeQuery(
                "SELECT datname FROM pg_database WHERE datname LIKE 'hushbus\\_test\\_%'")) {
      while (rows.next()) {
        drop.execute("DROP DATABASE " + rows.getString(1) + " WITH (FORCE)");
      }
    } catch (SQLException refused) {
      throw new IllegalStateException(refused);
    }
  }

  private LocalServer local() {
    return server
        .local()
        .orElseThrow(() -> new IllegalStateException("only the embedded server can be stopped"));
  }

  private static void execute(DatabaseConfig config, String sql) {
    try (Connection connection = connect(config);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException refused) {
      throw new IllegalStateException(refused);
    }
  }

  private static Connection connect(DatabaseConfig config) throws SQLException {
    Owner owner = config.owner().orElseThrow();
    Properties credentials = new Properties();
    credentials.setProperty("user", owner.user());
    credentials.setProperty("password", text(owner.password()));
    return DriverManager.getConnection(url(config), credentials);
  }

  private static String url(DatabaseConfig config) {
    return "jdbc:postgresql://" + config.host() + ":" + config.port() + "/" + config.name();
  }

  private static String text(SecretValue password) {
    return password.reveal(raw -> new String(raw, StandardCharsets.UTF_8));
  }
}
