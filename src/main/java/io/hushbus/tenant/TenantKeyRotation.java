package io.hushbus.tenant;

import io.hushbus.crypto.Keyring;
import io.hushbus.crypto.RootKeyRing;
import io.hushbus.db.SystemTx;
import io.hushbus.event.Ledger;
import io.hushbus.event.Trace;
import io.hushbus.model.Failure;
import io.hushbus.model.Grant;
import io.hushbus.model.Resource;
import io.hushbus.model.TenantId;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * Moves all rows of a tenant under the newest generation of its key, and retires the others once
 * nothing depends on them. Which nodes know of the new generation does not matter: one that does
 * not may go on writing under the old one for a while, and the last pass, which comes after that
 * while, finds what it wrote.
 */
public final class TenantKeyRotation implements OperationStep {

  /** Rows of one transaction. */
  static final int BATCH = 500;

  private static final int MOST_COUNTED = 1_000_000;
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(2);

  private final RootKeyRing roots;
  private final List<KeyedRows> tables;
  private final Duration settling;
  private final Ledger ledger;
  private final Function<TenantId, Grant> right;

  /**
   * @param settling how long after a rotation a node may still write under the old key: the time
   *     for which it keeps a ring, and that of a request
   * @param right of the job, in the tenant whose trail says what it did
   */
  public TenantKeyRotation(
      RootKeyRing roots,
      List<KeyedRows> tables,
      Duration settling,
      Ledger ledger,
      Function<TenantId, Grant> right) {
    this.roots = roots;
    this.tables = List.copyOf(tables);
    this.settling = settling;
    this.ledger = ledger;
    this.right = right;
  }

  @Override
  public Future<Progress> step(SystemTx tx, Operation operation) {
    TenantId tenant = operation.tenant();
    return KeyStore.generations(tx, tenant)
        .compose(
            stored -> {
              Keyring ring = Keyrings.open(roots, tenant, stored);
              return operation.place().isEmpty()
                  ? count(tx, ring)
                  : piece(tx, ring, RotationPlace.parse(operation.place()));
            })
        .recover(TenantKeyRotation::withoutRootKey);
  }

  private static Future<Progress> withoutRootKey(Throwable cause) {
    return cause instanceof Failure.Unavailable away && away.dependency() == Failure.Dependency.KEYS
        ? Future.succeededFuture(new Elsewhere())
        : Future.failedFuture(cause);
  }

  private Future<Progress> count(SystemTx tx, Keyring ring) {
    List<Future<Long>> counts =
        tables.stream()
            .map(table -> table.behind(tx, ring.tenant(), ring.primary(), MOST_COUNTED))
            .toList();
    return Future.all(counts)
        .compose(all -> pass(tx, ring))
        .map(
            place ->
                new More(
                    place.text(),
                    0,
                    OptionalLong.of(counts.stream().mapToLong(Future::result).sum())));
  }

  private Future<Progress> piece(SystemTx tx, Keyring ring, RotationPlace place) {
    if (place.pastAll(tables.size())) {
      return endOfPass(tx, ring, place);
    }
    return KeyStore.reserve(tx, ring.tenant(), ring.primary(), BATCH, Keyrings.MOST_SEALS)
        .compose(
            reserved ->
                reserved
                    ? tables.get(place.table()).advance(tx, ring, place.after(), BATCH)
                    : Future.failedFuture(Failure.unavailable(Failure.Dependency.KEYS)))
        .map(batch -> More.at(place.then(batch).text(), batch.moved()));
  }

  private Future<Progress> endOfPass(SystemTx tx, Keyring ring, RotationPlace place) {
    return switch (place.verdict()) {
      case CLEAN -> retire(tx, ring.tenant()).map(new Done());
      case BROKEN -> Future.failedFuture(Failure.integrity("row"));
      case AGAIN -> pass(tx, ring).map(next -> next(next, place.moved()));
    };
  }

  private static Progress next(RotationPlace pass, long movedBefore) {
    return pass.proving() || movedBefore > 0
        ? More.at(pass.text(), 0)
        : new Rest(pass.text(), 0, LOOK_AGAIN);
  }

  private Future<RotationPlace> pass(SystemTx tx, Keyring ring) {
    return KeyStore.settled(tx, ring.tenant(), settling).map(RotationPlace::start);
  }

  private Future<Void> retire(SystemTx tx, TenantId tenant) {
    return KeyStore.retire(tx, tenant, settling)
        .compose(
            generations ->
                generations.isEmpty()
                    ? Future.succeededFuture()
                    : ledger.note(
                        tx,
                        right.apply(tenant),
                        Trace.of(Resource.ofTenant("tenant_key"))
                            .with(Map.of("retired", generations))));
  }
}
