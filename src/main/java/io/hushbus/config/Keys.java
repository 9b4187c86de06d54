package io.hushbus.config;

import io.hushbus.config.Key.Kind;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Every key with its default: the one place that knows them. In the order of the full file. */
final class Keys {

  static final List<Key> ALL =
      List.of(
          key("development", Kind.BOOLEAN, "false", "allow what is unfit for production"),
          key("server.host", Kind.TEXT, "127.0.0.1", "address to listen on"),
          key("server.port", Kind.INTEGER, "8420", "port to listen on"),
          key(
              "server.event_loops",
              Kind.INTEGER,
              "1",
              "threads that serve requests; one per two cores"),
          key(
              "server.tls.certificate",
              Kind.FILE,
              "",
              "PEM file of the certificate chain; with the key it turns TLS on"),
          key(
              "server.tls.key",
              Kind.FILE,
              "",
              "PEM file of the private key, readable by its owner alone"),
          key(
              "server.tls.client_ca",
              Kind.FILE,
              "",
              "PEM file of the authorities whose client certificates may be an identity"),
          key(
              "server.max_connections",
              Kind.INTEGER,
              "4096",
              "connections at a time; more are closed at once"),
          key("management.host", Kind.TEXT, "127.0.0.1", "address of health and metrics"),
          key("management.port", Kind.INTEGER, "8421", "port of health and metrics"),
          key("database.host", Kind.TEXT, "127.0.0.1", "where PostgreSQL 15 or newer listens"),
          key("database.port", Kind.INTEGER, "5432", "its port"),
          key("database.name", Kind.TEXT, "hushbus", "name of the database"),
          key("database.user", Kind.TEXT, "hushbus_app", "role of the broker; it owns nothing"),
          key("database.password", Kind.PASSWORD, "", "its password; better in a file"),
          key(
              "database.password_file",
              Kind.FILE,
              "",
              "file that holds the password, readable by its owner alone"),
          key(
              "database.system_role",
              Kind.TEXT,
              "hushbus_system",
              "role taken on for jobs that cross tenants"),
          key("database.tls_mode", Kind.WORD, "verify_full", "disable or verify_full"),
          key(
              "database.ca",
              Kind.FILE,
              "",
              "PEM file of the authorities trusted to sign for PostgreSQL"),
          key("database.pool_size", Kind.INTEGER, "10", "connections for transactions"),
          key("database.owner.user", Kind.TEXT, "", "role that owns the tables; for migrate alone"),
          key("database.owner.password", Kind.PASSWORD, "", "its password"),
          key("database.owner.password_file", Kind.FILE, "", "file that holds it"),
          key(
              "root_key.provider",
              Kind.WORD,
              "file",
              "file, passphrase or environment (development only)"),
          key("root_key.path", Kind.FILE, "", "file of the root key, readable by its owner alone"),
          key(
              "root_key.passphrase",
              Kind.PASSWORD,
              "",
              "passphrase the root key is derived from; better in a file"),
          key("root_key.passphrase_file", Kind.FILE, "", "file that holds the passphrase"),
          key("root_key.parameters", Kind.FILE, "", "file of salt and costs for the passphrase"),
          key(
              "root_key.previous.provider",
              Kind.WORD,
              "",
              "the root key before this one, while it is being changed: as root_key.provider"),
          key("root_key.previous.path", Kind.FILE, "", "its file"),
          key("root_key.previous.passphrase", Kind.PASSWORD, "", "its passphrase"),
          key("root_key.previous.passphrase_file", Kind.FILE, "", "file that holds its passphrase"),
          key("root_key.previous.parameters", Kind.FILE, "", "its file of salt and costs"),
          key(
              "keys.backup_retention",
              Kind.DURATION,
              "30d",
              "how long a tenant's replaced key is kept for the sake of backups"),
          key("keys.poll_interval", Kind.DURATION, "1s", "how often a node looks for long work"),
          key(
              "keys.batches_per_second",
              Kind.INTEGER,
              "20",
              "how fast long work goes, so that requests come first"),
          key(
              "keys.refresh",
              Kind.DURATION,
              "30s",
              "how long a node goes without looking for a tenant's new key; 30s at most"),
          key(
              "keys.settling",
              Kind.DURATION,
              "45s",
              "how long a replaced key may still be written under before it is retired"),
          key(
              "leases.default_ttl",
              Kind.DURATION,
              "15m",
              "life of a lease when the request names none"),
          key("leases.max_ttl", Kind.DURATION, "24h", "longest life of a lease, renewals included"),
          key(
              "leases.history",
              Kind.DURATION,
              "30d",
              "how long it stays known, at least, who held what"),
          key(
              "leases.batch",
              Kind.INTEGER,
              "512",
              "most requests for leases, or renewals, in one commit"),
          key(
              "leases.batches_at_once",
              Kind.INTEGER,
              "1",
              "commits of grants, and as many of renewals, under way at a time"),
          key(
              "leases.remembered",
              Kind.SIZE,
              "16MiB",
              "sealed versions kept in memory for grants; never opened ones"),
          key(
              "runs.heartbeat_ttl",
              Kind.DURATION,
              "60s",
              "within which time a run has to beat that names none"),
          key("secrets.max_bytes", Kind.SIZE, "64KiB", "bytes of one version, at most 1MiB"),
          key(
              "secrets.max_versions",
              Kind.INTEGER,
              "10",
              "versions kept of a secret that names no number"),
          key("secrets.trash", Kind.DURATION, "30d", "how long a deleted secret can be restored"),
          key(
              "rotation.grace",
              Kind.DURATION,
              "1h",
              "how long holders of a replaced version have to move"),
          key(
              "rotation.poll_interval",
              Kind.DURATION,
              "1s",
              "how often a node looks for rotations that are over"),
          key("quotas.secrets", Kind.INTEGER, "10000", "living secrets of a tenant"),
          key(
              "quotas.versions",
              Kind.INTEGER,
              "100000",
              "versions kept for a tenant, the trash included"),
          key("quotas.bytes", Kind.SIZE, "1024MiB", "bytes of these versions"),
          key("quotas.leases", Kind.INTEGER, "100000", "live leases of a tenant"),
          key(
              "quotas.streams",
              Kind.INTEGER,
              "1000",
              "open streams and long polls of a tenant, each node an equal part"),
          key(
              "quotas.requests_per_second",
              Kind.INTEGER,
              "1000",
              "requests of a tenant, each node an equal part; twice as many at once"),
          key("quotas.runs", Kind.INTEGER, "10000", "open runs of a tenant"),
          key("quotas.project_leases", Kind.INTEGER, "50000", "live leases of one project"),
          key("quotas.project_runs", Kind.INTEGER, "5000", "open runs of one project"),
          key(
              "tenants.keep_audit",
              Kind.BOOLEAN,
              "true",
              "keep the whole audit trail of a deleted tenant, not its last checkpoint alone"),
          key("events.retention", Kind.DURATION, "7d", "how long a reader may stay away"),
          key(
              "events.poll_interval",
              Kind.DURATION,
              "1s",
              "longest wait for an event when nothing wakes the reader"),
          key(
              "events.notify",
              Kind.BOOLEAN,
              "true",
              "wake readers on other nodes, and what drives rotations"),
          key(
              "events.bus",
              Kind.BOOLEAN,
              "false",
              "publish notices to verticles of this process, and of the cluster"),
          key("events.heartbeat", Kind.DURATION, "15s", "sign of life on a quiet stream"),
          key("events.max_streams", Kind.INTEGER, "2000", "open streams at a time"),
          key(
              "events.max_streams_per_principal",
              Kind.INTEGER,
              "100",
              "open streams and long polls of one principal on one node"),
          key(
              "audit.seal_interval",
              Kind.DURATION,
              "1s",
              "longest time a record waits to be chained"),
          key(
              "audit.checkpoint_every",
              Kind.INTEGER,
              "1000",
              "records from one signed checkpoint to the next"),
          key(
              "audit.checkpoint_interval",
              Kind.DURATION,
              "60s",
              "longest time from one checkpoint to the next"),
          key(
              "audit.checkpoint_file",
              Kind.FILE,
              "",
              "file to which checkpoints are added as well"),
          key("tokens.issuer", Kind.TEXT, "hushbus", "issuer named in the broker's tokens"),
          key("tokens.ttl", Kind.DURATION, "15m", "life of a token, at most 1h"),
          key(
              "tokens.key_set_refresh",
              Kind.DURATION,
              "5m",
              "how old the keys of an identity provider grow before it is asked again"),
          key(
              "outbound.allow",
              Kind.TEXT,
              "",
              "networks that may be reached beside public ones, such as 10.1.0.0/16, fd00::/8"),
          key(
              "outbound.plain_http",
              Kind.BOOLEAN,
              "false",
              "speak http without TLS to loopback (development only)"),
          key("limits.requests_per_second", Kind.INTEGER, "500", "requests of one source address"),
          key("limits.burst", Kind.INTEGER, "1000", "requests of one source address at once"),
          key(
              "limits.connections",
              Kind.INTEGER,
              "1024",
              "connections of one source address at a time; behind a balancer, all that it opens"),
          key("limits.body_bytes", Kind.SIZE, "1536KiB", "largest body"),
          key("bus.tcp.port", Kind.INTEGER, "", "port of the TCP event-bus bridge; unset: off"),
          key(
              "bus.sockjs",
              Kind.BOOLEAN,
              "false",
              "the SockJS event-bus bridge, at /eventbus on the port of requests"),
          key("bus.max_connections", Kind.INTEGER, "1024", "connections of the TCP bridge"),
          key("bus.frame_bytes", Kind.SIZE, "1536KiB", "largest frame of a bridge"),
          key(
              "bus.max_pending",
              Kind.INTEGER,
              "32",
              "requests of one connection of a bridge that wait for their answer"),
          key(
              "bus.max_subscriptions",
              Kind.INTEGER,
              "32",
              "subscriptions of one connection of a bridge"),
          key(
              "cluster.manager",
              Kind.WORD,
              "none",
              "none or hazelcast; carries hints, and nothing depends on it"),
          key("cluster.host", Kind.TEXT, "127.0.0.1", "address for other nodes of the cluster"),
          key(
              "cluster.port",
              Kind.INTEGER,
              "5701",
              "port for other nodes of the cluster; the next one is for their event bus"),
          key(
              "cluster.members",
              Kind.TEXT,
              "",
              "other nodes, such as 10.1.0.5:5701, 10.1.0.6:5701"),
          key(
              "cluster.tls.certificate",
              Kind.FILE,
              "",
              "PEM file of this node's certificate for the event bus between nodes"),
          key("cluster.tls.key", Kind.FILE, "", "PEM file of its private key"),
          key(
              "cluster.tls.ca",
              Kind.FILE,
              "",
              "PEM file of the authorities that sign for nodes of the cluster"),
          key(
              "console.sign_in",
              Kind.FILE,
              "",
              "YAML file of the identity providers that people sign in to the console with"),
          key(
              "log.level",
              Kind.WORD,
              "info",
              "error, warn, info or debug: a line for each request that was refused or failed from"
                  + " info on, for every one with debug"),
          key("log.format", Kind.WORD, "json", "json or text"));

  static final Map<String, Key> BY_NAME = by(Key::name);
  static final Map<String, Key> BY_VARIABLE = by(Key::variable);

  private Keys() {}

  /** The key that is spelled most like {@code wrong}. */
  static String nearest(String wrong, Stream<String> known) {
    return known
        .min(Comparator.comparingInt(name -> distance(wrong, name)))
        .orElseThrow(() -> new IllegalStateException("there is always a key"));
  }

  /** Levenshtein's distance. */
  private static int distance(String left, String right) {
    int[] row = new int[right.length() + 1];
    for (int j = 0; j <= right.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= left.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= right.length(); j++) {
        int swap = diagonal + (left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(swap, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[right.length()];
  }

  private static Key key(String name, Kind kind, String fallback, String about) {
    return new Key(name, kind, fallback.isEmpty() ? null : fallback, about);
  }

  private static Map<String, Key> by(Function<Key, String> name) {
    return ALL.stream().collect(Collectors.toUnmodifiableMap(name, Function.identity()));
  }
}
