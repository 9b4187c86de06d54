package io.hushbus.lease;

import io.hushbus.crypto.Keyring;
import io.hushbus.db.Db;
import io.hushbus.db.Tx;
import io.hushbus.event.Change;
import io.hushbus.event.Idempotency;
import io.hushbus.event.Ledger;
import io.hushbus.event.Trace;
import io.hushbus.model.Action;
import io.hushbus.model.Caller;
import io.hushbus.model.EntryName;
import io.hushbus.model.Failure;
import io.hushbus.model.Grant;
import io.hushbus.model.LeaseId;
import io.hushbus.model.Once;
import io.hushbus.model.Payload;
import io.hushbus.model.Resource;
import io.hushbus.model.Scope;
import io.hushbus.model.Uuids;
import io.hushbus.secret.Adoption;
import io.hushbus.secret.SecretOpener;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Grants leases: find what each name stands for, decide the terms, commit the lease and its audit
 * record, and only then open the value. Either all secrets of a request are leased or none.
 */
public final class LeaseGrants {

  /** Each takes two round trips, so that together they outlast a change that is in the way. */
  private static final int ATTEMPTS = 6;

  /** What is to be leased, what it was found to be, and the row that will record it. */
  private record Prepared(SecretOpener.Found found, LeaseStore.Draft draft) {
    Lease lease() {
      return draft.lease();
    }
  }

  private final Db db;
  private final Ledger ledger;
  private final SecretOpener secrets;
  private final GrantBatch batch;
  private final Idempotency idempotency;
  private final Uuids ids;
  private final LeaseTerms.Limits limits;
  private final LeaseMeters meters;
  private final LeaseBudget budget;
  private final LeaseStore store = new LeaseStore();

  LeaseGrants(
      Db db,
      Ledger ledger,
      SecretOpener secrets,
      GrantBatch batch,
      Idempotency idempotency,
      Uuids ids,
      LeaseTerms.Limits limits,
      LeaseMeters meters,
      LeaseBudget budget) {
    this.budget = budget;
    this.db = db;
    this.ledger = ledger;
    this.secrets = secrets;
    this.batch = batch;
    this.idempotency = idempotency;
    this.ids = ids;
    this.limits = limits;
    this.meters = meters;
  }

  /**
   * Leases on the current versions of everything asked for, values included; the caller closes
   * them.
   *
   * @return {@link Failure.Missing} naming each secret that the cascade does not have or that lacks
   *     the entry; {@link Failure.Conflict} if the secrets keep changing underneath
   */
  public Future<List<LeasedSecret>> grant(Grant grant, LeaseAsk ask) {
    grant.allowing(Action.LEASE_GRANT, ask.scope());
    return budget.within(grant.tenant(), ask.secrets().size(), () -> grant(grant, ask, 1));
  }

  /**
   * What was granted under an Idempotency-Key.
   *
   * @param replayed whether the leases already lived, made by an earlier request of that key
   */
  public record Granted(List<LeasedSecret> leases, boolean replayed) {}

  /**
   * The same under an Idempotency-Key: asked again, the answer is the same leases and their values,
   * each disclosure audited anew.
   *
   * @return {@link Failure.Gone} if any of those leases has ended meanwhile
   */
  public Future<Granted> grantOnce(Grant grant, LeaseAsk ask, Once key) {
    grant.allowing(Action.LEASE_GRANT, ask.scope());
    return grantOnce(grant, ask, key, 1);
  }

  /** Looks for what the key made first: a replay must not fail for what has changed since. */
  private Future<Granted> grantOnce(Grant grant, LeaseAsk ask, Once key, int attempt) {
    return db.read(
            grant.tenant(),
            tx -> idempotency.made(tx, grant.tenant(), grant.caller().principal(), key))
        .compose(
            before ->
                before.isPresent()
                    ? replayed(grant, before.get())
                    : firstUnder(grant, ask, key, attempt));
  }

  private Future<Granted> firstUnder(Grant grant, LeaseAsk ask, Once key, int attempt) {
    return budget
        .within(grant.tenant(), ask.secrets().size(), () -> claimed(grant, ask, key))
        .recover(
            cause ->
                attempt < ATTEMPTS && isRace(cause)
                    ? grantOnce(grant, ask, key, attempt + 1)
                    : Future.failedFuture(cause));
  }

  private Future<Granted> claimed(Grant grant, LeaseAsk ask, Once key) {
    return prepare(grant, ask)
        .compose(
            prepared ->
                db.write(grant.tenant(), tx -> claim(tx, grant, prepared, key))
                    .compose(
                        before ->
                            before.isEmpty()
                                ? disclose(prepared).map(leases -> new Granted(leases, false))
                                : replayed(grant, before.get())));
  }

