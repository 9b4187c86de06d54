package io.hushbus.support;

import static io.hushbus.support.World.await;

import io.hushbus.lease.LeaseAsk;
import io.hushbus.lease.LeasedSecret;
import io.hushbus.model.Action;
import io.hushbus.model.Caller;
import io.hushbus.model.EntryName;
import io.hushbus.model.Grant;
import io.hushbus.model.ObjectName;
import io.hushbus.model.Payload;
import io.hushbus.model.Principal;
import io.hushbus.model.Resource;
import io.hushbus.model.Scope;
import io.hushbus.model.SecretName;
import io.hushbus.model.SecretType;
import io.hushbus.model.SecretValue;
import io.hushbus.model.TenantId;
import io.hushbus.secret.Content;
import io.hushbus.secret.NewSecret;
import io.hushbus.secret.Preconditions;
import io.hushbus.secret.Secret;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * One tenant of a {@link World}, with the shortest words for what tests do in it. Callers are given
 * every right: tests of rights go through the access policy.
 */
public final class TenantWorld {

  public final World world;
  public final TenantId id;
  public final String name;

  /** Who acts where a test does not say who. */
  public final Principal someone;

  public final Scope organization = new Scope.Organization();
  public final Scope demo;
  public final Scope development;
  public final Scope demoDevelopment;

  TenantWorld(World world, TenantId id, String name) {
    this.world = world;
    this.id = id;
    this.name = name;
    this.someone = principal();
    await(
        world.projects.create(
            grant(Action.PROJECT_ADMIN, Resource.ofTenant("project")), new ObjectName("demo"), ""));
    this.demo = scope("demo", "");
    this.development = scope("", "development");
    this.demoDevelopment = scope("demo", "development");
  }

  /** The scope of a project and a domain; an empty text for none. */
  public Scope scope(String project, String domain) {
    return await(world.places.scope(id, named(project), named(domain)));
  }

  /** A new identity. */
  public Principal principal() {
    return new Principal(Principal.Kind.SERVICE_ACCOUNT, world.ids.random());
  }

  public Caller caller(Principal principal) {
    return new Caller(id, name, principal, "test", List.of(), Long.MAX_VALUE);
  }

  /** The right to do {@code action}, for {@link #someone}. */
  public Grant grant(Action action, Resource resource) {
    return grant(someone, action, resource);
  }

  public Grant grant(Principal principal, Action action, Resource resource) {
    return new Grant(caller(principal), action, resource, world.ids.ordered(), "192.0.2.7");
  }

  public Grant grant(Action action) {
    return grant(action, Resource.ofTenant("test"));
  }

  public Grant grant(Action action, Scope scope) {
    return grant(action, Resource.in(scope, "secret"));
  }

  public Grant grant(Principal principal, Action action) {
    return grant(principal, action, Resource.ofTenant("test"));
  }

  /** Creates a text secret and waits for it. */
  public Secret create(Scope scope, String secret, String value) {
    return await(creating(scope, secret, value));
  }

  public Future<Secret> creating(Scope scope, String secret, String value) {
    return world.changes.create(
        grant(Action.SECRET_CREATE, scope), scope, newText(secret), text(value));
  }

  /** Creates a key_value secret from names and values in turn. */
  public Secret createPairs(Scope scope, String secret, String... pairs) {
    return await(
        world.changes.create(
            grant(Action.SECRET_CREATE, scope),
            scope,
            wanted(secret, SecretType.KEY_VALUE),
            pairs(pairs)));
  }

  /** Replaces the value of a text secret and waits for the new head. */
  public Secret replace(Scope scope, String secret, String value) {
    return await(replacing(scope, secret, value, Preconditions.NONE));
  }

  public Future<Secret> replacing(Scope scope, String secret, String value, Preconditions when) {
    return world.changes.replace(
        grant(Action.SECRET_CHANGE, scope), scope, new SecretName(secret), text(value), when);
  }

  public Secret delete(Scope scope, String secret) {
    return await(deleting(scope, secret));
  }

  public Future<Secret> deleting(Scope scope, String secret) {
    return world.removals.delete(
        grant(Action.SECRET_DELETE, scope), scope, new SecretName(secret), Preconditions.NONE);
  }

  public Future<Secret> getting(Scope scope, String secret) {
    return world.secrets.get(
        grant(Action.SECRET_READ_METADATA, scope), scope, new SecretName(secret));
  }

  /** Leases whole secrets by name for {@link #someone}, for the usual time. */
  public Future<List<LeasedSecret>> leasing(Scope scope, String... secrets) {
    return leasing(someone, scope, Optional.empty(), secrets);
  }

  public Future<List<LeasedSecret>> leasing(
      Principal holder, Scope scope, Optional<Duration> ttl, String... secrets) {
    return world.grants.grant(
        grant(holder, Action.LEASE_GRANT, Resource.in(scope, "secret")), ask(scope, ttl, secrets));
  }

  /** Leases one secret and waits for it. */
  public LeasedSecret lease(Scope scope, String secret) {
    return await(leasing(scope, secret)).getFirst();
  }

  public static LeaseAsk ask(Scope scope, Optional<Duration> ttl, String... secrets) {
    return new LeaseAsk(
        scope,
        Arrays.stream(secrets)
            .map(one -> new LeaseAsk.Wanted(new SecretName(one), Optional.empty()))
            .toList(),
        ttl);
  }

  /** The one entry of a text secret, as text. */
  public static String value(LeasedSecret leased) {
    return value(leased.payload(), EntryName.VALUE);
  }

  public static String value(Payload payload, EntryName entry) {
    SecretValue value = payload.entries().get(entry);
    if (value == null) {
      throw new AssertionError("there is no entry " + entry);
    }
    return value.reveal(bytes -> new String(bytes, StandardCharsets.UTF_8));
  }

  public static NewSecret newText(String secret) {
    return wanted(secret, SecretType.TEXT);
  }

  public static NewSecret wanted(String secret, SecretType type) {
    return new NewSecret(new SecretName(secret), type, "", Map.of(), OptionalInt.empty(), false);
  }

  public static Content text(String value) {
    return new Content(
        Optional.of(SecretType.TEXT), Payload.ofOne(EntryName.VALUE, SecretValue.ofText(value)));
  }

  public static Content pairs(String... pairs) {
    Map<EntryName, SecretValue> entries = new LinkedHashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      entries.put(new EntryName(pairs[i]), SecretValue.ofText(pairs[i + 1]));
    }
    return new Content(Optional.of(SecretType.KEY_VALUE), new Payload(entries));
  }

  public static Preconditions ifMatch(long number) {
    return new Preconditions(OptionalLong.of(number), false);
  }

  /** Any other id than those in use. */
  public UUID foreign() {
    return world.ids.random();
  }

  private static Optional<ObjectName> named(String text) {
    return text.isEmpty() ? Optional.empty() : Optional.of(new ObjectName(text));
  }
}
