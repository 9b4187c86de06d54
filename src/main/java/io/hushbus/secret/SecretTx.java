package io.hushbus.secret;

import io.hushbus.crypto.Keyring;
import io.hushbus.db.Tx;
import io.hushbus.model.Failure;
import io.hushbus.model.Scope;
import io.hushbus.model.SecretId;
import io.hushbus.model.SecretName;
import io.hushbus.model.VersionState;
import io.hushbus.tenant.Growth;
import io.hushbus.tenant.Stock;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * A transaction in the secrets of one tenant. Whatever it gives has been verified, whatever it
 * writes carries its MAC; what is not there is {@link Failure.Missing}.
 */
final class SecretTx {

  /** A head with its current version, and the database's time when the head was read. */
  record Current(Secret head, VersionStore.SealedVersion version, Instant now) {}

  private final Tx tx;
  private final RowMacs macs;
  private final SecretStore heads = new SecretStore();
  private final SecretLists lists = new SecretLists();
  private final VersionStore versions = new VersionStore();
  private final MarkStore marks;
  private final Stock stock = new Stock();
  private final List<Future<?>> asked = new ArrayList<>();
  private Growth growth = Growth.NONE;
  private final SharingTx sharing;

  SecretTx(Tx tx, RowMacs macs) {
    this.tx = tx;
    this.macs = macs;
    this.marks = new MarkStore(macs);
    this.sharing = new SharingTx(tx, macs, stock);
  }

  /** The same transaction, for those who know other tables. */
  Tx tx() {
    return tx;
  }

  /** The tenant's keys, for MACs of rows in other tables. */
  Keyring keyring() {
    return macs.keyring();
  }

  /** The MACs on the tenant's rows. */
  RowMacs macs() {
    return macs;
  }

  /** By how much this transaction has made what is kept more. */
  Growth growth() {
    return growth;
  }

  /** What this transaction has added to what the tenant is to have, and taken from it. */
  Stock stock() {
    return stock;
  }

  private void grows(long secrets, long versions, long bytes) {
    growth = growth.and(new Growth(secrets, versions, bytes));
  }

  /** The same transaction, in shares and adoptions. */
  SharingTx sharing() {
    return sharing;
  }

  Future<Secret> head(Scope scope, SecretName name) {
    return found(scope, name).map(found -> macs.checked(found.head()));
  }

  Future<Current> current(Scope scope, SecretName name) {
    return currentIfAny(scope, name)
        .map(found -> found.orElseThrow(() -> Failure.missing("secret")));
  }

  /** The same; empty where there is no such secret. */
  Future<Optional<Current>> currentIfAny(Scope scope, SecretName name) {
    return heads.current(tx, scope, name).map(found -> found.map(this::current));
  }

  private Current current(SecretStore.FoundCurrent row) {
    Secret head = macs.checked(row.found().head());
    VersionStore.SealedVersion version =
        row.version().orElseThrow(() -> Failure.integrity("secret_version"));
    return new Current(head, macs.checked(head, version), row.found().now());
  }

  /** The head, share-locked to the end of the transaction. */
  Future<Current> hold(Scope scope, SecretName name) {
    return heads
        .hold(tx, scope, name)
        .map(found -> found.orElseThrow(() -> Failure.missing("secret")))
        .compose(found -> current(macs.checked(found.head()), found.now()));
  }

  Future<Boolean> has(Scope scope, SecretName name) {
    return heads.find(tx, scope, name).map(Optional::isPresent);
  }

  /** The current version of a head that was found elsewhere in this transaction. */
  Future<Current> currentOf(Secret head) {
    return now().compose(now -> current(head, now));
  }

  private Future<Current> current(Secret head, Instant now) {
    return versions
        .find(tx, head.id(), head.currentVersion())
        .map(row -> row.orElseThrow(() -> Failure.integrity("secret_version")))
        .map(row -> new Current(head, macs.checked(head, row), now));
  }

  private Future<SecretStore.Found> found(Scope scope, SecretName name) {
    return heads
        .find(tx, scope, name)
        .map(found -> found.orElseThrow(() -> Failure.missing("secret")));
  }

  /** The living secret of that id, if it is in exactly this scope. */
  Future<Optional<Secret>> living(Scope scope, UUID id) {
    return heads.living(tx, scope, id).map(row -> row.map(macs::checked));
  }

  /** A secret in the trash, and the database's time when it was read. */
  record Trashed(Secret head, Instant now) {}

