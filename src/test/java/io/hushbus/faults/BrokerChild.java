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
 * Nth, a {@code COMMIT}, was answered; {@code halt K} ends the process as soon as K have stopped;
 * {@code passed I} says that broker I will not, since its request was answered. Ends in order with
 * its standard input.
 */
final class BrokerChild {

  private static final int NEVER = Integer.MAX_VALUE;
  private static final Pattern WRITES =
      Pattern.compile(
          "\\b(INSERT\\s+INTO|DELETE\\s+FROM|UPDATE\\s+\\w+\\s+(AS\\s+)?(\\w+\\s+)?SET)\\b");

  /** What a node reserves ahead, or writes by the clock: no request writes it each time. */
  private static final Pattern AHEAD =
      Pattern.compile(
          "\\b(INTO|UPDATE|FROM)\\s+(broker_beat|outage|node|inventory_check)\\b"
              + "|tenant_key SET seals|audit_chain|audit_record"
              + "|audit_tail tail|rotation SET (visit|told|swept)");

  /**
   * Begins a transaction of a loop, which takes its job or makes sure that it holds it still, or of
   * a node that reserves room in a quota.
   */
  private static final Pattern JOB = Pattern.compile("\\b(INTO|FROM)\\s+job\\b|\\blease_share\\b");

  private static final AtomicInteger MISSING = new AtomicInteger(NEVER);

  /** Counts what one broker writes; nothing that runs on the way out gets a chance. */
  private static final class Bomb implements StatementProbe {
    private int written;
    private int before = NEVER;
    private int after = NEVER;

    @Override
    public StatementProbe transaction() {
      return new Transaction(this);
    }

    @Override
    public void before(String sql) {}

    @Override
    public void after(String sql) {}

    /** Counts, and says whether this is where to stand. */
    synchronized boolean writes() {
      written++;
      return written == before;
    }

    synchronized boolean committed(int place) {
      return place == after;
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

  /** Counts what a request writes in one transaction, and its {@code COMMIT}. */
  private static final class Transaction implements StatementProbe {
    private final Bomb bomb;
    private boolean job;
    private boolean wrote;
    private int committing;

    Transaction(Bomb bomb) {
      this.bomb = bomb;
    }

    @Override
    public void before(String sql) {
      boolean commit = sql.equals("COMMIT");
      job |= JOB.matcher(sql).find();
      boolean counts = commit ? wrote : writes(sql);
      wrote |= counts;
      if (counts && bomb.writes()) {
        stand();
      }
      committing = commit && counts ? bomb.written() : 0;
    }

    private boolean writes(String sql) {
      return !job && WRITES.matcher(sql).find() && !AHEAD.matcher(sql).find();
    }

    @Override
    public void after(String sql) {
      if (committing > 0 && sql.equals("COMMIT") && bomb.committed(committing)) {
        stand();
      }
    }
  }

  /**
   * Holds the loop of this broker, so that it stays where it is until all are where they should.
   */
  private static void stand() {
    arrived();
    while (true) {
      LockSupport.park();
    }
  }

  private static void arrived() {
    if (MISSING.decrementAndGet() == 0) {
      ChildGround.die();
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
    if (order[0].equals("passed")) {
      arrived();
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
