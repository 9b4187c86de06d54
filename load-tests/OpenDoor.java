import io.hushbus.access.PageSeals;
import io.hushbus.http.Answer;
import io.hushbus.http.Contract;
import io.hushbus.http.Endpoint;
import io.hushbus.http.FrontDoor;
import io.hushbus.http.HttpSettings;
import io.hushbus.http.HttpVerticle;
import io.hushbus.model.Caller;
import io.hushbus.model.Principal;
import io.hushbus.model.SecretValue;
import io.hushbus.model.TenantId;
import io.hushbus.model.Uuids;
import io.hushbus.telemetry.Telemetry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.json.JsonObject;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The broker's front door with everything that belongs to it but the check of the token: whoever
 * comes is the same caller. Every operation answers a constant of a given size.
 */
final class OpenDoor {

  private static final Set<String> OWN_PAGES =
      Set.of(
          "getRoot",
          "getSignIn",
          "getSignInCallback",
          "getConsoleFile",
          "getConsolePart",
          "getOpenApi",
          "getDocs",
          "getDocsFile");

  private OpenDoor() {}

  public static void main(String[] arguments) {
    Contract contract = Contract.load();
    String constant = "x".repeat(Integer.parseInt(arguments[1]));
    Map<String, Endpoint> endpoints = new HashMap<>();
    operations(contract)
        .filter(id -> !OWN_PAGES.contains(id))
        .forEach(
            id ->
                endpoints.put(
                    id, call -> Future.succeededFuture(Answer.text("application/json", constant))));
    Future<Caller> caller = Future.succeededFuture(anybody());
    SecureRandom random = new SecureRandom();
    FrontDoor door =
        new FrontDoor(
            settings(Integer.parseInt(arguments[0])),
            contract,
            endpoints,
            (header, request) -> caller,
            new PageSeals(SecretValue.owning(random.generateSeed(32))),
            new Telemetry(),
            new Uuids(random, InstantSource.system()),
            tenant -> 1_000_000);
    Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    vertx.deployVerticle(new HttpVerticle(door)).await();
    System.out.println("ready");
  }

  private static Stream<String> operations(Contract contract) {
    return contract.document().getJsonObject("paths").stream()
        .flatMap(path -> ((JsonObject) path.getValue()).stream())
        .map(Map.Entry::getValue)
        .filter(JsonObject.class::isInstance)
        .map(operation -> ((JsonObject) operation).getString("operationId"))
        .filter(Objects::nonNull);
  }

  private static Caller anybody() {
    return new Caller(
        new TenantId(UUID.randomUUID()),
        "load",
        new Principal(Principal.Kind.SERVICE_ACCOUNT, UUID.randomUUID()),
        "app",
        List.of(),
        List.of(),
        Long.MAX_VALUE,
        Optional.empty());
  }

  private static HttpSettings settings(int port) {
    return new HttpSettings(
        "127.0.0.1",
        port,
        Optional.empty(),
        4_096,
        4_096,
        1 << 20,
        1_000_000,
        1_000_000,
        Duration.ofSeconds(30),
        Duration.ofSeconds(10),
        List.of());
  }
}
