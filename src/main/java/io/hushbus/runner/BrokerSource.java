package io.hushbus.runner;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.hushbus.client.AsyncLease;
import io.hushbus.client.AsyncRun;
import io.hushbus.client.Granted;
import io.hushbus.client.HushbusClient;
import io.hushbus.client.Json;
import io.hushbus.client.LeaseAsk;
import io.hushbus.client.LeaseEnded;
import io.hushbus.client.LeasedSecret;
import io.hushbus.client.Refused;
import io.hushbus.client.Request;
import io.hushbus.client.Rotation;
import io.hushbus.client.RunAsk;
import io.hushbus.client.Unreachable;
import io.hushbus.client.Watcher;
import io.hushbus.model.EntryName;
import io.hushbus.model.SecretName;
import io.hushbus.model.SecretType;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Values by leases of a run. The client renews them, beats, and hears notices; here is decided what
 * is leased, and what is done when a lease, or the run, comes to its end while the child goes on.
 *
 * <p>A lease whose time is over is asked for anew, and so is a run that was lost because the broker
 * could not be reached: the same values then come back under the next attempt. What was revoked, or
 * completed by somebody else, is not asked for again.
 */
public final class BrokerSource implements Source {

  /** As many as one request may name. */
  private static final int AT_ONCE = 64;

  private static final Duration LONGEST = Duration.ofSeconds(90);

  /** There is a run of that attempt already. */
  private static final int CONFLICT = 409;

  private static final Duration AT_ONCE_AGAIN = Duration.ofSeconds(1);
  private static final Duration BETWEEN = Duration.ofSeconds(5);

  private final HushbusClient broker;
  private final RandomGenerator random;
  private final Wanted wanted;
  private final Map<String, AsyncLease> leases = new TreeMap<>();
  private List<Need> needs = List.of();
  private List<Unmet.Reason> skipped = List.of();
  private int attempt;

  /** Whether there is, or was, a run of that attempt. */
  private boolean attempted;

  private volatile @Nullable AsyncRun run;
  private volatile @Nullable Listener listener;
  private volatile boolean closed;

  /**
   * @param connect makes the client, which is closed with this, and has it tell how the broker is
   *     reached
   */
  public BrokerSource(
      Function<Watcher, HushbusClient> connect, Wanted wanted, RandomGenerator random) {
    this.random = random;
    this.broker = connect.apply(new Reached());
    this.wanted = wanted;
    this.attempt = wanted.attempt();
  }

  /** How the broker is reached, for people. */
  private final class Reached implements Watcher {
    @Override
    public void away(Unreachable why) {
      said("the broker does not answer (" + why.getMessage() + "): going on with what is valid");
    }

    @Override
    public void back() {
      said("the broker answers again");
    }

    @Override
    public void deaf(RuntimeException why) {
      said("notices cannot be heard (" + why.getMessage() + "): renewals tell of new versions");
    }
  }

  private void said(String line) {
    Listener told = listener;
    if (told != null && !closed) {
      told.said(line);
    }
  }

  // ---- the beginning

  @Override
  public Map<String, Material> open() {
    BrokerNeeds resolver = new BrokerNeeds(broker, wanted);
    needs = resolver.met(resolver.all());
    skipped = resolver.skipped();
    if (needs.isEmpty() && wanted.environment().isEmpty()) {
      return Map.of();
    }
    return materials(leased());
  }

  private List<AsyncLease> leased() {
    AsyncRun opened = opened();
    run = opened;
    try {
      List<AsyncLease> all = new ArrayList<>();
      if (wanted.environment().isPresent()) {
        all.addAll(await(opened.lease(bounded(LeaseAsk.ofRun()))).leases());
      }
      for (LeaseAsk ask : others(all)) {
        all.addAll(await(opened.lease(ask)).leases());
      }
      return all;
    } catch (RuntimeException refused) {
      run = null;
      completed(opened, io.hushbus.client.Outcome.CANCELLED);
      throw refused;
    }
  }

  private AsyncRun opened() {
    try {
      AsyncRun opened = await(broker.async().open(ask()));
      attempted = true;
      return opened;
    } catch (Refused refused) {
      attempted |= refused.status() == CONFLICT;
      throw refused;
    }
  }

  private RunAsk ask() {
    RunAsk ask = RunAsk.of(wanted.project(), wanted.externalId()).attempt(attempt);
    if (wanted.domain().isPresent()) {
      ask = ask.domain(wanted.domain().get());
    }
    if (wanted.environment().isPresent()) {
      ask = ask.environment(wanted.environment().get());
    }
    return ask;
  }

