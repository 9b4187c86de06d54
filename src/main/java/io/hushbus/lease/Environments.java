package io.hushbus.lease;

import io.hushbus.crypto.Keyring;
import io.hushbus.db.BatchTx;
import io.hushbus.db.Db;
import io.hushbus.db.GatheredReads;
import io.hushbus.db.Tx;
import io.hushbus.event.Change;
import io.hushbus.event.Ledger;
import io.hushbus.event.Trace;
import io.hushbus.model.Action;
import io.hushbus.model.Failure;
import io.hushbus.model.Grant;
import io.hushbus.model.ObjectName;
import io.hushbus.model.Resource;
import io.hushbus.model.Scope;
import io.hushbus.model.TenantId;
import io.hushbus.model.Uuids;
import io.hushbus.secret.Preconditions;
import io.hushbus.secret.Secret;
import io.hushbus.tenant.Keyrings;
import io.hushbus.tenant.Page;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.IntStream;

/** What tasks need, under names: each in one scope, found from the scopes below it. */
public final class Environments {

  /** The most environments of one tenant. */
  public static final int MOST = 10_000;

  private static final String KIND = "environment";
  private static final int ATTEMPTS = 3;
  private static final int MOST_LOOKUPS_AT_ONCE = 512;

  /**
   * An environment after it was written.
   *
   * @param created whether it was not there before
   */
  public record Put(Environment environment, boolean created) {}

  private final Db db;
  private final Ledger ledger;
  private final Keyrings keyrings;
  private final Uuids ids;
  private final EnvironmentStore store = new EnvironmentStore();
  private final GatheredReads<Lookup, Future<Environment>> lookups;

  private record Lookup(EnvironmentStore.Sought name, Keyring keyring) {}

  public Environments(Db db, Ledger ledger, Keyrings keyrings, Uuids ids) {
    this.db = db;
    this.ledger = ledger;
    this.keyrings = keyrings;
    this.ids = ids;
    this.lookups =
        db.gathering(MOST_LOOKUPS_AT_ONCE, lookup -> lookup.name().tenant(), this::lookUp);
  }

  /**
   * The environment of that name.
   *
   * @param inherited false: of exactly this scope; true: the narrowest that a task there sees
   */
  public Future<Environment> get(Grant grant, Scope scope, ObjectName name, boolean inherited) {
    grant.allowing(Action.ENVIRONMENT_READ, scope);
    return inherited
        ? seenFrom(grant.tenant(), scope, name)
        : read(
            grant.tenant(),
            (tx, keyring) ->
                store
                    .find(tx, scope, name)
                    .map(
                        found ->
                            found
                                .map(one -> checked(keyring, one))
                                .orElseThrow(Environments::missing)));
  }

  /** The environment of that name, as a task at {@code scope} sees it, to be leased as a whole. */
  public Future<EnvironmentPlan> plan(Grant grant, Scope scope, ObjectName name) {
    grant.allowing(Action.LEASE_GRANT, scope);
    return seenFrom(grant.tenant(), scope, name).map(EnvironmentPlan::new);
  }

  /**
   * What a task at {@code scope} means by the name: for those who have the right to resolve or to
   * lease there.
   */
  public Future<Environment> seenFrom(TenantId tenant, Scope scope, ObjectName name) {
    var sought = new EnvironmentStore.Sought(tenant, scope, name);
    return keyrings.learning(
        () ->
            keyrings
                .serving(tenant)
                .compose(keyring -> lookups.submit(new Lookup(sought, keyring)))
                .compose(answer -> answer));
  }

  private Future<List<Future<Environment>>> lookUp(BatchTx tx, List<Lookup> batch) {
    return store
        .narrowest(tx, batch.stream().map(Lookup::name).toList())
        .map(
            found ->
                IntStream.range(0, batch.size())
                    .mapToObj(i -> found(batch.get(i).keyring(), Optional.ofNullable(found.get(i))))
                    .toList());
  }

