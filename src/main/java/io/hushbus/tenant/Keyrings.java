package io.hushbus.tenant;

import io.hushbus.crypto.Keyring;
import io.hushbus.crypto.Keyring.WrappedKek;
import io.hushbus.crypto.RootKeyRing;
import io.hushbus.crypto.StaleKeyring;
import io.hushbus.db.Db;
import io.hushbus.db.SystemTx;
import io.hushbus.model.Failure;
import io.hushbus.model.TenantId;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The opened keys of tenants. A ring is read again after 30 seconds, so that every node learns of a
 * new generation; one that is met before it is known is read at once. While the database is away,
 * rings already opened keep serving.
 *
 * <p>Also counts what a key seals, ahead of use and durably: AES-GCM with random nonces is safe for
 * 2<sup>32</sup> messages of one key (NIST SP 800-38D), and no more are sealed.
 */
public final class Keyrings {

  /**
   * Seals that a node takes out of the count at once; what it does not use is lost to the count.
   */
  static final long BLOCK = 65_536;

  /** Most seals of one generation. */
  static final long MOST_SEALS = 1L << 32;

  private static final int CAPACITY = 10_000;

  /** Several rotations can have passed a sleeping node by; a forger must not keep it busy. */
  private static final int LESSONS = 3;

  private record Opened(Keyring ring, long untilNanos) {
    /** Remembers, as long as it is fresh, that a generation some row names is not there. */
    Opened lacking(int generation) {
      return ring.knows(generation) ? this : new Opened(ring.without(generation), untilNanos);
    }
  }

  private record Generation(TenantId tenant, int generation) {}

  private final Db db;
  private final RootKeyRing roots;
  private final Duration refresh;
  private final LongSupplier nanos;
  private final FreshCache<TenantId, Opened> rings;
  private final AtomicLong forgotten = new AtomicLong();
  private volatile Set<TenantId> heldBack = Set.of();
  private final FreshCache<Generation, AtomicLong> reserved =
      new FreshCache<>(CAPACITY, left -> left.get() > 0);

  /**
   * @param db connections that nobody holds while asking here: keys are asked for in the middle of
   *     transactions
   * @param refresh how long a node goes without looking for a new generation
   * @param nanos a monotonic clock, {@code System::nanoTime}
   */
  public Keyrings(Db db, RootKeyRing roots, Duration refresh, LongSupplier nanos) {
    this.db = db;
    this.roots = roots;
    this.refresh = refresh;
    this.nanos = nanos;
    this.rings = new FreshCache<>(CAPACITY, known -> known.untilNanos() - nanos.getAsLong() > 0);
  }

  /**
   * The tenant's keys.
   *
   * @return {@link Failure.Integrity} if a stored key does not open; {@link Failure.Unavailable} if
   *     the database is away and the tenant's keys were not opened before
   */
  public Future<Keyring> of(TenantId tenant) {
    return rings
        .get(tenant, () -> load(tenant))
        .recover(cause -> lastKnown(tenant, cause))
        .map(Opened::ring);
  }

  /**
   * The tenant's keys, to work with its secrets.
   *
   * @return also {@link Failure.Unavailable} for a tenant that is {@linkplain #holdBack held back}
   */
  public Future<Keyring> serving(TenantId tenant) {
    return heldBack.contains(tenant)
        ? Future.failedFuture(Failure.unavailable(Failure.Dependency.RESTORE))
        : of(tenant);
  }

  /** The same, read anew if {@code generation} is not among the keys known here. */
  public Future<Keyring> of(TenantId tenant, int generation) {
    return of(tenant)
        .compose(
            ring -> {
              if (ring.knows(generation)) {
                return Future.succeededFuture(ring);
              }
              rings.forget(tenant);
              return of(tenant);
            });
  }

  /** Whether the secrets of this tenant are shut on this node. */
  public boolean holdsBack(TenantId tenant) {
    return heldBack.contains(tenant);
  }

  /** From now on the secrets of exactly these tenants stay shut on this node. */
  public void holdBack(Set<TenantId> tenants) {
    heldBack = Set.copyOf(tenants);
  }

