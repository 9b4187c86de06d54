package io.hushbus.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import io.hushbus.client.HushbusClient;
import io.hushbus.client.Operation;
import io.hushbus.client.Refused;
import io.hushbus.client.Unreachable;
import io.hushbus.model.SecretValue;
import io.hushbus.support.BrokerNode;
import io.hushbus.support.Brokers;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that speak with a broker: where it is, as whom, and what they say. */
final class KeyCommandIT {

  private static Brokers brokers;
  private static BrokerNode node;

  @TempDir private Path directory;

  @BeforeAll
  static void start() {
    brokers = Brokers.fresh();
    node = brokers.start();
    brokers.tenant(node.client(brokers.operator()), "acme");
  }

  @AfterAll
  static void stop() {
    brokers.close();
  }

  @Test
  void a_client_rotates_and_sees_how_it_goes() throws Exception {
    Path token = Files.writeString(directory.resolve("token"), brokers.operator() + "\n");
    Map<String, String> environment =
        Map.of("HUSHBUS_ADDR", node.address(), "HUSHBUS_TOKEN_FILE", token.toString());
    Surroundings around = Surrounded.by(environment, directory).surroundings();
    try (HushbusClient client = new Access(around, new Settings(around, Map.of())).client()) {
      Operation begun = client.rotateTenantKey("acme");
      assertThat(begun.kind()).isEqualTo("tenant_key_rotation");
      assertThat(client.operation(begun.id()).id()).isEqualTo(begun.id());
      assertThat(client.tenantKeys("acme")).hasSize(2);
      assertThat(client.tenantKeys("acme").getLast().state()).isEqualTo("primary");
      assertThat(client.rootKey().inUse()).containsExactly(client.rootKey().current());
    }
  }

  @Test
  void a_refusal_is_a_line_with_the_next_step_and_an_exit_code() {
    try (HushbusClient stranger = client("hsb_nobody")) {
      assertThat(reported(stranger::rootKey)).isEqualTo(Exit.DENIED);
    }
    try (HushbusClient operator = client(brokers.operator())) {
      assertThat(reported(() -> operator.tenantKeys("nobody-home"))).isEqualTo(Exit.NOT_FOUND);
      assertThat(reported(operator::rotateRootKey)).isEqualTo(Exit.CONFLICT);
    }
    URI nowhere = URI.create("http://127.0.0.1:1");
    try (HushbusClient lost =
        HushbusClient.of(nowhere, SecretValue.ofText("x"), Optional.empty())) {
      assertThat(reported(lost::rootKey)).isEqualTo(Exit.UNREACHABLE);
    }
  }

  @Test
  void rc54_what_the_client_throws_holds_nothing_that_was_sent() {
    String token = "hsb_" + "n".repeat(40);
    for (URI address : List.of(URI.create(node.address()), URI.create("http://127.0.0.1:1"))) {
      try (HushbusClient stranger =
          HushbusClient.of(address, SecretValue.ofText(token), Optional.empty())) {
        assertThatThrownBy(stranger::rootKey)
            .isInstanceOfAny(Refused.class, Unreachable.class)
            .hasNoCause()
            .hasMessageNotContaining(token)
            .extracting(Throwable::toString, STRING)
            .doesNotContain(token)
            .doesNotContainIgnoringCase("bearer");
      }
    }
  }

  @Test
  void without_a_token_or_an_address_the_command_says_what_to_set() {
    Surrounded around = Surrounded.by(Map.of(), directory);
    assertThat(around.run("key", "rotate")).isEqualTo(Exit.USAGE);
    assertThat(around.run("key", "rotate", "--root", "--tenant", "acme")).isEqualTo(Exit.USAGE);
    assertThat(around.run("key", "status")).isEqualTo(Exit.DENIED);
    assertThat(around.err()).contains("HUSHBUS_TOKEN");
    assertThat(around.run("key", "status", "--addr", "ftp://x")).isEqualTo(Exit.USAGE);
    assertThat(around.err()).contains("HUSHBUS_ADDR");
  }

  @Test
  void progress_is_a_line_for_each_change_and_a_bar_on_a_terminal() throws Exception {
    assertThat(shown(false).lines())
        .containsExactly(
            "tenant_key_rotation pending: 0",
            "tenant_key_rotation running: 500 of 1000",
            "tenant_key_rotation succeeded: 1000 of 1000");
    assertThat(shown(true)).contains("100%").contains("1000/1000");
  }

  private static String shown(boolean terminal) throws InterruptedException {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Queue<Operation> answers =
        new ArrayDeque<>(List.of(at("running", 500), at("running", 500), at("succeeded", 1000)));
    Operation begun =
        new Operation(
            "1", "tenant_key_rotation", "pending", 0, OptionalLong.empty(), Optional.empty());
    PrintStream to = new PrintStream(err, true, StandardCharsets.UTF_8);
    Progress progress = Progress.on(to, terminal, begun);
    progress.followed(begun, id -> answers.remove(), Duration.ofMillis(1));
    progress.leave();
    return err.toString(StandardCharsets.UTF_8);
  }

  private static Operation at(String state, long done) {
    return new Operation(
        "1", "tenant_key_rotation", state, done, OptionalLong.of(1000), Optional.empty());
  }

  private static HushbusClient client(String token) {
    return HushbusClient.of(
        URI.create(node.address()), SecretValue.ofText(token), Optional.empty());
  }

  private static int reported(Runnable call) {
    StringWriter err = new StringWriter();
    try {
      call.run();
    } catch (RuntimeException refused) {
      int code = Reporter.report(refused, new PrintWriter(err, true));
      assertThat(err.toString()).startsWith("hushbus: ").contains(": ").hasLineCount(1);
      return code;
    }
    throw new AssertionError("it should have been refused");
  }
}
