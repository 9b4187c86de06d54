package io.hushbus.event;

import io.hushbus.db.Db;
import io.hushbus.db.Statements;
import io.hushbus.db.SystemTx;
import io.hushbus.db.Tx;
import io.hushbus.model.Action;
import io.hushbus.model.Caller;
import io.hushbus.model.Failure;
import io.hushbus.model.Grant;
import io.hushbus.model.Once;
import io.hushbus.model.RequestContext;
import io.hushbus.model.Resource;
import io.hushbus.model.TenantId;
import io.hushbus.model.Uuids;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one door for state changes. A change, its audit record and its events are one transaction:
 * all of them, or none. After the commit the tenant's readers are hinted that there is something to
 * read; the hint may be lost without harm.
 */
public final class Ledger {

  private static final Logger log = LoggerFactory.getLogger(Ledger.class);

  private final Db db;
  private final AuditTail audit;
  private final EventStore events;
  private final BiConsumer<TenantId, List<Fact>> hint;
  private final Optional<Idempotency> idempotency;

  /**
   * A ledger for those who never send a request twice: the broker's own jobs, and set-up.
   *
   * @param hint called after each commit that wrote events; must not block or throw
   */
  public Ledger(Db db, Uuids ids, Consumer<TenantId> hint) {
    this(db, ids, hint, Optional.empty());
  }

  /** The same, with a memory of what was made under an Idempotency-Key. */
  public Ledger(Db db, Uuids ids, Consumer<TenantId> hint, Optional<Idempotency> idempotency) {
    this(db, ids, (tenant, facts) -> hint.accept(tenant), idempotency);
  }

  /**
   * The same.
   *
   * @param hint is told also of what was committed
   */
  public Ledger(
      Db db, Uuids ids, BiConsumer<TenantId, List<Fact>> hint, Optional<Idempotency> idempotency) {
    this.idempotency = idempotency;
    this.db = db;
    this.audit = new AuditTail(ids);
    this.events = new EventStore(ids);
    this.hint = hint;
  }

  /**
   * Runs {@code work} in a transaction of the grant's tenant and records what it did. {@code work}
   * may run again from the start if the database asks for it (serialisation, deadlock), so it must
   * not touch anything outside the transaction.
   *
   * @return the result, once committed; {@link Failure.Unavailable} if the audit trail cannot take
   *     the record
   */
  public <T> Future<T> change(Grant grant, Function<Tx, Future<Change<T>>> work) {
    return db.write(grant.tenant(), tx -> work.apply(tx).map(change -> record(tx, grant, change)))
        .onSuccess(change -> hintOf(grant.tenant(), change))
        .map(Change::result);
  }

  /**
   * As {@link #change}, for one of the broker's own jobs that may find nothing to do: empty, and
   * nothing is recorded or told.
   */
  public <T> Future<Optional<T>> changeIfAny(
      Grant grant, Function<Tx, Future<Optional<Change<T>>>> work) {
    return db.write(
            grant.tenant(),
            tx -> work.apply(tx).map(found -> found.map(change -> record(tx, grant, change))))
        .onSuccess(found -> found.ifPresent(change -> hintOf(grant.tenant(), change)))
        .map(found -> found.map(Change::result));
  }

  /**
   * As {@link #change}, for what makes something: done once if the grant's request came under an
   * Idempotency-Key. Sent again, the answer is what it made, as that is now; nothing is changed or
   * recorded then.
   *
   * @return also {@link Failure.Gone} if what it made has ended; {@link Failure.Unprocessable} if
   *     the key came with another request; a retryable {@link Failure.Conflict} while the first one
   *     is at work
   */
  public <T> Future<T> create(
      Grant grant, Making<? super Tx, T> making, Function<Tx, Future<Change<T>>> work) {
    return db.write(grant.tenant(), tx -> once(tx, grant, making, work))
        .onSuccess(change -> hintOf(grant.tenant(), change))
        .map(Change::result);
  }

