package io.hushbus.history;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A broker of several nodes over one store, in small: the same operations and the same promises as
 * the real one, with a point wherever others may come in between. Nodes die; what they had not
 * committed is undone. Correct as it stands; {@link Mutants} each get one thing wrong.
 */
class ModelBroker implements Target {

  /** What is committed of a secret. */
  static final class Head {
    int version;
    int value;
    boolean deleted;

    Head copy() {
      Head made = new Head();
      made.version = version;
      made.value = value;
      made.deleted = deleted;
      return made;
    }

    boolean lives() {
      return version > 0 && !deleted;
    }
  }

  /** What is committed of a lease. */
  static final class Lease {
    final String id;
    final String secret;
    final Optional<String> run;
    final long issued;
    final long wall;
    int version;
    long expires;
    boolean revoked;
    boolean swept;

    Lease(String id, String secret, Optional<String> run, long issued, long wall) {
      this.id = id;
      this.secret = secret;
      this.run = run;
      this.issued = issued;
      this.wall = wall;
    }
  }

  /**
   * @param place where the reader goes on after it
   */
  record Event(int place, String secret, int version) {}

  /** A request that runs at a node, until that dies. */
  record Request(String id, int node, int life, Call call) {

    String key() {
      return call.key();
    }

    JsonObject args() {
      return call.args();
    }
  }

  private static final class Killed extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  final Turns turns;
  final Map<String, Head> heads = new LinkedHashMap<>();
  final Map<String, Lease> leases = new LinkedHashMap<>();
  final List<Event> log = new ArrayList<>();
  final List<Map<String, Head>> caches = new ArrayList<>();
  private final Map<String, String> once = new HashMap<>();
  private final Set<String> endedRuns = new HashSet<>();
  private final List<Entry> audit = new ArrayList<>();
  private final Set<String> locks = new HashSet<>();
  private final int[] lives;
  private int numbers;

  ModelBroker(Turns turns, int nodes) {
    this.turns = turns;
    this.lives = new int[nodes];
    for (int i = 0; i < nodes; i++) {
      caches.add(new HashMap<>());
    }
  }

  /** Ends all that runs at the node, and what it keeps in memory. */
  final void kill(int node) {
    lives[node]++;
    caches.get(node).clear();
  }

  final boolean lives(Request request) {
    return lives[request.node()] == request.life();
  }

  final void point(Request request) {
    turns.point();
    if (!lives(request)) {
      throw new Killed();
    }
  }

  @Override
  public final Answer call(Call call) {
    Request request = new Request("r" + numbers++, call.node(), lives[call.node()], call);
    try {
      point(request);
      Answer answer = serve(request);
      point(request);
      answer.result().put("request", request.id());
      return answer;
    } catch (Killed noAnswer) {
      return Answer.unknown();
    }
  }

  private Answer serve(Request request) {
    return switch (request.call().op()) {
      case "create" -> locked(request, request.key(), () -> create(request));
      case "put" -> put(request);
      case "delete" -> locked(request, request.key(), () -> trash(request, true));
      case "restore" -> locked(request, request.key(), () -> trash(request, false));
      case "read" -> read(request);
      case "lease" -> lease(request);
      case "renew" -> locked(request, request.key(), () -> renew(request));
      case "advance" -> locked(request, request.key(), () -> advance(request));
      case "ack", "look" -> look(request);
      case "revoke" -> locked(request, request.key(), () -> revoke(request));
      case "run" -> Answer.ok(new JsonObject().put("run", request.key()));
      case "complete" -> complete(request);
      case "subscribe" -> Answer.ok(new JsonObject().put("cursor", Integer.toString(lastPlace())));
      case "poll" -> poll(request);
      default -> throw new IllegalArgumentException("no such operation: " + request.call().op());
    };
  }

