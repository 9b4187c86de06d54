package io.hushbus.access;

import io.hushbus.crypto.ApiKey;
import io.hushbus.db.Db;
import io.hushbus.db.SystemTx;
import io.hushbus.model.Action;
import io.hushbus.model.Caller;
import io.hushbus.model.ClientCertificate;
import io.hushbus.model.Failure;
import io.hushbus.model.Principal;
import io.hushbus.model.RequestContext;
import io.hushbus.model.RunId;
import io.hushbus.model.TenantId;
import io.hushbus.model.TenantName;
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
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Finds out who is calling.
 *
 * <p>What was read of a caller is used for at most three seconds from the start of the read, so
 * that whatever was removed stops working within five on every node, even across a slow read. A
 * token's signature is checked once and remembered for the token's life; that its key or provider,
 * its account and roles are still there is asked again and again.
 *
 * <p>Everything that does not hold fails alike, as {@link Failure.Unauthenticated}: absent,
 * malformed, unknown, revoked, expired. Malformed credentials never reach the database. Without the
 * database the answer is {@link Failure.Unavailable}, once the three seconds are over.
 */
public final class Authenticator {

  private static final Duration FRESH = Duration.ofSeconds(3);

  /** No token of the broker lives as long. */
  private static final Duration LONGEST = Duration.ofDays(1);

  private static final int CAPACITY = 20_000;
  private static final String CHECKS = "token_verification";
  // Signature checks and failing look-ups that one source may cause: some 2 % of a core at most.
  private static final double CHECKS_PER_SECOND = 50;
  private static final int CHECKS_AT_ONCE = 200;
  private static final int SOURCES = 20_000;

  /** What is read anew: a principal, and what vouches for it. */
  private record Ref(TenantId tenant, Principal principal, UUID key, OptionalLong held) {}

  private record Tried(Duration locked, Optional<CallerStore.Found> found) {}

  /**
   * What a token was found to say.
   *
   * @param untilNanos when its signature has to be checked again, by the monotonic clock
   */
  private record Verified(TokenClaims claims, long untilNanos) {}

  private final Db db;
  private final Peppers peppers;
  private final BrokerTokens tokens;
  private final ExternalIdentities externals;
  private final StreamTickets tickets;
  private final RunCallers runs;
  private final RowMacs rows;
  private final Lockouts lockouts;
  private final LongSupplier nanos;
  private final SourceLimit limit;
  private final FreshCache<TokenDigest, Caller> byCredential;
  private final FreshCache<Ref, Caller> byProof;
  private final FreshCache<TokenDigest, Verified> verified;

  /**
   * @param nanos a monotonic clock, {@code System::nanoTime}; {@link Caller#validUntilNanos} is by
   *     it
   */
  public Authenticator(
      Db db,
      Installation installation,
      SecureRandom random,
      BrokerTokens tokens,
      ExternalIdentities externals,
      StreamTickets tickets,
      RunCallers runs,
      Keyrings keyrings,
      AccessMeters meters,
      LongSupplier nanos) {
    this.db = db;
    this.peppers = new Peppers(installation, random);
    this.tokens = tokens;
    this.externals = externals;
    this.tickets = tickets;
    this.runs = runs;
    this.rows = new RowMacs(keyrings, meters);
    this.lockouts = new Lockouts(db, installation, meters, nanos);
    this.nanos = nanos;
    this.limit = new SourceLimit(CHECKS, CHECKS_PER_SECOND, CHECKS_AT_ONCE, SOURCES, nanos);
    this.byCredential = new FreshCache<>(CAPACITY, this::fresh);
    this.byProof = new FreshCache<>(CAPACITY, this::fresh);
    this.verified =
        new FreshCache<>(
            CAPACITY,
            known -> tokens.live(known.claims()) && known.untilNanos() - nanos.getAsLong() > 0);
  }

  /**
   * The caller behind an Authorization header.
   *
   * @return {@link Failure.Unauthenticated} for all that does not hold; {@link Failure.OverBudget}
   *     for a source that sends too many unknown credentials; {@link Failure.Unavailable}
   */
  public Future<Caller> authenticate(@Nullable String header, RequestContext request) {
    return Credential.inHeader(header)
        .map(text -> known(text, request))
        .orElseGet(Authenticator::unauthenticated);
  }

