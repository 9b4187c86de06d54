package io.hushbus.delivery;

import io.hushbus.crypto.Keyring;
import io.hushbus.db.Db;
import io.hushbus.db.Tx;
import io.hushbus.event.Change;
import io.hushbus.event.Ledger;
import io.hushbus.event.Making;
import io.hushbus.event.Trace;
import io.hushbus.model.Action;
import io.hushbus.model.Failure;
import io.hushbus.model.Grant;
import io.hushbus.model.Resource;
import io.hushbus.model.SecretValue;
import io.hushbus.model.Seen;
import io.hushbus.model.TenantId;
import io.hushbus.model.Uuids;
import io.hushbus.outbound.Outbound;
import io.hushbus.secret.SigningKeys;
import io.hushbus.tenant.Keyrings;
import io.hushbus.tenant.Page;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * The endpoints of a tenant that notices are posted to. What one is told is what its owner may see
 * at that time: whoever last said where to, or what.
 */
public final class Webhooks {

  /** Most endpoints of one tenant. */
  public static final int MOST = 100;

  private static final UUID FIRST = new UUID(0, 0);
  private static final Duration DEADLINE = Duration.ofSeconds(15);

  private final Db db;
  private final Ledger ledger;
  private final Keyrings keyrings;
  private final SigningKeys signing;
  private final Outbound outbound;
  private final Cursors cursors;
  private final GenuineRows rows;
  private final Poster poster;
  private final Notices notices;
  private final Uuids ids;

  public Webhooks(
      Db db,
      Ledger ledger,
      Keyrings keyrings,
      SigningKeys signing,
      Outbound outbound,
      Streams streams,
      StreamMeters meters,
      Uuids ids,
      InstantSource clock) {
    this.db = db;
    this.ledger = ledger;
    this.keyrings = keyrings;
    this.signing = signing;
    this.outbound = outbound;
    this.rows = new GenuineRows(streams.cursors(), keyrings, meters);
    this.poster = new Poster(outbound, signing, clock, DEADLINE);
    this.cursors = streams.cursors();
    this.notices = streams.notices();
    this.ids = ids;
  }

  /** An endpoint, and its key if that was just made: to be shown once, and closed. */
  public record Shown(Webhook webhook, Optional<SecretValue> key) {}

  /** What is to be changed; the absent stays. */
  public record Edit(
      Optional<String> url,
      Optional<String> description,
      Optional<List<String>> types,
      Optional<List<String>> secrets,
      Optional<Boolean> enabled) {}

  /**
   * What came of a test call.
   *
   * @param status as in {@link Delivery#lastStatus}
   */
  public record Tested(boolean delivered, String status) {}

  /** Where a webhook lies, for the policy; one that is not there lies in the tenant. */
  public Future<Resource> locate(TenantId tenant, UUID id) {
    return db.read(tenant, tx -> WebhookStore.find(tx, id))
        .map(
            found ->
                found
                    .map(row -> row.value().asResource())
                    .orElseGet(() -> Webhook.resource(Optional.empty()).withId(id)));
  }

  /**
   * An endpoint that is told of what is committed from now on.
   *
   * @return {@link Failure.Invalid} of {@code /url} for one that must not be called; {@link
   *     Failure.OverBudget} if the tenant has as many as there may be
   */
  public Future<Shown> create(Grant grant, String url, String description, Selection selection) {
    grant.allowing(Action.WEBHOOK_ADMIN);
    if (!outbound.plausible(url)) {
      return refusedUrl();
    }
    UUID id = ids.ordered();
    return signing
        .make(grant.tenant(), id, 1)
        .compose(
            key ->
                keyrings
                    .of(grant.tenant())
                    .compose(
                        ring ->
                            ledger.create(
                                grant,
                                making(key),
                                tx ->
                                    insert(
                                        tx, ring, grant, id, url, description, selection, key))));
  }

  /**
   * Endpoints by id, those after {@code after}.
   *
   * @param only the projects to which the list is narrowed, if it is
   */
  public Future<Page<Webhook>> list(
      Grant grant, Optional<Set<UUID>> only, Optional<UUID> after, int limit) {
    grant.allowing(Action.WEBHOOK_READ);
    return db.read(
            grant.tenant(), tx -> WebhookStore.after(tx, after.orElse(FIRST), only, limit + 1))
        .map(found -> Page.of(found, limit))
        .compose(
            page ->
                rows.wherever(grant.tenant(), page.items())
                    .map(all -> new Page<>(all, page.more())));
  }

  /** The endpoint of the grant. */
  public Future<Webhook> get(Grant grant) {
    grant.allowing(Action.WEBHOOK_READ);
    return db.read(grant.tenant(), tx -> found(tx, grant)).map(Stored::value);
  }

