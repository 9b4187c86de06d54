package io.hushbus.access;

import io.hushbus.crypto.Canonical;
import io.hushbus.crypto.CryptoPool;
import io.hushbus.crypto.Sha256;
import io.hushbus.db.Db;
import io.hushbus.db.SystemTx;
import io.hushbus.event.Change;
import io.hushbus.event.Ledger;
import io.hushbus.event.Trace;
import io.hushbus.model.Caller;
import io.hushbus.model.ClientCertificate;
import io.hushbus.model.Failure;
import io.hushbus.model.Principal;
import io.hushbus.model.Resource;
import io.hushbus.model.TenantId;
import io.hushbus.model.TenantName;
import io.hushbus.outbound.Outbound;
import io.hushbus.tenant.Keyrings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.LongSupplier;

/**
 * Who comes on the word of an identity provider.
 *
 * <p>The tenant is never guessed. A token that is shown directly names it by its audience, {@code
 * <issuer of this broker>/<name of the tenant>}; in an exchange the client may name it instead; a
 * certificate comes with the id of the provider. So nobody can take, block or probe the issuer of
 * another tenant by registering the same. Within the tenant, issuer and audience find exactly one
 * provider, or nobody comes in.
 *
 * <p>A subject is the same principal on every way in, made of the provider's id and its name there.
 * Everything that does not hold fails alike, as {@link Failure.Unauthenticated}.
 */
public final class ExternalIdentities {

  private static final String SPIFFE = "spiffe://";
  private static final UUID NO_TOKEN = new UUID(0, 0);

  /** An external principal as it is now. */
  record Found(String tenantName, String name, List<Caller.Binding> bindings) {}

  private final Db db;
  private final Ledger ledger;
  private final AccessPolicy policy;
  private final RowMacs rows;
  private final KeySets keySets;
  private final BrokerTokens tokens;

  public ExternalIdentities(
      Vertx vertx,
      Db db,
      Ledger ledger,
      AccessPolicy policy,
      Keyrings keyrings,
      BrokerTokens tokens,
      Outbound outbound,
      CryptoPool pool,
      AccessMeters meters,
      Duration keySetRefresh,
      LongSupplier nanos) {
    this.db = db;
    this.ledger = ledger;
    this.policy = policy;
    this.rows = new RowMacs(keyrings, meters);
    this.keySets = new KeySets(vertx, outbound, pool, meters, keySetRefresh, nanos);
    this.tokens = tokens;
  }

  /**
   * What a token stands for. Costs a look-up and a signature check, and now and then a key set.
   *
   * @param named the tenant, where it is not for the audience to say
   */
  Future<TokenClaims> verify(ExternalToken token, Optional<TenantName> named) {
    Instant now = tokens.now();
    if (token.issuer().equals(tokens.issuer()) || !token.holds(now, ProviderRules.LONGEST)) {
      return unauthenticated();
    }
    return named
        .or(() -> tenantOf(token.audiences()))
        .map(tenant -> candidates(tenant, token))
        .orElseGet(ExternalIdentities::unauthenticated)
        .compose(found -> admitted(found, token, now));
  }

  /** For how long a signature that was checked counts: the provider may withdraw its key. */
  Duration believed() {
    return keySets.refresh();
  }

  /** What a certificate stands for, as the provider of that id has it. */
  Future<TokenClaims> verify(UUID provider, ClientCertificate certificate) {
    Instant now = tokens.now();
    return db.system(SystemTx.Job.AUTHENTICATION, tx -> ProviderStore.forCertificate(tx, provider))
        .compose(found -> genuine(found.stream().toList()))
        .compose(found -> admitted(found, certificate, now));
  }

  /** Whom a principal stands for, and what it is made, by what the provider says now. */
  Future<Optional<Found>> find(TenantId tenant, Principal principal, UUID revision, long held) {
    return db.read(tenant, tx -> ProviderStore.ofRevision(tx, revision, principal.id()))
        .compose(found -> rows.genuine(tenant, found.stream().toList()))
        .map(all -> all.stream().findFirst().flatMap(one -> found(one, held)));
  }

  private static Optional<Found> found(ProviderStore.Stored stored, long held) {
    ProviderRules rules = stored.provider().rules();
    return stored
        .subject()
        .map(
            subject ->
                new Found(
                    stored.tenantName(),
                    rules.name().text() + "/" + subject,
                    rules.bindings(held)));
  }

  /** The one tenant that the audiences name; none, if they name several. */
  private Optional<TenantName> tenantOf(List<String> audiences) {
    String prefix = tokens.issuer() + "/";
    List<TenantName> named =
        audiences.stream()
            .filter(audience -> audience.startsWith(prefix))
            .flatMap(audience -> tenantName(audience.substring(prefix.length())).stream())
            .distinct()
            .toList();
    return named.size() == 1 ? Optional.of(named.getFirst()) : Optional.empty();
  }

  /** The name, if a tenant can have it. */
  static Optional<TenantName> tenantName(String text) {
    try {
      return Optional.of(new TenantName(text));
    } catch (Failure.Invalid noName) {
      return Optional.empty();
    }
  }

  private Future<ProviderStore.Stored> candidates(TenantName tenant, ExternalToken token) {
    return db.system(
            SystemTx.Job.AUTHENTICATION,
            tx -> ProviderStore.forToken(tx, tenant, token.issuer(), token.audiences()))
        .compose(this::genuine);
  }

