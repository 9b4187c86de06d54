package io.hushbus.access;

import io.hushbus.crypto.ApiKey;
import io.hushbus.db.Db;
import io.hushbus.db.SystemTx;
import io.hushbus.model.Caller;
import io.hushbus.model.Failure;
import io.hushbus.model.RequestContext;
import io.hushbus.model.TenantId;
import io.hushbus.tenant.FreshCache;
import io.hushbus.tenant.Installation;
import io.hushbus.tenant.Keyrings;
import io.vertx.core.Future;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Finds out who is calling.
 *
 * <p>What was read of a caller is used for at most three seconds from the start of the read, so
 * that whatever was removed stops working within five on every node, even across a slow read. A
 * token's signature is checked once and remembered for the token's life; that its key, account and
 * roles are still there is asked again and again.
 *
 * <p>Everything that does not hold fails alike, as {@link Failure.Unauthenticated}: absent,
 * malformed, unknown, revoked, expired. Malformed credentials never reach the database. Without the
 * database the answer is {@link Failure.Unavailable}, once the three seconds are over.
 */
public final class Authenticator {

  private static final Duration FRESH = Duration.ofSeconds(3);
  private static final int CAPACITY = 20_000;
  // Signature checks that one source may cause: some 2 % of a core at most.
  private static final double CHECKS_PER_SECOND = 50;
  private static final int CHECKS_AT_ONCE = 200;
  private static final int SOURCES = 20_000;

  private record KeyRef(TenantId tenant, UUID account, UUID key) {}

  private final Db db;
  private final Peppers peppers;
  private final BrokerTokens tokens;
  private final RowMacs rows;
  private final LongSupplier nanos;
  private final SourceLimit limit;
  private final FreshCache<TokenDigest, Caller> byCredential;
  private final FreshCache<KeyRef, Caller> byKey;
  private final FreshCache<TokenDigest, TokenClaims> verified;

  /**
   * @param nanos a monotonic clock, {@code System::nanoTime}; {@link Caller#validUntilNanos} is by
   *     it
   */
  public Authenticator(
      Db db,
      Installation installation,
      SecureRandom random,
      BrokerTokens tokens,
      Keyrings keyrings,
      AccessMeters meters,
      LongSupplier nanos) {
    this.db = db;
    this.peppers = new Peppers(installation, random);
    this.tokens = tokens;
    this.rows = new RowMacs(keyrings, meters);
    this.nanos = nanos;
    this.limit = new SourceLimit(CHECKS_PER_SECOND, CHECKS_AT_ONCE, SOURCES, nanos);
    this.byCredential = new FreshCache<>(CAPACITY, this::fresh);
    this.byKey = new FreshCache<>(CAPACITY, this::fresh);
    this.verified = new FreshCache<>(CAPACITY, tokens::live);
  }

  /**
   * The caller behind an Authorization header.
   *
   * @return {@link Failure.Unauthenticated} for all that does not hold; {@link Failure.OverBudget}
   *     for a source that sends too many unknown tokens; {@link Failure.Unavailable}
   */
  public Future<Caller> authenticate(@Nullable String header, RequestContext request) {
    return Credential.inHeader(header)
        .map(text -> known(text, request))
        .orElseGet(Authenticator::unauthenticated);
  }

  /**
   * The caller of a long-lived stream as it is now: itself for three seconds, then read anew.
   *
   * @return {@link Failure.Unauthenticated} once its key, account or token has ended
   */
  public Future<Caller> refresh(Caller caller) {
    return fresh(caller)
        ? Future.succeededFuture(caller)
        : caller
            .proof()
            .map(proof -> reread(caller, proof))
            .orElseGet(() -> Future.succeededFuture(caller));
  }

  /** The caller that a key stands for; the key is wiped. */
  Future<Caller> byKey(ApiKey key) {
    long start = nanos.getAsLong();
    byte[][] macs = peppers.macs(key);
    key.close();
    return db.system(SystemTx.Job.AUTHENTICATION, tx -> CallerStore.byMac(tx, macs))
        .compose(found -> caller(found, start, OptionalLong.empty()));
  }