  /**
   * The caller of a long-lived stream as it is now: itself for three seconds, then read anew.
   *
   * @return {@link Failure.Unauthenticated} once its key, provider, account or token has ended
   */
  public Future<Caller> refresh(Caller caller) {
    return fresh(caller)
        ? Future.succeededFuture(caller)
        : caller
            .proof()
            .map(proof -> reread(caller.tenant(), caller.principal(), proof))
            .orElseGet(() -> Future.succeededFuture(caller));
  }

  /**
   * Whether an account is still there and may still do this in that project, whatever key it has:
   * for what it once began and others go on with. As fresh as a caller.
   */
  public Future<Boolean> mayStill(TenantId tenant, UUID account, Action action, UUID project) {
    return standing(
            tenant, new Principal(Principal.Kind.SERVICE_ACCOUNT, account), Optional.empty())
        .map(
            caller ->
                AccessRule.extent(caller.bindings(), action, Optional.of(project)) == Extent.ALL)
        .recover(
            cause ->
                cause instanceof Failure.Unauthenticated
                    ? Future.succeededFuture(false)
                    : Future.failedFuture(cause));
  }

  /**
   * A principal as it is now, for work that it left to be done in its name: it need not have a key
   * or a token any more, but it has to be there.
   *
   * @param vouched for an external workload, what its identity provider said of it: the revision of
   *     the provider, and which of its mappings held
   * @return {@link Failure.Unauthenticated} once it has ended
   */
  public Future<Caller> standing(
      TenantId tenant, Principal principal, Optional<Caller.Proof> vouched) {
    return switch (principal.kind()) {
      case SERVICE_ACCOUNT ->
          byProof.get(
              new Ref(tenant, principal, principal.id(), OptionalLong.empty()),
              () -> account(tenant, principal));
      case EXTERNAL ->
          vouched
              .map(proof -> new Ref(tenant, principal, proof.key(), proof.held()))
              .filter(ref -> ref.held().isPresent())
              .map(ref -> byProof.get(ref, () -> load(ref)))
              .orElseGet(Authenticator::unauthenticated);
      case USER, RUN, SYSTEM -> unauthenticated();
    };
  }

  private Future<Caller> account(TenantId tenant, Principal principal) {
    long start = nanos.getAsLong();
    return db.read(tenant, tx -> CallerStore.account(tx, principal.id()))
        .map(found -> found.orElseThrow(Failure::unauthenticated))
        .compose(
            account ->
                rows.genuine(tenant, account.levels())
                    .map(
                        levels ->
                            new Caller(
                                tenant,
                                account.tenantName(),
                                principal,
                                account.name(),
                                CallerStore.bindings(levels),
                                CallerStore.communities(levels),
                                start + FRESH.toNanos(),
                                Optional.empty())));
  }

  /** Who opens a stream by a ticket, and with which filters; the ticket is used up. */
  public Future<StreamTickets.Redeemed> redeem(String ticket, RequestContext request) {
    return within(request, () -> tickets.redeem(ticket))
        .compose(
            content ->
                reread(content.tenant(), content.principal(), content.proof())
                    .map(caller -> new StreamTickets.Redeemed(caller, content.query())));
  }

  /**
   * The account that logs in with one of its keys.
   *
   * <p>An account that is unknown and a key that is wrong take the same look-ups and writes, and
   * are told and counted alike (N-19).
   */
  Future<Caller> login(ClientCredentials credentials, RequestContext request) {
    String network = request.network();
    byte[] subject = lockouts.subject(credentials.account(), network);
    return lockouts
        .refused(network)
        .map(Future::<Caller>failedFuture)
        .orElseGet(() -> tried(credentials, subject))
        .recover(
            cause ->
                cause instanceof Failure.Unauthenticated
                    ? lockouts.failed(subject, network).compose(noted -> unauthenticated())
                    : Future.failedFuture(cause));
  }

  /** What the token of an identity provider stands for. */
  Future<TokenClaims> external(String text, Optional<TenantName> tenant, RequestContext request) {
    return ExternalToken.parse(text)
        .map(token -> within(request, () -> externals.verify(token, tenant)))
        .orElseGet(Authenticator::unauthenticated);
  }

