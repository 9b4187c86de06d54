package io.hushbus.config;

import io.hushbus.config.BrokerConfig.Console;
import io.hushbus.config.BrokerConfig.SignIn;
import io.hushbus.model.Failure;
import io.hushbus.model.TenantName;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The file of identity providers that people sign in to the console with: a name each, and below it
 * {@code title}, {@code tenant}, {@code issuer}, {@code client_id} and perhaps {@code scopes}, with
 * spaces. No secret is in it: the console is a public client. As strict as the configuration.
 */
final class SignInFile {

  private static final String KEY = "console.sign_in";
  private static final Set<String> FIELDS =
      Set.of("title", "tenant", "issuer", "client_id", "scopes");
  private static final int MOST = 8;
  private static final int MOST_CHARACTERS = 200;

  private final boolean development;
  private final Values values;

  private SignInFile(boolean development, Values values) {
    this.development = development;
    this.values = values;
  }

  /** What the file says; what is wrong in it is noted among the problems. */
  static Console read(Path file, boolean development, Values values) {
    try {
      String document = Files.readString(file, StandardCharsets.UTF_8);
      return new SignInFile(development, values).console(document);
    } catch (IOException unreadable) {
      values.problem(KEY, "cannot be read: " + file);
      return Console.NONE;
    }
  }

  private Console console(String document) {
    List<String> wrong = new ArrayList<>();
    Map<String, Map<String, String>> byName = new LinkedHashMap<>();
    FlatYaml.read(document, wrong).forEach((name, text) -> sort(name, text, byName));
    wrong.forEach(what -> values.problem(KEY, what));
    if (byName.size() > MOST) {
      values.problem(KEY, "names more than " + MOST);
    }
    List<SignIn> all = new ArrayList<>();
    byName.forEach((name, fields) -> all.add(one(name, fields)));
    return new Console(all);
  }

  private void sort(String name, String text, Map<String, Map<String, String>> byName) {
    int dot = name.indexOf('.');
    String field = name.substring(dot + 1);
    if (dot < 0 || !FIELDS.contains(field)) {
      values.problem(
          KEY, "unknown key " + name + "; below a name: " + FIELDS.stream().sorted().toList());
    } else {
      byName
          .computeIfAbsent(name.substring(0, dot), first -> new LinkedHashMap<>())
          .put(field, text);
    }
  }

  private SignIn one(String name, Map<String, String> fields) {
    List<String> scopes = List.of(fields.getOrDefault("scopes", "openid").strip().split("\\s+"));
    if (!scopes.contains("openid")
        || scopes.stream().anyMatch(one -> !one.matches("[!#-\\[\\]-~]+"))) {
      values.problem(KEY, name + ".scopes must be words, one of them openid");
    }
    return new SignIn(
        text(name, "title", fields),
        tenant(name, text(name, "tenant", fields)),
        issuer(name, text(name, "issuer", fields)),
        text(name, "client_id", fields),
        scopes);
  }

  private String text(String name, String field, Map<String, String> fields) {
    @Nullable String text = fields.get(field);
    if (text == null || text.isBlank() || text.length() > MOST_CHARACTERS) {
      values.problem(
          KEY, name + "." + field + " must be set, to " + MOST_CHARACTERS + " characters at most");
      return "";
    }
    return text;
  }

  private String tenant(String name, String text) {
    try {
      return new TenantName(text).text();
    } catch (Failure wrong) {
      values.problem(KEY, name + ".tenant is no name of a tenant");
      return text;
    }
  }

  private URI issuer(String name, String text) {
    URI none = URI.create("https://invalid");
    try {
      URI issuer = new URI(text);
      boolean good =
          ("https".equals(issuer.getScheme()) || (development && "http".equals(issuer.getScheme())))
              && issuer.getHost() != null
              && issuer.getRawUserInfo() == null
              && issuer.getRawQuery() == null
              && issuer.getRawFragment() == null;
      if (good) {
        return issuer;
      }
    } catch (URISyntaxException wrong) {
      // said below
    }
    values.problem(KEY, name + ".issuer must be an https URL, without a query");
    return none;
  }
}
