package io.hushbus.lease;

import io.hushbus.crypto.Keyring;
import io.hushbus.model.Caller;
import io.hushbus.model.EntryName;
import io.hushbus.model.Failure;
import io.hushbus.model.Grant;
import io.hushbus.model.LeaseId;
import io.hushbus.model.Principal;
import io.hushbus.model.RunId;
import io.hushbus.model.Scope;
import io.hushbus.model.Uuids;
import io.hushbus.secret.Adoption;
import io.hushbus.secret.SecretOpener;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Finds what each name stands for and writes the leases down as they are to be. */
final class LeaseDrafts {

  /** What is to be leased, and what it was found to be. */
  record Hit(LeaseAsk.Wanted wanted, SecretOpener.Found found) {}

  /**
   * The row that will record a lease on what was found.
   *
   * @param by what made it shorter than was asked for
   */
  record Prepared(SecretOpener.Found found, GrantStore.Draft draft, Optional<LeaseLimit> by) {

    Lease lease() {
      return draft.lease();
    }
  }

  private final SecretOpener secrets;
  private final Uuids ids;

  LeaseDrafts(SecretOpener secrets, Uuids ids) {
    this.secrets = secrets;
    this.ids = ids;
  }

  /**
   * What every name stands for; those that may be missing, and are, left out.
   *
   * @return {@link Failure.Missing} naming each secret that the cascade does not have or that lacks
   *     an entry
   */
  Future<List<Hit>> find(Grant grant, LeaseAsk ask) {
    List<Future<Optional<SecretOpener.Found>>> lookups =
        ask.secrets().stream().map(wanted -> find(grant, ask.scope(), wanted)).toList();
    return Future.all(lookups)
        .map(done -> done.<Optional<SecretOpener.Found>>list())
        .map(found -> all(ask, found));
  }

  /**
   * Empty where the cascade has no such secret, or the secret no such entry: collected, so that all
   * are named at once.
   */
  private Future<Optional<SecretOpener.Found>> find(
      Grant grant, Scope scope, LeaseAsk.Wanted wanted) {
    SecretOpener.Ask ask = new SecretOpener.Ask(grant.tenant(), scope, wanted.name());
    return secrets
        .find(ask)
        .compose(
            found ->
                found.remembered() && !has(found, wanted.entries())
                    ? secrets.findAnew(ask)
                    : Future.succeededFuture(found))
        .map(found -> Optional.of(found).filter(hit -> has(hit, wanted.entries())))
        .recover(
            cause ->
                cause instanceof Failure.Missing
                    ? Future.succeededFuture(Optional.empty())
                    : Future.failedFuture(cause));
  }

  private static boolean has(SecretOpener.Found found, List<EntryName> entries) {
    return found.version().entryNames().containsAll(entries);
  }

  private static List<Hit> all(LeaseAsk ask, List<Optional<SecretOpener.Found>> found) {
    List<Failure.Field> missing = new ArrayList<>();
    List<Hit> hits = new ArrayList<>();
    for (int i = 0; i < found.size(); i++) {
      LeaseAsk.Wanted wanted = ask.secrets().get(i);
      if (found.get(i).isPresent()) {
        hits.add(new Hit(wanted, found.get(i).get()));
      } else if (!wanted.optional()) {
        missing.add(new Failure.Field("/secrets/" + i, Failure.Code.NOT_FOUND));
      }
    }
    if (!missing.isEmpty()) {
      throw Failure.missing("secret", missing);
    }
    return hits;
  }

  /** What did not stand is looked at anew when it is asked for again. */
  void forget(List<Prepared> refused) {
    refused.forEach(one -> secrets.forget(one.found()));
  }

  /**
   * For whoever would decide by this hit without the granting statement, which compares what is
   * remembered with what is there: succeeds if it was not remembered, or is still the same.
   *
   * @return {@link Failure.Conflict} if not; when it is asked for again it is looked at anew
   */
  Future<Void> standing(Grant grant, Scope scope, Hit hit) {
    SecretOpener.Found known = hit.found();
    if (!known.remembered()) {
      return Future.succeededFuture();
    }
    secrets.forget(known);
    return secrets
        .findAnew(new SecretOpener.Ask(grant.tenant(), scope, hit.wanted().name()))
        .transform(
            looked ->
                looked.succeeded() && same(known, looked.result())
                    ? Future.succeededFuture()
                    : Future.failedFuture(LeaseGrants.raced()));
  }

  private static boolean same(SecretOpener.Found one, SecretOpener.Found other) {
    return other.adoption().isEmpty()
        && one.head().id().equals(other.head().id())
        && one.version().number() == other.version().number();
  }

  /** The rows that will record leases on these, all from the same moment on. */
  List<Prepared> drafts(Grant grant, LeaseAsk ask, List<Hit> hits, LeaseBounds bounds) {
    if (hits.isEmpty()) {
      return List.of();
    }
    Instant now =
        hits.stream().map(hit -> hit.found().now()).max(Comparator.naturalOrder()).orElseThrow();
    return hits.stream().map(hit -> draft(grant, ask, hit, terms(now, ask, hit, bounds))).toList();
  }

  private LeaseTerms.Cut terms(Instant now, LeaseAsk ask, Hit hit, LeaseBounds bounds) {
    try {
      return LeaseTerms.granted(
          now, ask.ttl(), ask.least(), bounds.forSecret(hit.found().head().longestLease()));
    } catch (Failure refused) {
      if (hit.found().remembered()) {
        secrets.forget(hit.found());
        throw LeaseGrants.raced();
      }
      throw refused;
    }
  }

  /** What belongs to a run is the run's, whatever the connection was on which it was asked for. */
  private static Optional<String> boundTo(Grant grant, LeaseAsk ask) {
    return grant
        .caller()
        .proof()
        .flatMap(Caller.Proof::certificate)
        .filter(certificate -> ask.run().isEmpty());
  }

  private Prepared draft(Grant grant, LeaseAsk ask, Hit hit, LeaseTerms.Cut cut) {
    SecretOpener.Found found = hit.found();
    Principal asking = grant.caller().principal();
    int version = found.version().number();
    Lease lease =
        new Lease(
            new LeaseId(ids.ordered()),
            found.head().id(),
            version,
            version,
            hit.wanted().entries(),
            ask.run().map(RunId::principal).orElse(asking),
            ask.scope().inProject().map(Scope.Place::id),
            ask.scope().inDomain().map(Scope.Place::id),
            cut.terms(),
            Optional.empty(),
            found.adoption().map(Adoption::id),
            boundTo(grant, ask),
            ask.run(),
            hit.wanted().need().lasting(ask.ttl()),
            Optional.empty());
    Keyring keyring = found.keyring();
    return new Prepared(
        found,
        new GrantStore.Draft(
            grant.tenant(),
            lease,
            keyring.mac(lease.canonical(grant.tenant())),
            found.name().text(),
            ids.ordered(),
            grant.request(),
            grant.source(),
            asking.toString(),
            found.sighting()),
        cut.by());
  }
}
