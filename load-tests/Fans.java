import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Bars 9 to 11: how fast, and at what cost, many streams hear of a change. */
final class Fans implements Stage {

  private static final int WARM_UP = 10;

  /** Events a second that are to come one at a time, each with a write of its own. */
  private static final int SLOW = 20;

  private static final int FAST = 1_000;
  private static final int WRITERS = 16;
  private static final int IN_ONE_WRITE = 10;

  @Override
  public Set<Bar> bars() {
    return EnumSet.of(Bar.FAN_OUT, Bar.COALESCED, Bar.STREAM_HEAP);
  }

  @Override
  public Result measure(Bench bench) throws Exception {
    Installation installation = Installation.make(bench.database(), "hushbus_fan", bench.work());
    try (Broker broker = installation.start(Map.of("HUSHBUS_JAVA_OPTS", Proc.ATTACHABLE))) {
      Tenant tenant = Tenant.make(installation.operator(broker), "fan");
      Fan.secret(broker, tenant.app());
      List<Measured> measured = new ArrayList<>();
      measured.add(heap(broker, tenant, bench.many("--streams", 1_000, 100)));
      measured.add(lasts(bench, broker, tenant));
      Tenant alone = Tenant.make(installation.operator(broker), "alone");
      measured.add(coalesced(bench, broker, tenant, alone));
      return new Result(measured, List.of(), 0);
    }
  }

  private static Measured heap(Broker broker, Tenant tenant, int streams) throws Exception {
    try (Fan warm = Fan.open(broker, tenant.app(), streams / 10)) {
      warm.told(0);
    }
    long pid = broker.handle().pid();
    long before = Proc.heap(pid);
    try (Fan fan = Fan.open(broker, tenant.app(), streams)) {
      double each = (Proc.heap(pid) - before) / 1024.0 / streams;
      return Measured.of(
          Bar.STREAM_HEAP, new Figures(new double[] {each}), "%d streams, one count", streams);
    }
  }

  /** The worse of both numbers of streams; a round is a change, and a bare loop after it. */
  private static Measured lasts(Bench bench, Broker broker, Tenant tenant) throws Exception {
    Figures worse = new Figures(new double[] {0});
    StringBuilder detail = new StringBuilder();
    for (int size : bench.smoke() ? List.of(50, 100) : List.of(1_000, 5_000)) {
      Lasts lasts = Lasts.of(bench, broker, tenant, size);
      detail.append(lasts.told(size));
      worse = lasts.ratio().median() > worse.median() ? lasts.ratio() : worse;
    }
    return Measured.of(Bar.FAN_OUT, worse, "%s", detail.toString().strip());
  }

  /**
   * The milliseconds to the last of the streams: medians of a few changes in a row, as one alone
   * takes no longer than a neighbour's turn on the processor.
   */
  private record Lasts(Figures told, Figures bare) {

    static Lasts of(Bench bench, Broker broker, Tenant tenant, int size) throws Exception {
      int changes = bench.many("--changes", 8, 2);
      List<Double> told = new ArrayList<>();
      List<Double> bare = new ArrayList<>();
      try (Fan fan = Fan.open(broker, tenant.app(), size)) {
        for (int i = 0; i < WARM_UP; i++) {
          fan.told(i);
          fan.written();
        }
        for (int round = 0; round < bench.rounds(); round++) {
          List<Double> mine = new ArrayList<>();
          List<Double> loop = new ArrayList<>();
          for (int i = 0; i < changes; i++) {
            mine.add(fan.told(i).last());
            loop.add(fan.written().last());
          }
          told.add(Figures.of(mine).median());
          bare.add(Figures.of(loop).median());
        }
      }
      return new Lasts(Figures.of(told), Figures.of(bare));
    }

    Figures ratio() {
      return told.over(bare);
    }

    String told(int size) {
      return String.format(
          Locale.ROOT,
          "%,d streams: %.1f ms beside %.1f ms = %.2f. ",
          size,
          told.median(),
          bare.median(),
          ratio().median());
    }
  }

  /**
   * The broker's processor time for each notice that a stream was told, less what the same writes
   * cost where nobody hears of them: by another tenant.
   */
  private static Measured coalesced(Bench bench, Broker broker, Tenant tenant, Tenant alone)
      throws Exception {
    double seconds = bench.seconds() * 2;
    List<Told> slow = new ArrayList<>();
    List<Told> fast = new ArrayList<>();
    tenant.secrets("many", 0, WRITERS * IN_ONE_WRITE);
    alone.secrets("many", 0, WRITERS * IN_ONE_WRITE);
    try (Fan fan = Fan.open(broker, tenant.app(), bench.smoke() ? 50 : 1_000)) {
      fan.told(0);
      for (int round = 0; round < bench.rounds(); round++) {
        slow.add(told(fan, tenant, alone, 1, seconds));
        fast.add(told(fan, tenant, alone, IN_ONE_WRITE, seconds));
      }
    }
    Figures one = Figures.of(slow.stream().map(Told::micros).toList());
    Figures many = Figures.of(fast.stream().map(Told::micros).toList());
    return Measured.of(
        Bar.COALESCED,
        many.over(one),
        "%.2f us at %.0f events/s, %d a commit, %.0f deliveries/s, beside %.2f us at %.0f events/s",
        many.median(),
        Figures.of(fast.stream().map(Told::events).toList()).median(),
        IN_ONE_WRITE,
        Figures.of(fast.stream().map(Told::deliveries).toList()).median(),
        one.median(),
        Figures.of(slow.stream().map(Told::events).toList()).median());
  }

  /** Microseconds a delivery; events and deliveries a second. */
  private record Told(double micros, double events, double deliveries) {}

  private static Told told(Fan fan, Tenant tenant, Tenant alone, int each, double seconds)
      throws Exception {
    long pid = fan.broker().handle().pid();
    double perSecond = each == 1 ? SLOW : FAST / each;
    double before = Proc.cpuSeconds(pid);
    double changes = HttpLoad.open(writes(alone, each), perSecond, seconds).answers();
    double writing = (Proc.cpuSeconds(pid) - before) / changes;
    before = Proc.cpuSeconds(pid);
    long heard = fan.readers.total();
    Thread reader = new Thread(() -> fan.readers.drain((long) (seconds * 1e9)));
    reader.start();
    changes = HttpLoad.open(writes(tenant, each), perSecond, seconds).answers();
    reader.join();
    fan.readers.drain(1_000_000_000L); // what is on its way yet
    double deliveries = fan.readers.total() - heard;
    double used = Proc.cpuSeconds(pid) - before - writing * changes;
    return new Told(used * 1e6 / deliveries, changes * each / seconds, deliveries / seconds);
  }

  /** Each connection writes secrets of its own, so many in one commit. */
  private static HttpLoad.Target writes(Tenant tenant, int each) {
    byte[][] all = new byte[WRITERS][];
    for (int i = 0; i < WRITERS; i++) {
      JsonArray write = new JsonArray();
      for (int j = 0; j < each; j++) {
        write.add(
            new JsonObject()
                .put("name", "many-" + (i * IN_ONE_WRITE + j))
                .put("project", "demo")
                .put("domain", "development")
                .put("value", "changed"));
      }
      String body = new JsonObject().put("write", write).encode();
      all[i] = HttpLoad.request("POST", "/api/v1/secrets/bulk", tenant.app(), body);
    }
    return HttpLoad.Target.http(
        tenant.port(), (connection, count) -> all[connection], WRITERS, 200);
  }
}
