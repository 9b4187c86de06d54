package io.hushbus.lease;

import io.hushbus.model.EntryName;
import io.hushbus.model.Failure;
import io.hushbus.model.Payload;
import io.hushbus.model.SecretValue;
import io.hushbus.secret.SecretOpener;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Opens values for holders whose leases are on record by now. */
final class Disclosure {

  private final SecretOpener secrets;
  private final LeaseMeters meters;

  Disclosure(SecretOpener secrets, LeaseMeters meters) {
    this.secrets = secrets;
    this.meters = meters;
  }

  /**
   * The value of one lease, which the caller closes.
   *
   * @param at when that was recorded, by the database's clock
   */
  Future<LeasedSecret> open(SecretOpener.Found found, Lease lease, Instant at) {
    return secrets
        .open(found)
        .map(
            payload ->
                new LeasedSecret(
                    lease, found.head(), found.name(), limitedTo(payload, lease.entries()), at));
  }

  /** All of them. If one cannot be opened, none is handed out. */
  Future<List<LeasedSecret>> together(List<Future<LeasedSecret>> opened) {
    return Future.join(opened)
        .<List<LeasedSecret>>map(done -> done.list())
        .onSuccess(done -> meters.granted(done.size()))
        .onFailure(
            cause ->
                opened.stream()
                    .filter(Future::succeeded)
                    .forEach(future -> future.result().close()));
  }

  /**
   * The version, if it has all these entries.
   *
   * @throws Failure.Gone if it lacks one
   */
  static SecretOpener.Found having(SecretOpener.Found found, List<EntryName> entries) {
    if (!found.version().entryNames().containsAll(entries)) {
      throw Failure.gone("entry");
    }
    return found;
  }

  private static Payload limitedTo(Payload payload, List<EntryName> entries) {
    if (entries.isEmpty()) {
      return payload;
    }
    Map<EntryName, SecretValue> shown = new LinkedHashMap<>();
    payload
        .entries()
        .forEach(
            (name, value) -> {
              if (entries.contains(name)) {
                shown.put(name, value);
              } else {
                value.close();
              }
            });
    if (shown.size() < entries.size()) {
      shown.values().forEach(SecretValue::close);
      throw Failure.gone("entry");
    }
    return new Payload(shown);
  }
}
