package io.hushbus.lease;

import io.hushbus.access.RunTokens;
import io.hushbus.db.Db;
import io.hushbus.db.DedicatedConnection;
import io.hushbus.db.Purge;
import io.hushbus.event.Idempotency;
import io.hushbus.event.Ledger;
import io.hushbus.model.Uuids;
import io.hushbus.secret.SecretOpener;
import io.hushbus.tenant.Keyrings;
import io.hushbus.tenant.Nodes;
import io.hushbus.tenant.Quotas;
import io.vertx.core.Context;
import java.time.Duration;
import java.util.UUID;
import java.util.function.IntConsumer;

/** Makes the services of leases and runs around what they share and nobody outside sees. */
public final class LeaseServices {

  private static final Duration MARKS_KEPT = Duration.ofHours(1);

  private final Db db;
  private final Ledger ledger;
  private final Keyrings keyrings;
  private final SecretOpener secrets;
  private final Uuids ids;
  private final LeaseMeters meters;
  private final Budget budget;
  private final LeaseBudgets budgets;
  private final Disclosure disclosure;
  private final HolderWatch watch;

  /**
   * @param watch told of what holders say, and of ends of leases
   */
  public LeaseServices(
      Db db,
      Ledger ledger,
      Keyrings keyrings,
      SecretOpener secrets,
      Uuids ids,
      LeaseTerms.Limits limits,
      LeaseMeters meters,
      Quotas quotas,
      Nodes nodes,
      HolderWatch watch) {
    this.watch = watch;
    this.db = db;
    this.ledger = ledger;
    this.keyrings = keyrings;
    this.secrets = secrets;
    this.ids = ids;
    this.meters = meters;
    this.budget = new Budget(db, quotas, nodes, System::nanoTime);
    this.budgets = new LeaseBudgets(budget, quotas, limits);
    this.disclosure = new Disclosure(secrets, meters);
  }

  /**
   * @param commits of grants and of nothing else
   * @param openers says whether who opened a run may still lease
   */
  public LeaseGrants grants(Commits commits, Idempotency idempotency, OpenerRights openers) {
    return new LeaseGrants(
        db,
        new GrantBatch(commits, meters, secrets::heard),
        idempotency,
        budgets,
        new LeaseDrafts(secrets, ids),
        new RunLeases(db, keyrings, openers),
        disclosure,
        new Replays(ledger, keyrings, secrets, disclosure));
  }

  /**
   * @param knowing of renewals of what is known, and of nothing else
   * @param renewing of other renewals, and of nothing else
   * @param reading used to read leases before it is decided who may do something with them
   * @param context the event loop on which those readings gather
   */
  public Leases leases(
      Commits knowing, Commits renewing, DedicatedConnection reading, Context context) {
    return new Leases(
        db,
        ledger,
        keyrings,
        secrets,
        budgets,
        meters,
        watch,
        new Renewals(knowing, renewing, secrets, ids),
        new LeaseSights(reading, context));
  }

  /**
   * @param newest which version a lease comes to
   */
  public LeaseMoves moves(LeaseMoves.Newest newest) {
    return new LeaseMoves(ledger, keyrings, secrets, disclosure, watch, newest);
  }

  public BulkRevocation bulk() {
    return new BulkRevocation(db, ledger, keyrings, new Revocations(ids, meters), watch);
  }

  /**
   * @param heartbeat within which time a run that says nothing else has to beat
   */
  public Runs runs(RunTokens tokens, Duration heartbeat) {
    return new Runs(db, ledger, keyrings, tokens, ids, heartbeat, budget, watch);
  }

  public Heartbeats heartbeats() {
    return new Heartbeats(db, keyrings);
  }

  /**
   * The job that forgets leases which have been over for longer than {@code keep}. Live ones never
   * are.
   *
   * @param owner this process: a random id made when it started
   * @param told how many went
   */
  public static Purge purge(Db db, UUID owner, Duration keep, IntConsumer told) {
    return new Purge(db, "lease-purge", owner, LeaseStore.PURGE, keep, told);
  }

  /** The same for runs, once their leases are forgotten. */
  public static Purge purgeRuns(Db db, UUID owner, Duration keep, IntConsumer told) {
    return new Purge(db, "run-purge", owner, RunStore.PURGE, keep, told);
  }

  /** The same for what ended many leases, once all of them say so themselves. */
  public static Purge purgeRevocations(Db db, UUID owner, IntConsumer told) {
    return new Purge(db, "revocation-purge", owner, RevocationStore.PURGE, MARKS_KEPT, told);
  }
}
