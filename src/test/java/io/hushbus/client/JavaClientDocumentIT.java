package io.hushbus.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.hushbus.config.DatabaseConfig;
import io.hushbus.model.SecretValue;
import io.hushbus.support.BrokerNode;
import io.hushbus.support.Brokers;
import io.hushbus.support.Canary;
import io.hushbus.support.Tenancy;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The code of {@code docs/java-client.md}, run: what stands between two marks here is a block
 * there.
 */
final class JavaClientDocumentIT {

  private static final Path DOCUMENT = Path.of("docs", "java-client.md");
  private static final Path SOURCE =
      Path.of("src/test/java/io/hushbus/client/JavaClientDocumentIT.java");
  private static final Duration SOON = Duration.ofSeconds(20);

  private static Brokers brokers;
  private static BrokerNode node;
  private static Tenancy acme;
  private static URI address;

  private final Queue<String> used = new ConcurrentLinkedQueue<>();
  private String token = "";

  @BeforeAll
  static void start() {
    brokers = Brokers.fresh();
    node = brokers.start();
    acme = brokers.tenant(node.client(brokers.operator()), "acme");
    address = URI.create(node.address());
    node.client(acme.app())
        .post("/secrets?project=demo", body("db-password").put("value", Canary.value()))
        .expect(201);
    node.client(acme.app())
        .put(
            "/environments/train?project=demo",
            new JsonObject()
                .put(
                    "secrets",
                    new JsonArray()
                        .add(
                            new JsonObject()
                                .put("secret", "db-password")
                                .put("as_env_var", "DB_PASSWORD"))))
        .expect(201);
  }

  @AfterAll
  static void stop() {
    brokers.close();
  }

  @BeforeEach
  void asRunner() {
    token = acme.runner();
  }

  private static JsonObject body(String name) {
    return new JsonObject().put("name", name).put("type", "text");
  }

  private static void rotate() {
    node.client(acme.app())
        .put("/secrets/db-password?project=demo", new JsonObject().put("value", Canary.value()))
        .expect(200);
  }

  private void use(byte[] password) {
    used.add(new String(password, UTF_8));
  }

  private void place(String variable, String lease, String key) {
    used.add(variable + " " + lease + " " + key);
  }

  private void connectWith(LeasedSecret newer) {
    newer
        .value()
        .reveal(
            password -> {
              use(password);
              return "";
            });
  }

  @Test
  void a_lease() {
    // [
    try (HushbusClient client =
            HushbusClient.of(address, SecretValue.ofText(token), Optional.empty());
        Lease lease = client.lease(LeaseAsk.of("db-password").in("demo")).lease()) {
      lease
          .current()
          .value()
          .reveal(
              password -> {
                use(password);
                return "done";
              });
    }
    // ]
    assertThat(used).hasSize(1);
  }

  @Test
  void a_run() {
    HushbusClient client = HushbusClient.of(address, SecretValue.ofText(token), Optional.empty());
    // [
    try (Run run = client.open(RunAsk.of("demo", "job-17").environment("train"))) {
      Granted<Lease> granted = run.lease(LeaseAsk.ofRun().minValidFor(Duration.ofMinutes(10)));
      for (Granted.Placement variable : granted.variables()) {
        place(variable.name(), variable.lease(), variable.key());
      }
      run.complete(Outcome.SUCCEEDED);
    }
    // ]
    assertThat(used).singleElement().asString().startsWith("DB_PASSWORD ").endsWith(" value");
    client.close();
  }

  @Test
  void a_rotation() {
    HushbusClient client = HushbusClient.of(address, SecretValue.ofText(token), Optional.empty());
    Run run = client.open(RunAsk.of("demo", "job-18"));
    // [
    Lease lease = run.lease(LeaseAsk.of("db-password")).lease();
    lease.onRotation(newer -> connectWith(newer)); // returns: applied; throws: failed
    lease.onEnd(why -> System.getLogger("job").log(System.Logger.Level.WARNING, why.getMessage()));
    // ]
    rotate();
    await().atMost(SOON).untilAsserted(() -> assertThat(used).isNotEmpty());
    client.close();
  }

