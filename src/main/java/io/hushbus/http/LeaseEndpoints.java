package io.hushbus.http;

import io.hushbus.access.AccessPolicy;
import io.hushbus.access.View;
import io.hushbus.lease.BulkRevocation;
import io.hushbus.lease.HolderKey;
import io.hushbus.lease.Lease;
import io.hushbus.lease.LeaseMoves;
import io.hushbus.lease.LeaseNames;
import io.hushbus.lease.LeasedSecret;
import io.hushbus.lease.Leases;
import io.hushbus.lease.Revocation;
import io.hushbus.lease.Runs;
import io.hushbus.lease.SealedLeases;
import io.hushbus.model.Action;
import io.hushbus.model.Failure;
import io.hushbus.model.Grant;
import io.hushbus.model.LeaseId;
import io.hushbus.model.Resource;
import io.hushbus.model.RunId;
import io.hushbus.model.SecretId;
import io.hushbus.model.Tally;
import io.hushbus.model.Ttl;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What can be done with leases; granting them is {@link GrantEndpoint}'s. */
final class LeaseEndpoints {

  private static final String KIND = "lease";

  private final Scopes scopes;
  private final AccessPolicy policy;
  private final Leases leases;
  private final LeaseMoves moves;
  private final BulkRevocation bulk;
  private final Runs runs;
  private final SealedLeases sealing;

  LeaseEndpoints(Scopes scopes, AccessPolicy policy, Api.Leasing leasing) {
    this.scopes = scopes;
    this.policy = policy;
    this.leases = leasing.leases();
    this.moves = leasing.moves();
    this.bulk = leasing.bulk();
    this.runs = leasing.runs();
    this.sealing = leasing.sealing();
  }

  Map<String, Endpoint> byOperation() {
    return Map.of(
        "listLeases", this::list,
        "getLease", this::get,
        "renewLease", this::renew,
        "advanceLease", this::advance,
        "acknowledgeLease", this::acknowledge,
        "revokeLease", this::revoke,
        "revokeLeases", this::revokeMany);
  }

  private Future<Answer> list(Call call) {
    View view = policy.view(call.caller(), Action.LEASE_READ);
    return policy
        .requireView(call.caller(), Action.LEASE_READ, KIND, call.context())
        .compose(
            grant ->
                scopes
                    .project(call)
                    .map(project -> filter(call, view, project))
                    .compose(filter -> leases.list(grant, filter)))
        .map(all -> page(call, all));
  }

  /** Without a project, all that the caller may see: in its projects, and its own elsewhere. */
  private static Leases.Filter filter(Call call, View view, Optional<UUID> project) {
    boolean all = view.everything() || project.filter(view.projects()::contains).isPresent();
    return new Leases.Filter(
        project,
        all ? Optional.empty() : Optional.of(call.caller().principal().id()),
        all || project.isPresent() ? Set.of() : view.projects(),
        call.parameter("holder").map(UUID::fromString),
        call.parameter("secret").map(UUID::fromString).map(SecretId::new),
        call.parameter("run").map(UUID::fromString).map(RunId::new),
        call.parameter("version")
            .map(text -> OptionalInt.of(Integer.parseInt(text)))
            .orElseGet(OptionalInt::empty),
        call.parameter("state").flatMap(Lease.State::of),
        call.parameter("held_at").map(text -> time(text, "?held_at")),
        PageTokens.id(call),
        call.pageSize() + 1);
  }

  private static Answer page(Call call, List<Leases.View> found) {
    int size = call.pageSize();
    boolean more = found.size() > size;
    List<Leases.View> shown = more ? found.subList(0, size) : found;
    return Answer.ok(
        json ->
            json.array("leases", shown, LeaseEndpoints::lease)
                .field(
                    "next_page_token",
                    more
                        ? Optional.of(PageTokens.of(call, shown.getLast().lease().id().toString()))
                        : Optional.empty()));
  }

  private Future<Answer> get(Call call) {
    return located(call, Action.LEASE_READ)
        .compose(grant -> leases.get(grant, id(call)))
        .map(view -> Answer.ok(json -> lease(json, view)));
  }

  private Future<Answer> renew(Call call) {
    Optional<Duration> ttl = duration(call, "ttl");
    return located(call, Action.LEASE_RENEW)
        .compose(grant -> leases.renew(grant, id(call), ttl))
        .map(renewed -> Answer.ok(json -> renewed(json, renewed)));
  }

