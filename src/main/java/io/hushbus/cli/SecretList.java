package io.hushbus.cli;

import io.hushbus.client.HushbusClient;
import io.hushbus.client.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code hushbus secret list}: of exactly one scope, or what a task in it would see. */
@Command(
    name = "list",
    description = {
      "List the secrets of exactly one scope: a project, a domain, both, or the organization.",
      "With --inherited, what a task in that scope would see, and what hides what."
    })
final class SecretList implements Runnable {

  private static final Columns SEEN =
      Columns.of("name", "scope", "type", "version=current_version", "keys", "shadows");

  private static final Columns USED =
      Columns.of(
          "name",
          "scope",
          "type",
          "version=current_version",
          "written=version_created_at",
          "holders",
          "rotation=rotation_phase",
          "due=rotation_due");

  @Mixin private final Session session;
  @Mixin private final ScopeOptions scope;
  @Mixin private final Paging paging = new Paging();

  @Option(names = "--inherited", description = "Also what wider scopes give.")
  private boolean inherited;

  @Option(names = "--use", description = "Also how many hold each, and what rotation goes on.")
  private boolean use;

  @Option(names = "--deleted", description = "What is in the trash instead.")
  private boolean deleted;

  @Option(names = "--label", paramLabel = "KEY=VALUE", description = "Only with this label.")
  private List<String> labels = new ArrayList<>();

  @Option(names = "--prefix", paramLabel = "TEXT", description = "Only names that begin so.")
  private Optional<String> prefix = Optional.empty();

  @Option(names = "--type", paramLabel = "TYPE", description = "Only of this type.")
  private Optional<String> type = Optional.empty();

  @Option(
      names = "--search",
      paramLabel = "TEXT",
      description = "Only with this text in name, labels, keys or description.")
  private Optional<String> search = Optional.empty();

  SecretList(Surroundings around) {
    session = new Session(around);
    scope = new ScopeOptions(session);
  }

  @Override
  public void run() {
    session.use(broker -> session.list(() -> page(broker), "secrets", paging, columns()));
    session.note("secrets " + scope.shown());
  }

  private Columns columns() {
    return use ? USED : inherited ? SEEN : SecretPath.LINE;
  }

  private Request page(HushbusClient broker) {
    return scope
        .of(broker.get("/secrets"))
        .query("inherited", inherited ? "true" : "")
        .query("use", use ? "true" : "")
        .query("deleted", deleted ? "true" : "")
        .query("label", labels)
        .query("name_prefix", prefix)
        .query("type", type)
        .query("q", search);
  }
}
