package io.hushbus.cli;

import io.hushbus.client.Body;
import io.hushbus.client.Request;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * Where: a project, a domain, both, or neither, which is the organization. What the command line
 * does not say the settings say; an empty text says none.
 */
final class ScopeOptions {

  @Option(
      names = {"-p", "--project"},
      paramLabel = "PROJECT",
      description = "The project (HUSHBUS_PROJECT); '' for none.")
  private @Nullable String project;

  @Option(
      names = {"-d", "--domain"},
      paramLabel = "DOMAIN",
      description = "The domain (HUSHBUS_DOMAIN); '' for none.")
  private @Nullable String domain;

  @Option(names = "--organization", description = "Neither project nor domain, whatever is set.")
  private boolean organization;

  private final Session session;

  ScopeOptions(Session session) {
    this.session = session;
  }

  Optional<String> project() {
    return chosen(project, Setting.PROJECT);
  }

  Optional<String> domain() {
    return chosen(domain, Setting.DOMAIN);
  }

  private Optional<String> chosen(@Nullable String given, Setting setting) {
    if (organization) {
      return Optional.empty();
    }
    return given == null
        ? session.settings().value(setting)
        : Optional.of(given).filter(text -> !text.isEmpty());
  }

  /**
   * The project, where there must be one.
   *
   * @throws CommandFailure saying how to name it
   */
  String needProject() {
    return project()
        .orElseThrow(
            () ->
                new CommandFailure(
                    Exit.USAGE,
                    "which project? Give --project, set HUSHBUS_PROJECT, or write it into "
                        + ProjectFile.NAME));
  }

  /** Asks in this scope. */
  Request of(Request request) {
    return request.query("project", project()).query("domain", domain());
  }

  /** Asks in the project; in a domain of it only if the command line itself says one. */
  Request ofProject(Request request) {
    return request.query("project", needProject()).query("domain", domain == null ? "" : domain);
  }

  /** Says the scope in a body. */
  Body into(Body body) {
    return body.field("project", project()).field("domain", domain());
  }

  /** For notes, such as {@code in demo/development}. */
  String shown() {
    if (project().isEmpty() && domain().isEmpty()) {
      return "of the organization";
    }
    return "in "
        + project().map(Visible::text).orElse("*")
        + domain().map(name -> "/" + Visible.text(name)).orElse("");
  }
}
