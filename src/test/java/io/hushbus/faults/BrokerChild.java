package io.hushbus.faults;

import io.hushbus.Broker;
import io.hushbus.config.DatabaseConfig;
import io.hushbus.config.DatabaseConfig.TlsMode;
import io.hushbus.crypto.RootKey;
import io.hushbus.crypto.RootKeyRing;
import io.hushbus.db.StatementProbe;
import io.hushbus.model.Failure;
import io.hushbus.model.SecretValue;
import io.hushbus.support.Brokers;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A broker in a process of its own that kills itself where its parent says: {@code count} starts to
 * count statements, {@code seen} prints how many there were, {@code arm N} halts before the Nth
 * statement from now, {@code arm-after N} when the Nth was answered. Ends with its standard input.
 */
final class BrokerChild {

  private static final int KILLED = 137;
  private static final int ATTEMPTS = 5;
  private static final int NEVER = Integer.MAX_VALUE;

  /** Counts statements; nothing that runs on the way out gets a chance. */
  private static final class Bomb implements StatementProbe {
    private final AtomicInteger sent = new AtomicInteger();
    private final AtomicInteger answered = new AtomicInteger();
    private volatile int before = NEVER;
    private volatile int after = NEVER;

    @Override
    public void before(String sql) {
      if (sent.incrementAndGet() == before) {
        Runtime.getRuntime().halt(KILLED);
      }
    }

    @Override
    public void after(String sql) {
      if (answered.incrementAndGet() == after) {
        Runtime.getRuntime().halt(KILLED);
      }
    }

    void reset(int haltBefore, int haltAfter) {
      sent.set(0);
      answered.set(0);
      before = haltBefore;
      after = haltAfter;
    }
  }

  private BrokerChild() {}

  public static void main(String[] arguments) throws IOException {
    Bomb bomb = new Bomb();
    Broker broker = started(bomb, arguments);
    System.out.println("ready " + broker.port());
    try (BufferedReader orders =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII))) {
      for (String order = orders.readLine(); order != null; order = orders.readLine()) {
        obey(bomb, order.split(" ", -1));
      }
    }
    System.exit(0);
  }

  /** On a machine that is busy with other children the database may not answer at once. */
  private static Broker started(Bomb bomb, String[] arguments) {
    for (int attempt = 1; ; attempt++) {
      RootKey root =
          RootKey.of(SecretValue.owning(HexFormat.of().parseHex(arguments[4])), new SecureRandom());
      try {
        return Broker.start(
            Brokers.Tuning.QUIET.on(database(arguments)), RootKeyRing.of(root), bomb);
      } catch (Failure.Unavailable notYet) {
        if (attempt == ATTEMPTS) {
          throw notYet;
        }
      }
    }
  }

  private static void obey(Bomb bomb, String[] order) {
    switch (order[0]) {
      case "count" -> bomb.reset(NEVER, NEVER);
      case "arm" -> bomb.reset(Integer.parseInt(order[1]), NEVER);
      case "arm-after" -> bomb.reset(NEVER, Integer.parseInt(order[1]));
      case "seen" -> {}
      default -> throw new IllegalArgumentException("no such order: " + order[0]);
    }
    System.out.println("done " + bomb.sent.get());
  }

  private static DatabaseConfig database(String[] arguments) {
    return new DatabaseConfig(
        arguments[0],
        Integer.parseInt(arguments[1]),
        arguments[2],
        "hushbus_app",
        SecretValue.ofText(arguments[3]),
        "hushbus_system",
        TlsMode.DISABLE,
        Optional.empty(),
        4,
        Optional.empty());
  }
}
