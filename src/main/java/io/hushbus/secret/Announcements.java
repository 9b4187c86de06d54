package io.hushbus.secret;

import io.hushbus.event.EventType;
import io.hushbus.event.Fact;
import io.hushbus.event.Trace;
import io.hushbus.model.Resource;
import io.hushbus.model.Scope;
import java.util.LinkedHashMap;
import java.util.Map;

/** What readers and audit are told of a secret: ids, names and numbers. */
final class Announcements {

  private Announcements() {}

  static Fact created(Secret head) {
    return fact(EventType.SECRET_CREATED, head, Map.of("version", head.currentVersion()));
  }

  static Fact announced(Secret head, int previous) {
    return fact(
        EventType.SECRET_VERSION_ANNOUNCED,
        head,
        Map.of("version", head.currentVersion(), "previous_version", previous));
  }

  /** The same for a project that has adopted the secret, under the name it has there. */
  static Fact announced(Secret head, int previous, Adoption adoption) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("secret_id", head.id().toString());
    data.put("name", adoption.name().text());
    data.put("scope", scope(adoption.scope()));
    data.put("adoption_id", adoption.id().toString());
    data.put("version", head.currentVersion());
    data.put("previous_version", previous);
    return Fact.in(
        adoption.scope(), EventType.SECRET_VERSION_ANNOUNCED, "secrets/" + head.id(), data);
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
  static Fact leasesRevoked(Secret head, int count) {
    return fact(
        EventType.LEASE_REVOKED,
        head,
        Map.of("selector", Map.of("secret_id", head.id().toString()), "count", count));
  }

  /** The audit trace of something done to {@code head} at its current version. */
  static Trace trace(Secret head) {
    return Trace.of(Resource.in(head.scope(), "secret").withId(head.id().value()))
        .named(head.name().text())
        .atVersion(head.currentVersion());
  }

  private static Fact fact(EventType type, Secret head, Map<String, Object> numbers) {
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
