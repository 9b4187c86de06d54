package io.hushbus.history;

import io.hushbus.history.Target.Answer;
import io.hushbus.history.Target.Call;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/**
 * What callers do, drawn from a seed: they write, race, read, lease, renew, revoke and follow, each
 * request at a node of its own choice. All that they see goes into the history. The same for the
 * model and for real brokers.
 */
public final class Workload {

  /**
   * @param prefix that names of secrets begin with
   * @param keys secrets in use at a time
   * @param perKey requests about a secret, more or less, before new ones take its place: histories
   *     that are searched exactly have to be short
   * @param ttl of leases, in nanoseconds
   * @param most the longest time a lease may be held, in nanoseconds
   * @param pause between two requests of a process
   */
  public record Shape(
      String prefix, int nodes, int keys, int perKey, long ttl, long most, Runnable pause) {}

  /** Pauses after what nobody answered: a system that is down is asked less often. */
  private static final int BACK_OFF = 20;

  private record Held(String lease, String secret) {}

  private final long seed;
  private final Shape shape;
  private final Target target;
  private final History history;
  private final AtomicInteger asked = new AtomicInteger();
  private final AtomicInteger values = new AtomicInteger();
  private final AtomicInteger retired = new AtomicInteger();
  private final Map<String, Integer> seen = new ConcurrentHashMap<>();
  private final Map<String, AtomicInteger> creating = new ConcurrentHashMap<>();
  private final Set<String> deleted = ConcurrentHashMap.newKeySet();
  private final List<Held> held = new CopyOnWriteArrayList<>();
  private final List<String> runs = new CopyOnWriteArrayList<>();

  public Workload(long seed, Shape shape, Target target, History history) {
    this.seed = seed;
    this.shape = shape;
    this.target = target;
    this.history = history;
  }

  /** A caller that asks for one thing after the other. */
  public Runnable caller(int number, BooleanSupplier goOn) {
    return () -> {
      Random random = new Random(seed * 1_000_003 + number);
      while (goOn.getAsBoolean()) {
        act(new Asker(number, random));
        shape.pause().run();
      }
    };
  }

  /** How many requests were made. */
  public int asked() {
    return asked.get();
  }

  /** The secrets that are known to have been made. */
  public Set<String> secrets() {
    return Set.copyOf(seen.keySet());
  }

  /** Reads every secret once more, as somebody who comes when all is over. */
  public void visit() {
    Asker last = new Asker(99, new Random(seed));
    seen.keySet().stream()
        .sorted()
        .forEach(
            key -> {
              last.ask("read", key, new JsonObject());
              last.ask("lease", key, terms());
            });
  }

  private final class Asker {
    final int number;
    final Random random;

    Asker(int number, Random random) {
      this.number = number;
      this.random = random;
    }

    boolean oneIn(int n) {
      return random.nextInt(n) == 0;
    }

    Answer ask(String op, String key, JsonObject args) {
      int process = number + 100 * retired.get();
      long invoked = history.now();
      Answer answer = target.call(new Call(process, random.nextInt(shape.nodes()), op, key, args));
      long completed = answer.outcome() == Outcome.INFO ? Long.MAX_VALUE : history.now();
      if (answer.outcome() == Outcome.INFO) {
        retired.incrementAndGet();
      }
      history.add(
          new Entry(process, op, key, invoked, completed, answer.outcome(), args, answer.result()));
      if (answer.outcome() == Outcome.INFO || refused(answer, "unreachable")) {
        IntStream.range(0, BACK_OFF).forEach(pause -> shape.pause().run());
      }
      return answer;
    }
  }

  private void act(Asker who) {
    int era = asked.getAndIncrement() / (shape.keys() * shape.perKey());
    String key = shape.prefix() + "-" + era + "-" + who.random.nextInt(shape.keys());
    Integer version = seen.get(key);
    if (version == null) {
      create(who, key);
    } else if (deleted.contains(key)) {
      restoreOrLook(who, key);
    } else {
      use(who, key, version);
    }
  }

  private void create(Asker who, String key) {
    AtomicInteger under = creating.computeIfAbsent(key, made -> new AtomicInteger());
    under.incrementAndGet();
    Answer answer =
        who.ask(
            "create",
            key,
            new JsonObject()
                .put("value", values.incrementAndGet())
                .put("single", "create " + key)
                .put("must", true));
    if (answer.outcome() != Outcome.INFO) {
      under.decrementAndGet();
    }
    if (answer.outcome() == Outcome.OK || refused(answer, "taken")) {
      seen.merge(key, 1, Math::max);
    }
  }

  private void restoreOrLook(Asker who, String key) {
    if (who.oneIn(2)) {
      read(who, key);
    } else if (who.ask("restore", key, new JsonObject()).outcome() == Outcome.OK) {
      deleted.remove(key);
    }
  }

  private void use(Asker who, String key, int version) {
    int drawn = who.random.nextInt(100);
    if (drawn < 18) {
      read(who, key);
    } else if (drawn < 34) {
      replace(who, key, "cas " + key + " " + version, version);
    } else if (drawn < 44) {
      replace(who, key, "", version);
    } else if (drawn < 47) {
      delete(who, key);
    } else if (drawn < 62) {
      lease(who, key, version);
    } else if (drawn < 66) {
      runs(who, key);
    } else {
      useLease(who, who.random.nextInt(100));
    }
  }

