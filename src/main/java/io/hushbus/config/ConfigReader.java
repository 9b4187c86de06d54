package io.hushbus.config;

import io.hushbus.config.BrokerConfig.Audit;
import io.hushbus.config.BrokerConfig.Batches;
import io.hushbus.config.BrokerConfig.Bus;
import io.hushbus.config.BrokerConfig.Cluster;
import io.hushbus.config.BrokerConfig.Console;
import io.hushbus.config.BrokerConfig.Events;
import io.hushbus.config.BrokerConfig.KeyLife;
import io.hushbus.config.BrokerConfig.Leases;
import io.hushbus.config.BrokerConfig.Limits;
import io.hushbus.config.BrokerConfig.Log;
import io.hushbus.config.BrokerConfig.Management;
import io.hushbus.config.BrokerConfig.Outbound;
import io.hushbus.config.BrokerConfig.Quotas;
import io.hushbus.config.BrokerConfig.RootKey;
import io.hushbus.config.BrokerConfig.Runs;
import io.hushbus.config.BrokerConfig.Secrets;
import io.hushbus.config.BrokerConfig.Server;
import io.hushbus.config.BrokerConfig.Tenants;
import io.hushbus.config.BrokerConfig.Tls;
import io.hushbus.config.BrokerConfig.Tokens;
import io.hushbus.config.DatabaseConfig.Owner;
import io.hushbus.config.DatabaseConfig.TlsMode;
import io.hushbus.model.Network;
import io.hushbus.model.SecretValue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Reads a configuration: defaults, over them the file, over that the environment. Strict: what is
 * not known is an error, and all errors are told at once.
 */
public final class ConfigReader {

  /** Nodes need not agree on their refresh: the longest and a whole request fit into settling. */
  private static final Duration MOST_REFRESH = Duration.ofSeconds(30);

  private static final Duration LEAST_SETTLING = Duration.ofSeconds(45);
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration HALF_MINUTE = Duration.ofSeconds(30);
  private static final Duration HOUR = Duration.ofHours(1);
  private static final int MOST = 999_999_999;
  private static final long MOST_BYTES = 1L << 50;
  private static final int KIB = 1024;
  private static final int MIB = 1024 * 1024;

  /** Variables of the client's own, which share the prefix. */
  private static final Set<String> CLIENT_VARIABLES =
      Set.of(
          "HUSHBUS_ADDR",
          "HUSHBUS_TOKEN",
          "HUSHBUS_TOKEN_FILE",
          "HUSHBUS_PROJECT",
          "HUSHBUS_DOMAIN",
          "HUSHBUS_ENVIRONMENT",
          "HUSHBUS_PROFILE",
          "HUSHBUS_FORMAT",
          "HUSHBUS_CACERT",
          "HUSHBUS_CLIENT_CERT",
          "HUSHBUS_CLIENT_KEY",
          "HUSHBUS_OPERATOR_TOKEN",
          "HUSHBUS_RUNNER_TOKEN",
          "HUSHBUS_APP_TOKEN",
          "HUSHBUS_TEST_DB",
          "HUSHBUS_ROOT_KEY",
          "HUSHBUS_PREVIOUS_ROOT_KEY",
          "HUSHBUS_HOME",
          "HUSHBUS_JAVA_OPTS");

  private final Map<String, String> set = new LinkedHashMap<>();
  private final List<String> problems = new ArrayList<>();

  private ConfigReader() {}

  /** A configuration and the texts it was made of. */
  public record Reading(BrokerConfig config, EffectiveConfig effective) {}

  /**
   * The configuration of a file and an environment.
   *
   * @throws ConfigProblems with every problem found
   */
  public static Reading read(Optional<Path> file, Map<String, String> environment) {
    ConfigReader reader = new ConfigReader();
    file.ifPresent(reader::takeFile);
    return reader.finish(environment);
  }

  /** The same with the file's text in hand. */
  static Reading readText(String document, Map<String, String> environment) {
    ConfigReader reader = new ConfigReader();
    reader.takeText(document);
    return reader.finish(environment);
  }

