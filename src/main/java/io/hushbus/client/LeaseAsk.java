package io.hushbus.client;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which secrets are to be leased, and for how long: a whole environment, or secrets by name. All of
 * them are leased or none. Immutable.
 */
public final class LeaseAsk {

  private final Optional<String> environment;
  private final Map<String, List<String>> secrets;
  private final Map<String, String> scope;
  private final Optional<Duration> ttl;
  private final Optional<Duration> minValidFor;

  private LeaseAsk(
      Optional<String> environment,
      Map<String, List<String>> secrets,
      Map<String, String> scope,
      Optional<Duration> ttl,
      Optional<Duration> minValidFor) {
    this.environment = environment;
    this.secrets = secrets;
    this.scope = scope;
    this.ttl = ttl;
    this.minValidFor = minValidFor;
  }

  /** What the run was opened with: its environment. */
  public static LeaseAsk ofRun() {
    return new LeaseAsk(Optional.empty(), Map.of(), Map.of(), Optional.empty(), Optional.empty());
  }

  /** An environment, by its name as the scope sees it. */
  public static LeaseAsk environment(String name) {
    return new LeaseAsk(Optional.of(name), Map.of(), Map.of(), Optional.empty(), Optional.empty());
  }

  /**
   * A secret.
   *
   * @param keys the entries that are wanted of it; none: all
   */
  public static LeaseAsk of(String secret, String... keys) {
    return ofRun().and(secret, keys);
  }

  /** Another secret as well; the same one again is asked for once, with the entries of both. */
  public LeaseAsk and(String secret, String... keys) {
    Map<String, List<String>> more = new LinkedHashMap<>(secrets);
    more.merge(secret, List.of(keys), LeaseAsk::joined);
    return new LeaseAsk(environment, more, scope, ttl, minValidFor);
  }

  private static List<String> joined(List<String> some, List<String> others) {
    return some.isEmpty() || others.isEmpty()
        ? List.of()
        : java.util.stream.Stream.concat(some.stream(), others.stream()).distinct().toList();
  }

  /** Seen from a project; of a run it is the run's, and need not be said. */
  public LeaseAsk in(String project) {
    return with("project", project);
  }

  /** Seen from a project and a domain. */
  public LeaseAsk in(String project, String domain) {
    return with("project", project).with("domain", domain);
  }

  private LeaseAsk with(String field, String name) {
    Map<String, String> more = new LinkedHashMap<>(scope);
    more.put(field, name);
    return new LeaseAsk(environment, secrets, more, ttl, minValidFor);
  }

  /** How long each renewal is to hold; what the broker gives otherwise. */
  public LeaseAsk ttl(Duration time) {
    return new LeaseAsk(environment, secrets, scope, Optional.of(time), minValidFor);
  }

  /** Refused, if the broker cannot promise that what is leased stays valid for so long. */
  public LeaseAsk minValidFor(Duration time) {
    return new LeaseAsk(environment, secrets, scope, ttl, Optional.of(time));
  }

  Optional<Duration> ttl() {
    return ttl;
  }

  /** The same for one of its secrets, to lease that anew. */
  LeaseAsk only(String secret) {
    List<String> keys = secrets.getOrDefault(secret, List.of());
    return new LeaseAsk(Optional.empty(), Map.of(secret, keys), scope, ttl, minValidFor);
  }

  Body body() {
    Body body = Body.object();
    scope.forEach(body::field);
    body.field("environment", environment);
    if (!secrets.isEmpty()) {
      body.array("secrets", secrets.entrySet(), LeaseAsk::secret);
    }
    ttl.ifPresent(time -> body.field("ttl", text(time)));
    minValidFor.ifPresent(time -> body.field("min_valid_for", text(time)));
    return body;
  }

  private static void secret(Body item, Map.Entry<String, List<String>> one) {
    item.field("secret", one.getKey());
    if (!one.getValue().isEmpty()) {
      item.texts("keys", one.getValue());
    }
  }

  /** A length of time as the broker reads it. */
  static String text(Duration time) {
    return Math.max(1, time.toSeconds()) + "s";
  }
}