  /** What the certificate on the connection stands for, as that provider has it. */
  Future<TokenClaims> certified(UUID provider, RequestContext request) {
    return request
        .certificate()
        .map(shown -> within(request, () -> externals.verify(provider, shown)))
        .orElseGet(Authenticator::unauthenticated);
  }

  private Future<Caller> tried(ClientCredentials credentials, byte[] subject) {
    long start = nanos.getAsLong();
    byte[][] macs = peppers.macs(credentials.key());
    credentials.key().close();
    return db.system(SystemTx.Job.AUTHENTICATION, tx -> tried(tx, macs, subject))
        .compose(
            tried ->
                tried.locked().isPositive()
                    ? Future.failedFuture(lockouts.refusal(tried.locked()))
                    : caller(
                        tried.found().filter(one -> one.account().equals(credentials.account())),
                        start));
  }

  private Future<Tried> tried(SystemTx tx, byte[][] macs, byte[] subject) {
    Future<Duration> locked = lockouts.locked(tx, subject);
    Future<Optional<CallerStore.Found>> found = CallerStore.byMac(tx, macs);
    return Future.all(locked, found).map(both -> new Tried(locked.result(), found.result()));
  }

  private Future<Caller> known(String text, RequestContext request) {
    TokenDigest digest = TokenDigest.of(text);
    return byCredential
        .get(digest, () -> load(text, digest, request))
        .map(caller -> bound(caller, request));
  }

  /** A token that is bound to a certificate is nothing without it, at every use (R-C22). */
  private static Caller bound(Caller caller, RequestContext request) {
    Optional<String> wanted = caller.proof().flatMap(Caller.Proof::certificate);
    Optional<String> shown = request.certificate().map(ClientCertificate::thumbprint);
    if (wanted.isPresent() && !wanted.equals(shown)) {
      throw Failure.unauthenticated();
    }
    return caller;
  }

  private Future<Caller> load(String text, TokenDigest digest, RequestContext request) {
    return Credential.parse(text)
        .map(
            credential ->
                switch (credential) {
                  case Credential.Key(var key) -> byKey(key, request);
                  case Credential.OfRun(var key) -> byRunToken(key, request);
                  case Credential.Token(var token) ->
                      byToken(digest, LONGEST, () -> verify(token, request));
                  case Credential.External(var token) ->
                      byToken(digest, externals.believed(), () -> verify(token, request));
                })
        .orElseGet(Authenticator::unauthenticated);
  }

  /** The caller that a key stands for; the key is wiped. Failures are on the source's budget. */
  private Future<Caller> byKey(ApiKey key, RequestContext request) {
    long start = nanos.getAsLong();
    byte[][] macs = peppers.macs(key);
    key.close();
    return limit
        .exhausted(request.network())
        .map(Future::<Caller>failedFuture)
        .orElseGet(
            () ->
                db.system(SystemTx.Job.AUTHENTICATION, tx -> CallerStore.byMac(tx, macs))
                    .compose(found -> caller(found, start)))
        .onFailure(cause -> failed(cause, request));
  }

  private Future<Caller> byRunToken(ApiKey key, RequestContext request) {
    long start = nanos.getAsLong();
    byte[][] macs = peppers.macs(key);
    key.close();
    return limit
        .exhausted(request.network())
        .map(Future::<Caller>failedFuture)
        .orElseGet(
            () ->
                db.system(SystemTx.Job.AUTHENTICATION, tx -> runs.byToken(tx, macs))
                    .map(found -> caller(found.orElseThrow(Failure::unauthenticated), start)))
        .onFailure(cause -> failed(cause, request));
  }

  private void failed(Throwable cause, RequestContext request) {
    if (cause instanceof Failure.Unauthenticated) {
      limit.take(request.network());
    }
  }

  private Future<Caller> byToken(
      TokenDigest digest, Duration believed, Supplier<Future<TokenClaims>> verify) {
    long until = nanos.getAsLong() + believed.toNanos();
    return verified
        .get(digest, () -> verify.get().map(claims -> new Verified(claims, until)))
        .compose(known -> byClaims(known.claims()));
  }

