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
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code hushbus run} and {@code render} with a real broker and real programs. */
final class RunCommandIT {

  private static final String WAITING = ": >there; until [ -e over ]; do sleep 0.02; done; ";

  private static Brokers brokers;
  private static BrokerNode node;
  private static Client app;
  private static Tenancy acme;
  private static int names;

  @TempDir private Path directory;
  private final Ends ends = new Ends();
  private final java.io.ByteArrayOutputStream said = new java.io.ByteArrayOutputStream();

  @BeforeAll
  static void start() {
    brokers = Brokers.fresh();
    node = brokers.start();
    acme = brokers.tenant(node.client(brokers.operator()), "acme");
    app = node.client(acme.app());
  }

  @AfterAll
  static void stop() {
    brokers.close();
  }

  @Test
  void a_program_runs_with_leases_that_end_with_it() throws Exception {
    String secret = secret(Canary.value());
    String id = "job-" + ++names;

    int code =
        run(
            "--external-id",
            id,
            "--env",
            "KEY=" + secret,
            "--file",
            "key=" + secret,
            "--",
            "sh",
            "-c",
            "cmp -s key - <<E && echo same\n$KEY\nE\ncat key; exit 5");

    assertThat(code).isEqualTo(5);
    assertThat(ends.out()).endsWith("***").doesNotContain("canary");
    assertThat(directory.resolve("key")).doesNotExist();
    JsonObject run = theRun(id);
    assertThat(run.getString("state")).isEqualTo("completed");
    assertThat(run.getString("outcome")).isEqualTo("failed");
    assertThat(held(secret)).isZero();
  }

  @Test
  void an_environment_is_what_the_broker_says() throws Exception {
    String keyed = secretOf(Map.of("user", "app", "password", Canary.value()));
    String plain = secret(Canary.value());
    String environment =
        environment(
            new JsonObject().put("secret", keyed).put("prefix", "DB_"),
            new JsonObject().put("secret", plain).put("mount", directory + "/etc"),
            new JsonObject().put("secret", "not-there").put("optional", true));

    int code =
        run(
            "--environment",
            environment,
            "--",
            "sh",
            "-c",
            "echo $DB_user; test -n \"$DB_password\" && ls etc && cat etc/" + plain);

    assertThat(said())
        .isEqualTo(
            """
            hushbus: not-there: there is none of this name in demo/development, nor in a wider scope (optional, not given)
            hushbus: %s#user is too short, or too large, to be hidden in output
            """
                .formatted(keyed));
    assertThat(code).isZero();
    assertThat(ends.out()).isEqualTo("app\n" + plain + "\n***");
    assertThat(directory.resolve("etc")).doesNotExist();
  }

  @Test
  void all_that_is_missing_is_told_in_one_message_and_nothing_starts() {
    String keyed = secretOf(Map.of("user", "app"));

    int code =
        run(
            "--env",
            "A=no-such-one",
            "--env",
            "B=" + keyed,
            "--env",
            "C=" + keyed + "#port",
            "--file",
            "etc/d=another-one",
            "--env",
            "E=optional-one?",
            "--",
            "touch",
            "started");

    assertThat(code).isEqualTo(Exit.NOT_FOUND);
    assertThat(said())
        .isEqualTo(
            """
            hushbus: the program was not started: 4 of the needs cannot be met
              no-such-one: there is none of this name in demo/development, nor in a wider scope
              %s: name one of its keys
              %s#port: it has no such key
              another-one: there is none of this name in demo/development, nor in a wider scope
            """
                .formatted(keyed, keyed));
    assertThat(directory.resolve("started")).doesNotExist();
    assertThat(run("--environment", "nowhere", "--", "true")).isEqualTo(Exit.NOT_FOUND);
    assertThat(said()).contains("environment nowhere: there is none of this name");
  }

  @Test
  void t7_the_bound_secret_is_the_variable_of_a_script_that_names_nothing() {
    String secret =
        created(
            new JsonObject()
                .put("type", "json")
                .put("value", new JsonObject().put("token", Canary.value())));
    Client.Answer bound =
        app.put(
            "/environments/default/variables/AUTH_SECRET?project=demo",
            new JsonObject().put("secret", secret));
    assertThat(bound.status()).isIn(200, 201);

    assertThat(
            run(
                "--",
                "python3",
                "-c",
                "import json, os; print(sorted(json.loads(os.environ['AUTH_SECRET'])))"))
        .isZero();
    assertThat(ends.out()).isEqualTo("['token']\n");
  }

