package io.hushbus.delivery;

import io.hushbus.db.Db;
import io.hushbus.db.Recurring;
import io.hushbus.delivery.WebhookQueue.Claim;
import io.hushbus.event.Change;
import io.hushbus.event.EventType;
import io.hushbus.event.Fact;
import io.hushbus.event.Ledger;
import io.hushbus.event.Trace;
import io.hushbus.model.Failure;
import io.hushbus.model.Grant;
import io.hushbus.model.TenantId;
import io.hushbus.outbound.Outbound;
import io.hushbus.secret.SigningKeys;
import io.hushbus.tenant.Keyrings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Posts notices to endpoints: takes those that have something to be told, a bounded number at a
 * time, and gives each a turn. Any number of nodes do so beside each other; each endpoint is one
 * node's at a time, and what a node that dies had not noted is posted once more by the next.
 */
public final class WebhookWorker {

  private static final Logger log = LoggerFactory.getLogger(WebhookWorker.class);
  private static final Duration GATHER = Duration.ofMillis(20);

  /** An endpoint whose turn failed for reasons of the broker's own rests for this long. */
  private static final Duration AFTER_FAILURE = Duration.ofSeconds(5);

  private final Vertx vertx;
  private final Ledger ledger;
  private final Function<TenantId, Grant> right;
  private final GenuineRows rows;
  private final Rights rights;
  private final Owners owners;
  private final WebhookQueue queue;
  private final WebhookTurn.Tools tools;
  private final WebhookSettings settings;
  private final StreamMeters meters;
  private final Map<TenantId, Integer> busy = new HashMap<>();
  private final AtomicBoolean due = new AtomicBoolean();
  private final Recurring rounds;
  private volatile Set<TenantId> having = Set.of();
  private int underWay;
  private boolean stopped;

  /** What it stands on that is not its own. */
  public record Needs(
      Vertx vertx,
      Db db,
      Ledger ledger,
      Keyrings keyrings,
      SigningKeys signing,
      Outbound outbound,
      Owners owners,
      StreamMeters meters,
      RandomGenerator random,
      InstantSource clock) {}

  /**
   * @param owner this process: a random id made when it started
   * @param right to switch endpoints of a tenant off
   */
  public WebhookWorker(
      Needs needs,
      Streams streams,
      UUID owner,
      Function<TenantId, Grant> right,
      WebhookSettings settings) {
    this(needs, streams, owner, right, settings, RetrySchedule.STANDARD);
  }

  WebhookWorker(
      Needs needs,
      Streams streams,
      UUID owner,
      Function<TenantId, Grant> right,
      WebhookSettings settings,
      RetrySchedule schedule) {
    this.vertx = needs.vertx();
    this.ledger = needs.ledger();
    this.right = right;
    this.rows = new GenuineRows(streams.cursors(), needs.keyrings(), needs.meters());
    this.rights = streams.rights();
    this.owners = needs.owners();
    this.queue = new WebhookQueue(needs.db(), streams.cursors(), owner, settings.held());
    this.settings = settings;
    this.meters = needs.meters();
    this.tools =
        new WebhookTurn.Tools(
            streams.events(),
            streams.notices(),
            queue,
            new Poster(needs.outbound(), needs.signing(), needs.clock(), settings.deadline()),
            schedule,
            settings,
            meters,
            needs.random()::nextDouble,
            this::disable);
    this.rounds = new Recurring(vertx, "webhooks", settings.poll(), this::tick);
  }

  /** Looks by time, and whenever it is hinted. */
  public void start() {
    rounds.start();
  }

  /** Takes no more endpoints; completes when the turns under way have ended. */
  public Future<Void> stop() {
    synchronized (this) {
      stopped = true;
    }
    return rounds.stop().compose(ended -> idle());
  }

  /** There may be something to post for this tenant. From any thread; may be lost or wrong. */
  public void hint(TenantId tenant) {
    if (having.contains(tenant)) {
      hint();
    }
  }

  private void hint() {
    if (due.compareAndSet(false, true)) {
      vertx.setTimer(
          GATHER.toMillis(),
          now -> {
            due.set(false);
            round().onFailure(cause -> log.debug("webhooks: {}", cause.getClass().getName()));
          });
    }
  }

  /**
   * Takes what there is to take, once, and gives it its turns; completes when these have ended,
   * with their number.
   */
  Future<Integer> runOnce() {
    return claim().compose(claims -> Future.join(turns(claims)).map(claims.size()));
  }

