package io.hushbus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.hushbus.support.BrokerNode;
import io.hushbus.support.Brokers;
import io.hushbus.support.Canary;
import io.hushbus.support.Tenancy;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands for secrets on a real broker; every value is a canary that nothing may show. */
final class SecretCommandIT {

  private static Brokers brokers;
  private static BrokerNode node;
  private static Tenancy acme;
  private static int projects;

  @TempDir private Path directory;
  private String project = "";
  private final Map<String, String> environment = new HashMap<>();

  @BeforeAll
  static void start() {
    brokers = Brokers.fresh();
    node = brokers.start();
    acme = brokers.tenant(node.client(brokers.operator()), "acme");
  }

  @AfterAll
  static void stop() {
    brokers.close();
  }

  @BeforeEach
  void a_project_of_its_own() {
    project = "p" + ++projects;
    node.client(acme.admin()).post("/projects", new JsonObject().put("name", project)).expect(201);
    environment.put("HUSHBUS_ADDR", node.address());
    environment.put("HUSHBUS_TOKEN", acme.admin());
    environment.put("HUSHBUS_PROJECT", project);
  }

  private Surrounded user() {
    return Surrounded.by(environment, directory);
  }

  /** Runs a command that must succeed, and shows no canary. */
  private String done(Surrounded user, String... words) {
    assertThat(user.run(words)).as("%s: %s", List.of(words), user.err()).isZero();
    assertThat(Canary.sightings(List.of(user.out(), user.err()), "output")).isEmpty();
    return user.out();
  }

  private String done(String... words) {
    return done(user(), words);
  }

  private int refused(Surrounded user, String... words) {
    int code = user.run(words);
    assertThat(code).as(user.out()).isNotZero();
    assertThat(Canary.sightings(List.of(user.out(), user.err()), "output")).isEmpty();
    return code;
  }

  private Path file(String name, String content) throws IOException {
    return Files.writeString(directory.resolve(name), content);
  }

  /** What a runner gets: the one place where a value may be seen. */
  private JsonObject leased(String secret) {
    JsonObject ask =
        new JsonObject()
            .put("project", project)
            .put("domain", "development")
            .put("secrets", List.of(new JsonObject().put("secret", secret)));
    return node.client(acme.runner())
        .post("/leases", ask)
        .expect(201)
        .json()
        .getJsonArray("leases")
        .getJsonObject(0)
        .getJsonObject("data");
  }

  @Test
  void rc55_a_value_comes_by_prompt_stdin_file_or_variable_and_is_not_written_out()
      throws Exception {
    String typed = Canary.value();
    Surrounded person = user().typing(typed, typed);
    done(person, "secret", "create", "typed");
    assertThat(person.asked()).containsExactly("value: ", "value, again: ");
    assertThat(leased("typed").getString("value")).isEqualTo(typed);

    String piped = Canary.value();
    done(user().piped(piped + "\n"), "secret", "create", "piped", "--from-stdin");
    assertThat(leased("piped").getString("value")).isEqualTo(piped);

    String kept = Canary.value();
    environment.put("MY_VALUE", kept);
    done("secret", "create", "variable", "--from-env", "MY_VALUE");
    assertThat(leased("variable").getString("value")).isEqualTo(kept);

    String content = "line one\n" + Canary.value() + "\n";
    file("key.pem", content);
    assertThat(done("secret", "create", "from-file", "--from-file", "key.pem")).contains("file");
    assertThat(leased("from-file").getString("key.pem")).isEqualTo(content);

    String shown = Canary.value();
    Surrounded careless = user();
    done(careless, "secret", "create", "careless", "--value", shown);
    assertThat(careless.err()).contains("warning:");
    assertThat(leased("careless").getString("value")).isEqualTo(shown);
  }

  @Test
  void two_that_differ_are_not_taken_and_nobody_is_asked_without_a_terminal() {
    assertThat(refused(user().typing("one", "other"), "secret", "create", "differs"))
        .isEqualTo(Exit.USAGE);
    Surrounded nobody = user();
    assertThat(refused(nobody, "secret", "create", "nobody")).isEqualTo(Exit.USAGE);
    assertThat(nobody.err()).contains("--from-stdin", "--from-file", "--from-env");
    assertThat(refused(nobody, "secret", "delete", "nobody")).isEqualTo(Exit.USAGE);
    assertThat(nobody.err()).contains("--yes");
    assertThat(done("secret", "list")).doesNotContain("differs").doesNotContain("nobody");
  }

