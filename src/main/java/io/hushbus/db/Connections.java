package io.hushbus.db;

import io.hushbus.config.DatabaseConfig;
import io.hushbus.config.DatabaseConfig.TlsMode;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.SslMode;
import io.vertx.sqlclient.PoolOptions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The client's options, with every deadline of the dependency PostgreSQL in one place. */
final class Connections {

  static final Duration CONNECT_LIMIT = Duration.ofSeconds(2);
  static final Duration ACQUIRE_LIMIT = Duration.ofMillis(900);

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

  static PoolOptions pool(DatabaseConfig config) {
    return new PoolOptions()
        .setMaxSize(config.poolSize())
        .setMaxWaitQueueSize(config.poolSize() * WAITING_PER_CONNECTION)
        .setConnectionTimeout((int) ACQUIRE_LIMIT.toMillis())
        .setConnectionTimeoutUnit(TimeUnit.MILLISECONDS);
  }

  /** The server's own limits, in milliseconds. */
  private static Map<String, String> session() {
    return Map.of(
        "application_name", "hushbus",
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
