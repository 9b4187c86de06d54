package io.hushbus.faults;

import io.hushbus.Broker;
import io.hushbus.db.StatementProbe;
import io.hushbus.support.Brokers;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A broker in a process of its own that does its background work, and kills itself at the Nth
 * statement that begins as its parent says, which notes how far some work has come: before it, or
 * after its commit. N of 0: never. Ends with its input.
 */
final class RotatingChild {

  /** The statement that moves an operation's place. */
  static final String OPERATION_MOVES = "UPDATE operation\nSET state = 'running'";

  /** Halts around that statement. */
  private record Bomb(String statement, int batch, boolean after, AtomicInteger seen)
      implements StatementProbe {
    @Override
    public void before(String sql) {
      if (sql.startsWith(statement) && seen.incrementAndGet() == batch && !after) {
        ChildGround.die();
      }
    }

    @Override
    public void after(String sql) {
      if (after && seen.get() == batch && sql.equals("COMMIT")) {
        ChildGround.die();
      }
    }
  }

  private RotatingChild() {}

  public static void main(String[] arguments) {
    ChildGround.run(() -> work(arguments));
  }

  private static void work(String[] arguments) throws IOException {
    ChildGround ground = ChildGround.parse(arguments);
    int batch = Integer.parseInt(ground.own().get(0));
    Bomb bomb =
        new Bomb(
            ground.own().get(2), batch, ground.own().get(1).equals("after"), new AtomicInteger());
    Broker broker = ground.start(Brokers.Tuning.USUAL, bomb);
    System.out.println("ready " + broker.port());
    while (System.in.read() >= 0) {
      // nobody says anything; the end is what matters
    }
  }
}