  @Test
  void y6_a_secret_is_a_variable_of_its_own_name() {
    String secret = secret(Canary.value());

    assertThat(
            run(
                "--env",
                secret,
                "--",
                "python3",
                "-c",
                "import os; print(os.environ['" + secret + "'])"))
        .isZero();
    assertThat(ends.out()).isEqualTo("***\n");
  }

  @Test
  void d20_a_run_gets_what_it_names_and_nothing_else() {
    String named = secret(Canary.value());
    String other = secret(Canary.value());

    assertThat(
            run(
                "--env",
                named,
                "--",
                "python3",
                "-c",
                "import os; print('%s' in os.environ, '%s' in os.environ, 'HUSHBUS_TOKEN' in os.environ)"
                    .formatted(named, other)))
        .isZero();
    assertThat(ends.out()).isEqualTo("True False False\n");
  }

  @Test
  void a_token_of_another_product_that_leases_for_us_is_not_the_programs() {
    String named = secret(Canary.value());
    Surroundings around = around(URI.create(node.address()).getPort());
    around.environment().remove("HUSHBUS_TOKEN");
    around.environment().put("VAULT_TOKEN", acme.runner());

    assertThat(
            new CommandLine(new RunCommand(around, ends.descriptors()))
                .execute(
                    "--env",
                    named,
                    "--",
                    "python3",
                    "-c",
                    "import os; print('%s' in os.environ, 'VAULT_TOKEN' in os.environ)"
                        .formatted(named)))
        .isZero();
    assertThat(ends.out()).isEqualTo("True False\n");
  }

  @Test
  void a_rotation_reaches_a_file_and_is_acknowledged() throws Exception {
    String secret = secret(Canary.value());
    var end = starting("--file", "etc/key=" + secret, "--", "sh", "-c", script("cat etc/key"));

    JsonObject rotation = rotate(secret);

    Awaitility.await("moved").until(() -> phase(rotation).equals("completed"));
    over();
    assertThat(end.get(10, SECONDS)).isZero();
    assertThat(ends.out()).isEqualTo("***");
  }

  @Test
  void a_rotation_of_a_variable_starts_the_program_anew() throws Exception {
    String secret = secret(Canary.value());
    var end =
        starting(
            "--env",
            "KEY=" + secret,
            "--",
            "sh",
            "-c",
            "printf %s \"$KEY\" | cksum >>sums; " + script("true"));

    JsonObject rotation = rotate(secret);

    Awaitility.await("moved").until(() -> phase(rotation).equals("completed"));
    Awaitility.await().until(() -> Files.readAllLines(directory.resolve("sums")).size() == 2);
    over();
    assertThat(end.get(10, SECONDS)).isZero();
    assertThat(Files.readAllLines(directory.resolve("sums"))).doesNotHaveDuplicates();
    assertThat(said()).contains("a value has changed: starting sh anew");
  }

  @Test
  void a_rotation_to_the_same_content_is_acknowledged_and_does_nothing() throws Exception {
    String value = Canary.value();
    String secret = secret(value);
    var end =
        starting(
            "--env", "KEY=" + secret, "--", "sh", "-c", "echo start >>starts; " + script("true"));

    JsonObject rotation = rotate(secret, value);

    Awaitility.await("moved").until(() -> phase(rotation).equals("completed"));
    over();
    assertThat(end.get(10, SECONDS)).isZero();
    assertThat(directory.resolve("starts")).hasContent("start\n");
  }

  @Test
  void what_is_for_the_next_run_holds_the_rotation_up() throws Exception {
    String secret = secret(Canary.value());
    var end =
        starting(
            "--env", "KEY=" + secret, "--reload", "next-run", "--", "sh", "-c", script("true"));

    JsonObject rotation = rotate(secret);

    Awaitility.await("said so").until(() -> laggard(rotation).equals("deferred"));
    over();
    assertThat(end.get(10, SECONDS)).isZero();
    Awaitility.await("its end is a move").until(() -> phase(rotation).equals("completed"));
  }

  @Test
  void a_network_that_is_cut_is_told_once_and_missed_rotations_are_caught_up() throws Exception {
    String secret = secret(Canary.value());
    try (Wire wire = new Wire("127.0.0.1", URI.create(node.address()).getPort())) {
      var end =
          starting(
              wire.port(),
              "--file",
              "etc/key=" + secret,
              "--",
              "sh",
              "-c",
              "cksum <etc/key >before; " + script("cksum <etc/key >after; cat etc/key"));

      wire.absent(true);
      JsonObject rotation = rotate(secret);
      Awaitility.await("told").until(() -> said().contains("the broker does not answer"));
      wire.absent(false);

      Awaitility.await("moved").until(() -> phase(rotation).equals("completed"));
      over();
      assertThat(end.get(10, SECONDS)).isZero();
    }
    assertThat(said()).containsOnlyOnce("does not answer").contains("the broker answers again");
    assertThat(Files.readString(directory.resolve("after")))
        .isNotEqualTo(Files.readString(directory.resolve("before")));
    assertThat(ends.out()).isEqualTo("***");
  }

