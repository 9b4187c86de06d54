package io.hushbus.runner;

import io.hushbus.model.EntryName;
import io.hushbus.model.SecretType;
import io.hushbus.model.SecretValue;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Decides which entry of which secret goes into which variable or file, by the rules by which the
 * broker resolves environments. Pure.
 */
final class Placer {

  /** Linux: {@code MAX_ARG_STRLEN}, with name, equals sign and the zero at the end. */
  private static final int LONGEST_VARIABLE = 128 * 1024;

  private final Map<String, Material> materials;
  private final Path directory;
  private final List<Item> items = new ArrayList<>();
  private final List<Unmet.Reason> reasons = new ArrayList<>();
  private final List<Unmet.Reason> skipped = new ArrayList<>();
  private final Set<String> variables = new HashSet<>();
  private final Set<Path> files = new HashSet<>();

  private Placer(Map<String, Material> materials, Path directory) {
    this.materials = materials;
    this.directory = directory;
  }

  /**
   * What goes where.
   *
   * @param skipped optional needs that are not met, and why not
   */
  record Placed(List<Item> items, List<Unmet.Reason> skipped) {}

  /**
   * Places all of it.
   *
   * @param materials by folded names of secrets
   * @param directory for files without a path
   * @throws Unmet with all reasons, if a need that is not optional is not met
   */
  static Placed place(List<Need> needs, Map<String, Material> materials, Path directory) {
    Placer placer = new Placer(materials, directory);
    needs.forEach(placer::place);
    if (!placer.reasons.isEmpty()) {
      throw new Unmet(placer.reasons);
    }
    return new Placed(List.copyOf(placer.items), List.copyOf(placer.skipped));
  }

  private void place(Need need) {
    List<Item> placed = new ArrayList<>();
    String why = place(need, placed);
    if (why.isEmpty()) {
      why = taken(placed);
    }
    if (why.isEmpty()) {
      items.addAll(placed);
    } else {
      (need.optional() ? skipped : reasons).add(Unmet.Reason.of(need, why));
    }
  }

  /** Empty, or why not. */
  private String place(Need need, List<Item> placed) {
    Material material = materials.get(need.secret().folded());
    if (material == null) {
      return "there is none of this name";
    }
    boolean keyed = material.type() == SecretType.KEY_VALUE;
    Optional<String> key = need.key().map(EntryName::text);
    if (key.isPresent() && !material.entries().containsKey(key.get())) {
      return keyed ? "it has no such key" : "it has no keys";
    }
    Optional<String> entry =
        keyed ? key : Optional.of(key.orElseGet(() -> material.entries().firstKey()));
    return switch (need.target()) {
      case Target.Variable(String name) ->
          entry
              .map(one -> variable(need, material, name, one, placed))
              .orElse("name one of its keys");
      case Target.Usual(Optional<String> prefix) ->
          prefix.isPresent() && !keyed
              ? "it has no keys"
              : usual(need, material, prefix.orElse(""), entry, placed);
      case Target.File(Optional<Path> path) ->
          file(
              need,
              material,
              path.orElseGet(() -> directory.resolve(need.secret().text())),
              entry,
              placed);
    };
  }

  private String usual(
      Need need, Material material, String prefix, Optional<String> entry, List<Item> placed) {
    if (entry.isPresent()) {
      String name = need.secret().text();
      String upper = spelled(name).toUpperCase(Locale.ROOT);
      String why = variable(need, material, name, entry.get(), placed);
      return upper.equals(name) || !why.isEmpty()
          ? why
          : variable(need, material, upper, entry.get(), placed);
    }
    for (String key : material.entries().keySet()) {
      String why = variable(need, material, spelled(prefix + key), key, placed);
      if (!why.isEmpty()) {
        return why;
      }
    }
    return "";
  }

  /** A name as that of a variable. */
  private static String spelled(String name) {
    String letters = name.replaceAll("[^A-Za-z0-9_]", "_");
    return Character.isDigit(letters.charAt(0)) ? "_" + letters : letters;
  }

  /**
   * A variable cannot change while a program runs: one that is told otherwise than by a new start
   * finds the newer value in a file of the variable's name.
   */
  private String variable(
      Need need, Material material, String name, String entry, List<Item> placed) {
    SecretValue value = value(material, entry);
    if (value.reveal(Placer::hasZero)) {
      return "it has bytes that no variable can hold: take a file";
    }
    if (name.length() + value.size() + 2 > LONGEST_VARIABLE) {
      return "it is too large for a variable: take a file";
    }
    placed.add(new Item.Variable(name, need.secret(), entry, need.way()));
    if (need.way() instanceof Reload.Files || need.way() instanceof Reload.Signal) {
      placed.add(new Item.File(directory.resolve(name), need.secret(), entry, need.way()));
    }
    return "";
  }

  private static boolean hasZero(byte[] bytes) {
    for (byte one : bytes) {
      if (one == 0) {
        return true;
      }
    }
    return false;
  }

  private static String file(
      Need need, Material material, Path path, Optional<String> entry, List<Item> placed) {
    if (!isName(path.getFileName().toString())) {
      return "a file's name must not begin with two dots";
    }
    if (entry.isPresent()) {
      placed.add(new Item.File(path, need.secret(), entry.get(), need.way()));
      return "";
    }
    for (String key : material.entries().keySet()) {
      if (!isName(key)) {
        return "its key is no name of a file";
      }
      placed.add(new Item.File(path.resolve(key), need.secret(), key, need.way()));
    }
    return "";
  }

  /** Names that begin with two dots are those of directories that hold the files' states. */
  private static boolean isName(String name) {
    return !name.equals(".") && !name.startsWith("..");
  }

  /** Empty, or what else is there already. */
  private String taken(List<Item> placed) {
    for (Item item : placed) {
      boolean free =
          switch (item) {
            case Item.Variable variable -> variables.add(variable.name());
            case Item.File file -> files.add(file.path()) && !within(file.path());
          };
      if (!free) {
        return "another need ends in the same variable or file";
      }
    }
    return "";
  }

  /** Whether one would be a file and a directory. */
  private boolean within(Path path) {
    return files.stream()
        .anyMatch(one -> !one.equals(path) && (one.startsWith(path) || path.startsWith(one)));
  }

  private static SecretValue value(Material material, String entry) {
    SecretValue value = material.entries().get(entry);
    if (value == null) {
      throw new IllegalStateException("an entry that is not there was asked for: this is a bug");
    }
    return value;
  }
}
