package io.hushbus.history;

import io.vertx.core.json.JsonObject;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * What all processes saw, in the order in which they heard of it. Only grows; may be added to from
 * any thread. With a file, each line is on the disk before the next operation of its process
 * begins.
 */
public final class History implements AutoCloseable {

  /** Nanoseconds since 1970 that never go back: what the wall said once, and steps since. */
  public static LongSupplier wallClock() {
    long wall = System.currentTimeMillis() * 1_000_000;
    long start = System.nanoTime();
    return () -> wall + (System.nanoTime() - start);
  }

  private final List<Entry> entries = new ArrayList<>();
  private final LongSupplier clock;
  private final Optional<BufferedWriter> file;

  private History(LongSupplier clock, Optional<BufferedWriter> file) {
    this.clock = clock;
    this.file = file;
  }

  /** In memory alone. */
  public static History of(LongSupplier clock) {
    return new History(clock, Optional.empty());
  }

  /** Kept in {@code file} too, a line for each entry. */
  public static History in(Path file, LongSupplier clock) {
    try {
      return new History(clock, Optional.of(Files.newBufferedWriter(file)));
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  static History of(List<Entry> entries) {
    History made = of(() -> 0);
    made.entries.addAll(entries);
    return made;
  }

  /** Now, by the clock of this history. */
  public long now() {
    return clock.getAsLong();
  }

  public synchronized void add(Entry entry) {
    entries.add(entry);
    file.ifPresent(open -> write(open, entry));
  }

  /** Something that an observer knows, rather than something that was asked for. */
  public void note(String op, String key, JsonObject args, JsonObject result) {
    long now = now();
    add(new Entry(-1, op, key, now, now, Outcome.OK, args, result));
  }

  private static void write(BufferedWriter open, Entry entry) {
    try {
      open.write(entry.toJson().encode());
      open.newLine();
      open.flush();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  public synchronized List<Entry> entries() {
    return List.copyOf(entries);
  }

  /** The same, with whatever has read a secret as a read of it. */
  History ofSecrets() {
    return of(entries().stream().map(Entry::asRead).toList());
  }

  /** Those that fit, by the time they were begun. */
  List<Entry> only(Predicate<Entry> fits) {
    return entries().stream()
        .filter(fits)
        .sorted(Comparator.comparingLong(Entry::invoked))
        .toList();
  }

  /** The same, by key, in order. */
  Map<String, List<Entry>> byKey(Predicate<Entry> fits) {
    Map<String, List<Entry>> keys = new LinkedHashMap<>();
    only(fits).forEach(one -> keys.computeIfAbsent(one.key(), key -> new ArrayList<>()).add(one));
    return keys;
  }

  @Override
  public void close() {
    file.ifPresent(
        open -> {
          try {
            open.close();
          } catch (IOException failed) {
            throw new UncheckedIOException(failed);
          }
        });
  }
}
