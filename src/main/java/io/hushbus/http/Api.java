package io.hushbus.http;

import io.hushbus.access.AccessPolicy;
import io.hushbus.access.AccountKeys;
import io.hushbus.access.BrokerTokens;
import io.hushbus.access.Founding;
import io.hushbus.access.IdentityProviders;
import io.hushbus.access.RoleBindings;
import io.hushbus.access.ServiceAccounts;
import io.hushbus.access.StreamTickets;
import io.hushbus.access.TokenIssuer;
import io.hushbus.audit.AuditTrail;
import io.hushbus.audit.Restores;
import io.hushbus.delivery.Streams;
import io.hushbus.delivery.Subscriptions;
import io.hushbus.delivery.Webhooks;
import io.hushbus.lease.BulkRevocation;
import io.hushbus.lease.Environments;
import io.hushbus.lease.Heartbeats;
import io.hushbus.lease.LeaseGrants;
import io.hushbus.lease.LeaseMoves;
import io.hushbus.lease.Leases;
import io.hushbus.lease.Resolutions;
import io.hushbus.lease.Reveals;
import io.hushbus.lease.Runs;
import io.hushbus.lease.SealedLeases;
import io.hushbus.model.TenantId;
import io.hushbus.rotation.Policies;
import io.hushbus.rotation.Rotations;
import io.hushbus.rotation.SecretStatistics;
import io.hushbus.rotation.SecretUses;
import io.hushbus.rotation.Statistics;
import io.hushbus.secret.Adoptions;
import io.hushbus.secret.BulkWrites;
import io.hushbus.secret.InwardValues;
import io.hushbus.secret.SecretChanges;
import io.hushbus.secret.SecretClones;
import io.hushbus.secret.SecretEdits;
import io.hushbus.secret.SecretRemovals;
import io.hushbus.secret.Secrets;
import io.hushbus.secret.Shares;
import io.hushbus.secret.Trash;
import io.hushbus.telemetry.Telemetry;
import io.hushbus.tenant.Communities;
import io.hushbus.tenant.Domains;
import io.hushbus.tenant.KeyLife;
import io.hushbus.tenant.Nodes;
import io.hushbus.tenant.Operations;
import io.hushbus.tenant.Places;
import io.hushbus.tenant.Projects;
import io.hushbus.tenant.Quotas;
import io.hushbus.tenant.TenantDeletion;
import io.hushbus.tenant.Tenants;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;

