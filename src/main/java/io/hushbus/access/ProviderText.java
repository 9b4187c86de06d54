package io.hushbus.access;

import io.hushbus.model.Failure;
import io.hushbus.model.ObjectName;
import io.hushbus.model.Role;
import io.hushbus.model.Ttl;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

/**
 * The JSON form of {@link ProviderRules}: that of the API, with projects by their ids. It is stored
 * as text, so that the row's MAC is over what was written, letter by letter.
 */
public final class ProviderText {

  private ProviderText() {}

  /**
   * @throws Failure invalid, at the field that is wrong
   */
  public static ProviderRules read(JsonObject json) {
    boolean mtls = "mtls".equals(json.getString("kind"));
    return new ProviderRules(
        new ObjectName(json.getString("name")),
        mtls ? ProviderRules.Kind.MTLS : ProviderRules.Kind.JWT,
        json.getString("issuer", ""),
        json.getString("audience", ""),
        keys(json, mtls),
        algorithms(json),
        lifetime(json),
        each(json, "conditions", ProviderText::condition),
        json.getBoolean("any_subject", false),
        each(json, "mappings", ProviderText::mapping));
  }

  /** What {@link #read} reads. */
  public static JsonObject write(ProviderRules rules) {
    JsonObject json =
        new JsonObject()
            .put("name", rules.name().text())
            .put("kind", rules.kind().word())
            .put("any_subject", rules.anySubject())
            .put("conditions", array(rules.conditions(), ProviderText::write))
            .put("mappings", array(rules.mappings(), ProviderText::write));
    if (rules.kind() == ProviderRules.Kind.JWT) {
      json.put("issuer", rules.issuer())
          .put("audience", rules.audience())
          .put("algorithms", array(rules.algorithms().stream().sorted().toList(), Algorithm::word))
          .put("max_token_lifetime", rules.longest().toSeconds() + "s");
      write(json, rules.keys());
    }
    return json;
  }

  private static void write(JsonObject json, KeySource keys) {
    switch (keys) {
      case KeySource.Url(var url, var authorities) -> {
        json.put("jwks_url", url);
        authorities.ifPresent(pem -> json.put("ca_pem", pem));
      }
      case KeySource.Inline(var all) ->
          json.put("jwks", new JsonObject().put("keys", array(all, ProviderText::jwk)));
      case KeySource.Certificates() -> {}
    }
  }

  /** One JWK in its JSON form. */
  static JsonObject jwk(Map<String, String> key) {
    return new JsonObject(new LinkedHashMap<>(key));
  }

  private static JsonObject write(Condition condition) {
    JsonObject json = new JsonObject().put("claim", condition.claim());
    return switch (condition.kind()) {
      case EQUALS -> json.put("equals", condition.values().getFirst());
      case PREFIX -> json.put("prefix", condition.values().getFirst());
      case ONE_OF -> json.put("one_of", new JsonArray(condition.values()));
    };
  }

  private static JsonObject write(RoleMapping mapping) {
    JsonObject json = new JsonObject().put("role", mapping.role().word());
    mapping.project().ifPresent(id -> json.put("project_id", id.toString()));
    return json.put("conditions", array(mapping.conditions(), ProviderText::write));
  }

  private static KeySource keys(JsonObject json, boolean mtls) {
    Optional<String> url = Optional.ofNullable(json.getString("jwks_url"));
    Optional<JsonObject> inline = Optional.ofNullable(json.getJsonObject("jwks"));
    Optional<String> authorities = Optional.ofNullable(json.getString("ca_pem"));
    if (mtls && url.isEmpty() && inline.isEmpty() && authorities.isEmpty()) {
      return new KeySource.Certificates();
    }
    if (mtls || url.isPresent() == inline.isPresent()) {
      throw Failure.invalid("/jwks_url", Failure.Code.NOT_ALLOWED);
    }
    return url.<KeySource>map(text -> new KeySource.Url(text, authorities))
        .orElseGet(() -> inline(inline.orElseThrow()));
  }

  private static KeySource inline(JsonObject jwks) {
    List<Map<String, String>> keys = new ArrayList<>();
    for (Object key : jwks.getJsonArray("keys")) {
      JsonObject members = (JsonObject) key;
      keys.add(
          members.fieldNames().stream()
              .collect(Collectors.toMap(name -> name, members::getString)));
    }
    return new KeySource.Inline(keys);
  }

  private static Set<Algorithm> algorithms(JsonObject json) {
    JsonArray words = json.getJsonArray("algorithms");
    return words == null
        ? Algorithm.ALL
        : words.stream()
            .map(word -> Algorithm.of((String) word))
            .map(one -> one.orElseThrow(() -> refused("/algorithms")))
            .collect(Collectors.toSet());
  }

  private static Duration lifetime(JsonObject json) {
    try {
      return Ttl.parse(json.getString("max_token_lifetime", "1h"));
    } catch (Failure.Invalid refused) {
      throw refused.at("/max_token_lifetime");
    }
  }

  private static <T> List<T> each(
      JsonObject json, String field, BiFunction<JsonObject, String, T> read) {
    List<T> all = new ArrayList<>();
    for (Object one : json.getJsonArray(field, new JsonArray())) {
      all.add(read.apply((JsonObject) one, "/" + field + "/" + all.size()));
    }
    return all;
  }

  private static Condition condition(JsonObject json, String pointer) {
    if (json.size() != 2) {
      throw refused(pointer);
    }
    try {
      String claim = json.getString("claim");
      if (json.containsKey("one_of")) {
        List<String> words = json.getJsonArray("one_of").stream().map(String.class::cast).toList();
        return new Condition(claim, Condition.Kind.ONE_OF, words);
      }
      return json.containsKey("prefix")
          ? new Condition(claim, Condition.Kind.PREFIX, List.of(json.getString("prefix")))
          : new Condition(claim, Condition.Kind.EQUALS, List.of(json.getString("equals")));
    } catch (Failure.Invalid refused) {
      throw refused.at(pointer);
    }
  }

  private static RoleMapping mapping(JsonObject json, String pointer) {
    try {
      return new RoleMapping(
          Role.of(json.getString("role")).orElseThrow(() -> refused("/role")),
          Optional.ofNullable(json.getString("project_id")).map(UUID::fromString),
          each(json, "conditions", ProviderText::condition));
    } catch (Failure.Invalid refused) {
      throw refused.at(pointer);
    }
  }

  private static <T> JsonArray array(List<T> all, java.util.function.Function<T, ?> write) {
    JsonArray array = new JsonArray();
    all.forEach(one -> array.add(write.apply(one)));
    return array;
  }

  private static Failure refused(String pointer) {
    return Failure.invalid(pointer, Failure.Code.NOT_ALLOWED);
  }
}
