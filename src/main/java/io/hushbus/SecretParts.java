package io.hushbus;

import io.hushbus.access.RunTokens;
import io.hushbus.crypto.Envelope;
import io.hushbus.db.SystemTx;
import io.hushbus.event.Idempotency;
import io.hushbus.event.Ledger;
import io.hushbus.http.Api;
import io.hushbus.lease.AdoptionLeases;
import io.hushbus.lease.Commits;
import io.hushbus.lease.EnvironmentUses;
import io.hushbus.lease.Environments;
import io.hushbus.lease.HolderWatch;
import io.hushbus.lease.LeaseGrants;
import io.hushbus.lease.LeaseServices;
import io.hushbus.lease.LeaseTerms;
import io.hushbus.lease.LeaseUses;
import io.hushbus.lease.Leases;
import io.hushbus.lease.Resolutions;
import io.hushbus.lease.Reveals;
import io.hushbus.lease.SealedLeases;
import io.hushbus.rotation.Rotations;
import io.hushbus.rotation.StagedVersions;
import io.hushbus.secret.Lineage;
import io.hushbus.secret.SecretChanges;
import io.hushbus.secret.SecretOpener;
import io.hushbus.secret.SecretServices;
import io.hushbus.secret.SigningKeys;
import io.hushbus.tenant.Installation;
import io.hushbus.tenant.Inventory;
import io.hushbus.tenant.KeyedRows;
import io.hushbus.tenant.Leaving;
import io.hushbus.tenant.Projects;
import io.hushbus.tenant.Quotas;
import io.vertx.core.Context;
import java.util.List;
import java.util.stream.IntStream;

/** Secrets and the leases on them, around one set of the tenants' keys. */
record SecretParts(
    Api.Holdings holdings,
    Api.Sharing sharing,
    SecretOpener opener,
    SigningKeys signing,
    Api.Leasing leasing,
    Api.Needs needs,
    Lineage lineage,
    Leaving leaving,
    List<KeyedRows> keyedRows) {

  static SecretParts of(
      Ground ground,
      Installation installation,
      AccessParts access,
      Idempotency idempotency,
      Ledger ledger,
      Quotas quotas,
      Inventory inventory,
      HolderWatch watch) {
    var db = ground.db();
    var context = ground.vertx().getOrCreateContext();
    var keyrings = ground.keyrings();
    var envelope = new Envelope(ground.random());
    var secrets =
        new SecretServices(
            db,
            ledger,
            keyrings,
            envelope,
            ground.pool(),
            new LeaseUses(ground.ids(), ground.meters()),
            new AdoptionLeases(ground.ids(), ground.meters()),
            quotas,
            inventory,
            ground.meters(),
            Rotations.usual(ground.config().rotation().grace()));
    var signing = new SigningKeys(keyrings, envelope, ground.pool(), ground.random());
    var opener =
        secrets.opener(
            db.dedicated(SystemTx.Job.LEASE_BATCH),
            context,
            ground.config().leases().batches().remembered());
    var services =
        new LeaseServices(
            db,
            ledger,
            keyrings,
            opener,
            ground.ids(),
            limits(ground),
            ground.meters(),
            quotas,
            ground.nodes(),
            watch);
    var grants = services.grants(commits(ground, context), idempotency, access.openers());
    var leases =
        services.leases(
            commits(ground, context),
            commits(ground, context),
            db.dedicated(SystemTx.Job.LEASE_BATCH),
            context);
    var holdings = holdings(ground, secrets);
    return new SecretParts(
        holdings,
        sharing(ground, secrets, holdings.changes()),
        opener,
        signing,
        leasing(ground, services, grants, leases, new RunTokens(installation, ground.random())),
        new Api.Needs(
            new Environments(db, ledger, keyrings, ground.ids()),
            new Resolutions(secrets.sights())),
        secrets.lineage(),
        secrets.leaving(),
        KeyedTables.all(secrets, signing, ground.pool()));
  }

  private static Api.Leasing leasing(
      Ground ground, LeaseServices services, LeaseGrants grants, Leases leases, RunTokens tokens) {
    return new Api.Leasing(
        grants,
        leases,
        services.moves(new StagedVersions()),
        services.bulk(),
        services.runs(tokens, ground.config().runs().heartbeatTtl()),
        services.heartbeats(),
        new SealedLeases(ground.pool(), ground.random()));
  }

  private static Commits commits(Ground ground, Context context) {
    var batches = ground.config().leases().batches();
    var connections =
        IntStream.range(0, batches.atOnce())
            .mapToObj(i -> ground.db().dedicated(SystemTx.Job.LEASE_BATCH))
            .toList();
    return new Commits(connections, context, batches.most());
  }

  private static LeaseTerms.Limits limits(Ground ground) {
    var leases = ground.config().leases();
    return new LeaseTerms.Limits(leases.defaultTtl(), leases.maxTtl());
  }

  /** What shows values to people, as their projects allow. */
  Reveals reveals(Ground ground, Ledger ledger, Projects projects) {
    return new Reveals(ledger, projects, opener, ground.ids(), limits(ground));
  }

  private static Api.Sharing sharing(Ground ground, SecretServices secrets, SecretChanges changes) {
    return new Api.Sharing(
        secrets.shares(ground.ids()),
        secrets.adoptions(ground.ids()),
        secrets.clones(changes, secretLimits(ground)));
  }

  private static SecretChanges.Limits secretLimits(Ground ground) {
    var settings = ground.config().secrets();
    return new SecretChanges.Limits(settings.maxBytes(), settings.maxVersions());
  }

  private static Api.Holdings holdings(Ground ground, SecretServices secrets) {
    var limits = secretLimits(ground);
    var changes = secrets.changes(ground.ids(), limits);
    return new Api.Holdings(
        secrets.secrets(),
        changes,
        secrets.edits(new EnvironmentUses()),
        secrets.removals(new EnvironmentUses()),
        secrets.trash(ground.config().secrets().trash()),
        secrets.bulk(changes, limits));
  }
}
