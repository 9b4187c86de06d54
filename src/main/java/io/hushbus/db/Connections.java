package io.hushbus.db;

import io.hushbus.config.DatabaseConfig;
import io.hushbus.config.DatabaseConfig.TlsMode;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.SslMode;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.SqlConnection;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The client's options, with every deadline of the dependency PostgreSQL in one place. */
final class Connections {

  static final Duration CONNECT_LIMIT = Duration.ofSeconds(2);

  /**
   * For each answer of a server while a connection is being opened: one that accepts and then says
   * nothing, such as a frozen one, must not hold a place in the pool for ever.
   */
  static final Duration OPENING_LIMIT = Duration.ofSeconds(4);

  static final Duration ACQUIRE_LIMIT = Duration.ofMillis(900);

  /** The name that the network client gives to what closes a quiet connection. */
  private static final String IDLE_WATCH = "idle";

  /** How many may wait for each connection of the pool; more are refused at once. */
  private static final int WAITING_PER_CONNECTION = 64;

  private Connections() {}

  static PgConnectOptions options(DatabaseConfig config) {
    PgConnectOptions options =
        new PgConnectOptions()
            .setHost(config.host())
            .setPort(config.port())
            .setDatabase(config.name())
            .setUser(config.user())
            .setPassword(config.password().reveal(raw -> new String(raw, StandardCharsets.UTF_8)))
            .setCachePreparedStatements(true)
            .setPreparedStatementCacheSqlLimit(16_384)
            .setProperties(session());
    return config.tlsMode() == TlsMode.DISABLE ? options : verified(options, config);
  }

  /**
   * For a batcher, whose statements find everything by keys: they are planned once and for all,
   * which takes longer than they do, and never for a table that was small when that was done.
   */
  static PgConnectOptions batching(DatabaseConfig config) {
    Map<String, String> properties = new HashMap<>(session());
    properties.put("plan_cache_mode", "force_generic_plan");
    properties.put("enable_seqscan", "off");
    return options(config).setProperties(properties);
  }

  static PoolOptions pool(int connections) {
    return new PoolOptions()
        .setMaxSize(connections)
        .setMaxWaitQueueSize(connections * WAITING_PER_CONNECTION)
        .setConnectionTimeout((int) ACQUIRE_LIMIT.toMillis())
        .setConnectionTimeoutUnit(TimeUnit.MILLISECONDS);
  }

  /** The limits of a connection that is being opened; {@link #opened} takes them off. */
  static NetClientOptions opening() {
    NetClientOptions options = new NetClientOptions();
    options.setIdleTimeoutUnit(TimeUnit.MILLISECONDS);
    options.setReadIdleTimeout((int) OPENING_LIMIT.toMillis());
    return options.setConnectTimeout((int) OPENING_LIMIT.toMillis());
  }

  /** From now on the connection may be quiet: statements have deadlines of their own. */
  static void opened(SqlConnection connection) {
    var pipeline = Session.socket(connection).channelHandlerContext().pipeline();
    if (pipeline.get(IDLE_WATCH) == null) {
      throw new IllegalStateException("a new connection is watched for silence: client changed?");
    }
    pipeline.remove(IDLE_WATCH);
  }

  /**
   * The server's own limits, in milliseconds; and that a page is as cheap to have as its neighbour,
   * as it is from memory and solid state: what is in order in an index is read in order, and not
   * gathered and sorted.
   */
  private static Map<String, String> session() {
    return Map.of(
        "application_name", "hushbus",
        "random_page_cost", "1.1",
        "statement_timeout", "2000",
        "lock_timeout", "2000",
        "idle_in_transaction_session_timeout", "5000");
  }

  private static PgConnectOptions verified(PgConnectOptions options, DatabaseConfig config) {
    ClientSSLOptions tls = new ClientSSLOptions().setHostnameVerificationAlgorithm("HTTPS");
    config.ca().ifPresent(ca -> tls.setTrustOptions(trusting(ca.toString())));
    return options.setSslMode(SslMode.VERIFY_FULL).setSslOptions(tls);
  }

  private static PemTrustOptions trusting(String ca) {
    return new PemTrustOptions().addCertPath(ca);
  }
}
