package io.hushbus.faults;

import io.hushbus.Broker;
import io.hushbus.config.BrokerConfig;
import io.hushbus.config.DatabaseConfig;
import io.hushbus.db.StatementProbe;
import io.hushbus.support.Brokers;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One broker in a process of its own, as it would run, that reaches its database by a port of its
 * own and whose clock can be set.
 *
 * <p>Orders: {@code clock S} sets its clock off by that many seconds, {@code usage} asks for bytes
 * of heap in use after a collection and for the number of its threads. Ends in order with its
 * standard input.
 */
final class NodeChild {

  private NodeChild() {}

  public static void main(String[] arguments) {
    ChildGround.run(() -> serve(ChildGround.parse(arguments)));
  }

  private static void serve(ChildGround ground) throws IOException {
    AtomicLong wrong = new AtomicLong();
    Broker broker =
        ChildGround.patiently(
            () ->
                Broker.start(
                    config(ground),
                    ground.roots(),
                    StatementProbe.NONE,
                    () -> Instant.now().plusSeconds(wrong.get())));
    System.out.println("ready " + broker.port() + " " + broker.managementPort());
    try (BufferedReader orders =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII))) {
      for (String order = orders.readLine(); order != null; order = orders.readLine()) {
        System.out.println("done " + obey(wrong, order.split(" ", -1)));
      }
    }
    broker.stop();
  }

  private static String obey(AtomicLong wrong, String[] order) {
    return switch (order[0]) {
      case "clock" -> {
        wrong.set(Long.parseLong(order[1]));
        yield order[1];
      }
      case "usage" -> usage();
      default -> throw new IllegalArgumentException("no such order: " + order[0]);
    };
  }

  private static String usage() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed()
        + " "
        + ManagementFactory.getThreadMXBean().getThreadCount();
  }

  /** As usual, but for leases that are short enough to end while somebody looks. */
  private static BrokerConfig config(ChildGround ground) {
    DatabaseConfig direct = ground.database();
    DatabaseConfig wired =
        new DatabaseConfig(
            direct.host(),
            Integer.parseInt(ground.own().getFirst()),
            direct.name(),
            direct.user(),
            direct.password(),
            direct.systemRole(),
            direct.tlsMode(),
            direct.ca(),
            direct.poolSize(),
            direct.owner());
    BrokerConfig usual = Brokers.Tuning.USUAL.on(wired);
    return new BrokerConfig(
        usual.development(),
        usual.server(),
        usual.management(),
        usual.database(),
        usual.rootKey(),
        usual.previousRootKey(),
        usual.keys(),
        new BrokerConfig.Leases(Fleet.TTL, Fleet.LONGEST, Duration.ofDays(30)),
        usual.runs(),
        usual.secrets(),
        usual.rotation(),
        usual.quotas(),
        usual.tenants(),
        usual.events(),
        usual.audit(),
        usual.tokens(),
        usual.outbound(),
        usual.limits(),
        usual.bus(),
        usual.cluster(),
        usual.console(),
        usual.log());
  }
}