  @Test
  void keys_come_from_a_dotenv_file_and_change_one_by_one() throws Exception {
    String password = Canary.value();
    file(".env", "# of the application\nexport USER=app\nPASSWORD='" + password + "'\n");
    assertThat(done("secret", "create", "app-db", "--from-dotenv", ".env"))
        .contains("key_value", "PASSWORD,USER");
    assertThat(leased("app-db").getString("PASSWORD")).isEqualTo(password);

    String next = Canary.value();
    done(
        user().piped(next + "\n"),
        "secret",
        "patch",
        "app-db",
        "--from-file",
        "PASSWORD=-",
        "--remove",
        "USER");
    assertThat(leased("app-db").fieldNames()).containsExactly("PASSWORD");
    assertThat(leased("app-db").getString("PASSWORD")).isEqualTo(next);
    Surrounded bad = user();
    assertThat(refused(bad, "secret", "patch", "app-db", "--value", next)).isEqualTo(Exit.USAGE);
    assertThat(bad.err()).contains("KEY=");
  }

  @Test
  void a_new_value_goes_back_and_forth() {
    String first = Canary.value();
    String second = Canary.value();
    done(user().piped(first), "secret", "create", "turn", "--from-stdin");
    done(user().piped(second), "secret", "set", "turn", "--from-stdin", "--if-version", "1");
    assertThat(
            refused(
                user().piped(first), "secret", "set", "turn", "--from-stdin", "--if-version", "1"))
        .isEqualTo(Exit.CONFLICT);
    assertThat(leased("turn").getString("value")).isEqualTo(second);
    done("secret", "rollback", "turn", "--yes");
    assertThat(leased("turn").getString("value")).isEqualTo(first);
    assertThat(done("secret", "history", "turn", "-o", "json")).contains("\"version\": 3");
    assertThat(done("secret", "rotate", "turn", "--dry-run")).contains("holders");
    assertThat(refused(user(), "secret", "rotate", "turn", "--generate", "uuid"))
        .as("its holders still move to the version before")
        .isEqualTo(Exit.CONFLICT);
    done(user().piped(first), "secret", "create", "made", "--from-stdin");
    done("secret", "rotate", "made", "--generate", "password", "--strategy", "immediate");
    assertThat(leased("made").getString("value")).hasSize(32);
    assertThat(done("secret", "usage", "turn", "-o", "json")).contains("\"live\"");
  }

  @Test
  void what_is_used_is_not_deleted_and_the_message_says_by_what() {
    done(user().piped(Canary.value()), "secret", "create", "needed", "--from-stdin");
    done("secret", "bind", "needed", "--as", "TOKEN");
    Surrounded user = user();
    assertThat(refused(user, "secret", "rm", "needed", "-y")).isEqualTo(Exit.CONFLICT);
    assertThat(user.err()).contains("in use by environment", "secret usage");
    assertThat(done("secret", "usage", "needed")).contains("default(" + project + ")");
    assertThat(done("environment", "get", "default")).contains("needed=>TOKEN");
    done("secret", "delete", "needed", "--force", "-y");
    assertThat(done("secret", "list", "--deleted")).contains("needed");
    done("secret", "restore", "needed", "--as", "found");
    assertThat(done("secret", "get", "found", "-o", "env")).contains("NAME='found'");
  }

  @Test
  void a_clone_may_differ_and_goes_where_it_is_told() {
    String value = Canary.value();
    String other = Canary.value();
    done(user().piped(value), "secret", "create", "origin", "--from-stdin");
    done("secret", "clone", "origin", "same");
    assertThat(leased("same").getString("value")).isEqualTo(value);
    done(
        user().piped(other),
        "secret",
        "clone",
        "origin",
        "differs",
        "--from-stdin",
        "--to-project",
        project,
        "--to-domain",
        "development");
    assertThat(leased("differs").getString("value")).isEqualTo(other);
    assertThat(done("secret", "list", "-d", "development"))
        .contains("differs")
        .doesNotContain("same");
  }

