package io.hushbus.lease;

import io.hushbus.db.Tx;
import io.hushbus.event.Change;
import io.hushbus.event.Ledger;
import io.hushbus.event.Trace;
import io.hushbus.model.Action;
import io.hushbus.model.Failure;
import io.hushbus.model.Grant;
import io.hushbus.model.LeaseId;
import io.hushbus.model.Resource;
import io.hushbus.model.Reveal;
import io.hushbus.model.Scope;
import io.hushbus.model.SecretName;
import io.hushbus.model.Uuids;
import io.hushbus.model.VersionState;
import io.hushbus.secret.SecretOpener;
import io.hushbus.tenant.Projects;
import io.vertx.core.Future;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;

/**
 * Shows a value to a person, where the project allows it. Each showing is a lease of its own, on
 * record with its audit record before the value is opened.
 */
public final class Reveals {

  private record Recorded(Lease lease, SecretOpener.Found found) {}

  private final Ledger ledger;
  private final Projects projects;
  private final SecretOpener secrets;
  private final Uuids ids;
  private final LeaseTerms.Limits limits;
  private final LeaseStore store = new LeaseStore();

  public Reveals(
      Ledger ledger, Projects projects, SecretOpener secrets, Uuids ids, LeaseTerms.Limits limits) {
    this.ledger = ledger;
    this.projects = projects;
    this.secrets = secrets;
    this.ids = ids;
    this.limits = limits;
  }

  /**
   * The value of a secret that is the project's own, and the lease that says who has it; the caller
   * closes it.
   *
   * @param grant for the right that the project asks for ({@link Reveal#needs})
   * @param version empty: the current one
   * @return {@link Failure.Denied} if the project asks for more by now; {@link Failure.Gone} for a
   *     version that nobody may hold any more
   */
  public Future<LeasedSecret> reveal(
      Grant grant, Scope scope, SecretName name, OptionalInt version) {
    if (grant.action() != Action.SECRET_REVEAL_STRICT) {
      grant.allowing(Action.SECRET_REVEAL, scope);
    }
    UUID project = grant.resource().project().orElseThrow();
    return secrets.learning(
        () ->
            ledger
                .change(grant, tx -> revealIn(tx, grant, project, scope, name, version))
                .compose(
                    recorded ->
                        secrets
                            .open(recorded.found())
                            .map(
                                payload ->
                                    new LeasedSecret(
                                        recorded.lease(),
                                        recorded.found().head(),
                                        recorded.found().name(),
                                        payload,
                                        recorded.lease().terms().issuedAt()))));
  }

  private Future<Change<Recorded>> revealIn(
      Tx tx, Grant grant, UUID project, Scope scope, SecretName name, OptionalInt version) {
    return projects
        .reveal(tx, project)
        .map(policy -> allowed(policy, grant))
        .compose(allowed -> secrets.at(tx, scope, name, version))
        .map(found -> recorded(grant, scope, found))
        .compose(
            recorded ->
                store
                    .insert(
                        tx,
                        recorded.lease(),
                        recorded.found().keyring().mac(recorded.lease().canonical(tx.tenant())))
                    .map(Change.of(recorded, trace(scope, recorded))));
  }

  /** The stricter right is enough wherever the other one is. */
  private static Void allowed(Reveal policy, Grant grant) {
    boolean enough =
        policy == Reveal.DEVELOPER
            || (policy == Reveal.EDITOR && grant.action() == Action.SECRET_REVEAL_STRICT);
    if (!enough) {
      throw Failure.denied();
    }
    return null;
  }

  private Recorded recorded(Grant grant, Scope scope, SecretOpener.Found found) {
    if (found.version().state() == VersionState.PENDING || !found.version().holdable(found.now())) {
      throw Failure.gone("secret_version");
    }
    Lease lease =
        Lease.onAll(
            new LeaseId(ids.ordered()),
            found.head().id(),
            found.version().number(),
            grant.caller().principal(),
            scope.inProject().map(Scope.Place::id),
            scope.inDomain().map(Scope.Place::id),
            LeaseTerms.granted(
                    found.now(),
                    Optional.empty(),
                    Optional.empty(),
                    LeaseBounds.of(limits).forSecret(found.head().longestLease()))
                .terms());
    return new Recorded(lease, found);
  }

  private static Trace trace(Scope scope, Recorded recorded) {
    return Trace.of(Resource.in(scope, "secret").withId(recorded.lease().secret().value()))
        .named(recorded.found().name().text())
        .atVersion(recorded.lease().version())
        .with(Map.of("lease", recorded.lease().id().toString()));
  }
}
