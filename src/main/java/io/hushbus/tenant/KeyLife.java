package io.hushbus.tenant;

import io.hushbus.crypto.Keyring;
import io.hushbus.crypto.RootKey;
import io.hushbus.crypto.RootKeyRing;
import io.hushbus.db.Db;
import io.hushbus.db.SystemTx;
import io.hushbus.event.Change;
import io.hushbus.event.Ledger;
import io.hushbus.event.Making;
import io.hushbus.event.Trace;
import io.hushbus.model.Action;
import io.hushbus.model.Failure;
import io.hushbus.model.Grant;
import io.hushbus.model.Resource;
import io.hushbus.model.TenantId;
import io.vertx.core.Future;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The life of keys, as the operator sees and steers it: a new generation, a new root key, and the
 * end of generations that nothing needs any more.
 */
public final class KeyLife {

  /** Encryptions after which a key is replaced without being asked for: far below its limit. */
  static final long WORN_SEALS = 1L << 28;

  /** The age at which a key is replaced without being asked for. */
  static final Duration WORN_AGE = Duration.ofDays(365);

  private static final int UPKEEP_BATCH = 16;

  /** The root keys of an installation, by id. */
  public record RootStatus(String current, Optional<String> next, List<String> inUse) {}

  private final Db db;
  private final Ledger ledger;
  private final Operations operations;
  private final Keyrings keyrings;
  private final Installation installation;
  private final RootKeyRing roots;
  private final SecureRandom random;

  public KeyLife(
      Db db,
      Ledger ledger,
      Operations operations,
      Keyrings keyrings,
      Installation installation,
      RootKeyRing roots,
      SecureRandom random) {
    this.db = db;
    this.ledger = ledger;
    this.operations = operations;
    this.keyrings = keyrings;
    this.installation = installation;
    this.roots = roots;
    this.random = random;
  }

  /** Every generation of a tenant's key that there is, oldest first. */
  public Future<List<KeyStatus>> status(Grant grant, Tenant tenant) {
    grant.allowing(Action.TENANT_OPERATE);
    return db.system(SystemTx.Job.KEY_JOBS, tx -> KeyStore.status(tx, tenant.id()));
  }

  /**
   * Gives a tenant a new generation, at once the one for new work, and begins to move everything
   * under it.
   *
   * @return the operation; a conflict while one is under way for the tenant, and for one that is
   *     being deleted
   */
  public Future<Operation> rotate(Grant grant, Tenant tenant) {
    grant.allowing(Action.TENANT_OPERATE);
    return ledger
        .operateOnce(
            grant,
            again(tenant.id(), OperationKind.TENANT_KEY_ROTATION),
            tx ->
                begin(tx, grant, tenant.id())
                    .map(begun -> Change.of(begun, trace(tenant.id()).named(tenant.name()))))
        .onSuccess(begun -> keyrings.forget(tenant.id()));
  }

  /**
   * Removes a retired generation for good: its bytes are overwritten, then the row goes. Nodes drop
   * it as soon as they hear of it.
   *
   * @return the operation, which has succeeded when every node has; a conflict while anything may
   *     still depend on the generation; missing if there is none
   */
  public Future<Operation> destroy(Grant grant, Tenant tenant, int generation) {
    grant.allowing(Action.TENANT_OPERATE);
    KeyStore.Id key = new KeyStore.Id(tenant.id(), generation);
    return ledger
        .operate(
            grant,
            tx ->
                KeyStore.generationsLocked(tx, tenant.id())
                    .compose(all -> destroy(tx, key, all))
                    .compose(gone -> evict(tx, grant, key))
                    .map(
                        begun ->
                            Change.of(
                                begun, trace(tenant.id()).with(Map.of("destroyed", generation)))))
        .onSuccess(gone -> keyrings.forget(tenant.id()));
  }

  /** Which root keys are in use. */
  public Future<RootStatus> rootStatus(Grant grant) {
    grant.allowing(Action.TENANT_OPERATE);
    return db.system(
        SystemTx.Job.KEY_JOBS,
        tx ->
            InstallationStore.head(tx)
                .compose(
                    head ->
                        InstallationStore.rootKeysInUse(tx)
                            .map(
                                inUse ->
                                    new RootStatus(
                                        head.orElseThrow().rootKeyId(),
                                        head.orElseThrow().nextRootKeyId(),
                                        inUse.stream().sorted().toList()))));
  }

  /**
   * Begins to put everything under the root key that is configured as the current one.
   *
   * @return the operation; a conflict if the installation is under it already, one is under way, or
   *     this node has not both keys
   */
  public Future<Operation> rotateRoot(Grant grant) {
    grant.allowing(Action.TENANT_OPERATE);
    RootKey next = roots.current();
    return ledger.operateOnce(
        grant,
        again(installation.operatingTenant(), OperationKind.ROOT_KEY_ROTATION),
        tx ->
            InstallationStore.headLocked(tx)
                .compose(head -> takeOver(tx, head, next))
                .compose(
                    done ->
                        operations.begin(
                            tx,
                            grant,
                            installation.operatingTenant(),
                            OperationKind.ROOT_KEY_ROTATION))
                .map(
                    begun ->
                        Change.of(
                            begun,
                            Trace.of(Resource.ofTenant("root_key"))
                                .with(Map.of("next", next.id())))));
  }