  private static Future<Environment> found(
      Keyring keyring, Optional<EnvironmentStore.Stored> stored) {
    return Future.succeededFuture(stored)
        .map(row -> checked(keyring, row.orElseThrow(Environments::missing)));
  }

  /** In order of their names, those after one. */
  public Future<Page<Environment>> list(
      Grant grant, Scope scope, boolean inherited, String after, int limit) {
    grant.allowing(Action.ENVIRONMENT_READ, scope);
    return read(
            grant.tenant(),
            (tx, keyring) ->
                store
                    .list(tx, scope, inherited, after, limit + 1)
                    .map(all -> all.stream().map(one -> checked(keyring, one)).toList()))
        .map(all -> Page.of(all, limit));
  }

  /** Those that need a secret, by their ids; at most 100, and only what is genuine. */
  public Future<List<Environment>> needing(Grant grant, Secret head) {
    grant.allowing(Action.SECRET_READ_METADATA);
    return read(
        grant.tenant(),
        (tx, keyring) ->
            store
                .needing(tx, head, 100)
                .map(
                    all ->
                        all.stream()
                            .filter(one -> genuine(keyring, one))
                            .map(EnvironmentStore.Stored::environment)
                            .toList()));
  }

  /** Makes an environment, or gives it other needs. */
  public Future<Put> put(
      Grant grant,
      Scope scope,
      ObjectName name,
      String description,
      List<Need> needs,
      Preconditions when) {
    return change(grant, scope, name, when, before -> new Content(description, needs));
  }

  /**
   * Puts one secret into one variable of an environment, which is made if it is not there: in the
   * place of what the variable held before, or beside the rest.
   *
   * @return {@link Failure.Invalid} if the variable is also set in another way
   */
  public Future<Put> bind(
      Grant grant, Scope scope, ObjectName name, Need need, Preconditions when) {
    return change(
        grant,
        scope,
        name,
        when,
        before ->
            new Content(
                before.map(Environment::description).orElse(""),
                with(before.map(Environment::needs).orElse(List.of()), need)));
  }

  private static List<Need> with(List<Need> before, Need need) {
    List<Need> next =
        new ArrayList<>(
            before.stream().filter(one -> !one.target().equals(need.target())).toList());
    next.add(need);
    if (next.size() > Need.MOST || !Need.clashes(next).isEmpty()) {
      throw Failure.invalid(
          "?variable",
          next.size() > Need.MOST ? Failure.Code.TOO_LONG : Failure.Code.DUPLICATE_KEY);
    }
    return next;
  }

  /** Removes an environment. Runs that were opened with it go on. */
  public Future<Environment> delete(Grant grant, Scope scope, ObjectName name, Preconditions when) {
    grant.allowing(Action.ENVIRONMENT_CHANGE, scope);
    return keyrings.learning(
        () ->
            keyrings
                .serving(grant.tenant())
                .compose(
                    keyring ->
                        ledger.change(grant, tx -> deleteIn(tx, keyring, scope, name, when))));
  }

  private Future<Change<Environment>> deleteIn(
      Tx tx, Keyring keyring, Scope scope, ObjectName name, Preconditions when) {
    return store
        .lock(tx, scope, name)
        .map(found -> found.orElseThrow(Environments::missing))
        .map(found -> at(checked(keyring, found), when))
        .compose(
            before ->
                store
                    .delete(tx, before.id())
                    .map(Change.of(before, trace(before).with(Map.of("needs", 0)))));
  }

  private record Content(String description, List<Need> needs) {}

  private Future<Put> change(
      Grant grant,
      Scope scope,
      ObjectName name,
      Preconditions when,
      Function<Optional<Environment>, Content> content) {
    grant.allowing(Action.ENVIRONMENT_CHANGE, scope);
    return change(grant, in -> changeIn(in, grant, scope, name, when, content), 1);
  }

