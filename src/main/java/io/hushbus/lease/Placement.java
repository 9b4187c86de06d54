package io.hushbus.lease;

import io.hushbus.model.EntryName;
import io.hushbus.model.SecretType;
import io.hushbus.secret.EntrySize;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Where a need ends up, once it is known what its secret is: which entry goes into which variable
 * or file. Pure: nothing is opened.
 *
 * @param reason why not, where the outcome leaves that open
 */
public record Placement(
    Outcome outcome, Optional<Reason> reason, List<Item> variables, List<Item> files) {

  /** Linux: {@code MAX_ARG_STRLEN}, with name, equals sign and the zero at the end. */
  static final int LONGEST_VARIABLE = 128 * 1024;

  /** One entry under the name of a variable or the path of a file. */
  public record Item(String name, EntryName entry) {}

  /**
   * What a secret is.
   *
   * @param entries in the order of their names
   */
  public record Shape(SecretType type, List<EntrySize> entries) {}

  /** What does not fit. */
  public enum Reason {
    NO_SUCH_KEY,
    /** A secret with keys has no one value for a variable. */
    NEEDS_KEY,
    /** A secret of one value has no keys. */
    HAS_NO_KEYS,
    /** A variable cannot have a zero byte. */
    ZERO_BYTE,
    /** A key that would be {@code .} or {@code ..} as the name of a file. */
    BAD_FILE_NAME;

    /** The word used in the API. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public Placement {
    variables = List.copyOf(variables);
    files = List.copyOf(files);
  }

  /** Nowhere. */
  static Placement none(Outcome outcome) {
    return new Placement(outcome, Optional.empty(), List.of(), List.of());
  }

  private static Placement none(Outcome outcome, Reason reason) {
    return new Placement(outcome, Optional.of(reason), List.of(), List.of());
  }

  /** Where {@code need} ends up by itself. */
  static Placement of(Need need, Shape shape) {
    return need.key()
        .map(key -> keyed(need, shape, key))
        .orElseGet(
            () ->
                shape.type() == SecretType.KEY_VALUE
                    ? whole(need, shape.entries())
                    : single(need, shape.entries().getFirst()));
  }

  private static Placement keyed(Need need, Shape shape, EntryName key) {
    return shape.entries().stream()
        .filter(entry -> entry.name().equals(key))
        .findFirst()
        .map(entry -> one(need, entry))
        .orElseGet(
            () ->
                shape.type() == SecretType.KEY_VALUE
                    ? none(Outcome.MISSING, Reason.NO_SUCH_KEY)
                    : none(Outcome.WRONG_TYPE, Reason.HAS_NO_KEYS));
  }

  private static Placement single(Need need, EntrySize entry) {
    boolean prefixed = need.target() instanceof Target.Usual usual && usual.prefix().isPresent();
    return prefixed ? none(Outcome.WRONG_TYPE, Reason.HAS_NO_KEYS) : one(need, entry);
  }

  private static Placement one(Need need, EntrySize entry) {
    Optional<String> path = need.path();
    return path.isPresent()
        ? inFiles(List.of(new Item(path.get(), entry.name())))
        : inVariables(
            need.variables().stream().map(name -> new Item(name, entry.name())).toList(),
            List.of(entry));
  }

  /** All the keys: a variable or a file for each. */
  private static Placement whole(Need need, List<EntrySize> entries) {
    return switch (need.target()) {
      case Target.Variable variable -> none(Outcome.WRONG_TYPE, Reason.NEEDS_KEY);
      case Target.Mount mount -> directory(need.path().orElseThrow(), entries);
      case Target.Usual(Optional<String> prefix) ->
          inVariables(
              entries.stream()
                  .map(entry -> new Item(named(prefix, entry.name()), entry.name()))
                  .toList(),
              entries);
    };
  }

  private static String named(Optional<String> prefix, EntryName key) {
    return Need.spelled(prefix.orElse("") + key.text());
  }

  private static Placement directory(String path, List<EntrySize> entries) {
    boolean dots =
        entries.stream()
            .map(entry -> entry.name().text())
            .anyMatch(name -> name.equals(".") || name.equals(".."));
    return dots
        ? none(Outcome.WRONG_TYPE, Reason.BAD_FILE_NAME)
        : inFiles(
            entries.stream()
                .map(entry -> new Item(path + "/" + entry.name(), entry.name()))
                .toList());
  }

  private static Placement inFiles(List<Item> files) {
    return new Placement(Outcome.OK, Optional.empty(), List.of(), files);
  }

  private static Placement inVariables(List<Item> variables, List<EntrySize> entries) {
    if (entries.stream().anyMatch(EntrySize::zeros)) {
      return none(Outcome.WRONG_TYPE, Reason.ZERO_BYTE);
    }
    boolean tooLarge =
        variables.stream().anyMatch(item -> length(item, entries) > LONGEST_VARIABLE);
    return tooLarge
        ? none(Outcome.TOO_LARGE_FOR_ENV)
        : new Placement(Outcome.OK, Optional.empty(), variables, List.of());
  }

  private static int length(Item item, List<EntrySize> entries) {
    int bytes =
        entries.stream()
            .filter(entry -> entry.name().equals(item.entry()))
            .mapToInt(EntrySize::bytes)
            .findFirst()
            .orElse(0);
    return item.name().length() + bytes + 2;
  }

  /**
   * The same placements, and a clash for each that meets another one, or itself, in a variable or
   * file.
   */
  static List<Placement> apart(List<Placement> all) {
    Set<Integer> met = new HashSet<>();
    Taken forwards = new Taken();
    Taken backwards = new Taken();
    for (int i = 0; i < all.size(); i++) {
      note(met, forwards, all, i);
      note(met, backwards, all, all.size() - 1 - i);
    }
    List<Placement> apart = new ArrayList<>(all);
    met.forEach(i -> apart.set(i, none(Outcome.CLASH)));
    return apart;
  }

  private static void note(Set<Integer> met, Taken taken, List<Placement> all, int i) {
    if (taken.takes(names(all.get(i).variables()), names(all.get(i).files()))) {
      met.add(i);
    }
  }

  private static List<String> names(List<Item> items) {
    return items.stream().map(Item::name).toList();
  }
}
