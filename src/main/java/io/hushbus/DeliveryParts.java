package io.hushbus;

import io.hushbus.access.AccessPolicy;
import io.hushbus.access.Job;
import io.hushbus.crypto.SystemKeyKind;
import io.hushbus.db.Recurring;
import io.hushbus.delivery.BusNotices;
import io.hushbus.delivery.Cursors;
import io.hushbus.delivery.Hints;
import io.hushbus.delivery.Retention;
import io.hushbus.delivery.StreamSettings;
import io.hushbus.delivery.Streams;
import io.hushbus.delivery.Subscriptions;
import io.hushbus.delivery.WebhookSettings;
import io.hushbus.delivery.WebhookWorker;
import io.hushbus.delivery.Webhooks;
import io.hushbus.event.Ledger;
import io.hushbus.http.Api;
import io.hushbus.model.TenantId;
import io.hushbus.outbound.Outbound;
import io.hushbus.secret.SigningKeys;
import io.hushbus.tenant.Installation;

/** What tells readers of events, and what forgets old ones. */
record DeliveryParts(
    Api.Telling telling, Hints hints, Retention retention, WebhookWorker worker, BusNotices bus) {

  static DeliveryParts of(
      Ground ground,
      Installation installation,
      Ledger ledger,
      AccessPolicy policy,
      StreamRights rights,
      Outbound outbound,
      SigningKeys signing) {
    var vertx = ground.vertx();
    var db = ground.db();
    var events = ground.config().events();
    var meters = ground.meters();
    var cursors = new Cursors(installation.systemKey(SystemKeyKind.CURSOR_MAC));
    var streams =
        new Streams(vertx, db, rights, cursors, settings(ground), meters, System::nanoTime);
    var keyrings = ground.keyrings();
    var telling =
        new Api.Telling(
            streams,
            new Subscriptions(db, ledger, keyrings, cursors, streams, meters, ground.ids()),
            new Webhooks(
                db,
                ledger,
                keyrings,
                signing,
                outbound,
                streams,
                meters,
                ground.ids(),
                ground.nodes().clock()));
    var needs =
        new WebhookWorker.Needs(
            vertx,
            db,
            ledger,
            keyrings,
            signing,
            outbound,
            rights,
            meters,
            ground.random(),
            ground.nodes().clock());
    var worker =
        new WebhookWorker(
            needs,
            streams,
            ground.ids().random(),
            tenant -> policy.system(Job.WEBHOOK_DELIVERY, tenant),
            WebhookSettings.of(events.pollInterval()));
    var bus = new BusNotices(vertx, streams, true);
    return new DeliveryParts(
        telling,
        new Hints(
            vertx,
            db,
            streams,
            () -> ground.keyrings().dropEnded(),
            events.useNotify(),
            meters,
            System::nanoTime),
        new Retention(vertx, db, ground.nodes().own(), events.retention()),
        worker,
        bus);
  }

  private static StreamSettings settings(Ground ground) {
    var events = ground.config().events();
    return StreamSettings.of(
        events.pollInterval(),
        events.heartbeat(),
        events.maxStreams(),
        events.maxStreamsPerPrincipal());
  }

  /** Something was committed to a tenant's log here. From any thread. */
  void committed(TenantId tenant) {
    hints.committed(tenant);
    worker.hint(tenant);
  }

  /** Follows the log. Streams end with a cursor, which their readers take elsewhere. */
  void follow(Ground ground, Endings endings, Jobs jobs) {
    var events = ground.config().events();
    endings.addSlow(telling.streams()::drain);
    telling.streams().start();
    jobs.add(worker::start, worker::stop);
    if (events.bus()) {
      jobs.add(new Recurring(ground.vertx(), "bus notices", events.pollInterval(), bus::runOnce));
    }
  }

  void retain(Jobs jobs) {
    jobs.add(retention::start, retention::stop);
  }
}
