package io.hushbus.history;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * G3 and G4. Each reader that began with {@code subscribe} gets, in its {@code deliver} entries,
 * every version that was committed since: none left out, none before an older one, none that is not
 * there in the end. Whoever reads after a notice gets what it told of, or newer.
 *
 * <p>A delivered event is {@code {id, kind, secret, version}}; those with kind {@code version} are
 * looked at, each by its first delivery.
 */
public final class DeliveryChecker implements Checker {

  private static final String GAP = "delivery";
  private static final String EARLY = "notice";

  /** Where a reader heard first of a version. */
  private record Heard(int version, Entry entry) {}

  @Override
  public List<Violation> check(History history) {
    List<Violation> found = new ArrayList<>();
    Map<String, Integer> everything = committed(history, Optional.empty());
    Map<String, List<Entry>> writes =
        history.byKey(entry -> RegisterChecker.writes(entry) && entry.ok());
    Map<String, List<Entry>> deliveries = history.byKey(entry -> entry.is("deliver"));
    for (Entry began : history.only(entry -> entry.is("subscribe") && entry.ok())) {
      Map<String, List<Heard>> heard =
          heard(deliveries.getOrDefault(began.key(), List.of()), found);
      heard.forEach((secret, all) -> inOrder(all, everything.get(secret), found));
      Map<String, Integer> own = committed(history, began.result("tenant"));
      others(heard, everything, own, found);
      own.forEach(
          (secret, last) ->
              complete(
                  began,
                  writes.getOrDefault(secret, List.of()),
                  heard.getOrDefault(secret, List.of()),
                  last,
                  found));
    }
    history
        .only(entry -> entry.is("reset"))
        .forEach(reset -> found.add(Violation.of(GAP, "a cursor was lost", reset)));
    readsAfterNotices(history, deliveries, found);
    return found;
  }

  /**
   * @param tenant whose secrets are meant; empty: all
   */
  private static Map<String, Integer> committed(History history, Optional<String> tenant) {
    Map<String, Integer> last = new LinkedHashMap<>();
    history
        .only(
            entry ->
                entry.is("final")
                    && entry.version().isPresent()
                    && (tenant.isEmpty() || entry.result("tenant").equals(tenant)))
        .forEach(end -> last.put(end.key(), end.version().getAsInt()));
    return last;
  }

  /** G14: nobody is told of what is another tenant's. */
  private static void others(
      Map<String, List<Heard>> heard,
      Map<String, Integer> everything,
      Map<String, Integer> own,
      List<Violation> found) {
    heard.forEach(
        (secret, all) -> {
          if (everything.containsKey(secret) && !own.containsKey(secret)) {
            found.add(
                Violation.of(GAP, "told of another tenant's " + secret, all.getFirst().entry()));
          }
        });
  }

  private static Map<String, List<Heard>> heard(List<Entry> deliveries, List<Violation> found) {
    Set<String> ids = new HashSet<>();
    Map<String, List<Heard>> all = new LinkedHashMap<>();
    for (Entry delivery : deliveries) {
      for (JsonObject event : events(delivery)) {
        if (ids.add(event.getString("id"))) {
          all.computeIfAbsent(event.getString("secret"), secret -> new ArrayList<>())
              .add(new Heard(event.getInteger("version"), delivery));
        }
      }
    }
    all.forEach((secret, versions) -> twice(secret, versions, found));
    return all;
  }

  /** Under two ids: nobody could tell that it is the same. */
  private static void twice(String secret, List<Heard> versions, List<Violation> found) {
    Map<Integer, Entry> first = new HashMap<>();
    for (Heard one : versions) {
      Entry other = first.putIfAbsent(one.version(), one.entry());
      if (other != null) {
        found.add(Violation.of(GAP, "two events for one version of " + secret, other, one.entry()));
      }
    }
  }

  private static List<JsonObject> events(Entry delivery) {
    return delivery.result().getJsonArray("events").stream()
        .map(JsonObject.class::cast)
        .filter(event -> event.getString("kind").equals("version"))
        .toList();
  }

  private static void inOrder(List<Heard> heard, @Nullable Integer last, List<Violation> found) {
    for (int i = 0; i < heard.size(); i++) {
      Heard one = heard.get(i);
      if (last != null && one.version() > last) {
        found.add(Violation.of(GAP, "told of and not committed: " + one.version(), one.entry()));
      }
      if (i > 0 && one.version() < heard.get(i - 1).version()) {
        found.add(
            Violation.of(
                GAP, "an older version after a newer", heard.get(i - 1).entry(), one.entry()));
      }
    }
  }

  /** All from the first that must be there, or that was, to the last. */
  private static void complete(
      Entry began, List<Entry> writes, List<Heard> heard, int last, List<Violation> found) {
    OptionalInt owed =
        writes.stream().filter(began::before).flatMapToInt(write -> write.version().stream()).min();
    OptionalInt told = heard.stream().mapToInt(Heard::version).min();
    if (owed.isEmpty() && told.isEmpty()) {
      return;
    }
    Set<Integer> versions = new HashSet<>();
    heard.forEach(one -> versions.add(one.version()));
    int from = Math.min(owed.orElse(last), told.orElse(last));
    for (int version = from; version <= last; version++) {
      if (!versions.contains(version)) {
        found.add(missing(began, writes, version));
        return;
      }
    }
  }

  private static Violation missing(Entry began, List<Entry> writes, int version) {
    List<Entry> evidence = new ArrayList<>(List.of(began));
    writes.stream()
        .filter(write -> write.version().orElse(0) == version)
        .findFirst()
        .ifPresent(evidence::add);
    return new Violation(GAP, "never told of version " + version, evidence);
  }

  private static void readsAfterNotices(
      History history, Map<String, List<Entry>> deliveries, List<Violation> found) {
    Map<String, NavigableMap<Long, Heard>> newest = newest(deliveries);
    for (Entry read : history.ofSecrets().only(entry -> entry.is("read", "lease") && entry.ok())) {
      NavigableMap<Long, Heard> told = newest.get(read.key());
      var before = told == null ? null : told.lowerEntry(read.invoked());
      if (before != null
          && !read.mayBeReplay()
          && before.getValue().version() > read.version().orElse(Integer.MAX_VALUE)) {
        found.add(
            Violation.of(EARLY, "read older than its notice", before.getValue().entry(), read));
      }
    }
  }

  /** For each secret, by the time of a delivery, the newest version that was told of by then. */
  private static Map<String, NavigableMap<Long, Heard>> newest(
      Map<String, List<Entry>> deliveries) {
    Map<String, NavigableMap<Long, Heard>> all = new HashMap<>();
    deliveries.values().stream()
        .flatMap(List::stream)
        .sorted(Comparator.comparingLong(Entry::completed))
        .forEach(
            delivery ->
                events(delivery)
                    .forEach(
                        event ->
                            raise(
                                all.computeIfAbsent(
                                    event.getString("secret"), secret -> new TreeMap<>()),
                                new Heard(event.getInteger("version"), delivery))));
    return all;
  }

  private static void raise(NavigableMap<Long, Heard> newest, Heard heard) {
    var last = newest.lastEntry();
    if (last == null || last.getValue().version() < heard.version()) {
      newest.put(heard.entry().completed(), heard);
    }
  }
}