  /** Changes the endpoint of the grant, which is its caller's from then on. */
  public Future<Webhook> edit(Grant grant, Edit edit, Seen seen) {
    grant.allowing(Action.WEBHOOK_ADMIN);
    if (!edit.url().map(outbound::plausible).orElse(true)) {
      return refusedUrl();
    }
    return keyrings
        .of(grant.tenant())
        .compose(
            ring ->
                ledger.change(
                    grant,
                    tx ->
                        held(tx, grant)
                            .map(before -> seen.same(before, row -> row.value().etag()))
                            .compose(
                                before ->
                                    write(tx, ring, before, edited(before.value(), edit, grant)))
                            .compose(done -> switched(tx, grant, edit.enabled()))
                            .compose(done -> changed(tx, grant, "edited"))));
  }

  /** Ends the endpoint of the grant, whose id it gives, and what is known of its deliveries. */
  public Future<UUID> delete(Grant grant) {
    grant.allowing(Action.WEBHOOK_ADMIN);
    return ledger.change(
        grant,
        tx ->
            found(tx, grant)
                .compose(webhook -> WebhookStore.delete(tx, webhook.value().id()))
                .map(gone -> Change.of(id(grant), trace(grant, "ended"))));
  }

  /** A new key for the endpoint of the grant; for {@code overlap} calls are signed under both. */
  public Future<Shown> roll(Grant grant, Duration overlap) {
    grant.allowing(Action.WEBHOOK_ADMIN);
    return db.read(grant.tenant(), tx -> found(tx, grant))
        .compose(
            before ->
                signing
                    .make(
                        grant.tenant(),
                        before.value().id(),
                        before.value().keys().newest().number() + 1)
                    .compose(key -> rolled(grant, before, key, overlap)));
  }

  /** What the endpoint of the grant did not take at the first try, newest first. */
  public Future<Page<Delivery>> deliveries(Grant grant, Optional<UUID> before, int limit) {
    grant.allowing(Action.WEBHOOK_READ);
    return db.read(
            grant.tenant(),
            tx ->
                found(tx, grant)
                    .compose(
                        webhook ->
                            DeliveryStore.before(tx, webhook.value().id(), before, limit + 1)))
        .map(found -> Page.of(found, limit));
  }

  /**
   * Has an event posted once more.
   *
   * @return a {@link Failure.Conflict} while the queue itself waits for it; {@link Failure.Gone} if
   *     the event is no longer kept
   */
  public Future<Delivery> redeliver(Grant grant, UUID delivery) {
    grant.allowing(Action.WEBHOOK_ADMIN);
    return ledger.change(
        grant,
        tx ->
            found(tx, grant)
                .compose(webhook -> askedAgain(tx, webhook.value().id(), delivery))
                .map(
                    found ->
                        Change.of(
                            found,
                            Trace.of(grant.resource())
                                .with(
                                    Map.of("change", "redeliver", "event", delivery.toString())))));
  }

  /** Calls the endpoint of the grant now, with an event that says it is a test. */
  public Future<Tested> test(Grant grant) {
    grant.allowing(Action.WEBHOOK_ADMIN);
    UUID id = ids.ordered();
    return ledger
        .change(
            grant,
            tx ->
                found(tx, grant).map(webhook -> Change.of(webhook.value(), trace(grant, "tested"))))
        .compose(
            webhook ->
                poster.post(
                    grant.tenant(),
                    webhook,
                    id,
                    notices.test(id, grant.tenant(), webhook.id(), poster.now())))
        .map(post -> new Tested(post.result() == Post.Result.DELIVERED, post.status()));
  }

  private Future<Change<Shown>> insert(
      Tx tx,
      Keyring ring,
      Grant grant,
      UUID id,
      String url,
      String description,
      Selection selection,
      SigningKeys.Made key) {
    Webhook made =
        new Webhook(
            id,
            url,
            description,
            selection,
            Owner.of(grant.caller()),
            new Webhook.Keys(key.kept(), Optional.empty(), Optional.empty()),
            grant.caller().principal().toString(),
            Instant.EPOCH,
            FRESH);
    return SubscriptionStore.hold(tx)
        .compose(
            head -> room(tx).compose(room -> WebhookStore.insert(tx, ring, cursors, made, head)))
        .compose(done -> WebhookStore.find(tx, id))
        .map(row -> row.orElseThrow().value())
        .map(
            stored ->
                Change.of(
                    new Shown(stored, Optional.of(key.text())),
                    Trace.of(stored.asResource()).with(Map.of("change", "made"))));
  }

  private static final Webhook.State FRESH =
      new Webhook.State(
          true,
          Optional.empty(),
          0,
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty());

