package io.hushbus.lease;

import io.hushbus.crypto.Keyring;
import io.hushbus.db.Db;
import io.hushbus.db.Tx;
import io.hushbus.model.Action;
import io.hushbus.model.Failure;
import io.hushbus.model.Grant;
import io.hushbus.model.RunId;
import io.hushbus.tenant.Keyrings;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a run says while it lives: that it does, and of which members it is made. None of it is a
 * fact about a secret or a right, so that none of it is in the audit trail, which would hold little
 * else.
 */
public final class Heartbeats {

  /** The most members of one run, detached ones included. */
  public static final int MOST_MEMBERS = 1000;

  private static final Pattern MEMBER = Pattern.compile("[A-Za-z0-9._:/-]{1,64}");

  private final Db db;
  private final Keyrings keyrings;
  private final RunStore store = new RunStore();
  private final MemberStore members = new MemberStore();

  Heartbeats(Db db, Keyrings keyrings) {
    this.db = db;
    this.keyrings = keyrings;
  }

  /**
   * The run lives on, for the length of its heartbeat from now.
   *
   * @param member who of a gang says so
   * @return {@link Failure.Gone} once it is over: a run that was lost does not come back
   */
  public Future<Runs.View> beat(Grant grant, RunId id, Optional<String> member) {
    return living(
        grant,
        id,
        (tx, keyring, row) -> known(tx, id, member).compose(counted -> beating(tx, keyring, row)));
  }

  private Future<Void> known(Tx tx, RunId id, Optional<String> member) {
    return member
        .map(name -> members.beat(tx, id, named(name)).map(Heartbeats::attached))
        .orElseGet(Future::succeededFuture);
  }

  private static Void attached(boolean found) {
    if (!found) {
      throw Failure.missing("member");
    }
    return null;
  }

  private Future<Runs.View> beating(Tx tx, Keyring keyring, RunStore.Stored row) {
    Run next = row.run().living(row.run().life().beating(row.now()));
    return store
        .update(tx, next, keyring.mac(next.canonical(tx.tenant())))
        .map(new Runs.View(next, Run.State.OPEN, row.now()));
  }

  /**
   * Another process of the run, which from now on acknowledges for itself. Again is no failure.
   *
   * @return {@link Failure.Conflict} if there are {@value #MOST_MEMBERS} already
   */
  public Future<Void> attach(Grant grant, RunId id, String member) {
    String name = named(member);
    return living(
        grant,
        id,
        (tx, keyring, row) ->
            members
                .count(tx, id)
                .compose(
                    count ->
                        count >= MOST_MEMBERS
                            ? Future.failedFuture(Failure.conflict(Failure.Reason.LIMIT))
                            : members.attach(tx, keyring, id, name)));
  }

  /** A process of the run has ended: nobody waits for it any more. Again is no failure. */
  public Future<Void> detach(Grant grant, RunId id, String member) {
    String name = named(member);
    return living(
        grant,
        id,
        (tx, keyring, row) ->
            members
                .detach(tx, keyring, id, name, row.now())
                .compose(gone -> new LeaseAcks().remaining(tx, keyring, id)));
  }

  private interface Work<T> {
    Future<T> in(Tx tx, Keyring keyring, RunStore.Stored row);
  }

  private <T> Future<T> living(Grant grant, RunId id, Work<T> work) {
    grant.about(id.value()).allowing(Action.RUN_BEAT);
    return keyrings.learning(
        () ->
            keyrings
                .of(grant.tenant())
                .compose(
                    keyring -> db.write(grant.tenant(), tx -> livingIn(tx, keyring, id, work))));
  }

  private <T> Future<T> livingIn(Tx tx, Keyring keyring, RunId id, Work<T> work) {
    return store
        .lock(tx, id)
        .map(found -> found.filter(row -> row.genuine(keyring)).orElseThrow(Runs::missing))
        .compose(
            row ->
                row.lives()
                    ? work.in(tx, keyring, row)
                    : Future.failedFuture(Failure.gone(Runs.KIND)));
  }

  static String named(String member) {
    if (!MEMBER.matcher(member).matches()) {
      throw Failure.invalid("/member", Failure.Code.BAD_FORMAT);
    }
    return member;
  }
}
