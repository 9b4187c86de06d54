package io.hushbus.access;

import io.hushbus.crypto.ApiKey;
import io.hushbus.crypto.Keyring;
import io.hushbus.db.Db;
import io.hushbus.db.Tx;
import io.hushbus.event.Change;
import io.hushbus.event.Ledger;
import io.hushbus.event.Making;
import io.hushbus.event.Trace;
import io.hushbus.model.Action;
import io.hushbus.model.Failure;
import io.hushbus.model.Grant;
import io.hushbus.model.Uuids;
import io.hushbus.tenant.Installation;
import io.hushbus.tenant.Keyrings;
import io.hushbus.tenant.Page;
import io.vertx.core.Future;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * The keys of service accounts. Several may live at once, so that one is rolled by making the next
 * and moving over while the old one still works. The grants are for the account, by its id.
 */
public final class AccountKeys {

  /** Most keys of one account that may live at once. */
  public static final int MOST_LIVE = 10;

  /** Longest life that may be asked for; without one a key lives until it is revoked. */
  public static final Duration LONGEST = Duration.ofDays(3660);

  /** Longest time for which a rolled key may work on. */
  public static final Duration LONGEST_OVERLAP = Duration.ofDays(30);

  private static final String ACCOUNT = "service_account";
  private static final String KEY = "service_account_key";

  private final Db db;
  private final Ledger ledger;
  private final Uuids ids;
  private final Keyrings keyrings;
  private final Peppers peppers;

  public AccountKeys(
      Db db,
      Ledger ledger,
      Keyrings keyrings,
      Uuids ids,
      Installation installation,
      SecureRandom random) {
    this.db = db;
    this.keyrings = keyrings;
    this.ledger = ledger;
    this.ids = ids;
    this.peppers = new Peppers(installation, random);
  }

  /**
   * A new key for the account of the grant; it can be shown this once.
   *
   * @param lifetime whole seconds, by the database's clock; empty: until revoked
   * @return a conflict if the account has {@value #MOST_LIVE} live keys
   */
  public Future<NewKey> create(Grant grant, Optional<Duration> lifetime) {
    grant.allowing(Action.ACCOUNT_ADMIN);
    if (lifetime.filter(AccountKeys::outOfRange).isPresent()) {
      return Future.failedFuture(Failure.invalid("/expires_in", Failure.Code.OUT_OF_RANGE));
    }
    return keyrings
        .of(grant.tenant())
        .compose(
            keyring ->
                ledger.create(
                    grant, made(account(grant)), tx -> create(tx, keyring, grant, lifetime)));
  }

  private static Making<Tx, NewKey> made(UUID account) {
    return Making.of(
        KEY,
        key -> key.facts().id(),
        (tx, made) ->
            AccountKeyStore.live(tx, tx.tenant(), account, made.getFirst())
                .map(found -> found.map(NewKey::hidden)));
  }

  /**
   * A new key for the account of the grant in the place of one that lives, which works on for a
   * while and then ends by itself. Both happen, or neither.
   *
   * @param lifetime of the new key, as in {@link #create}
   * @param overlap for how long the old one still works, at most; whole seconds
   * @return missing, if the account has no such live key; a conflict as in {@link #create}
   */
  public Future<NewKey> roll(Grant grant, UUID old, Optional<Duration> lifetime, Duration overlap) {
    grant.allowing(Action.ACCOUNT_ADMIN);
    if (lifetime.filter(AccountKeys::outOfRange).isPresent()) {
      return Future.failedFuture(Failure.invalid("/expires_in", Failure.Code.OUT_OF_RANGE));
    }
    if (overlap.isNegative() || overlap.compareTo(LONGEST_OVERLAP) > 0) {
      return Future.failedFuture(Failure.invalid("/overlap", Failure.Code.OUT_OF_RANGE));
    }
    return keyrings.learning(
        () ->
            keyrings
                .of(grant.tenant())
                .compose(
                    keyring ->
                        ledger.create(
                            grant,
                            made(account(grant)),
                            tx ->
                                create(tx, keyring, grant, lifetime)
                                    .compose(
                                        next ->
                                            ended(tx, keyring, grant, old, overlap)
                                                .map(end -> rolled(next, grant, old, end))))));
  }

