package io.hushbus.client;

import io.hushbus.model.SecretValue;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Consumer;

/** What is asked of the broker about leases and runs, written once for both faces. */
final class Leasing {

  private static final int LONGEST_DETAIL = 200;
  private static final long MOST_SILENT = Duration.ofDays(1).toSeconds();

  private final Calls calls;
  private final Keeper keeper;

  Leasing(Calls calls) {
    this.calls = calls;
    this.keeper = new Keeper(calls, this);
  }

  Keeper keeper() {
    return keeper;
  }

  // ---- runs

  /** Neither under a key nor sent twice: the token is in the first answer alone. */
  Future<Course> open(RunAsk ask) {
    return key(ask).compose(key -> opened(ask, key));
  }

  private Future<Optional<OwnKey>> key(RunAsk ask) {
    Optional<String> onlySealed = calls.transport.sealedFor();
    Optional<Sealing> how = ask.sealing().or(() -> onlySealed.map(tenant -> Sealing.X25519));
    if (how.isEmpty()) {
      return Future.succeededFuture(Optional.empty());
    }
    return onlySealed
        .map(Future::succeededFuture)
        .orElseGet(this::tenant)
        .map(tenant -> Optional.of(own(how.get(), tenant)));
  }

  private OwnKey own(Sealing how, String tenant) {
    try {
      return OwnKey.generate(how, tenant, calls.random);
    } catch (NoClassDefFoundError noBouncyCastle) {
      throw new IllegalStateException(
          "sealed delivery needs org.bouncycastle:bcprov-jdk18on on the class path",
          noBouncyCastle);
    }
  }

  /** Its id, which a sealed value says it is for. */
  private Future<String> tenant() {
    return calls
        .send(() -> calls.request("GET", "/auth/whoami", Optional.empty()), true)
        .map(answer -> answer.json().object("tenant").text("id"));
  }

  private Future<Course> opened(RunAsk ask, Optional<OwnKey> key) {
    Optional<String> sealedTo = key.map(OwnKey::shared);
    return calls
        .send(
            () -> calls.request("POST", "/runs", Optional.empty()).body(ask.body(sealedTo)), false)
        .map(
            answer -> {
              try (SecretJson opened = answer.secretJson("token")) {
                Course run = course(opened, key);
                keeper.keep(run);
                return run;
              }
            })
        .onFailure(refused -> key.ifPresent(OwnKey::close));
  }

  private static Course course(SecretJson opened, Optional<OwnKey> key) {
    Json rest = opened.rest();
    SecretValue token =
        opened.take("/token").orElseThrow(() -> new Unreachable("the answer lacks a token"));
    long seconds = Math.clamp(rest.number("heartbeat_seconds"), 1, MOST_SILENT);
    long third = Duration.ofSeconds(seconds).toNanos() / 3;
    return new Course(rest.text("id"), token, third, key);
  }

  Request heartbeat(Course run) {
    return calls.request("POST", "/runs/" + run.id() + "/heartbeat", Optional.of(run.token()));
  }

  /** Ends the run and everything that it holds; one that is over already is well. */
  Future<Void> complete(Course run, Outcome outcome) {
    if (run.isOver()) {
      return Future.succeededFuture();
    }
    String path = "/runs/" + run.id() + "/complete";
    Future<Void> told =
        over(
            calls.send(
                () ->
                    calls
                        .request("POST", path, Optional.of(run.token()))
                        .body(Body.object().field("outcome", outcome.word())),
                true));
    return told.onComplete(
        done -> calls.loop.execute(() -> keeper.end(run, "it was completed", Optional.empty())));
  }

  /** Whatever is said of what is over already is well. */
  private static Future<Void> over(Future<Answer> said) {
    return said.<Void>mapEmpty()
        .recover(
            failure ->
                failure instanceof Refused no && (no.status() == 404 || no.status() == 410)
                    ? Future.succeededFuture()
                    : Future.failedFuture(failure));
  }

  // ---- leases

  /** Leases all of it, or nothing. A key makes a grant that is asked again the same one. */
  Future<Granted<Tenure>> grant(LeaseAsk ask, Optional<Course> run) {
    long asked = System.nanoTime();
    return granted(ask, run).map(answer -> held(ask, run, answer, asked));
  }

