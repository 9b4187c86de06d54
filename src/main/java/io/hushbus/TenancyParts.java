package io.hushbus;

import io.hushbus.access.AccessPolicy;
import io.hushbus.access.Founding;
import io.hushbus.audit.AuditChain;
import io.hushbus.config.BrokerConfig;
import io.hushbus.event.Ledger;
import io.hushbus.http.Api;
import io.hushbus.tenant.Domains;
import io.hushbus.tenant.Installation;
import io.hushbus.tenant.Projects;
import io.hushbus.tenant.Quota;
import io.hushbus.tenant.Quotas;
import io.hushbus.tenant.Tenants;

/** Tenants and their parts, and how tenants and the first operator come to be. */
final class TenancyParts {

  private TenancyParts() {}

  private static Quota quota(BrokerConfig.Quotas configured) {
    return new Quota(
        configured.secrets(),
        configured.versions(),
        configured.bytes(),
        configured.leases(),
        configured.streams(),
        configured.requestsPerSecond());
  }

  static Api.Tenancy of(
      Ground ground, Installation installation, Ledger ledger, AccessPolicy policy) {
    var db = ground.db();
    var ids = ground.ids();
    var random = ground.random();
    var tenants = new Tenants(db, installation, ground.roots(), random, ids, AuditChain::genesis);
    return new Api.Tenancy(
        new Founding(ledger, policy, installation, tenants, ground.keyrings(), ids, random),
        tenants,
        new Projects(db, ledger, ids),
        new Domains(db, ledger, ids),
        new Quotas(db, ledger, quota(ground.config().quotas()), System::nanoTime));
  }
}
