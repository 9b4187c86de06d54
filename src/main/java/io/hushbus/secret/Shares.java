package io.hushbus.secret;

import io.hushbus.event.Change;
import io.hushbus.event.Fact;
import io.hushbus.event.Trace;
import io.hushbus.model.Action;
import io.hushbus.model.Failure;
import io.hushbus.model.Grant;
import io.hushbus.model.Scope;
import io.hushbus.model.SecretName;
import io.hushbus.model.Uuids;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * The owner's side of sharing: a project's secret is made visible in the community that the project
 * belongs to. That alone gives nobody the value; see {@link Adoptions}.
 */
public final class Shares {

  private final OpenTenants tenants;
  private final AdoptionEnds ends;
  private final Uuids ids;

  Shares(OpenTenants tenants, AdoptionEnds ends, Uuids ids) {
    this.tenants = tenants;
    this.ends = ends;
    this.ids = ids;
  }

  /** Where a secret is shared. */
  public Future<List<Share>> list(Grant grant, Scope scope, SecretName name) {
    grant.allowing(Action.SECRET_READ_METADATA, scope);
    return tenants.with(
        grant,
        tenant ->
            tenant.read(
                tx -> tx.head(scope, name).compose(head -> tx.sharing().shares(head.id()))));
  }

  /**
   * Shares a secret with the community of the grant; nothing changes if it is shared there already.
   *
   * @return {@link Failure.Conflict} if the project does not belong to that community
   */
  public Future<Share> share(Grant grant, Scope scope, SecretName name) {
    grant.allowing(Action.SECRET_SHARE, scope);
    return tenants.with(
        grant, tenant -> tenant.change(tx -> shareIn(tx, tenant, community(grant), scope, name)));
  }

  private Future<Change<Share>> shareIn(
      SecretTx tx, OpenTenant tenant, UUID community, Scope scope, SecretName name) {
    return tx.hold(scope, name)
        .compose(
            found ->
                member(tx, scope, community).compose(place -> shareIn(tx, tenant, found, place)));
  }

  private static Future<Scope.Place> member(SecretTx tx, Scope scope, UUID community) {
    return tx.sharing()
        .member(Places.project(scope), community)
        .map(place -> place.orElseThrow(() -> Failure.conflict(Failure.Reason.STATE)));
  }

  private Future<Change<Share>> shareIn(
      SecretTx tx, OpenTenant tenant, SecretTx.Current secret, Scope.Place community) {
    Share share =
        new Share(ids.ordered(), secret.head().id(), community, tenant.author(), secret.now());
    return existing(tx, share)
        .compose(
            before ->
                before.isPresent()
                    ? Future.succeededFuture(
                        Change.of(before.get(), trace(secret.head(), community)))
                    : fresh(tx, secret.head(), share));
  }

  private static Future<Optional<Share>> existing(SecretTx tx, Share wanted) {
    return tx.sharing()
        .shares(wanted.secret())
        .map(
            all ->
                all.stream()
                    .filter(one -> one.community().id().equals(wanted.community().id()))
                    .findFirst());
  }

  /** A row in the way that is not genuine makes room. */
  private static Future<Change<Share>> fresh(SecretTx tx, Secret head, Share share) {
    return tx.sharing()
        .endShare(head.id(), share.community().id())
        .compose(cleared -> tx.sharing().insert(share))
        .map(
            Change.of(share, trace(head, share.community()))
                .telling(Announcements.shared(head, share.community())));
  }

  /**
   * Takes a secret out of sight in the community of the grant. Whoever adopted it there loses it,
   * and the leases by it, in the same transaction.
   *
   * @return {@link Failure.Missing} if it is not shared there
   */
  public Future<Share> unshare(Grant grant, Scope scope, SecretName name) {
    grant.allowing(Action.SECRET_SHARE, scope);
    return tenants.with(
        grant, tenant -> tenant.change(tx -> unshareIn(tx, community(grant), scope, name)));
  }

  private Future<Change<Share>> unshareIn(
      SecretTx tx, UUID community, Scope scope, SecretName name) {
    return tx.head(scope, name)
        .compose(
            head ->
                tx.sharing()
                    .shares(head.id())
                    .map(all -> in(all, community))
                    .compose(share -> endIn(tx, head, share)));
  }

  private static Share in(List<Share> shares, UUID community) {
    return shares.stream()
        .filter(one -> one.community().id().equals(community))
        .findFirst()
        .orElseThrow(() -> Failure.missing("share"));
  }

  private Future<Change<Share>> endIn(SecretTx tx, Secret head, Share share) {
    return tx.sharing()
        .endShare(head.id(), share.community().id())
        .map(ended -> ended.orElseThrow(() -> Failure.missing("share")))
        .compose(ended -> tx.sharing().endOfShare(ended))
        .compose(ended -> ends.unshared(tx.tx(), ended))
        .map(told -> unshared(head, share, told));
  }

  private static Change<Share> unshared(Secret head, Share share, List<Fact> told) {
    List<Fact> facts = new ArrayList<>();
    facts.add(Announcements.unshared(head, share.community()));
    facts.addAll(told);
    Trace trace =
        Announcements.trace(head)
            .with(Map.of("unshared", share.community().id().toString(), "notices", told.size()));
    return new Change<>(share, List.of(trace), facts);
  }

  private static Trace trace(Secret head, Scope.Place community) {
    return Announcements.trace(head).with(Map.of("shared", community.id().toString()));
  }

  private static UUID community(Grant grant) {
    return grant.resource().community().orElseThrow();
  }
}
