package io.hushbus.client;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What goes on by itself while leases and runs are held: renewals, heartbeats, new versions.
 * Notices only make it faster: a renewal tells of a newer version too. A slow callback keeps no
 * renewal waiting.
 *
 * <p>All of it happens on the loop. What is final ends a lease and is told once; what may pass is
 * tried again, with waits drawn at random, for as long as what is held is valid.
 */
final class Keeper {

  /** Until a version is offered again to who could not take it. */
  private static final long OFFER_AGAIN = Duration.ofSeconds(30).toNanos();

  /** So many failures that the wait is drawn from the longest. */
  private static final int LATE = 16;

  private static final long MOST_HINTED = Duration.ofDays(365).toSeconds();
  private static final long LEAST = Duration.ofMillis(10).toNanos();
  private static final long BEFORE_END = Duration.ofSeconds(1).toNanos();

  private final Calls calls;
  private final Loop loop;
  private final Leasing leasing;
  private final Set<Tenure> tenures = new LinkedHashSet<>();
  private final Set<Course> courses = new LinkedHashSet<>();
  private final Map<Optional<Course>, Following> ears = new HashMap<>();

  Keeper(Calls calls, Leasing leasing) {
    this.calls = calls;
    this.loop = calls.loop;
    this.leasing = leasing;
  }

  // ---- leases

  /** Renews it from now on; {@code hint} is what its grant says about that. */
  void keep(Tenure lease, Json hint) {
    loop.execute(
        () -> {
          tenures.add(lease);
          lease.due = due(lease, hint);
          plan(lease);
        });
  }

  void drop(Tenure lease) {
    loop.execute(() -> tenures.remove(lease));
  }

  /** Calls back for it from now on. */
  void listen(Tenure lease) {
    loop.execute(
        () -> {
          lease.offer = System.nanoTime();
          plan(lease);
          if (!lease.isOver()) {
            ears.computeIfAbsent(lease.run, this::ear);
          }
        });
  }

  private void plan(Tenure lease) {
    lease.timer.cancel();
    if (lease.isOver()) {
      return;
    }
    long at = lease.term.end();
    if (!lease.renewing && lease.due - at < 0) {
      at = lease.due;
    }
    if (!lease.moving && lease.behind() && lease.offer - at < 0) {
      at = lease.offer;
    }
    lease.timer = loop.at(Math.max(at, System.nanoTime() + LEAST), () -> care(lease));
  }

  private void care(Tenure lease) {
    long now = System.nanoTime();
    if (lease.isOver()) {
      return;
    }
    if (now - lease.term.end() >= 0) {
      end(lease, lease.ended("it expired", Optional.empty()));
      return;
    }
    if (!lease.renewing && now - lease.due >= 0) {
      renew(lease);
    }
    if (!lease.moving && lease.behind() && now - lease.offer >= 0) {
      move(lease);
    }
    plan(lease);
  }

  private void renew(Tenure lease) {
    boolean last = !lease.term.extendable();
    if (last && lease.run.isPresent()) {
      lease.due = lease.term.end(); // a run has one lease on a secret, and that ends
      return;
    }
    lease.renewing = true;
    loop.here(last ? leasing.succeed(lease) : leasing.renew(lease))
        .onComplete(
            hint -> {
              lease.renewing = false;
              lease.failures = 0;
              lease.due = due(lease, hint);
              plan(lease);
            },
            failure -> {
              lease.renewing = false;
              later(lease, failure);
            });
  }

  /** What is held stays valid until its own end; until then it is tried again. */
  private void later(Tenure lease, Throwable failure) {
    if (isFinal(failure)) {
      end(lease, over(lease, failure));
      return;
    }
    lease.due = System.nanoTime() + calls.wait(failure, ++lease.failures);
    plan(lease);
  }

  private static boolean isFinal(Throwable failure) {
    return failure instanceof LeaseEnded
        || (failure instanceof Refused refused && refused.status() < 500 && !refused.retryable());
  }

  /** That the newest version cannot be taken says nothing of the one that is held. */
  private static boolean isOfVersion(Throwable failure) {
    return failure instanceof Refused refused
        && refused.status() == 410
        && refused.problem().optionalText("kind").filter("entry"::equals).isPresent();
  }

  private static LeaseEnded over(Tenure lease, Throwable failure) {
    return switch (failure) {
      case Refused refused ->
          lease.ended(refused.reason().orElse(refused.code()), Optional.of(refused));
      case LeaseEnded ended -> ended;
      default -> lease.ended(failure.getClass().getSimpleName(), Optional.empty());
    };
  }

  /** Ends it here. */
  void end(Tenure lease, LeaseEnded why) {
    tenures.remove(lease);
    lease.end(why);
  }

  /** When the next renewal is due: a little before the broker's hint, not with everybody else. */
  private long due(Tenure lease, Json hint) {
    long now = System.nanoTime();
    long left = Math.max(0, lease.term.end() - now);
    if (!lease.term.extendable()) {
      return Math.max(now, lease.term.end() - Math.max(BEFORE_END, left / 3));
    }
    long hinted = hint.optionalNumber("renew_in_seconds").orElse(-1);
    long usual = usual(left, hinted);
    return now + usual - calls.random.nextLong(usual / 8 + 1);
  }

  /** A hint counts whole seconds: of a short lease it is none, nor is one beyond its end. */
  static long usual(long left, long hinted) {
    return hinted < 1
        ? left / 2
        : Math.min(left, Duration.ofSeconds(Math.min(hinted, MOST_HINTED)).toNanos());
  }

  // ---- new versions

