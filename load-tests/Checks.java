import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.SQLException;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Bars 12 and 13: what the fence of row-level security costs, with the policies of all tables
 * switched off and on again, and what the check of a token does.
 */
final class Checks implements Stage {

  private static final String CHECKED = "request, token checked";
  private static final String UNCHECKED = "request, no token check";

  /** What is refused leaves no line in the log: writing it costs more than the check. */
  private static final Map<String, String> QUIET = Map.of("HUSHBUS_LOG_LEVEL", "warn");

  private static final String POLICIES =
      """
      DO $$ DECLARE one record; BEGIN
        FOR one IN SELECT DISTINCT schemaname, tablename FROM pg_policies LOOP
          EXECUTE format('ALTER TABLE %I.%I ${what} ROW LEVEL SECURITY', one.schemaname, one.tablename);
          COMMIT;
        END LOOP;
      END $$
      """;

  private int turn;

  @Override
  public Set<Bar> bars() {
    return EnumSet.of(Bar.FENCE, Bar.TOKEN);
  }

  @Override
  public Result measure(Bench bench) throws Exception {
    try (World world = World.start(bench.database(), bench.work(), QUIET)) {
      return measure(world, bench);
    }
  }

  private Result measure(World world, Bench bench) throws Exception {
    byte[] asked = asked(world);
    byte[] open = refused(world, "/.well-known/jwks.json");
    double seconds = bench.seconds();
    double warm = bench.smoke() ? 0.5 : 6;
    world.grants(warm);
    world.reads(warm);
    refused(world, asked, warm);
    refused(world, open, warm);
    Rounds rounds =
        new Rounds(bench.rounds())
            .load(CHECKED, () -> refused(world, asked, seconds))
            .load(UNCHECKED, () -> refused(world, open, seconds))
            .side("read fence", () -> fence(world, () -> world.reads(seconds)))
            .side("grant fence", () -> fence(world, () -> world.grants(seconds)));
    rounds.run();
    boolean reads = rounds.of("read fence").median() < rounds.of("grant fence").median();
    return new Result(
        List.of(
            Measured.of(
                Bar.FENCE,
                rounds.of(reads ? "read fence" : "grant fence"),
                "read %.2f, batch grant %.2f; policies of all tables off and on",
                rounds.of("read fence").median(),
                rounds.of("grant fence").median()),
            Measured.of(
                Bar.TOKEN,
                rounds.ratio(CHECKED, UNCHECKED),
                "GET /secrets with a signed token and a parameter that there is not, %.0f/s beside"
                    + " %.0f/s of the same broker where no token is asked for",
                rounds.of(CHECKED).median(),
                rounds.of(UNCHECKED).median())),
        List.of(),
        rounds.errors());
  }

  /** With a signed token, and a parameter that there is not. */
  static byte[] asked(World world) throws IOException, InterruptedException {
    return refused(world, "/api/v1/secrets");
  }

  private static byte[] refused(World world, String path) throws IOException, InterruptedException {
    return HttpLoad.request("GET", path + "?unknown=1", token(world.tenant), "");
  }

  /** What is refused once its sender is known, at the same place in both. */
  private static HttpLoad.Outcome refused(World world, byte[] asked, double seconds)
      throws IOException {
    return HttpLoad.closed(world.to(HttpLoad.Requests.always(asked), 400), seconds);
  }

  /** The rate with the policies as a part of the rate without; which comes first, alternates. */
  private double fence(World world, Rounds.Loaded load) throws Exception {
    turn++;
    double before = turn / 2 % 2 == 0 ? load.measure().perSecond() : Double.NaN;
    double without = unfenced(world, load);
    return (Double.isNaN(before) ? load.measure().perSecond() : before) / without;
  }

  private static double unfenced(World world, Rounds.Loaded load) throws Exception {
    switched(world, "DISABLE");
    try {
      return load.measure().perSecond();
    } finally {
      switched(world, "ENABLE");
    }
  }

  private static void switched(World world, String what) throws SQLException {
    Database.execute(world.installation.database(), POLICIES.replace("${what}", what));
  }

  /** A signed token for the account's key. */
  private static String token(Tenant tenant) throws IOException, InterruptedException {
    String account = tenant.api().get("/auth/whoami").getJsonObject("principal").getString("id");
    String form =
        "grant_type=client_credentials&client_id=" + account + "&client_secret=" + tenant.app();
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + tenant.port() + "/api/v1/auth/token"))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(form))
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      String body = client.send(request, HttpResponse.BodyHandlers.ofString()).body();
      return new JsonObject(body).getString("access_token");
    }
  }
}
