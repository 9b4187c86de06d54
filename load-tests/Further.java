import io.hushbus.crypto.DeliveryKeyPair;
import io.hushbus.crypto.DeliverySuite;
import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** Workloads that no bar is about, and times of what happens rarely to very many leases. */
final class Further implements Stage {

  private static final String ROUTER = "bare router";
  private static final String PAGE = "/secrets" + Tenant.SCOPE + "&page_size=500";
  private static final int PAGE_SIZE = 500;
  private static final int REPEATED = 512;
  private static final AtomicInteger KEYS = new AtomicInteger();

  @Override
  public Set<Bar> bars() {
    return EnumSet.noneOf(Bar.class);
  }

  @Override
  public Result measure(Bench bench) throws Exception {
    int bridge = Broker.freePort();
    Map<String, String> settings = Map.of("HUSHBUS_BUS_TCP_PORT", Integer.toString(bridge));
    try (World world = World.start(bench.database(), bench.work(), settings)) {
      Api operator = world.installation.operator(world.broker);
      Tenant lister = Tenant.make(operator, "lister");
      int listed = bench.many("--listed", 100_000, 1_200);
      lister.secrets("secret", 0, listed);
      MixedDay day = MixedDay.of(Tenant.make(operator, "day-", bench.many("--tenants", 1_000, 4)));
      Rounds rounds = rounds(world, bench, bridge, day, lister, listed);
      rounds.warmUp(bench.smoke() ? 1 : 2);
      rounds.run();
      List<Workload> all = new ArrayList<>();
      rounds.loads().stream()
          .filter(name -> !name.equals(ROUTER))
          .forEach(name -> all.add(Workload.of(rounds, name, ROUTER)));
      all.add(Turning.measured(world, bench));
      all.add(Expiring.measured(world, bench));
      return new Result(List.of(), all, rounds.errors());
    }
  }

  private static Rounds rounds(
      World world, Bench bench, int bridge, MixedDay day, Tenant lister, int listed)
      throws Exception {
    double seconds = bench.seconds();
    Tenant tenant = world.tenant;
    world.tenant.api().as(tenant.admin()).patch("/projects/demo", reveal());
    int held = bench.smoke() ? 128 : 2_048;
    List<String> leases = Leases.granted(tenant, held, "secret-0");
    byte[][] pages = pages(lister, listed);
    HttpLoad.Target framed = bridged(tenant, bridge);
    tenant.secrets("hot", 0, World.CONNECTIONS);
    byte[] reveal =
        HttpLoad.request("GET", "/api/v1/secrets/secret-0/value" + Tenant.SCOPE, tenant.app(), "");
    return new Rounds(bench.rounds())
        .load(ROUTER, () -> world.bare(seconds))
        .load("grant under a new Idempotency-Key", () -> keyed(world, seconds))
        .load("grant repeated under its key", () -> repeated(world, seconds))
        .load("advance", turned(world, seconds, leases, "advance", "{}"))
        .load(
            "ack", turned(world, seconds, leases, "ack", "{\"version\":1,\"status\":\"applied\"}"))
        .load("reveal", () -> to(world, HttpLoad.Requests.always(reveal), seconds))
        .load(
            "list, pages of 500, the first two of %,d secrets".formatted(listed),
            () -> to(world, HttpLoad.Requests.inTurn(pages, World.CONNECTIONS), seconds))
        .load("grant over the event-bus bridge, sealed", () -> HttpLoad.closed(framed, seconds))
        .load("replace, 64 secrets of one tenant", () -> to(world, hot(tenant), seconds))
        .load(
            "mixed day: 90 % grant and renew, 9 % read, 1 % write",
            () -> HttpLoad.closed(day.target(world.broker.port, World.CONNECTIONS), seconds));
  }

