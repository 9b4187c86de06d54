package io.hushbus.cli;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.hushbus.faults.Wire;
import io.hushbus.runner.Ends;
import io.hushbus.support.BrokerNode;
import io.hushbus.support.Brokers;
import io.hushbus.support.Canary;
import io.hushbus.support.Client;
import io.hushbus.support.Tenancy;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code hushbus run} while its broker, the way to it, its files or its child fail. */
final class RunFaultsIT {

  private static final String WAITING = ": >there; until [ -e over ]; do sleep 0.02; done; ";

  private static Brokers brokers;
  private static BrokerNode node;
  private static Client app;
  private static Tenancy acme;
  private static Wire wire;
  private static int names;

  @TempDir private Path directory;
  private final Ends ends = new Ends();
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();

  @BeforeAll
  static void start() {
    brokers = Brokers.fresh();
    node = brokers.start();
    acme = brokers.tenant(node.client(brokers.operator()), "acme");
    app = node.client(acme.app());
    wire = new Wire("127.0.0.1", port(node));
  }

  @AfterAll
  static void stop() {
    wire.close();
    brokers.close();
  }

  // ---- the broker

  @Test
  void a_broker_that_stops_and_comes_back_is_said_once_each_and_nothing_was_missed()
      throws Exception {
    String secret = secret();
    BrokerNode other = brokers.start();
    wire.leadTo(port(other));
    var end =
        starting(
            "--file",
            "etc/key=" + secret,
            "--",
            "sh",
            "-c",
            "cksum <etc/key >before; " + script("cksum <etc/key >after; cat etc/key"));

    other.stop();
    soon("told").untilAsserted(() -> assertThat(said()).contains("the broker does not answer"));
    JsonObject rotation = rotate(secret);
    String expires = lease(secret).getString("expires_at");
    assertThat(directory.resolve("etc/key")).isReadable();

    wire.leadTo(port(node));

    soon("moved").until(() -> phase(rotation).equals("completed"));
    soon("renewed")
        .until(
            () ->
                Instant.parse(lease(secret).getString("expires_at"))
                    .isAfter(Instant.parse(expires)));
    over();
    assertThat(end.get(10, SECONDS)).isZero();
    assertThat(Files.readString(directory.resolve("after")))
        .isNotEqualTo(Files.readString(directory.resolve("before")));
    assertThat(ends.out()).isEqualTo("***");
    assertThat(said()).containsOnlyOnce("does not answer").containsOnlyOnce("answers again");
  }

  @Test
  void an_acknowledgement_that_was_lost_is_said_again() throws Exception {
    String secret = secret();
    var end = starting("--file", "etc/key=" + secret, "--", "sh", "-c", script("true"));

    wire.lose("/ack");
    JsonObject rotation = rotate(secret);

    soon("moved").until(() -> phase(rotation).equals("completed"));
    assertThat(wire.hasLost()).isTrue();
    over();
    assertThat(end.get(10, SECONDS)).isZero();
  }

  @Test
  void an_acknowledgement_whose_answer_was_lost_does_no_harm() throws Exception {
    String secret = secret();
    var end = starting("--file", "etc/key=" + secret, "--", "sh", "-c", script("true"));

    wire.loseAnswerTo("/ack");
    JsonObject first = rotate(secret);
    soon("moved").until(() -> phase(first).equals("completed"));
    assertThat(wire.hasLostAnswer()).isTrue();
    JsonObject second = rotate(secret);

    soon("moved again").until(() -> phase(second).equals("completed"));
    over();
    assertThat(end.get(10, SECONDS)).isZero();
  }

