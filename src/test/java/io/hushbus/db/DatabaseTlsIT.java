package io.hushbus.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hushbus.config.DatabaseConfig;
import io.hushbus.config.DatabaseConfig.TlsMode;
import io.hushbus.support.Authority;
import io.hushbus.support.TestDatabase;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code verify_full}: the broker talks to a server only if its certificate is by the authority and
 * for the name of the configuration. Both clients are asked: the one for migrations, and the pool.
 */
final class DatabaseTlsIT {

  @TempDir private static Path directory;
  private static Vertx vertx;
  private static LocalServer server;
  private static Path ca;
  private static Path stranger;

  /** Its certificate is for the address 127.0.0.1 and for no name. */
  @BeforeAll
  static void start() throws Exception {
    vertx = Vertx.vertx();
    Authority authority = Authority.make(directory, "authority");
    ca = authority.certificate();
    stranger = Authority.make(directory, "stranger").certificate();
    server = LocalServer.start(directory.resolve("postgres"), OptionalInt.empty());
    server.ensureDatabase("hushbus");
    server.stop();
    Path data = server.directory().resolve("data");
    authority.sign("ip:127.0.0.1", data.resolve("server.crt"), data.resolve("server.key"));
    Files.writeString(data.resolve("postgresql.conf"), "ssl = on\n", StandardOpenOption.APPEND);
    server.startAgain();
    new Migrations(config("127.0.0.1", ca)).migrate();
  }

  @AfterAll
  static void stop() {
    server.close();
    vertx.close().await();
  }

  @Test
  void a_server_of_the_right_authority_and_name_is_talked_to_in_tls() throws Exception {
    DatabaseConfig verified = config("127.0.0.1", ca);

    assertThat(new Migrations(verified).check()).isInstanceOf(Migrations.Status.Current.class);
    assertThat(answers(verified)).isTrue();
    var owner = verified.owner().orElseThrow();
    try (var connection = JdbcSource.of(verified, owner.user(), owner.password()).getConnection();
        var rows =
            connection
                .createStatement()
                .executeQuery("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")) {
      assertThat(rows.next() && rows.getBoolean("ssl")).as("encrypted").isTrue();
    }
  }

  @Test
  void a_server_of_another_authority_is_refused() {
    refused(config("127.0.0.1", stranger), "name the file of the right one in database.ca");
  }

  @Test
  void a_server_of_another_name_is_refused() {
    refused(config("localhost", ca), "must be for the name in database.host");
  }

  @Test
  void a_server_without_tls_is_refused() {
    try (TestDatabase plain = TestDatabase.stoppable()) {
      refused(verified(plain.config(), "127.0.0.1", ca), "switch it on there (ssl = on)");
    }
  }

  private static void refused(DatabaseConfig config, String whatToDo) {
    assertThatThrownBy(() -> new Migrations(config).check())
        .isInstanceOf(Migrations.Unreachable.class)
        .hasMessageContaining("database.tls_mode")
        .hasMessageContaining(whatToDo);
    assertThat(answers(config)).as("the pool").isFalse();
  }

  private static boolean answers(DatabaseConfig config) {
    Db db = new Db(vertx, config, StatementProbe.NONE);
    boolean answered = db.ping().await();
    db.close().await();
    return answered;
  }

  private static DatabaseConfig config(String host, Path authority) {
    return verified(server.database("hushbus"), host, authority);
  }

  private static DatabaseConfig verified(DatabaseConfig plain, String host, Path authority) {
    return new DatabaseConfig(
        host,
        plain.port(),
        plain.name(),
        plain.user(),
        plain.password(),
        plain.systemRole(),
        TlsMode.VERIFY_FULL,
        Optional.of(authority),
        plain.poolSize(),
        plain.owner());
  }
}
