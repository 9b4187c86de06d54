package io.hushbus.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hushbus.config.DatabaseConfig;
import io.hushbus.config.DatabaseConfig.Owner;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The embedded server: its data lasts, its doors are closed, its orphans are found. */
final class LocalServerIT {

  @TempDir static Path common;
  private static LocalServer shared;

  @TempDir Path directory;

  @BeforeAll
  static void start() {
    shared = LocalServer.start(common, OptionalInt.empty());
  }

  @AfterAll
  static void stop() {
    shared.close();
  }

  @Test
  void data_survives_a_restart_and_ports_are_kept() throws Exception {
    int port;
    try (LocalServer server = LocalServer.start(directory, OptionalInt.empty())) {
      port = server.port();
      execute(server, "CREATE TABLE kept AS SELECT 42 AS answer");
    }
    try (LocalServer server = LocalServer.start(directory, OptionalInt.empty())) {
      assertThat(ask(server, "SELECT answer FROM kept")).isEqualTo("42");
      assertThat(server.port()).isEqualTo(port);
    }
  }

  @Test
  void commits_are_on_disk_before_they_are_answered() throws Exception {
    for (String setting : List.of("fsync", "synchronous_commit", "full_page_writes")) {
      assertThat(ask(shared, "SHOW " + setting)).as(setting).isEqualTo("on");
    }
  }

  @Test
  void nobody_gets_in_without_the_password_and_there_is_no_socket_file() throws Exception {
    for (String user : List.of("hushbus_owner", "postgres", "hushbus_app")) {
      assertThatThrownBy(() -> connect(shared, user, "wrong").close())
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("password authentication failed");
    }
    assertThat(ask(shared, "SHOW unix_socket_directories")).isEmpty();
    assertThat(ask(shared, "SELECT count(*) FROM pg_hba_file_rules WHERE auth_method = 'trust'"))
        .isEqualTo("0");
  }

  @Test
  void files_are_readable_by_their_owner_alone() throws Exception {
    Path home = shared.directory();
    assertThat(mode(home)).isEqualTo("rwx------");
    assertThat(mode(home.resolve("data"))).isEqualTo("rwx------");
    assertThat(mode(home.resolve("owner.password"))).isEqualTo("rw-------");
    assertThat(mode(home.resolve("app.password"))).isEqualTo("rw-------");
  }

  @Test
  void a_second_start_on_the_same_directory_is_refused_and_harms_nothing() throws Exception {
    assertThatThrownBy(() -> LocalServer.start(common, OptionalInt.empty()))
        .isInstanceOf(LocalServer.AlreadyRunning.class)
        .hasMessageContaining(common.toRealPath().toString());
    assertThat(ask(shared, "SELECT 1")).isEqualTo("1");
  }

  @Test
  void a_server_left_behind_by_a_killed_process_is_found_and_stopped() throws Exception {
    String program =
        """
        import java.nio.file.Path;
        import java.util.OptionalInt;
        public final class Victim {
          public static void main(String[] arguments) throws Exception {
            io.hushbus.db.LocalServer.start(Path.of(arguments[0]), OptionalInt.empty());
            System.out.println("started");
            Thread.sleep(60_000);
          }
        }
        """;
    Path source = Files.writeString(directory.resolve("Victim.java"), program);
    Path home = directory.resolve("db");
    Process victim =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-cp",
                System.getProperty("java.class.path"),
                source.toString(),
                home.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(victim.inputReader().lines().anyMatch("started"::equals)).isTrue();
    ProcessHandle orphan = server(home);
    victim.destroyForcibly().waitFor();
    assertThat(orphan.isAlive()).isTrue();

    try (LocalServer server = LocalServer.start(home, OptionalInt.empty())) {
      assertThat(orphan.info().command()).as("ended, if not yet buried").isEmpty();
      assertThat(ask(server, "SELECT 1")).isEqualTo("1");
    }
  }

  @Test
  void a_stranger_with_the_process_number_of_a_dead_server_is_left_alone() throws Exception {
    LocalServer.start(directory, OptionalInt.empty()).close();
    Process stranger = new ProcessBuilder("sleep", "60").start();
    Files.writeString(directory.resolve("data/postmaster.pid"), stranger.pid() + "\n/elsewhere\n");

    try (LocalServer server = LocalServer.start(directory, OptionalInt.empty())) {
      assertThat(ask(server, "SELECT 1")).isEqualTo("1");
      assertThat(stranger.isAlive()).isTrue();
    } finally {
      stranger.destroy();
    }
  }

  @Test
  void a_server_killed_outright_recovers_what_was_committed() throws Exception {
    try (LocalServer server = LocalServer.start(directory, OptionalInt.empty())) {
      execute(server, "CREATE TABLE kept AS SELECT 42 AS answer");
      ProcessHandle process = server(directory);
      process.destroyForcibly();
      process.onExit().get();
    }
    try (LocalServer server = LocalServer.start(directory, OptionalInt.empty())) {
      assertThat(ask(server, "SELECT answer FROM kept")).isEqualTo("42");
    }
  }

  @Test
  void a_port_in_use_is_named() throws Exception {
    try (ServerSocket taken = new ServerSocket(0)) {
      assertThatThrownBy(
              () -> LocalServer.start(directory, OptionalInt.of(taken.getLocalPort())).close())
          .hasMessageContaining("port " + taken.getLocalPort());
    }
  }

  private static ProcessHandle server(Path home) throws IOException {
    String pid = Files.readAllLines(home.resolve("data/postmaster.pid")).getFirst();
    return ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
  }

  private static String mode(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  private static void execute(LocalServer server, String sql) throws SQLException {
    try (Connection connection = owner(server)) {
      connection.createStatement().execute(sql);
    }
  }

  private static String ask(LocalServer server, String sql) throws SQLException {
    try (Connection connection = owner(server);
        var rows = connection.createStatement().executeQuery(sql)) {
      rows.next();
      return rows.getString(1);
    }
  }

  private static Connection owner(LocalServer server) throws SQLException {
    Owner owner = server.database("postgres").owner().orElseThrow();
    return connect(server, owner.user(), JdbcSource.text(owner.password()));
  }

  private static Connection connect(LocalServer server, String user, String password)
      throws SQLException {
    DatabaseConfig to = server.database("postgres");
    String url = "jdbc:postgresql://" + to.host() + ":" + to.port() + "/" + to.name();
    return DriverManager.getConnection(url, user, password);
  }
}