  @Test
  void a_lease_that_expires_while_the_broker_is_away_is_leased_again_and_the_program_told()
      throws Exception {
    String secret = secret();
    var end =
        starting(
            "--ttl",
            "5s",
            "--file",
            "etc/key=" + secret,
            "--",
            "sh",
            "-c",
            ": >there; while [ -e etc/key ]; do sleep 0.02; done; : >gone;"
                + " until [ -e etc/key ]; do sleep 0.02; done; cat etc/key");
    String lease = lease(secret).getString("id");

    wire.absent(true);
    soon("its file is removed").until(() -> Files.exists(directory.resolve("gone")));
    wire.absent(false);

    soon("back").untilAsserted(() -> assertThat(end).as("%s", said()).isDone());
    assertThat(end.get(10, SECONDS)).isZero();
    assertThat(ends.out()).isEqualTo("***");
    assertThat(said())
        .contains(secret + " is over: it expired: the file ")
        .contains(secret + " was leased anew");
    assertThat(leases(secret, "expired").getJsonObject(0).getString("id")).isEqualTo(lease);
  }

  @Test
  void a_run_that_was_lost_goes_on_as_its_next_attempt() throws Exception {
    String secret = secret();
    String id = "job-" + ++names;
    try (BrokerNode hasty = brokers.startHasty(Duration.ofSeconds(2));
        Wire thin = new Wire("127.0.0.1", port(hasty))) {
      var end =
          starting(
              thin.port(),
              "--external-id",
              id,
              "--file",
              "etc/key=" + secret,
              "--",
              "sh",
              "-c",
              script("cat etc/key"));

      thin.absent(true);
      soon("lost").until(() -> states(id).equals(List.of("lost")));
      thin.absent(false);

      soon("goes on").until(() -> said().contains("going on as attempt "));
      assertThat(states(id)).contains("lost", "open");
      JsonObject rotation = rotate(secret);
      soon("moved").until(() -> phase(rotation).equals("completed"));
      over();
      assertThat(end.get(10, SECONDS)).isZero();
    }
    assertThat(ends.out()).isEqualTo("***");
    assertThat(states(id)).contains("lost", "completed").doesNotContain("open");
  }

  // ---- the child, and its files

  @Test
  void a_child_that_is_killed_ends_its_run_with_that_signal() {
    String secret = secret();
    String id = "job-" + ++names;

    int code =
        run(
            wire.port(),
            "--external-id",
            id,
            "--env",
            "KEY=" + secret,
            "--",
            "sh",
            "-c",
            "kill -KILL $$");

    assertThat(code).isEqualTo(128 + 9);
    JsonObject run = runs(id).getJsonObject(0);
    assertThat(run.getString("state")).isEqualTo("completed");
    assertThat(run.getString("outcome")).isEqualTo("failed");
    assertThat(leases(secret, "active")).isEmpty();
  }

  @Test
  void a_file_that_cannot_be_written_is_a_failure_that_the_rotation_shows() throws Exception {
    String secret = secret();
    var end =
        starting(
            "--file",
            "etc/key=" + secret,
            "--",
            "sh",
            "-c",
            "cksum <etc/key >before; " + script("cksum <etc/key >after"));
    Files.createFile(directory.resolve("etc").toRealPath().resolve("..2"));

    JsonObject rotation = rotate(secret);

    soon("said so").until(() -> laggard(rotation).equals("failed"));
    assertThat(phase(rotation)).isNotEqualTo("completed");
    assertThat(lease(secret).getJsonObject("acknowledged").getString("detail"))
        .isEqualTo("the files could not be written");
    over();
    assertThat(end.get(10, SECONDS)).isZero();
    assertThat(Files.readString(directory.resolve("after")))
        .isEqualTo(Files.readString(directory.resolve("before")));
    assertThat(said()).contains("a newer value cannot be put in place: ");
  }

  @Test
  void a_program_that_cannot_be_started_anew_ends_its_run_and_no_lease_is_left() throws Exception {
    String secret = secret();
    String id = "job-" + ++names;
    Path program =
        Files.writeString(directory.resolve("prog"), "#!/bin/sh\n" + script("true") + "\n");
    assertThat(program.toFile().setExecutable(true)).isTrue();
    var end = starting("--external-id", id, "--env", "KEY=" + secret, "--", "./prog");
    Files.delete(program);

    JsonObject rotation = rotate(secret);

    assertThat(end.get(20, SECONDS)).isEqualTo(127);
    assertThat(runs(id).getJsonObject(0).getString("outcome")).isEqualTo("failed");
    assertThat(leases(secret, "active")).isEmpty();
    soon("its end is a move").until(() -> phase(rotation).equals("completed"));
  }

