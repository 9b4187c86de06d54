import io.hushbus.db.LocalServer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The PostgreSQL under everything: one given as {@code postgresql://owner:password@host:port},
 * whose owner may make databases and roles, or an embedded one of this run's own.
 */
final class Database implements AutoCloseable {

  private static final String APP_PASSWORD = "only-for-load-tests";

  private final Optional<LocalServer> local;
  private final Pgbench.Target owner;
  private final String appPassword;
  private final AtomicBoolean closed = new AtomicBoolean();

  private Database(Optional<LocalServer> local, Pgbench.Target owner, String appPassword) {
    this.local = local;
    this.owner = owner;
    this.appPassword = appPassword;
  }

  static Database start(Optional<String> given, Path work) throws IOException {
    return given.isPresent() ? given(URI.create(given.get())) : embedded(work.resolve("postgres"));
  }

  private static Database given(URI url) {
    String[] who = url.getUserInfo().split(":", 2);
    int port = url.getPort() < 0 ? 5432 : url.getPort();
    return new Database(
        Optional.empty(),
        new Pgbench.Target(url.getHost(), port, "postgres", who[0], who[1]),
        APP_PASSWORD);
  }

  /**
   * With memory as for a server, and not for a try: what is measured shall not wait for the disk.
   */
  private static Database embedded(Path directory) throws IOException {
    LocalServer.start(directory, OptionalInt.empty()).close();
    Files.writeString(
        directory.resolve("data").resolve("postgresql.conf"),
        "\nshared_buffers = 1GB\nmax_wal_size = 4GB\n",
        StandardOpenOption.APPEND);
    LocalServer server = LocalServer.start(directory, OptionalInt.empty());
    String password = Files.readString(directory.resolve("owner.password")).strip();
    Database database =
        new Database(
            Optional.of(server),
            new Pgbench.Target("127.0.0.1", server.port(), "postgres", "hushbus_owner", password),
            Files.readString(directory.resolve("app.password")).strip());
    Runtime.getRuntime().addShutdownHook(new Thread(database::close)); // an interrupted run
    return database;
  }

  /** Makes a database and gives how its owner reaches it. */
  Pgbench.Target make(String name) throws SQLException {
    execute(owner, "DROP DATABASE IF EXISTS " + name + " WITH (FORCE)");
    execute(owner, "CREATE DATABASE " + name);
    return new Pgbench.Target(owner.host(), owner.port(), name, owner.owner(), owner.password());
  }

  /** What a broker has to be told of it. */
  Map<String, String> settings(String name) {
    Map<String, String> settings = new HashMap<>();
    settings.put("HUSHBUS_DATABASE_HOST", owner.host());
    settings.put("HUSHBUS_DATABASE_PORT", Integer.toString(owner.port()));
    settings.put("HUSHBUS_DATABASE_NAME", name);
    settings.put("HUSHBUS_DATABASE_PASSWORD", appPassword);
    settings.put("HUSHBUS_DATABASE_TLS_MODE", "disable");
    return settings;
  }

  Map<String, String> ownerSettings() {
    return Map.of(
        "HUSHBUS_DATABASE_OWNER_USER", owner.owner(),
        "HUSHBUS_DATABASE_OWNER_PASSWORD", owner.password());
  }

  static Connection open(Pgbench.Target target) throws SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://" + target.host() + ":" + target.port() + "/" + target.database(),
        target.owner(),
        target.password());
  }

  static void execute(Pgbench.Target target, String sql) throws SQLException {
    try (Connection connection = open(target);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** The numbers of the first row. */
  static long[] numbers(Pgbench.Target target, String query) throws SQLException {
    try (Connection connection = open(target);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      rows.next();
      long[] all = new long[rows.getMetaData().getColumnCount()];
      for (int i = 0; i < all.length; i++) {
        all[i] = rows.getLong(i + 1);
      }
      return all;
    }
  }

  /** The first column of all rows. */
  static List<Long> column(Pgbench.Target target, String query) throws SQLException {
    try (Connection connection = open(target);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      List<Long> all = new ArrayList<>();
      while (rows.next()) {
        all.add(rows.getLong(1));
      }
      return all;
    }
  }

  @Override
  public void close() {
    if (!closed.getAndSet(true)) {
      local.ifPresent(LocalServer::close);
    }
  }
}
