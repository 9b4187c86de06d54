import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * What many tenants ask for over a day: of a hundred requests 45 are lease grants, 45 renewals,
 * nine reads of metadata and one a new value.
 */
final class MixedDay {

  private static final int SECRETS = 4;
  private static final int HELD = 4;
  private static final int GRANTS = 45;
  private static final int RENEWALS = 90;
  private static final int READS = 99;

  /** What one tenant sends, as it stands on the wire. */
  private record Sender(byte[][] grants, byte[][] renewals, byte[] read, byte[] write) {

    static Sender of(Tenant tenant) throws Exception {
      tenant.secrets("secret", 0, SECRETS);
      List<byte[]> grants = new ArrayList<>();
      for (int i = 0; i < SECRETS; i++) {
        grants.add(tenant.grant("secret-" + i));
      }
      List<byte[]> renewals = new ArrayList<>();
      for (int i = 0; i < HELD; i++) {
        String id =
            tenant
                .api()
                .post("/leases", Tenant.lease("12h", "secret-0"))
                .getJsonArray("leases")
                .getJsonObject(0)
                .getString("id");
        renewals.add(
            HttpLoad.request(
                "POST", "/api/v1/leases/" + id + "/renew", tenant.app(), "{\"ttl\":\"15m\"}"));
      }
      String secret = "/api/v1/secrets/secret-1" + Tenant.SCOPE;
      return new Sender(
          grants.toArray(byte[][]::new),
          renewals.toArray(byte[][]::new),
          HttpLoad.request("GET", secret, tenant.app(), ""),
          HttpLoad.request("PUT", secret, tenant.app(), "{\"value\":\"another one\"}"));
    }
  }

  private final List<Sender> senders;

  private MixedDay(List<Sender> senders) {
    this.senders = senders;
  }

  /** Gives each tenant what it needs for its day. */
  static MixedDay of(List<Tenant> tenants) throws Exception {
    return new MixedDay(
        Api.all(tenants.stream().<Callable<Sender>>map(one -> () -> Sender.of(one)).toList()));
  }

  /** Over all tenants and kinds, the same in each run. */
  HttpLoad.Target target(int port, int connections) {
    return HttpLoad.Target.http(port, this::next, connections, 200, 201);
  }

  private byte[] next(int connection, long count) {
    long which = mixed(connection * 1_000_003L + count);
    Sender sender = senders.get((int) ((which >>> 8) % senders.size()));
    long kind = (which >>> 32) % 100;
    int part = (int) (which & 255);
    if (kind < GRANTS) {
      return sender.grants()[part % SECRETS];
    }
    if (kind < RENEWALS) {
      return sender.renewals()[part % HELD];
    }
    return kind < READS ? sender.read() : sender.write();
  }

  /** As good as random, never negative. */
  private static long mixed(long seed) {
    long mixed = (seed ^ seed >>> 30) * 0xbf58476d1ce4e5b9L;
    mixed = (mixed ^ mixed >>> 27) * 0x94d049bb133111ebL;
    return (mixed ^ mixed >>> 31) & Long.MAX_VALUE;
  }
}
