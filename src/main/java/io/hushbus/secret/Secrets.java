package io.hushbus.secret;

import io.hushbus.model.Action;
import io.hushbus.model.Grant;
import io.hushbus.model.Scope;
import io.hushbus.model.SecretId;
import io.hushbus.model.SecretName;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What can be known of secrets without their values. Nothing here can give a value: the answers
 * have no place for one.
 */
public final class Secrets {

  /**
   * A secret as a list shows it, and the wider scopes whose secret of the same name it hides.
   *
   * @param adoption by which it is there, if its home is another project
   */
  public record Listed(Secret secret, List<Scope> shadows, Optional<Adoption> adoption) {

    /** What it is called there. */
    public SecretName name() {
      return adoption.map(Adoption::name).orElse(secret.name());
    }

    /** Where it is found. */
    public Scope scope() {
      return adoption.map(Adoption::scope).orElse(secret.scope());
    }

    static Listed own(Secret secret) {
      return new Listed(secret, List.of(), Optional.empty());
    }

    static Listed of(Adopted adopted) {
      return new Listed(adopted.head(), List.of(), Optional.of(adopted.adoption()));
    }
  }

  /** A page, and the name to continue after. */
  public record Page(List<Listed> secrets, Optional<String> next) {}

  private final OpenTenants tenants;
  private final HeadLookups lookups;

  Secrets(OpenTenants tenants, HeadLookups lookups) {
    this.tenants = tenants;
    this.lookups = lookups;
  }

  /** The head of the secret of exactly this scope and name. */
  public Future<Secret> get(Grant grant, Scope scope, SecretName name) {
    grant.allowing(Action.SECRET_READ_METADATA, scope);
    return read(grant, tx -> tx.head(scope, name));
  }

  /** The same, or what is adopted in exactly this scope under that name. */
  public Future<Listed> look(Grant grant, Scope scope, SecretName name) {
    grant.allowing(Action.SECRET_READ_METADATA, scope);
    return lookups.look(grant.tenant(), scope, name);
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
                    ? cascade(tx, scope, filter, after, limit + 1)
                    : exact(tx, scope, filter, after, limit + 1))
        .map(found -> page(found, limit));
  }

  private static Future<List<Listed>> exact(
      SecretTx tx, Scope scope, SecretFilter filter, String after, int limit) {
    Future<List<Secret>> own = tx.list(scope, filter, after, limit);
    Future<List<Adopted>> adopted = tx.sharing().list(scope, after);
    return Future.all(own, adopted)
        .map(both -> winners(own.result(), adopted.result()))
        .map(all -> passing(all, filter));
  }

  private static Future<List<Listed>> cascade(
      SecretTx tx, Scope scope, SecretFilter filter, String after, int limit) {
    return tx.sharing()
        .listCascade(scope, after)
        .compose(adopted -> cascade(tx, scope, filter, after, limit, adopted));
  }

  /**
   * The filter is for what wins its name: a narrower secret hides an adoption also where it is not
   * let through itself, and the other way round. An adoption can hide a secret of each page.
   */
  private static Future<List<Listed>> cascade(
      SecretTx tx,
      Scope scope,
      SecretFilter filter,
      String after,
      int limit,
      List<Adopted> adopted) {
    Future<List<Secret>> own = tx.listCascade(scope, filter, after, limit + adopted.size());
    Future<List<Secret>> rivals = rivals(tx, scope, adopted);
    return Future.all(own, rivals)
        .map(both -> winners(each(own.result(), rivals.result()), adopted))
        .map(all -> passing(all, filter));
  }

  private static List<Secret> each(List<Secret> some, List<Secret> others) {
    Map<SecretId, Secret> byId = new LinkedHashMap<>();
    Stream.concat(some.stream(), others.stream()).forEach(one -> byId.put(one.id(), one));
    return List.copyOf(byId.values());
  }

  /** The secrets that have the name of an adoption, whatever the filter. */
  private static Future<List<Secret>> rivals(SecretTx tx, Scope scope, List<Adopted> adopted) {
    return adopted.isEmpty()
        ? Future.succeededFuture(List.of())
        : tx.namedInCascade(scope, adopted.stream().map(one -> one.adoption().name()).toList());
  }

  private static List<Listed> passing(List<Listed> winners, SecretFilter filter) {
    return winners.stream().filter(one -> filter.passes(one.secret(), one.name())).toList();
  }

  private <T> Future<T> read(Grant grant, Function<SecretTx, Future<T>> work) {
    return tenants.learning(() -> tenants.of(grant).compose(tenant -> tenant.read(work)));
  }

  /** Each name once, as its narrowest scope has it, in order. */
  private static List<Listed> winners(List<Secret> own, List<Adopted> adopted) {
    Map<String, List<Listed>> byName = new TreeMap<>();
    Stream.concat(own.stream().map(Listed::own), adopted.stream().map(Listed::of))
        .forEach(
            row -> byName.computeIfAbsent(row.name().folded(), name -> new ArrayList<>()).add(row));
    return byName.values().stream().map(Secrets::winner).toList();
  }

  private static Listed winner(List<Listed> sameName) {
    List<Listed> narrowFirst = Cascade.narrowFirst(sameName, Listed::scope);
    Listed first = narrowFirst.getFirst();
    return new Listed(
        first.secret(), narrowFirst.stream().skip(1).map(Listed::scope).toList(), first.adoption());
  }

  private static Page page(List<Listed> found, int limit) {
    boolean more = found.size() > limit;
    List<Listed> shown = more ? found.subList(0, limit) : found;
    return new Page(shown, more ? Optional.of(shown.getLast().name().folded()) : Optional.empty());
  }
}