  private Reading finish(Map<String, String> environment) {
    takeEnvironment(environment);
    BrokerConfig config = config(new Values(set, problems));
    refuseSharedPorts(config);
    if (!problems.isEmpty()) {
      throw new ConfigProblems(problems);
    }
    return new Reading(config, new EffectiveConfig(set));
  }

  /** Two listeners of one process at one port would each get some of the connections. */
  private void refuseSharedPorts(BrokerConfig config) {
    int requests = config.server().port();
    int management = config.management().port();
    if (management != 0 && management == requests) {
      problems.add("management.port: must not be server.port");
    }
    config
        .bus()
        .tcpPort()
        .filter(bus -> bus != 0 && (bus == requests || bus == management))
        .ifPresent(bus -> problems.add("bus.tcp.port: must not be the port of another listener"));
  }

  private void takeFile(Path file) {
    try {
      takeText(new String(Files.readAllBytes(file), StandardCharsets.UTF_8));
      refusePasswordsForAll(file);
    } catch (IOException unreadable) {
      // all else that is missing would follow from this
      throw new ConfigProblems(List.of("the configuration file cannot be read: " + file));
    }
  }

  private void takeText(String document) {
    FlatYaml.read(document, problems)
        .forEach((name, text) -> take(name, text, Keys.BY_NAME, "unknown key "));
  }

  private void takeEnvironment(Map<String, String> environment) {
    environment.forEach(
        (name, text) -> {
          if (name.startsWith("HUSHBUS_") && !CLIENT_VARIABLES.contains(name)) {
            take(name, text, Keys.BY_VARIABLE, "unknown environment variable ");
          }
        });
  }

  private void take(String name, String text, Map<String, Key> known, String unknown) {
    Key key = known.get(name);
    if (key == null) {
      problems.add(
          unknown + name + "; did you mean " + Keys.nearest(name, known.keySet().stream()) + "?");
    } else {
      set.put(key.name(), text);
    }
  }

