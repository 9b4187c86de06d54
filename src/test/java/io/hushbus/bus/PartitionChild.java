package io.hushbus.bus;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.core.Hazelcast;
import io.hushbus.config.BrokerConfig;
import io.hushbus.config.BrokerConfig.Cluster.Software;
import io.hushbus.support.BrokerNode;
import io.hushbus.support.Brokers;
import io.hushbus.support.Brokers.Tuning;
import io.hushbus.support.Canary;
import io.hushbus.support.Client;
import io.hushbus.support.EventLines;
import io.hushbus.support.Tenancy;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * What {@link PartitionIT} runs in a network namespace: two brokers in a cluster that look for news
 * once an hour, so that whatever wakes a waiting reader was hinted over the cluster.
 */
final class PartitionChild {

  /** What it prints at its good end. */
  static final String HEALED = "hints flow again";

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration HINTED_WITHIN = Duration.ofSeconds(3);
  private static final int FIRST = 15_701;
  private static final int SECOND = 15_711;
  private static final List<Integer> PORTS = List.of(FIRST, FIRST + 1, SECOND, SECOND + 1);

  private final BrokerNode one;
  private final BrokerNode two;
  private final Tenancy acme;
  private int made;

  private PartitionChild(Brokers brokers) {
    Tuning tuning = Tuning.USUAL.polling(Duration.ofHours(1));
    this.one = brokers.start(tuning.cluster(at(FIRST, SECOND)));
    this.acme = brokers.tenant(one.client(brokers.operator()), "acme");
    this.two = brokers.start(tuning.cluster(at(SECOND, FIRST)));
  }

  @SuppressWarnings("CatchAndPrintStackTrace") // the parent reads what the child prints
  public static void main(String[] none) {
    int code = 1;
    try (Brokers brokers = Brokers.onStoppable()) {
      new PartitionChild(brokers).run();
      code = 0;
    } catch (IOException | InterruptedException | RuntimeException | AssertionError failed) {
      failed.printStackTrace();
    } finally {
      Runtime.getRuntime().exit(code);
    }
  }

  private void run() throws IOException, InterruptedException {
    until("hints flow", () -> members(2) && hinted(one, two) && hinted(two, one));
    cut("-I");
    until("each is alone", () -> members(1));
    assertThat(hinted(one, two)).as("hinted over the cut").isFalse();
    bothServe();

    cut("-D");
    long healed = System.nanoTime();
    until("the cluster is whole", () -> members(2));
    until(HEALED, () -> hinted(one, two) && hinted(two, one));
    bothServe();
    System.out.println(HEALED + " " + (System.nanoTime() - healed) / 1_000_000 + " ms later");
  }

  /**
   * Whether a stream at one node is told at once of what is made at the other. It is seen to be at
   * the end of the log first, by something made at its own node.
   */
  private boolean hinted(BrokerNode writer, BrokerNode reader) {
    try (EventLines stream = viewer(reader).events("?after=now")) {
      stream.await("its own node's", PATIENCE, about(create(reader)));
      stream.await("the other node's", HINTED_WITHIN, about(create(writer)));
      return true;
    } catch (ConditionTimeoutException late) {
      return false;
    }
  }

  private static Predicate<JsonObject> about(String name) {
    return event -> name.equals(event.getJsonObject("data").getString("name"));
  }

  /** What is written and leased at either is there at the other for whoever asks. */
  private void bothServe() {
    for (List<BrokerNode> pair : List.of(List.of(one, two), List.of(two, one))) {
      BrokerNode writer = pair.getFirst();
      BrokerNode other = pair.getLast();
      String cursor = cursor(other);
      String name = create(writer);
      assertThat(viewer(other).get("/events?after=" + cursor).expect(200).body()).contains(name);
      JsonObject ask =
          new JsonObject()
              .put("project", "demo")
              .put("secrets", new JsonArray().add(new JsonObject().put("secret", name)));
      other.client(acme.runner()).post("/leases", ask).expect(201);
    }
  }

  private String create(BrokerNode writer) {
    String name = "made-" + ++made;
    JsonObject secret = new JsonObject().put("name", name).put("type", "text");
    writer
        .client(acme.app())
        .post("/secrets?project=demo", secret.put("value", Canary.value()))
        .expect(201);
    return name;
  }

  private String cursor(BrokerNode node) {
    return viewer(node).get("/events?after=now").expect(200).json().getString("cursor");
  }

  private Client viewer(BrokerNode node) {
    return node.client(acme.viewer());
  }

  private static boolean members(int each) {
    return Hazelcast.getAllHazelcastInstances().stream()
            .filter(one -> one.getCluster().getMembers().size() == each)
            .count()
        == 2;
  }

  /** Packets of the cluster, and of nothing else, are dropped, or are no more. */
  private static void cut(String how) throws IOException, InterruptedException {
    for (int port : PORTS) {
      for (String side : List.of("--dport", "--sport")) {
        String rule = how + " INPUT -p tcp " + side + " " + port + " -j DROP";
        List<String> command =
            Stream.concat(Stream.of("iptables"), Stream.of(rule.split(" "))).toList();
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
      }
    }
  }

  private static void until(String what, java.util.concurrent.Callable<Boolean> holds) {
    Awaitility.await(what).atMost(PATIENCE).pollInterval(Duration.ofMillis(200)).until(holds);
  }

  private static BrokerConfig.Cluster at(int port, int other) {
    return new BrokerConfig.Cluster(
        Software.HAZELCAST, "127.0.0.1", port, List.of("127.0.0.1:" + other), Optional.empty());
  }
}
