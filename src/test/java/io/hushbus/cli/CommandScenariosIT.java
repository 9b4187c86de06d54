package io.hushbus.cli;

import io.hushbus.support.BrokerNode;
import io.hushbus.support.Brokers;
import io.hushbus.support.Client;
import io.hushbus.support.Tenancy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Plays every scenario of the command line against one broker, each with tenants of its own. */
final class CommandScenariosIT {

  private static Brokers brokers;
  private static BrokerNode node;

  @TempDir private Path directory;

  @BeforeAll
  static void start() {
    brokers = Brokers.fresh();
    node = brokers.start();
  }

  @AfterAll
  static void stop() {
    brokers.close();
  }

  static List<String> scenarios() throws IOException {
    return CommandScenarios.names();
  }

  @ParameterizedTest
  @MethodSource("scenarios")
  void it_goes_as_it_is_told(String file) throws IOException {
    String name = "cli-" + file.replace(".txt", "");
    Client operator = node.client(brokers.operator());
    Tenancy own = brokers.tenant(operator, name);
    Map<String, String> credentials = new HashMap<>(own.byName());
    credentials.put("operator", brokers.operator());
    credentials.put("tenant", name);
    Stage stage =
        new Stage(
            node, credentials, Files.createDirectory(directory.resolve("work")), brokers.answers());
    CommandScenarios.acts(file).forEach(stage::play);
  }
}
