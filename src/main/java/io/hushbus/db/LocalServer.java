package io.hushbus.db;

import io.hushbus.config.DatabaseConfig;
import io.hushbus.config.DatabaseConfig.Owner;
import io.hushbus.config.DatabaseConfig.TlsMode;
import io.hushbus.model.SecretValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real PostgreSQL of one's own, in a directory that survives restarts: for development and tests.
 *
 * <p>Listens on the loopback address alone, without a socket file, and asks for a password from its
 * very first moment. Commits are on disk before they are answered. The directory is readable by its
 * owner only; a lock in it keeps a second start out, and a server left behind by a killed process
 * is stopped first.
 *
 * <p>Works for an ordinary user, and for root in a user namespace of its own, because PostgreSQL
 * refuses to run as root. Deliberately absent: TLS, upgrades from one major version to the next.
 */
public final class LocalServer implements AutoCloseable {

  /** Another process works in the directory. */
  public static final class AlreadyRunning extends RuntimeException {
    private static final long serialVersionUID = 1L;

    AlreadyRunning(Path directory) {
      super("another hushbus is running on " + directory + "; stop it, or use another directory");
    }
  }

  private static final Logger log = LoggerFactory.getLogger(LocalServer.class);
  private static final Duration START_LIMIT = Duration.ofSeconds(30);
  private static final String OWNER = "hushbus_owner";
  private static final int PORT_ATTEMPTS = 5;

  private static final List<String> SETTINGS =
      List.of(
          "listen_addresses=127.0.0.1",
          "unix_socket_directories=",
          "fsync=on",
          "synchronous_commit=on",
          "full_page_writes=on",
          "max_connections=100",
          "password_encryption=scram-sha-256",
          "log_min_error_statement=panic",
          "log_statement=none",
          "jit=off",
          "timezone=UTC");

  private final Path directory;
  private final FileChannel lock;
  private final PostgresProcess process;
  private final SecretValue ownerPassword;
  private final SecretValue appPassword;
  private int port;

  private LocalServer(
      Path directory,
      FileChannel lock,
      PostgresProcess process,
      SecretValue ownerPassword,
      SecretValue appPassword) {
    this.directory = directory;
    this.lock = lock;
    this.process = process;
    this.ownerPassword = ownerPassword;
    this.appPassword = appPassword;
  }

