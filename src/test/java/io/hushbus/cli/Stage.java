package io.hushbus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.hushbus.support.BrokerNode;
import io.hushbus.support.Canary;
import io.hushbus.support.Client;
import io.vertx.core.json.Json;
import io.vertx.core.json.pointer.JsonPointer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;

/**
 * Plays a scenario of the command line: whole commands, in this process, against a real broker. In
 * texts <code>${name}</code> stands for what was kept, for a credential, for {@code addr}, or for
 * {@code canary:X}, a marked value, and {@code base64:NAME}, another one in base64.
 */
final class Stage {

  private static final Pattern VARIABLE = Pattern.compile("\\$\\{([^}]+)}");

  /** What came of a command. */
  private record Came(int exit, String out, String err) {}

  private final BrokerNode node;
  private final Client client;
  private final Path directory;
  private final Queue<String> said;
  private final Map<String, String> variables = new HashMap<>();
  private String token = "";

  /**
   * @param credentials by the names that scenarios use
   * @param directory where commands run, and their home
   * @param said gets all that commands write, to be searched for values
   */
  Stage(BrokerNode node, Map<String, String> credentials, Path directory, Queue<String> said) {
    this.node = node;
    this.client = node.client(credentials.getOrDefault("admin", ""));
    this.directory = directory;
    this.said = said;
    variables.putAll(credentials);
    variables.put("nobody", "");
    variables.put("addr", node.address());
    variables.put("dir", directory.toString());
  }

  void play(Act act) {
    switch (act) {
      case Act.As(int line, String who) -> token = value(who);
      case Act.Write(int line, String name, String content) -> write(name, filled(content));
      case Act.Http http -> ask(http);
      case Act.Run run when run.eventually() ->
          Awaitility.await("line " + run.line())
              .atMost(Duration.ofSeconds(10))
              .pollInterval(Duration.ofMillis(50))
              .untilAsserted(() -> check(run, came(run)));
      case Act.Run run -> check(run, came(run));
    }
  }

  private void write(String name, String content) {
    try {
      Path file = directory.resolve(name);
      Files.createDirectories(file.getParent());
      Files.writeString(file, content);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private void ask(Act.Http http) {
    Client caller = client.as(value(http.who()));
    String path = filled(http.path());
    Client.Answer answer =
        http.body().isEmpty()
            ? caller.send(http.method(), path)
            : caller.sendText(
                http.method(), path, filled(http.body()), "Content-Type", type(http.method()));
    assertThat(answer.status()).as("line %d: %s", http.line(), answer.body()).isBetween(200, 299);
    keep(http.keeps(), answer.body());
  }

  private static String type(String method) {
    return method.equals("PATCH") ? "application/merge-patch+json" : "application/json";
  }

  private Came came(Act.Run run) {
    Map<String, String> environment = new HashMap<>();
    environment.put("HUSHBUS_ADDR", node.address());
    if (!token.isEmpty()) {
      environment.put("HUSHBUS_TOKEN", token);
    }
    environment.put("HOME", directory.toString());
    run.words().stream()
        .takeWhile(word -> !word.equals("hushbus"))
        .map(word -> filled(word).split("=", 2))
        .forEach(pair -> environment.put(pair[0], pair[1]));
    environment.values().removeIf(String::isEmpty);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    PrintStream people = new PrintStream(err, true, StandardCharsets.UTF_8);
    Surroundings around =
        new Surroundings(
            environment,
            directory,
            new ByteArrayInputStream(
                filled(run.input().orElse("")).getBytes(StandardCharsets.UTF_8)),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            people,
            false,
            run.typed().isEmpty() ? Optional.empty() : Optional.of(person(run, people)));
    int exit = Main.run(around, run.arguments().stream().map(this::filled).toArray(String[]::new));
    return new Came(
        exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  private Keyboard person(Act.Run run, PrintStream screen) {
    Queue<String> answers = new ArrayDeque<>(run.typed());
    return new Keyboard() {
      @Override
      public String line(String question) {
        screen.println(question.strip());
        return answers.isEmpty() ? "" : filled(answers.remove());
      }

      @Override
      public char[] hidden(String question) {
        return line(question).toCharArray();
      }
    };
  }

  private void check(Act.Run run, Came came) {
    String what =
        "line %d: %s%nwrote:%n%s%nsaid:%n%s"
            .formatted(run.line(), String.join(" ", run.words()), came.out(), came.err());
    assertThat(came.exit()).as(what).isEqualTo(run.exit());
    assertThat(came.out()).as(what).matches(pattern(run.out()));
    assertThat(came.err()).as(what).matches(pattern(run.err()));
    if (!run.showsValues()) {
      said.add(came.out());
      assertThat(Canary.sightings(List.of(came.out()), "output")).as(what).isEmpty();
    }
    said.add(came.err());
    assertThat(Canary.sightings(List.of(came.err()), "said")).as(what).isEmpty();
    keep(run.keeps(), came.out());
  }

  private Pattern pattern(List<String> lines) {
    return Pattern.compile(lines.stream().map(this::pattern).collect(Collectors.joining()));
  }

  private String pattern(String line) {
    if (line.equals("...")) {
      return "(?s:.*?)(?<![^\n])"; // whole lines
    }
    return Pattern.compile("\\[\\.\\.]")
        .splitAsStream(filled(line) + "\n")
        .map(Pattern::quote)
        .collect(Collectors.joining(".*?"));
  }

  private void keep(List<String[]> keeps, String json) {
    for (String[] keep : keeps) {
      Object found = JsonPointer.from(keep[2]).queryJson(Json.decodeValue(json));
      assertThat(found).as("%s in %s", keep[2], json).isNotNull();
      variables.put(keep[1], String.valueOf(found));
    }
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
      default -> throw new IllegalArgumentException("nothing is known as " + name);
    };
  }
}