  private Future<Caller> known(String text, RequestContext request) {
    TokenDigest digest = TokenDigest.of(text);
    return byCredential.get(digest, () -> load(text, digest, request));
  }

  private Future<Caller> load(String text, TokenDigest digest, RequestContext request) {
    return Credential.parse(text)
        .map(
            credential ->
                switch (credential) {
                  case Credential.Key(var key) -> byKey(key);
                  case Credential.Token(var token) -> byToken(token, digest, request);
                })
        .orElseGet(Authenticator::unauthenticated);
  }

  private Future<Caller> byToken(PresentedToken token, TokenDigest digest, RequestContext request) {
    return verified.get(digest, () -> verify(token, request)).compose(this::byClaims);
  }

  private Future<TokenClaims> verify(PresentedToken token, RequestContext request) {
    if (!tokens.plausible(token)) {
      return unauthenticated();
    }
    return limit
        .take(request.network())
        .map(Future::<TokenClaims>failedFuture)
        .orElseGet(() -> tokens.verify(token));
  }

  private Future<Caller> byClaims(TokenClaims claims) {
    long start = nanos.getAsLong();
    long ends = start + tokens.remaining(claims).toNanos();
    KeyRef ref = new KeyRef(claims.tenant(), claims.subject().id(), claims.key());
    return read(ref).compose(found -> caller(found, start, OptionalLong.of(ends)));
  }

  private Future<Caller> reread(Caller caller, Caller.Proof proof) {
    if (proof.endsNanos().isPresent() && proof.endsNanos().getAsLong() - nanos.getAsLong() <= 0) {
      return unauthenticated();
    }
    KeyRef ref = new KeyRef(caller.tenant(), caller.principal().id(), proof.key());
    return byKey.get(ref, () -> load(ref)).map(now -> bounded(now, proof));
  }

  private Future<Caller> load(KeyRef ref) {
    long start = nanos.getAsLong();
    return read(ref).compose(found -> caller(found, start, OptionalLong.empty()));
  }

  private Future<Optional<CallerStore.Found>> read(KeyRef ref) {
    return db.read(ref.tenant(), tx -> CallerStore.byId(tx, ref.key(), ref.account()));
  }

  private Future<Caller> caller(Optional<CallerStore.Found> found, long start, OptionalLong ends) {
    return found
        .map(account -> genuine(account, start, ends))
        .orElseGet(Authenticator::unauthenticated);
  }

  /** A forged key is no key, and a forged binding no binding. */
  private Future<Caller> genuine(CallerStore.Found found, long start, OptionalLong ends) {
    return rows.genuine(found.tenant(), List.of(found.key()))
        .compose(
            keys ->
                keys.isEmpty()
                    ? unauthenticated()
                    : rows.genuine(found.tenant(), found.bindings())
                        .map(bindings -> caller(found, bindings, start, ends)));
  }

  private static Caller caller(
      CallerStore.Found found, List<Caller.Binding> bindings, long start, OptionalLong ends) {
    long left = Math.min(FRESH.toNanos(), found.left().orElse(FRESH).toNanos());
    Caller caller =
        new Caller(
            found.tenant(),
            found.tenantName(),
            found.principal(),
            found.accountName(),
            bindings,
            start + left,
            Optional.empty());
    return bounded(caller, new Caller.Proof(found.key().value(), ends));
  }

  /** The caller, with this proof, valid no longer than it. */
  private static Caller bounded(Caller caller, Caller.Proof proof) {
    long until = caller.validUntilNanos();
    long ends = proof.endsNanos().orElse(until);
    return new Caller(
        caller.tenant(),
        caller.tenantName(),
        caller.principal(),
        caller.displayName(),
        caller.bindings(),
        ends - until < 0 ? ends : until,
        Optional.of(proof));
  }

  private boolean fresh(Caller caller) {
    return caller.validUntilNanos() - nanos.getAsLong() > 0;
  }

  private static <T> Future<T> unauthenticated() {
    return Future.failedFuture(Failure.unauthenticated());
  }
}