  private Future<SecretJson> granted(LeaseAsk ask, Optional<Course> run) {
    String key = calls.key();
    return calls
        .send(
            () ->
                calls
                    .request("POST", "/leases", run.map(Course::token))
                    .idempotencyKey(key)
                    .body(ask.body()),
            true)
        .map(Answer::secretJson);
  }

  private Granted<Tenure> held(LeaseAsk ask, Optional<Course> run, SecretJson answer, long asked) {
    try (answer) {
      List<Tenure> leases = new ArrayList<>();
      List<Json> grants = answer.rest().objects("leases");
      for (int i = 0; i < grants.size(); i++) {
        Json grant = grants.get(i);
        LeasedSecret values = values(run, grant, answer, "/leases/" + i + "/data");
        Tenure lease = new Tenure(ask.only(grant.text("secret")), run, grant, values, asked);
        keeper.keep(lease, grant);
        leases.add(lease);
      }
      return Granted.of(answer.rest(), leases);
    }
  }

  /**
   * @param clear where the values are, if they are not sealed
   */
  private static LeasedSecret values(
      Optional<Course> run, Json grant, SecretJson answer, String clear) {
    SequencedMap<String, SecretValue> entries =
        grant.has("sealed")
            ? run.flatMap(Course::key)
                .orElseThrow(() -> new Unreachable("values came sealed to a key of nobody"))
                .open(grant)
            : answer.takeAll(clear);
    return new LeasedSecret(
        grant.text("secret"), grant.text("type"), (int) grant.number("version"), entries);
  }

  /** For as long again, within the longest time that the broker allows; one attempt. */
  Future<Json> renew(Tenure lease) {
    long asked = System.nanoTime();
    Body body = Body.object();
    lease.asked.ttl().ifPresent(time -> body.field("ttl", LeaseAsk.text(time)));
    return calls
        .once(request(lease, "renew").body(body))
        .map(Answer::json)
        .map(
            json -> {
              lease.extend(json, asked);
              return json;
            });
  }

  /** A new lease in the place of one whose longest time is nearly over; one attempt. */
  Future<Json> succeed(Tenure lease) {
    String old = lease.id;
    long asked = System.nanoTime();
    return calls
        .once(
            calls
                .request("POST", "/leases", Optional.empty())
                .idempotencyKey(calls.key())
                .body(lease.asked.body()))
        .map(answer -> succeeded(lease, answer.secretJson(), asked))
        .onSuccess(grant -> revoked(old, Optional.empty()));
  }

  /** A newer version is used at once if nobody is to be called back for it. */
  private static Json succeeded(Tenure lease, SecretJson answer, long asked) {
    try (answer) {
      Json grant = answer.rest().objects("leases").getFirst();
      lease.succeed(grant, asked);
      if (lease.rotations.isEmpty() && lease.newest != lease.applied) {
        lease.use(values(lease.run, grant, answer, "/leases/0/data"));
      }
      return grant;
    }
  }

  /** Takes the newest version under the same lease. */
  Future<LeasedSecret> advance(Tenure lease) {
    return calls
        .send(() -> request(lease, "advance"), true)
        .map(
            answer -> {
              try (SecretJson taken = answer.secretJson()) {
                return values(lease.run, taken.rest(), taken, "/data");
              }
            });
  }

  Future<Void> acknowledge(Tenure lease, int version, Ack ack, Optional<String> detail) {
    Optional<String> cut =
        detail.map(one -> one.substring(0, Math.min(one.length(), LONGEST_DETAIL)));
    return calls
        .send(
            () ->
                request(lease, "ack")
                    .body(
                        Body.object()
                            .field("version", version)
                            .field("status", ack.word())
                            .field("detail", cut)),
            true)
        .mapEmpty();
  }

  /** Ends the lease; one that is over already is well. */
  Future<Void> release(Tenure lease) {
    boolean before = lease.isOver();
    calls.loop.execute(() -> keeper.end(lease, lease.ended("it was closed", Optional.empty())));
    return before ? Future.succeededFuture() : revoked(lease.id, lease.as());
  }

  private Future<Void> revoked(String id, Optional<SecretValue> as) {
    return over(calls.send(() -> calls.request("POST", "/leases/" + id + "/revoke", as), true));
  }

