package io.hushbus.tenant;

import io.hushbus.crypto.CryptoPool;
import io.hushbus.crypto.Keyring;
import io.hushbus.db.Db;
import io.hushbus.db.Tx;
import io.hushbus.event.Change;
import io.hushbus.event.Fact;
import io.hushbus.event.Ledger;
import io.hushbus.event.Making;
import io.hushbus.event.Trace;
import io.hushbus.model.Action;
import io.hushbus.model.Failure;
import io.hushbus.model.Grant;
import io.hushbus.model.ObjectName;
import io.hushbus.model.Resource;
import io.hushbus.model.Reveal;
import io.hushbus.model.Seen;
import io.hushbus.model.TenantId;
import io.hushbus.model.Uuids;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;

/**
 * The projects of a tenant. What is done to one project is done to the one that the grant names:
 * {@link #locate} it, ask the policy, act.
 */
public final class Projects {

  /** Most characters of a description. */
  public static final int LONGEST_DESCRIPTION = 1024;

  private static final String KIND = "project";

  /**
   * What a change of a project asks for; what is empty stays as it is.
   *
   * @param community the community it is to belong to; empty within: none
   */
  public record Edit(
      Optional<String> description, Optional<Reveal> reveal, Optional<Membership> community) {

    /** Where a project is to belong. */
    public record Membership(Optional<UUID> community) {}
  }

  private final Db db;
  private final Ledger ledger;
  private final Keyrings keyrings;
  private final Uuids ids;
  private final Leaving leaving;
  private final Inventory inventory;

  /**
   * @param leaving ends what a project has in a community that it leaves
   */
  public Projects(
      Db db, Ledger ledger, Keyrings keyrings, Uuids ids, Leaving leaving, Inventory inventory) {
    this.db = db;
    this.ledger = ledger;
    this.keyrings = keyrings;
    this.ids = ids;
    this.leaving = leaving;
    this.inventory = inventory;
  }

  /** In which communities projects are: counts in the tenants' inventories. */
  public static InventoryRows inventoryRows() {
    return ProjectStore.MEMBERS;
  }

  /** The table of projects under the tenants' keys. */
  public static KeyedRows keyedRows(CryptoPool pool) {
    return new MacedRows(ProjectStore.MACED, pool);
  }

  /** Runs work with the tenant's keys; again, if it met one that is new. */
  private <T> Future<T> withKeys(TenantId tenant, Function<Keyring, Future<T>> work) {
    return keyrings.learning(() -> keyrings.of(tenant).compose(work));
  }

  /**
   * @return the new project, in no community; a conflict if the name is taken, or in the operators'
   *     tenant, which holds none
   */
  public Future<Project> create(Grant grant, ObjectName name, String description) {
    return create(grant, name, description, Optional.empty());
  }

  /**
   * @param community the community that it belongs to from the start; the grant is the tenant's, so
   *     that it covers this too
   */
  public Future<Project> create(
      Grant grant, ObjectName name, String description, Optional<UUID> community) {
    grant.allowing(Action.PROJECT_ADMIN);
    return described(description)
        .compose(
            fits ->
                withKeys(
                    grant.tenant(),
                    keyring ->
                        ledger.create(
                            grant,
                            Making.of(
                                KIND,
                                Project::id,
                                (tx, made) -> ProjectStore.find(tx, keyring, made.getFirst())),
                            tx -> insert(tx, keyring, name, description, community))));
  }

  private Future<Change<Project>> insert(
      Tx tx, Keyring keyring, ObjectName name, String description, Optional<UUID> community) {
    return joinable(tx, community)
        .compose(open -> ProjectStore.insert(tx, keyring, ids.random(), name, description))
        .compose(
            made -> {
              Stock stock = new Stock();
              return ProjectStore.move(tx, keyring, made.id(), community, stock)
                  .compose(in -> inventory.move(tx, stock))
                  .compose(counted -> found(tx, keyring, made.id()));
            })
        .map(Projects::traced);
  }

  /** What to ask the policy about, for the project of that name. */
  public Future<Resource> locate(TenantId tenant, ObjectName name) {
    return withKeys(
            tenant,
            keyring -> db.read(tenant, tx -> ProjectStore.named(tx, keyring, name.folded())))
        .map(place -> resource(place.orElseThrow(() -> Failure.missing(KIND)).id()));
  }

  /** Who may read values of the project's secrets, before any check: for the check. */
  public Future<Reveal> reveal(TenantId tenant, UUID project) {
    return withKeys(
        tenant, keyring -> db.read(tenant, tx -> ProjectStore.reveal(tx, keyring, project)));
  }

  /** The same within a transaction, which is within {@link Keyrings#learning}. */
  public Future<Reveal> reveal(Tx tx, UUID project) {
    return keyrings.of(tx.tenant()).compose(keyring -> ProjectStore.reveal(tx, keyring, project));
  }

