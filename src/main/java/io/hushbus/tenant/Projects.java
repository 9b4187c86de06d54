package io.hushbus.tenant;

import io.hushbus.db.Db;
import io.hushbus.event.Change;
import io.hushbus.event.Ledger;
import io.hushbus.event.Making;
import io.hushbus.event.Trace;
import io.hushbus.model.Action;
import io.hushbus.model.Failure;
import io.hushbus.model.Grant;
import io.hushbus.model.ObjectName;
import io.hushbus.model.Resource;
import io.hushbus.model.TenantId;
import io.hushbus.model.Uuids;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * The projects of a tenant. What is done to one project is done to the one that the grant names:
 * {@link #locate} it, ask the policy, act.
 */
public final class Projects {

  /** Most characters of a description. */
  public static final int LONGEST_DESCRIPTION = 1024;

  private static final String KIND = "project";

  private final Db db;
  private final Ledger ledger;
  private final Uuids ids;

  public Projects(Db db, Ledger ledger, Uuids ids) {
    this.db = db;
    this.ledger = ledger;
    this.ids = ids;
  }

  /**
   * @return the new project; a conflict if the name is taken, or in the operators' tenant, which
   *     holds none
   */
  public Future<Project> create(Grant grant, ObjectName name, String description) {
    grant.allowing(Action.PROJECT_ADMIN);
    if (description.length() > LONGEST_DESCRIPTION) {
      return tooLong();
    }
    return ledger.create(
        grant,
        Making.of(KIND, Project::id, (tx, made) -> ProjectStore.find(tx, made.getFirst())),
        tx -> ProjectStore.insert(tx, ids.random(), name, description).map(Projects::traced));
  }

  /** What to ask the policy about, for the project of that name. */
  public Future<Resource> locate(TenantId tenant, ObjectName name) {
    return db.read(tenant, tx -> ProjectStore.named(tx, name.folded()))
        .map(place -> resource(place.orElseThrow(() -> Failure.missing(KIND)).id()));
  }

  /** The project that the grant is for. */
  public Future<Project> get(Grant grant) {
    grant.allowing(Action.PROJECT_READ);
    return db.read(grant.tenant(), tx -> ProjectStore.find(tx, subject(grant)))
        .map(project -> project.orElseThrow(() -> Failure.missing(KIND)));
  }

  /**
   * Projects by name, those after {@code after}.
   *
   * @param only the projects the caller may see; empty: all
   */
  public Future<Page<Project>> list(
      Grant grant, Optional<Set<UUID>> only, Optional<ObjectName> after, int limit) {
    grant.allowing(Action.PROJECT_READ);
    String start = after.map(ObjectName::folded).orElse("");
    return db.read(grant.tenant(), tx -> ProjectStore.after(tx, start, only, limit));
  }

  /** Gives the project of the grant another description. */
  public Future<Project> describe(Grant grant, String description) {
    grant.allowing(Action.PROJECT_ADMIN);
    if (description.length() > LONGEST_DESCRIPTION) {
      return tooLong();
    }
    return ledger.change(
        grant,
        tx ->
            ProjectStore.describe(tx, subject(grant), description)
                .map(project -> project.orElseThrow(() -> Failure.missing(KIND)))
                .map(Projects::traced));
  }

  private static UUID subject(Grant grant) {
    return grant.resource().id().orElseThrow();
  }

  private static Change<Project> traced(Project project) {
    return Change.of(project, Trace.of(resource(project.id())).named(project.name().text()));
  }

  private static Resource resource(UUID project) {
    return new Resource(KIND, Optional.of(project), Optional.of(project));
  }

  private static <T> Future<T> tooLong() {
    return Future.failedFuture(Failure.invalid("/description", Failure.Code.TOO_LONG));
  }
}
