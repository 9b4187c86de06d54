package io.hushbus.faults;

import io.hushbus.Broker;
import io.hushbus.db.StatementProbe;
import io.hushbus.support.Brokers;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Brokers in a process of their own that kills itself where its parent says. Statements that write
 * are counted, and the {@code COMMIT} after them; those that read change nothing by being the last.
 *
 * <p>Orders: {@code count I} lets broker I count anew, {@code seen I} asks how far it has come,
 * {@code arm I N} makes it stop for good before the Nth from now, {@code arm-after I N} when the
 * Nth, a {@code COMMIT}, was answered; {@code halt K} ends the process as soon as K have stopped.
 * Ends in order with its standard input.
 */
final class BrokerChild {

  private static final int NEVER = Integer.MAX_VALUE;
  private static final Pattern WRITES =
      Pattern.compile(
          "\\b(INSERT\\s+INTO|DELETE\\s+FROM|UPDATE\\s+\\w+\\s+(AS\\s+)?(\\w+\\s+)?SET)\\b");

  /**
   * What loops write by the clock, and what a node reserves ahead: no request writes it each time.
   */
  private static final Pattern LOOPS =
      Pattern.compile(
          "\\b(INTO|UPDATE|FROM)\\s+(broker_beat|outage|node|job|inventory_check)\\b"
              + "|pg_try_advisory_xact_lock|tenant_key SET seals|audit_chain|audit_record"
              + "|audit_tail tail|rotation SET (visit|told|swept)");

  private static final AtomicInteger MISSING = new AtomicInteger(NEVER);

  /** Counts what one broker writes; nothing that runs on the way out gets a chance. */
  private static final class Bomb implements StatementProbe {
    private int written;
    private int commitsUnderWay;
    private boolean wrote;
    private int before = NEVER;
    private int after = NEVER;

    @Override
    public void before(String sql) {
      if (sent(sql)) {
        stand();
      }
    }

    @Override
    public void after(String sql) {
      if (sql.equals("COMMIT") && committed()) {
        stand();
      }
    }

    private synchronized boolean sent(String sql) {
      boolean commit = sql.equals("COMMIT");
      commitsUnderWay += commit ? 1 : 0;
      boolean counts = commit ? wrote : WRITES.matcher(sql).find() && !LOOPS.matcher(sql).find();
      wrote = !commit && !sql.equals("ROLLBACK") && (wrote || counts);
      written += counts ? 1 : 0;
      return counts && written == before;
    }

    /** A transaction that only read may be ending at the same time. */
    private synchronized boolean committed() {
      commitsUnderWay--;
      return written == after && commitsUnderWay == 0;
    }

    /**
     * Holds the loop of this broker, so that it stays where it is until all are where they should.
     */
    private static void stand() {
      if (MISSING.decrementAndGet() == 0) {
        ChildGround.die();
      }
      while (true) {
        LockSupport.park();
      }
    }

    synchronized void reset(int standBefore, int standAfter) {
      written = 0;
      before = standBefore;
      after = standAfter;
    }

    synchronized int written() {
      return written;
    }
  }

  private BrokerChild() {}

  public static void main(String[] arguments) {
    ChildGround.run(() -> serve(arguments));
  }

  private static void serve(String[] arguments) throws IOException {
    ChildGround ground = ChildGround.parse(arguments);
    int number = Integer.parseInt(ground.own().getFirst());
    List<Bomb> bombs = Stream.generate(Bomb::new).limit(number).toList();
    List<Broker> brokers =
        bombs.parallelStream().map(bomb -> ground.start(Brokers.Tuning.QUIET, bomb)).toList();
    System.out.println(
        "ready "
            + brokers.stream()
                .map(broker -> Integer.toString(broker.port()))
                .collect(Collectors.joining(" ")));
    try (BufferedReader orders =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII))) {
      for (String order = orders.readLine(); order != null; order = orders.readLine()) {
        System.out.println("done " + obey(bombs, order.split(" ", -1)));
      }
    }
  }

  private static int obey(List<Bomb> bombs, String[] order) {
    int number = Integer.parseInt(order[1]);
    if (order[0].equals("halt")) {
      MISSING.set(number);
      return number;
    }
    Bomb bomb = bombs.get(number);
    switch (order[0]) {
      case "count" -> bomb.reset(NEVER, NEVER);
      case "arm" -> bomb.reset(Integer.parseInt(order[2]), NEVER);
      case "arm-after" -> bomb.reset(NEVER, Integer.parseInt(order[2]));
      case "seen" -> {}
      default -> throw new IllegalArgumentException("no such order: " + order[0]);
    }
    return bomb.written();
  }
}