  private void read(Asker who, String key) {
    Answer answer = who.ask("read", key, new JsonObject());
    if (answer.outcome() == Outcome.OK) {
      saw(key, answer);
      deleted.remove(key);
    } else if (refused(answer, "missing")) {
      deleted.add(key);
    }
  }

  private void saw(String key, Answer answer) {
    Optional.ofNullable(answer.result().getInteger("version"))
        .ifPresent(version -> seen.merge(key, version, Math::max));
  }

  private void replace(Asker who, String key, String contest, int version) {
    JsonObject args = new JsonObject().put("value", values.incrementAndGet());
    if (!contest.isEmpty()) {
      args.put("cas", version).put("single", contest);
    }
    Answer answer = who.ask("put", key, args);
    saw(key, answer);
    if (refused(answer, "stale")) {
      read(who, key);
    }
  }

  /** Not as long as somebody may be about to make it: a name is used once. */
  private void delete(Asker who, String key) {
    if (Optional.ofNullable(creating.get(key)).filter(all -> all.get() > 0).isEmpty()) {
      if (who.ask("delete", key, new JsonObject()).outcome() == Outcome.OK) {
        deleted.add(key);
      }
    }
  }

  /** Under one name for each version, so that many are there at the same time. */
  private void lease(Asker who, String key, int version) {
    JsonObject args = terms();
    if (who.oneIn(2)) {
      String once = key + "-" + version;
      args.put("once", once).put("single", "once " + once).put("replay", true);
    }
    took(key, who.ask("lease", key, args));
  }

  private JsonObject terms() {
    return new JsonObject().put("ttl", shape.ttl()).put("most", shape.most());
  }

  private void took(String key, Answer answer) {
    if (answer.outcome() == Outcome.OK) {
      held.add(new Held(answer.result().getString("lease"), key));
      while (held.size() > 3 * shape.keys()) {
        held.removeFirst();
      }
    }
  }

  /** Opens a run, leases for it, or ends it. */
  private void runs(Asker who, String key) {
    if (runs.isEmpty() || who.oneIn(3)) {
      Answer opened =
          who.ask("run", shape.prefix() + "-job-" + values.incrementAndGet(), new JsonObject());
      Optional.ofNullable(opened.result().getString("run")).ifPresent(runs::add);
      return;
    }
    String run = runs.get(who.random.nextInt(runs.size()));
    if (who.oneIn(4)) {
      who.ask("complete", run, new JsonObject());
      if (runs.size() > 4) {
        runs.remove(run);
      }
    } else {
      took(key, who.ask("lease", key, terms().put("run", run).put("replay", true)));
    }
  }

  private void useLease(Asker who, int drawn) {
    if (held.isEmpty()) {
      return;
    }
    Held one = held.get(who.random.nextInt(held.size()));
    if (drawn < 35) {
      who.ask("renew", one.lease(), new JsonObject().put("ttl", shape.ttl()));
    } else if (drawn < 55) {
      who.ask("look", one.lease(), new JsonObject());
    } else if (drawn < 75) {
      advance(who, one);
    } else {
      who.ask("revoke", one.lease(), new JsonObject());
    }
  }

  private void advance(Asker who, Held one) {
    Answer taken = who.ask("advance", one.lease(), new JsonObject().put("secret", one.secret()));
    if (taken.outcome() == Outcome.OK && who.oneIn(2)) {
      who.ask(
          "ack",
          one.lease(),
          new JsonObject().put("version", taken.result().getInteger("version")));
    }
  }

  private static boolean refused(Answer answer, String reason) {
    return reason.equals(answer.result().getString("reason"));
  }

  /**
   * A reader of notices that goes on from its last cursor, at any node.
   *
   * @param kind how it reads: what the target makes of it
   * @param goOn also until it has got what there is
   */
  public Runnable reader(int number, String kind, BooleanSupplier goOn) {
    return () -> {
      Random random = new Random(seed * 7_000_003 + number);
      Asker who = new Asker(number, random);
      String name = kind + "-" + number;
      Optional<String> cursor = Optional.empty();
      while (cursor.isEmpty() && goOn.getAsBoolean()) {
        Answer began = who.ask("subscribe", name, new JsonObject().put("kind", kind));
        cursor = Optional.ofNullable(began.result().getString("cursor"));
        shape.pause().run();
      }
      while (cursor.isPresent() && goOn.getAsBoolean()) {
        cursor = Optional.of(follow(who, name, kind, cursor.orElseThrow()));
        shape.pause().run();
      }
    };
  }

  private String follow(Asker who, String name, String kind, String cursor) {
    JsonObject args = new JsonObject().put("kind", kind).put("cursor", cursor);
    long invoked = history.now();
    Answer answer =
        target.call(new Call(who.number, who.random.nextInt(shape.nodes()), "poll", name, args));
    if (answer.outcome() != Outcome.OK) {
      IntStream.range(0, BACK_OFF).forEach(pause -> shape.pause().run());
    }
    if (refused(answer, "reset")) {
      history.note("reset", name, args, answer.result());
    }
    JsonArray events = answer.result().getJsonArray("events", new JsonArray());
    if (!events.isEmpty()) {
      history.add(
          new Entry(
              who.number,
              "deliver",
              name,
              invoked,
              history.now(),
              Outcome.OK,
              args,
              answer.result()));
    }
    // Going back now and then is what a reader does whose memory is older than what it was told.
    String next = answer.result().getString("cursor");
    return next == null || who.oneIn(8) ? cursor : next;
  }
}
