package io.hushbus.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import io.hushbus.support.Canary;
import io.hushbus.support.Client;
import io.hushbus.support.Client.Answer;
import io.vertx.core.json.Json;
import io.vertx.core.json.pointer.JsonPointer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * Plays the steps of one story. In texts, <code>${name}</code> stands for what was kept, for a
 * credential, or for: {@code canary:X} a marked value, the same for the same X; {@code base64:NAME}
 * another variable in base64; {@code form:NAME} in URL form; {@code filler:N} N letters.
 */
final class Story {

  private static final Pattern VARIABLE = Pattern.compile("\\$\\{([^}]+)}");
  private static final Duration EVENTUALLY = Duration.ofSeconds(10);

  private final Client client;
  private final BusSteps buses;
  private final Map<String, String> variables = new HashMap<>();

  /**
   * @param credentials by the names that steps use; {@code nobody} has none
   */
  Story(Client client, BusSteps buses, Map<String, String> credentials) {
    this.client = client;
    this.buses = buses;
    variables.putAll(credentials);
    variables.put("nobody", "");
  }

  void play(Step step) {
    if (step.checks().contains("eventually")) {
      Awaitility.await(step.title())
          .atMost(EVENTUALLY)
          .pollInterval(Duration.ofMillis(50))
          .untilAsserted(() -> check(step, ask(step)));
    } else {
      check(step, ask(step));
    }
  }

  private Answer ask(Step step) {
    if (step.isOnTheBus()) {
      return buses.ask(step, value(step.who()), this::filled);
    }
    Client caller = client.as(credential(step.who()));
    List<String> headers = new ArrayList<>();
    step.headers().stream()
        .map(this::filled)
        .forEach(header -> headers.addAll(List.of(header.split(": ", 2))));
    if (step.body().isEmpty()) {
      return caller.send(step.method(), filled(step.path()), headers.toArray(String[]::new));
    }
    if (!headers.contains("Content-Type")) {
      headers.addAll(List.of("Content-Type", type(step.method())));
    }
    return caller.sendText(
        step.method(), filled(step.path()), filled(step.body()), headers.toArray(String[]::new));
  }

  private static String type(String method) {
    return method.equals("PATCH") ? "application/merge-patch+json" : "application/json";
  }

  /** By its name, or by the variable that holds it. */
  private String credential(String who) {
    return value(who);
  }

  private void check(Step step, Answer answer) {
    String[] outcome = step.outcome().split(" ", 2);
    assertThat(Integer.toString(answer.status()))
        .as("%s: %s", step.title(), answer.body())
        .isEqualTo(outcome[0]);
    if (outcome.length == 2) {
      assertThat(answer.code()).as(step.title()).isEqualTo(outcome[1]);
    }
    for (String line : step.checks()) {
      check(step.title() + ": " + line, line.split(" ", 3), answer);
    }
  }

  private void check(String what, String[] line, Answer answer) {
    switch (line[0]) {
      case "header" -> assertThat(answer.header(line[1])).as(what).isEqualTo(filled(line[2]));
      case "json" -> {
        Object found = at(answer, line[1]);
        assertThat(found == null ? "absent" : text(found)).as(what).isEqualTo(filled(line[2]));
      }
      case "keep" -> variables.put(line[1], text(at(answer, line[2])));
      case "keep-header" -> variables.put(line[1], answer.header(line[2]));
      case "has" -> assertThat(answer.body()).as(what).contains(filled(rest(line)));
      case "lacks" -> assertThat(answer.body()).as(what).doesNotContain(filled(rest(line)));
      case "empty" -> assertThat(answer.body()).as(what).isEmpty();
      case "eventually" -> {}
      default -> throw new IllegalArgumentException("no such check: " + what);
    }
  }

  private static String rest(String[] line) {
    return line.length == 3 ? line[1] + " " + line[2] : line[1];
  }

  private static @Nullable Object at(Answer answer, String pointer) {
    return JsonPointer.from(pointer).queryJson(Json.decodeValue(answer.body()));
  }

  private static String text(@Nullable Object found) {
    return found instanceof String string ? string : Json.encode(found);
  }

  private String filled(String text) {
    return VARIABLE.matcher(text).replaceAll(m -> Matcher.quoteReplacement(value(m.group(1))));
  }

  private String value(String name) {
    String known = variables.get(name);
    if (known != null) {
      return known;
    }
    String[] made = name.split(":", 2);
    return switch (made[0]) {
      case "canary" -> variables.computeIfAbsent(name, fresh -> Canary.value());
      case "base64" ->
          Base64.getEncoder().encodeToString(value(made[1]).getBytes(StandardCharsets.UTF_8));
      case "form" -> URLEncoder.encode(value(made[1]), StandardCharsets.UTF_8);
      case "filler" -> "x".repeat(Integer.parseInt(made[1]));
      default -> throw new IllegalArgumentException("nothing is known as " + name);
    };
  }
}
