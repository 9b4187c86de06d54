package io.hushbus.runner;

import io.hushbus.model.SecretName;
import io.hushbus.model.SecretValue;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The values that are held for a child, and the variables and files in which it finds them.
 *
 * <p>Newer versions are taken one by one, and then kept all together, or given back if they could
 * not be put to use: so one that failed is no less new when it is offered again. For one thread.
 */
final class Holdings implements AutoCloseable {

  private final TaskSettings settings;
  private final Source source;

  /** By folded names of secrets. */
  private final Map<String, Material> held = new TreeMap<>();

  /** What was held before, of what was taken and is not kept yet. */
  private final Map<String, Optional<Material>> replaced = new HashMap<>();

  private List<Item> items = List.of();
  private List<Item> kept = List.of();
  private List<Unmet.Reason> skipped = List.of();
  private Path home = Path.of("/");

  /** Holds what the source has. */
  Holdings(TaskSettings settings, Source source) {
    this.settings = settings;
    this.source = source;
    held.putAll(source.open());
  }

  /**
   * Decides what goes where.
   *
   * @param directory for files without a path
   * @throws Unmet if something is missing
   */
  void place(Path directory) {
    home = directory;
    Placer.Placed placed = Placer.place(source.needs(), held, home);
    items = placed.items();
    kept = items;
    skipped = placed.skipped();
  }

  /** What the child can do without, and does not have. */
  List<Unmet.Reason> skipped() {
    return Stream.concat(source.skipped().stream(), skipped.stream()).toList();
  }

  Collection<Material> all() {
    return held.values();
  }

  boolean hasFiles() {
    return items.stream().anyMatch(Item.File.class::isInstance);
  }

  // ---- what the child finds

  /** Variables that are no secrets. */
  Variables variables() {
    Variables variables = new Variables(settings.environment());
    settings.plain().forEach(variables::set);
    variables.unset(settings.withheld());
    if (items.stream()
        .anyMatch(item -> item instanceof Item.File file && file.path().startsWith(home))) {
      variables.set("HUSHBUS_FILES", home.toString());
    }
    return variables;
  }

  Map<String, SecretValue> secretVariables() {
    Variables given = variables();
    Map<String, SecretValue> values = new LinkedHashMap<>();
    for (Item item : items) {
      if (item instanceof Item.Variable variable
          && !(settings.preserve() && given.has(variable.name()))) {
        value(item).ifPresent(value -> values.put(variable.name(), value));
      }
    }
    return values;
  }

  Map<Path, SecretValue> files() {
    Map<Path, SecretValue> values = new LinkedHashMap<>();
    for (Item item : items) {
      if (item instanceof Item.File file) {
        value(item).ifPresent(value -> values.put(file.path(), value));
      }
    }
    return values;
  }

  private Optional<SecretValue> value(Item item) {
    return Optional.ofNullable(held.get(item.secret().folded()))
        .map(material -> material.entries().get(item.entry()));
  }

  // ---- newer versions

  /**
   * Takes a newer version, unless the child takes it in with its next run only.
   *
   * @return what is to be done about it: nothing, if the child's content is the same; a {@link
   *     Reload.Never} alone if it was not taken
   * @throws Unmet if it lacks what is needed; then it was not taken
   */
  Set<Reload> take(Material newer) {
    String folded = folded(newer);
    Map<String, Material> then = new HashMap<>(held);
    then.put(folded, newer);
    List<Item> placed;
    try {
      placed = Placer.place(met(then), then, home).items();
    } catch (Unmet unmet) {
      newer.close();
      throw unmet;
    }
    Set<Reload> ways = ways(placed, folded, newer);
    if (ways.contains(new Reload.Never())) {
      newer.close();
      return Set.of(new Reload.Never());
    }
    Material before = held.put(folded, newer);
    if (replaced.containsKey(folded)) {
      close(before);
    } else {
      replaced.put(folded, Optional.ofNullable(before));
    }
    items = placed;
    return ways;
  }

  private Set<Reload> ways(List<Item> placed, String folded, Material newer) {
    Material inUse =
        replaced.getOrDefault(folded, Optional.ofNullable(held.get(folded))).orElse(null);
    Set<Reload> ways = new HashSet<>();
    for (Item item : placed) {
      if (item.secret().folded().equals(folded) && differs(item.entry(), inUse, newer)) {
        // Back again after it was lost: nothing is newer for the child.
        boolean back = inUse == null && item.reload() instanceof Reload.Never;
        ways.add(back ? new Reload.Files() : item.reload());
      }
    }
    return ways;
  }

  private static boolean differs(String entry, @Nullable Material before, Material newer) {
    SecretValue one = before == null ? null : before.entries().get(entry);
    SecretValue other = newer.entries().get(entry);
    return one == null || other == null || !one.matches(other);
  }

  /** The needs of what is there: what was lost stays so, until it comes back. */
  private List<Need> met(Map<String, Material> then) {
    return source.needs().stream()
        .filter(need -> then.containsKey(need.secret().folded()))
        .toList();
  }

  /** What was taken is in use. */
  void keep() {
    replaced.values().forEach(before -> before.ifPresent(Material::close));
    replaced.clear();
    kept = items;
  }

  /** What was taken could not be put to use: what was held before is held again. */
  void giveBack() {
    replaced.forEach(
        (folded, before) ->
            close(before.isPresent() ? held.put(folded, before.get()) : held.remove(folded)));
    replaced.clear();
    items = kept;
  }

  private static void close(@Nullable Material material) {
    if (material != null) {
      material.close();
    }
  }

  private static String folded(Material material) {
    return new SecretName(material.secret()).folded();
  }

  // ---- the end

  /** Gives one up: where it was, or nothing if it is not held. */
  List<Item> drop(String folded) {
    Material gone = held.remove(folded);
    if (gone == null) {
      return List.of();
    }
    gone.close();
    return items.stream().filter(item -> item.secret().folded().equals(folded)).toList();
  }

  @Override
  public void close() {
    keep();
    held.values().forEach(Material::close);
  }
}
