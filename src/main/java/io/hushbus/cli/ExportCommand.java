package io.hushbus.cli;

import io.hushbus.client.HushbusClient;
import io.hushbus.client.Json;
import io.hushbus.client.Request;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code hushbus export}: what there is, without values: names, types, keys, labels, versions, and
 * the environments that use them. There is no way to export values, for anybody.
 */
@Command(
    name = "export",
    description = {
      "Write the metadata of secrets and environments as JSON, or YAML with -o yaml.",
      "No values: those leave the broker by lease alone."
    })
final class ExportCommand implements Runnable {

  /** One place that secrets live in; neither is the organization. */
  private record Place(Optional<String> project, Optional<String> domain) {
    Request of(Request request) {
      return request.query("project", project).query("domain", domain);
    }
  }

  @Option(names = "--all", description = "Of every scope that you may see, not of one.")
  private boolean all;

  @Option(names = "--file", paramLabel = "FILE", description = "Write here (default: stdout).")
  private Optional<String> file = Optional.empty();

  @Option(names = "--dry-run", description = "Say how much there is, and write nothing.")
  private boolean rehearse;

  @Mixin private final ScopeOptions scope;
  @Mixin private final Session session;

  ExportCommand(Surroundings around) {
    session = new Session(around);
    scope = new ScopeOptions(session);
  }

  @Override
  public void run() {
    session.use(this::export);
  }

  private void export(HushbusClient broker) {
    List<Place> places = all ? places(broker) : List.of(new Place(scope.project(), scope.domain()));
    List<Object> secrets = new ArrayList<>();
    List<Object> environments = new ArrayList<>();
    try (Tally tally = Tally.on(session.around(), "export", places.size())) {
      for (Place place : places) {
        secrets.addAll(things(() -> place.of(broker.get("/secrets")), "secrets"));
        environments.addAll(things(() -> place.of(broker.get("/environments")), "environments"));
        tally.step();
      }
    }
    if (!rehearse) {
      Map<String, Object> whole = new LinkedHashMap<>();
      whole.put("secrets", secrets);
      whole.put("environments", environments);
      write(whole);
    }
    session.note(
        "%s %d secrets and %d environments of %d scopes; no values"
            .formatted(
                rehearse ? "would export" : "exported",
                secrets.size(),
                environments.size(),
                places.size()));
  }

  private static List<Map<String, @Nullable Object>> things(Supplier<Request> page, String field) {
    return Paging.unlimited().all(page, field).items().stream()
        .<Map<String, @Nullable Object>>map(Json::fields)
        .toList();
  }

  /** The organization, its domains, and the projects with each of these. */
  private static List<Place> places(HushbusClient broker) {
    List<Optional<String>> projects = names(broker, "/projects", "projects");
    List<Optional<String>> domains = names(broker, "/domains", "domains");
    return projects.stream()
        .flatMap(project -> domains.stream().map(domain -> new Place(project, domain)))
        .toList();
  }

  /** Of all, with none at first. */
  private static List<Optional<String>> names(HushbusClient broker, String path, String field) {
    List<Optional<String>> names = new ArrayList<>();
    names.add(Optional.empty());
    things(() -> broker.get(path), field)
        .forEach(one -> names.add(Optional.of(String.valueOf(one.get("name")))));
    return names;
  }

  private void write(Map<String, Object> whole) {
    boolean yaml = session.settings().value(Setting.FORMAT).orElse("").equals("yaml");
    String text = yaml ? YamlText.of(whole) : JsonText.of(whole);
    if (file.isEmpty()) {
      session.around().out().print(text);
      session.around().out().flush();
      return;
    }
    Path to = session.around().path(file.get());
    try {
      Files.write(to, text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException failed) {
      throw new CommandFailure(Exit.GENERAL, to + " cannot be written: check the directory");
    }
  }
}