  /**
   * Starts the server of {@code directory}, making it if it is not there. Blocks until it takes
   * connections: about a second.
   *
   * @param port which port to listen on; none: the one of last time if it is free, else a free one
   * @throws AlreadyRunning if another process has the directory
   */
  public static LocalServer start(Path directory, OptionalInt port) {
    try {
      Path home = privateDirectory(directory);
      FileChannel lock = lock(home);
      try {
        return started(home, lock, port);
      } catch (IOException | RuntimeException failed) {
        lock.close();
        throw failed;
      }
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /**
   * Throws away the server of {@code directory} with all its data, if there is one. Blocks.
   *
   * @throws AlreadyRunning if another process has the directory; nothing is deleted then
   */
  public static void discard(Path directory) {
    if (!Files.exists(directory)) {
      return;
    }
    try {
      Path home = directory.toRealPath();
      try (FileChannel held = lock(home)) {
        emptied(home, held);
      }
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** Everything but the lock, which must be held. */
  private static void emptied(Path home, FileChannel lock) throws IOException {
    if (!lock.isOpen()) {
      throw new IllegalStateException("discarding needs the lock of the directory");
    }
    new PostgresProcess(PostgresBinaries.unpack(home), home.resolve("data")).stopOrphan();
    try (Stream<Path> parts = Files.list(home)) {
      for (Path part : parts.filter(part -> !part.endsWith("lock")).toList()) {
        PostgresBinaries.delete(part);
      }
    }
  }

  /** How to reach database {@code name} on this server, as the broker and as the owner. */
  public DatabaseConfig database(String name) {
    return new DatabaseConfig(
        "127.0.0.1",
        port,
        name,
        "hushbus_app",
        appPassword,
        "hushbus_system",
        TlsMode.DISABLE,
        Optional.empty(),
        10,
        Optional.of(new Owner(OWNER, ownerPassword)));
  }

  /** Makes database {@code name} if it is not there. */
  public void ensureDatabase(String name) {
    DatabaseConfig maintenance = database("postgres");
    try (Connection connection = JdbcSource.of(maintenance, OWNER, ownerPassword).getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE \"" + name.replace("\"", "\"\"") + "\"");
    } catch (SQLException refused) {
      if (!"42P04".equals(refused.getSQLState())) {
        throw new IllegalStateException("could not make database " + name, refused);
      }
    }
  }

  public int port() {
    return port;
  }

  public Path directory() {
    return directory;
  }

  /** Stops the server in order, keeping the directory for {@link #startAgain}. */
  public void stop() {
    process.stop();
  }

  /** Starts the server again on the same port, after {@link #stop}. */
  public void startAgain() {
    process.start(port, SETTINGS, START_LIMIT);
  }

  /** Stops the server and gives the directory free. */
  @Override
  public void close() {
    stop();
    try {
      lock.close();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private static LocalServer started(Path home, FileChannel lock, OptionalInt port)
      throws IOException {
    SecretValue owner = password(home.resolve("owner.password"));
    SecretValue app = password(home.resolve("app.password"));
    Path data = home.resolve("data");
    PostgresProcess process = new PostgresProcess(PostgresBinaries.unpack(home), data);
    if (process.stopOrphan()) {
      log.warn("stopped a database server that an earlier process had left behind");
    }
    initialise(process, home, data);
    LocalServer server = new LocalServer(home, lock, process, owner, app);
    server.listen(port);
    return server;
  }

  /** Made beside its place and moved there when whole, so that a kill leaves nothing half made. */
  private static void initialise(PostgresProcess process, Path home, Path data) throws IOException {
    if (Files.exists(data.resolve("PG_VERSION"))) {
      return;
    }
    Path fresh = home.resolve("data-making");
    PostgresBinaries.delete(fresh);
    process.initialise(fresh, OWNER, home.resolve("owner.password"));
    Files.move(fresh, data, StandardCopyOption.ATOMIC_MOVE);
  }

  private void listen(OptionalInt wanted) throws IOException {
    for (int attempt = 1; ; attempt++) {
      port = wanted.isPresent() ? wanted.getAsInt() : freePort(attempt);
      try {
        process.start(port, SETTINGS, START_LIMIT);
        Files.writeString(directory.resolve("port"), Integer.toString(port));
        return;
      } catch (PostgresProcess.PortTaken taken) {
        if (wanted.isPresent() || attempt == PORT_ATTEMPTS) {
          throw taken;
        }
      }
    }
  }

  /** The port of last time first, so that tools pointed at it keep working. */
  private int freePort(int attempt) throws IOException {
    Path last = directory.resolve("port");
    int asked =
        attempt == 1 && Files.exists(last) ? Integer.parseInt(Files.readString(last).strip()) : 0;
    try (ServerSocket probe = new ServerSocket(asked, 1, InetAddress.getLoopbackAddress())) {
      return probe.getLocalPort();
    } catch (IOException taken) {
      return freePort(attempt + 1);
    }
  }

  private static Path privateDirectory(Path directory) throws IOException {
    Files.createDirectories(directory);
    Path home = directory.toRealPath();
    Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwx------"));
    return home;
  }

  private static FileChannel lock(Path home) throws IOException {
    FileChannel channel =
        FileChannel.open(home.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (channel.tryLock() != null) {
        return channel;
      }
    } catch (OverlappingFileLockException here) {
      log.debug("the lock is held by this very process");
    }
    channel.close();
    throw new AlreadyRunning(home);
  }

  private static SecretValue password(Path file) throws IOException {
    if (!Files.exists(file)) {
      byte[] random = new byte[24];
      new SecureRandom().nextBytes(random);
      Path fresh = Files.createTempFile(file.getParent(), "password", ".new");
      Files.writeString(fresh, HexFormat.of().formatHex(random));
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    }
    return SecretValue.owning(Files.readAllBytes(file));
  }
}
