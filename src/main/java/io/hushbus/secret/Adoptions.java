package io.hushbus.secret;

import io.hushbus.event.Change;
import io.hushbus.event.Making;
import io.hushbus.event.Trace;
import io.hushbus.model.Action;
import io.hushbus.model.Failure;
import io.hushbus.model.Grant;
import io.hushbus.model.Resource;
import io.hushbus.model.Scope;
import io.hushbus.model.SecretId;
import io.hushbus.model.SecretName;
import io.hushbus.model.Uuids;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/**
 * The receiver's side of sharing: a project takes in what another one has shared with the community
 * of both. Its runners may lease it then and its developers clone it; nobody there may change it.
 */
public final class Adoptions {

  /**
   * A secret that others share with a project's community.
   *
   * @param adopted the adoption by that project, if it has one
   */
  public record Offer(Share share, Secret head, Optional<Adoption> adopted) {}

  /** A secret and some of its adoptions. */
  public record Used(Secret head, List<Adopted> adoptions) {}

  private final OpenTenants tenants;
  private final AdoptionEnds ends;
  private final Uuids ids;

  Adoptions(OpenTenants tenants, AdoptionEnds ends, Uuids ids) {
    this.tenants = tenants;
    this.ends = ends;
    this.ids = ids;
  }

  /**
   * What other projects share with the community of {@code project}, by the ids of the shares: all
   * that the project can know of it before it adopts.
   */
  public Future<List<Offer>> offers(
      Grant grant, Scope.Place project, Optional<UUID> after, int limit) {
    grant.allowing(Action.SECRET_LIST, new Scope.Project(project));
    return read(
        grant,
        tx ->
            tx.sharing()
                .sharedWith(project.id(), after, limit)
                .compose(
                    shared ->
                        tx.sharing()
                            .ofProject(project.id(), Optional.empty(), Integer.MAX_VALUE)
                            .map(mine -> offers(shared, mine))));
  }

  private static List<Offer> offers(List<SharingTx.Shared> shared, List<Adopted> mine) {
    return shared.stream().map(one -> new Offer(one.share(), one.head(), of(one, mine))).toList();
  }

  private static Optional<Adoption> of(SharingTx.Shared shared, List<Adopted> mine) {
    return mine.stream()
        .map(Adopted::adoption)
        .filter(adoption -> adoption.share().equals(shared.share().id()))
        .findFirst();
  }

  /** What a project has adopted, by the ids of the adoptions. */
  public Future<List<Adopted>> list(
      Grant grant, Scope.Place project, Optional<UUID> after, int limit) {
    grant.allowing(Action.SECRET_LIST, new Scope.Project(project));
    return read(grant, tx -> tx.sharing().ofProject(project.id(), after, limit));
  }

  /** Which projects have adopted a secret, by the ids of the adoptions: for its owner. */
  public Future<Used> of(
      Grant grant, Scope scope, SecretName name, Optional<UUID> after, int limit) {
    grant.allowing(Action.SECRET_READ_METADATA, scope);
    return read(
        grant,
        tx ->
            tx.head(scope, name)
                .compose(
                    head ->
                        tx.sharing()
                            .ofSecret(head.id(), after, limit)
                            .map(adoptions -> new Used(head, adoptions))));
  }

  /** Whether the name stands for an adoption in exactly this scope, whoever asks. */
  public Future<Boolean> has(Grant grant, Scope scope, SecretName name) {
    return read(grant, tx -> tx.sharing().adopted(scope, name)).map(Optional::isPresent);
  }

  /**
   * Adopts a secret that is shared with the project's community.
   *
   * @param alias what it is to be called in the project; empty: as at home
   * @return {@link Failure.Missing} if it is not shared there; {@link Failure.Conflict} if the
   *     project has something else of that name, has adopted it already, or owns it
   */
  public Future<Adopted> adopt(
      Grant grant, Scope.Place project, SecretId secret, Optional<SecretName> alias) {
    grant.allowing(Action.SECRET_ADOPT, new Scope.Project(project));
    return tenants.learning(
        () ->
            tenants
                .of(grant)
                .compose(
                    tenant ->
                        tenant.create(
                            Making.of(
                                "adoption",
                                adopted -> adopted.adoption().id(),
                                (tx, made) -> again(tx, project, secret, made.getFirst())),
                            tx -> adoptIn(tx, tenant, project, secret, alias))));
  }

