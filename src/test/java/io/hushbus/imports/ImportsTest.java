package io.hushbus.imports;

import static org.assertj.core.api.Assertions.assertThat;

import io.hushbus.model.SecretName;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.NotEmpty;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

/** Every format: the secrets it gives, and the problems that are told instead. */
final class ImportsTest {

  @Test
  void json_gives_texts_pairs_and_documents() {
    assertThat(
            all(
                Format.JSON,
                """
                {"api-key": "k\\u00e9y\\n", "port": 5432, "flag": true,
                 "dbs": {"user": "app", "port": 1.50},
                 "doc": {"deep": {"a": [1, null, "x\\"y"]}}, "list": [1,2]}
                """))
        .containsExactly(
            "api-key text {value=k\u00e9y\n}",
            "port text {value=5432}",
            "flag text {value=true}",
            "dbs key_value {port=1.50, user=app}",
            "doc json {value={\"deep\":{\"a\":[1,null,\"x\\\"y\"]}}}",
            "list json {value=[1,2]}");
  }

  @Test
  void yaml_of_the_same_shape_is_read_the_same() {
    assertThat(
            all(Format.JSON, "api-key: yes\ndbs:\n  user: app\n  port: 0123\nlong: |\n  a\n  b\n"))
        .containsExactly(
            "api-key text {value=yes}",
            "dbs key_value {port=0123, user=app}",
            "long text {value=a\nb\n}");
  }

  @Test
  void a_value_that_is_referred_to_again_and_again_is_not_copied_as_often() {
    String bomb = "a: &x " + "v".repeat(1 << 20) + "\nlist: [" + "*x,".repeat(10_000) + "*x]\n";
    try (Reading read = read(Optional.empty(), "bomb.yaml", bomb, Wishes.NONE)) {
      assertThat(read.secrets()).isEmpty();
      assertThat(read.problems())
          .containsExactly(new Problem(0, "this is not YAML, or refers to itself too often"));
    }
  }

  @Test
  void a_kubernetes_manifest_is_decoded_by_its_type() {
    String manifests =
        """
        apiVersion: v1
        kind: Secret
        metadata:
          name: web.tls
          annotations: {kubernetes.io/description: for the front}
        type: kubernetes.io/tls
        data:
          tls.crt: Y2VydA==
          tls.key: a2V5
        stringData: {tls.key: newer}
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: other}
        ---
        apiVersion: v1
        kind: Secret
        metadata: {name: pull}
        type: kubernetes.io/dockerconfigjson
        data: {.dockerconfigjson: eyJhdXRocyI6e319}
        ---
        kind: Secret
        metadata: {name: token-1}
        type: kubernetes.io/service-account-token
        data: {token: eA==}
        """;
    try (Reading read = read(Optional.empty(), "all.yaml", manifests, Wishes.NONE)) {
      assertThat(shown(read))
          .containsExactly(
              "web-tls key_value {tls.crt=cert, tls.key=newer}",
              "pull docker_config {value={\"auths\":{}}}");
      assertThat(read.secrets().getFirst().description()).isEqualTo("for the front");
      assertThat(read.notes())
          .extracting(Problem::toString)
          .containsExactly(
              "line 12: `ConfigMap` is no Secret: left out",
              "line 22: `token-1` is the cluster's own: left out");
    }
  }

  @Test
  void a_list_of_manifests_in_json_is_read_too() {
    assertThat(
            all(
                Format.KUBERNETES,
                """
                {"apiVersion":"v1","kind":"List","items":[
                  {"kind":"Secret","metadata":{"name":"one"},"data":{"a":"MQ=="}},
                  {"kind":"Secret","metadata":{"name":"two"},"stringData":{"b":"2"}}]}
                """))
        .containsExactly("one key_value {a=1}", "two key_value {b=2}");
  }

  @Test
  void a_vault_answer_of_either_version_needs_a_name() {
    String second =
        """
        {"request_id":"r","lease_id":"","data":{"data":{"user":"app","port":1},
         "metadata":{"version":3}}}
        """;
    String first = "{\"request_id\":\"r\",\"lease_id\":\"\",\"data\":{\"user\":\"app\"}}";
    Wishes named = new Wishes(Optional.of(new SecretName("the-db")), "", Map.of());
    assertThat(shown(read(Optional.empty(), "x.json", second, named)))
        .containsExactly("the-db key_value {port=1, user=app}");
    assertThat(shown(read(Optional.empty(), "x.json", first, named)))
        .containsExactly("the-db key_value {user=app}");
    assertThat(problems(Format.VAULT, first))
        .containsExactly("line 1: the file does not say its path: give --into NAME");
  }

  @Test
  void vault_answers_by_path_get_their_names_from_it() {
    assertThat(
            all(
                Format.VAULT,
                """
                {"app/db": {"request_id":"r","data":{"data":{"k":"1"},"metadata":{}}},
                 "gone/x": {"request_id":"r","data":{"data":null,"metadata":{}}},
                 "team": {"one": {"k":"2"}, "two": {"k":"3","deep":{"a":1}}}}
                """))
        .containsExactly(
            "app-db key_value {k=1}",
            "team-one key_value {k=2}",
            "team-two key_value {deep={\"a\":1}, k=3}");
    assertThat(all(Format.VAULT, "[{\"path\":\"a/b/c\",\"data\":{\"k\":\"1\"}}]"))
        .containsExactly("a-b-c key_value {k=1}");
  }

