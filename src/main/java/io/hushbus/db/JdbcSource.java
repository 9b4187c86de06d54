package io.hushbus.db;

import io.hushbus.config.DatabaseConfig;
import io.hushbus.config.DatabaseConfig.TlsMode;
import io.hushbus.model.SecretValue;
import java.nio.charset.StandardCharsets;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** Blocking connections for what runs before the broker listens: migrations and their checks. */
final class JdbcSource {

  private static final int CONNECT_SECONDS = 2;

  private JdbcSource() {}

  static DataSource of(DatabaseConfig config, String user, SecretValue password) {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setServerNames(new String[] {config.host()});
    source.setPortNumbers(new int[] {config.port()});
    source.setDatabaseName(config.name());
    source.setUser(user);
    source.setPassword(text(password));
    source.setConnectTimeout(CONNECT_SECONDS);
    source.setLoginTimeout(CONNECT_SECONDS);
    source.setApplicationName("hushbus");
    return config.tlsMode() == TlsMode.DISABLE ? plain(source) : verified(source, config);
  }

  static String text(SecretValue password) {
    return password.reveal(raw -> new String(raw, StandardCharsets.UTF_8));
  }

  private static DataSource plain(PGSimpleDataSource source) {
    source.setSslMode("disable");
    return source;
  }

  private static DataSource verified(PGSimpleDataSource source, DatabaseConfig config) {
    source.setSslMode("verify-full");
    config
        .ca()
        .ifPresentOrElse(
            ca -> source.setSslRootCert(ca.toString()),
            () -> source.setSslfactory("org.postgresql.ssl.DefaultJavaSSLFactory"));
    return source;
  }
}