  /** What the environment does not bring. */
  private List<LeaseAsk> others(List<AsyncLease> there) {
    Map<String, List<String>> keys = new LinkedHashMap<>();
    for (Need need : needs) {
      if (!brought(need, there)) {
        keys.merge(
            need.secret().text(),
            need.key().map(EntryName::text).stream().toList(),
            (some, more) ->
                some.isEmpty() || more.isEmpty()
                    ? List.of()
                    : java.util.stream.Stream.concat(some.stream(), more.stream())
                        .distinct()
                        .toList());
      }
    }
    List<LeaseAsk> asks = new ArrayList<>();
    List<Map.Entry<String, List<String>>> all = List.copyOf(keys.entrySet());
    for (int from = 0; from < all.size(); from += AT_ONCE) {
      LeaseAsk ask = bounded(LeaseAsk.ofRun());
      for (Map.Entry<String, List<String>> one :
          all.subList(from, Math.min(all.size(), from + AT_ONCE))) {
        ask = ask.and(one.getKey(), one.getValue().toArray(String[]::new));
      }
      asks.add(ask);
    }
    return asks;
  }

  private static boolean brought(Need need, List<AsyncLease> there) {
    return there.stream()
        .filter(lease -> folded(lease).equals(need.secret().folded()))
        .anyMatch(
            lease ->
                need.key().map(key -> lease.current().keys().contains(key.text())).orElse(true));
  }

  private LeaseAsk bounded(LeaseAsk ask) {
    LeaseAsk bounded = wanted.ttl().map(ask::ttl).orElse(ask);
    return wanted.minValidFor().map(bounded::minValidFor).orElse(bounded);
  }

  private Map<String, Material> materials(List<AsyncLease> granted) {
    Map<String, Material> materials = new TreeMap<>();
    synchronized (leases) {
      leases.clear();
      for (AsyncLease lease : granted) {
        leases.put(folded(lease), lease);
        materials.put(folded(lease), material(lease.current()));
      }
    }
    return materials;
  }

  private static Material material(LeasedSecret leased) {
    SecretType type = SecretType.of(leased.type()).orElse(SecretType.KEY_VALUE);
    return new Material(leased.secret(), type, leased.version(), leased.entries());
  }

  private static String folded(AsyncLease lease) {
    return new SecretName(lease.secret()).folded();
  }

  @Override
  public List<Need> needs() {
    return needs;
  }

  @Override
  public List<Unmet.Reason> skipped() {
    return skipped;
  }

  // ---- while it lasts

  @Override
  public void listen(Listener told) {
    listener = told;
    attend();
  }

  private void attend() {
    AsyncRun current = run;
    if (current == null) {
      return;
    }
    List<AsyncLease> all;
    synchronized (leases) {
      all = List.copyOf(leases.values());
    }
    all.forEach(lease -> attend(current, lease));
    current.onEnd(why -> aside(() -> runOver(current, why)));
  }

  private void attend(AsyncRun of, AsyncLease lease) {
    lease.onRotation(newer -> told().changed(material(newer)).compose(BrokerSource::answered));
    lease.onEnd(
        why -> {
          if (of.live()) {
            aside(() -> leaseOver(of, lease, why));
          }
        });
  }

  private Listener told() {
    Listener known = listener;
    if (known == null) {
      throw new IllegalStateException("nobody listens yet: this is a bug");
    }
    return known;
  }