  @Test
  void a_value_is_shown_only_where_that_is_asked_for_and_allowed() {
    String value = Canary.value();
    done(user().piped(value), "secret", "create", "seen", "--from-stdin");
    assertThat(refused(user(), "secret", "get", "seen", "--reveal"))
        .isIn(Exit.DENIED, Exit.CONFLICT);
    node.client(acme.admin())
        .json("PATCH", "/projects/" + project, new JsonObject().put("reveal", "developer"))
        .expect(200);
    Surrounded user = user();
    assertThat(user.run("secret", "get", "seen", "--reveal")).isZero();
    assertThat(user.out()).isEqualTo(value);
    assertThat(user.run("secret", "get", "seen", "--reveal", "-o", "env")).isZero();
    assertThat(user.out()).isEqualTo("VALUE='" + value + "'\n");
    assertThat(user.run("secret", "get", "seen", "--reveal", "-o", "json")).isZero();
    assertThat(new JsonObject(user.out()).getJsonObject("data").getString("value"))
        .isEqualTo(value);
    assertThat(done("secret", "get", "seen", "-o", "yaml")).contains("current_version: 1");
  }

  @Test
  void shared_in_a_community_and_adopted_by_another_project() {
    JsonObject named = new JsonObject().put("name", "c-" + project);
    node.client(acme.admin()).post("/communities", named).expect(201);
    String other = project + "b";
    for (String one : List.of(project, other)) {
      JsonObject member = new JsonObject().put("name", one).put("community", "c-" + project);
      if (one.equals(other)) {
        node.client(acme.admin()).post("/projects", member).expect(201);
      } else {
        node.client(acme.admin())
            .json("PATCH", "/projects/" + one, new JsonObject().put("community", "c-" + project))
            .expect(200);
      }
    }
    done(user().piped(Canary.value()), "secret", "create", "common", "--from-stdin");
    done("secret", "share", "common", "c-" + project);
    assertThat(
            done("secret", "adopt", "common", "--from", project, "--alias", "theirs", "-p", other))
        .contains("theirs", "from          common", "from project  " + project);
    assertThat(done("secret", "ls", "-p", other)).contains("theirs");
    done("secret", "unshare", "common", "c-" + project, "-y");
    assertThat(refused(user(), "secret", "adopt", "common", "-p", other)).isEqualTo(Exit.NOT_FOUND);
  }

  @Test
  void t11_secrets_set_chooses_the_secret_of_a_project() throws Exception {
    environment.remove("HUSHBUS_PROJECT");
    file(".hushbus.yaml", "project: " + project + "\n");
    file("cloud.json", "{\"account\":\"" + Canary.value() + "\"}");
    done("secrets", "create", "cloud", "cloud.json");
    assertThat(done("secrets", "ls", "-o", "json")).contains("\"type\": \"json\"");

    Surrounded first = user().typing("cloud");
    done(first, "secrets", "set");
    assertThat(first.err()).startsWith("1) a new secret\n2) cloud\n").contains("AUTH_SECRET");

    String other = Canary.value();
    Surrounded second = user().typing("1", "other", "", other, other, "n");
    assertThat(refused(second, "secrets", "set")).isEqualTo(Exit.GENERAL);
    assertThat(second.asked().getLast()).contains("is now cloud", "Replace it by other?");
    done(user().typing("2", "y"), "secrets", "set");
    assertThat(done("environment", "get", "default")).contains("=>AUTH_SECRET");
    String id = new JsonObject(done("secret", "get", "other", "-o", "json")).getString("id");
    done(user(), "secrets", "set", "--secret-id", id, "--yes");
    assertThat(done("explain", "-o", "json")).contains("\"AUTH_SECRET\"");
    done(user().typing("cloud", "y"), "secrets", "delete");
  }

