package io.hushbus.secret;

import io.hushbus.db.Db;
import io.hushbus.event.Ledger;
import io.hushbus.model.Grant;
import io.hushbus.model.Scope;
import io.hushbus.model.SecretName;
import io.vertx.core.Future;

/** The way in to a tenant's secrets: looks up the tenant's keys for whoever has a grant. */
record OpenTenants(Db db, Ledger ledger, Vault vault) {

  Future<OpenTenant> of(Grant grant) {
    return vault
        .keyring(grant.tenant())
        .map(keyring -> new OpenTenant(db, ledger, vault, grant, keyring));
  }

  /** Reads a secret with all that is needed to change it. */
  Future<OpenSecret> secret(Grant grant, Scope scope, SecretName name) {
    return of(grant).compose(tenant -> tenant.secret(scope, name));
  }
}
