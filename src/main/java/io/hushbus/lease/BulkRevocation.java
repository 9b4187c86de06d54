package io.hushbus.lease;

import io.hushbus.crypto.Keyring;
import io.hushbus.db.Db;
import io.hushbus.db.Tx;
import io.hushbus.event.Change;
import io.hushbus.event.EventType;
import io.hushbus.event.Fact;
import io.hushbus.event.Ledger;
import io.hushbus.event.Trace;
import io.hushbus.model.Action;
import io.hushbus.model.Failure;
import io.hushbus.model.Grant;
import io.hushbus.model.Resource;
import io.hushbus.model.SecretId;
import io.hushbus.model.Tally;
import io.hushbus.model.TenantId;
import io.hushbus.tenant.Keyrings;
import io.vertx.core.Future;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Ends many leases in one moment: one row, one audit record, one notice with a count, whatever
 * their number.
 */
public final class BulkRevocation {

  private static final String PLACE_OF_SECRET =
      "SELECT s.project_id FROM secret s WHERE s.tenant_id = $1 AND s.secret_id = $2";

  private record Place(Optional<UUID> project) {}

  private final Db db;
  private final Ledger ledger;
  private final Keyrings keyrings;
  private final Revocations revocations;
  private final HolderWatch watch;

  BulkRevocation(
      Db db, Ledger ledger, Keyrings keyrings, Revocations revocations, HolderWatch watch) {
    this.watch = watch;
    this.db = db;
    this.ledger = ledger;
    this.keyrings = keyrings;
    this.revocations = revocations;
  }

  /**
   * Where the leases on a secret are ended from: what to ask the access policy about, before the
   * check, so for no other use. In whatever project they were asked for, they are the secret's.
   */
  public Future<Resource> locate(TenantId tenant, SecretId secret) {
    return db.read(
            tenant,
            tx ->
                tx.one(
                    PLACE_OF_SECRET,
                    row -> new Place(Optional.ofNullable(row.getUUID("project_id"))),
                    tenant,
                    secret))
        .map(found -> found.orElseThrow(() -> Failure.missing("lease")))
        .map(place -> new Resource("lease", place.project(), Optional.empty()));
  }

  /** Ends every lease that is selected and was issued up to now; how many of them were live. */
  public Future<Tally> revoke(Grant grant, Revocation.Selector of) {
    grant.allowing(Action.LEASE_REVOKE);
    return keyrings
        .learning(
            () ->
                keyrings
                    .of(grant.tenant())
                    .compose(
                        keyring -> ledger.change(grant, tx -> revokeIn(tx, grant, keyring, of))))
        .onSuccess(ended -> watch.changed(grant.tenant(), of));
  }

  private Future<Change<Tally>> revokeIn(
      Tx tx, Grant grant, Keyring keyring, Revocation.Selector of) {
    String by = grant.caller().principal().toString();
    return revocations
        .mark(tx, keyring, of, by)
        .compose(
            own ->
                of.kind() == Revocation.Kind.HOLDER
                    ? revocations
                        .markRunsOf(tx, keyring, of.id(), by)
                        .map(runs -> withRuns(grant.resource(), of, own, runs))
                    : Future.succeededFuture(change(grant.resource(), of, own)));
  }

  /** A run does not know what its opener is told of: each is told of its own leases. */
  private static Change<Tally> withRuns(
      Resource at, Revocation.Selector of, Tally own, List<RevokedRun> runs) {
    long more = runs.stream().mapToLong(run -> run.leases().count()).sum();
    return change(at, of, own.and(more))
        .tellingFirst(runs.stream().map(RunNotices::ofLeases).toList());
  }

  private static Change<Tally> change(Resource at, Revocation.Selector of, Tally count) {
    Map<String, Object> said = new LinkedHashMap<>();
    said.put("selector", of.said());
    said.putAll(count.said());
    Change<Tally> change = Change.of(count, Trace.of(at).with(said));
    return count.isNone()
        ? change
        : change.telling(
            new Fact(EventType.LEASE_REVOKED, "leases", at.project(), Optional.empty(), said));
  }
}
