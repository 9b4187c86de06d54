package io.hushbus.event;

import io.hushbus.db.Db;
import io.hushbus.db.Statements;
import io.hushbus.db.SystemTx;
import io.hushbus.db.Tx;
import io.hushbus.model.Action;
import io.hushbus.model.Caller;
import io.hushbus.model.Failure;
import io.hushbus.model.Grant;
import io.hushbus.model.RequestContext;
import io.hushbus.model.Resource;
import io.hushbus.model.TenantId;
import io.hushbus.model.Uuids;
import io.vertx.core.Future;
import java.util.List;
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
  private final Consumer<TenantId> hint;

  /**
   * @param hint called after each commit that wrote events; must not block or throw
   */
  public Ledger(Db db, Uuids ids, Consumer<TenantId> hint) {
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
    return db.write(
            grant.tenant(), tx -> work.apply(tx).compose(change -> record(tx, grant, change)))
        .onSuccess(change -> hintOf(grant.tenant(), change))
        .map(Change::result);
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
        tx ->
            audited(
                audit.record(
                    tx, caller.tenant(), asker, AuditTail.Outcome.DENIED, Trace.of(resource))));
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

  private <T> Future<Change<T>> record(Tx tx, Grant grant, Change<T> change) {
    return allowed(tx, grant, change.traces())
        .compose(done -> told(tx, grant, change.facts()))
        .map(change);
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
      hint.accept(tenant);
    }
  }
}