  // ---- the ground

  private static ConditionFactory soon(String what) {
    return Awaitility.await(what).atMost(Duration.ofSeconds(60));
  }

  private static int port(BrokerNode of) {
    return URI.create(of.address()).getPort();
  }

  private String said() {
    return said.toString(StandardCharsets.UTF_8);
  }

  private int run(int port, String... words) {
    Map<String, String> environment =
        Map.of(
            "PATH",
            System.getenv("PATH"),
            "HUSHBUS_ADDR",
            "http://127.0.0.1:" + port,
            "HUSHBUS_TOKEN",
            acme.runner(),
            "HUSHBUS_PROJECT",
            "demo",
            "HUSHBUS_DOMAIN",
            "development");
    Surroundings plain = Surrounded.by(environment, directory).surroundings();
    Surroundings around =
        new Surroundings(
            environment,
            directory,
            plain.in(),
            plain.out(),
            new PrintStream(said, true, StandardCharsets.UTF_8),
            false,
            plain.keyboard());
    return new CommandLine(new RunCommand(around, ends.descriptors()))
        .setErr(new PrintWriter(said, true, StandardCharsets.UTF_8))
        .setExecutionExceptionHandler(
            (failure, command, parsed) -> Reporter.report(failure, command.getErr()))
        .execute(words);
  }

  private CompletableFuture<Integer> starting(String... words) {
    return starting(wire.port(), words);
  }

  /** Until the program says that it is there. */
  private CompletableFuture<Integer> starting(int port, String... words) {
    CompletableFuture<Integer> end = new CompletableFuture<>();
    Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              try {
                end.complete(run(port, words));
              } catch (RuntimeException failed) {
                end.completeExceptionally(failed);
              }
            });
    Awaitility.await("there")
        .failFast(() -> assertThat(end).as("%s", said()).isNotDone())
        .until(() -> Files.exists(directory.resolve("there")));
    return end;
  }

  private static String script(String after) {
    return WAITING + after;
  }

  private void over() throws IOException {
    Files.createFile(directory.resolve("over"));
  }

  private static String secret() {
    String name = "fragile-" + ++names;
    JsonObject body = new JsonObject().put("name", name).put("type", "text");
    app.post("/secrets?project=demo", body.put("value", Canary.value())).expect(201);
    return name;
  }

  private static JsonObject rotate(String secret) {
    JsonObject body = new JsonObject().put("value", Canary.value());
    return app.post("/secrets/" + secret + "/rotations?project=demo", body).expect(202).json();
  }

  private static JsonObject rotation(JsonObject begun) {
    return app.get("/rotations/" + begun.getString("id")).expect(200).json();
  }

  private static String phase(JsonObject begun) {
    return rotation(begun).getString("phase");
  }

  private static String laggard(JsonObject begun) {
    JsonArray laggards = rotation(begun).getJsonArray("laggards", new JsonArray());
    return laggards.isEmpty() ? "" : laggards.getJsonObject(0).getString("status", "");
  }

  private static JsonArray runs(String externalId) {
    return app.get("/runs?external_id=" + externalId).expect(200).json().getJsonArray("runs");
  }

  private static List<String> states(String externalId) {
    List<String> states = new ArrayList<>();
    for (Object run : runs(externalId)) {
      states.add(((JsonObject) run).getString("state"));
    }
    return states;
  }

  private static JsonArray leases(String secret, String state) {
    String id = app.get("/secrets/" + secret + "?project=demo").expect(200).json().getString("id");
    return app.get("/leases?state=" + state + "&secret=" + id)
        .expect(200)
        .json()
        .getJsonArray("leases");
  }

  private static JsonObject lease(String secret) {
    return leases(secret, "active").getJsonObject(0);
  }
}
