package io.hushbus.cli;

import io.hushbus.client.Body;
import io.hushbus.client.HushbusClient;
import java.util.Map;
import java.util.Optional;

/**
 * Makes a secret of what a command line says; for each of the orders of words it can be said in.
 */
final class SecretMaking {

  private final Session session;
  private final ScopeOptions scope;
  private final ValueOptions values;
  private final RegistryOptions registry;

  SecretMaking(Session session, ScopeOptions scope, ValueOptions values, RegistryOptions registry) {
    this.session = session;
    this.scope = scope;
    this.values = values;
    this.registry = registry;
  }

  /**
   * @param type the type that was asked for; else the source tells
   */
  void make(
      HushbusClient broker,
      String name,
      Optional<String> type,
      Optional<String> description,
      Map<String, String> labels) {
    boolean pulling = registry.given() || type.filter(RegistryOptions.TYPE::equals).isPresent();
    try (Content content = pulling && !values.given() ? registry.read() : values.read(type, true)) {
      Body body = Body.object().field("name", name).field("type", content.type());
      body.field("description", description);
      content.into(labels.isEmpty() ? body : body.tree("labels", labels));
      session.one(scope.of(broker.post("/secrets")).body(body).send(), SecretPath.DETAIL);
    }
    session.note("created " + Visible.text(name) + " " + scope.shown());
  }
}