  private <T> Future<Change<T>> once(
      Tx tx, Grant grant, Making<? super Tx, T> making, Function<Tx, Future<Change<T>>> work) {
    return claimed(tx, grant)
        .compose(
            before ->
                before.isPresent()
                    ? making.reread(tx, before.get()).map(Ledger::nothing)
                    : work.apply(tx)
                        .map(
                            change -> {
                              tx.trust(kept(tx, grant, making.ids().apply(change.result())));
                              return record(tx, grant, change);
                            }));
  }

  /**
   * What this very request made when it was sent before, as {@link #create} would answer it: for
   * those who would otherwise refuse it for what it changed itself. Empty where it is new.
   */
  public <T> Future<Optional<T>> madeBefore(Grant grant, Making<? super Tx, T> making) {
    return grant.once().isEmpty()
        ? Future.succeededFuture(Optional.empty())
        : db.read(
            grant.tenant(),
            tx ->
                memory()
                    .made(tx, claim(grant, grant.once().orElseThrow()))
                    .compose(
                        before ->
                            before.isEmpty()
                                ? Future.succeededFuture(Optional.empty())
                                : making.reread(tx, before.get()).map(Optional::of)));
  }

  private static <T> Change<T> nothing(T result) {
    return new Change<>(result, List.of(), List.of());
  }

  private Future<Optional<List<UUID>>> claimed(Statements tx, Grant grant) {
    return grant
        .once()
        .map(key -> memory().claim(tx, claim(grant, key)))
        .orElseGet(() -> Future.succeededFuture(Optional.empty()));
  }

  private Future<Void> kept(Statements tx, Grant grant, List<UUID> made) {
    return grant
        .once()
        .map(key -> memory().keep(tx, claim(grant, key), made))
        .orElseGet(Future::succeededFuture);
  }

  private Idempotency.Claim claim(Grant grant, Once key) {
    return memory().claim(grant.tenant(), grant.caller().principal(), key);
  }

  private Idempotency memory() {
    return idempotency.orElseThrow(
        () -> new IllegalStateException("requests under a key need a ledger that remembers"));
  }

  /**
   * Several changes, each under a grant of its own, in one transaction: all of them, or none. The
   * grants are of one request.
   *
   * @param work gives the changes in the order of {@code grants}
   */
  public <T> Future<List<T>> changeAll(
      List<Grant> grants,
      Making<? super Tx, List<T>> making,
      Function<Tx, Future<List<Change<T>>>> work) {
    Grant first = grants.getFirst();
    return db.write(first.tenant(), tx -> allOnce(tx, grants, making, work))
        .onSuccess(change -> hintOf(first.tenant(), change))
        .map(Change::result);
  }

  private <T> Future<Change<List<T>>> allOnce(
      Tx tx,
      List<Grant> grants,
      Making<? super Tx, List<T>> making,
      Function<Tx, Future<List<Change<T>>>> work) {
    Grant first = grants.getFirst();
    return claimed(tx, first)
        .compose(
            before ->
                before.isPresent()
                    ? making.reread(tx, before.get()).map(Ledger::nothing)
                    : work.apply(tx).map(changes -> recordAll(tx, grants, changes, making)));
  }

  private <T> Change<List<T>> recordAll(
      Tx tx, List<Grant> grants, List<Change<T>> changes, Making<? super Tx, List<T>> making) {
    List<T> results = changes.stream().map(Change::result).toList();
    List<Fact> facts = changes.stream().flatMap(change -> change.facts().stream()).toList();
    for (int i = 0; i < changes.size(); i++) {
      tx.trust(allowed(tx, grants.get(i), changes.get(i).traces()));
    }
    Grant first = grants.getFirst();
    tx.trust(kept(tx, first, making.ids().apply(results)));
    tx.trust(told(tx, first, facts));
    return new Change<>(results, List.of(), facts);
  }

