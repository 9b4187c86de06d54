package io.hushbus.tenant;

import io.hushbus.db.Db;
import io.hushbus.event.Change;
import io.hushbus.event.Ledger;
import io.hushbus.event.Making;
import io.hushbus.event.Trace;
import io.hushbus.model.Action;
import io.hushbus.model.Grant;
import io.hushbus.model.ObjectName;
import io.hushbus.model.Resource;
import io.hushbus.model.Uuids;
import io.vertx.core.Future;
import java.util.Optional;

/** The environments of a tenant: development, staging and production at first. */
public final class Domains {

  private final Db db;
  private final Ledger ledger;
  private final Uuids ids;

  public Domains(Db db, Ledger ledger, Uuids ids) {
    this.db = db;
    this.ledger = ledger;
    this.ids = ids;
  }

  /**
   * @return the new domain; a conflict if the name is taken
   */
  public Future<Domain> create(Grant grant, ObjectName name) {
    grant.allowing(Action.DOMAIN_ADMIN);
    return ledger.create(
        grant,
        Making.of("domain", Domain::id, (tx, made) -> DomainStore.find(tx, made.getFirst())),
        tx -> DomainStore.insert(tx, ids.random(), name).map(Domains::traced));
  }

  /** Domains by name, those after {@code after}. */
  public Future<Page<Domain>> list(Grant grant, Optional<ObjectName> after, int limit) {
    grant.allowing(Action.DOMAIN_READ);
    String start = after.map(ObjectName::folded).orElse("");
    return db.read(grant.tenant(), tx -> DomainStore.after(tx, start, limit));
  }

  private static Change<Domain> traced(Domain domain) {
    Resource resource = Resource.ofTenant("domain").withId(domain.id());
    return Change.of(domain, Trace.of(resource).named(domain.name().text()));
  }
}