  /**
   * The value of the newest version, sealed if those of its run are. Which key is settled first:
   * what could not be answered is not taken.
   */
  private Future<Answer> advance(Call call) {
    return leases
        .locate(call.caller().tenant(), id(call), call.caller().principal())
        .compose(
            lease ->
                granted(call, Action.LEASE_RENEW, lease)
                    .compose(
                        grant -> key(call, lease.run()).compose(key -> taken(call, grant, key))))
        .map(
            delivered -> {
              try (delivered) {
                return Answer.ok(json -> leased(json, delivered));
              }
            });
  }

  private Future<SealedLeases.Delivered> taken(Call call, Grant grant, Optional<HolderKey> key) {
    call.mayShow(key.isPresent());
    return moves
        .advance(grant, id(call))
        .compose(
            leased ->
                sealing
                    .deliver(call.caller().tenant(), key, List.of(leased))
                    .onFailure(cause -> leased.close()))
        .map(List::getFirst);
  }

  private Future<Optional<HolderKey>> key(Call call, Optional<RunId> of) {
    Optional<String> asked = call.body().text("sealed_to");
    return of.map(
            run ->
                runs.delivery(call.caller().tenant(), run)
                    .compose(fixed -> sealing.key("/sealed_to", fixed, asked)))
        .orElseGet(() -> sealing.key("/sealed_to", asked));
  }

  private Future<Answer> acknowledge(Call call) {
    LeaseMoves.Saying saying =
        new LeaseMoves.Saying(
            call.body().json().getInteger("version"),
            Lease.Ack.Status.of(call.body().required("status")),
            call.body().text("detail").orElse(""),
            call.body().text("member"));
    return located(call, Action.LEASE_RENEW)
        .compose(grant -> moves.acknowledge(grant, id(call), saying))
        .map(said -> Answer.nothing());
  }

  /** A holder may always end its own lease; to end another's takes a right of its own. */
  private Future<Answer> revoke(Call call) {
    return located(call, Action.LEASE_REVOKE)
        .compose(grant -> leases.revoke(grant, id(call)))
        .map(ended -> Answer.nothing());
  }

  /** By exactly one of run, secret (with or without a version) and holder. */
  private Future<Answer> revokeMany(Call call) {
    return selected(call)
        .compose(at -> bulk.revoke(at.grant(), at.of()))
        .map(ended -> Answer.ok(json -> revoked(json, ended)));
  }

  private static void revoked(JsonWriter json, Tally ended) {
    json.field("revoked", ended.count());
    if (ended.more()) {
      json.field("more", true);
    }
  }

  private record Selected(Grant grant, Revocation.Selector of) {}

  private Future<Selected> selected(Call call) {
    Optional<UUID> run = call.body().text("run").map(UUID::fromString);
    Optional<UUID> secret = call.body().text("secret_id").map(UUID::fromString);
    Optional<UUID> holder = call.body().text("holder").map(UUID::fromString);
    if (Stream.of(run, secret, holder).filter(Optional::isPresent).count() != 1) {
      throw Failure.invalid("", Failure.Code.MISSING_FIELD);
    }
    Integer version = call.body().json().getInteger("version");
    if (version != null && secret.isEmpty()) {
      throw Failure.invalid("/version", Failure.Code.NOT_ALLOWED);
    }
    return run.map(id -> ofRun(call, new RunId(id)))
        .or(() -> secret.map(id -> ofSecret(call, new SecretId(id), version)))
        .orElseGet(() -> ofHolder(call, holder.orElseThrow()));
  }

  private Future<Selected> ofRun(Call call, RunId run) {
    return runs.locate(call.caller().tenant(), run, call.caller().principal())
        .compose(
            at ->
                policy.require(
                    call.caller(), Action.LEASE_REVOKE, at.resource(), at.holder(), call.context()))
        .map(grant -> new Selected(grant, Revocation.Selector.ofRun(run)));
  }

  private Future<Selected> ofSecret(Call call, SecretId secret, @Nullable Integer version) {
    Revocation.Selector of =
        version == null
            ? Revocation.Selector.ofSecret(secret)
            : Revocation.Selector.ofVersion(secret, version);
    return bulk.locate(call.caller().tenant(), secret)
        .compose(at -> policy.require(call.caller(), Action.LEASE_REVOKE, at, call.context()))
        .map(grant -> new Selected(grant, of));
  }

  /** A holder may have leases in every project, so that it takes the right at the tenant. */
  private Future<Selected> ofHolder(Call call, UUID holder) {
    return policy
        .require(call.caller(), Action.LEASE_REVOKE, Resource.ofTenant(KIND), call.context())
        .map(grant -> new Selected(grant, Revocation.Selector.ofHolder(holder)));
  }

  private Future<Grant> located(Call call, Action action) {
    return leases
        .locate(call.caller().tenant(), id(call), call.caller().principal())
        .compose(lease -> granted(call, action, lease));
  }

