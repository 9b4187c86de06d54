package io.hushbus;

import io.hushbus.crypto.SystemKeyKind;
import io.hushbus.delivery.Cursors;
import io.hushbus.delivery.Hints;
import io.hushbus.delivery.Retention;
import io.hushbus.delivery.StreamSettings;
import io.hushbus.delivery.Streams;
import io.hushbus.tenant.Installation;

/** What tells readers of events, and what forgets old ones. */
record DeliveryParts(Streams streams, Hints hints, Retention retention) {

  static DeliveryParts of(Ground ground, Installation installation, StreamRights rights) {
    var vertx = ground.vertx();
    var db = ground.db();
    var events = ground.config().events();
    var settings =
        StreamSettings.of(
            events.pollInterval(),
            events.heartbeat(),
            events.maxStreams(),
            events.maxStreamsPerPrincipal());
    var cursors = new Cursors(installation.systemKey(SystemKeyKind.CURSOR_MAC));
    var streams =
        new Streams(vertx, db, rights, cursors, settings, ground.meters(), System::nanoTime);
    return new DeliveryParts(
        streams,
        new Hints(vertx, db, streams, () -> ground.keyrings().dropEnded(), events.useNotify()),
        new Retention(vertx, db, ground.ids().random(), events.retention()));
  }

  /** Follows the log. Streams end with a cursor, which their readers take elsewhere. */
  void follow(Endings endings) {
    endings.addSlow(streams::drain);
    streams.start();
    hints.listen();
  }

  void retain(Endings endings) {
    endings.addSlow(retention::stop);
    retention.start();
  }
}
