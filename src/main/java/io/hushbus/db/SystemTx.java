package io.hushbus.db;

/**
 * A transaction that sees the rows of every tenant, for one of the few jobs that must. The rows
 * still carry their tenant, and every statement still names it.
 */
public final class SystemTx extends Statements {

  /**
   * Who may cross tenants: a closed list, so that each new reader of everything is seen in review.
   */
  public enum Job {
    /** Finds the account of a key before the tenant is known. */
    AUTHENTICATION,
    /** Reads new events of all tenants for the streams of this node. */
    LOG_FOLLOWER,
    /** Chains and signs audit records. */
    AUDIT_SEALER,
    /** Commits leases of many tenants in one transaction. */
    LEASE_BATCH,
    /**
     * Reads for requests of many tenants in one transaction, which sees the rows of these alone.
     */
    READ_BATCH,
    /** Ends leases that have expired. */
    LEASE_SWEEPER,
    /** Makes and wraps key generations. */
    KEY_JOBS,
    /** Does long work, a piece at a time, in whichever tenant it is about. */
    OPERATIONS,
    /** Says that this node lives, and hears of destroyed keys; touches no tenant's rows. */
    NODES,
    /** Creates tenants; reads nothing of them. */
    TENANT_ADMIN,
    /** Claims webhooks of all tenants that have something to be told. */
    WEBHOOKS,
    /** Finds the rotations that go on, and the policies that are due, whosever they are. */
    ROTATION,
    /** Drops what is older than its retention. */
    RETENTION,
    /** Checks keys and epoch before the broker listens. */
    START_UP
  }

  private final Job job;

  SystemTx(Session session, Job job) {
    super(session);
    this.job = job;
  }

  public Job job() {
    return job;
  }
}
