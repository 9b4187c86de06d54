import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The ceiling of the database: pgbench, one row a transaction, into a table of the shape of the
 * lease table, on the server and the disk that the broker uses. Also reads the server's counters.
 */
final class Pgbench implements AutoCloseable {

  private static final Pattern TPS = Pattern.compile("tps = ([0-9.]+)");

  /** Which leases the broker writes: random keys in time order where the server can make them. */
  private static final String INSERT =
      """
      INSERT INTO load_ceiling.lease (tenant_id, lease_id, secret_id, version, principal_kind, principal_id, project_id,
          domain_id, issued_at, expires_at, max_expires_at, mac_generation, row_mac)
        VALUES ('00000000-0000-4000-8000-000000000001', %s, '00000000-0000-4000-8000-000000000002', 1, 'service_account',
          '00000000-0000-4000-8000-000000000003', '00000000-0000-4000-8000-000000000004',
          '00000000-0000-4000-8000-000000000005', now(), now() + interval '15 minutes', now() + interval '1 day', 1,
          '\\x00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff'::bytea);
      """;

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
    Files.writeString(script, INSERT.formatted(ordered ? "uuidv7()" : "gen_random_uuid()"));
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