  /** The project that the grant is for. */
  public Future<Project> get(Grant grant) {
    grant.allowing(Action.PROJECT_READ);
    return withKeys(
            grant.tenant(),
            keyring ->
                db.read(grant.tenant(), tx -> ProjectStore.find(tx, keyring, subject(grant))))
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
    return withKeys(
        grant.tenant(),
        keyring ->
            db.read(grant.tenant(), tx -> ProjectStore.after(tx, keyring, start, only, limit)));
  }

  /** Changes the project of the grant: all but where it belongs. */
  public Future<Project> edit(Grant grant, Edit edit, Seen seen) {
    grant.allowing(Action.PROJECT_ADMIN);
    if (edit.community().isPresent()) {
      throw new IllegalArgumentException(
          "where a project belongs is changed by a right of its own");
    }
    return described(edit.description().orElse("")).compose(fits -> changed(grant, edit, seen));
  }

  /**
   * The same, with where it belongs. Whatever the project has in a community that it leaves ends
   * with the leaving: what it shared, what it adopted, and the leases by adoptions of either side.
   *
   * @param grant to change the project
   * @param membership to say which projects belong to communities
   */
  public Future<Project> edit(Grant grant, Grant membership, Edit edit, Seen seen) {
    grant.allowing(Action.PROJECT_ADMIN);
    membership.allowing(Action.COMMUNITY_ADMIN);
    return described(edit.description().orElse("")).compose(fits -> changed(grant, edit, seen));
  }

  private Future<Project> changed(Grant grant, Edit edit, Seen seen) {
    return withKeys(
        grant.tenant(),
        keyring ->
            ledger.change(
                grant,
                tx ->
                    ProjectStore.hold(tx, keyring, subject(grant))
                        .compose(held -> found(tx, keyring, subject(grant)))
                        .compose(project -> editIn(tx, keyring, project, edit, seen))));
  }

  private Future<Change<Project>> editIn(
      Tx tx, Keyring keyring, Project before, Edit edit, Seen seen) {
    UUID project = seen.same(before, Project::etag).id();
    return describe(tx, project, edit)
        .compose(described -> revealIn(tx, keyring, project, edit))
        .compose(revealed -> moveIn(tx, keyring, project, edit))
        .compose(
            told ->
                found(tx, keyring, project)
                    .map(now -> new Change<>(now, List.of(trace(now).with(changes(edit))), told)));
  }

  private static Future<Void> describe(Tx tx, UUID project, Edit edit) {
    return edit.description()
        .map(text -> ProjectStore.describe(tx, project, text))
        .orElseGet(Future::succeededFuture);
  }

  private static Future<Void> revealIn(Tx tx, Keyring keyring, UUID project, Edit edit) {
    return edit.reveal()
        .map(reveal -> ProjectStore.reveal(tx, keyring, project, reveal))
        .orElseGet(Future::succeededFuture);
  }

  private Future<List<Fact>> moveIn(Tx tx, Keyring keyring, UUID project, Edit edit) {
    Stock stock = new Stock();
    return edit.community().isEmpty()
        ? Future.succeededFuture(List.of())
        : joinable(tx, edit.community().get().community())
            .compose(
                open ->
                    ProjectStore.move(
                        tx, keyring, project, edit.community().get().community(), stock))
            .compose(
                moved ->
                    moved ? leaving.left(tx, project) : Future.succeededFuture(List.<Fact>of()))
            .compose(told -> inventory.move(tx, stock).map(told));
  }

  /** A community that is being removed is waited for, and then not there. */
  private static Future<Void> joinable(Tx tx, Optional<UUID> community) {
    return community
        .map(
            id ->
                CommunityStore.join(tx, id)
                    .map(found -> found.orElseThrow(() -> Failure.missing("community")))
                    .<Void>mapEmpty())
        .orElseGet(Future::succeededFuture);
  }

  private static Future<Project> found(Tx tx, Keyring keyring, UUID id) {
    return ProjectStore.find(tx, keyring, id)
        .map(project -> project.orElseThrow(() -> Failure.missing(KIND)));
  }

  private static Map<String, Object> changes(Edit edit) {
    Map<String, Object> fields = new TreeMap<>();
    edit.description().ifPresent(text -> fields.put("description", true));
    edit.reveal().ifPresent(reveal -> fields.put("reveal", reveal.word()));
    edit.community()
        .ifPresent(
            to -> fields.put("community", to.community().map(UUID::toString).orElse("none")));
    return fields;
  }

  private static UUID subject(Grant grant) {
    return grant.resource().id().orElseThrow();
  }

  private static Change<Project> traced(Project project) {
    return Change.of(project, trace(project));
  }

  private static Trace trace(Project project) {
    return Trace.of(resource(project.id())).named(project.name().text());
  }

  private static Resource resource(UUID project) {
    return new Resource(KIND, Optional.of(project), Optional.of(project));
  }

  /** Refuses a description that is too long. */
  static Future<Void> described(String description) {
    return description.length() > LONGEST_DESCRIPTION
        ? Future.failedFuture(Failure.invalid("/description", Failure.Code.TOO_LONG))
        : Future.succeededFuture();
  }
}