  /** A row lock: held to the end of the transaction, however that ends. */
  final Answer locked(Request request, String row, Supplier<Answer> work) {
    while (!locks.add(row)) {
      point(request);
    }
    try {
      point(request);
      return work.get();
    } finally {
      locks.remove(row);
    }
  }

  final Head head(String key) {
    return heads.computeIfAbsent(key, absent -> new Head());
  }

  private Answer create(Request request) {
    Head head = head(request.key());
    return head.lives() ? Answer.refused("taken") : write(request, head);
  }

  Answer put(Request request) {
    return locked(
        request,
        request.key(),
        () -> {
          Head head = head(request.key());
          if (!head.lives()) {
            return Answer.refused("missing");
          }
          return fits(request, head) ? write(request, head) : Answer.refused("stale");
        });
  }

  static boolean fits(Request request, Head head) {
    Integer cas = request.args().getInteger("cas");
    return cas == null || cas == head.version;
  }

  final Answer write(Request request, Head head) {
    Head after = head.copy();
    after.version++;
    after.value = request.args().getInteger("value");
    after.deleted = false;
    point(request);
    commit(request, after);
    return Answer.ok(new JsonObject().put("version", after.version));
  }

  /** State, notice and record at once. */
  void commit(Request request, Head after) {
    heads.put(request.key(), after);
    tell(request.key(), after.version, lastPlace() + 1);
    record(request, request.key());
  }

  final void tell(String key, int version, int place) {
    log.add(new Event(place, key, version));
  }

  final int lastPlace() {
    return log.stream().mapToInt(Event::place).max().orElse(0);
  }

  final void record(Request request, String key) {
    JsonObject said =
        new JsonObject().put("request", request.id()).put("action", request.call().op());
    audit.add(new Entry(-1, "audit", key, 0, 0, Outcome.OK, new JsonObject(), said));
  }

  private Answer trash(Request request, boolean delete) {
    Head head = head(request.key());
    if (delete ? !head.lives() : !head.deleted) {
      return Answer.refused("missing");
    }
    point(request);
    Head after = head.copy();
    after.deleted = delete;
    heads.put(request.key(), after);
    record(request, request.key());
    return Answer.ok(new JsonObject().put("version", after.version));
  }

  private Answer read(Request request) {
    return shown(seen(request));
  }

  /** What a node shows of a secret. */
  Head seen(Request request) {
    return head(request.key());
  }

  private static Answer shown(Head head) {
    return head.lives()
        ? Answer.ok(new JsonObject().put("version", head.version).put("value", head.value))
        : Answer.refused("missing");
  }

  private Answer lease(Request request) {
    String name = request.args().getString("once");
    String run = request.args().getString("run");
    String under = name == null ? run == null ? null : run + " " + request.key() : name;
    return under == null ? grant(request) : grantOnce(request, "once " + under);
  }

  Answer grantOnce(Request request, String name) {
    return locked(request, name, () -> again(request, name));
  }

  final Answer again(Request request, String name) {
    Lease before = leases.get(once.getOrDefault(name, ""));
    if (before != null && isLive(request, before)) {
      disclosed(request);
      return granted(before);
    }
    if (before != null && request.args().containsKey("once")) {
      return Answer.refused("gone");
    }
    point(request);
    Answer answer = grant(request);
    Optional.ofNullable(answer.result().getString("lease")).ifPresent(id -> once.put(name, id));
    return answer;
  }

  final Answer grant(Request request) {
    Head head = head(request.key());
    Optional<String> run = Optional.ofNullable(request.args().getString("run"));
    if (!head.lives() || run.filter(endedRuns::contains).isPresent()) {
      return Answer.refused("missing");
    }
    long now = turns.now();
    Lease lease =
        new Lease("l" + numbers++, request.key(), run, now, now + request.args().getLong("most"));
    lease.version = head.version;
    lease.expires = end(lease, now + request.args().getLong("ttl"));
    leases.put(lease.id, lease);
    disclosed(request);
    return granted(lease);
  }

