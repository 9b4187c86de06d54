import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Tenants with a secret each, and requests that write: each connection is a tenant's own. */
record Writers(List<Tenant> tenants, AtomicInteger names) {

  static Writers make(World world, int number) throws Exception {
    List<Tenant> tenants =
        Tenant.make(world.installation.operator(world.broker), "writer-", number);
    for (Tenant one : tenants) {
      one.secrets("kept", 0, 1);
    }
    return new Writers(tenants, new AtomicInteger());
  }

  /** A new secret each time. */
  HttpLoad.Requests creating() {
    return (connection, count) -> {
      String body = Tenant.secret("made-" + names.incrementAndGet()).encode();
      return HttpLoad.request("POST", "/api/v1/secrets" + Tenant.SCOPE, of(connection).app(), body);
    };
  }

  /** The same value again and again. */
  HttpLoad.Requests replacing() {
    byte[][] all = tenants.stream().map(one -> put(one, "w".repeat(256))).toArray(byte[][]::new);
    return (connection, count) -> all[connection % all.length];
  }

  /** Another value each time, so that the one before gets an end. */
  HttpLoad.Requests changing() {
    return (connection, count) -> put(of(connection), "%0256d".formatted(names.incrementAndGet()));
  }

  private Tenant of(int connection) {
    return tenants.get(connection % tenants.size());
  }

  private static byte[] put(Tenant tenant, String value) {
    String body = "{\"value\":\"" + value + "\"}";
    return HttpLoad.request("PUT", "/api/v1/secrets/kept-0" + Tenant.SCOPE, tenant.app(), body);
  }
}
