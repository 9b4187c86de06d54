package io.hushbus.tenant;

import io.hushbus.crypto.Keyring;
import io.hushbus.db.Db;
import io.hushbus.db.Tx;
import io.hushbus.model.Failure;
import io.hushbus.model.ObjectName;
import io.hushbus.model.Scope;
import io.hushbus.model.TenantId;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Finds the scope that a project's and a domain's name mean in a tenant. Places are remembered for
 * a few seconds: their ids never change and they are not deleted; that one is absent is never
 * remembered, since it may be made the next moment.
 */
public final class Places {

  private static final long FRESH_NANOS = Duration.ofSeconds(5).toNanos();
  private static final int CAPACITY = 10_000;

  private enum Kind {
    PROJECT,
    DOMAIN
  }

  private record Key(TenantId tenant, Kind kind, String folded) {}

  private record Known(Scope.Place place, long untilNanos) {}

  private final Db db;
  private final Keyrings keyrings;
  private final LongSupplier nanos;
  private final FreshCache<Key, Known> cache;

  public Places(Db db, Keyrings keyrings, LongSupplier nanos) {
    this.db = db;
    this.keyrings = keyrings;
    this.nanos = nanos;
    this.cache = new FreshCache<>(CAPACITY, known -> known.untilNanos() - nanos.getAsLong() > 0);
  }

  /**
   * The scope named by query parameters; unknown names are failures of {@code ?project} and {@code
   * ?domain}.
   */
  public Future<Scope> scope(
      TenantId tenant, Optional<ObjectName> project, Optional<ObjectName> domain) {
    Future<Optional<Scope.Place>> inProject = project(tenant, project);
    Future<Optional<Scope.Place>> inDomain = domain(tenant, domain);
    return Future.all(inProject, inDomain)
        .map(both -> Scope.of(inProject.result(), inDomain.result()));
  }

  private Future<Optional<Scope.Place>> project(TenantId tenant, Optional<ObjectName> name) {
    return find(
        tenant,
        Kind.PROJECT,
        name,
        ProjectStore::named,
        () -> Failure.invalid("?project", Failure.Code.UNKNOWN_PROJECT));
  }

  private Future<Optional<Scope.Place>> domain(TenantId tenant, Optional<ObjectName> name) {
    return find(
        tenant,
        Kind.DOMAIN,
        name,
        (tx, ring, folded) -> DomainStore.named(tx, folded),
        () -> Failure.invalid("?domain", Failure.Code.UNKNOWN_DOMAIN));
  }

  private interface Finder {
    Future<Optional<Scope.Place>> find(Tx tx, Keyring keyring, String folded);
  }

  private Future<Optional<Scope.Place>> find(
      TenantId tenant,
      Kind kind,
      Optional<ObjectName> name,
      Finder finder,
      Supplier<Failure> unknown) {
    Function<ObjectName, Future<Optional<Scope.Place>>> known =
        named ->
            cache
                .get(
                    new Key(tenant, kind, named.folded()),
                    () -> load(tenant, named, finder, unknown))
                .map(found -> Optional.of(found.place()));
    return name.map(known).orElseGet(() -> Future.succeededFuture(Optional.empty()));
  }

  private Future<Known> load(
      TenantId tenant, ObjectName name, Finder finder, Supplier<Failure> unknown) {
    long until = nanos.getAsLong() + FRESH_NANOS;
    return keyrings
        .learning(
            () ->
                keyrings
                    .of(tenant)
                    .compose(ring -> db.read(tenant, tx -> finder.find(tx, ring, name.folded()))))
        .map(place -> new Known(place.orElseThrow(unknown), until));
  }
}