  @Test
  void a_lease_that_is_revoked_is_told_and_its_file_removed() throws Exception {
    String secret = secret(Canary.value());
    var end =
        starting(
            "--file",
            "etc/key=" + secret,
            "--",
            "sh",
            "-c",
            ": >there; while [ -e etc/key ]; do sleep 0.02; done; exit 4");
    String lease =
        node.client(acme.admin())
            .get("/leases?secret=" + id(secret))
            .expect(200)
            .json()
            .getJsonArray("leases")
            .getJsonObject(0)
            .getString("id");

    node.client(acme.admin()).post("/leases/" + lease + "/revoke", new JsonObject()).expect(204);

    assertThat(end.get(20, SECONDS)).isEqualTo(4);
    assertThat(said()).contains(secret + " is over: ").contains("etc/key is removed");
  }

  @Test
  void the_local_mode_fills_the_same_needs_and_asks_nobody() throws Exception {
    Files.writeString(directory.resolve("local.yaml"), "api-key: local-value-1\n");
    Files.writeString(
        directory.resolve(".env"), "AUTH_SECRET='{\"a\": 1}'\nAPI_KEY=local-value-2\n");

    assertThat(
            run(1, "--local", "local.yaml", "--env", "KEY=api-key", "--", "sh", "-c", "echo $KEY"))
        .isZero();
    assertThat(said()).startsWith("hushbus: local: values come from local.yaml");
    assertThat(run(1, "--local", ".env", "--", "sh", "-c", "echo \"${AUTH_SECRET}\" | wc -c"))
        .isZero();
    assertThat(
            run(
                1,
                "--local",
                ".env",
                "--env",
                "KEY=api-key",
                "--",
                "sh",
                "-c",
                "test $KEY = local-value-2"))
        .isZero();
    assertThat(run(1, "--local", ".env", "--env", "KEY=other-key", "--", "true"))
        .isEqualTo(Exit.NOT_FOUND);
    assertThat(run(1, "--local", "missing.yaml", "--", "true")).isEqualTo(Exit.USAGE);
    assertThat(ends.out()).isEqualTo("***\n9\n");
  }

  @Test
  void needs_come_from_a_file_that_may_be_kept_with_the_sources() throws Exception {
    String secret = secret(Canary.value());
    Files.writeString(
        directory.resolve("needs.env"),
        "KEY=hushbus:%s\nAGAIN=hushbus://demo/development/%s\nLEVEL=info\n"
            .formatted(secret, secret));

    assertThat(
            run(
                "--env-file",
                "needs.env",
                "--",
                "sh",
                "-c",
                "echo $LEVEL $KEY; test $KEY = $AGAIN"))
        .isZero();
    assertThat(ends.out()).isEqualTo("info ***\n");

    Files.writeString(directory.resolve("needs.env"), "KEY=hushbus://other/some-secret\n");
    assertThat(run("--env-file", "needs.env", "--", "true")).isEqualTo(Exit.USAGE);
    assertThat(said()).contains("line 1: it names another project");
  }

  @Test
  void binary_output_passes_as_it_is_without_masking() throws Exception {
    String secret = secret(Canary.value());
    assertThat(
            run(
                "--no-mask",
                "--env",
                "KEY=" + secret,
                "--",
                "sh",
                "-c",
                "printf '\\000\\377\\r\\n'; printf %s \"$KEY\" | tail -c 2"))
        .isZero();
    assertThat(ends.out()).startsWith("\0").hasSize(6);
  }

  @Test
  void options_behind_the_program_are_its_own_and_a_wrong_one_is_told() {
    String secret = secret(Canary.value());
    assertThat(run("--env", "KEY=" + secret, "sh", "-c", "exit 6", "--env")).isEqualTo(6);
    assertThat(run("--env", "KEY=" + secret, "--", "no-such-program")).isEqualTo(127);
    assertThat(said()).contains("there is no command no-such-program on the PATH");
    assertThat(run("--env", "=x", "--", "true")).isEqualTo(Exit.USAGE);
    assertThat(run("--reload", "sometimes", "--", "true")).isEqualTo(Exit.USAGE);
    assertThat(run("--when-lost", "cry", "--", "true")).isEqualTo(Exit.USAGE);
  }

