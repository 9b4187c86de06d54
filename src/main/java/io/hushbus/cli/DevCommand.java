package io.hushbus.cli;

import io.hushbus.Broker;
import io.hushbus.RootKeys;
import io.hushbus.StartRefused;
import io.hushbus.config.BrokerConfig;
import io.hushbus.db.LocalServer;
import io.hushbus.db.Migrations;
import io.hushbus.model.SecretValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code hushbus dev}: a broker with everything it needs in one directory: a real PostgreSQL of its
 * own, a root key, a tenant ready to use, and the keys to it in {@code dev.env}. Everything
 * survives a restart.
 */
@Command(
    name = "dev",
    description = "Run a broker with its own PostgreSQL and a tenant ready to use.",
    mixinStandardHelpOptions = true)
final class DevCommand implements Callable<Integer> {

  private static final String DATABASE = "hushbus";

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description = "Where everything is kept (default: ${DEFAULT-VALUE}).")
  private Path directory = Path.of(".hushbus");

  @Option(names = "--port", description = "Port to listen on (default: ${DEFAULT-VALUE}).")
  private int port = 8420;

  @Option(
      names = "--management-port",
      description = "Port of health and metrics (default: the port above plus one).")
  private Optional<Integer> managementPort = Optional.empty();

  @Option(names = "--fresh", description = "Throw away what is kept, and begin anew.")
  private boolean fresh;

  @Override
  public Integer call() throws InterruptedException, IOException {
    refuseOtherPorts();
    logForPeople();
    Path home = directory.toAbsolutePath().normalize();
    if (fresh) {
      alone(home, () -> discard(home));
    }
    LocalServer postgres = alone(home, () -> postgres(home));
    try {
      Broker broker = broker(home, postgres);
      String address = "http://127.0.0.1:" + broker.port();
      spec.commandLine().getErr().println("the keys to it are in " + home.resolve("dev.env"));
      spec.commandLine()
          .getErr()
          .println("beside them the command line needs no setting: try ./hushbus secret list");
      spec.commandLine().getErr().println("its interface is described at " + address + "/docs");
      spec.commandLine().getOut().println("ready " + address);
      spec.commandLine().getOut().flush();
      ServerCommand.serve(broker, postgres::close);
      return Exit.OK;
    } catch (RuntimeException | IOException failed) {
      postgres.close();
      throw failed;
    }
  }

  /**
   * One short line an event, unless the environment says otherwise. Must come before the first
   * logger.
   */
  private static void logForPeople() {
    if (System.getenv("HUSHBUS_LOG_FORMAT") == null) {
      System.setProperty("hushbus.log.format", "text");
    }
  }

  private void refuseOtherPorts() {
    int management = managementPort.orElse(port == 0 ? 0 : port + 1);
    requirePort("--port", port);
    requirePort(
        "--management-port" + (managementPort.isEmpty() ? " (--port plus one)" : ""), management);
  }

  private static void requirePort(String option, int number) {
    if (number < 0 || number > 65_535) {
      throw new CommandFailure(
          Exit.USAGE, option + " must be from 1 to 65535, or 0 for any that is free");
    }
  }

  private static LocalServer postgres(Path home) {
    return LocalServer.start(home.resolve("postgres"), OptionalInt.empty());
  }

  private static <T> T alone(Path home, Supplier<T> step) {
    try {
      return step.get();
    } catch (LocalServer.AlreadyRunning running) {
      throw new CommandFailure(
          Exit.GENERAL,
          "another `hushbus dev` uses "
              + home
              + ": stop that one, or give this one another --data-dir");
    }
  }

  private Broker broker(Path home, LocalServer postgres) throws IOException {
    postgres.ensureDatabase(DATABASE);
    new Migrations(postgres.database(DATABASE)).migrate();
    Path rootKey = home.resolve("root.key");
    if (!Files.exists(rootKey)) {
      RootKeys.generate(rootKey);
    }
    BrokerConfig settings = settings(home, postgres, rootKey);
    DevEnv env = new DevEnv(home.resolve("dev.env"));
    Optional<SecretValue> operator =
        env.exists() ? Optional.empty() : Optional.of(install(settings, env));
    Broker broker = ServerCommand.start(settings);
    String address = "http://127.0.0.1:" + broker.port();
    operator.ifPresent(key -> new DevTenant(address).make(key, env));
    env.addressIs(address);
    return broker;
  }

  /**
   * Sets the database up and gives the key of the first operator, from which all other keys follow.
   */
  private static SecretValue install(BrokerConfig settings, DevEnv env) {
    try {
      return Broker.install(settings);
    } catch (StartRefused refused) {
      throw refused.reason() == StartRefused.Reason.INSTALLED
          ? new CommandFailure(
              Exit.GENERAL,
              env.path()
                  + " is gone, and its keys cannot be made again: restore it, or begin anew with"
                  + " --fresh")
          : ServerCommand.unstarted(refused);
    }
  }

  private BrokerConfig settings(Path home, LocalServer postgres, Path rootKey) {
    Map<String, String> set = new HashMap<>(System.getenv());
    set.putIfAbsent("HUSHBUS_LOG_FORMAT", "text");
    set.put("HUSHBUS_SERVER_PORT", Integer.toString(port));
    set.put(
        "HUSHBUS_MANAGEMENT_PORT",
        Integer.toString(managementPort.orElse(port == 0 ? 0 : port + 1)));
    set.put("HUSHBUS_DATABASE_PASSWORD", "taken from the server below");
    set.put("HUSHBUS_DATABASE_TLS_MODE", "disable");
    set.put("HUSHBUS_ROOT_KEY_PATH", rootKey.toString());
    set.put("HUSHBUS_AUDIT_CHECKPOINT_FILE", home.resolve("checkpoints.jsonl").toString());
    BrokerConfig base = read(set);
    return new BrokerConfig(
        base.development(),
        base.server(),
        base.management(),
        postgres.database(DATABASE),
        base.rootKey(),
        base.previousRootKey(),
        base.keys(),
        base.leases(),
        base.runs(),
        base.secrets(),
        base.rotation(),
        base.quotas(),
        base.tenants(),
        base.events(),
        base.audit(),
        base.tokens(),
        base.outbound(),
        base.limits(),
        base.bus(),
        base.cluster(),
        base.console(),
        base.log());
  }

  private static BrokerConfig read(Map<String, String> set) {
    return new ConfigOption().read(set).config();
  }

  /**
   * Deletes what {@code dev} itself has made in the directory, and nothing else. The database comes
   * first: where another process uses it, all stays.
   */
  private static Path discard(Path home) {
    LocalServer.discard(home.resolve("postgres"));
    for (String name : List.of("root.key", "dev.env", "checkpoints.jsonl")) {
      delete(home.resolve(name));
    }
    return home;
  }

  private static void delete(Path part) {
    try {
      Files.deleteIfExists(part);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
