package io.hushbus.delivery;

import io.hushbus.access.Job;
import io.hushbus.crypto.SystemKeyKind;
import io.hushbus.model.Action;
import io.hushbus.model.Caller;
import io.hushbus.model.Failure;
import io.hushbus.model.Grant;
import io.hushbus.model.Network;
import io.hushbus.model.Principal;
import io.hushbus.model.Role;
import io.hushbus.model.TenantId;
import io.hushbus.outbound.Outbound;
import io.hushbus.outbound.SystemResolver;
import io.hushbus.support.TenantWorld;
import io.hushbus.support.World;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One node that keeps subscriptions and posts to webhooks, over a {@link World}: nothing happens by
 * time, and rights are what the test says.
 */
final class Posting implements AutoCloseable {

  /** So quick that tests need not wait, and still of several steps. */
  static final RetrySchedule QUICK =
      new RetrySchedule(
          List.of(
              Duration.ofMillis(20),
              Duration.ofMillis(20),
              Duration.ofMillis(20),
              Duration.ofMillis(20)));

  static final WebhookSettings SETTINGS =
      new WebhookSettings(
          Duration.ofHours(1),
          Duration.ofSeconds(2),
          Duration.ofMillis(700),
          Duration.ofSeconds(20),
          8,
          4,
          2,
          Duration.ofMillis(20),
          5);

  final World world;
  final Streams streams;
  final Subscriptions subscriptions;
  final Webhooks webhooks;
  final WebhookWorker worker;
  final AtomicLong nanos = new AtomicLong(1_000_000_000_000L);
  final AtomicInteger forged = new AtomicInteger();
  final AtomicInteger disabled = new AtomicInteger();

  /** Principals that are no more. */
  final Set<UUID> gone = ConcurrentHashMap.newKeySet();

  /** Principals that see one project alone. */
  final Map<UUID, UUID> only = new ConcurrentHashMap<>();

  /** Callers that see the secrets alone that they hold. */
  final Map<UUID, Set<String>> held = new ConcurrentHashMap<>();

  private final Outbound outbound;
  private final SystemResolver resolver;

  Posting(World world) {
    this(world, QUICK, SETTINGS);
  }

  Posting(World world, RetrySchedule schedule, WebhookSettings settings) {
    this.world = world;
    this.resolver = new SystemResolver(world.vertx);
    this.outbound =
        new Outbound(
            world.vertx, resolver, List.of(Network.parse("127.0.0.0/8").orElseThrow()), true);
    var cursors = new Cursors(world.installation.systemKey(SystemKeyKind.CURSOR_MAC));
    var rights = new TestRights();
    var meters = new Counters();
    this.streams =
        new Streams(world.vertx, world.db, rights, cursors, Node.BY_HAND, meters, nanos::get);
    this.subscriptions =
        new Subscriptions(
            world.db, world.ledger, world.keyrings, cursors, streams, meters, world.ids);
    this.webhooks =
        new Webhooks(
            world.db,
            world.ledger,
            world.keyrings,
            world.signing,
            outbound,
            streams,
            meters,
            world.ids,
            InstantSource.system());
    this.worker =
        new WebhookWorker(
            new WebhookWorker.Needs(
                world.vertx,
                world.db,
                world.ledger,
                world.keyrings,
                world.signing,
                outbound,
                rights,
                meters,
                world.random,
                InstantSource.system()),
            streams,
            world.ids.random(),
            tenant -> world.policy.system(Job.WEBHOOK_DELIVERY, tenant),
            settings,
            schedule);
  }

  /** What {@code who} may do with a subscription, or with those it has. */
  Grant use(TenantWorld tenant, Principal who, Optional<UUID> subscription) {
    var resource = Subscription.resource();
    Grant grant =
        tenant.grant(
            who, Action.SUBSCRIPTION_USE, subscription.map(resource::withId).orElse(resource));
    return new Grant(
        seeing(tenant, who), grant.action(), grant.resource(), grant.request(), grant.source());
  }

  Grant admin(TenantWorld tenant, Principal who, Optional<UUID> webhook) {
    return webhook(tenant, who, Action.WEBHOOK_ADMIN, webhook);
  }

  Grant reader(TenantWorld tenant, Principal who, UUID webhook) {
    return webhook(tenant, who, Action.WEBHOOK_READ, Optional.of(webhook));
  }

  private Grant webhook(TenantWorld tenant, Principal who, Action action, Optional<UUID> webhook) {
    var resource = Webhook.resource(Optional.empty());
    return tenant.grant(who, action, webhook.map(resource::withId).orElse(resource));
  }

  /** A caller who was read just now. */
  Caller seeing(TenantWorld tenant, Principal who) {
    return caller(tenant.id, who);
  }

  private Caller caller(TenantId tenant, Principal who) {
    Optional<UUID> project = Optional.ofNullable(only.get(who.id()));
    return new Caller(
        tenant,
        "acme",
        who,
        "reader",
        List.of(new Caller.Binding(Role.VIEWER, project)),
        nanos.get() + Duration.ofSeconds(3).toNanos());
  }

  void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  @Override
  public void close() {
    worker.stop().await();
    streams.drain().await();
    outbound.close();
    resolver.close();
  }

  private final class Counters implements StreamMeters {
    @Override
    public void streams(int open) {}

    @Override
    public void delivered(int notices) {}

    @Override
    public void slowReader() {}

    @Override
    public void hole() {}

    @Override
    public void followerFailed() {}

    @Override
    public void rowForged(String table) {
      forged.incrementAndGet();
    }

    @Override
    public void webhookDisabled() {
      disabled.incrementAndGet();
    }
  }

  private final class TestRights implements Rights, Owners {
    @Override
    public boolean mayRead(Caller caller, Optional<UUID> project) {
      return caller.bindings().stream()
          .anyMatch(binding -> binding.project().isEmpty() || binding.project().equals(project));
    }

    @Override
    public Future<Caller> refresh(Caller caller) {
      return standing(caller.tenant(), caller.principal(), Optional.empty());
    }

    @Override
    public Future<Caller> standing(
        TenantId tenant, Principal principal, Optional<Caller.Proof> vouched) {
      return gone.contains(principal.id())
          ? Future.failedFuture(Failure.unauthenticated())
          : Future.succeededFuture(caller(tenant, principal));
    }

    @Override
    public boolean holdersOnly(Caller caller, String type, Optional<UUID> project) {
      return held.containsKey(caller.principal().id());
    }

    @Override
    public Future<List<Holding>> held(Caller caller, Set<String> secrets, Set<String> named) {
      return Future.succeededFuture(
          held.getOrDefault(caller.principal().id(), Set.of()).stream()
              .filter(secrets::contains)
              .<Holding>map(Held::new)
              .toList());
    }

    private record Held(String secret) implements Holding {

      @Override
      public boolean isTold(String type, Instant at, Map<String, Object> data) {
        return true;
      }
    }
  }
}
