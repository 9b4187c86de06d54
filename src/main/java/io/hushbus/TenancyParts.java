package io.hushbus;

import io.hushbus.access.AccessPolicy;
import io.hushbus.access.BindingCount;
import io.hushbus.access.Founding;
import io.hushbus.audit.AuditChain;
import io.hushbus.config.BrokerConfig;
import io.hushbus.event.Ledger;
import io.hushbus.http.Api;
import io.hushbus.tenant.Communities;
import io.hushbus.tenant.Domains;
import io.hushbus.tenant.Installation;
import io.hushbus.tenant.Inventory;
import io.hushbus.tenant.Leaving;
import io.hushbus.tenant.Projects;
import io.hushbus.tenant.Quota;
import io.hushbus.tenant.Quotas;
import io.hushbus.tenant.Tenants;
import java.util.Optional;

/** Tenants and their parts, and how tenants and the first operator come to be. */
final class TenancyParts {

  private TenancyParts() {}

  /** The tenants' budgets, on which other parts stand too. */
  static Quotas quotas(Ground ground, Ledger ledger) {
    return new Quotas(ground.db(), ledger, quota(ground.config().quotas()), System::nanoTime);
  }

  private static Quota quota(BrokerConfig.Quotas configured) {
    return new Quota(
        configured.secrets(),
        configured.versions(),
        configured.bytes(),
        configured.leases(),
        configured.streams(),
        configured.requestsPerSecond(),
        configured.runs(),
        configured.projectLeases(),
        configured.projectRuns(),
        Optional.empty());
  }

  static Api.Tenancy of(
      Ground ground,
      Installation installation,
      Ledger ledger,
      AccessPolicy policy,
      Leaving leaving,
      Quotas quotas) {
    var db = ground.db();
    var ids = ground.ids();
    var random = ground.random();
    var inventory = new Inventory(installation, ids);
    var count = new BindingCount(inventory);
    var tenants = new Tenants(db, installation, ground.roots(), random, ids, AuditChain::genesis);
    return new Api.Tenancy(
        new Founding(ledger, policy, installation, tenants, ground.keyrings(), ids, random, count),
        tenants,
        new Projects(db, ledger, ground.keyrings(), ids, leaving, inventory),
        new Communities(db, ledger, ids, count.atCommunities()),
        new Domains(db, ledger, ids),
        quotas);
  }
}
