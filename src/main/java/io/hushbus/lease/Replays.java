package io.hushbus.lease;

import io.hushbus.db.Tx;
import io.hushbus.event.Change;
import io.hushbus.event.Ledger;
import io.hushbus.event.Trace;
import io.hushbus.model.Failure;
import io.hushbus.model.Grant;
import io.hushbus.model.LeaseId;
import io.hushbus.model.Resource;
import io.hushbus.secret.SecretOpener;
import io.hushbus.tenant.Keyrings;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Hands out again what leases that already live are on, each at its own version. Every time is on
 * record before the values are opened.
 */
final class Replays {

  private record Held(Lease lease, SecretOpener.Found found, Instant now) {}

  private final Ledger ledger;
  private final Keyrings keyrings;
  private final Disclosure disclosure;
  private final LiveLeases live;
  private final LeaseStore store = new LeaseStore();

  Replays(Ledger ledger, Keyrings keyrings, SecretOpener secrets, Disclosure disclosure) {
    this.ledger = ledger;
    this.keyrings = keyrings;
    this.disclosure = disclosure;
    this.live = new LiveLeases(secrets);
  }

  /**
   * These leases with their values, in order, which the caller closes.
   *
   * @param mine whether a lease is the one that may be shown: the ids may not be to be trusted
   * @param least for how long each has to hold still
   * @return {@link Failure.Gone} if any has ended; {@link Failure.Conflict} with the longest time
   *     that can be promised, if {@code least} is more
   */
  Future<List<LeasedSecret>> again(
      Grant grant, Predicate<Lease> mine, List<UUID> leases, Optional<Duration> least) {
    return keyrings
        .learning(() -> ledger.change(grant, tx -> held(tx, mine, leases, least)))
        .compose(
            held ->
                disclosure.together(
                    held.stream()
                        .map(one -> disclosure.open(one.found(), one.lease(), one.now()))
                        .toList()));
  }

  private Future<Change<List<Held>>> held(
      Tx tx, Predicate<Lease> mine, List<UUID> leases, Optional<Duration> least) {
    return Future.all(leases.stream().map(id -> held(tx, mine, new LeaseId(id), least)).toList())
        .map(done -> done.<Held>list())
        .map(held -> new Change<>(held, held.stream().map(one -> trace(one)).toList(), List.of()));
  }

  /** The ids may come from a row without a MAC: whose lease it is, only the lease itself says. */
  private Future<Held> held(Tx tx, Predicate<Lease> mine, LeaseId id, Optional<Duration> least) {
    return keyrings
        .of(tx.tenant())
        .compose(
            keyring ->
                store
                    .find(tx, id)
                    .map(
                        found ->
                            found
                                .filter(row -> mine.test(row.lease()))
                                .orElseThrow(() -> Failure.gone("lease")))
                    .compose(row -> live.of(tx, keyring, row)))
        .map(now -> promised(now, least))
        .map(
            now ->
                new Held(
                    now.lease(), Disclosure.having(now.found(), now.lease().entries()), now.now()));
  }

  /** No longer than its own time, and than that of the first version of it to be retired. */
  private static LiveLeases.Live promised(LiveLeases.Live now, Optional<Duration> least) {
    Instant end =
        Stream.concat(Stream.of(now.lease().terms().expiresAt()), now.drains().stream())
            .min(Comparator.naturalOrder())
            .orElseThrow();
    Duration most = Duration.between(now.now(), end);
    if (least.filter(wanted -> wanted.compareTo(most) > 0).isPresent()) {
      throw Failure.notPromised(most);
    }
    return now;
  }

  private static Trace trace(Held held) {
    return Trace.of(
            new Resource(
                "secret", held.lease().project(), Optional.of(held.lease().secret().value())))
        .named(held.found().name().text())
        .atVersion(held.lease().version())
        .with(Map.of("lease", held.lease().id().toString(), "replay", true));
  }
}