  private Future<ProviderStore.Stored> genuine(List<RowMacs.Row<ProviderStore.Stored>> found) {
    return found.size() == 1
        ? rows.genuine(found.getFirst().value().tenant(), found)
            .compose(
                all -> all.isEmpty() ? unauthenticated() : Future.succeededFuture(all.getFirst()))
        : unauthenticated();
  }

  private Future<TokenClaims> admitted(
      ProviderStore.Stored stored, ExternalToken token, Instant now) {
    IdentityProvider provider = stored.provider();
    ProviderRules rules = provider.rules();
    if (!rules.algorithms().contains(token.algorithm()) || !token.holds(now, rules.longest())) {
      return unauthenticated();
    }
    return keySets
        .signed(provider, token)
        .compose(
            signed ->
                signed && rules.admits(token.claims())
                    ? seen(stored, token.subject())
                    : unauthenticated())
        .map(
            subject ->
                claims(
                    stored,
                    provider,
                    subject,
                    rules.held(token.claims()),
                    token.issuedAt(),
                    token.expiresAt(),
                    Optional.empty()));
  }

  private Future<TokenClaims> admitted(
      ProviderStore.Stored stored, ClientCertificate certificate, Instant now) {
    IdentityProvider provider = stored.provider();
    Claims claims = claims(certificate);
    return subject(certificate)
        .filter(subject -> certificate.notAfter().isAfter(now))
        .filter(subject -> provider.rules().admits(claims))
        .map(subject -> seen(stored, subject))
        .orElseGet(ExternalIdentities::unauthenticated)
        .map(
            subject ->
                claims(
                    stored,
                    provider,
                    subject,
                    provider.rules().held(claims),
                    now,
                    certificate.notAfter(),
                    Optional.of(certificate.thumbprint())));
  }

  private static TokenClaims claims(
      ProviderStore.Stored stored,
      IdentityProvider provider,
      Principal subject,
      long held,
      Instant issued,
      Instant expires,
      Optional<String> certificate) {
    return new TokenClaims(
        provider.rules().issuer(),
        provider.rules().audience(),
        subject,
        stored.tenant(),
        provider.revision(),
        NO_TOKEN,
        issued,
        expires,
        OptionalLong.of(held),
        certificate);
  }

  /** The SPIFFE id, of which there may be one alone; without one, the distinguished name. */
  private static Optional<String> subject(ClientCertificate certificate) {
    List<String> spiffe =
        certificate.uris().stream().filter(uri -> uri.startsWith(SPIFFE)).toList();
    return switch (spiffe.size()) {
      case 0 -> Optional.of(certificate.subject()).filter(name -> !name.isEmpty());
      case 1 -> Optional.of(spiffe.getFirst()).filter(id -> certificate.uris().size() == 1);
      default -> Optional.empty();
    };
  }

  private static Claims claims(ClientCertificate certificate) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("subject", certificate.subject());
    tree.put("issuer", certificate.issuer());
    tree.put("uris", certificate.uris());
    tree.put("names", certificate.names());
    subject(certificate)
        .filter(id -> id.startsWith(SPIFFE))
        .ifPresent(id -> tree.put("spiffe", id));
    return new Claims(tree);
  }

  /** The principal, of whom the audit trail says once who it is. */
  private Future<Principal> seen(ProviderStore.Stored stored, String subject) {
    Principal principal = principal(stored.id(), subject);
    TenantId tenant = stored.tenant();
    return db.read(tenant, tx -> ProviderStore.knows(tx, principal.id()))
        .compose(
            known ->
                known
                    ? Future.succeededFuture(principal)
                    : firstSeen(tenant, stored.id(), principal, subject));
  }

  private Future<Principal> firstSeen(
      TenantId tenant, UUID provider, Principal principal, String subject) {
    Trace trace =
        Trace.of(Resource.ofTenant("external_subject").withId(principal.id()))
            .with(
                Map.of(
                    "principal",
                    principal.toString(),
                    "provider",
                    provider.toString(),
                    "subject",
                    subject));
    return ledger
        .change(
            policy.system(Job.FIRST_SIGHT, tenant),
            tx ->
                ProviderStore.insertSubject(tx, principal.id(), provider, subject)
                    .compose(ExternalIdentities::first)
                    .map(done -> Change.of(principal, trace)))
        .recover(
            cause ->
                cause instanceof Failure.Conflict
                    ? Future.succeededFuture(principal)
                    : Future.failedFuture(cause));
  }

  /** Another request was first: then it has written the record. */
  private static Future<Void> first(int inserted) {
    return inserted == 1
        ? Future.succeededFuture()
        : Future.failedFuture(Failure.conflict(Failure.Reason.STATE));
  }

  /** The same for ever: a UUID of version 8 (RFC 9562) out of a digest of provider and subject. */
  static Principal principal(UUID provider, String subject) {
    byte[] content = Canonical.of("external-principal/1").id(provider).text(subject).encode();
    ByteBuffer digest = ByteBuffer.wrap(Sha256.of(content));
    long high = (digest.getLong() & ~0xF000L) | 0x8000L;
    long low = (digest.getLong() & ~(3L << 62)) | (1L << 63);
    return new Principal(Principal.Kind.EXTERNAL, new UUID(high, low));
  }

  private static <T> Future<T> unauthenticated() {
    return Future.failedFuture(Failure.unauthenticated());
  }
}
