package io.hushbus.config;

import io.hushbus.model.Network;
import io.hushbus.model.SecretValue;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Everything that can be set, checked and typed. Made by {@link ConfigReader} alone; the keys,
 * their defaults and what they mean are listed in {@link Keys}.
 *
 * @param development allows what is unfit for production, such as a root key in the environment
 */
public record BrokerConfig(
    boolean development,
    Server server,
    Management management,
    DatabaseConfig database,
    RootKey rootKey,
    Optional<RootKey> previousRootKey,
    KeyLife keys,
    Leases leases,
    Runs runs,
    Secrets secrets,
    Rotation rotation,
    Quotas quotas,
    Tenants tenants,
    Events events,
    Audit audit,
    Tokens tokens,
    Outbound outbound,
    Limits limits,
    Bus bus,
    Cluster cluster,
    Console console,
    Log log) {

  /** Where requests come in. */
  public record Server(
      String host, int port, int eventLoops, Optional<Tls> tls, int maxConnections) {}

  /**
   * PEM files: the certificate chain and its key, and the authorities whose client certificates are
   * taken as an identity.
   */
  public record Tls(Path certificate, Path key, Optional<Path> clientAuthorities) {

    /** Without client certificates. */
    public Tls(Path certificate, Path key) {
      this(certificate, key, Optional.empty());
    }
  }

  /**
   * The identity providers that people sign in to the console with, in the order they are shown.
   */
  public record Console(List<SignIn> signIn) {

    public static final Console NONE = new Console(List.of());

    public Console {
      signIn = List.copyOf(signIn);
    }
  }

  /**
   * An issuer of OpenID Connect, at which the console is a public client.
   *
   * @param title what people know it as
   * @param tenant the tenant that one is in when signed in by it
   * @param issuer its URL, as in its tokens: https, or http in development
   * @param scopes what is asked for; with {@code openid}
   */
  public record SignIn(
      String title, String tenant, URI issuer, String clientId, List<String> scopes) {

    public SignIn {
      scopes = List.copyOf(scopes);
    }

    /** Scheme, host and port: what the page may connect to. */
    public String origin() {
      return issuer.getScheme() + "://" + issuer.getRawAuthority();
    }
  }

  /** Where health and metrics are served: never on the public address. */
  public record Management(String host, int port) {}

  /** Where the root key comes from. */
  public record RootKey(
      Provider provider,
      Optional<Path> path,
      Optional<SecretValue> passphrase,
      Optional<Path> parameters) {

    /** The ways to hold a root key. */
    public enum Provider {
      FILE,
      PASSPHRASE,
      ENVIRONMENT
    }
  }

  /**
   * The life of tenants' keys.
   *
   * @param backupRetention how long a retired key is kept, so that backups from its time can be
   *     read
   * @param pollInterval how often a node looks for long work
   * @param batchesPerSecond how many batches of long work a node does at most
   * @param refresh how long a node goes without looking for a new generation
   * @param settling how long after a rotation some node may still write under the key before: over
   *     the refresh of every node and the longest request
   */
  public record KeyLife(
      Duration backupRetention,
      Duration pollInterval,
      int batchesPerSecond,
      Duration refresh,
      Duration settling) {}

  /** Limits of leases, and how they are committed. */
  public record Leases(Duration defaultTtl, Duration maxTtl, Duration history, Batches batches) {

    /** Committed as usual. */
    public Leases(Duration defaultTtl, Duration maxTtl, Duration history) {
      this(defaultTtl, maxTtl, history, Batches.USUAL);
    }
  }

  /**
   * How grants and renewals share commits.
   *
   * @param most in one commit
   * @param atOnce commits of each that are under way at a time
   * @param remembered bytes of sealed versions that are kept in memory for grants
   */
  public record Batches(int most, int atOnce, int remembered) {

    static final Batches USUAL = new Batches(512, 1, 16 * 1024 * 1024);
  }

  /** What holds for runs that say nothing else. */
  public record Runs(Duration heartbeatTtl) {}

  /** Limits of secrets: bytes of one version, versions kept, and the time in the trash. */
  public record Secrets(int maxBytes, int maxVersions, Duration trash) {}

  /**
   * How rotations go.
   *
   * @param grace how long holders have to move where a request does not say
   * @param pollInterval how often a node looks for what is over
   */
  public record Rotation(Duration grace, Duration pollInterval) {}

  /**
   * What a tenant may have, unless the operator has said otherwise for it; streams and requests a
   * second are shared out to the nodes that live.
   */
  public record Quotas(
      int secrets,
      int versions,
      long bytes,
      int leases,
      int streams,
      int requestsPerSecond,
      int runs,
      int projectLeases,
      int projectRuns) {}

  /** What is done when a tenant is deleted. */
  public record Tenants(boolean keepAudit) {}

  /** The event log and its streams. */
  public record Events(
      Duration retention,
      Duration pollInterval,
      boolean useNotify,
      Duration heartbeat,
      int maxStreams,
      int maxStreamsPerPrincipal,
      boolean bus) {}

  /** Sealing of the audit chain. */
  public record Audit(
      Duration sealInterval,
      int checkpointEvery,
      Duration checkpointInterval,
      Optional<Path> checkpointFile) {}

  /**
   * The broker's own tokens, and those of identity providers.
   *
   * @param keySetRefresh how old the keys of a provider grow before it is asked again
   */
  public record Tokens(String issuer, Duration ttl, Duration keySetRefresh) {}

  /**
   * What the broker itself may reach, beside public addresses.
   *
   * @param plainHttp whether http is spoken to loopback; for development
   */
  public record Outbound(List<Network> allow, boolean plainHttp) {

    public Outbound {
      allow = List.copyOf(allow);
    }
  }

  /** What a client may ask for at most. */
  public record Limits(int requestsPerSecond, int burst, int connections, int bodyBytes) {}

  /**
   * The event-bus front door, all of it off by default.
   *
   * @param tcpPort of the TCP bridge, if it is on
   * @param sockJs whether the SockJS bridge is on the listener of requests
   */
  public record Bus(
      Optional<Integer> tcpPort,
      boolean sockJs,
      int maxConnections,
      int frameBytes,
      int maxPending,
      int maxSubscriptions) {

    public static final Bus OFF = new Bus(Optional.empty(), false, 1024, 1536 * 1024, 32, 32);
  }

  /**
   * The cluster that carries hints between nodes, and notices to verticles of other processes.
   *
   * @param members where other nodes may be found, host and port
   * @param tls of the event bus between nodes, both sides showing a certificate
   */
  public record Cluster(
      Software manager, String host, int port, List<String> members, Optional<Tls> tls) {

    public static final Cluster NONE =
        new Cluster(Software.NONE, "127.0.0.1", 0, List.of(), Optional.empty());

    public Cluster {
      members = List.copyOf(members);
    }

    /** What finds the other nodes. */
    public enum Software {
      NONE,
      HAZELCAST
    }
  }

  /** What is logged and how. */
  public record Log(Level level, Format format) {

    /** From this weight on. */
    public enum Level {
      ERROR,
      WARN,
      INFO,
      DEBUG
    }

    /** One JSON object a line for machines, or text for people. */
    public enum Format {
      JSON,
      TEXT
    }
  }
}
