package io.hushbus.secret;

import io.hushbus.model.Action;
import io.hushbus.model.Failure;
import io.hushbus.model.Grant;
import io.hushbus.model.Payload;
import io.hushbus.model.Scope;
import io.hushbus.model.SecretName;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;

/**
 * Makes a new secret from the current version of another, a project's own or one it has adopted.
 * The value is opened and sealed again within the broker and never leaves it; afterwards the two
 * have nothing to do with each other.
 */
public final class SecretClones {

  /** What is cloned, and by which adoption it was come to. */
  private record From(SecretTx.Current current, Optional<UUID> adoption) {

    SecretChanges.Source source() {
      return new SecretChanges.Source(
          current.head(), current.version().version().value().number(), adoption);
    }
  }

  private final OpenTenants tenants;
  private final SecretChanges changes;
  private final SecretChanges.Limits limits;

  SecretClones(OpenTenants tenants, SecretChanges changes, SecretChanges.Limits limits) {
    this.tenants = tenants;
    this.changes = changes;
    this.limits = limits;
  }

  /**
   * @param from to clone the source
   * @param to to create the clone
   * @return the clone; {@link Failure.Missing} if there is no such source; {@link Failure.Conflict}
   *     if the name is taken at the target
   */
  public Future<Secret> create(Grant from, Grant to, Scope scope, SecretName name, CloneAsk ask) {
    from.allowing(Action.SECRET_CLONE, scope);
    to.allowing(Action.SECRET_CREATE, ask.target());
    return tenants.retried(
        () ->
            tenants
                .of(from)
                .compose(
                    tenant ->
                        tenant
                            .madeBefore(ask.target())
                            .compose(
                                before ->
                                    before
                                        .map(Future::succeededFuture)
                                        .orElseGet(() -> create(tenant, scope, name, ask)))));
  }

  private Future<Secret> create(OpenTenant tenant, Scope scope, SecretName name, CloneAsk ask) {
    return tenant
        .read(tx -> source(tx, scope, name))
        .compose(source -> create(tenant, source, ask));
  }

  private static Future<From> source(SecretTx tx, Scope scope, SecretName name) {
    return tx.sharing()
        .adopted(scope, name)
        .compose(
            adopted ->
                adopted
                    .map(
                        one ->
                            tx.currentOf(one.head())
                                .map(
                                    current -> new From(current, Optional.of(one.adoption().id()))))
                    .orElseGet(
                        () ->
                            tx.current(scope, name)
                                .map(current -> new From(current, Optional.empty()))));
  }

  private Future<Secret> create(OpenTenant tenant, From from, CloneAsk ask) {
    return ask.content()
        .map(own -> cloneWith(tenant, from, ask, own))
        .orElseGet(() -> cloneOpened(tenant, from, ask));
  }

  private Future<Secret> cloneWith(OpenTenant tenant, From from, CloneAsk ask, Content own) {
    try {
      own.check(from.current().head().type(), limits.maxBytes());
    } catch (Failure unfit) {
      return Future.failedFuture(unfit);
    }
    return make(tenant, from, ask, own.payload());
  }

  private Future<Secret> cloneOpened(OpenTenant tenant, From from, CloneAsk ask) {
    return tenant
        .open(from.current().head(), from.current().version())
        .compose(
            opened ->
                patched(opened, ask)
                    .compose(payload -> make(tenant, from, ask, payload))
                    .onComplete(done -> opened.close()));
  }

  private static Future<Payload> patched(Payload opened, CloneAsk ask) {
    try {
      return Future.succeededFuture(
          ask.patch().map(patch -> patch.appliedTo(opened)).orElse(opened));
    } catch (Failure unfit) {
      return Future.failedFuture(unfit.at("/patch"));
    }
  }

  private Future<Secret> make(OpenTenant tenant, From from, CloneAsk ask, Payload payload) {
    Secret head = from.current().head();
    NewSecret wanted =
        new NewSecret(
            ask.name(),
            head.type(),
            ask.description().orElse(head.description()),
            ask.labels().orElse(head.labels()),
            OptionalInt.of(head.maxVersions()),
            head.casRequired(),
            head.longestLease());
    return changes.cloned(tenant, ask.target(), wanted, payload, from.source());
  }
}
