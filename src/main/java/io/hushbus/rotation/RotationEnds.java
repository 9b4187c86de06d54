package io.hushbus.rotation;

import io.hushbus.crypto.Keyring;
import io.hushbus.db.Tx;
import io.hushbus.event.Change;
import io.hushbus.event.EventType;
import io.hushbus.event.Fact;
import io.hushbus.event.Trace;
import io.hushbus.lease.Holders;
import io.hushbus.model.Failure;
import io.hushbus.model.Scope;
import io.hushbus.model.SecretId;
import io.hushbus.model.SecretName;
import io.hushbus.model.VersionState;
import io.hushbus.secret.Lineage;
import io.hushbus.secret.Secret;
import io.hushbus.secret.Version;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * One step of one rotation, in a transaction that holds the secret's head: retires what is over,
 * names who was left behind, and says what readers are told.
 */
final class RotationEnds {

  private static final int NAMED = 100;
  private static final Duration BETWEEN_TELLINGS = Duration.ofSeconds(5);

  private final Lineage lineage;
  private final Holders holders;

  RotationEnds(Lineage lineage, Holders holders) {
    this.lineage = lineage;
    this.holders = holders;
  }

  /** A rotation that goes on, with its secret locked. */
  private record Going(Rotation rotation, Lineage.Standing standing) {

    Secret head() {
      return standing.head();
    }

    Instant now() {
      return standing.now();
    }

    /** Whose content is that of the new version, as far as somebody may hold it. */
    Holders.Target question() {
      return ask(rotation, standing.held());
    }

    Trace trace() {
      return standing
          .trace(rotation.to())
          .with(Map.of("rotation", rotation.id().toString(), "phase", rotation.phase().word()));
    }
  }

  private static Holders.Target ask(Rotation rotation, List<Version> held) {
    Optional<Version> to =
        held.stream().filter(version -> version.number() == rotation.to()).findFirst();
    Set<Integer> same =
        held.stream()
            .filter(version -> to.filter(version::sameContent).isPresent())
            .map(Version::number)
            .collect(Collectors.toSet());
    return new Holders.Target(rotation.secret(), rotation.to(), same, rotation.startedAt());
  }

  /** Who is asked about, without locking anything. */
  Future<Holders.Target> question(Tx tx, Keyring ring, Rotation rotation) {
    return lineage
        .look(tx, ring, rotation.secret())
        .map(found -> ask(rotation, found.map(Lineage.Standing::held).orElse(List.of())));
  }

  /** How far holders are: those who have ended have moved. */
  Future<Holders.Counts> counts(Tx tx, Holders.Target question) {
    Future<Holders.Counts> live = holders.count(tx, question);
    Future<Long> ended = holders.ended(tx, question.secret(), question.since());
    return Future.all(live, ended)
        .map(
            read ->
                new Holders.Counts(
                    live.result().total() + ended.result(),
                    live.result().moved() + ended.result(),
                    live.result().failed()));
  }

  /** The secret of a rotation, without locking anything. */
  Future<Secret> head(Tx tx, Keyring ring, Rotation rotation) {
    return lineage
        .look(tx, ring, rotation.secret())
        .map(found -> found.orElseThrow(() -> Failure.missing("secret")).head());
  }

  /** The database's time. */
  Future<Instant> now(Tx tx, Keyring ring, Secret head) {
    return lineage
        .look(tx, ring, head.id())
        .map(found -> found.orElseThrow(() -> Failure.missing("secret")).now());
  }

  /** The secret of exactly this scope and name. */
  Future<Secret> named(Tx tx, Keyring ring, Scope scope, SecretName name) {
    return lineage.named(tx, ring, scope, name);
  }

  /** Ends every older version now; a {@link Failure.Conflict} if the rotation does not drain. */
  Future<Change<Phase>> retireNow(Tx tx, Keyring ring, UUID id) {
    return new RotationStore(ring)
        .find(tx, id)
        .map(found -> found.orElseThrow(() -> Failure.missing("rotation")))
        .compose(rotation -> going(tx, ring, id, rotation.secret()))
        .map(found -> found.orElseThrow(() -> Failure.conflict(Failure.Reason.STATE)))
        .compose(
            going -> {
              if (going.rotation().phase() != Phase.DRAINING) {
                throw Failure.conflict(Failure.Reason.STATE);
              }
              return complete(tx, ring, going, older(going));
            });
  }

  private static List<Version> older(Going going) {
    Version current = going.standing().current();
    return going.standing().held().stream()
        .filter(version -> version.state() == VersionState.PREVIOUS)
        .filter(version -> !version.sameContent(current))
        .toList();
  }

