package io.hushbus.faults;

import io.hushbus.Broker;
import io.hushbus.config.DatabaseConfig;
import io.hushbus.config.DatabaseConfig.TlsMode;
import io.hushbus.crypto.RootKey;
import io.hushbus.crypto.RootKeyRing;
import io.hushbus.db.StatementProbe;
import io.hushbus.model.SecretValue;
import io.hushbus.support.Brokers;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A broker in a process of its own that works at operations, and kills itself at the Nth batch:
 * before or after the batch has said how far it has come. N of 0: never. Ends with its input.
 */
final class RotatingChild {

  private static final int KILLED = 137;

  /** Halts around the statement that moves an operation's place. */
  private record Bomb(int batch, boolean after, AtomicInteger seen) implements StatementProbe {
    @Override
    public void before(String sql) {
      if (sql.startsWith("UPDATE operation\nSET state = 'running'")
          && seen.incrementAndGet() == batch
          && !after) {
        Runtime.getRuntime().halt(KILLED);
      }
    }

    @Override
    public void after(String sql) {
      if (after && seen.get() == batch && sql.equals("COMMIT")) {
        Runtime.getRuntime().halt(KILLED);
      }
    }
  }

  private RotatingChild() {}

  public static void main(String[] arguments) throws IOException {
    RootKey root =
        RootKey.of(SecretValue.owning(HexFormat.of().parseHex(arguments[4])), new SecureRandom());
    int batch = Integer.parseInt(arguments[5]);
    Bomb bomb = new Bomb(batch, arguments[6].equals("after"), new AtomicInteger());
    Broker broker =
        Broker.start(Brokers.Tuning.USUAL.on(database(arguments)), RootKeyRing.of(root), bomb);
    System.out.println("ready " + broker.port());
    while (System.in.read() >= 0) {
      // nobody says anything; the end is what matters
    }
    System.exit(0);
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
