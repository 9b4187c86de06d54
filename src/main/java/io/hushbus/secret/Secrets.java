package io.hushbus.secret;

import io.hushbus.model.Action;
import io.hushbus.model.Grant;
import io.hushbus.model.Scope;
import io.hushbus.model.SecretName;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * What can be known of secrets without their values. Nothing here can give a value: the answers
 * have no place for one.
 */
public final class Secrets {

  /** A secret as a list shows it, and the wider scopes whose secret of the same name it hides. */
  public record Listed(Secret secret, List<Scope> shadows) {}

  /** A page, and the name to continue after. */
  public record Page(List<Listed> secrets, Optional<String> next) {}

  private final OpenTenants tenants;

  Secrets(OpenTenants tenants) {
    this.tenants = tenants;
  }

  /** The head of the secret of exactly this scope and name. */
  public Future<Secret> get(Grant grant, Scope scope, SecretName name) {
    grant.allowing(Action.SECRET_READ_METADATA, scope);
    return read(grant, tx -> tx.head(scope, name));
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
    return read(grant, tx -> tx.named(scope, names));
  }

  /**
   * A page of the versions of a secret, newest first.
   *
   * @param before only versions with a lower number
   */
  public Future<io.hushbus.tenant.Page<Version>> versions(
      Grant grant, Scope scope, SecretName name, long before, int limit) {
    grant.allowing(Action.SECRET_READ_METADATA, scope);
    return read(
            grant, tx -> tx.head(scope, name).compose(head -> tx.versions(head, before, limit + 1)))
        .map(all -> io.hushbus.tenant.Page.of(all, limit));
  }

  /** One version of a secret. */
  public Future<Version> version(Grant grant, Scope scope, SecretName name, int number) {
    grant.allowing(Action.SECRET_READ_METADATA, scope);
    return read(grant, tx -> tx.head(scope, name).compose(head -> tx.version(head, number)))
        .map(found -> found.version().value());
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
    return read(
            grant,
            tx ->
                inherited
                    ? tx.listCascade(scope, filter, after, limit + 1)
                    : tx.list(scope, filter, after, limit + 1))
        .map(heads -> page(winners(heads), limit));
  }

  private <T> Future<T> read(Grant grant, Function<SecretTx, Future<T>> work) {
    return tenants.learning(() -> tenants.of(grant).compose(tenant -> tenant.read(work)));
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