  @Test
  void a_template_becomes_a_file_for_its_owner_alone() throws Exception {
    String secret = secret(Canary.value());
    Files.writeString(directory.resolve("app.tpl"), "key=${hushbus:" + secret + "}\n");

    assertThat(render("app.tpl", "--out", "app.conf")).isZero();
    assertThat(Files.readString(directory.resolve("app.conf"))).startsWith("key=canary");
    assertThat(Files.getPosixFilePermissions(directory.resolve("app.conf"))).hasSize(2);
    assertThat(held(secret)).isZero();

    Files.writeString(directory.resolve("bad.tpl"), "${hushbus:no-such}${hushbus:other-one#x}");
    assertThat(render("bad.tpl", "--out", "bad.conf")).isEqualTo(Exit.NOT_FOUND);
    assertThat(said())
        .contains("nothing was written: 2 of the needs cannot be met\n  no-such: ")
        .contains("\n  other-one#x: ");
    assertThat(directory.resolve("bad.conf")).doesNotExist();
  }

  // ---- the ground

  private String said() {
    return said.toString(StandardCharsets.UTF_8);
  }

  private int run(String... words) {
    return run(URI.create(node.address()).getPort(), words);
  }

  private int run(int port, String... words) {
    said.reset();
    return new CommandLine(new RunCommand(around(port), ends.descriptors()))
        .setErr(new java.io.PrintWriter(said, true, StandardCharsets.UTF_8))
        .setParameterExceptionHandler((failure, arguments) -> Reporter.misused(failure))
        .setExecutionExceptionHandler(
            (failure, command, parsed) -> Reporter.report(failure, command.getErr()))
        .execute(words);
  }

  private int render(String... words) {
    said.reset();
    List<String> all = new ArrayList<>(List.of("render"));
    all.addAll(List.of(words));
    return Main.run(around(URI.create(node.address()).getPort()), all.toArray(String[]::new));
  }

  private CompletableFuture<Integer> starting(String... words) {
    return starting(URI.create(node.address()).getPort(), words);
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

  private Surroundings around(int port) {
    Map<String, String> environment = new HashMap<>(Map.of("PATH", System.getenv("PATH")));
    environment.put("HUSHBUS_ADDR", "http://127.0.0.1:" + port);
    environment.put("HUSHBUS_TOKEN", acme.runner());
    environment.put("HUSHBUS_PROJECT", "demo");
    environment.put("HUSHBUS_DOMAIN", "development");
    Surroundings plain = Surrounded.by(environment, directory).surroundings();
    return new Surroundings(
        environment,
        directory,
        plain.in(),
        plain.out(),
        new PrintStream(said, true, StandardCharsets.UTF_8),
        false,
        plain.keyboard());
  }

  private static String secret(String value) {
    return created(new JsonObject().put("type", "text").put("value", value));
  }

  private static String secretOf(Map<String, String> entries) {
    return created(
        new JsonObject().put("type", "key_value").put("data", new JsonObject(Map.copyOf(entries))));
  }

  private static String created(JsonObject body) {
    String name = "secret-" + ++names;
    app.post("/secrets?project=demo", body.put("name", name)).expect(201);
    return name;
  }

  private static String environment(JsonObject... needs) {
    String name = "environment-" + ++names;
    JsonArray all = new JsonArray();
    List.of(needs).forEach(all::add);
    app.put("/environments/" + name + "?project=demo", new JsonObject().put("secrets", all))
        .expect(201);
    return name;
  }

  private static JsonObject rotate(String secret) {
    return rotate(secret, Canary.value());
  }

  private static JsonObject rotate(String secret, String value) {
    return app.post(
            "/secrets/" + secret + "/rotations?project=demo", new JsonObject().put("value", value))
        .expect(202)
        .json();
  }

  private static JsonObject rotation(JsonObject begun) {
    return app.get("/rotations/" + begun.getString("id")).expect(200).json();
  }

  private static String phase(JsonObject begun) {
    return rotation(begun).getString("phase");
  }

  private static String laggard(JsonObject begun) {
    JsonArray laggards = rotation(begun).getJsonArray("laggards", new JsonArray());
    return laggards.isEmpty()
        ? ""
        : laggards.getJsonObject(0).getString("status", laggards.encode());
  }

  private static JsonObject theRun(String externalId) {
    return app.get("/runs?external_id=" + externalId)
        .expect(200)
        .json()
        .getJsonArray("runs")
        .getJsonObject(0);
  }

  private static String id(String secret) {
    return app.get("/secrets/" + secret + "?project=demo").expect(200).json().getString("id");
  }

  private static int held(String secret) {
    return app.get("/leases?state=active&secret=" + id(secret))
        .expect(200)
        .json()
        .getJsonArray("leases")
        .size();
  }
}