  /** As the client takes it. */
  private static Future<Void> answered(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Applied applied -> Future.succeededFuture();
      case Outcome.Deferred(String why) -> Future.failedFuture(new Rotation.Deferred(why));
      case Outcome.Failed(String why) -> Future.failedFuture(new Rotation.Failed(why));
    };
  }

  /** What blocks is not done on the client's thread. */
  private void aside(Runnable what) {
    if (!closed) {
      Thread.ofPlatform().daemon().name("hushbus-run").start(what);
    }
  }

  private void leaseOver(AsyncRun of, AsyncLease lease, LeaseEnded why) {
    if (why.refusal().isEmpty()) {
      expired(of, lease, why);
    } else if (wasLost(of).orElse(false)) {
      runOver(of, why); // a renewal was refused before a heartbeat was
    } else {
      told().lost(folded(lease), "is over: " + why.why());
    }
  }

  /** Its time is over: a broker that answers at once gives it anew, and the child sees nothing. */
  private void expired(AsyncRun of, AsyncLease lease, LeaseEnded why) {
    Future<Granted<AsyncLease>> asked = askedAgain(of, lease);
    if (within(AT_ONCE_AGAIN, asked) && taken(of, asked.result().lease())) {
      return;
    }
    told().lost(folded(lease), "is over: " + why.why());
    Backoff backoff = new Backoff(random, BETWEEN);
    while (!within(LONGEST, asked) || !taken(of, asked.result().lease())) {
      if (isFinal(asked.cause()) || !of.live() || closed || !backoff.pause()) {
        return;
      }
      asked = askedAgain(of, lease);
    }
    said(lease.secret() + " was leased anew");
  }

  /** Whether it has come by then. */
  private static boolean within(Duration longest, Future<?> asked) {
    try {
      asked.toCompletionStage().toCompletableFuture().get(longest.toMillis(), MILLISECONDS);
      return true;
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return false;
    } catch (ExecutionException | TimeoutException not) {
      return false;
    }
  }

  /** Whether the same answer would come again. */
  private static boolean isFinal(@Nullable Throwable failure) {
    return failure instanceof Refused refused && !refused.retryable() && refused.status() < 500;
  }

  /** The same secret once more, for the same needs. */
  private Future<Granted<AsyncLease>> askedAgain(AsyncRun of, AsyncLease lease) {
    List<String> keys = new ArrayList<>();
    boolean whole = false;
    for (Need need : needs) {
      if (need.secret().folded().equals(folded(lease))) {
        whole |= need.key().isEmpty();
        need.key().map(EntryName::text).ifPresent(keys::add);
      }
    }
    LeaseAsk ask = LeaseAsk.of(lease.secret(), whole ? new String[0] : keys.toArray(String[]::new));
    return of.lease(bounded(ask));
  }

  /** Not if it is over again already. */
  private boolean taken(AsyncRun of, AsyncLease lease) {
    Material material;
    try {
      material = material(lease.current());
    } catch (LeaseEnded again) {
      return false;
    }
    synchronized (leases) {
      leases.put(folded(lease), lease);
    }
    attend(of, lease);
    told().changed(material);
    return true;
  }

  private void runOver(AsyncRun of, LeaseEnded why) {
    if (!ends(of)) {
      return;
    }
    Optional<Boolean> lost = wasLost(of);
    boolean again = lost.orElse(true);
    if (lost.orElse(false)) {
      again = reopened();
    }
    if (run == null) {
      synchronized (leases) {
        leases.keySet().forEach(name -> told().lost(name, "is over with its run: " + why.why()));
      }
    }
    Backoff backoff = new Backoff(random, BETWEEN);
    while (again && run == null && !closed && backoff.pause()) {
      lost = lost.isPresent() ? lost : wasLost(of);
      again = lost.map(known -> known && reopened()).orElse(true);
    }
  }

  /** Whether it was the one in use, until now: several of its leases may learn of its end. */
  private synchronized boolean ends(AsyncRun of) {
    boolean inUse = !closed && of == run;
    if (inUse) {
      run = null;
    }
    return inUse;
  }

  /** By a missed heartbeat; empty if the broker cannot be asked now. */
  private Optional<Boolean> wasLost(AsyncRun of) {
    try {
      Json state = broker.get("/runs/" + Request.segment(of.id())).send().json();
      return Optional.of(state.optionalText("state").filter("lost"::equals).isPresent());
    } catch (Refused refused) {
      return isFinal(refused) ? Optional.of(false) : Optional.empty();
    } catch (Unreachable away) {
      return Optional.empty();
    }
  }

  /**
   * Goes on as the next attempt, if it may.
   *
   * @return whether to try again, unless there is a run now
   */
  private boolean reopened() {
    if (attempted) {
      attempt++;
      attempted = false;
    }
    try {
      List<AsyncLease> granted = leased();
      List<Material> newest = List.copyOf(materials(granted).values());
      attend();
      newest.forEach(told()::changed);
      said("the run was lost when its heartbeats were missed: going on as attempt " + attempt);
      return false;
    } catch (Refused refused) {
      boolean forGood = isFinal(refused) && refused.status() != CONFLICT;
      if (forGood) {
        said("the run was lost and cannot go on: " + refused.getMessage());
      }
      return !forGood;
    } catch (Unreachable | LeaseEnded not) {
      return true;
    }
  }

  // ---- the end

  @Override
  public void close(boolean succeeded) {
    closed = true;
    AsyncRun last = run;
    if (last != null) {
      completed(
          last, succeeded ? io.hushbus.client.Outcome.SUCCEEDED : io.hushbus.client.Outcome.FAILED);
    }
    broker.close();
  }

  /** What a broker that does not answer keeps, ends by its time. */
  private static void completed(AsyncRun run, io.hushbus.client.Outcome outcome) {
    try {
      run.complete(outcome).toCompletionStage().toCompletableFuture().get(2, TimeUnit.SECONDS);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException away) {
      // its heartbeat ends it
    }
  }

  private static <T> T await(Future<T> future) {
    try {
      return future
          .toCompletionStage()
          .toCompletableFuture()
          .get(LONGEST.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the broker was asked", stopped);
    } catch (TimeoutException late) {
      throw new IllegalStateException("the client lets nobody wait so long: this is a bug", late);
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof RuntimeException known) {
        throw known;
      }
      throw new IllegalStateException("the client fails otherwise: this is a bug", failed);
    }
  }
}
