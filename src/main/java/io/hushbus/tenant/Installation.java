package io.hushbus.tenant;

import io.hushbus.crypto.Keyring;
import io.hushbus.crypto.Macs;
import io.hushbus.crypto.RootKey;
import io.hushbus.crypto.RootKeyRing;
import io.hushbus.crypto.SystemKeyKind;
import io.hushbus.crypto.SystemKeys;
import io.hushbus.db.Db;
import io.hushbus.db.SystemTx;
import io.hushbus.model.Failure;
import io.hushbus.model.SecretValue;
import io.hushbus.model.TenantId;
import io.hushbus.model.Uuids;
import io.vertx.core.Future;
import java.security.SecureRandom;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * What all brokers of one database have in common: the cluster's id, the epoch of its event logs,
 * the system keys, opened, and the tenant of the operators. Read once at start; a new generation of
 * a system key is seen at the next.
 */
public final class Installation {

  /** A name that no other tenant can take, since it is reserved. */
  private static final String OPERATING_NAME = "system";

  private final UUID clusterId;
  private final long epoch;
  private final TenantId operatingTenant;
  private final Map<SystemKeyKind, NavigableMap<Integer, SecretValue>> keys;

  private Installation(
      UUID clusterId,
      long epoch,
      TenantId operatingTenant,
      Map<SystemKeyKind, NavigableMap<Integer, SecretValue>> keys) {
    this.clusterId = clusterId;
    this.epoch = epoch;
    this.operatingTenant = operatingTenant;
    this.keys = keys;
  }

  /**
   * Makes the installation in an empty database: system keys and the operators' tenant, which has
   * no operator yet.
   *
   * @return the installation; a conflict if there is one already, which is then untouched
   */
  public static Future<Installation> create(
      Db db, RootKey root, SecureRandom random, Uuids ids, ChainStart chain) {
    UUID cluster = ids.random();
    TenantId operators = new TenantId(ids.random());
    return db.system(
            SystemTx.Job.START_UP,
            tx ->
                InstallationStore.insert(tx, cluster, root.id(), root.check(cluster))
                    .compose(done -> systemKeys(tx, root, cluster, random))
                    .compose(
                        auditMac ->
                            TenantStore.insert(
                                    tx,
                                    operators,
                                    OPERATING_NAME,
                                    true,
                                    Keyring.create(root, operators, 1, random),
                                    chain.mac(auditMac, operators))
                                .compose(
                                    made -> new Inventory(auditMac, ids).begin(tx, operators))))
        .compose(made -> open(db, RootKeyRing.of(root)));
  }

  /**
   * Reads the installation and opens its keys.
   *
   * @return fails with {@link WrongRootKey} before any key is tried, {@link NotInstalled} on a
   *     database without one, {@link Failure.Integrity} if a stored key was changed
   */
  public static Future<Installation> open(Db db, RootKeyRing roots) {
    return db.system(
        SystemTx.Job.START_UP,
        tx ->
            InstallationStore.head(tx)
                .map(head -> checked(roots, head.orElseThrow(NotInstalled::new)))
                .compose(head -> complete(tx, roots, head))
                .compose(head -> opened(tx, roots, head)));
  }

  public UUID clusterId() {
    return clusterId;
  }

  /** The epoch that event positions are counted in. */
  public long epoch() {
    return epoch;
  }

  /** The tenant that holds the operators. */
  public TenantId operatingTenant() {
    return operatingTenant;
  }

  /** The newest generation of a key: the one for new work. */
  public SecretValue systemKey(SystemKeyKind kind) {
    return systemKeys(kind).lastEntry().getValue();
  }

  /** Every generation of a key, by number; what older ones made must still verify. */
  public NavigableMap<Integer, SecretValue> systemKeys(SystemKeyKind kind) {
    NavigableMap<Integer, SecretValue> generations = keys.get(kind);
    if (generations == null || generations.isEmpty()) {
      throw new IllegalStateException("the installation has no " + kind.word() + " key");
    }
    return Collections.unmodifiableNavigableMap(generations);
  }

  private static Future<SecretValue> systemKeys(
      SystemTx tx, RootKey root, UUID cluster, SecureRandom random) {
    Map<SystemKeyKind, byte[]> made = new EnumMap<>(SystemKeyKind.class);
    for (SystemKeyKind kind : SystemKeyKind.values()) {
      made.put(kind, SystemKeys.create(root, cluster, kind, 1, random));
    }
    List<Future<Void>> written =
        made.entrySet().stream()
            .map(key -> InstallationStore.insertKey(tx, key.getKey(), 1, root.id(), key.getValue()))
            .toList();
    SystemKeyKind audit = SystemKeyKind.AUDIT_MAC;
    return Future.all(written)
        .map(all -> SystemKeys.open(root, cluster, audit, 1, wrapped(made, audit)));
  }

  private static byte[] wrapped(Map<SystemKeyKind, byte[]> made, SystemKeyKind kind) {
    byte[] key = made.get(kind);
    if (key == null) {
      throw new IllegalStateException("a key of every kind was just made");
    }
    return key;
  }

  private static InstallationStore.Head checked(RootKeyRing roots, InstallationStore.Head head) {
    RootKey root =
        roots
            .of(head.rootKeyId())
            .orElseThrow(() -> WrongRootKey.other(head.rootKeyId(), roots.current().id()));
    if (!Macs.equal(root.check(head.cluster()), head.check())) {
      throw WrongRootKey.copied(head.rootKeyId());
    }
    return head;
  }

  /** While the root key changes, a node needs both: every row must open here. */
  private static Future<InstallationStore.Head> complete(
      SystemTx tx, RootKeyRing roots, InstallationStore.Head head) {
    return InstallationStore.rootKeysInUse(tx)
        .map(
            inUse -> {
              Stream.concat(inUse.stream(), head.nextRootKeyId().stream())
                  .filter(id -> roots.of(id).isEmpty())
                  .findFirst()
                  .ifPresent(
                      id -> {
                        throw WrongRootKey.rotating(head.rootKeyId(), id);
                      });
              return head;
            });
  }

  private static Future<Installation> opened(
      SystemTx tx, RootKeyRing roots, InstallationStore.Head head) {
    Future<List<InstallationStore.StoredKey>> stored = InstallationStore.keys(tx);
    Future<UUID> operators = TenantStore.operating(tx);
    return Future.all(stored, operators)
        .map(
            both ->
                new Installation(
                    head.cluster(),
                    head.epoch(),
                    new TenantId(operators.result()),
                    open(roots, head.cluster(), stored.result())));
  }

  private static Map<SystemKeyKind, NavigableMap<Integer, SecretValue>> open(
      RootKeyRing roots, UUID cluster, List<InstallationStore.StoredKey> stored) {
    Map<SystemKeyKind, NavigableMap<Integer, SecretValue>> keys =
        new EnumMap<>(SystemKeyKind.class);
    for (SystemKeyKind kind : SystemKeyKind.values()) {
      NavigableMap<Integer, SecretValue> generations = new TreeMap<>();
      stored.stream()
          .filter(key -> key.kind().equals(kind.word()))
          .forEach(key -> generations.put(key.generation(), open(roots, cluster, kind, key)));
      keys.put(kind, generations);
    }
    return keys;
  }

  private static SecretValue open(
      RootKeyRing roots, UUID cluster, SystemKeyKind kind, InstallationStore.StoredKey key) {
    RootKey root = roots.of(key.rootKeyId()).orElseThrow(() -> Failure.integrity("key"));
    return SystemKeys.open(root, cluster, kind, key.generation(), key.wrapped());
  }
}
