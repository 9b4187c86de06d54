package io.hushbus.imports;

import io.hushbus.model.EntryName;
import io.hushbus.model.Failure;
import io.hushbus.model.Payload;
import io.hushbus.model.SecretName;
import io.hushbus.model.SecretType;
import io.hushbus.model.SecretValue;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/** Gathers what a reader finds, gives it its names, and tells what cannot be a secret. */
final class Findings {

  /** The most secrets that one file may hold. */
  static final int MOST_SECRETS = 5_000;

  /** The largest version that any broker may be set to keep. */
  static final int LARGEST_SECRET = 1 << 20;

  private final Wishes wishes;
  private final List<ImportedSecret> secrets = new ArrayList<>();
  private final List<Problem> problems = new ArrayList<>();
  private final List<Problem> notes = new ArrayList<>();
  private final Map<String, Integer> taken = new HashMap<>();

  Findings(Wishes wishes) {
    this.wishes = wishes;
  }

  Wishes wishes() {
    return wishes;
  }

  void problem(int line, String sentence) {
    problems.add(new Problem(line, sentence));
  }

  void note(int line, String sentence) {
    notes.add(new Problem(line, sentence));
  }

  /** A secret of one value. */
  void single(String source, SecretType type, SecretValue value, int line) {
    found(source, type, Map.of(EntryName.VALUE, value), "", line);
  }

  /** A secret of several values by the names that the file gives them, which are checked. */
  void pairs(String source, SequencedMap<String, SecretValue> pairs, String description, int line) {
    Map<EntryName, SecretValue> entries = new HashMap<>();
    pairs.forEach(
        (key, value) -> {
          try {
            entries.put(new EntryName(key), value);
          } catch (Failure misnamed) {
            value.close();
            problem(
                line, Problem.shown(source) + " has a key that is not 1 to 127 of A-Za-z0-9._-");
          }
        });
    if (pairs.isEmpty()) {
      problem(line, Problem.shown(source) + " has no values");
    } else if (!entries.isEmpty()) {
      found(source, SecretType.KEY_VALUE, entries, description, line);
    }
  }

  void found(
      String source,
      SecretType type,
      Map<EntryName, SecretValue> entries,
      String description,
      int line) {
    Optional<SecretName> name = name(source, line);
    boolean fits = fits(source, entries, line);
    if (name.isEmpty() || !fits) {
      entries.values().forEach(SecretValue::close);
      return;
    }
    secrets.add(
        new ImportedSecret(name.get(), source, type, new Payload(entries), description, line));
  }

  private boolean fits(String source, Map<EntryName, SecretValue> entries, int line) {
    if (entries.size() > Payload.MAX_ENTRIES) {
      problem(line, Problem.shown(source) + " has more than " + Payload.MAX_ENTRIES + " keys");
      return false;
    }
    if (entries.values().stream().mapToLong(SecretValue::size).sum() > LARGEST_SECRET) {
      problem(line, Problem.shown(source) + " is larger than 1 MiB");
      return false;
    }
    if (secrets.size() == MOST_SECRETS) {
      problem(line, "a file may hold " + MOST_SECRETS + " secrets: split it");
    }
    return secrets.size() < MOST_SECRETS;
  }

  private Optional<SecretName> name(String source, int line) {
    Optional<SecretName> name = named(source);
    if (name.isEmpty()) {
      problem(
          line,
          "%s cannot be the name of a secret (3 to 63 letters, digits, - and _, a letter first): give --rename OLD=NEW"
              .formatted(Problem.shown(source)));
      return name;
    }
    Integer earlier = taken.putIfAbsent(name.get().folded(), line);
    if (earlier != null) {
      problem(
          line,
          "%s would be called as the one of line %d: give --rename OLD=NEW"
              .formatted(Problem.shown(source), earlier));
      return Optional.empty();
    }
    return name;
  }

  /** Dots, slashes and the like become hyphens; such at the ends fall away. */
  private Optional<SecretName> named(String source) {
    if (wishes.into().isPresent()) {
      return wishes.into();
    }
    SecretName given = wishes.renames().get(source);
    if (given != null) {
      return Optional.of(given);
    }
    String plain = source.replaceAll("^[^A-Za-z0-9]+|[^A-Za-z0-9]+$", "");
    try {
      return Optional.of(
          new SecretName(wishes.prefix() + plain.replaceAll("[^A-Za-z0-9_-]+", "-")));
    } catch (Failure impossible) {
      return Optional.empty();
    }
  }

  /** All of it, or all that is wrong with it. */
  Reading reading() {
    if (problems.isEmpty() && secrets.isEmpty()) {
      problem(0, "there is no secret in it");
    }
    problems.sort(Comparator.comparingInt(Problem::line));
    if (!problems.isEmpty()) {
      secrets.forEach(ImportedSecret::close);
      secrets.clear();
    }
    return new Reading(secrets, problems, notes);
  }
}