  /**
   * Runs {@code work}, which takes rings from here, and once more with newer ones if it met a
   * generation that they do not have: a key that was rotated elsewhere a moment ago fails nobody.
   * What {@code work} did the first time must have been undone with its failure, as a transaction
   * does.
   */
  public <T> Future<T> learning(Supplier<Future<T>> work) {
    return learning(work, LESSONS);
  }

  /** Forgets what is known of a tenant's keys on this node; others follow within their refresh. */
  public void forget(TenantId tenant) {
    rings.forget(tenant);
  }

  /**
   * Forgets every opened key on this node, and what is being read of them right now. Only requests
   * under way still have some, until they end.
   */
  void forgetAll() {
    forgotten.incrementAndGet();
    rings.forgetAll();
  }

  /**
   * Forgets the keys of every tenant known here that is being deleted or gone: a round of looking,
   * for a node that was not told.
   */
  public Future<Void> dropEnded() {
    List<TenantId> known = rings.keys();
    return known.isEmpty()
        ? Future.succeededFuture()
        : db.system(SystemTx.Job.KEY_JOBS, tx -> ErasureStore.ended(tx, known))
            .onSuccess(ended -> ended.forEach(this::forget))
            .mapEmpty();
  }

  /** Whether the tenant's keys are open on this node. */
  public boolean holds(TenantId tenant) {
    return rings.last(tenant).isPresent();
  }

  private <T> Future<T> learning(Supplier<Future<T>> work, int lessons) {
    return Future.<Void>succeededFuture()
        .compose(start -> work.get())
        .recover(
            cause ->
                cause instanceof StaleKeyring stale && lessons > 0
                    ? learn(stale).compose(known -> learning(work, lessons - 1))
                    : Future.failedFuture(cause));
  }

  private Future<Void> learn(StaleKeyring stale) {
    long before = forgotten.get();
    return load(stale.tenant())
        .map(opened -> opened.lacking(stale.generation()))
        .onSuccess(
            opened -> {
              if (forgotten.get() == before) {
                rings.remember(stale.tenant(), opened);
              }
            })
        .mapEmpty();
  }

  /**
   * Takes one seal out of the count of the tenant's primary key: to be called before each.
   *
   * @return {@link Failure.Unavailable} if the key has sealed all it may
   */
  public Future<Void> reserveSeal(TenantId tenant) {
    return of(tenant).compose(ring -> take(new Generation(tenant, ring.primary())));
  }

  private Future<Void> take(Generation key) {
    return reserved
        .get(key, () -> reserve(key))
        .compose(left -> left.getAndDecrement() > 0 ? Future.succeededFuture() : take(key));
  }

  private Future<AtomicLong> reserve(Generation key) {
    return db.write(
            key.tenant(),
            tx -> KeyStore.reserve(tx, key.tenant(), key.generation(), BLOCK, MOST_SEALS))
        .compose(
            taken ->
                taken
                    ? Future.succeededFuture(new AtomicLong(BLOCK))
                    : Future.failedFuture(Failure.unavailable(Failure.Dependency.KEYS)));
  }

  private Future<Opened> load(TenantId tenant) {
    long until = nanos.getAsLong() + refresh.toNanos();
    return db.read(tenant, KeyStore::generations)
        .map(generations -> new Opened(open(tenant, generations), until));
  }

  private Keyring open(TenantId tenant, List<KeyStore.Generation> generations) {
    return open(roots, tenant, generations);
  }

  /**
   * The primary is the newest generation: an older one made primary again was not by the broker.
   */
  static Keyring open(RootKeyRing roots, TenantId tenant, List<KeyStore.Generation> generations) {
    KeyStore.Generation newest =
        generations.stream()
            .max(Comparator.comparingInt(one -> one.kek().generation()))
            .filter(KeyStore.Generation::primary)
            .orElseThrow(() -> Failure.integrity("key"));
    List<WrappedKek> keks = generations.stream().map(KeyStore.Generation::kek).toList();
    return Keyring.open(roots, tenant, keks, newest.kek().generation());
  }

  private Future<Opened> lastKnown(TenantId tenant, Throwable cause) {
    return cause instanceof Failure.Unavailable
        ? rings
            .last(tenant)
            .map(Future::succeededFuture)
            .orElseGet(() -> Future.failedFuture(cause))
        : Future.failedFuture(cause);
  }
}
