package io.hushbus.http;

import io.hushbus.lease.Environment;
import io.hushbus.lease.NeedFields;
import io.hushbus.lease.Placement;
import io.hushbus.lease.Resolution;
import io.hushbus.model.Scope;
import io.hushbus.secret.Sight;

/** How environments, and what they resolve to, look in answers. */
final class NeedsJson {

  private NeedsJson() {}

  static void environment(JsonWriter json, Environment environment) {
    named(json, environment);
    json.field("description", environment.description())
        .field("revision", environment.revision())
        .trees("secrets", environment.needs().stream().map(NeedFields::write).toList())
        .field("created_at", environment.createdAt())
        .field("created_by", environment.createdBy())
        .field("updated_at", environment.updatedAt())
        .field("updated_by", environment.updatedBy());
  }

  /** Which environment it is, without what it needs. */
  static void named(JsonWriter json, Environment environment) {
    json.field("id", environment.id().toString()).field("name", environment.name().text());
    SecretEndpoints.scope(environment.scope()).forEach(json::field);
  }

  static void resolved(JsonWriter json, Resolution.Resolved resolved) {
    json.field("secret", resolved.need().secret().text());
    resolved.need().key().ifPresent(key -> json.field("key", key.text()));
    json.field("optional", resolved.need().optional())
        .field("outcome", resolved.outcome().word())
        .field("reason", resolved.placement().reason().map(Placement.Reason::word));
    resolved.found().ifPresent(found -> found(json, found));
    json.array("variables", resolved.placement().variables(), NeedsJson::item)
        .array("files", resolved.placement().files(), NeedsJson::item);
  }

  private static void found(JsonWriter json, Sight.Found found) {
    json.field("secret_id", found.head().id().toString())
        .texts("scope", SecretEndpoints.scope(found.place()))
        .field("type", found.type().word())
        .field("version", found.version());
    found
        .adoption()
        .ifPresent(
            adoption -> {
              json.field("adoption", adoption.id().toString());
              SecretEndpoints.home(json, found.head());
            });
    json.array("shadows", found.shadows(), NeedsJson::scope);
  }

  private static void scope(JsonWriter json, Scope scope) {
    SecretEndpoints.scope(scope).forEach(json::field);
  }

  private static void item(JsonWriter json, Placement.Item item) {
    json.field("name", item.name()).field("key", item.entry().text());
  }
}