  @Test
  void flytes_order_works_and_asks_nothing() throws Exception {
    environment.remove("HUSHBUS_PROJECT");
    String name = "f-" + project;
    done("create", "secret", name + "a", "--value", Canary.value());
    done("create", "secret", name + "b", Canary.value());
    file("binary.bin", "\u0001\u0002");
    done(
        "create",
        "secret",
        name + "c",
        "--from-file",
        "binary.bin",
        "--project",
        project,
        "--domain",
        "development");
    assertThat(done("get", "secret")).contains(name + "a", name + "b").doesNotContain(name + "c");
    assertThat(done("get", "secret", "--project", project, "--domain", "development"))
        .contains(name + "c")
        .doesNotContain(name + "a");
    assertThat(done("get", "secret", name + "a", "-o", "json")).contains("\"text\"");
    done("delete", "secret", name + "a");
    assertThat(done("get", "secret")).doesNotContain(name + "a");
  }

  @Test
  void image_pull_credentials_come_from_a_prompt_or_a_docker_login() throws Exception {
    String password = Canary.value();
    Surrounded person = user().typing(password, password);
    done(
        person,
        "create",
        "secret",
        "pull",
        "--type",
        "image_pull",
        "--registry",
        "r.example",
        "--username",
        "me");
    JsonObject auths = new JsonObject(leased("pull").getString("value")).getJsonObject("auths");
    assertThat(auths.getJsonObject("r.example").getString("password")).isEqualTo(password);

    String login =
        Base64.getEncoder()
            .encodeToString(("me:" + Canary.value()).getBytes(StandardCharsets.UTF_8));
    file(
        "docker.json",
        "{\"auths\":{\"a.example\":{\"auth\":\""
            + login
            + "\"},\"b.example\":{\"auth\":\"eDp4\"}},\"credsStore\":\"x\"}");
    done(
        "create",
        "secret",
        "docker",
        "--type",
        "image_pull",
        "--from-docker-config",
        "--docker-config-path",
        "docker.json",
        "--registries",
        "a.example");
    JsonObject kept = new JsonObject(leased("docker").getString("value"));
    assertThat(kept.fieldNames()).containsExactly("auths");
    assertThat(kept.getJsonObject("auths").fieldNames()).containsExactly("a.example");
    assertThat(
            refused(
                user(),
                "create",
                "secret",
                "none",
                "--from-docker-config",
                "--docker-config-path",
                "docker.json",
                "--registries",
                "c.example"))
        .isEqualTo(Exit.USAGE);
  }

  @Test
  void environments_are_applied_from_yaml_and_explained() throws Exception {
    done(user().piped(Canary.value()), "secret", "create", "there", "--from-stdin");
    file(
        "envs.yaml",
        """
        name: train
        secrets:
          - {secret: there, as_env_var: THERE, reload: restart}
        ---
        name: serve
        description: answers
        secrets:
          - {secret: there, mount: /etc/secrets}
          - {secret: absent, as_env_var: ABSENT}
        """);
    done("environment", "apply", "-f", "envs.yaml");
    assertThat(done("environment", "list")).contains("train", "serve", "there=>/etc/secrets");
    assertThat(done("explain", "-e", "train")).contains("ok");
    assertThat(refused(user(), "explain", "-e", "serve")).isEqualTo(Exit.GENERAL);
    assertThat(refused(user(), "explain", "absent", "-o", "json")).isEqualTo(Exit.GENERAL);
    file("back.yaml", done("environment", "get", "serve", "-o", "yaml"));
    done("environment", "apply", "-f", "back.yaml");
    done("environment", "delete", "serve", "-y");
    assertThat(done("environment", "list")).doesNotContain("serve");
    file("bad.yaml", "secrets: []\n");
    assertThat(refused(user(), "environment", "apply", "-f", "bad.yaml")).isEqualTo(Exit.USAGE);
  }

  @Test
  void login_keeps_a_key_that_the_broker_knows_and_no_other() throws Exception {
    environment.clear();
    environment.put("HOME", directory.toString());
    Surrounded person = user().typing(acme.app());
    done(person, "login", "--addr", node.address(), "--profile", "acme");
    assertThat(person.err()).contains("of tenant acme", "profile acme");
    assertThat(done("whoami")).contains("acme");
    assertThat(done("config", "profile", "list")).contains("acme", "true");
    assertThat(refused(user().piped("hsb_nobody"), "login", "--from-stdin")).isEqualTo(Exit.DENIED);
    assertThat(done("whoami")).contains("acme");
    assertThat(user().run("config", "explain")).isZero();
    assertThat(refused(user(), "login")).isEqualTo(Exit.USAGE);
  }
}