  /**
   * The next step of a rotation; empty if there is none, since it waits or is over. All that it is
   * decided by is asked for at once: others wait for the head meanwhile.
   *
   * @param allowed whether this node may make it, which was asked for before
   * @return what is to be done outside of this transaction
   */
  Future<Optional<Change<RotationPlan.Step>>> step(
      Tx tx, Keyring ring, RotationStore.Due due, Future<Void> allowed) {
    Future<Optional<Going>> going = going(tx, ring, due.id(), due.secret());
    Future<Map<Integer, Long>> holding = holders.holding(tx, due.secret());
    return Future.all(allowed, going, holding)
        .compose(
            read ->
                going
                    .result()
                    .map(one -> step(tx, ring, one, holding.result()))
                    .orElseGet(() -> Future.succeededFuture(Optional.empty())));
  }

  private Future<Optional<Going>> going(Tx tx, Keyring ring, UUID id, SecretId secret) {
    Future<Optional<Lineage.Standing>> standing = lineage.lock(tx, ring, secret);
    Future<Optional<Rotation>> rotation = new RotationStore(ring).lock(tx, id);
    return Future.all(standing, rotation)
        .map(read -> rotation.result().orElseThrow(() -> Failure.missing("rotation")))
        .map(
            found ->
                standing
                    .result()
                    .filter(one -> of(found, secret) && !found.phase().over())
                    .map(one -> new Going(found, one)));
  }

  /** Which secret it is of, the rotation says; before that it was only heard. */
  private static boolean of(Rotation rotation, SecretId secret) {
    if (!rotation.secret().equals(secret)) {
      throw Failure.integrity("rotation");
    }
    return true;
  }

  private Future<Optional<Change<RotationPlan.Step>>> step(
      Tx tx, Keyring ring, Going going, Map<Integer, Long> held) {
    return stage(tx, going)
        .map(stage -> new RotationPlan.Standing(going.standing().held(), held, stage))
        .map(standing -> RotationPlan.next(going.rotation(), standing, going.now()))
        .compose(
            step ->
                switch (step) {
                  case RotationPlan.Wait wait -> progress(tx, going).map(one -> as(one, step));
                  case RotationPlan.Retire retire ->
                      (retire.complete()
                              ? complete(tx, ring, going, retire.versions())
                              : retired(tx, ring, going, retire.versions()))
                          .map(one -> as(Optional.of(one), step));
                  case RotationPlan.NextStage next ->
                      nextStage(tx, ring, going, next.stage())
                          .map(one -> as(Optional.of(one), step));
                  case RotationPlan.Promote promote ->
                      promote(tx, ring, going).map(one -> as(Optional.of(one), step));
                  // A transaction of its own makes the version back.
                  case RotationPlan.RollBack back ->
                      Future.succeededFuture(Optional.of(Change.of(step, going.trace())));
                });
  }

  private Future<Optional<RotationPlan.StageCounts>> stage(Tx tx, Going going) {
    Rotation rotation = going.rotation();
    if (rotation.phase() != Phase.STAGED) {
      return Future.succeededFuture(Optional.empty());
    }
    var everybody = new Holders.Target(rotation.secret(), rotation.to(), Set.of());
    return holders
        .count(tx, everybody, rotation.staging().part(rotation.stage(), rotation.id()))
        .map(
            counts ->
                Optional.of(
                    new RotationPlan.StageCounts(counts.total(), counts.moved(), counts.failed())));
  }

  private Future<Change<Phase>> nextStage(Tx tx, Keyring ring, Going going, int stage) {
    Rotation next = going.rotation().inStage(stage, going.now());
    Version waiting = going.standing().version(next.to()).orElseThrow(RotationEnds::lost);
    return new RotationStore(ring)
        .update(tx, next, false)
        .map(
            Change.of(Phase.STAGED, going.trace())
                .telling(Told.staged(going.head(), next, waiting)));
  }

  /** The version becomes current, and the one before drains from now on. */
  private Future<Change<Phase>> promote(Tx tx, Keyring ring, Going going) {
    Version waiting =
        going.standing().version(going.rotation().to()).orElseThrow(RotationEnds::lost);
    Version before = going.standing().current();
    Optional<Instant> until =
        before.sameContent(waiting)
            ? Optional.empty()
            : Optional.of(going.now().plus(going.rotation().grace()));
    Rotation next = going.rotation().draining(until);
    return new RotationStore(ring)
        .update(tx, next, false)
        .compose(written -> lineage.promote(tx, ring, going.standing(), waiting, until))
        .compose(
            head ->
                lineage
                    .facts(tx, ring, EventType.SECRET_VERSION_ANNOUNCED, head, Told.announced(next))
                    .map(facts -> new Change<>(Phase.DRAINING, List.of(going.trace()), facts)));
  }

  private static Failure lost() {
    return Failure.integrity("secret_version");
  }

  private static <T> Optional<Change<T>> as(Optional<? extends Change<?>> change, T result) {
    return change.map(one -> new Change<>(result, one.traces(), one.facts()));
  }

