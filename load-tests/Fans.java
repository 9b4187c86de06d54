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
  private static final int WRITERS = 32;

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
      measured.add(coalesced(bench, broker, tenant));
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

  /** The broker's processor time for each notice that a stream was told. */
  private static Measured coalesced(Bench bench, Broker broker, Tenant tenant) throws Exception {
    int streams = bench.smoke() ? 50 : 1_000;
    double seconds = bench.seconds() * 2;
    Rounds rounds = new Rounds(bench.rounds());
    List<String> rates = new ArrayList<>();
    try (Fan fan = Fan.open(broker, tenant.app(), streams)) {
      fan.told(0);
      rounds
          .side(
              "CPU us per delivery, 1 write an event",
              () -> cost(fan, tenant, SLOW, seconds, rates))
          .side("CPU us per delivery, 1,000/s", () -> cost(fan, tenant, FAST, seconds, rates));
      rounds.run();
    }
    Figures slow = rounds.of("CPU us per delivery, 1 write an event");
    Figures fast = rounds.of("CPU us per delivery, 1,000/s");
    return Measured.of(
        Bar.COALESCED,
        fast.over(slow),
        "%.2f us beside %.2f us, the writing of the changes included; last: %s",
        fast.median(),
        slow.median(),
        rates.getLast());
  }

  private static double cost(
      Fan fan, Tenant tenant, int perSecond, double seconds, List<String> rates) throws Exception {
    long pid = fan.broker().handle().pid();
    double before = Proc.cpuSeconds(pid);
    long heard = fan.readers.total();
    Thread reader = new Thread(() -> fan.readers.drain((long) (seconds * 1e9)));
    reader.start();
    byte[] change =
        HttpLoad.request(
            "PUT", "/api/v1/secrets/told?project=demo", tenant.app(), "{\"value\":\"changed\"}");
    HttpLoad.Outcome changes =
        HttpLoad.open(
            HttpLoad.Target.http(
                tenant.port(), HttpLoad.Requests.always(change), WRITERS, 200, 409, 412),
            perSecond,
            seconds);
    reader.join();
    long deliveries = fan.readers.total() - heard;
    rates.add(
        "%.0f changes/s, %.0f deliveries/s".formatted(changes.perSecond(), deliveries / seconds));
    double used = Proc.cpuSeconds(pid) - before;
    fan.readers.drain(2_000_000_000L); // what is on its way yet
    return used * 1e6 / deliveries;
  }
}