  /** The operation that a request began, however far it is by now. */
  private static Making<SystemTx, Operation> again(TenantId tenant, OperationKind kind) {
    return Making.of(
        "operation",
        Operation::id,
        (tx, made) ->
            OperationStore.find(tx, made.getFirst())
                .map(found -> found.filter(one -> one.isOf(tenant, kind))));
  }

  /**
   * One round of what nobody asks for: replaces keys that have sealed much or are old, and removes
   * generations that have been retired for longer than backups are kept.
   *
   * @param right of the job, in the operators' tenant
   */
  public Future<Void> upkeep(Grant right, Duration backupsKept) {
    return ledgered(right, tx -> KeyStore.worn(tx, WORN_SEALS, WORN_AGE, UPKEEP_BATCH), this::renew)
        .compose(
            done ->
                ledgered(
                    right, tx -> KeyStore.outlived(tx, backupsKept, UPKEEP_BATCH), this::outlived));
  }

  private interface Find {
    Future<List<KeyStore.Id>> in(SystemTx tx);
  }

  private interface Act {
    Future<Trace> on(SystemTx tx, Grant right, KeyStore.Id key);
  }

  /** A transaction for each key that is found, with its audit record. */
  private Future<Void> ledgered(Grant right, Find find, Act act) {
    return db.system(SystemTx.Job.KEY_JOBS, find::in)
        .compose(
            found -> {
              Future<Void> all = Future.succeededFuture();
              for (KeyStore.Id key : found) {
                all = all.compose(done -> ledgered(right, key, act));
              }
              return all;
            });
  }

  private Future<Void> ledgered(Grant right, KeyStore.Id key, Act act) {
    return ledger
        .operate(right, tx -> act.on(tx, right, key).map(trace -> Change.of(key, trace)))
        .onSuccess(done -> keyrings.forget(key.tenant()))
        .mapEmpty();
  }

  private Future<Trace> renew(SystemTx tx, Grant right, KeyStore.Id key) {
    return begin(tx, right, key.tenant())
        .map(trace(key.tenant()).with(Map.of("worn", key.generation())));
  }

  private Future<Trace> outlived(SystemTx tx, Grant right, KeyStore.Id key) {
    return KeyStore.destroy(tx, key)
        .compose(gone -> evict(tx, right, key))
        .map(trace(key.tenant()).with(Map.of("destroyed", key.generation())));
  }

  private Future<Operation> begin(SystemTx tx, Grant by, TenantId tenant) {
    return TenantStore.living(tx, tenant)
        .map(living -> living.orElseThrow(() -> Failure.conflict(Failure.Reason.STATE)))
        .compose(living -> KeyStore.generationsLocked(tx, tenant))
        .compose(
            all ->
                InstallationStore.headShared(tx)
                    .map(head -> roots.of(head.wrapping()).orElseThrow(KeyLife::rootKeyMissing))
                    .map(root -> Keyring.create(root, tenant, next(all), random)))
        .compose(kek -> KeyStore.succeed(tx, tenant, kek))
        .compose(done -> operations.begin(tx, by, tenant, OperationKind.TENANT_KEY_ROTATION));
  }

  private static int next(List<KeyStore.Generation> all) {
    return 1 + all.stream().mapToInt(one -> one.kek().generation()).max().orElseThrow();
  }

  /** Tells every node, and begins to wait for their answers. */
  private Future<Operation> evict(SystemTx tx, Grant by, KeyStore.Id key) {
    return NodeStore.nextEpoch(tx)
        .map(epoch -> new KeyDestruction.Place(epoch, key.generation(), 0).text())
        .compose(
            place -> operations.begin(tx, by, key.tenant(), OperationKind.KEY_DESTRUCTION, place));
  }

  private static Future<Void> destroy(SystemTx tx, KeyStore.Id key, List<KeyStore.Generation> all) {
    if (all.stream().noneMatch(one -> one.kek().generation() == key.generation())) {
      return Future.failedFuture(Failure.missing("tenant_key"));
    }
    return KeyStore.destroy(tx, key)
        .compose(
            gone ->
                gone
                    ? Future.succeededFuture()
                    : Future.failedFuture(Failure.conflict(Failure.Reason.STATE)));
  }

  private Future<Void> takeOver(SystemTx tx, InstallationStore.Head head, RootKey next) {
    if (roots.of(head.rootKeyId()).isEmpty()) {
      return Future.failedFuture(Failure.conflict(Failure.Reason.STATE));
    }
    return InstallationStore.nextRootKey(tx, next.id())
        .compose(
            taken ->
                taken
                    ? Future.succeededFuture()
                    : Future.failedFuture(Failure.conflict(Failure.Reason.STATE)));
  }

  private static Failure rootKeyMissing() {
    return Failure.unavailable(Failure.Dependency.KEYS);
  }

  private static Trace trace(TenantId tenant) {
    return Trace.of(Resource.ofTenant("tenant_key").withId(tenant.value()));
  }
}
