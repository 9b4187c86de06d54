package io.hushbus.secret;

import io.hushbus.event.EventType;
import io.hushbus.event.Fact;
import io.hushbus.event.Trace;
import io.hushbus.model.Resource;
import io.hushbus.model.Scope;
import io.hushbus.model.Tally;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What readers and audit are told of a secret: ids, names and numbers. */
final class Announcements {

  private Announcements() {}

  static Fact created(Secret head) {
    return fact(EventType.SECRET_CREATED, head, Map.of("version", head.currentVersion()));
  }

  /** What is told of a new version: in the secret's scope, and wherever it was adopted. */
  static List<Fact> announced(NewVersions.Turned turned, List<Adopted> adopted) {
    Map<String, Object> numbers = new LinkedHashMap<>();
    numbers.put("version", turned.head().currentVersion());
    numbers.put("previous_version", turned.before().number());
    turned.head().rotation().ifPresent(id -> numbers.put("rotation", id.toString()));
    turned.turn().deadline().ifPresent(at -> numbers.put("drain_deadline", at.toString()));
    return everywhere(EventType.SECRET_VERSION_ANNOUNCED, turned.head(), adopted, numbers);
  }

  /**
   * A fact about the secret, where it is, and in the projects that have adopted it, where their
   * holders listen, under the names it has there.
   */
  static List<Fact> everywhere(
      EventType type, Secret head, List<Adopted> adopted, Map<String, Object> numbers) {
    List<Fact> facts = new ArrayList<>();
    facts.add(fact(type, head, numbers));
    adopted.forEach(one -> facts.add(adopted(type, head, one.adoption(), numbers)));
    return facts;
  }

  private static Fact adopted(
      EventType type, Secret head, Adoption adoption, Map<String, Object> numbers) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("secret_id", head.id().toString());
    data.put("name", adoption.name().text());
    data.put("scope", scope(adoption.scope()));
    data.put("adoption_id", adoption.id().toString());
    data.putAll(numbers);
    return Fact.in(adoption.scope(), type, "secrets/" + head.id(), data);
  }

  static Fact shared(Secret head, Scope.Place community) {
    return fact(EventType.SECRET_SHARED, head, Map.of("community", community.name().text()));
  }

  static Fact unshared(Secret head, Scope.Place community) {
    return fact(EventType.SECRET_UNSHARED, head, Map.of("community", community.name().text()));
  }

  static Fact deleted(Secret head) {
    return fact(EventType.SECRET_DELETED, head, Map.of("version", head.currentVersion()));
  }

  static Fact restored(Secret head) {
    return fact(EventType.SECRET_RESTORED, head, Map.of("version", head.currentVersion()));
  }

  /** Every live lease on the secret was revoked, which one notice says for all. */
  static Fact leasesRevoked(Secret head, Tally count) {
    Map<String, Object> said = count.said();
    said.put("selector", Map.of("secret_id", head.id().toString()));
    return fact(EventType.LEASE_REVOKED, head, said);
  }

  /** The audit trace of something done to {@code head} at its current version. */
  static Trace trace(Secret head) {
    return Trace.of(Resource.in(head.scope(), "secret").withId(head.id().value()))
        .named(head.name().text())
        .atVersion(head.currentVersion());
  }

  /** The audit trace of a new version, with the turn that it came by. */
  static Trace trace(NewVersions.Turned turned) {
    Secret head = turned.head();
    return trace(head)
        .atVersion(head.nextVersion() - 1)
        .with(Map.of("rotation", head.rotation().orElseThrow().toString()));
  }

  static Fact fact(EventType type, Secret head, Map<String, Object> numbers) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("secret_id", head.id().toString());
    data.put("name", head.name().text());
    data.put("scope", scope(head.scope()));
    data.putAll(numbers);
    return Fact.in(head.scope(), type, "secrets/" + head.id(), data);
  }

  private static Map<String, Object> scope(Scope scope) {
    Map<String, Object> names = new LinkedHashMap<>();
    scope.inProject().ifPresent(project -> names.put("project", project.name().text()));
    scope.inDomain().ifPresent(domain -> names.put("domain", domain.name().text()));
    return names;
  }
}
