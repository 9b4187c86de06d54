package io.hushbus.config;

import io.hushbus.model.SecretValue;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How to reach PostgreSQL.
 *
 * @param user the role the broker works as; it owns nothing. {@code migrate} creates it if missing
 * @param systemRole the role, granted to {@code user}, that sees the rows of every tenant; taken on
 *     for one transaction by the few jobs that need it
 * @param ca PEM file of the authorities that may have signed the server's certificate; none: those
 *     of the Java installation
 * @param poolSize the most connections for transactions; batchers, the listener and the reading of
 *     keys add a few
 * @param owner who owns the tables: needed by {@code migrate} alone
 */
public record DatabaseConfig(
    String host,
    int port,
    String name,
    String user,
    SecretValue password,
    String systemRole,
    TlsMode tlsMode,
    Optional<Path> ca,
    int poolSize,
    Optional<Owner> owner) {

  /** Whether the connection is encrypted. There is nothing between none and fully verified. */
  public enum TlsMode {
    DISABLE,
    VERIFY_FULL
  }

  /** The role that owns the schema, and its password. */
  public record Owner(String user, SecretValue password) {}
}
