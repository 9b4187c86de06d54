import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;

/** Leases that a test prepares: granted by the broker, so that they are genuine. */
final class Leases {

  private Leases() {}

  /** So many requests for leases of these secrets; gives the ids of all leases. */
  static List<String> granted(Tenant tenant, int requests, String... secrets)
      throws IOException, InterruptedException {
    JsonObject body = Tenant.lease("12h", secrets);
    Callable<List<String>> step = () -> ids(tenant.api().post("/leases", body));
    return Api.all(IntStream.range(0, requests).mapToObj(i -> step).toList()).stream()
        .flatMap(List::stream)
        .toList();
  }

  private static List<String> ids(JsonObject answer) {
    JsonArray leases = answer.getJsonArray("leases");
    return IntStream.range(0, leases.size())
        .mapToObj(i -> leases.getJsonObject(i).getString("id"))
        .toList();
  }

  /**
   * So many leases, {@code several} at a time in one request of one secret each; nothing is kept of
   * the answers.
   *
   * @return seconds that it took
   */
  static double many(Tenant tenant, long number, int several) throws IOException {
    String[] names =
        IntStream.range(0, several).mapToObj(i -> "secret-" + i).toArray(String[]::new);
    byte[] request =
        HttpLoad.request(
            "POST", "/api/v1/leases", tenant.app(), Tenant.lease("12h", names).encode());
    return requests(tenant.port(), request, (number + several - 1) / several);
  }

  /** The same request so many times. */
  static double requests(int port, byte[] request, long number) throws IOException {
    byte[][] one = {request};
    return HttpLoad.exactly(
        HttpLoad.Target.http(
            port, HttpLoad.Requests.always(one[0]), World.CONNECTIONS, 200, 201, 204),
        number);
  }
}