  /**
   * What lies in the trash of exactly this scope under the name: the secret of that id, or else the
   * one that was deleted last.
   */
  Future<Trashed> trashed(Scope scope, SecretName name, Optional<SecretId> id) {
    return heads
        .trashed(tx, scope, name, id)
        .map(found -> found.orElseThrow(() -> Failure.missing("secret")))
        .map(found -> new Trashed(macs.checked(found.head()), found.now()));
  }

  /** What lies in the trash of exactly this scope, in order of names and ids. */
  Future<List<Secret>> trash(Scope scope, String after, UUID afterId, int limit) {
    return heads.trash(tx, scope, after, afterId, limit).map(this::checked);
  }

  /** Removes a secret for good, with everything that was kept of it; gives its versions. */
  Future<Long> purge(Secret head) {
    return StockRows.purge(tx, head.id(), stock)
        .compose(done -> heads.purge(tx, head.id()))
        .map(
            freed -> {
              stock.went(StockRows.of(tx.tenant(), head));
              stock.secrets(-1);
              growth = growth.and(freed);
              return -freed.versions();
            });
  }

  /** The secrets of exactly this scope whose folded name is after {@code after}, in order. */
  Future<List<Secret>> list(Scope scope, SecretFilter filter, String after, int limit) {
    return lists.list(tx, scope, filter, after, limit).map(this::checked);
  }

  /** Those of exactly this scope that are there, by folded name, each with its own outcome. */
  Future<Map<String, Future<Secret>>> named(Scope scope, List<SecretName> names) {
    return lists.listNamed(tx, scope, names).map(this::eachChecked);
  }

  /** Those of any scope of the cascade under one of the names. */
  Future<List<Secret>> namedInCascade(Scope scope, List<SecretName> names) {
    List<Future<List<Stored<Secret>>>> places =
        scope.cascade().stream().map(place -> lists.listNamed(tx, place, names)).toList();
    return Future.all(places)
        .map(done -> done.<List<Stored<Secret>>>list())
        .map(all -> checked(all.stream().flatMap(List::stream).toList()));
  }

  /** The secrets of the whole cascade under the next {@code limit} names, in order of names. */
  Future<List<Secret>> listCascade(Scope scope, SecretFilter filter, String after, int limit) {
    return lists.listCascade(tx, scope, filter, after, limit).map(this::checked);
  }

  private List<Secret> checked(List<Stored<Secret>> rows) {
    return rows.stream().map(macs::checked).toList();
  }

  private Map<String, Future<Secret>> eachChecked(List<Stored<Secret>> rows) {
    Map<String, Future<Secret>> outcomes = new LinkedHashMap<>();
    rows.forEach(
        row ->
            outcomes.put(
                row.value().name().folded(), Future.succeededFuture(row).map(macs::checked)));
    return outcomes;
  }

  Future<VersionStore.SealedVersion> version(Secret head, int number) {
    return versions
        .find(tx, head.id(), number)
        .map(row -> row.orElseThrow(() -> Failure.missing("secret_version")))
        .map(row -> macs.checked(head, row));
  }

  /** The newest versions first. */
  Future<List<Version>> versions(Secret head, long before, int limit) {
    return versions.list(tx, head.id(), before, limit).map(rows -> checked(head, rows));
  }

  /**
   * The versions of a secret that have not been destroyed; each is checked when it is asked for.
   */
  final class Kept {

    private final Secret head;
    private final VersionStore.Kept found;

    private Kept(Secret head, VersionStore.Kept found) {
      this.head = head;
      this.found = found;
    }

    Secret head() {
      return head;
    }

    /** Those that somebody may hold, in order of their numbers. */
    List<Version> held() {
      return checked(
          head, found.rows().stream().filter(row -> !row.version().value().over()).toList());
    }

    /** What is left when as many as the head allows are set aside, and {@code more} to come. */
    List<Version> beyond(int more) {
      int most = Math.max(0, found.rows().size() + more - head.maxVersions());
      return checked(head, found.rows().subList(0, Math.min(most, found.rows().size())));
    }

    /** Whether there may be any. */
    boolean isAdopted() {
      return found.adopted();
    }

    /** Who has adopted the secret. */
    Future<List<Adopted>> adopted() {
      return found.adopted()
          ? sharing.ofSecret(head.id(), Optional.empty(), Integer.MAX_VALUE)
          : Future.succeededFuture(List.of());
    }

