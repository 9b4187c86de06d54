package io.hushbus.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.hushbus.config.DatabaseConfig;
import io.hushbus.model.SecretValue;
import io.hushbus.support.BrokerNode;
import io.hushbus.support.Brokers;
import io.hushbus.support.Canary;
import io.hushbus.support.Client;
import io.hushbus.support.Tenancy;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import java.net.URI;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Pools of connections to a real PostgreSQL, through rotations of the password of their role. */
final class PoolSwapIT {

  private static final Duration SOON = Duration.ofSeconds(20);

  private static Brokers brokers;
  private static BrokerNode node;
  private static Tenancy acme;
  private static HushbusClient client;
  private static Vertx vertx;
  private static int roles;

  @BeforeAll
  static void start() {
    brokers = Brokers.fresh();
    node = brokers.start();
    acme = brokers.tenant(node.client(brokers.operator()), "acme");
    client =
        HushbusClient.of(
            URI.create(node.address()), SecretValue.ofText(acme.runner()), Optional.empty());
    vertx = Vertx.vertx();
  }

  @AfterAll
  static void stop() throws Exception {
    client.close();
    wait(vertx.close());
    brokers.close();
  }

  /** A role of the database whose password is a secret. */
  private record Role(String name, String secret) {

    static Role made() {
      String name = "pool_" + brokers.database().config().name() + "_" + ++roles;
      Role role = new Role(name, "database-" + roles);
      String password = Canary.value();
      brokers.database().asOwner("CREATE ROLE \"" + name + "\" LOGIN PASSWORD '" + password + "'");
      app().post("/secrets?project=demo", role.body(password).put("type", "key_value")).expect(201);
      return role;
    }

    private JsonObject body(String password) {
      return new JsonObject()
          .put("name", secret)
          .put("data", new JsonObject().put("user", name).put("password", password));
    }

    /** Gives the role a new password, and the secret. */
    void rotate() {
      String password = Canary.value();
      brokers.database().asOwner("ALTER ROLE \"" + name + "\" PASSWORD '" + password + "'");
      tell(password);
    }

    void tell(String password) {
      JsonObject body = body(password);
      body.remove("name");
      app().put("/secrets/" + secret + "?project=demo", body).expect(200);
    }

    Lease lease(Run run) {
      return run.lease(LeaseAsk.of(secret)).lease();
    }

    void drop() {
      brokers.database().asOwner("DROP ROLE \"" + name + "\"");
    }
  }

  private static Client app() {
    return node.client(acme.app());
  }

  private static String text(LeasedSecret secret, String key) {
    return secret.value(key).orElseThrow().reveal(bytes -> new String(bytes, UTF_8));
  }

  // ---- vertx-pg-client

  private static Future<Pool> pgPool(LeasedSecret secret) {
    DatabaseConfig at = brokers.database().config();
    PgConnectOptions options =
        new PgConnectOptions()
            .setHost(at.host())
            .setPort(at.port())
            .setDatabase(at.name())
            .setUser(text(secret, "user"))
            .setPassword(text(secret, "password"));
    Pool pool =
        PgBuilder.pool()
            .connectingTo(options)
            .with(new PoolOptions().setMaxSize(2))
            .using(vertx)
            .build();
    return pool.query("SELECT 1")
        .execute()
        .map(pool)
        .recover(failure -> pool.close().transform(closed -> Future.failedFuture(failure)));
  }

  private static Pools<Pool> pgPools() {
    return new Pools<>() {
      @Override
      public Future<Pool> open(LeasedSecret credentials) {
        return pgPool(credentials);
      }

      @Override
      public Future<Void> close(Pool pool) {
        return pool.close();
      }
    };
  }

  private static String user(PoolSwap<Pool> pools) throws Exception {
    return wait(pools.use(PoolSwapIT::who));
  }

  private static Object used(PoolSwap<Pool> pools) throws Exception {
    return wait(pools.use(pool -> Future.<Object>succeededFuture(pool)));
  }

