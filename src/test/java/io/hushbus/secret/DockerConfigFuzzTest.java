package io.hushbus.secret;

import static org.assertj.core.api.Assertions.assertThat;

import io.hushbus.support.Fuzz;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whatever is stored as credentials for images: it is such a document, or its fault is told. */
final class DockerConfigFuzzTest {

  private static final String LOGIN =
      Base64.getEncoder().encodeToString("app:pass".getBytes(StandardCharsets.UTF_8));

  @Test
  void any_document_works_for_those_who_pull_or_has_a_fault() {
    List<byte[]> seeds = new ArrayList<>();
    for (String document : documents()) {
      seeds.add(document.getBytes(StandardCharsets.UTF_8));
      seeds.add(document.getBytes(StandardCharsets.UTF_16LE));
      seeds.add(document.getBytes(StandardCharsets.UTF_16));
    }
    Fuzz.ofBytes(seeds).allowing(1024 * 1024, 1024).run(DockerConfigFuzzTest::read);
  }

  private static List<String> documents() {
    return List.of(
        "{\"auths\":{\"registry.test\":{\"auth\":\"" + LOGIN + "\"}}}",
        "{\"auths\":{\"https://r.test:5000/v1/\":{\"username\":\"a\",\"password\":\"b\"}}}",
        "{\"auths\":{\"registry.test\":{\"auth\":\"" + LOGIN + "\r\n\"}}}",
        "{\"auths\":{\"r\":{\"auth\":\"\",\"identitytoken\":\"t\"}},\"credsStore\":\"x\"}",
        "{\"HttpHeaders\":{\"a\":[1,null,true]},\"auths\":{\"a.b\":{\"registrytoken\":\"\\u0041\"}}}");
  }

  private static void read(byte[] input) {
    byte[] before = input.clone();
    var fault = DockerConfig.fault(Content.JSON, input);
    assertThat(input).isEqualTo(before);
    fault.ifPresentOrElse(
        told -> assertThat(told.pointer()).isIn("", "/auths"),
        () -> assertThat(logins(input)).isNotEmpty().allMatch(DockerConfigFuzzTest::works));
  }

  /** The logins as another reader finds them, which takes UTF-8 alone. */
  private static List<JsonObject> logins(byte[] document) {
    JsonObject auths =
        new JsonObject(new String(document, StandardCharsets.UTF_8)).getJsonObject("auths");
    return auths.fieldNames().stream().map(auths::getJsonObject).toList();
  }

  private static boolean works(JsonObject login) {
    return filled(login, "auth")
        || filled(login, "identitytoken")
        || filled(login, "registrytoken")
        || (filled(login, "username") && filled(login, "password"));
  }

  private static boolean filled(JsonObject login, String name) {
    return !login.getString(name, "").isEmpty();
  }
}