  @Test
  void every_problem_is_told_at_once() {
    assertThat(
            problems(
                Format.JSON,
                """
                {"ab": "x", "ok-1": "x",
                 "ok-1": "x",
                 "OK-1": "x",
                 "none": null,
                 "has space and s3cret!": "x"}
                """))
        .containsExactly(
            "line 1: `ab` cannot be the name of a secret (3 to 63 letters, digits, - and _,"
                + " a letter first): give --rename OLD=NEW",
            "line 2: `ok-1` is given twice",
            "line 3: `OK-1` would be called as the one of line 1: give --rename OLD=NEW",
            "line 4: `none` is null");
    assertThat(problems(Format.KUBERNETES, "kind: Secret\nmetadata: {name: abc}\ndata: {a: '*'}"))
        .contains("line 3: a value of data must be base64");
    assertThat(problems(Format.JSON, "{}")).containsExactly("there is no secret in it");
    assertThat(problems(Format.JSON, "{\n\"a\": s3cret}"))
        .containsExactly("line 2: this is not JSON");
    assertThat(problems(Format.JSON, "a: [1\nb: c")).containsExactly("line 2: this is not YAML");
  }

  @Test
  void names_follow_wishes() {
    Wishes wishes = new Wishes(Optional.empty(), "app-", Map.of("DB", new SecretName("database")));
    assertThat(shown(read(Optional.empty(), ".env", "DB=1\nKEY=2\n", wishes)))
        .containsExactly("database text {value=1}", "app-KEY text {value=2}");
    Wishes one = new Wishes(Optional.of(new SecretName("settings")), "", Map.of());
    assertThat(shown(read(Optional.empty(), "prod.env", "DB=1\nKEY=2\n", one)))
        .containsExactly("settings key_value {DB=1, KEY=2}");
  }

  @Test
  void what_is_too_large_or_too_many_is_refused() {
    assertThat(problems(Format.JSON, "{\"big\": \"" + "x".repeat((1 << 20) + 1) + "\"}"))
        .containsExactly("line 1: `big` is larger than 1 MiB");
    String file =
        java.util.stream.IntStream.range(0, 5_001)
            .mapToObj(i -> "X_" + i + "=1")
            .collect(Collectors.joining("\n"));
    assertThat(problems(Format.DOTENV, file))
        .containsExactly("line 5001: a file may hold 5000 secrets: split it");
  }

  @Property(tries = 200)
  void json_that_is_written_comes_back(
      @ForAll @NotEmpty @Size(max = 5) List<@StringLength(max = 30) String> values) {
    StringBuilder json = new StringBuilder("{");
    StringBuilder manifest = new StringBuilder("kind: Secret\nmetadata: {name: all}\ndata:\n");
    List<String> expected =
        values.stream()
            .map(v -> new String(v.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8))
            .toList();
    for (int i = 0; i < expected.size(); i++) {
      json.append(i == 0 ? "" : ",").append("\"name").append(i).append("\":");
      json.append(io.vertx.core.json.Json.encode(expected.get(i)));
      manifest.append("  name").append(i).append(": \"");
      manifest.append(
          Base64.getEncoder().encodeToString(expected.get(i).getBytes(StandardCharsets.UTF_8)));
      manifest.append("\"\n");
    }
    try (Reading read = read(Optional.of(Format.JSON), "", json + "}", Wishes.NONE)) {
      assertThat(read.secrets().stream().map(ImportsTest::first).toList()).isEqualTo(expected);
    }
    try (Reading read =
        read(Optional.of(Format.KUBERNETES), "", manifest.toString(), Wishes.NONE)) {
      assertThat(
              read.secrets().getFirst().payload().entries().values().stream()
                  .map(value -> value.<String>reveal(ImportsTest::text))
                  .toList())
          .containsExactlyElementsOf(expected);
    }
  }

  private static String first(ImportedSecret secret) {
    return secret.payload().entries().firstEntry().getValue().reveal(ImportsTest::text);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static List<String> all(Format format, String file) {
    try (Reading read = read(Optional.of(format), "", file, Wishes.NONE)) {
      return shown(read);
    }
  }

  private static List<String> problems(Format format, String file) {
    try (Reading read = read(Optional.of(format), "", file, Wishes.NONE)) {
      assertThat(read.secrets()).isEmpty();
      return read.problems().stream().map(Problem::toString).distinct().toList();
    }
  }

  private static List<String> shown(Reading read) {
    assertThat(read.problems()).isEmpty();
    return read.secrets().stream()
        .map(
            one ->
                one.name()
                    + " "
                    + one.type().word()
                    + " "
                    + one.payload().entries().entrySet().stream()
                        .map(e -> e.getKey() + "=" + e.getValue().<String>reveal(ImportsTest::text))
                        .collect(Collectors.joining(", ", "{", "}")))
        .toList();
  }

  private static Reading read(Optional<Format> format, String name, String file, Wishes wishes) {
    return Imports.read(format, file.getBytes(StandardCharsets.UTF_8), name, wishes);
  }
}
