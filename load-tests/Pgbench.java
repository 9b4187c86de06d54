import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The ceiling of the database: pgbench, one row a transaction, into a table of the shape of the
 * lease table, on the server and the disk that the broker uses. Also reads the server's counters.
 */
final class Pgbench implements AutoCloseable {

  private static final Pattern TPS = Pattern.compile("tps = ([0-9.]+)");

  private static final String NONE = "actually processed: 0";

  private final Target target;
  private final Connection connection;
  private final Path script;

  /** Where the database is, and its owner's password. */
  record Target(String host, int port, String database, String owner, String password) {}

  Pgbench(Target target, Path directory) throws IOException, SQLException {
    this.target = target;
    this.connection =
        DriverManager.getConnection(
            "jdbc:postgresql://" + target.host() + ":" + target.port() + "/" + target.database(),
            target.owner(),
            target.password());
    this.script = directory.resolve("insert.sql");
    execute("DROP SCHEMA IF EXISTS load_ceiling CASCADE");
    execute("CREATE SCHEMA load_ceiling");
    execute("CREATE TABLE load_ceiling.lease (LIKE lease INCLUDING ALL)");
    boolean ordered = number("SELECT count(*) FROM pg_proc WHERE proname = 'uuidv7'") > 0;
    Files.writeString(script, insert(ordered ? "uuidv7()" : "gen_random_uuid()"));
  }

  /**
   * Such a row as the broker has written, under another id each time: in time order where the
   * server can make such. There has to be one.
   */
  private String insert(String id) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT * FROM lease LIMIT 1")) {
      rows.next();
      ResultSetMetaData columns = rows.getMetaData();
      List<String> names = new ArrayList<>();
      List<String> values = new ArrayList<>();
      for (int i = 1; i <= columns.getColumnCount(); i++) {
        String type = columns.getColumnTypeName(i);
        names.add(columns.getColumnName(i));
        values.add(names.getLast().equals("lease_id") ? id : literal(rows.getString(i), type));
      }
      return "INSERT INTO load_ceiling.lease (%s) VALUES (%s);\n"
          .formatted(String.join(", ", names), String.join(", ", values));
    }
  }

  /** Times lie about as far ahead as those of a lease; the script may hold no colon. */
  private static String literal(String value, String type) {
    return value == null
        ? "NULL"
        : type.equals("timestamptz") ? "now() + interval '15 minutes'" : "'" + value + "'";
  }

  static boolean isInstalled() {
    try {
      return new ProcessBuilder("pgbench", "--version").start().waitFor() == 0;
    } catch (IOException missing) {
      return false;
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException("interrupted", interrupted);
    }
  }

  /** Rows a second with so many clients. */
  double rowsPerSecond(int clients, int seconds)
      throws IOException, InterruptedException, SQLException {
    execute("TRUNCATE load_ceiling.lease");
    checkpoint();
    ProcessBuilder builder =
        new ProcessBuilder(
            "pgbench",
            "-n",
            "-M",
            "prepared",
            "-j",
            "1",
            "-c",
            Integer.toString(clients),
            "-T",
            Integer.toString(seconds),
            "-f",
            script.toString(),
            "-h",
            target.host(),
            "-p",
            Integer.toString(target.port()),
            "-U",
            target.owner(),
            target.database());
    builder.environment().put("PGPASSWORD", target.password());
    Process process = builder.redirectErrorStream(true).start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    Matcher tps = TPS.matcher(text);
    if (text.contains(NONE)) { // the machine was too busy to make the connections in time
      process.waitFor();
      return 0;
    }
    if (process.waitFor() != 0 || !tps.find()) {
      throw new IOException("pgbench failed:\n" + text);
    }
    return Double.parseDouble(tps.group(1));
  }

  void checkpoint() throws SQLException {
    execute("CHECKPOINT");
  }

  /** Transactions committed in this database so far, as the statistics have it. */
  long commits() throws SQLException {
    execute("SELECT pg_stat_clear_snapshot()");
    return number("SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()");
  }

  String version() throws SQLException {
    return connection.getMetaData().getDatabaseProductVersion();
  }

  private long number(String query) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      rows.next();
      return rows.getLong(1);
    }
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Override
  public void close() throws SQLException {
    try (connection) {
      execute("DROP SCHEMA IF EXISTS load_ceiling CASCADE");
    }
  }
}