  private static boolean isRace(Throwable cause) {
    return cause instanceof Failure failure
        && failure.asConflict(Failure.Reason.CONCURRENT_CHANGE).isPresent();
  }

  private Future<List<LeasedSecret>> grant(Grant grant, LeaseAsk ask, int attempt) {
    return prepare(grant, ask)
        .compose(
            prepared ->
                batch
                    .submit(prepared.stream().map(Prepared::draft).toList())
                    .compose(granted -> granted ? disclose(prepared) : again(grant, ask, attempt)));
  }

  private Future<List<LeasedSecret>> again(Grant grant, LeaseAsk ask, int attempt) {
    return attempt < ATTEMPTS ? grant(grant, ask, attempt + 1) : Future.failedFuture(raced());
  }

  private Future<List<Prepared>> prepare(Grant grant, LeaseAsk ask) {
    List<Future<Optional<SecretOpener.Found>>> lookups =
        ask.secrets().stream().map(wanted -> find(grant, ask.scope(), wanted)).toList();
    return Future.all(lookups)
        .map(done -> done.<Optional<SecretOpener.Found>>list())
        .map(found -> drafts(grant, ask, all(found)));
  }

  /**
   * Empty where the cascade has no such secret, or the secret no such entry: collected, so that all
   * are named at once.
   */
  private Future<Optional<SecretOpener.Found>> find(
      Grant grant, Scope scope, LeaseAsk.Wanted wanted) {
    return secrets
        .find(new SecretOpener.Ask(grant.tenant(), scope, wanted.name()))
        .map(found -> Optional.of(found).filter(hit -> has(hit, wanted.entry())))
        .recover(
            cause ->
                cause instanceof Failure.Missing
                    ? Future.succeededFuture(Optional.empty())
                    : Future.failedFuture(cause));
  }

  private static boolean has(SecretOpener.Found found, Optional<EntryName> entry) {
    return entry.isEmpty() || found.version().entryNames().contains(entry.get());
  }

  private static List<SecretOpener.Found> all(List<Optional<SecretOpener.Found>> found) {
    List<Failure.Field> missing = new ArrayList<>();
    for (int i = 0; i < found.size(); i++) {
      if (found.get(i).isEmpty()) {
        missing.add(new Failure.Field("/secrets/" + i, Failure.Code.NOT_FOUND));
      }
    }
    if (!missing.isEmpty()) {
      throw Failure.missing("secret", missing);
    }
    return found.stream().map(Optional::orElseThrow).toList();
  }

  private List<Prepared> drafts(Grant grant, LeaseAsk ask, List<SecretOpener.Found> found) {
    Instant now =
        found.stream().map(SecretOpener.Found::now).max(Comparator.naturalOrder()).orElseThrow();
    LeaseTerms terms = LeaseTerms.granted(now, ask.ttl(), limits);
    List<Prepared> drafts = new ArrayList<>(found.size());
    for (int i = 0; i < found.size(); i++) {
      drafts.add(draft(grant, ask.scope(), ask.secrets().get(i), found.get(i), terms));
    }
    return drafts;
  }

  private Prepared draft(
      Grant grant,
      Scope scope,
      LeaseAsk.Wanted wanted,
      SecretOpener.Found found,
      LeaseTerms terms) {
    Lease lease =
        new Lease(
            new LeaseId(ids.ordered()),
            found.head().id(),
            found.version().number(),
            wanted.entry(),
            grant.caller().principal(),
            scope.inProject().map(Scope.Place::id),
            scope.inDomain().map(Scope.Place::id),
            terms,
            Optional.empty(),
            found.adoption().map(Adoption::id),
            grant.caller().proof().flatMap(Caller.Proof::certificate));
    Keyring keyring = found.keyring();
    return new Prepared(
        found,
        new LeaseStore.Draft(
            grant.tenant(),
            lease,
            keyring.mac(lease.canonical(grant.tenant())),
            found.name().text(),
            ids.ordered(),
            grant.request(),
            grant.source()));
  }

  /** Opens what is recorded by now. If one cannot be opened, none is handed out. */
  private Future<List<LeasedSecret>> disclose(List<Prepared> recorded) {
    return together(recorded.stream().map(one -> open(one.found(), one.lease())).toList());
  }

  private Future<List<LeasedSecret>> together(List<Future<LeasedSecret>> opened) {
    return Future.join(opened)
        .<List<LeasedSecret>>map(done -> done.list())
        .onSuccess(done -> meters.granted(done.size()))
        .onFailure(
            cause ->
                opened.stream()
                    .filter(Future::succeeded)
                    .forEach(future -> future.result().close()));
  }

