package io.hushbus.rotation;

import io.hushbus.crypto.CryptoPool;
import io.hushbus.db.Db;
import io.hushbus.event.Ledger;
import io.hushbus.lease.Holders;
import io.hushbus.model.Grant;
import io.hushbus.model.TenantId;
import io.hushbus.model.Uuids;
import io.hushbus.outbound.Outbound;
import io.hushbus.secret.Lineage;
import io.hushbus.secret.SecretChanges;
import io.hushbus.secret.Secrets;
import io.hushbus.secret.SigningKeys;
import io.hushbus.tenant.KeyedRows;
import io.hushbus.tenant.Keyrings;
import io.hushbus.tenant.MacedRows;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;

/** Makes this package's services around what they share. */
public final class RotationServices {

  private final Db db;
  private final Ledger ledger;
  private final Keyrings keyrings;
  private final RotationEnds ends;
  private final Rotations rotations;
  private final Lineage lineage;
  private final Generated generated;
  private final Policies policies;
  private final HookCall calls;
  private final Uuids ids;
  private final Duration grace;
  private final SecretUses uses;
  private final Counts counts;

  /**
   * @param grace how long holders have to move where nobody says
   */
  public RotationServices(
      Vertx vertx,
      Db db,
      Ledger ledger,
      Keyrings keyrings,
      Lineage lineage,
      Holders holders,
      SecretChanges changes,
      Secrets secrets,
      Generator generator,
      SigningKeys signing,
      Outbound outbound,
      Uuids ids,
      Duration grace) {
    this.db = db;
    this.counts = new Counts(vertx);
    this.ledger = ledger;
    this.keyrings = keyrings;
    this.lineage = lineage;
    this.grace = grace;
    this.uses = new SecretUses(db, holders);
    this.generated = new Generated(changes, generator);
    this.ids = ids;
    this.calls = new HookCall(outbound, signing);
    this.policies = new Policies(db, ledger, keyrings, secrets, lineage, signing, outbound);
    this.ends = new RotationEnds(lineage, holders);
    this.rotations =
        new Rotations(db, ledger, keyrings, changes, secrets, generated, ends, holders, grace);
  }

  public Rotations rotations() {
    return rotations;
  }

  /**
   * The loop.
   *
   * @param owner this process: a random id made when it started
   * @param right of the loop in a tenant
   * @param pause how long a rotation that waits is left alone
   */
  public RotationRounds rounds(UUID owner, Function<TenantId, Grant> right, Duration pause) {
    return new RotationRounds(db, ledger, keyrings, rotations, ends, owner, right, pause);
  }

  /** How it went over time. */
  public Statistics statistics() {
    return new Statistics(db, counts);
  }

  /** How old secrets are, and how they stand. */
  public SecretStatistics secretStatistics() {
    return new SecretStatistics(db, counts);
  }

  /** What secrets are in use for. */
  public SecretUses uses() {
    return uses;
  }

  /** When secrets are to be rotated. */
  public Policies policies() {
    return policies;
  }

  /**
   * The loop over policies.
   *
   * @param owner this process: a random id made when it started
   * @param starting the right to start rotations in a tenant
   * @param right of the loop in a tenant
   */
  public PolicyRounds policyRounds(
      UUID owner, Function<TenantId, Grant> starting, Function<TenantId, Grant> right) {
    return new PolicyRounds(
        db, ledger, keyrings, lineage, generated, owner, starting, right, grace, ids);
  }

  /**
   * The loop over hooks.
   *
   * @param owner this process: a random id made when it started
   * @param starting the right to start rotations in a tenant
   * @param right of the loop in a tenant
   */
  public HookRounds hookRounds(
      UUID owner,
      Function<TenantId, Grant> starting,
      Function<TenantId, Grant> right,
      HookRounds.Patience patience) {
    return new HookRounds(
        db, ledger, keyrings, lineage, generated, calls, owner, starting, right, grace, patience);
  }

  /** Every table of this package whose rows depend on the tenants' keys. */
  public static List<KeyedRows> keyedRows(SigningKeys signing, CryptoPool pool) {
    return List.of(
        new MacedRows(RotationStore.TABLE, pool),
        new MacedRows(PolicyStore.TABLE, pool),
        new MacedRows(HookStore.TABLE, pool),
        new MacedRows(HookKeys.table(signing), pool));
  }
}
