package io.hushbus.secret;

import io.hushbus.crypto.Keyring;
import io.hushbus.db.Db;
import io.hushbus.db.Tx;
import io.hushbus.model.Action;
import io.hushbus.model.Failure;
import io.hushbus.model.Grant;
import io.hushbus.model.Scope;
import io.hushbus.model.SecretName;
import io.hushbus.model.TenantId;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What can be known of secrets without their values. Nothing here can give a value: the answers
 * have no place for one.
 */
public final class Secrets {

  /** A secret as a list shows it, and the wider scopes whose secret of the same name it hides. */
  public record Listed(Secret secret, List<Scope> shadows) {}

  /** A page, and the name to continue after. */
  public record Page(List<Listed> secrets, Optional<String> next) {}

  private final Db db;
  private final Vault vault;
  private final SecretStore heads = new SecretStore();
  private final VersionStore versions = new VersionStore();

  Secrets(Db db, Vault vault) {
    this.db = db;
    this.vault = vault;
  }

  /** The head of the secret of exactly this scope and name. */
  public Future<Secret> get(Grant grant, Scope scope, SecretName name) {
    grant.allowing(Action.SECRET_READ_METADATA, scope);
    return vault
        .keyring(grant.tenant())
        .compose(keyring -> db.read(grant.tenant(), tx -> head(tx, keyring, scope, name)));
  }

  /**
   * The heads of those of many secrets of exactly this scope that are there.
   *
   * @return by folded name, each with its own outcome: {@link Failure.Integrity} for a row that
   *     does not verify
   */
  public Future<Map<String, Future<Secret>>> many(
      Grant grant, Scope scope, List<SecretName> names) {
    grant.allowing(Action.SECRET_READ_METADATA, scope);
    return vault
        .keyring(grant.tenant())
        .compose(
            keyring ->
                db.read(grant.tenant(), tx -> heads.listNamed(tx, scope, names))
                    .map(rows -> eachChecked(keyring, rows)));
  }

  private static Map<String, Future<Secret>> eachChecked(
      Keyring keyring, List<Stored<Secret>> rows) {
    Map<String, Future<Secret>> checked = new LinkedHashMap<>();
    rows.forEach(
        row ->
            checked.put(
                row.value().name().folded(),
                Future.succeededFuture(row)
                    .map(one -> checkedHeads(keyring, List.of(one)).getFirst())));
    return checked;
  }

  /**
   * A page of the versions of a secret, newest first.
   *
   * @param before only versions with a lower number
   */
  public Future<io.hushbus.tenant.Page<Version>> versions(
      Grant grant, Scope scope, SecretName name, long before, int limit) {
    grant.allowing(Action.SECRET_READ_METADATA, scope);
    return vault
        .keyring(grant.tenant())
        .compose(
            keyring ->
                db.read(
                    grant.tenant(),
                    tx ->
                        head(tx, keyring, scope, name)
                            .compose(
                                head ->
                                    versions
                                        .list(tx, head.id(), before, limit + 1)
                                        .map(all -> checked(keyring, head, all)))))
        .map(all -> io.hushbus.tenant.Page.of(all, limit));
  }

  /** One version of a secret. */
  public Future<Version> version(Grant grant, Scope scope, SecretName name, int number) {
    grant.allowing(Action.SECRET_READ_METADATA, scope);
    return vault
        .keyring(grant.tenant())
        .compose(
            keyring ->
                db.read(
                    grant.tenant(),
                    tx ->
                        head(tx, keyring, scope, name)
                            .compose(
                                head ->
                                    versions
                                        .find(tx, head.id(), number)
                                        .map(found -> checked(keyring, head, found)))));
  }

  /**
   * A page of secrets in order of their names.
   *
   * @param inherited false: of exactly this scope; true: of all scopes a task here looks through,
   *     each name once, as the narrowest scope has it, with the scopes it shadows
   * @param filter of the secrets that are listed; those they shadow need not pass it
   * @param after continue after this folded name; empty for the first page
   */
  public Future<Page> list(
      Grant grant, Scope scope, boolean inherited, SecretFilter filter, String after, int limit) {
    grant.allowing(Action.SECRET_LIST, scope);
    return vault
        .keyring(grant.tenant())
        .compose(
            keyring ->
                db.read(
                        grant.tenant(),
                        tx ->
                            inherited
                                ? heads.listCascade(tx, scope, filter, after, limit + 1)
                                : heads.list(tx, scope, filter, after, limit + 1))
                    .map(rows -> page(winners(checkedHeads(keyring, rows)), limit)));
  }

  private Future<Secret> head(Tx tx, Keyring keyring, Scope scope, SecretName name) {
    return heads
        .find(tx, scope, name)
        .map(found -> checked(keyring, found.orElseThrow(() -> Failure.missing("secret"))));
  }

  private static Secret checked(Keyring keyring, SecretStore.Found found) {
    Secret head = found.head().value();
    return found.head().checked(keyring, head.canonical(keyring.tenant()), "secret");
  }

  private static List<Secret> checkedHeads(Keyring keyring, List<Stored<Secret>> rows) {
    TenantId tenant = keyring.tenant();
    return rows.stream()
        .map(row -> row.checked(keyring, row.value().canonical(tenant), "secret"))
        .toList();
  }

  private static List<Version> checked(
      Keyring keyring, Secret head, List<VersionStore.SealedVersion> all) {
    return all.stream().map(one -> SecretOpener.checked(keyring, head, one)).toList();
  }

  private static Version checked(
      Keyring keyring, Secret head, Optional<VersionStore.SealedVersion> found) {
    return SecretOpener.checked(
        keyring, head, found.orElseThrow(() -> Failure.missing("secret_version")));
  }

  /** Each name once, as its narrowest scope has it. */
  private static List<Listed> winners(List<Secret> rows) {
    Map<String, List<Secret>> byName = new LinkedHashMap<>();
    rows.forEach(
        row -> byName.computeIfAbsent(row.name().folded(), name -> new ArrayList<>()).add(row));
    return byName.values().stream().map(Secrets::winner).toList();
  }

  private static Listed winner(List<Secret> sameName) {
    List<Secret> narrowFirst = Cascade.narrowFirst(sameName);
    return new Listed(
        narrowFirst.getFirst(), narrowFirst.stream().skip(1).map(Secret::scope).toList());
  }

  private static Page page(List<Listed> found, int limit) {
    boolean more = found.size() > limit;
    List<Listed> shown = more ? found.subList(0, limit) : found;
    return new Page(
        shown, more ? Optional.of(shown.getLast().secret().name().folded()) : Optional.empty());
  }
}
