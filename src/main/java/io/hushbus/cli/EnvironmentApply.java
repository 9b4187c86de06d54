package io.hushbus.cli;

import io.hushbus.client.Body;
import io.hushbus.client.HushbusClient;
import io.hushbus.client.Request;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.error.YAMLException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code hushbus environment apply}: makes environments what a file says they are. */
@Command(
    name = "apply",
    description = {
      "Make environments what a YAML file says; several in one file are divided by ---.",
      "Each has name, secrets and, if they are not those of the command, project and domain."
    })
final class EnvironmentApply implements Runnable {

  /** What the broker adds to an environment that it shows, and nobody says to it. */
  private static final Set<String> SHOWN =
      Set.of("id", "revision", "created_at", "created_by", "updated_at", "updated_by");

  @Option(
      names = {"-f", "--file"},
      required = true,
      paramLabel = "PATH",
      description = "The file; - is standard input.")
  private String file = "";

  @Mixin private final Session session;
  @Mixin private final ScopeOptions scope;

  EnvironmentApply(Surroundings around) {
    session = new Session(around);
    scope = new ScopeOptions(session);
  }

  @Override
  public void run() {
    List<Map<String, Object>> wanted = read();
    session.use(broker -> wanted.forEach(one -> apply(broker, one)));
  }

  private void apply(HushbusClient broker, Map<String, Object> wanted) {
    Map<String, @Nullable Object> body = new LinkedHashMap<>(wanted);
    body.keySet().removeAll(SHOWN);
    String name = taken(body, "name").orElseThrow(() -> fault("has an environment without name"));
    Optional<String> project = taken(body, "project");
    Optional<String> domain = taken(body, "domain");
    boolean elsewhere = project.isPresent() || domain.isPresent();
    Request request = broker.put("/environments/" + Request.segment(name));
    Request placed =
        elsewhere ? request.query("project", project).query("domain", domain) : scope.of(request);
    session.one(placed.body(Body.of(body)).send(), EnvironmentList.LINE);
    session.note("applied environment " + Visible.text(name));
  }

  private static Optional<String> taken(Map<String, @Nullable Object> body, String field) {
    return Optional.ofNullable(body.remove(field)).map(Object::toString);
  }

  private List<Map<String, Object>> read() {
    List<Map<String, Object>> documents = new ArrayList<>();
    try {
      for (Object one : SettingsFile.yaml().loadAll(text())) {
        Optional.ofNullable(one)
            .ifPresent(it -> documents.add(SettingsFile.mapping(Path.of(file), it)));
      }
    } catch (YAMLException malformed) {
      throw fault("is not YAML that can be read");
    }
    if (documents.isEmpty()) {
      throw fault("has no environment in it");
    }
    return documents;
  }

  private String text() {
    Surroundings around = session.around();
    if (file.equals("-")) {
      return new String(Typed.all(around.in(), "standard input"), StandardCharsets.UTF_8);
    }
    try (InputStream in = Files.newInputStream(around.path(file))) {
      return new String(Typed.all(in, file), StandardCharsets.UTF_8);
    } catch (IOException unreadable) {
      throw fault("cannot be read: check the path");
    }
  }

  private CommandFailure fault(String what) {
    return new CommandFailure(Exit.USAGE, Visible.text(file) + " " + what);
  }
}