  /** Sent again, the key that was just made for nothing is wiped, and none is shown. */
  private Making<Tx, Shown> making(SigningKeys.Made key) {
    return Making.of(
        Webhook.KIND,
        shown -> shown.webhook().id(),
        (tx, made) -> {
          key.text().close();
          return WebhookStore.find(tx, made.getFirst())
              .compose(row -> rows.wherever(tx.tenant(), row.stream().toList()))
              .map(all -> all.stream().findFirst())
              .map(found -> found.map(webhook -> new Shown(webhook, Optional.empty())));
        });
  }

  private Future<Shown> rolled(
      Grant grant, Stored<Webhook> before, SigningKeys.Made key, Duration overlap) {
    return keyrings
        .of(grant.tenant())
        .compose(
            ring ->
                ledger.create(
                    grant,
                    making(key),
                    tx ->
                        WebhookStore.now(tx)
                            .map(now -> keys(before.value(), key, now, overlap))
                            .compose(keys -> write(tx, ring, before, before.value().with(keys)))
                            .compose(done -> changed(tx, grant, "key_rolled"))
                            .map(
                                done ->
                                    new Change<>(
                                        new Shown(done.result(), Optional.of(key.text())),
                                        done.traces(),
                                        done.facts()))));
  }

  private static Webhook.Keys keys(
      Webhook before, SigningKeys.Made key, Instant now, Duration overlap) {
    return overlap.isZero()
        ? new Webhook.Keys(key.kept(), Optional.empty(), Optional.empty())
        : new Webhook.Keys(
            key.kept(), Optional.of(before.keys().newest()), Optional.of(now.plus(overlap)));
  }

  private static Webhook edited(Webhook before, Edit edit, Grant grant) {
    Selection was = before.selection();
    return before.with(
        edit.url().orElse(before.url()),
        edit.description().orElse(before.description()),
        new Selection(
            edit.types().orElse(was.types()),
            was.project(),
            was.domain(),
            edit.secrets().orElse(was.secrets())),
        Owner.of(grant.caller()));
  }

  /** Whoever was faster, a rotation of the tenant's key included, makes this one come again. */
  private static Future<Void> write(Tx tx, Keyring ring, Stored<Webhook> before, Webhook after) {
    return WebhookStore.replace(tx, ring, before, after)
        .compose(
            rows ->
                rows == 1
                    ? Future.succeededFuture()
                    : Future.failedFuture(Failure.conflict(Failure.Reason.CONCURRENT_CHANGE)));
  }

  private static Future<Void> switched(Tx tx, Grant grant, Optional<Boolean> enabled) {
    return enabled
        .map(on -> WebhookStore.enable(tx, id(grant), on).<Void>mapEmpty())
        .orElseGet(Future::succeededFuture);
  }

  private static Future<Change<Webhook>> changed(Tx tx, Grant grant, String what) {
    return WebhookStore.find(tx, id(grant))
        .map(row -> Change.of(row.orElseThrow().value(), trace(grant, what)));
  }

  private static Future<Delivery> askedAgain(Tx tx, UUID webhook, UUID event) {
    return DeliveryStore.find(tx, webhook, event)
        .map(found -> found.orElseThrow(() -> Failure.missing(Delivery.KIND)))
        .compose(
            found ->
                switch (found.state()) {
                  case RETRYING ->
                      Future.<Integer>failedFuture(Failure.conflict(Failure.Reason.STATE));
                  case LOST -> Future.<Integer>failedFuture(Failure.gone("event"));
                  case PARKED, DUE, DELIVERED -> DeliveryStore.askAgain(tx, webhook, event);
                })
        .compose(done -> DeliveryStore.find(tx, webhook, event))
        .map(Optional::orElseThrow);
  }

  private static Future<Void> room(Tx tx) {
    return WebhookStore.count(tx)
        .compose(
            count ->
                count < MOST
                    ? Future.succeededFuture()
                    : Future.failedFuture(Failure.overBudget("webhooks", Duration.ZERO)));
  }

  /**
   * A row that is not genuine is as if it were not there. One whose place alone is not is told
   * nothing more, and can be seen and removed.
   */
  private Future<Stored<Webhook>> found(Tx tx, Grant grant) {
    return WebhookStore.find(tx, id(grant)).compose(row -> genuine(tx, row));
  }

  private Future<Stored<Webhook>> held(Tx tx, Grant grant) {
    return WebhookStore.hold(tx, id(grant)).compose(row -> genuine(tx, row));
  }

  private Future<Stored<Webhook>> genuine(Tx tx, Optional<Stored<Webhook>> row) {
    return rows.oneWherever(tx.tenant(), row, Webhook.KIND).map(genuine -> row.orElseThrow());
  }

  private static <T> Future<T> refusedUrl() {
    return Future.failedFuture(Failure.invalid("/url", Failure.Code.NOT_ALLOWED));
  }

  private static Trace trace(Grant grant, String change) {
    return Trace.of(grant.resource()).with(Map.of("change", change));
  }

  private static UUID id(Grant grant) {
    return grant.resource().id().orElseThrow();
  }
}