  /** A file that holds a password itself is a password file. */
  private void refusePasswordsForAll(Path file) throws IOException {
    boolean holdsPassword =
        Keys.ALL.stream()
            .anyMatch(key -> key.kind() == Key.Kind.PASSWORD && set.containsKey(key.name()));
    if (holdsPassword
        && Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS)
            .contains(PosixFilePermission.OTHERS_READ)) {
      problems.add(
          "the configuration file holds a password and can be read by all; chmod 600 " + file);
    }
  }

  private static BrokerConfig config(Values values) {
    boolean development = values.flag("development");
    return new BrokerConfig(
        development,
        server(values),
        new Management(values.some("management.host"), values.number("management.port", 0, 65535)),
        database(values),
        rootKey(values, "root_key", development),
        values
            .text("root_key.previous.provider")
            .map(set -> rootKey(values, "root_key.previous", development)),
        new KeyLife(
            values.duration("keys.backup_retention", Duration.ZERO, Duration.ofDays(3650)),
            values.duration("keys.poll_interval", SECOND, HOUR),
            values.number("keys.batches_per_second", 1, 1000),
            values.duration("keys.refresh", SECOND, MOST_REFRESH),
            values.duration("keys.settling", LEAST_SETTLING, HOUR)),
        leases(values),
        runs(values),
        new Secrets(
            values.size("secrets.max_bytes", 1, MIB),
            values.number("secrets.max_versions", 1, 100),
            values.duration("secrets.trash", SECOND, Duration.ofDays(3650))),
        new BrokerConfig.Rotation(
            values.duration("rotation.grace", SECOND, Duration.ofDays(365)),
            values.duration("rotation.poll_interval", SECOND, Duration.ofMinutes(1))),
        quotas(values),
        new Tenants(values.flag("tenants.keep_audit")),
        events(values),
        audit(values),
        new Tokens(
            values.some("tokens.issuer"),
            values.duration("tokens.ttl", SECOND, HOUR),
            values.duration("tokens.key_set_refresh", HALF_MINUTE, HOUR)),
        outbound(values, development),
        limits(values),
        bus(values),
        cluster(values),
        console(values, development),
        new Log(
            values.word("log.level", Log.Level.class),
            values.word("log.format", Log.Format.class)));
  }

  private static Server server(Values values) {
    return new Server(
        values.some("server.host"),
        values.number("server.port", 0, 65535),
        values.number("server.event_loops", 1, 64),
        tls(values),
        values.number("server.max_connections", 1, 1_000_000));
  }

  private static Optional<Tls> tls(Values values) {
    Optional<Path> certificate = values.file("server.tls.certificate");
    Optional<Path> key = values.secretFile("server.tls.key");
    if (values.text("server.tls.certificate").isPresent()
        != values.text("server.tls.key").isPresent()) {
      values.problem("server.tls", "needs both certificate and key");
    }
    Optional<Path> clients = values.file("server.tls.client_ca");
    if (clients.isPresent() && certificate.isEmpty()) {
      values.problem("server.tls.client_ca", "needs certificate and key");
    }
    return certificate.flatMap(chain -> key.map(secret -> new Tls(chain, secret, clients)));
  }

  private static DatabaseConfig database(Values values) {
    return new DatabaseConfig(
        values.some("database.host"),
        values.number("database.port", 1, 65535),
        values.some("database.name"),
        role(values, "database.user"),
        values.password("database.password").orElseGet(() -> SecretValue.ofText("")),
        role(values, "database.system_role"),
        values.word("database.tls_mode", TlsMode.class),
        values.file("database.ca"),
        values.number("database.pool_size", 2, 500),
        owner(values));
  }

  private static String role(Values values, String name) {
    String role = values.some(name);
    if (!role.matches("[a-z_][a-z0-9_]{0,62}")) {
      values.problem(name, "must be lower-case letters, digits and underscores");
    }
    return role;
  }

  private static Optional<Owner> owner(Values values) {
    Optional<SecretValue> password = values.password("database.owner.password");
    return values
        .text("database.owner.user")
        .map(user -> new Owner(user, password.orElseGet(() -> SecretValue.ofText(""))));
  }

  private static RootKey rootKey(Values values, String at, boolean development) {
    RootKey key =
        new RootKey(
            values.word(at + ".provider", RootKey.Provider.class),
            values.file(at + ".path"),
            values.password(at + ".passphrase"),
            values.file(at + ".parameters"));
    switch (key.provider()) {
      case FILE -> require(values, key.path().isPresent(), at, "path", "file");
      case PASSPHRASE -> {
        require(values, key.passphrase().isPresent(), at, "passphrase_file", "passphrase");
        require(values, key.parameters().isPresent(), at, "parameters", "passphrase");
      }
      case ENVIRONMENT -> {
        if (!development) {
          values.problem(at + ".provider", "environment is for development only: true");
        }
      }
    }
    return key;
  }

  private static void require(
      Values values, boolean present, String at, String name, String provider) {
    if (!present) {
      values.problem(at + "." + name, "is needed by " + at + ".provider " + provider);
    }
  }

  private static Leases leases(Values values) {
    Duration max = values.duration("leases.max_ttl", SECOND, Duration.ofDays(365));
    Duration usual = values.duration("leases.default_ttl", SECOND, Duration.ofDays(365));
    if (usual.compareTo(max) > 0) {
      values.problem("leases.default_ttl", "must not be longer than leases.max_ttl");
    }
    return new Leases(
        usual,
        max,
        values.duration("leases.history", SECOND, Duration.ofDays(3650)),
        new Batches(
            values.number("leases.batch", 1, 2_000),
            values.number("leases.batches_at_once", 1, 8),
            values.size("leases.remembered", 0, 1024 * MIB)));
  }

  private static Runs runs(Values values) {
    return new Runs(values.duration("runs.heartbeat_ttl", SECOND, Duration.ofDays(1)));
  }

  private static Quotas quotas(Values values) {
    return new Quotas(
        values.number("quotas.secrets", 0, MOST),
        values.number("quotas.versions", 0, MOST),
        values.bytes("quotas.bytes", 0, MOST_BYTES),
        values.number("quotas.leases", 0, MOST),
        values.number("quotas.streams", 0, MOST),
        values.number("quotas.requests_per_second", 1, 1_000_000),
        values.number("quotas.runs", 0, MOST),
        values.number("quotas.project_leases", 0, MOST),
        values.number("quotas.project_runs", 0, MOST));
  }

  private static Events events(Values values) {
    return new Events(
        values.duration("events.retention", HOUR, Duration.ofDays(365)),
        values.duration("events.poll_interval", SECOND, Duration.ofMinutes(1)),
        values.flag("events.notify"),
        values.duration("events.heartbeat", SECOND, Duration.ofMinutes(5)),
        values.number("events.max_streams", 1, 1_000_000),
        values.number("events.max_streams_per_principal", 1, 1_000_000),
        values.flag("events.bus"));
  }

  private static Audit audit(Values values) {
    return new Audit(
        values.duration("audit.seal_interval", SECOND, Duration.ofMinutes(1)),
        values.number("audit.checkpoint_every", 1, 1_000_000),
        values.duration("audit.checkpoint_interval", SECOND, Duration.ofDays(1)),
        values.file("audit.checkpoint_file"));
  }

  private static Outbound outbound(Values values, boolean development) {
    List<Network> allowed = new ArrayList<>();
    for (String text : values.text("outbound.allow").orElse("").split(",", -1)) {
      Optional<Network> network = Network.parse(text.strip());
      if (network.isEmpty() && !text.isBlank()) {
        values.problem("outbound.allow", "must be networks such as 10.1.0.0/16, with commas");
      }
      network.ifPresent(allowed::add);
    }
    boolean plain = values.flag("outbound.plain_http");
    if (plain && !development) {
      values.problem("outbound.plain_http", "is for development only: true");
    }
    return new Outbound(allowed, plain);
  }

  private static Bus bus(Values values) {
    return new Bus(
        values.text("bus.tcp.port").map(set -> values.number("bus.tcp.port", 0, 65535)),
        values.flag("bus.sockjs"),
        values.number("bus.max_connections", 1, 1_000_000),
        values.size("bus.frame_bytes", KIB, 16 * MIB),
        values.number("bus.max_pending", 1, 10_000),
        values.number("bus.max_subscriptions", 1, 10_000));
  }

  private static Cluster cluster(Values values) {
    List<String> members =
        Stream.of(values.text("cluster.members").orElse("").split(",", -1))
            .map(String::strip)
            .filter(text -> !text.isEmpty())
            .toList();
    if (members.stream().anyMatch(text -> !text.matches("[A-Za-z0-9._:\\[\\]-]+:[0-9]{1,5}"))) {
      values.problem("cluster.members", "must be host:port, with commas");
    }
    return new Cluster(
        values.word("cluster.manager", Cluster.Software.class),
        values.some("cluster.host"),
        values.number("cluster.port", 0, 65535),
        members,
        clusterTls(values));
  }

  private static Console console(Values values, boolean development) {
    return values
        .file("console.sign_in")
        .map(file -> SignInFile.read(file, development, values))
        .orElse(Console.NONE);
  }

  /** Nodes trust each other by certificate or not at all. */
  private static Optional<Tls> clusterTls(Values values) {
    Optional<Path> certificate = values.file("cluster.tls.certificate");
    Optional<Path> key = values.secretFile("cluster.tls.key");
    Optional<Path> authorities = values.file("cluster.tls.ca");
    long set =
        Stream.of("certificate", "key", "ca")
            .filter(name -> values.text("cluster.tls." + name).isPresent())
            .count();
    if (set != 0 && set != 3) {
      values.problem("cluster.tls", "needs certificate, key and ca");
    }
    return certificate.flatMap(chain -> key.map(secret -> new Tls(chain, secret, authorities)));
  }

  private static Limits limits(Values values) {
    return new Limits(
        values.number("limits.requests_per_second", 1, 1_000_000),
        values.number("limits.burst", 1, 1_000_000),
        values.number("limits.connections", 1, 1_000_000),
        values.size("limits.body_bytes", KIB, 16 * MIB));
  }
}