  /** Changes that meet in nothing but the tenant's counter row. */
  private static HttpLoad.Requests hot(Tenant tenant) {
    byte[][] all =
        IntStream.range(0, World.CONNECTIONS)
            .mapToObj(i -> "/api/v1/secrets/hot-" + i + Tenant.SCOPE)
            .map(path -> HttpLoad.request("PUT", path, tenant.app(), "{\"value\":\"new\"}"))
            .toArray(byte[][]::new);
    return (connection, count) -> all[connection];
  }

  private static JsonObject reveal() {
    return new JsonObject().put("reveal", "developer");
  }

  private static HttpLoad.Outcome to(World world, HttpLoad.Requests requests, double seconds)
      throws Exception {
    return HttpLoad.closed(world.to(requests, 200, 201, 204), seconds);
  }

  private static HttpLoad.Outcome keyed(World world, double seconds) throws Exception {
    String body = Tenant.lease("15m", "secret-0").encode();
    return to(
        world,
        (connection, count) -> keyed(world.tenant, body, "new-" + KEYS.incrementAndGet()),
        seconds);
  }

  private static HttpLoad.Outcome repeated(World world, double seconds) throws Exception {
    String body = Tenant.lease("15m", "secret-0").encode();
    byte[][] all =
        IntStream.range(0, REPEATED)
            .mapToObj(i -> keyed(world.tenant, body, "again-" + i))
            .toArray(byte[][]::new);
    return to(world, HttpLoad.Requests.inTurn(all, World.CONNECTIONS), seconds);
  }

  private static byte[] keyed(Tenant tenant, String body, String key) {
    return HttpLoad.request(
        "POST", "/api/v1/leases", tenant.app(), body, "Idempotency-Key: " + key + "\r\n");
  }

  private static Rounds.Loaded turned(
      World world, double seconds, List<String> leases, String verb, String body) {
    byte[][] all = requests(world.tenant, leases, verb, body);
    return () -> to(world, HttpLoad.Requests.inTurn(all, World.CONNECTIONS), seconds);
  }

  /** The same asked of each of many leases. */
  static byte[][] requests(Tenant tenant, List<String> leases, String verb, String body) {
    return leases.stream()
        .map(id -> "/api/v1/leases/" + id + "/" + verb)
        .map(path -> HttpLoad.request("POST", path, tenant.app(), body))
        .toArray(byte[][]::new);
  }

  private static byte[][] pages(Tenant lister, int listed) throws Exception {
    JsonObject first = lister.api().get(PAGE);
    if (first.getJsonArray("secrets").size() != Math.min(PAGE_SIZE, listed)) {
      throw new IllegalStateException("a page of another size");
    }
    String second = PAGE + "&page_token=" + first.getString("next_page_token");
    return IntStream.range(0, World.CONNECTIONS * 2)
        .mapToObj(i -> "/api/v1" + (i % 2 == 0 ? PAGE : second))
        .map(path -> HttpLoad.request("GET", path, lister.app(), ""))
        .toArray(byte[][]::new);
  }

  /** Over the bridge values travel only sealed, so there is a key to seal them to. */
  private static HttpLoad.Target bridged(Tenant tenant, int port) {
    try (DeliveryKeyPair pair =
        DeliveryKeyPair.generate(DeliverySuite.X25519, new SecureRandom())) {
      JsonObject frame =
          new JsonObject()
              .put("type", "send")
              .put("address", "hushbus.lease.grant")
              .put("replyAddress", "1")
              .put("headers", new JsonObject().put("Authorization", "Bearer " + tenant.app()))
              .put(
                  "body",
                  Tenant.lease("15m", "secret-0").put("sealed_to", pair.publicKey().base64()));
      byte[] json = frame.encode().getBytes(StandardCharsets.UTF_8);
      byte[] framed = ByteBuffer.allocate(json.length + 4).putInt(json.length).put(json).array();
      return new HttpLoad.Target(
          port, Wire.BRIDGE, HttpLoad.Requests.always(framed), World.CONNECTIONS, Set.of(200));
    }
  }
}