/** Everything that the operations of the contract stand on, and the operations themselves. */
public record Api(
    AccessPolicy policy,
    Places places,
    Identity identity,
    Tenancy tenancy,
    Keys keys,
    Holdings holdings,
    Sharing sharing,
    Reveals reveals,
    Leasing leasing,
    Needs needs,
    InwardValues inward,
    Turns turns,
    Telling telling,
    AuditTrail trail,
    Restores restores,
    Watch watch) {

  /**
   * What operators may know of how the broker is.
   *
   * @param shut whether the secrets of a tenant are shut until a restore is confirmed
   */
  public record Watch(
      Nodes nodes, Readiness readiness, Telemetry telemetry, Predicate<TenantId> shut) {}

  /** Who is calling, and what accounts there are. */
  public record Identity(
      BrokerTokens tokens,
      TokenIssuer issuer,
      StreamTickets tickets,
      ServiceAccounts accounts,
      AccountKeys keys,
      RoleBindings bindings,
      IdentityProviders providers) {}

  /** Tenants and their parts. */
  public record Tenancy(
      Founding founding,
      Tenants tenants,
      Projects projects,
      Communities communities,
      Domains domains,
      Quotas quotas) {}

  /** The life of keys, and long work. */
  public record Keys(KeyLife life, Operations operations, TenantDeletion deletion) {}

  /** Secrets: what is known of them, and the ways they change. */
  public record Holdings(
      Secrets secrets,
      SecretChanges changes,
      SecretEdits edits,
      SecretRemovals removals,
      Trash trash,
      BulkWrites bulk) {}

  /** How secrets come from one version to the next. */
  public record Turns(
      Rotations rotations,
      Policies policies,
      Statistics statistics,
      SecretStatistics secretStatistics,
      SecretUses uses) {}

  /** Leases, and the runs that they belong to. */
  public record Leasing(
      LeaseGrants grants,
      Leases leases,
      LeaseMoves moves,
      BulkRevocation bulk,
      Runs runs,
      Heartbeats heartbeats,
      SealedLeases sealing) {}

  /** What tasks need, and what becomes of it. */
  public record Needs(Environments environments, Resolutions resolutions) {}

  /** Secrets that more than one project has to do with. */
  public record Sharing(Shares shares, Adoptions adoptions, SecretClones clones) {}

  /** The ways in which notices reach those outside. */
  public record Telling(Streams streams, Subscriptions subscriptions, Webhooks webhooks) {}

  /** The endpoints by operation id. */
  public Map<String, Endpoint> endpoints() {
    Scopes scopes = new Scopes(places, policy);
    Map<String, Endpoint> all = new HashMap<>();
    OwnSecrets own = new OwnSecrets(policy, sharing.adoptions());
    InwardFields values = new InwardFields(inward);
    all.putAll(values.byOperation());
    TrashEndpoints trash = new TrashEndpoints(scopes, holdings.trash());
    all.putAll(
        new SecretEndpoints(scopes, holdings, trash, own, values, turns.uses()).byOperation());
    all.putAll(new VersionEndpoints(scopes, holdings, own).byOperation());
    all.putAll(trash.byOperation());
    all.putAll(new BulkEndpoints(scopes, holdings.secrets(), holdings.bulk()).byOperation());
    all.putAll(new LeaseEndpoints(scopes, policy, leasing).byOperation());
    all.putAll(new GrantEndpoint(scopes, policy, leasing, needs.environments()).byOperation());
    all.putAll(new EnvironmentEndpoints(scopes, policy, needs).byOperation());
    all.putAll(new RunEndpoints(scopes, policy, leasing, identity.accounts()).byOperation());
    all.putAll(new RotationEndpoints(scopes, policy, sharing.adoptions(), turns).byOperation());
    all.putAll(new StatEndpoints(scopes, policy, turns).byOperation());
    all.putAll(new PolicyEndpoints(scopes, policy, sharing.adoptions(), turns).byOperation());
    all.putAll(new RevealEndpoints(scopes, policy, tenancy.projects(), reveals).byOperation());
    all.putAll(
        new ShareEndpoints(
                scopes,
                policy,
                tenancy.communities(),
                sharing,
                leasing.leases(),
                needs.environments())
            .byOperation());
    all.putAll(new AdoptionEndpoints(scopes, sharing.adoptions()).byOperation());
    all.putAll(new RestoreEndpoints(policy, tenancy.tenants(), restores).byOperation());
    all.putAll(new CommunityEndpoints(policy, tenancy.communities()).byOperation());
    var chunks = new SharedChunks();
    all.putAll(new EventEndpoints(scopes, policy, telling.streams(), chunks).byOperation());
    all.putAll(
        new SubscriptionEndpoints(scopes, policy, telling.subscriptions(), chunks).byOperation());
    all.putAll(new WebhookEndpoints(scopes, policy, telling.webhooks()).byOperation());
    all.putAll(new AuditEndpoints(scopes, trail, identity.accounts()).byOperation());
    all.putAll(
        new IdentityEndpoints(policy, identity.issuer(), identity.tokens(), identity.tickets())
            .byOperation());
    all.putAll(
        new AccountEndpoints(
                scopes,
                policy,
                tenancy.communities(),
                identity.accounts(),
                identity.keys(),
                identity.bindings())
            .byOperation());
    all.putAll(new ProviderEndpoints(policy, places, identity.providers()).byOperation());
    all.putAll(
        new TenancyEndpoints(
                policy,
                tenancy.founding(),
                tenancy.tenants(),
                tenancy.projects(),
                tenancy.communities(),
                tenancy.domains(),
                keys.deletion(),
                watch.shut())
            .byOperation());
    all.putAll(new QuotaEndpoints(policy, tenancy.quotas(), tenancy.projects()).byOperation());
    all.putAll(
        new KeyEndpoints(policy, tenancy.tenants(), keys.life(), keys.operations()).byOperation());
    all.putAll(new NodeEndpoints(policy, watch).byOperation());
    return all;
  }
}
