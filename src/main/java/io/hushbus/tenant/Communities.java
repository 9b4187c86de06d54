package io.hushbus.tenant;

import io.hushbus.db.Db;
import io.hushbus.db.Tx;
import io.hushbus.event.Change;
import io.hushbus.event.Ledger;
import io.hushbus.event.Making;
import io.hushbus.event.Trace;
import io.hushbus.model.Action;
import io.hushbus.model.Failure;
import io.hushbus.model.Grant;
import io.hushbus.model.ObjectName;
import io.hushbus.model.Resource;
import io.hushbus.model.Seen;
import io.hushbus.model.TenantId;
import io.hushbus.model.Uuids;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * The communities of a tenant. Which projects belong to one is a matter of the projects ({@link
 * Projects#edit}).
 */
public final class Communities {

  private static final String KIND = "community";
  private static final int MOST_BLOCKERS = 100;

  /** What of the communities somebody may see: these, and those of these projects. */
  public record Visible(Set<UUID> communities, Set<UUID> projects) {}

  private final Db db;
  private final Ledger ledger;
  private final Uuids ids;
  private final Unbinding roles;

  /**
   * @param roles ends those at a community that is removed
   */
  public Communities(Db db, Ledger ledger, Uuids ids, Unbinding roles) {
    this.roles = roles;
    this.db = db;
    this.ledger = ledger;
    this.ids = ids;
  }

  /** What to ask the policy about, for the community of that id. */
  public static Resource resource(UUID community) {
    return Resource.ofTenant(KIND).withId(community).at(community);
  }

  /** The id of the community of that name, before any check: for no other use than the check. */
  public Future<Optional<UUID>> find(TenantId tenant, ObjectName name) {
    return db.read(tenant, tx -> CommunityStore.named(tx, name))
        .map(found -> found.map(Community::id));
  }

  /** What to ask the policy about, for the community of that name. */
  public Future<Resource> locate(TenantId tenant, ObjectName name) {
    return find(tenant, name).map(id -> resource(id.orElseThrow(Communities::missing)));
  }

  /**
   * @return the new community; a conflict if the name is taken, or in the operators' tenant
   */
  public Future<Community> create(Grant grant, ObjectName name, String description) {
    grant.allowing(Action.COMMUNITY_ADMIN);
    return Projects.described(description)
        .compose(
            fits ->
                ledger.create(
                    grant,
                    Making.of(
                        KIND,
                        Community::id,
                        (tx, made) -> CommunityStore.find(tx, made.getFirst())),
                    tx ->
                        CommunityStore.insert(tx, ids.random(), name, description)
                            .map(Communities::traced)));
  }

  /** The community that the grant is for. */
  public Future<Community> get(Grant grant) {
    grant.allowing(Action.COMMUNITY_READ);
    return db.read(grant.tenant(), tx -> CommunityStore.find(tx, subject(grant)))
        .map(found -> found.orElseThrow(Communities::missing));
  }

  /**
   * Communities by name, those after {@code after}.
   *
   * @param only what the caller may see; empty: all
   */
  public Future<Page<Community>> list(
      Grant grant, Optional<Visible> only, Optional<ObjectName> after, int limit) {
    grant.allowing(Action.COMMUNITY_READ);
    String start = after.map(ObjectName::folded).orElse("");
    return db.read(grant.tenant(), tx -> CommunityStore.after(tx, start, only, limit));
  }

  /** Gives the community of the grant another description. */
  public Future<Community> describe(Grant grant, String description, Seen seen) {
    grant.allowing(Action.COMMUNITY_ADMIN);
    return Projects.described(description)
        .compose(
            fits ->
                ledger.change(
                    grant,
                    tx ->
                        CommunityStore.hold(tx, subject(grant))
                            .map(found -> found.orElseThrow(Communities::missing))
                            .map(held -> seen.same(held, Community::etag))
                            .compose(held -> CommunityStore.describe(tx, held.id(), description))
                            .map(found -> found.orElseThrow(Communities::missing))
                            .map(Communities::traced)));
  }

  /**
   * Removes the community of the grant and the roles bound at it.
   *
   * @return a conflict that names its projects, while it has any
   */
  public Future<Community> delete(Grant grant) {
    grant.allowing(Action.COMMUNITY_ADMIN);
    return ledger.change(
        grant,
        tx ->
            CommunityStore.hold(tx, subject(grant))
                .map(found -> found.orElseThrow(Communities::missing))
                .compose(community -> emptied(tx, community))
                .compose(
                    community ->
                        roles
                            .unbound(tx, community.id())
                            .compose(unbound -> CommunityStore.remove(tx, community.id()))
                            .map(traced(community))));
  }

  private static Future<Community> emptied(Tx tx, Community community) {
    return CommunityStore.members(tx, community.id(), MOST_BLOCKERS)
        .map(
            members -> {
              if (!members.isEmpty()) {
                throw Failure.conflict(Failure.Reason.IN_USE, blockers(members));
              }
              return community;
            });
  }

  private static List<Failure.Blocker> blockers(List<UUID> projects) {
    return projects.stream().map(id -> new Failure.Blocker("project", id.toString())).toList();
  }

  private static UUID subject(Grant grant) {
    return grant.resource().id().orElseThrow();
  }

  private static Change<Community> traced(Community community) {
    return Change.of(community, Trace.of(resource(community.id())).named(community.name().text()));
  }

  private static Failure missing() {
    return Failure.missing(KIND);
  }
}