  /**
   * Records that {@code caller} was refused. Denials are part of the trail: if they cannot be
   * recorded, the answer is 503 and not the refusal.
   */
  public Future<Void> denied(
      Caller caller, Action action, Resource resource, RequestContext request) {
    var asker = new AuditTail.Asker(caller.principal(), action, request.id(), request.source());
    return db.write(
        caller.tenant(),
        tx -> {
          tx.trust(
              audited(
                  audit.record(
                      tx, caller.tenant(), asker, AuditTail.Outcome.DENIED, Trace.of(resource))));
          return Future.succeededFuture();
        });
  }

  /**
   * Runs a change of the operator, which may cross tenants, and records it in the operators' own
   * trail. Such changes tell no reader of any tenant.
   */
  public <T> Future<T> operate(Grant grant, Function<SystemTx, Future<Change<T>>> work) {
    return db.system(
        SystemTx.Job.TENANT_ADMIN,
        tx ->
            work.apply(tx)
                .compose(change -> allowed(tx, grant, change.traces()).map(change.result())));
  }

  /**
   * Records what one of the broker's own jobs does in a transaction that it has open already, in
   * the trail of the grant's tenant. Tells no reader.
   */
  public Future<Void> note(SystemTx tx, Grant grant, Trace trace) {
    return allowed(tx, grant, List.of(trace));
  }

  /** As {@link #operate}, for what makes something; see {@link #create}. */
  public <T> Future<T> operateOnce(
      Grant grant, Making<? super SystemTx, T> making, Function<SystemTx, Future<Change<T>>> work) {
    return db.system(
        SystemTx.Job.TENANT_ADMIN,
        tx ->
            claimed(tx, grant)
                .compose(
                    before ->
                        before.isPresent()
                            ? making.reread(tx, before.get())
                            : work.apply(tx)
                                .compose(
                                    change ->
                                        kept(tx, grant, making.ids().apply(change.result()))
                                            .compose(kept -> allowed(tx, grant, change.traces()))
                                            .map(change.result()))));
  }

  /** The last of a change; nothing is left to be decided, so that the commit follows at once. */
  private <T> Change<T> record(Tx tx, Grant grant, Change<T> change) {
    tx.trust(allowed(tx, grant, change.traces()));
    tx.trust(told(tx, grant, change.facts()));
    return change;
  }

  private Future<Void> allowed(Statements tx, Grant grant, List<Trace> traces) {
    if (traces.isEmpty()) {
      throw new IllegalStateException(
          "a change without an audit record is a bug of whoever made it");
    }
    var asker =
        new AuditTail.Asker(
            grant.caller().principal(), grant.action(), grant.request(), grant.source());
    return audited(
        Future.all(
                traces.stream()
                    .map(
                        trace ->
                            audit.record(
                                tx, grant.tenant(), asker, AuditTail.Outcome.ALLOWED, trace))
                    .toList())
            .mapEmpty());
  }

  private Future<Void> told(Tx tx, Grant grant, List<Fact> facts) {
    return facts.isEmpty() ? Future.succeededFuture() : events.append(tx, grant.request(), facts);
  }

  /**
   * Whatever keeps an audit record from being written, the request has failed for want of its
   * record.
   */
  private static Future<Void> audited(Future<Void> recorded) {
    return recorded.recover(cause -> Future.failedFuture(unrecorded(cause)));
  }

  /**
   * What a request fails with when its audit record could not be written because of {@code cause}.
   */
  public static Throwable unrecorded(Throwable cause) {
    if (cause instanceof Failure) {
      return cause;
    }
    log.error("an audit record could not be written", cause);
    return Failure.unavailable(Failure.Dependency.AUDIT);
  }

  private void hintOf(TenantId tenant, Change<?> change) {
    if (!change.facts().isEmpty()) {
      hint.accept(tenant, change.facts());
    }
  }
}