  /** Telling that it goes on, not too often; a state like any other, so with its record. */
  private Future<Optional<Change<Phase>>> progress(Tx tx, Going going) {
    return counts(tx, going.question())
        .compose(
            counts ->
                RotationStore.tell(
                        tx,
                        going.rotation().id(),
                        counts.moved(),
                        counts.failed(),
                        BETWEEN_TELLINGS)
                    .map(
                        tell ->
                            tell
                                ? Optional.of(
                                    Change.of(going.rotation().phase(), going.trace())
                                        .telling(
                                            Lineage.fact(
                                                EventType.ROTATION_PROGRESS,
                                                going.head(),
                                                Told.progress(going.rotation(), counts))))
                                : Optional.empty()));
  }

  private Future<Change<Phase>> retired(Tx tx, Keyring ring, Going going, List<Version> versions) {
    return retire(tx, ring, going, versions)
        .map(facts -> new Change<>(Phase.DRAINING, traces(going, versions), facts));
  }

  private Future<Change<Phase>> complete(Tx tx, Keyring ring, Going going, List<Version> versions) {
    RotationStore store = new RotationStore(ring);
    return retire(tx, ring, going, versions)
        .compose(
            facts ->
                end(tx, going)
                    .map(
                        end -> {
                          Rotation over =
                              going
                                  .rotation()
                                  .ended(Phase.COMPLETED, going.now(), Optional.of(end));
                          List<Fact> told = new ArrayList<>(facts);
                          told.add(
                              Lineage.fact(
                                  EventType.ROTATION_COMPLETED, going.head(), Told.of(over)));
                          tx.trust(store.update(tx, over, end.laggards() == 0));
                          return new Change<>(Phase.COMPLETED, traces(going, versions), told);
                        }));
  }

  private static List<Trace> traces(Going going, List<Version> versions) {
    List<Trace> traces = new ArrayList<>();
    traces.add(going.trace());
    versions.forEach(
        version ->
            traces.add(
                going
                    .standing()
                    .trace(version.number())
                    .with(Map.of("state", VersionState.RETIRED.word()))));
    return traces;
  }

  /** Retires the versions; gives what is told of that. */
  private Future<List<Fact>> retire(Tx tx, Keyring ring, Going going, List<Version> versions) {
    List<Future<List<Fact>>> each =
        versions.stream().map(version -> retire(tx, ring, going, version)).toList();
    return Future.all(each)
        .map(done -> each.stream().flatMap(one -> one.result().stream()).toList());
  }

  private Future<List<Fact>> retire(Tx tx, Keyring ring, Going going, Version version) {
    Map<String, Object> numbers = new LinkedHashMap<>();
    numbers.put("version", version.number());
    numbers.put("current_version", going.head().currentVersion());
    numbers.put("rotation", going.rotation().id().toString());
    lineage.write(tx, ring, going.head(), version.retired());
    return lineage.facts(tx, ring, EventType.SECRET_VERSION_RETIRED, going.standing(), numbers);
  }

  private Future<Rotation.End> end(Tx tx, Going going) {
    var counts = counts(tx, going.question());
    var behind = holders.laggards(tx, going.question(), Holders.Place.START, NAMED);
    return Future.all(counts, behind)
        .map(
            read ->
                new Rotation.End(
                    counts.result().total(),
                    counts.result().moved(),
                    counts.result().failed(),
                    counts.result().behind(),
                    behind.result().stream().map(RotationEnds::laggard).toList()));
  }

  /**
   * Ends the leases of some of those whom a rotation left behind. Their version is retired by now,
   * so that they hold nothing: this is for the record, and for them to hear it.
   *
   * @return empty if there are none left
   */
  Future<Optional<Change<Integer>>> sweep(Tx tx, Keyring ring, UUID id, int limit) {
    return new RotationStore(ring)
        .find(tx, id)
        .map(found -> found.filter(rotation -> rotation.phase().over()))
        .compose(
            over ->
                over.map(rotation -> sweep(tx, ring, rotation, limit))
                    .orElseGet(() -> Future.succeededFuture(Optional.empty())));
  }

  private Future<Optional<Change<Integer>>> sweep(
      Tx tx, Keyring ring, Rotation rotation, int limit) {
    return lineage
        .look(tx, ring, rotation.secret())
        .compose(
            standing ->
                standing
                    .map(one -> sweep(tx, ring, new Going(rotation, one), limit))
                    .orElseGet(() -> Future.succeededFuture(Optional.empty())));
  }

  private Future<Optional<Change<Integer>>> sweep(Tx tx, Keyring ring, Going going, int limit) {
    return holders
        .revokeLaggards(tx, ring, going.question(), limit)
        .compose(
            ended ->
                ended.isEmpty()
                    ? RotationStore.swept(tx, going.rotation().id()).map(Optional.empty())
                    : Future.succeededFuture(
                        Optional.of(Revoked.change(going.rotation(), going.trace(), ended))));
  }

  /** Who of a gang is meant stands after the holder. */
  private static Rotation.Laggard laggard(Holders.Holder holder) {
    return new Rotation.Laggard(
        holder.lease().value(),
        holder.principal() + holder.member().map(member -> "/" + member).orElse(""));
  }
}