  private static Future<Optional<Adopted>> again(
      SecretTx tx, Scope.Place project, SecretId secret, UUID adoption) {
    return tx.sharing()
        .held(adoption)
        .map(
            found ->
                found
                    .filter(one -> Places.project(one.adoption().scope()).equals(project.id()))
                    .filter(one -> one.adoption().secret().equals(secret)));
  }

  private Future<Change<Adopted>> adoptIn(
      SecretTx tx,
      OpenTenant tenant,
      Scope.Place project,
      SecretId secret,
      Optional<SecretName> alias) {
    return tx.sharing()
        .adoptable(project.id(), secret)
        .map(shared -> anothers(shared, project))
        .map(shared -> adoption(tenant, project, shared, alias))
        .compose(adopted -> named(tx, adopted))
        .compose(adopted -> tx.sharing().insert(adopted.adoption()).map(adopted))
        .map(adopted -> Change.of(adopted, trace(adopted.adoption(), "adopted")));
  }

  private static SharingTx.Shared anothers(SharingTx.Shared shared, Scope.Place project) {
    if (Places.project(shared.head().scope()).equals(project.id())) {
      throw Failure.conflict(Failure.Reason.STATE);
    }
    return shared;
  }

  private Adopted adoption(
      OpenTenant tenant, Scope.Place project, SharingTx.Shared shared, Optional<SecretName> alias) {
    Secret head = shared.head();
    return new Adopted(
        new Adoption(
            ids.ordered(),
            shared.share().id(),
            head.id(),
            Scope.of(Optional.of(project), head.scope().inDomain()),
            alias.orElse(head.name()),
            tenant.author(),
            shared.now()),
        head);
  }

  /** Whoever gives out a name locks its mark first: so no secret can take it meanwhile. */
  private static Future<Adopted> named(SecretTx tx, Adopted adopted) {
    Scope scope = adopted.adoption().scope();
    SecretName name = adopted.adoption().name();
    return tx.raise(scope, name, 0)
        .compose(locked -> tx.has(scope, name))
        .map(
            taken -> {
              if (taken) {
                throw Failure.conflict(Failure.Reason.NAME_TAKEN);
              }
              return adopted;
            });
  }

  /**
   * Gives up an adoption of a project. Leases by it end in the same transaction.
   *
   * @return {@link Failure.Missing} if the project has no such adoption
   */
  public Future<Adopted> giveUp(Grant grant, Scope.Place project, UUID adoption) {
    grant.allowing(Action.SECRET_ADOPT, new Scope.Project(project));
    return tenants.learning(
        () ->
            tenants
                .of(grant)
                .compose(tenant -> tenant.change(tx -> giveUpIn(tx, project, adoption))));
  }

  private Future<Change<Adopted>> giveUpIn(SecretTx tx, Scope.Place project, UUID adoption) {
    return tx.sharing()
        .held(adoption)
        .map(
            found ->
                found
                    .filter(one -> Places.project(one.adoption().scope()).equals(project.id()))
                    .orElseThrow(Adoptions::missing))
        .compose(
            adopted ->
                tx.sharing()
                    .end(adoption)
                    .map(ended -> ended.orElseThrow(Adoptions::missing))
                    .compose(ended -> ends.givenUp(tx.tx(), ended))
                    .map(
                        told ->
                            new Change<>(
                                adopted, List.of(trace(adopted.adoption(), "given_up")), told)));
  }

  private <T> Future<T> read(Grant grant, Function<SecretTx, Future<T>> work) {
    return tenants.learning(() -> tenants.of(grant).compose(tenant -> tenant.read(work)));
  }

  private static Trace trace(Adoption adoption, String what) {
    return Trace.of(Resource.in(adoption.scope(), "secret").withId(adoption.secret().value()))
        .named(adoption.name().text())
        .with(Map.of(what, adoption.id().toString()));
  }

  private static Failure missing() {
    return Failure.missing("adoption");
  }
}
