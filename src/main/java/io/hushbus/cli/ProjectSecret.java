package io.hushbus.cli;

import io.hushbus.client.Body;
import io.hushbus.client.HushbusClient;
import io.hushbus.client.Json;
import io.hushbus.client.Refused;
import io.hushbus.client.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The one secret that tasks of a project get without asking: the variable {@code AUTH_SECRET} of
 * the project's environment {@code default}.
 */
final class ProjectSecret {

  static final String VARIABLE = "AUTH_SECRET";
  static final String ENVIRONMENT = "default";
  static final Columns COLUMNS =
      Columns.of("environment=name", "scope", "revision", "secrets", "updated=updated_at");

  private static final String NEW = "a new secret";

  private final Session session;
  private final ScopeOptions scope;
  private final Confirmation confirmation;
  private final HushbusClient broker;

  ProjectSecret(
      Session session, ScopeOptions scope, Confirmation confirmation, HushbusClient broker) {
    this.session = session;
    this.scope = scope;
    this.confirmation = confirmation;
    this.broker = broker;
  }

  /** Lets a person choose, a new one first of all, and asks before another choice is replaced. */
  void choose(Optional<String> id, ValueOptions values) {
    String project = scope.needProject();
    List<Json> secrets = seen();
    String chosen = id.isPresent() ? byId(secrets, id.get()) : picked(secrets, values);
    Optional<String> now = present(project);
    if (now.filter(chosen::equals).isPresent()) {
      session.note(VARIABLE + " of " + project + " is " + chosen + " already");
      return;
    }
    now.ifPresent(
        other ->
            confirmation.ask(
                session,
                "%s of %s is now %s. Replace it by %s?"
                    .formatted(VARIABLE, project, Visible.text(other), Visible.text(chosen))));
    bind(project, chosen);
  }

  private List<Json> seen() {
    return new Paging()
        .all(() -> scope.of(broker.get("/secrets")).query("inherited", "true"), "secrets")
        .items();
  }

  private static String byId(List<Json> secrets, String id) {
    return secrets.stream()
        .filter(one -> one.text("id").equals(id))
        .map(one -> one.text("name"))
        .findFirst()
        .orElseThrow(
            () ->
                new CommandFailure(
                    Exit.NOT_FOUND,
                    "no secret that the project sees has this id: see secret list --inherited"));
  }

  private String picked(List<Json> secrets, ValueOptions values) {
    List<String> choices = new ArrayList<>(List.of(NEW));
    secrets.forEach(one -> choices.add(one.text("name")));
    int at =
        Picker.pick(session, "secret for the project", choices, "a name: hushbus secret bind NAME");
    return at == 0 ? created(values) : choices.get(at);
  }

  private String created(ValueOptions values) {
    String name = Picker.ask(session, "name of the secret", "a name");
    if (!values.given()) {
      String path = session.around().keyboard().orElseThrow().line("file (empty to type it): ");
      Optional.of(path.strip()).filter(text -> !text.isEmpty()).ifPresent(values::fromFile);
    }
    try (Content content = values.read(Optional.empty(), true)) {
      Body body = Body.object().field("name", name).field("type", content.type());
      scope.of(broker.post("/secrets")).body(content.into(body)).send();
    }
    session.note("created " + name + " " + scope.shown());
    return name;
  }

  /** What the variable holds now. */
  private Optional<String> present(String project) {
    try {
      Json environment =
          broker.get("/environments/" + ENVIRONMENT).query("project", project).send().json();
      return environment.objects("secrets").stream()
          .filter(need -> need.optionalText("as_env_var").filter(VARIABLE::equals).isPresent())
          .map(need -> need.text("secret"))
          .findFirst();
    } catch (Refused refused) {
      if (refused.status() == 404) {
        return Optional.empty();
      }
      throw refused;
    }
  }

  private void bind(String project, String secret) {
    Request request =
        broker
            .put("/environments/" + ENVIRONMENT + "/variables/" + VARIABLE)
            .query("project", project);
    session.one(request.body(Body.object().field("secret", secret)).send(), COLUMNS);
    session.note("tasks of " + project + " get " + secret + " as " + VARIABLE);
  }
}
