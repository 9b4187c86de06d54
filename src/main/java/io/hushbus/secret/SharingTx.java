package io.hushbus.secret;

import io.hushbus.db.Tx;
import io.hushbus.model.Failure;
import io.hushbus.model.Scope;
import io.hushbus.model.SecretId;
import io.hushbus.model.SecretName;
import io.hushbus.tenant.Stock;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What one transaction sees of shares and adoptions: only what is genuine. A row that another hand
 * wrote is as if it were not there, and raises an alarm.
 */
final class SharingTx {

  /** A share, its secret, and the database's time of the reading. */
  record Shared(Share share, Secret head, Instant now) {}

  private final Tx tx;
  private final RowMacs macs;
  private final Stock stock;
  private final AdoptionStore adoptions = new AdoptionStore();
  private final ShareStore shares = new ShareStore();

  /**
   * @param stock is told what comes and what goes
   */
  SharingTx(Tx tx, RowMacs macs, Stock stock) {
    this.tx = tx;
    this.stock = stock;
    this.macs = macs;
  }

  /** What is adopted in exactly this scope under that name. */
  Future<Optional<Adopted>> adopted(Scope scope, SecretName name) {
    return adoptions.at(tx, scope, name).map(this::genuine);
  }

  /** An adoption, which stays to the end of the transaction. */
  Future<Optional<Adopted>> held(UUID adoption) {
    return adoptions.hold(tx, adoption).map(this::genuine);
  }

  /** Fails with a conflict if the name is that of an adoption there. */
  Future<Void> unadopted(Scope scope, SecretName name) {
    return taken(scope, name).map(SharingTx::untaken);
  }

  /** Whether the name is that of an adoption there. */
  Future<Boolean> taken(Scope scope, SecretName name) {
    return scope.inProject().isEmpty()
        ? Future.succeededFuture(false)
        : adoptions.taken(tx, scope, name);
  }

  private static Void untaken(boolean taken) {
    if (taken) {
      throw Failure.conflict(Failure.Reason.NAME_TAKEN);
    }
    return null;
  }

  /** The adoptions in exactly this scope whose folded name is after {@code after}, in order. */
  Future<List<Adopted>> list(Scope scope, String after) {
    return listed(scope, List.of(scope), after);
  }

  /** The adoptions in all scopes of the cascade, in order of their names. */
  Future<List<Adopted>> listCascade(Scope scope, String after) {
    return listed(scope, scope.cascade(), after);
  }

  private Future<List<Adopted>> listed(Scope scope, List<Scope> places, String after) {
    if (scope.inProject().isEmpty()) {
      return Future.succeededFuture(List.of());
    }
    UUID[] domains = places.stream().map(Places::domain).distinct().toArray(UUID[]::new);
    return adoptions.list(tx, Places.project(scope), domains, after).map(this::genuine);
  }

  /** What the project has adopted, by the ids of the adoptions. */
  Future<List<Adopted>> ofProject(UUID project, Optional<UUID> after, int limit) {
    return adoptions.ofProject(tx, project, after, limit).map(this::genuine);
  }

  /** Who has adopted the secret, be it in the trash by now, by the ids of the adoptions. */
  Future<List<Adopted>> ofSecret(SecretId secret, Optional<UUID> after, int limit) {
    return adoptions
        .ofSecret(tx, secret, after, limit)
        .map(rows -> all(rows, row -> macs.genuine(row.candidate(), row.head())));
  }

  Future<Void> insert(Adoption adoption) {
    return adoptions
        .insert(tx, adoption, macs.of(adoption))
        .onSuccess(made -> stock.came(StockRows.of(tx.tenant(), adoption)));
  }

  Future<Optional<AdoptionStore.Ended>> end(UUID adoption) {
    return adoptions.end(tx, adoption).onSuccess(ended -> ended.ifPresent(this::gone));
  }

  Future<List<AdoptionStore.Ended>> endOfShare(UUID share) {
    return adoptions.endOfShare(tx, share).onSuccess(ended -> ended.forEach(this::gone));
  }

  private void gone(AdoptionStore.Ended adoption) {
    stock.went(StockRows.of(tx.tenant(), adoption));
  }

  private void gone(ShareStore.Ended share) {
    stock.went(StockRows.of(tx.tenant(), share));
  }

