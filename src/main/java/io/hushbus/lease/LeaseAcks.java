package io.hushbus.lease;

import io.hushbus.crypto.Keyring;
import io.hushbus.db.Tx;
import io.hushbus.model.Failure;
import io.hushbus.model.RunId;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What it means that a holder has a version in use: its lease holds nothing older any more. Of a
 * gang, every member that is attached has to say so.
 */
final class LeaseAcks {

  private static final int MOST_LEASES = 1000;

  private final LeaseStore store = new LeaseStore();
  private final AckStore acks = new AckStore();
  private final MemberStore members = new MemberStore();
  private final VersionsTaken versions = new VersionsTaken();

  /** The lease after its holder, or one member of it, said something of a version. */
  Future<Lease> said(Tx tx, Keyring keyring, Lease lease, Lease.Ack said, Optional<String> member) {
    if (said.version() > lease.version()) {
      return Future.failedFuture(Failure.conflict(Failure.Reason.STATE));
    }
    return lowest(tx, keyring, lease, said, member)
        .compose(lowest -> write(tx, keyring, lease, lease.saying(said, lowest), said.at()));
  }

  private Future<Integer> lowest(
      Tx tx, Keyring keyring, Lease lease, Lease.Ack said, Optional<String> member) {
    return attached(tx, keyring, lease.run())
        .compose(
            gang ->
                gang.isEmpty() && member.isEmpty()
                    ? Future.succeededFuture(inUse(lease, said))
                    : ofMember(tx, keyring, lease, said, speaking(gang, member), gang));
  }

  private Future<List<String>> attached(Tx tx, Keyring keyring, Optional<RunId> run) {
    return run.map(id -> members.attached(tx, keyring, id))
        .orElseGet(() -> Future.succeededFuture(List.of()));
  }

  private static int inUse(Lease lease, Lease.Ack said) {
    return said.status() == Lease.Ack.Status.APPLIED ? said.version() : lease.applied();
  }

  private static String speaking(List<String> gang, Optional<String> member) {
    if (member.isEmpty()) {
      throw Failure.invalid("/member", Failure.Code.MISSING_FIELD);
    }
    if (!gang.contains(member.get())) {
      throw Failure.missing("member");
    }
    return member.get();
  }

  private Future<Integer> ofMember(
      Tx tx, Keyring keyring, Lease lease, Lease.Ack said, String member, List<String> gang) {
    return acks.say(tx, keyring, lease.id(), member, said)
        .compose(written -> acks.lowest(tx, keyring, lease.id(), gang))
        .map(lowest -> lowest.orElse(lease.applied()));
  }

  /** A member has gone: what it alone still had in use is in use no more. */
  Future<Void> remaining(Tx tx, Keyring keyring, RunId run) {
    return members
        .attached(tx, keyring, run)
        .compose(
            gang ->
                acks.behind(tx, run, MOST_LEASES)
                    .compose(behind -> raise(tx, keyring, gang, behind)));
  }

  private Future<Void> raise(
      Tx tx, Keyring keyring, List<String> gang, List<LeaseRows.Stored> behind) {
    Future<Void> all = Future.succeededFuture();
    for (LeaseRows.Stored one : behind) {
      all = all.compose(before -> raise(tx, keyring, gang, one));
    }
    return all;
  }

  private Future<Void> raise(Tx tx, Keyring keyring, List<String> gang, LeaseRows.Stored stored) {
    Lease lease = stored.lease();
    if (!LiveLeases.genuine(keyring, stored)) {
      return Future.succeededFuture();
    }
    return acks.lowest(tx, keyring, lease.id(), gang)
        .compose(
            lowest ->
                lowest.filter(version -> version > lease.applied()).isEmpty()
                    ? Future.succeededFuture()
                    : write(tx, keyring, lease, lease.holdingFrom(lowest.get()), stored.now())
                        .mapEmpty());
  }

  private Future<Lease> write(Tx tx, Keyring keyring, Lease before, Lease after, Instant now) {
    Future<Void> applied =
        after.applied() > before.applied()
            ? versions.apply(tx, after, after.applied(), now)
            : Future.succeededFuture();
    return applied
        .compose(noted -> store.update(tx, after, keyring.mac(after.canonical(tx.tenant()))))
        .map(after);
  }
}