    /** The database's time when they were read. */
    Instant now() {
      return found.now();
    }
  }

  Future<Kept> kept(Secret head) {
    return versions.kept(tx, head.id()).map(found -> kept(head, found));
  }

  private Kept kept(Secret head, Optional<VersionStore.Kept> found) {
    return new Kept(head, found.orElseThrow(() -> Failure.integrity("secret_version")));
  }

  /** The head of that id with what is kept of it, living or not; empty if it is no more. */
  Future<Optional<Kept>> lockKept(SecretId id) {
    return kept(lock(id), id);
  }

  /** The same without the lock. */
  Future<Optional<Kept>> lookKept(SecretId id) {
    return kept(look(id), id);
  }

  private Future<Optional<Kept>> kept(Future<Optional<Secret>> head, SecretId id) {
    Future<Optional<VersionStore.Kept>> rows = versions.kept(tx, id);
    return Future.all(head, rows).map(both -> head.result().map(one -> kept(one, rows.result())));
  }

  /** The head of that id, living or not, locked to the end of the transaction. */
  Future<Optional<Secret>> lock(SecretId id) {
    return heads.lock(tx, id).map(row -> row.map(macs::checked));
  }

  /** The same, and nobody else has it locked either. */
  Future<Optional<Secret>> lockAlone(SecretId id) {
    return heads.lockAlone(tx, id).map(row -> row.map(macs::checked));
  }

  /** The same without the lock. */
  Future<Optional<Secret>> look(SecretId id) {
    return heads.look(tx, id).map(row -> row.map(macs::checked));
  }

  private List<Version> checked(Secret head, List<VersionStore.SealedVersion> rows) {
    return rows.stream().map(row -> macs.checked(head, row).version().value()).toList();
  }

  Future<Instant> now() {
    return tx.one("SELECT clock_timestamp() AS now", row -> SecretRows.time(row, "now"))
        .map(Optional::orElseThrow);
  }

  /** The highest number ever given under the name; 0 where it was never used. */
  Future<Integer> mark(Scope scope, SecretName name) {
    return marks.read(tx, scope, name);
  }

  /** Takes the number of a new head for its name; false if it was given before. */
  Future<Boolean> claim(Secret head) {
    return marks.claim(tx, head.scope(), head.name(), head.currentVersion());
  }

  /** Locks the name's mark and raises it to at least {@code number}; gives what it is then. */
  Future<Integer> raise(Scope scope, SecretName name, int number) {
    return marks.raise(tx, scope, name, number);
  }

  /** Writes a new head; without it nothing is committed. */
  void insert(Secret head) {
    grows(1, 0, 0);
    stock.secrets(1);
    written(head);
    tx.trust(heads.insert(tx, head, macs.of(head)));
  }

  /** What was asked and may forbid the change: it is waited for before the commit. */
  void unless(Future<?> forbidden) {
    asked.add(forbidden);
  }

  /** Done when nothing that was asked forbids the change. */
  Future<Void> allowed() {
    return asked.isEmpty() ? Future.succeededFuture() : Future.all(asked).mapEmpty();
  }

  /** Writes {@code after} if the head is still as {@code before}; false if it has moved. */
  Future<Boolean> update(Secret before, Secret after) {
    grows(living(after) - living(before), 0, 0);
    return heads
        .update(tx, after, before.metaSeq(), macs.of(after))
        .onSuccess(
            written -> {
              if (written) {
                stock.went(StockRows.of(tx.tenant(), before));
                written(after);
              }
            });
  }

  private void written(Secret head) {
    stock.came(StockRows.of(tx.tenant(), head));
    stock.reached(head.metaSeq());
  }

  private static int living(Secret head) {
    return head.deletedAt().isPresent() ? 0 : 1;
  }

  /** Writes a new version; without it nothing is committed. */
  void insert(Draft draft) {
    Secret head = draft.head();
    Version version = draft.version();
    grows(0, 1, version.sizeBytes());
    tx.trust(versions.insert(tx, draft, macs.of(head.id(), version)));
  }

  /**
   * Writes the state that {@code version} is in; a destroyed one loses its ciphertext. Without it
   * nothing is committed.
   */
  void move(Secret head, Version version) {
    if (version.state() == VersionState.DESTROYED) {
      grows(0, -1, -version.sizeBytes());
    }
    tx.trust(versions.move(tx, head.id(), version, macs.of(head.id(), version)));
  }
}
