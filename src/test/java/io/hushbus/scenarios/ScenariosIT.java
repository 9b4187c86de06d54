package io.hushbus.scenarios;

import io.hushbus.config.BrokerConfig;
import io.hushbus.crypto.DeliveryKeyPair;
import io.hushbus.crypto.DeliverySuite;
import io.hushbus.support.BrokerNode;
import io.hushbus.support.Brokers;
import io.hushbus.support.Client;
import io.hushbus.support.Tenancy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Plays every story against one broker, which has one connection to do it with. */
final class ScenariosIT {

  private static final Path STORIES =
      Path.of(System.getProperty("hushbus.home", "."), "src/test/resources/scenarios");

  private static final BrokerConfig.Bus BUS =
      new BrokerConfig.Bus(Optional.of(0), false, 64, 1536 * 1024, 32, 32);

  private static Brokers brokers;
  private static BrokerNode node;

  @BeforeAll
  static void start() {
    brokers = Brokers.fresh();
    node = brokers.start(Brokers.Tuning.USUAL.bus(BUS).scarce());
  }

  @AfterAll
  static void stop() {
    brokers.close();
  }

  static List<String> stories() throws IOException {
    try (Stream<Path> files = Files.list(STORIES)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".http"))
          .sorted()
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("stories")
  void it_goes_as_it_is_told(String file) throws IOException {
    String name = file.replace(".http", "");
    Client operator = node.client(brokers.operator());
    Tenancy own = brokers.tenant(operator, name);
    Tenancy other = brokers.tenant(operator, name + "-other");
    Map<String, String> credentials = new HashMap<>(own.byName());
    other.byName().forEach((who, key) -> credentials.put("other-" + who, key));
    credentials.put("operator", brokers.operator());

    try (DeliveryKeyPair pair = DeliveryKeyPair.generate(DeliverySuite.X25519, new SecureRandom());
        BusSteps buses = new BusSteps(node)) {
      credentials.put("delivery-key", pair.publicKey().base64());
      Story story = new Story(operator, buses, credentials);
      Step.parse(Files.readString(STORIES.resolve(file))).forEach(story::play);
    }
  }
}
