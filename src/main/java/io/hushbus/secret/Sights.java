package io.hushbus.secret;

import io.hushbus.model.Action;
import io.hushbus.model.Grant;
import io.hushbus.model.Scope;
import io.hushbus.model.SecretName;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Says what tasks would get under their names. Nothing is opened, and nothing is leased. */
public final class Sights {

  private final OpenTenants tenants;
  private final SightStore store = new SightStore();

  Sights(OpenTenants tenants) {
    this.tenants = tenants;
  }

  /**
   * What a task at {@code scope} would get under each name, in the order of the names; all that is
   * there, as of one moment.
   *
   * @return {@link io.hushbus.model.Failure.Integrity} if a secret that would be handed out does
   *     not verify
   */
  public Future<List<Sight>> of(Grant grant, Scope scope, List<SecretName> names) {
    grant.allowing(Action.RESOLVE, scope);
    return tenants.learning(
        () ->
            tenants
                .of(grant)
                .compose(tenant -> tenant.read(tx -> seen(tx, scope, List.copyOf(names)))));
  }

  private Future<List<Sight>> seen(SecretTx tx, Scope scope, List<SecretName> names) {
    Future<List<SightStore.Candidate>> candidates = store.candidates(tx.tx(), scope, names);
    Future<Set<String>> offered = tx.sharing().offered(scope, names);
    return Future.all(candidates, offered)
        .map(
            both -> {
              Map<Integer, List<SightStore.Candidate>> byName =
                  candidates.result().stream()
                      .collect(Collectors.groupingBy(SightStore.Candidate::asked));
              List<Sight> sights = new ArrayList<>(names.size());
              for (int i = 0; i < names.size(); i++) {
                sights.add(
                    sight(
                        tx.macs(),
                        names.get(i),
                        byName.getOrDefault(i, List.of()),
                        offered.result().contains(names.get(i).folded())));
              }
              return sights;
            });
  }

  private static Sight sight(
      RowMacs macs, SecretName name, List<SightStore.Candidate> candidates, boolean offered) {
    List<SightStore.Candidate> counting =
        Cascade.narrowFirst(
            candidates.stream().filter(one -> counts(macs, one)).toList(),
            SightStore.Candidate::place);
    return counting.isEmpty()
        ? Sight.nothing(name, offered)
        : new Sight(name, Optional.of(found(macs, counting)), false);
  }

  private static boolean counts(RowMacs macs, SightStore.Candidate candidate) {
    return candidate.adoption().isEmpty() || macs.genuine(candidate.adoption().get()).isPresent();
  }

  private static Sight.Found found(RowMacs macs, List<SightStore.Candidate> narrowFirst) {
    SightStore.Candidate winner = narrowFirst.getFirst();
    Secret head = macs.checked(winner.head());
    Version version = macs.checked(head, winner.version()).version().value();
    var adoption = winner.adoption().map(one -> one.adoption().value());
    return new Sight.Found(
        head,
        winner.place(),
        adoption.map(Adoption::name).orElse(head.name()),
        version.number(),
        winner.entries(),
        adoption,
        narrowFirst.stream().skip(1).map(SightStore.Candidate::place).toList());
  }
}