  private Future<Put> change(Grant grant, Function<Locked, Future<Change<Put>>> work, int attempt) {
    return keyrings
        .learning(
            () ->
                keyrings
                    .serving(grant.tenant())
                    .compose(
                        keyring -> ledger.change(grant, tx -> work.apply(new Locked(tx, keyring)))))
        .recover(
            cause ->
                attempt < ATTEMPTS && raced(cause)
                    ? change(grant, work, attempt + 1)
                    : Future.failedFuture(cause));
  }

  private static boolean raced(Throwable cause) {
    return cause instanceof Failure failure
        && failure.asConflict(Failure.Reason.CONCURRENT_CHANGE).isPresent();
  }

  private record Locked(Tx tx, Keyring keyring) {}

  private Future<Change<Put>> changeIn(
      Locked in,
      Grant grant,
      Scope scope,
      ObjectName name,
      Preconditions when,
      Function<Optional<Environment>, Content> content) {
    return store
        .lock(in.tx(), scope, name)
        .compose(
            found ->
                found.isPresent()
                    ? changed(
                        in,
                        grant,
                        at(checked(in.keyring(), found.get()), when),
                        content,
                        found.get().now())
                    : made(in, grant, scope, name, when, content.apply(Optional.empty())));
  }

  private Future<Change<Put>> changed(
      Locked in,
      Grant grant,
      Environment before,
      Function<Optional<Environment>, Content> content,
      Instant now) {
    Content wanted = content.apply(Optional.of(before));
    Environment next =
        before.changed(
            wanted.description(), wanted.needs(), grant.caller().principal().toString(), now);
    return store
        .update(in.tx(), next, in.keyring().mac(next.canonical(grant.tenant())))
        .map(written -> written(next, false));
  }

  private Future<Change<Put>> made(
      Locked in, Grant grant, Scope scope, ObjectName name, Preconditions when, Content wanted) {
    if (when.ifMatch().isPresent()) {
      return Future.failedFuture(Failure.preconditionFailed());
    }
    String by = grant.caller().principal().toString();
    return store
        .now(in.tx(), MOST)
        .map(
            now ->
                new Environment(
                    ids.random(),
                    scope,
                    name,
                    wanted.description(),
                    wanted.needs(),
                    1,
                    by,
                    now,
                    by,
                    now))
        .compose(
            next ->
                store
                    .insert(in.tx(), next, in.keyring().mac(next.canonical(grant.tenant())))
                    .map(written -> written(next, true)));
  }

  private static Change<Put> written(Environment next, boolean created) {
    return Change.of(
        new Put(next, created),
        trace(next).with(Map.of("revision", next.revision(), "needs", next.needs().size())));
  }

  /** The environment, if it is as the writer expects. */
  private static Environment at(Environment before, Preconditions when) {
    boolean other = when.ifMatch().isPresent() && when.ifMatch().getAsLong() != before.revision();
    if (when.ifNoneMatchAny() || other) {
      throw Failure.preconditionFailed();
    }
    return before;
  }

  private <T> Future<T> read(TenantId tenant, BiFunction<Tx, Keyring, Future<T>> work) {
    return keyrings.learning(
        () ->
            keyrings
                .serving(tenant)
                .compose(keyring -> db.read(tenant, tx -> work.apply(tx, keyring))));
  }

  private static boolean genuine(Keyring keyring, EnvironmentStore.Stored row) {
    return keyring.verifies(row.environment().canonical(keyring.tenant()), row.mac());
  }

  private static Environment checked(Keyring keyring, EnvironmentStore.Stored row) {
    if (!genuine(keyring, row)) {
      throw Failure.integrity(KIND);
    }
    return row.environment();
  }

  private static Trace trace(Environment environment) {
    return Trace.of(Resource.in(environment.scope(), KIND).withId(environment.id()))
        .named(environment.name().text());
  }

  private static Failure missing() {
    return Failure.missing(KIND);
  }
}