  /** Writes down who gets a value, before that is opened. */
  void disclosed(Request request) {
    record(request, request.key());
  }

  private static Answer granted(Lease lease) {
    return Answer.ok(
        new JsonObject()
            .put("lease", lease.id)
            .put("won", lease.id)
            .put("version", lease.version)
            .put("issued", lease.issued)
            .put("expires", lease.expires)
            .put("wall", lease.wall));
  }

  /** Until when a lease is to live that wants to live until then. */
  long end(Lease lease, long wanted) {
    return Math.min(wanted, lease.wall);
  }

  /** Decided when it is used, by the clock of the store. */
  boolean isLive(Request request, Lease lease) {
    return !lease.revoked && !isOver(lease) && turns.now() < lease.expires;
  }

  final boolean isOver(Lease lease) {
    return lease.run.filter(endedRuns::contains).isPresent();
  }

  private Answer renew(Request request) {
    Lease lease = known(request);
    if (lease == null || !isLive(request, lease)) {
      return Answer.refused("gone");
    }
    lease.expires = end(lease, turns.now() + request.args().getLong("ttl"));
    return Answer.ok(new JsonObject().put("expires", lease.expires).put("wall", lease.wall));
  }

  private @Nullable Lease known(Request request) {
    return leases.get(request.key());
  }

  private Answer advance(Request request) {
    Lease lease = known(request);
    if (lease == null || !isLive(request, lease) || !head(lease.secret).lives()) {
      return Answer.refused("gone");
    }
    Head head = head(lease.secret);
    lease.version = head.version;
    return Answer.ok(
        new JsonObject()
            .put("version", head.version)
            .put("value", head.value)
            .put("expires", lease.expires));
  }

  private Answer look(Request request) {
    Lease lease = known(request);
    return lease == null ? Answer.refused("missing") : Answer.ok(state(request, lease));
  }

  private JsonObject state(Request request, Lease lease) {
    return new JsonObject()
        .put("state", isLive(request, lease) ? "active" : "over")
        .put("expires", lease.expires);
  }

  private Answer revoke(Request request) {
    Lease lease = known(request);
    if (lease == null) {
      return Answer.refused("missing");
    }
    revoke(request, lease);
    return Answer.ok(new JsonObject());
  }

  void revoke(Request request, Lease lease) {
    lease.revoked = true;
  }

  private Answer complete(Request request) {
    endedRuns.add(request.key());
    return Answer.ok(new JsonObject());
  }

  private Answer poll(Request request) {
    int cursor = Integer.parseInt(request.args().getString("cursor"));
    List<Event> page =
        log.stream()
            .filter(event -> event.place() > cursor)
            .sorted(Comparator.comparingInt(Event::place))
            .limit(5)
            .toList();
    JsonArray events = new JsonArray();
    page.forEach(
        event ->
            events.add(
                new JsonObject()
                    .put("id", "e" + event.place())
                    .put("kind", "version")
                    .put("secret", event.secret())
                    .put("version", event.version())));
    int last = page.isEmpty() ? cursor : page.getLast().place();
    return Answer.ok(new JsonObject().put("events", events).put("cursor", Integer.toString(last)));
  }

  /** What a node does by itself, now and then. */
  void housekeeping(int node) {
    leases.values().forEach(lease -> lease.swept = turns.now() >= lease.expires);
  }

  /** What is there when all is over. */
  final void end(History history) {
    heads.forEach(
        (key, head) ->
            history.note(
                "final",
                key,
                new JsonObject(),
                new JsonObject()
                    .put("version", head.version)
                    .put("value", head.value)
                    .put("deleted", head.deleted)));
    leases.forEach(
        (id, lease) ->
            history.note(
                "final",
                id,
                new JsonObject(),
                new JsonObject()
                    .put("state", lease.revoked ? "revoked" : "active")
                    .put("expires", lease.expires)));
    audit.forEach(history::add);
  }
}
