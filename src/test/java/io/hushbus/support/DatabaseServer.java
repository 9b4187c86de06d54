package io.hushbus.support;

import io.hushbus.config.DatabaseConfig;
import io.hushbus.config.DatabaseConfig.Owner;
import io.hushbus.config.DatabaseConfig.TlsMode;
import io.hushbus.db.LocalServer;
import io.hushbus.model.SecretValue;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.testcontainers.postgresql.PostgreSQLContainer;

/**
 * The PostgreSQL that the tests of this process share: the one named by {@code HUSHBUS_TEST_DB},
 * else a container where an engine answers and the image is present (nothing is ever pulled), else
 * the embedded server.
 */
final class DatabaseServer {

  private static final String IMAGE = "postgres:17-alpine";
  private static final int DIRECTORIES = 8;

  private final String host;
  private final int port;
  private final Owner owner;
  private final @Nullable LocalServer local;

  private DatabaseServer(String host, int port, Owner owner, @Nullable LocalServer local) {
    this.host = host;
    this.port = port;
    this.owner = owner;
    this.local = local;
  }

  static DatabaseServer start() {
    String named = System.getenv("HUSHBUS_TEST_DB");
    if (named != null) {
      return named(named);
    }
    return containersUsable() ? container() : embedded();
  }

  /** Settings of database {@code name}; the password of the broker's role is the tests' own. */
  DatabaseConfig database(String name) {
    return new DatabaseConfig(
        host,
        port,
        name,
        "hushbus_app",
        SecretValue.ofText(TestDatabase.APP_PASSWORD),
        "hushbus_system",
        TlsMode.DISABLE,
        Optional.empty(),
        8,
        Optional.of(owner));
  }

  /** The embedded server, if it is one: only that can be stopped. */
  Optional<LocalServer> local() {
    return Optional.ofNullable(local);
  }

  /** {@code postgresql://host:port/database?user=…&password=…}, with or without {@code jdbc:}. */
  private static DatabaseServer named(String url) {
    URI uri = URI.create(url.replaceFirst("^jdbc:", ""));
    Map<String, String> parameters =
        Stream.of(Optional.ofNullable(uri.getQuery()).orElse("").split("&"))
            .map(pair -> pair.split("=", 2))
            .filter(pair -> pair.length == 2)
            .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
    Owner owner =
        new Owner(
            parameters.getOrDefault("user", "postgres"),
            SecretValue.ofText(parameters.getOrDefault("password", "")));
    return new DatabaseServer(uri.getHost(), uri.getPort() < 0 ? 5432 : uri.getPort(), owner, null);
  }

  private static DatabaseServer container() {
    PostgreSQLContainer postgres = new PostgreSQLContainer(IMAGE);
    postgres.start();
    return new DatabaseServer(
        postgres.getHost(),
        postgres.getFirstMappedPort(),
        new Owner(postgres.getUsername(), SecretValue.ofText(postgres.getPassword())),
        null);
  }

  /** A directory of its own for each test process that runs at the same time. */
  static DatabaseServer embedded() {
    for (int i = 1; ; i++) {
      try {
        LocalServer server =
            LocalServer.start(Path.of("target", "test-postgres", "" + i), OptionalInt.empty());
        Runtime.getRuntime().addShutdownHook(new Thread(server::close));
        Owner owner = server.database("postgres").owner().orElseThrow();
        return new DatabaseServer("127.0.0.1", server.port(), owner, server);
      } catch (LocalServer.AlreadyRunning taken) {
        if (i == DIRECTORIES) {
          throw taken;
        }
      }
    }
  }

  /** The reaper that Testcontainers adds needs an image of its own, unless it is switched off. */
  private static boolean containersUsable() {
    boolean reaper =
        "true".equals(System.getenv("TESTCONTAINERS_RYUK_DISABLED"))
            || succeeds("docker", "images", "--format", "{{.ID}}", "testcontainers/ryuk");
    return reaper && succeeds("docker", "image", "inspect", "--format", "{{.Id}}", IMAGE);
  }

  /** Whether the command ends well and prints something. */
  private static boolean succeeds(String... command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      boolean said = process.getInputStream().readAllBytes().length > 0;
      return process.waitFor() == 0 && said;
    } catch (IOException absent) {
      return false;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
