package io.hushbus.secret;

import io.hushbus.db.Db;
import io.hushbus.event.Ledger;
import io.hushbus.model.Grant;
import io.hushbus.model.Scope;
import io.hushbus.model.SecretName;
import io.hushbus.tenant.Inventory;
import io.hushbus.tenant.Quotas;
import io.vertx.core.Future;
import java.util.function.Function;
import java.util.function.Supplier;

/** The way in to a tenant's secrets: looks up the tenant's keys for whoever has a grant. */
record OpenTenants(Db db, Ledger ledger, Vault vault, Quotas quotas, Inventory inventory) {

  Future<OpenTenant> of(Grant grant) {
    return vault
        .keyring(grant.tenant())
        .map(keyring -> new OpenTenant(db, ledger, vault, quotas, inventory, grant, keyring));
  }

  /**
   * Runs {@code work}, which begins with {@link #of}, again where the tenant's key was rotated
   * meanwhile on another node.
   */
  <T> Future<T> learning(Supplier<Future<T>> work) {
    return vault.learning(work);
  }

  /** Runs {@code work} on the tenant of the grant, as by {@link #learning}. */
  <T> Future<T> with(Grant grant, Function<OpenTenant, Future<T>> work) {
    return learning(() -> of(grant).compose(work));
  }

  /** As {@link #learning}, and again where another change was faster: {@link Races}. */
  <T> Future<T> retried(Supplier<Future<T>> work) {
    return learning(() -> Races.retried(work));
  }

  /** Reads a secret with all that is needed to change it. */
  Future<OpenSecret> secret(Grant grant, Scope scope, SecretName name) {
    return of(grant).compose(tenant -> tenant.secret(scope, name));
  }
}
