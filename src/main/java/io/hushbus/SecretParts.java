package io.hushbus;

import io.hushbus.crypto.Envelope;
import io.hushbus.db.SystemTx;
import io.hushbus.event.Idempotency;
import io.hushbus.event.Ledger;
import io.hushbus.http.Api;
import io.hushbus.lease.LeaseGrants;
import io.hushbus.lease.LeaseServices;
import io.hushbus.lease.LeaseTerms;
import io.hushbus.lease.LeaseUses;
import io.hushbus.lease.Leases;
import io.hushbus.secret.SecretChanges;
import io.hushbus.secret.SecretServices;
import io.hushbus.tenant.KeyedRows;
import io.hushbus.tenant.Quotas;
import java.util.List;

/** Secrets and the leases on them, around one set of the tenants' keys. */
record SecretParts(
    Api.Holdings holdings, LeaseGrants grants, Leases leases, List<KeyedRows> keyedRows) {

  static SecretParts of(Ground ground, Idempotency idempotency, Ledger ledger, Quotas quotas) {
    var db = ground.db();
    var config = ground.config();
    var context = ground.vertx().getOrCreateContext();
    var keyrings = ground.keyrings();
    var envelope = new Envelope(ground.random());
    var secrets =
        new SecretServices(
            db, ledger, keyrings, envelope, ground.pool(), new LeaseUses(ground.meters()), quotas);
    var opener = secrets.opener(db.dedicated(SystemTx.Job.LEASE_BATCH), context);
    var limits = new LeaseTerms.Limits(config.leases().defaultTtl(), config.leases().maxTtl());
    var grants =
        LeaseServices.grants(
            db,
            ledger,
            opener,
            db.dedicated(SystemTx.Job.LEASE_BATCH),
            context,
            idempotency,
            ground.ids(),
            limits,
            ground.meters(),
            quotas);
    return new SecretParts(
        holdings(ground, secrets),
        grants,
        new Leases(db, ledger, keyrings, opener, limits, ground.meters()),
        KeyedTables.all(secrets, ground.pool()));
  }

  private static Api.Holdings holdings(Ground ground, SecretServices secrets) {
    var settings = ground.config().secrets();
    var limits = new SecretChanges.Limits(settings.maxBytes(), settings.maxVersions());
    var changes = secrets.changes(ground.ids(), limits);
    return new Api.Holdings(
        secrets.secrets(),
        changes,
        secrets.edits(),
        secrets.removals(),
        secrets.trash(),
        secrets.bulk(changes, limits));
  }
}