  private Future<TokenClaims> verify(PresentedToken token, RequestContext request) {
    return tokens.plausible(token)
        ? within(request, () -> tokens.verify(token))
        : unauthenticated();
  }

  private Future<TokenClaims> verify(ExternalToken token, RequestContext request) {
    return within(request, () -> externals.verify(token, Optional.empty()));
  }

  /** Costly work, if the source has some left to ask for. */
  private <T> Future<T> within(RequestContext request, Supplier<Future<T>> work) {
    return limit.take(request.network()).map(Future::<T>failedFuture).orElseGet(work);
  }

  private Future<Caller> byClaims(TokenClaims claims) {
    long ends = nanos.getAsLong() + tokens.remaining(claims).toNanos();
    Caller.Proof proof =
        new Caller.Proof(
            claims.key(),
            OptionalLong.of(ends),
            claims.held(),
            claims.certificate(),
            Optional.of(claims.expiresAt()));
    Ref ref = new Ref(claims.tenant(), claims.subject(), claims.key(), claims.held());
    return load(ref).map(now -> bounded(now, proof));
  }

  private Future<Caller> reread(TenantId tenant, Principal principal, Caller.Proof proof) {
    if (proof.endsNanos().isPresent() && proof.endsNanos().getAsLong() - nanos.getAsLong() <= 0) {
      return unauthenticated();
    }
    Ref ref = new Ref(tenant, principal, proof.key(), proof.held());
    return byProof.get(ref, () -> load(ref)).map(now -> bounded(now, proof));
  }

  private Future<Caller> load(Ref ref) {
    long start = nanos.getAsLong();
    if (ref.principal().kind() == Principal.Kind.RUN) {
      RunId run = new RunId(ref.principal().id());
      return db.read(ref.tenant(), tx -> runs.byId(tx, ref.tenant(), run))
          .map(found -> caller(found.orElseThrow(Failure::unauthenticated), start));
    }
    return ref.held().isPresent()
        ? externals
            .find(ref.tenant(), ref.principal(), ref.key(), ref.held().getAsLong())
            .map(found -> caller(ref, found.orElseThrow(Failure::unauthenticated), start))
        : db.read(ref.tenant(), tx -> CallerStore.byId(tx, ref.key(), ref.principal().id()))
            .compose(found -> caller(found, start));
  }

  /** Without roles: what a run may is its own only. */
  private static Caller caller(RunCallers.Found found, long start) {
    long left = Math.min(FRESH.toNanos(), found.left().toNanos());
    return new Caller(
        found.tenant(),
        found.tenantName(),
        found.run().principal(),
        found.name(),
        List.of(),
        start + left,
        Optional.of(new Caller.Proof(found.run().value(), Optional.empty())));
  }

  private static Caller caller(Ref ref, ExternalIdentities.Found found, long start) {
    return new Caller(
        ref.tenant(),
        found.tenantName(),
        ref.principal(),
        found.name(),
        found.bindings(),
        start + FRESH.toNanos());
  }

  private Future<Caller> caller(Optional<CallerStore.Found> found, long start) {
    return found.map(account -> genuine(account, start)).orElseGet(Authenticator::unauthenticated);
  }

  /** A forged key is no key, and a forged binding no binding. */
  private Future<Caller> genuine(CallerStore.Found found, long start) {
    return rows.genuine(found.tenant(), List.of(found.key()))
        .compose(
            keys ->
                keys.isEmpty()
                    ? unauthenticated()
                    : rows.genuine(found.tenant(), found.levels())
                        .map(levels -> caller(found, levels, start)));
  }

  private static Caller caller(
      CallerStore.Found found, List<CallerStore.Level> levels, long start) {
    long left = Math.min(FRESH.toNanos(), found.left().orElse(FRESH).toNanos());
    return new Caller(
        found.tenant(),
        found.tenantName(),
        found.principal(),
        found.accountName(),
        CallerStore.bindings(levels),
        CallerStore.communities(levels),
        start + left,
        Optional.of(new Caller.Proof(found.key().value(), found.expiresAt())));
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
        caller.communities(),
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
