package io.hushbus.tenant;

import io.hushbus.crypto.Keyring;
import io.hushbus.crypto.RootKey;
import io.hushbus.crypto.RootKeyRing;
import io.hushbus.crypto.SystemKeyKind;
import io.hushbus.crypto.SystemKeys;
import io.hushbus.db.SystemTx;
import io.hushbus.event.Ledger;
import io.hushbus.event.Trace;
import io.hushbus.model.Failure;
import io.hushbus.model.Grant;
import io.hushbus.model.Resource;
import io.hushbus.model.TenantId;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Wraps the keys of all tenants, then those of the installation, by the next root key, and at last
 * makes it the installation's. The keys themselves stay, and so does everything below them. Needs
 * both root keys at hand.
 */
public final class RootKeyRotation implements OperationStep {

  /** Rows of one transaction. */
  static final int BATCH = 500;

  private final RootKeyRing roots;
  private final Ledger ledger;
  private final Function<TenantId, Grant> right;

  /**
   * @param right of the job, in the tenant whose trail says what it did
   */
  public RootKeyRotation(RootKeyRing roots, Ledger ledger, Function<TenantId, Grant> right) {
    this.roots = roots;
    this.ledger = ledger;
    this.right = right;
  }

  @Override
  public Future<Progress> step(SystemTx tx, Operation operation) {
    return InstallationStore.headLocked(tx)
        .compose(
            head -> {
              String next = head.nextRootKeyId().orElseThrow(() -> Failure.integrity("root_key"));
              if (roots.of(next).isEmpty() || roots.of(head.rootKeyId()).isEmpty()) {
                return Future.succeededFuture(new Elsewhere());
              }
              RootKey to = roots.of(next).orElseThrow();
              return operation.place().isEmpty() ? count(tx, to) : piece(tx, operation, head, to);
            });
  }

  private static Future<Progress> count(SystemTx tx, RootKey to) {
    return KeyStore.countUnderOthers(tx, to.id())
        .map(total -> new More("keys", 0, OptionalLong.of(total)));
  }

  private Future<Progress> piece(
      SystemTx tx, Operation operation, InstallationStore.Head head, RootKey to) {
    return KeyStore.underOthers(tx, to.id(), BATCH)
        .compose(
            keys ->
                keys.isEmpty()
                    ? installation(tx, operation, head, to)
                    : KeyStore.move(tx, keys.stream().map(key -> moved(key, to)).toList(), to.id())
                        .map(done -> More.at("keys", keys.size())));
  }

  private KeyStore.Owned moved(KeyStore.Owned key, RootKey to) {
    RootKey from = from(key.kek().rootKeyId());
    return new KeyStore.Owned(key.tenant(), Keyring.rewrap(from, to, key.tenant(), key.kek()));
  }

  /** The last piece: a handful of keys and the installation's own row. */
  private Future<Progress> installation(
      SystemTx tx, Operation operation, InstallationStore.Head head, RootKey to) {
    return InstallationStore.keysUnderOthers(tx, to.id(), BATCH)
        .compose(keys -> each(tx, keys, head.cluster(), to))
        .compose(done -> InstallationStore.rootKeyMoved(tx, to.id(), to.check(head.cluster())))
        .compose(done -> ledger.note(tx, right.apply(operation.tenant()), trace(head, to)))
        .map(new Done());
  }

  private Future<Void> each(
      SystemTx tx, List<InstallationStore.StoredKey> keys, UUID cluster, RootKey to) {
    return Future.all(
            keys.stream()
                .map(key -> InstallationStore.moveKey(tx, key, to.id(), moved(key, cluster, to)))
                .toList())
        .mapEmpty();
  }

  private byte[] moved(InstallationStore.StoredKey key, UUID cluster, RootKey to) {
    SystemKeyKind kind =
        Stream.of(SystemKeyKind.values())
            .filter(one -> one.word().equals(key.kind()))
            .findFirst()
            .orElseThrow(() -> Failure.integrity("key"));
    RootKey from = from(key.rootKeyId());
    return SystemKeys.rewrap(from, to, cluster, kind, key.generation(), key.wrapped());
  }

  private RootKey from(String id) {
    Optional<RootKey> known = roots.of(id);
    return known.orElseThrow(() -> Failure.integrity("root_key"));
  }

  private static Trace trace(InstallationStore.Head head, RootKey to) {
    return Trace.of(Resource.ofTenant("root_key"))
        .with(Map.of("from", head.rootKeyId(), "to", to.id()));
  }
}
