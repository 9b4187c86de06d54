package io.hushbus.cli;

import io.hushbus.model.SecretValue;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Makes the tenant of a development broker over its own API, as anybody would: tenant {@code dev},
 * project {@code demo}, a runner there, and an account for scripts that both write and lease.
 */
final class DevTenant {

  private final String address;

  DevTenant(String address) {
    this.address = address;
  }

  /** Makes everything and writes the keys to {@code env}. */
  void make(SecretValue operatorKey, DevEnv env) {
    String operator = operatorKey.reveal(bytes -> new String(bytes, StandardCharsets.US_ASCII));
    operatorKey.close();
    try (HttpClient http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build()) {
      JsonObject tenant = post(http, operator, "/tenants", new JsonObject().put("name", "dev"));
      String admin = tenant.getJsonObject("admin").getString("key");
      post(http, admin, "/projects", new JsonObject().put("name", "demo"));
      Map<String, String> variables = new LinkedHashMap<>();
      variables.put("HUSHBUS_ADDR", address);
      variables.put("HUSHBUS_TOKEN", admin);
      variables.put("HUSHBUS_OPERATOR_TOKEN", operator);
      variables.put("HUSHBUS_RUNNER_TOKEN", runner(http, admin));
      variables.put("HUSHBUS_APP_TOKEN", app(http, admin));
      env.write(variables);
    }
  }

  private String runner(HttpClient http, String admin) {
    String account = account(http, admin, "demo-runner");
    bind(http, admin, new JsonObject().put("role", "runner").put("project", "demo"), account);
    return key(http, admin, account);
  }

  private String app(HttpClient http, String admin) {
    String account = account(http, admin, "dev-app");
    bind(http, admin, new JsonObject().put("role", "developer"), account);
    bind(http, admin, new JsonObject().put("role", "runner"), account);
    return key(http, admin, account);
  }

  private String account(HttpClient http, String admin, String name) {
    return post(http, admin, "/service-accounts", new JsonObject().put("name", name))
        .getString("id");
  }

  private void bind(HttpClient http, String admin, JsonObject binding, String account) {
    post(http, admin, "/role-bindings", binding.put("service_account", account));
  }

  private String key(HttpClient http, String admin, String account) {
    return post(http, admin, "/service-accounts/" + account + "/keys", new JsonObject())
        .getString("key");
  }

  private JsonObject post(HttpClient http, String token, String path, JsonObject body) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(address + "/api/v1" + path))
            .timeout(Duration.ofSeconds(10))
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body.encode()))
            .build();
    try {
      HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
      if (response.statusCode() != 201) {
        throw new CommandFailure(
            Exit.GENERAL,
            "the development tenant could not be made (%s answered %d): begin anew with --fresh"
                .formatted(path, response.statusCode()));
      }
      return new JsonObject(response.body());
    } catch (IOException away) {
      throw new CommandFailure(
          Exit.UNREACHABLE, "the broker that was just started does not answer: try again");
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new CommandFailure(Exit.GENERAL, "interrupted");
    }
  }
}