  private Future<Void> tick() {
    return queue
        .tenants()
        .compose(
            now -> {
              having = now;
              return now.isEmpty() ? Future.succeededFuture() : round();
            });
  }

  /** The same, without waiting for the turns: a slow endpoint keeps no other one waiting. */
  private Future<Void> round() {
    return claim().onSuccess(this::turns).mapEmpty();
  }

  private Future<List<Claim>> claim() {
    Map<TenantId, Integer> now;
    int room;
    synchronized (this) {
      now = Map.copyOf(busy);
      room = stopped ? 0 : settings.perNode() - underWay;
    }
    return room <= 0
        ? Future.succeededFuture(List.of())
        : queue.claim(now, settings.perTenant(), room);
  }

  private List<Future<Boolean>> turns(List<Claim> claims) {
    return claims.stream().map(this::turn).toList();
  }

  private Future<Boolean> turn(Claim claim) {
    count(claim.tenant(), 1);
    return Future.<Void>succeededFuture()
        .compose(start -> taken(claim))
        .recover(cause -> failed(claim, cause))
        .onComplete(done -> count(claim.tenant(), -1))
        .onSuccess(
            more -> {
              if (more) {
                hint();
              }
            });
  }

  private Future<Boolean> taken(Claim claim) {
    return rows.of(claim.tenant(), List.of(claim.row()))
        .compose(
            genuine ->
                genuine.isEmpty()
                    ? queue.release(claim, Duration.ofMinutes(5)).map(false)
                    : owned(claim)
                        .compose(more -> queue.release(claim, Duration.ZERO).map(held -> more)));
  }

  /** On the rights that its owner has now. */
  private Future<Boolean> owned(Claim claim) {
    Owner owner = claim.webhook().owner();
    return owners
        .standing(claim.tenant(), owner.principal(), owner.vouched())
        .map(caller -> new View(rights, caller, claim.webhook().selection().filter()))
        .map(Optional::of)
        .recover(
            cause ->
                cause instanceof Failure.Unauthenticated
                    ? Future.succeededFuture(Optional.empty())
                    : Future.failedFuture(cause))
        .compose(
            view ->
                view.isEmpty()
                    ? disable(claim, "owner_gone").map(false)
                    : view.get().showsAnythingOf(claim.webhook().selection().project())
                        ? new WebhookTurn(tools, claim, view.get()).run()
                        : disable(claim, "rights_lost").map(false));
  }

  private Future<Boolean> failed(Claim claim, Throwable cause) {
    log.warn("a turn of webhook {} failed: {}", claim.webhook().id(), kind(cause));
    return queue.release(claim, AFTER_FAILURE).map(false).otherwise(false);
  }

  private static String kind(Throwable cause) {
    return cause instanceof Failure
        ? String.valueOf(cause.getMessage())
        : cause.getClass().getName();
  }

  /** With an audit record and a notice, in one transaction. */
  private Future<Void> disable(Claim claim, String reason) {
    Webhook webhook = claim.webhook();
    Map<String, Object> said = Map.of("webhook_id", webhook.id().toString(), "reason", reason);
    Fact fact =
        new Fact(
            EventType.WEBHOOK_DISABLED,
            "webhooks/" + webhook.id(),
            webhook.selection().project(),
            Optional.empty(),
            said);
    return ledger
        .change(
            right.apply(claim.tenant()),
            tx ->
                queue
                    .disable(tx, claim, reason)
                    .map(
                        rows -> {
                          if (rows == 0) {
                            throw Failure.conflict(Failure.Reason.CONCURRENT_CHANGE);
                          }
                          return Change.of(
                                  rows,
                                  Trace.of(webhook.asResource()).with(Map.of("change", reason)))
                              .telling(fact);
                        }))
        .onSuccess(off -> meters.webhookDisabled())
        .mapEmpty();
  }

  private Future<Void> idle() {
    synchronized (this) {
      if (underWay == 0) {
        return Future.succeededFuture();
      }
    }
    return vertx.timer(50).compose(later -> idle());
  }

  private static @Nullable Integer sumUnlessZero(int had, int more) {
    return had + more == 0 ? null : had + more;
  }

  private synchronized void count(TenantId tenant, int change) {
    underWay += change;
    busy.merge(tenant, change, WebhookWorker::sumUnlessZero);
  }
}