  /** Ends what the project adopted, and what others adopted of it. */
  Future<List<AdoptionStore.Ended>> endOfProject(UUID project) {
    return adoptions.endOfProject(tx, project).onSuccess(ended -> ended.forEach(this::gone));
  }

  /** Ends every adoption of the secret. */
  Future<List<AdoptionStore.Ended>> endOfSecret(SecretId secret) {
    return adoptions.endOfSecret(tx, secret).onSuccess(ended -> ended.forEach(this::gone));
  }

  /** Where the secret is shared. */
  Future<List<Share>> shares(SecretId secret) {
    return shares.ofSecret(tx, secret).map(rows -> all(rows, macs::genuine));
  }

  /**
   * What the project may adopt under that id, held to the end of the transaction; {@link
   * Failure.Missing} if it is not shared with the project's community.
   */
  Future<Shared> adoptable(UUID project, SecretId secret) {
    return shares
        .adoptable(tx, project, secret)
        .map(row -> row.flatMap(this::genuine).orElseThrow(() -> Failure.missing("secret")));
  }

  /** What others share with the community of the project, by the ids of the shares. */
  Future<List<Shared>> sharedWith(UUID project, Optional<UUID> after, int limit) {
    return shares.sharedWith(tx, project, after, limit).map(rows -> all(rows, this::genuine));
  }

  /** Which of the names are those of secrets that the scope's project could adopt, and has not. */
  Future<Set<String>> offered(Scope scope, List<SecretName> names) {
    if (scope.inProject().isEmpty()) {
      return Future.succeededFuture(Set.of());
    }
    UUID[] domains = scope.cascade().stream().map(Places::domain).distinct().toArray(UUID[]::new);
    String[] folded = names.stream().map(SecretName::folded).toArray(String[]::new);
    return shares
        .offered(tx, Places.project(scope), domains, folded)
        .map(
            rows ->
                rows.stream()
                    .filter(row -> macs.genuine(row.share()).isPresent())
                    .map(row -> row.head().value().name().folded())
                    .collect(Collectors.toUnmodifiableSet()));
  }

  /** The community, if the project is in it: then it stays so to the end of the transaction. */
  Future<Optional<Scope.Place>> member(UUID project, UUID community) {
    return shares
        .member(tx, project, community)
        .map(
            found ->
                found.filter(row -> macs.genuine(row.project())).map(ShareStore.Member::community));
  }

  Future<Void> insert(Share share) {
    return shares
        .insert(tx, share, macs.of(share))
        .onSuccess(made -> stock.came(StockRows.of(tx.tenant(), share)));
  }

  /** Gives the id of the share that has ended. */
  Future<Optional<UUID>> endShare(SecretId secret, UUID community) {
    return shares
        .end(tx, secret, community)
        .onSuccess(ended -> ended.ifPresent(this::gone))
        .map(ended -> ended.map(ShareStore.Ended::id));
  }

  Future<List<ShareStore.Ended>> endSharesOf(UUID project) {
    return shares.endOfProject(tx, project).onSuccess(ended -> ended.forEach(this::gone));
  }

  private Optional<Shared> genuine(ShareStore.Found found) {
    return Optional.of(found)
        .filter(row -> macs.genuine(row.owner()) && macs.genuine(row.adopter()))
        .flatMap(row -> macs.genuine(row.share()))
        .map(share -> new Shared(share, macs.checked(found.head()), found.now()));
  }

  private Optional<Adopted> genuine(Optional<AdoptionStore.Found> found) {
    return found.flatMap(this::living);
  }

  private Optional<Adopted> living(AdoptionStore.Found row) {
    return living(macs, row);
  }

  /** What was found, if it is genuine and its secret is not in the trash. */
  static Optional<Adopted> living(RowMacs macs, AdoptionStore.Found row) {
    return macs.genuine(row.candidate(), row.head())
        .filter(adopted -> adopted.head().deletedAt().isEmpty());
  }

  private List<Adopted> genuine(List<AdoptionStore.Found> found) {
    return all(found, this::living);
  }

  private static <R, T> List<T> all(List<R> rows, Function<R, Optional<T>> check) {
    return rows.stream().flatMap(row -> check.apply(row).stream()).toList();
  }
}