  private void move(Tenure lease) {
    lease.moving = true;
    loop.here(lease.owed > 0 ? leasing.settle(lease) : leasing.move(lease))
        .onComplete(
            done -> {
              lease.moving = false;
              if (!done) {
                lease.offer = System.nanoTime() + OFFER_AGAIN;
              }
              plan(lease);
            },
            failure -> {
              lease.moving = false;
              if (isOfVersion(failure)) {
                lease.offer = System.nanoTime() + OFFER_AGAIN;
                plan(lease);
              } else if (isFinal(failure)) {
                end(lease, over(lease, failure));
              } else {
                lease.offer = System.nanoTime() + BEFORE_END + calls.wait(failure, 5);
                plan(lease);
              }
            });
  }

  private Following ear(Optional<Course> run) {
    EventAsk ask = EventAsk.NOW.types(Notice.ANNOUNCED, Notice.STAGED, Notice.REVOKED);
    Following following = new Following(calls, run.map(Course::token), ask, new Ear(run));
    following.start().onFailure(failure -> loop.execute(() -> deaf(run, failure)));
    return following;
  }

  /** Is told what happens to the leases of one run, or to those without one. */
  private final class Ear implements NoticeReader {

    private final Optional<Course> run;

    Ear(Optional<Course> run) {
      this.run = run;
    }

    /** From here on nothing is missed; what came before is told by a renewal. */
    @Override
    public void connected() {
      loop.execute(() -> concerned(Optional.empty()).forEach(Keeper.this::renewNow));
    }

    @Override
    public void notice(Notice notice) {
      loop.execute(() -> heard(notice));
    }

    private void heard(Notice notice) {
      Optional<String> secret = notice.data().optionalText("secret_id");
      boolean newer = notice.type().equals(Notice.ANNOUNCED) || notice.type().equals(Notice.STAGED);
      concerned(newer ? secret : Optional.empty())
          .forEach(newer ? Keeper.this::offer : Keeper.this::renewNow);
    }

    private List<Tenure> concerned(Optional<String> secret) {
      return tenures.stream()
          .filter(lease -> lease.run.equals(run) && !lease.rotations.isEmpty())
          .filter(lease -> secret.isEmpty() || secret.get().equals(lease.secretId))
          .toList();
    }

    @Override
    public void ended(RuntimeException why) {
      loop.execute(() -> deaf(run, why));
    }
  }

  /** Renewals tell of new versions too. It is tried again later, unless the run is over. */
  private void deaf(Optional<Course> run, Throwable why) {
    boolean over = run.map(Course::isOver).orElse(false);
    if (over) {
      ears.remove(run);
      return;
    }
    if (why instanceof Unreachable || (why instanceof Refused && !isFinal(why))) {
      ears.remove(run);
      loop.at(System.nanoTime() + calls.wait(why, LATE), () -> listenAgain(run));
      return;
    }
    calls
        .watcher()
        .deaf(why instanceof RuntimeException known ? known : new IllegalStateException(why));
  }

  /** For who still holds something that a notice may be about. */
  private void listenAgain(Optional<Course> run) {
    if (tenures.stream().anyMatch(lease -> lease.run.equals(run) && !lease.rotations.isEmpty())) {
      ears.computeIfAbsent(run, this::ear);
    }
  }

  /** There is a version beyond the one in use, whichever. */
  private void offer(Tenure lease) {
    lease.newest = Math.max(lease.newest, lease.applied + 1);
    lease.offer = System.nanoTime();
    plan(lease);
  }

  private void renewNow(Tenure lease) {
    if (lease.term.extendable()) {
      lease.due = System.nanoTime();
      plan(lease);
    }
  }

  // ---- runs

  /** Beats for it from now on. */
  void keep(Course run) {
    loop.execute(
        () -> {
          courses.add(run);
          beatAt(run, run.beat);
        });
  }

  private void beatAt(Course run, long nanos) {
    long jitter = calls.random.nextLong(nanos / 8 + 1);
    run.timer = loop.at(System.nanoTime() + nanos - jitter, () -> beat(run));
  }

  private void beat(Course run) {
    if (run.isOver()) {
      return;
    }
    loop.here(calls.once(leasing.heartbeat(run)))
        .onComplete(
            lives -> {
              run.failures = 0;
              beatAt(run, run.beat);
            },
            failure -> {
              if (failure instanceof Refused refused && isFinal(refused)) {
                end(run, refused.reason().orElse(refused.code()), Optional.of(refused));
              } else {
                beatAt(run, Math.min(run.beat, calls.wait(failure, ++run.failures) + LEAST));
              }
            });
  }

  /** Ends it here, and its leases. */
  void end(Course run, String why, Optional<Refused> refusal) {
    courses.remove(run);
    run.end(why, refusal);
    Following ear = ears.remove(Optional.of(run));
    if (ear != null) {
      ear.close();
    }
    List.copyOf(tenures).stream()
        .filter(lease -> lease.run.filter(run::equals).isPresent())
        .forEach(lease -> end(lease, lease.ended("its run is over", refusal)));
  }

  // ---- the end

  /** Stops all of it. What is still held is handed over, to be given back. */
  Future<Held> stop() {
    Future<Held> held =
        loop.after(0).map(now -> new Held(List.copyOf(courses), List.copyOf(tenures)));
    return held.onSuccess(
        all -> {
          ears.values().forEach(Following::close);
          ears.clear();
          all.leases().forEach(lease -> lease.timer.cancel());
          all.runs().forEach(run -> run.timer.cancel());
        });
  }

  /** What is held. */
  record Held(List<Course> runs, List<Tenure> leases) {}
}