  private Future<LeasedSecret> open(SecretOpener.Found found, Lease lease) {
    return secrets
        .open(found)
        .map(
            payload ->
                new LeasedSecret(
                    lease, found.head(), found.name(), limitedTo(payload, lease.entry())));
  }

  private static Payload limitedTo(Payload payload, Optional<EntryName> entry) {
    if (entry.isEmpty()) {
      return payload;
    }
    payload
        .entries()
        .forEach(
            (name, value) -> {
              if (!name.equals(entry.get())) {
                value.close();
              }
            });
    return Payload.ofOne(
        entry.get(),
        Optional.ofNullable(payload.entries().get(entry.get()))
            .orElseThrow(() -> Failure.gone("entry")));
  }

  /**
   * Claims the key and records the leases in one transaction; or gives what the key made before.
   */
  private Future<Optional<List<UUID>>> claim(
      Tx tx, Grant grant, List<Prepared> prepared, Once key) {
    return idempotency
        .claim(tx, tx.tenant(), grant.caller().principal(), key)
        .compose(
            before ->
                before.isPresent()
                    ? Future.succeededFuture(before)
                    : record(tx, grant, prepared, key).map(Optional.empty()));
  }

  private Future<Void> record(Tx tx, Grant grant, List<Prepared> prepared, Once key) {
    List<UUID> made = prepared.stream().map(one -> one.lease().id().value()).toList();
    return store
        .grant(tx, List.of(prepared.stream().map(Prepared::draft).toList()))
        .recover(cause -> Future.failedFuture(Ledger.unrecorded(cause)))
        .map(LeaseGrants::unlessRaced)
        .compose(
            granted -> idempotency.keep(tx, tx.tenant(), grant.caller().principal(), key, made));
  }

  private static Void unlessRaced(List<Boolean> granted) {
    if (!granted.getFirst()) {
      throw raced();
    }
    return null;
  }

  private Future<Granted> replayed(Grant grant, List<UUID> made) {
    return replay(grant, made).map(leases -> new Granted(leases, true));
  }

  private Future<List<LeasedSecret>> replay(Grant grant, List<UUID> made) {
    return secrets
        .learning(() -> ledger.change(grant, tx -> replayed(tx, grant.caller(), made)))
        .compose(
            held -> together(held.stream().map(one -> open(one.found(), one.lease())).toList()));
  }

  private record Held(Lease lease, SecretOpener.Found found) {}

  private Future<Change<List<Held>>> replayed(Tx tx, Caller holder, List<UUID> made) {
    return Future.all(made.stream().map(id -> held(tx, holder, new LeaseId(id))).toList())
        .map(done -> done.<Held>list())
        .map(held -> new Change<>(held, held.stream().map(one -> trace(one)).toList(), List.of()));
  }

  /** The ids come from a row without a MAC: whose lease it is, only the lease itself says. */
  private Future<Held> held(Tx tx, Caller holder, LeaseId id) {
    return store
        .find(tx, id)
        .map(found -> found.filter(stored -> stored.lease().isHeldBy(holder)))
        .map(found -> found.orElseThrow(() -> Failure.gone("lease")))
        .compose(
            stored ->
                secrets
                    .held(
                        tx,
                        tx.tenant(),
                        stored.lease().secret(),
                        stored.lease().version(),
                        stored.lease().adoption())
                    .map(found -> live(stored, found)));
  }

  private static Held live(LeaseStore.Stored stored, Optional<SecretOpener.Found> found) {
    SecretOpener.Found held = found.orElseThrow(() -> Failure.gone("lease"));
    Keyring keyring = held.keyring();
    boolean holds =
        keyring.verifies(stored.lease().canonical(keyring.tenant()), stored.mac())
            && stored.lease().stateAt(stored.now()) == Lease.State.ACTIVE
            && held.version().holdable(held.now())
            && held.head().deletedAt().isEmpty();
    if (!holds) {
      throw Failure.gone("lease");
    }
    return new Held(stored.lease(), held);
  }

  private static Trace trace(Held held) {
    return Trace.of(
            new Resource(
                "secret", held.lease().project(), Optional.of(held.lease().secret().value())))
        .named(held.found().name().text())
        .atVersion(held.lease().version())
        .with(Map.of("lease", held.lease().id().toString(), "replay", true));
  }

  private static Failure raced() {
    return Failure.conflict(Failure.Reason.CONCURRENT_CHANGE);
  }
}