  @Test
  void futures() throws Exception {
    HushbusClient client = HushbusClient.of(address, SecretValue.ofText(token), Optional.empty());
    // [
    Future<AsyncLease> leased =
        client
            .async()
            .open(RunAsk.of("demo", "job-19"))
            .compose(run -> run.lease(LeaseAsk.of("db-password")))
            .map(Granted::lease)
            .onSuccess(
                lease ->
                    lease.onRotation(
                        newer -> {
                          connectWith(newer);
                          return Future.succeededFuture();
                        }));
    // ]
    assertThat(leased.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS).live())
        .isTrue();
    client.close();
  }

  @Test
  void events() {
    HushbusClient client = HushbusClient.of(address, SecretValue.ofText(token), Optional.empty());
    List<String> cursors = new ArrayList<>();
    // [
    try (Events events = client.events(EventAsk.NOW.after("earliest"))) {
      Optional<Notice> next = events.next(Duration.ofSeconds(20));
      next.ifPresent(notice -> cursors.add(notice.cursor())); // to go on behind it: after(cursor)
    }
    // ]
    assertThat(cursors).hasSize(1);
    client.close();
  }

  @Test
  void sealed_values() {
    HushbusClient client = HushbusClient.of(address, SecretValue.ofText(token), Optional.empty());
    // [
    try (Run run = client.open(RunAsk.of("demo", "job-20").sealed(Sealing.X_WING));
        Lease lease = run.lease(LeaseAsk.of("db-password")).lease()) {
      connectWith(lease.current());
    }
    // ]
    assertThat(used).hasSize(1);
    client.close();
  }

  @Test
  void a_refusal() {
    HushbusClient client = HushbusClient.of(address, SecretValue.ofText(token), Optional.empty());
    // [
    Resolution resolution =
        client.resolve(Place.project("demo"), List.of(Need.of("no-such").variable("A")));
    resolution.inTheWay().forEach(need -> used.add(need.secret() + ": " + need.outcome()));
    try {
      client.lease(LeaseAsk.of("no-such").in("demo"));
    } catch (Refused refused) {
      used.add(refused.status() + " " + refused.code());
    }
    // ]
    assertThat(used).containsExactly("no-such: missing", "404 not_found");
    client.close();
  }

  @Test
  void any_operation() {
    token = acme.app();
    HushbusClient client = HushbusClient.of(address, SecretValue.ofText(token), Optional.empty());
    SecretValue value = SecretValue.ofText(Canary.value());
    // [
    Body secret =
        Body.object().field("name", "api-key").field("type", "text").secret("value", value);
    Json made =
        client
            .post("/secrets")
            .query("project", "demo")
            .idempotencyKey("import-1")
            .body(secret)
            .send()
            .json();
    // ]
    assertThat(made.number("current_version")).isEqualTo(1);
    client.close();
  }

  @Test
  void a_pool() throws Exception {
    String role = "pool_" + brokers.database().config().name();
    String password = Canary.value();
    brokers.database().asOwner("CREATE ROLE \"" + role + "\" LOGIN PASSWORD '" + password + "'");
    node.client(acme.app())
        .post("/secrets?project=demo", body("pool-password").put("value", password))
        .expect(201);
    DatabaseConfig at = brokers.database().config();
    String url = "jdbc:postgresql://" + at.host() + ":" + at.port() + "/" + at.name();
    HushbusClient client = HushbusClient.of(address, SecretValue.ofText(token), Optional.empty());
    Run run = client.open(RunAsk.of("demo", "job-21"));
    // [
    Pools.Opening<HikariDataSource> opening =
        secret -> {
          HikariConfig config = new HikariConfig();
          config.setJdbcUrl(url);
          config.setUsername(role);
          config.setPassword(secret.value().reveal(bytes -> new String(bytes, UTF_8)));
          return new HikariDataSource(config); // connects once, or throws
        };
    Lease lease = run.lease(LeaseAsk.of("pool-password")).lease();
    PoolSwap<HikariDataSource> pools =
        PoolSwap.over(lease, Pools.blocking(opening, HikariDataSource::close));
    boolean valid =
        pools.call(
            pool -> {
              try (var connection = pool.getConnection()) {
                return connection.isValid(5);
              }
            });
    // ]
    assertThat(valid).isTrue();
    pools.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    client.close();
    brokers.database().asOwner("DROP ROLE \"" + role + "\"");
  }

  @Test
  void the_document_has_these_blocks_and_no_other() throws IOException {
    assertThat(blocks(Files.readString(DOCUMENT), "(?s)```java\\n(.*?)```"))
        .containsExactlyInAnyOrderElementsOf(
            blocks(Files.readString(SOURCE), "(?s) // \\[\\n(.*?) *// \\]\\n"));
  }

  private static List<String> blocks(String text, String marks) {
    return Pattern.compile(marks)
        .matcher(text)
        .results()
        .map((MatchResult found) -> found.group(1).stripTrailing().stripIndent())
        .toList();
  }
}