  /** The record of a key that was made also says which one ends for it, and when. */
  private static Change<NewKey> rolled(Change<NewKey> made, Grant grant, UUID old, Instant end) {
    Map<String, Object> facts =
        Map.of(
            "key", made.result().facts().id().toString(),
            "change", "made",
            "replaces", old.toString(),
            "replaced_ends_at", end.toString());
    return Change.of(made.result(), Trace.of(grant.resource()).with(facts));
  }

  private Future<Instant> ended(Tx tx, Keyring keyring, Grant grant, UUID old, Duration overlap) {
    return AccountKeyStore.rolling(tx, account(grant), old)
        .map(found -> found.orElseThrow(() -> Failure.missing(KEY)))
        .compose(
            row ->
                AccountKeyStore.end(
                    tx,
                    keyring,
                    account(grant),
                    old,
                    row,
                    row.now().plus(overlap).truncatedTo(ChronoUnit.MILLIS)));
  }

  /**
   * The keys of the account, newest first, without the keys themselves.
   *
   * @param after only those that come after that key
   */
  public Future<Page<AccountKey>> list(Grant grant, Optional<UUID> after, int limit) {
    grant.allowing(Action.ACCOUNT_READ);
    UUID account = account(grant);
    return db.read(
        grant.tenant(),
        tx ->
            AccountStore.living(tx, account)
                .map(living -> living.orElseThrow(() -> Failure.missing(ACCOUNT)))
                .compose(living -> AccountKeyStore.list(tx, account, after, limit)));
  }

  /**
   * Ends a key, and every token that was issued for it.
   *
   * @return missing, if the account has no such live key
   */
  public Future<AccountKey> revoke(Grant grant, UUID key) {
    grant.allowing(Action.ACCOUNT_ADMIN);
    return ledger.change(
        grant,
        tx ->
            AccountKeyStore.revoke(tx, account(grant), key)
                .map(revoked -> revoked.orElseThrow(() -> Failure.missing(KEY)))
                .map(revoked -> Change.of(revoked, trace(grant, revoked, "revoked"))));
  }

  private Future<Change<NewKey>> create(
      Tx tx, Keyring keyring, Grant grant, Optional<Duration> lifetime) {
    UUID account = account(grant);
    Peppers.Minted minted = peppers.mint(ApiKey.Kind.ACCOUNT);
    String by = grant.caller().principal().toString();
    return AccountStore.hold(tx, account)
        .map(living -> living.orElseThrow(() -> Failure.missing(ACCOUNT)))
        .compose(living -> AccountKeyStore.live(tx, account))
        .compose(live -> live.keys() < MOST_LIVE ? Future.succeededFuture(live.now()) : tooMany())
        .compose(
            now ->
                AccountKeyStore.insert(
                    tx, keyring, ids.random(), account, minted, by, end(now, lifetime)))
        .map(made -> Change.of(new NewKey(made, minted.key().value()), trace(grant, made, "made")));
  }

  private static Trace trace(Grant grant, AccountKey key, String what) {
    return Trace.of(grant.resource()).with(Map.of("key", key.id().toString(), "change", what));
  }

  private static boolean outOfRange(Duration lifetime) {
    return lifetime.toSeconds() < 1 || lifetime.compareTo(LONGEST) > 0;
  }

  private static Optional<Instant> end(Instant now, Optional<Duration> lifetime) {
    return lifetime.map(now::plus).map(end -> end.truncatedTo(ChronoUnit.MILLIS));
  }

  private static <T> Future<T> tooMany() {
    return Future.failedFuture(Failure.conflict(Failure.Reason.LIMIT));
  }

  private static UUID account(Grant grant) {
    return grant.resource().id().orElseThrow();
  }
}