  private static Future<String> who(Pool pool) {
    return pool.query("SELECT current_user")
        .execute()
        .map(rows -> rows.iterator().next().getString(0));
  }

  @Test
  void a_pool_of_vertx_uses_the_new_password_and_ends_what_it_was_doing_on_the_old_one()
      throws Exception {
    Role role = Role.made();
    try (Run run = client.open(RunAsk.of("demo", "pg-pool"))) {
      Lease lease = role.lease(run);
      PoolSwap<Pool> pools = wait(PoolSwap.over(lease.async(), pgPools()));
      Promise<Void> go = Promise.promise();
      Promise<Pool> old = Promise.promise();
      Future<String> slow =
          pools.use(
              pool -> {
                old.complete(pool);
                return go.future().compose(now -> who(pool));
              });
      role.rotate();
      await()
          .atMost(SOON)
          .untilAsserted(() -> assertThat(used(pools)).isNotSameAs(old.future().result()));
      assertThat(user(pools)).isEqualTo(role.name());
      assertThat(lease.current().version()).as("the old pool is still in use").isEqualTo(1);
      go.complete();
      assertThat(wait(slow)).isEqualTo(role.name());
      await().atMost(SOON).untilAsserted(() -> assertThat(lease.current().version()).isEqualTo(2));
      assertThatThrownBy(() -> wait(who(old.future().result()))).isInstanceOf(Exception.class);
      wait(pools.close());
    }
    role.drop();
  }

  @Test
  void a_pool_that_cannot_connect_with_the_new_password_leaves_the_old_one_in_use()
      throws Exception {
    Role role = Role.made();
    try (Run run = client.open(RunAsk.of("demo", "pg-wrong"))) {
      Lease lease = role.lease(run);
      PoolSwap<Pool> pools = wait(PoolSwap.over(lease.async(), pgPools()));
      role.tell(Canary.value()); // which the database does not know
      await()
          .atMost(SOON)
          .untilAsserted(
              () ->
                  assertThat(
                          node.client(acme.runner())
                              .get("/leases/" + lease.id())
                              .json()
                              .getJsonObject("acknowledged", new JsonObject())
                              .getString("status"))
                      .isEqualTo("failed"));
      assertThat(lease.current().version()).isEqualTo(1);
      assertThat(user(pools)).isEqualTo(role.name());
      wait(pools.close());
    }
    role.drop();
  }

  // ---- HikariCP

  private static HikariDataSource hikari(LeasedSecret secret) {
    DatabaseConfig at = brokers.database().config();
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl("jdbc:postgresql://" + at.host() + ":" + at.port() + "/" + at.name());
    config.setUsername(text(secret, "user"));
    config.setPassword(text(secret, "password"));
    config.setMaximumPoolSize(2);
    return new HikariDataSource(config); // connects once, or throws
  }

  private static String who(HikariDataSource pool) throws SQLException {
    try (Connection connection = pool.getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT current_user")) {
      rows.next();
      return rows.getString(1);
    }
  }

  @Test
  void a_pool_of_hikari_uses_the_new_password_and_the_old_one_is_closed() throws Exception {
    Role role = Role.made();
    try (Run run = client.open(RunAsk.of("demo", "hikari"))) {
      Lease lease = role.lease(run);
      PoolSwap<HikariDataSource> pools =
          PoolSwap.over(lease, Pools.blocking(PoolSwapIT::hikari, HikariDataSource::close));
      HikariDataSource old = pools.call(pool -> pool);
      assertThat(pools.<String>call(PoolSwapIT::who)).isEqualTo(role.name());
      role.rotate();
      await().atMost(SOON).untilAsserted(() -> assertThat(lease.current().version()).isEqualTo(2));
      assertThat(old.isClosed()).isTrue();
      assertThat(pools.<String>call(PoolSwapIT::who)).isEqualTo(role.name());
      wait(pools.close());
      assertThatThrownBy(() -> pools.call(pool -> pool)).isInstanceOf(IllegalStateException.class);
    }
    role.drop();
  }

  private static <T> T wait(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }
}