  private Request request(Tenure lease, String verb) {
    return calls.request("POST", "/leases/" + lease.id + "/" + verb, lease.as());
  }

  /** A version that was taken by hand is said to be in use. */
  void noted(Tenure lease, LeasedSecret taken, Ack ack) {
    if (ack == Ack.APPLIED && !lease.isOver() && taken.version() > lease.applied) {
      lease.use(taken);
    }
  }

  // ---- without a lease

  Future<Resolution> resolve(Place from, Consumer<Body> what) {
    return calls
        .send(
            () -> {
              Body body = Body.object();
              from.project().ifPresent(name -> body.field("project", name));
              from.domain().ifPresent(name -> body.field("domain", name));
              what.accept(body);
              return calls.request("POST", "/resolutions", Optional.empty()).body(body);
            },
            true)
        .map(answer -> Resolution.of(answer.json()));
  }

  Future<LeasedSecret> reveal(Place where, String secret) {
    return calls
        .send(
            () ->
                calls
                    .request(
                        "GET", "/secrets/" + Request.segment(secret) + "/value", Optional.empty())
                    .query("project", where.project())
                    .query("domain", where.domain()),
            true)
        .map(
            answer -> {
              try (SecretJson shown = answer.secretJson()) {
                int version = (int) shown.rest().number("version");
                return new LeasedSecret(secret, "", version, shown.takeAll("/data"));
              }
            });
  }

  // ---- notices

  Future<EventFeed> follow(Optional<Course> run, EventAsk ask, NoticeReader reader) {
    Following following = new Following(calls, run.map(Course::token), ask, reader);
    return following.start().map(following);
  }

  // ---- new versions

  /**
   * Takes the newest version, has it put to use, and says what came of it. Whether nothing is left
   * to do: else it is offered again later.
   */
  Future<Boolean> move(Tenure lease) {
    return advance(lease)
        .compose(
            newer -> {
              if (newer.version() <= lease.applied) {
                newer.close();
                lease.newest = lease.applied;
                return Future.succeededFuture(true);
              }
              return offered(lease, newer);
            });
  }

  private Future<Boolean> offered(Tenure lease, LeasedSecret newer) {
    Future<Void> taken = Future.succeededFuture();
    for (Rotation one : lease.rotations) {
      taken = taken.compose(before -> one.taken(newer));
    }
    return taken.transform(
        done -> done.succeeded() ? applied(lease, newer) : refused(lease, newer, done.cause()));
  }

  private Future<Boolean> applied(Tenure lease, LeasedSecret newer) {
    if (lease.isOver()) {
      newer.close();
      return Future.succeededFuture(true);
    }
    lease.use(newer);
    lease.owed = newer.version();
    return settle(lease);
  }

  /** Says that a version is in use; until that has been said it is owed. */
  Future<Boolean> settle(Tenure lease) {
    int version = lease.owed;
    return acknowledge(lease, version, Ack.APPLIED, Optional.empty())
        .map(
            said -> {
              lease.owed = 0;
              return true;
            });
  }

  /** The older version is what the program has. What a failure says may have the value in it. */
  private Future<Boolean> refused(Tenure lease, LeasedSecret newer, Throwable why) {
    newer.close();
    boolean later = why instanceof Rotation.Deferred;
    boolean told = later || why instanceof Rotation.Failed;
    String detail = told ? String.valueOf(why.getMessage()) : "the callback raised " + kind(why);
    return acknowledge(
            lease, newer.version(), later ? Ack.DEFERRED : Ack.FAILED, Optional.of(detail))
        .map(said -> false);
  }

  private static String kind(Throwable why) {
    return why.getClass().getSimpleName();
  }

  // ---- the end

  /** Gives everything back that can be given back in this time. */
  Future<Void> giveBack(Duration within) {
    calls.hurry(within);
    return keeper
        .stop()
        .compose(
            held -> {
              List<Future<Void>> all = new ArrayList<>();
              held.runs().forEach(run -> all.add(complete(run, Outcome.CANCELLED)));
              held.leases().stream()
                  .filter(lease -> lease.run.isEmpty())
                  .forEach(lease -> all.add(release(lease)));
              return Future.join(all).<Void>mapEmpty().otherwiseEmpty();
            });
  }
}