  private Future<Grant> granted(Call call, Action action, Leases.Located lease) {
    return policy.require(call.caller(), action, lease.resource(), lease.holder(), call.context());
  }

  private static LeaseId id(Call call) {
    return new LeaseId(UUID.fromString(call.path("id")));
  }

  static Optional<Duration> duration(Call call, String field) {
    try {
      return call.body().text(field).map(Ttl::parse);
    } catch (Failure.Invalid refused) {
      throw refused.at("/" + field);
    }
  }

  /** A time of RFC 3339. */
  static Instant time(String text, String pointer) {
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeParseException other) {
      throw Failure.invalid(pointer, Failure.Code.BAD_FORMAT);
    }
  }

  static void leased(JsonWriter json, SealedLeases.Delivered delivered) {
    LeasedSecret leased = delivered.leased();
    Lease lease = leased.lease();
    json.field("id", lease.id().toString())
        .field("secret", leased.name().text())
        .field("secret_id", lease.secret().toString())
        .texts("scope", SecretEndpoints.scope(leased.secret().scope()))
        .field("type", leased.secret().type().word())
        .field("version", lease.version());
    lease.run().ifPresent(run -> json.field("run", run.toString()));
    terms(json, lease, leased.at());
    leased.limit().ifPresent(limit -> json.field("limited_by", limit.word()));
    int current = leased.secret().currentVersion();
    if (current > lease.version()) {
      json.field("superseded_by", current);
    }
    delivered
        .sealed()
        .ifPresentOrElse(
            delivery -> json.object("sealed", inner -> sealed(inner, delivery)),
            () -> json.payload(leased.payload()));
  }

  private static void sealed(JsonWriter json, SealedLeases.Sealed delivery) {
    json.field("suite", delivery.suite())
        .field("enc", delivery.enc())
        .field("ciphertext", delivery.ciphertext());
  }

  private static void lease(JsonWriter json, Leases.View view) {
    Lease lease = view.lease();
    facts(json, lease, view.newest(), view.oldest(), view.state());
    names(json, view.names());
    terms(json, lease, view.now());
    lease.revokedAt().ifPresent(at -> json.field("revoked_at", at));
    lease
        .ack()
        .ifPresent(
            ack ->
                json.object(
                    "acknowledged",
                    inner ->
                        inner
                            .field("version", ack.version())
                            .field("status", ack.status().word())
                            .field("at", ack.at())
                            .field("detail", ack.detail())));
  }

  private static void names(JsonWriter json, LeaseNames names) {
    names
        .secret()
        .ifPresent(
            secret ->
                json.field("secret", secret)
                    .object(
                        "scope",
                        scope ->
                            scope
                                .field("project", names.project())
                                .field("domain", names.domain())));
    who(json, names);
  }

  /** Who holds a lease, for people. */
  static void who(JsonWriter json, LeaseNames names) {
    json.field("holder_name", names.holder())
        .field("run_external_id", names.run())
        .field("opener_name", names.opener());
    names.attempt().ifPresent(attempt -> json.field("run_attempt", attempt));
  }

  private static void facts(
      JsonWriter json, Lease lease, int newest, int oldest, Lease.State state) {
    json.field("id", lease.id().toString())
        .field("secret_id", lease.secret().toString())
        .field("version", newest)
        .field("applied_version", oldest)
        .field("state", state.word())
        .field("holder", lease.principal().toString());
    lease.run().ifPresent(run -> json.field("run", run.toString()));
  }

  private static void renewed(JsonWriter json, Leases.Renewed renewed) {
    Lease lease = renewed.lease();
    facts(json, lease, lease.version(), lease.applied(), Lease.State.ACTIVE);
    terms(json, lease, renewed.now());
    renewed.limit().ifPresent(limit -> json.field("limited_by", limit.word()));
    renewed.supersededBy().ifPresent(newer -> json.field("superseded_by", newer));
    renewed.drains().ifPresent(at -> json.field("drain_deadline", at));
  }

  private static void terms(JsonWriter json, Lease lease, Instant now) {
    boolean renewable = lease.terms().expiresAt().isBefore(lease.terms().maxExpiresAt());
    json.field("issued_at", lease.terms().issuedAt())
        .field("expires_at", lease.terms().expiresAt())
        .field("max_expires_at", lease.terms().maxExpiresAt())
        .field("expires_in_ms", lease.terms().leftMillis(now))
        .field("renewable", renewable);
    if (renewable) {
      json.field("renew_in_seconds", lease.terms().renewInSeconds(now, lease.id()));
    }
  }
}
